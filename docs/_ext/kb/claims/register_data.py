"""What the register tells of each claim.

:func:`entries` gives one :class:`Entry` for each claim, in the order of the book, with
the sources that stand on its sides or are cited in it, counted by kind of study.
The kinds are groups of the field ``design`` of ``docs/data/sources.bib``
(:data:`KINDS`); each design belongs to one kind, except the plan of a trial, which is
evidence for no effect and is not counted.  Withdrawn papers are not counted either.
The register prints them, and ``data_files`` writes them to ``data/claims.json`` and
``data/claims.csv``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from kb.claims.domain import domain_of
from kb.claims.model import Claim
from kb.sources.bibliography import DESIGNS, sources_of
from kb.text_index.records import in_order, records_of


@dataclass(frozen=True)
class Kind:
    """A group of designs: its *name*, how *one* and *many* of them are counted, and
    the *designs*."""

    name: str
    one: str
    many: str
    designs: tuple[str, ...]


KINDS = {
    "human-trial": Kind(
        "Human trials", "human trial", "human trials", ("rct", "human-experimental")
    ),
    "human-observational": Kind(
        "Human observational studies",
        "human observational study",
        "human observational studies",
        ("cohort", "case-control", "cross-sectional", "case-report", "mendelian-randomization"),
    ),
    "animal": Kind("Animal studies", "animal study", "animal studies", ("animal",)),
    "laboratory": Kind(
        "Laboratory studies", "laboratory study", "laboratory studies", ("in-vitro",)
    ),
    "food": Kind(
        "Food analyses and tables",
        "food analysis or table",
        "food analyses or tables",
        ("food-analysis", "database"),
    ),
    "review": Kind(
        "Reviews and rulings",
        "review or ruling",
        "reviews or rulings",
        ("systematic-review", "meta-analysis", "narrative-review", "guideline", "notice"),
    ),
}
KIND_OF = {design: slug for slug, kind in KINDS.items() for design in kind.designs}
UNCOUNTED = ("protocol",)
"""The designs that belong to no kind."""
NO_SOURCE = "no-source"
"""The kind of a claim for which nothing is cited."""


@dataclass(frozen=True)
class Entry:
    """A claim with its chapter (slug and title) and its sources: their keys, and how many of each
    kind."""

    claim: Claim
    chapter: str
    title: str
    sources: tuple[str, ...]
    kinds: tuple[tuple[str, int], ...]

    @property
    def kind_words(self) -> str:
        """The sources as a reader counts them: '2 human trials, 1 animal study'."""
        counted = (
            f"{n} {KINDS[kind].one if n == 1 else KINDS[kind].many}" for kind, n in self.kinds
        )
        return ", ".join(counted) or "none"

    @property
    def kind_slugs(self) -> tuple[str, ...]:
        """The kinds under which the claim is found."""
        return tuple(kind for kind, _ in self.kinds) or (NO_SOURCE,)


def ordered_claims(env: BuildEnvironment) -> list[Claim]:
    """All claims, in the order of the chapters and within them of the lines."""
    order = {name: index for index, name in enumerate(in_order(env))}
    return sorted(
        domain_of(env).claims.values(), key=lambda claim: (order[claim.docname], claim.line)
    )


def entries(env: BuildEnvironment) -> list[Entry]:
    """One entry for each claim, in the order of the book."""
    return [_entry(env, claim) for claim in ordered_claims(env)]


def _entry(env: BuildEnvironment, claim: Claim) -> Entry:
    keys = _sources(env, claim)
    counts = count_kinds(env, keys)
    kinds = tuple((kind, counts[kind]) for kind in KINDS if counts[kind])
    return Entry(
        claim, claim.docname.rpartition("/")[2], env.titles[claim.docname].astext(), keys, kinds
    )


def count_kinds(env: BuildEnvironment, keys: Iterable[str]) -> Counter[str]:
    """How many of the sources *keys* are of each kind of study."""
    known = sources_of(env)
    designs = (known[key].design for key in keys)
    return Counter(KIND_OF[design] for design in designs if design in KIND_OF)


def _sources(env: BuildEnvironment, claim: Claim) -> tuple[str, ...]:
    """The keys on the sides of *claim* and those cited in it, sorted, withdrawn papers left out."""
    cited = {
        cite.key for cite in records_of(env)[claim.docname].cites if cite.claim == claim.anchor
    }
    known = sources_of(env)
    keys = cited.union(*(side for _, side in claim.sides))
    return tuple(sorted(key for key in keys if key in known and not known[key].is_void))


def setup(app: Sphinx) -> ExtensionMetadata:
    assert sorted([*KIND_OF, *UNCOUNTED]) == sorted(DESIGNS), "each design has one kind, or none"
    app.setup_extension("kb.claims.domain")
    app.setup_extension("kb.text_index.records")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
