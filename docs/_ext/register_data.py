"""What the register tells of each claim, and the same as files for spreadsheets and programs.

:func:`entries` gives one :class:`Entry` for each claim, in the order of the book, with
the sources that stand on its sides or are cited in it, counted by kind of study.
The kinds are groups of the field ``design`` of ``docs/data/sources.bib``
(:data:`KINDS`); each design belongs to one kind.  Withdrawn papers are not counted.

At the end of an HTML build the whole register is written to ``data/register.csv``
and ``data/register.json``.  The ids in both are the anchors of the claims, as in
``claim-c1``.  No cell of the CSV begins with a sign that a spreadsheet takes for a
formula, and the file begins with a byte order mark, without which Excel misreads µ.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from evidence import CERTAINTIES, SIDE_LABELS, VERDICTS, Claim, domain_of
from hints import harmless
from records import in_order, records_of
from sources import DESIGNS, sources_of

HTML = ("html", "dirhtml")
"""The builders that get the tools and the files."""


@dataclass(frozen=True)
class Kind:
    """A group of designs: its *name*, how *one* and *many* of them are counted, and the *designs*."""

    name: str
    one: str
    many: str
    designs: tuple[str, ...]


KINDS = {
    "human-trial": Kind("Human trials", "human trial", "human trials", ("rct", "human-experimental")),
    "human-observational": Kind(
        "Human observational studies",
        "human observational study",
        "human observational studies",
        ("cohort", "case-control", "cross-sectional", "case-report", "mendelian-randomization"),
    ),
    "animal": Kind("Animal studies", "animal study", "animal studies", ("animal",)),
    "laboratory": Kind("Laboratory studies", "laboratory study", "laboratory studies", ("in-vitro",)),
    "food": Kind("Food analyses and tables", "food analysis or table", "food analyses or tables", ("food-analysis", "database")),
    "review": Kind(
        "Reviews and rulings",
        "review or ruling",
        "reviews or rulings",
        ("systematic-review", "meta-analysis", "narrative-review", "guideline", "notice"),
    ),
}
KIND_OF = {design: slug for slug, kind in KINDS.items() for design in kind.designs}
NO_SOURCE = "no-source"
"""The kind of a claim for which nothing is cited."""


@dataclass(frozen=True)
class Entry:
    """A claim with its chapter (slug and title) and its sources: their keys, and how many of each kind."""

    claim: Claim
    chapter: str
    title: str
    sources: tuple[str, ...]
    kinds: tuple[tuple[str, int], ...]

    @property
    def kind_words(self) -> str:
        """The sources as a reader counts them: '2 human trials, 1 animal study'."""
        counted = (f"{n} {KINDS[kind].one if n == 1 else KINDS[kind].many}" for kind, n in self.kinds)
        return ", ".join(counted) or "none"

    @property
    def kind_slugs(self) -> tuple[str, ...]:
        """The kinds under which the claim is found."""
        return tuple(kind for kind, _ in self.kinds) or (NO_SOURCE,)


def ordered_claims(env: BuildEnvironment) -> list[Claim]:
    """All claims, in the order of the chapters and within them of the lines."""
    order = {name: index for index, name in enumerate(in_order(env))}
    return sorted(domain_of(env).claims.values(), key=lambda claim: (order[claim.docname], claim.line))


def entries(env: BuildEnvironment) -> list[Entry]:
    """One entry for each claim, in the order of the book."""
    return [_entry(env, claim) for claim in ordered_claims(env)]


def _entry(env: BuildEnvironment, claim: Claim) -> Entry:
    keys = _sources(env, claim)
    known = sources_of(env)
    counts = Counter(KIND_OF[known[key].design] for key in keys)
    kinds = tuple((kind, counts[kind]) for kind in KINDS if counts[kind])
    return Entry(claim, claim.docname.rpartition("/")[2], env.titles[claim.docname].astext(), keys, kinds)


def _sources(env: BuildEnvironment, claim: Claim) -> tuple[str, ...]:
    """The keys on the sides of *claim* and those cited in it, sorted, withdrawn papers left out."""
    cited = {cite.key for cite in records_of(env)[claim.docname].cites if cite.claim == claim.anchor}
    known = sources_of(env)
    keys = cited.union(*(side for _, side in claim.sides))
    return tuple(sorted(key for key in keys if key in known and not known[key].is_void))


def record(entry: Entry, builder: Builder) -> dict[str, Any]:
    """The entry as the files tell it."""
    claim, config = entry.claim, builder.config
    base = f"{config.html_baseurl.rstrip('/')}/" if config.html_baseurl else ""
    row = f"{builder.get_target_uri(domain_of(builder.env).data['register'])}#register-{claim.id.lower()}"
    return {
        "id": claim.anchor,
        "claim": claim.id,
        "chapter": entry.chapter,
        "chapter_title": entry.title,
        "article_says": claim.says,
        "evidence": claim.plain,
        "verdict": claim.verdict,
        "certainty": claim.certainty,
        "certainty_of": claim.certainty_of,
        **{side: list(keys) for side, keys in claim.sides},
        "sources": list(entry.sources),
        "kinds": dict(entry.kinds),
        "address": f"{base}{builder.get_target_uri(claim.docname)}#{claim.anchor}",
        "register_address": base + row,
    }


def as_json(records: list[dict[str, Any]], title: str, rights: str) -> str:
    """The whole register, with the words behind each slug."""
    whole = {
        "title": title,
        "rights": rights,
        "verdicts": VERDICTS,
        "certainties": CERTAINTIES,
        "kinds": {slug: {"name": kind.name, "designs": {d: DESIGNS[d] for d in kind.designs}} for slug, kind in KINDS.items()},
        "claims": records,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def as_csv(records: Iterable[dict[str, Any]]) -> str:
    """The whole register, one line for each claim; keys of sources stand side by side, kinds in columns of their own."""
    lists, counts = (*SIDE_LABELS, "sources"), {f"{slug.replace('-', '_')}_sources": slug for slug in KINDS}
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    plain = [name for name in _COLUMNS if name not in lists]
    writer.writerow([*plain, *lists, *counts])
    for row in records:
        cells = [*(row[name] for name in plain), *(" ".join(row[name]) for name in lists)]
        writer.writerow([*map(harmless, cells), *(row["kinds"].get(slug, 0) for slug in counts.values())])
    return file.getvalue()


_COLUMNS = (
    "id", "claim", "chapter", "chapter_title", "article_says", "evidence", "verdict", "certainty", "certainty_of",
    "address", "register_address",
)  # fmt: skip


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the register as CSV and JSON beside the pages."""
    if exception or app.builder.name not in HTML or not domain_of(app.env).data["register"]:
        return
    folder = Path(app.outdir, "data")
    folder.mkdir(exist_ok=True)
    records = [record(entry, app.builder) for entry in entries(app.env)]
    text = as_json(records, f"{app.config.project}: evidence register", app.config.copyright)
    (folder / "register.json").write_bytes(text.encode())
    (folder / "register.csv").write_bytes(as_csv(records).encode("utf-8-sig"))


def setup(app: Sphinx) -> ExtensionMetadata:
    assert sorted(KIND_OF) == sorted(DESIGNS), "each design belongs to one kind of study"
    app.setup_extension("evidence")
    app.setup_extension("records")
    app.connect("build-finished", write_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
