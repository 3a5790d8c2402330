"""What the search knows: one record for each place that a reader can be sent to.

Written once, when the build ends, into ``_static/kb-records.js``, which ``search.js``
loads when a reader first turns to the search::

    window.KB_RECORDS = {
      "pages": [["sections/gut-health.html", "Vitamin K2 and the gut"], ...],
      "columns": {"k": ["term", ...], "h": ["osteocalcin", ...], "x": ["A small protein ...", ...], ...},
      "everyday": {"brittle bones": ["osteoporosis", "bone density"], ...},
      "words": {"unsupported": "Unsupported", ...}
    };

Each column holds one property of all records, ``0`` where a record lacks it; so they pack
to nine tenths of what a list of records takes.

=====  ===========================================================================================
``k``  the kind: ``term``, ``claim``, ``page`` (the top of a page), ``section``, ``food``, ``source``
``p``  the number of the page in ``pages``
``i``  the id on that page, without ``term-``, ``claim-``, ``food-`` or ``source-``; ``1`` if the title spells it; ``0`` for the top
``h``  the title: of a claim what the article says, of a food its name
``a``  other names: synonyms, the kind of food, authors and year
``s``  a line below the title: the answer to a claim, the figure of a food, kind and label of a source
``x``  the text; a citation stands in it as the places of its sources in ``records``, between two signs (:data:`CITED`), which
       the script replaces by author and year
``q``  questions of readers that the place answers, from ``docs/data/questions.csv``
``c``  the terms that the record mentions, by their places in ``records``
``v``  of a claim its verdict and certainty; of a term the claims that concern it, by their places
``d``  of a source its DOI or PubMed number
=====  ===========================================================================================

Everything comes from the domains and from ``records``; pages outside the book
(``kb_outside``) have no record, and neither has a source that nobody cites.
The scripts of the engine are MiniSearch, from npm, and the English stemmer that comes with
Sphinx, both as they are; Sphinx's own search index is not built.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import sphinx.search
from pybtex.richtext import Text
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

import evidence
import terms
from asking import WORD, read_everyday, read_questions
from autolink import Matcher
from citation_style import OTHERS, surname
from foods import BASES, CATEGORIES, foods_of, printed
from hints import curly
from passages import Passage, settled
from records import in_order, records_of
from sources import DESIGNS, STATUSES, sources_of

CITED = "\ue000\ue001"
"""The signs around a citation: the first letter of its role ('p', 't' or 'a') and the places of its sources."""
DATA = "_static/kb-records.js"
ENGINE = Path(__file__).parents[2] / "node_modules/minisearch/dist/umd/index.js"
"""MiniSearch as npm delivers it."""
STEMMERS = ("base-stemmer.js", "english-stemmer.js")
BUILDERS = ("html", "dirhtml")
COLUMNS = "kpihasxcvdq"
"""The properties of a record, each a column of the file."""
MOST_CLAIMS = 3
SIGNPOSTS = {"See also"}
"""Sections that only lead elsewhere."""
CONNECTED = ("term", "claim", "page", "section")
"""The kinds that tell which terms they mention."""

Record = dict[str, Any]


class Words:
    """The words of the marks that :mod:`passages` leaves: titles of pages, numbers of figures, places of sources."""

    def __init__(self, env: BuildEnvironment, places: dict[str, int]) -> None:
        self.env = env
        self.places = places

    def __call__(self, kind: str, target: str) -> str:
        return {"cite": self._cite, "doc": self._title, "numref": self._figure}[kind](target)

    def _cite(self, target: str) -> str:
        role, _, keys = target.partition(" ")
        places = [self.places[anchor] for key in keys.split(",") if (anchor := f"source-{key.strip()}") in self.places]
        return f"{CITED[0]}{role[0]}{','.join(map(str, places))}{CITED[1]}" if places else ""

    def _title(self, target: str) -> str:
        name = next((name for name in sorted(self.env.titles) if name.endswith(f"/{target.lstrip('/')}")), target.lstrip("/"))
        return self.env.titles[name].astext() if name in self.env.titles else target

    def _figure(self, target: str) -> str:
        docname, anchor = self.env.domains.standard_domain.anonlabels.get(target, ("", ""))
        number = self.env.toc_fignumbers.get(docname, {}).get("figure", {}).get(anchor, ())
        return self.env.config.numfig_format["figure"] % ".".join(map(str, number))


def records(env: BuildEnvironment) -> list[Record]:
    """Return all records, whole: terms, foods, then page by page its places and the sources that it cites first."""
    told = {name: records_of(env)[name].passages for name in in_order(env) if name in records_of(env)}
    found = [*_terms(env, told), *_foods(env), *_beside(_places(env, told), _sources(env), _first_cited(env))]
    words = Words(env, {record["i"]: number for number, record in enumerate(found) if record["k"] == "source"})
    for record in found:
        record["x"] = settled(record.get("x", ""), words)
    return _connected(env, found)


def packed(found: list[Record], pages: list[str]) -> dict[str, list[Any]]:
    """Return the *found* records as columns, what the script can work out left away."""
    short = [{**record, "p": pages.index(record["p"]), "i": _short(record)} for record in found]
    return {name: [record.get(name) or 0 for record in short] for name in COLUMNS}


def _short(record: Record) -> str | int:
    bare = record.get("i", "").removeprefix(f"{record['k']}-")
    return 1 if bare and bare == re.sub(r"[^a-z0-9]+", "-", record["h"].lower()).strip("-") else bare


def _beside(places: Iterable[Record], sources: Iterable[Record], cited: dict[str, str]) -> Iterator[Record]:
    """Yield each source behind the page that cites it first: they share words, and pack to a tenth less."""
    waiting = list(sources)
    for page, group in groupby(places, key=itemgetter("p")):
        yield from group
        yield from (source for source in waiting if cited.get(source["i"]) == page)
    yield from (source for source in waiting if source["i"] not in cited)


def _first_cited(env: BuildEnvironment) -> dict[str, str]:
    """The page that cites each source first, by the source's anchor."""
    first: dict[str, str] = {}
    for name in in_order(env):
        for cite in records_of(env)[name].cites if name in records_of(env) else ():
            first.setdefault(f"source-{cite.key}", name)
    return first


def _terms(env: BuildEnvironment, told: dict[str, list[Passage]]) -> Iterator[Record]:
    bodies = {passage.anchor: passage.text for passages in told.values() for passage in passages}
    for term in terms.domain_of(env).terms.values():
        text = bodies.get(term.anchor, term.definition)
        yield {"k": "term", "p": term.docname, "i": term.anchor, "h": curly(term.name), "a": [curly(name) for name in term.names], "x": text}


def _places(env: BuildEnvironment, told: dict[str, list[Passage]]) -> Iterator[Record]:
    claims = {claim.anchor: claim for claim in evidence.domain_of(env).claims.values()}
    for docname, passages in told.items():
        for passage in passages:
            if claim := claims.get(passage.anchor):
                yield {
                    "k": "claim", "p": docname, "i": claim.anchor, "h": curly(claim.says), "a": [f"claim {claim.id}"], "s": curly(claim.plain),
                    "x": passage.text, "v": [claim.verdict, claim.certainty_words],
                }  # fmt: skip
            elif passage.title and passage.title not in SIGNPOSTS:
                summary = str(env.metadata[docname].get("summary", ""))
                at = {"k": "section", "i": passage.anchor} if passage.anchor else {"k": "page", "s": summary}
                yield {**at, "p": docname, "h": passage.title, "x": passage.text}


def _foods(env: BuildEnvironment) -> Iterator[Record]:
    page = next((name for name in in_order(env) if name.endswith("foods")), "")
    labels = {c.key: c.formatted_entry.label for c in env.get_domain("cite").citations}  # type: ignore[attr-defined]
    for food in foods_of(env):
        figure, aside = printed(food)
        amount = f"{figure} µg per 100 g {aside}".strip() if figure else aside
        source = labels.get(food.source, "")
        told = f"{amount}. {BASES[food.basis]}. {CATEGORIES[food.category]}, {food.country}, {source}."
        yield {"k": "food", "p": page, "i": f"food-{food.id}", "h": food.food, "a": [food.kind], "s": told}


def _sources(env: BuildEnvironment) -> Iterator[Record]:
    known, listed = sources_of(env), env.get_domain("cite")
    page = next((key.docname for key in listed.bibliographies), "")  # type: ignore[attr-defined]
    for citation in sorted(listed.citations, key=lambda citation: citation.citation_id):  # type: ignore[attr-defined]
        if source := known.get(citation.key):
            names = [str(Text.from_latex(surname(person))) for person in citation.entry.persons["author"]]
            status = "" if source.status == "ok" else f", {STATUSES[source.status].lower()}"
            label = citation.formatted_entry.label
            yield {
                "k": "source", "p": page, "i": citation.citation_id, "h": curly(str(Text.from_latex(citation.entry.fields["title"]))),
                "a": [" ".join(name for name in names if name != OTHERS)],
                "s": f"{label}. {DESIGNS[source.design]}{status}.", "x": curly(source.fields.get("finding", "")),
                "d": source.fields.get("doi") or source.fields.get("pmid", ""),
            }  # fmt: skip


def _connected(env: BuildEnvironment, found: list[Record]) -> list[Record]:
    """Add to each record the terms that it mentions, and to each term the claims that concern it."""
    matcher = Matcher(terms.domain_of(env).terms)
    place = {record["i"]: number for number, record in enumerate(found) if record["k"] == "term"}
    mentioned: dict[int, list[int]] = {}
    for number, record in enumerate(found):
        if record["k"] in CONNECTED:
            said = " \n ".join((record["h"], *record.get("a", ()), record.get("s", ""), record["x"]))
            record["c"] = sorted({place[f"term-{term}"] for term in _named(matcher, said)} - {number})
        if record["k"] == "claim":
            for term in _named(matcher, f"{record['h']} \n {record['s']}"):
                found[place[f"term-{term}"]].setdefault("v", []).append(number)
            for term_place in record["c"]:
                mentioned.setdefault(term_place, []).append(number)
    for term_place, claims in mentioned.items():
        # Where no claim names the term in its sentences, those that weigh it.
        found[term_place].setdefault("v", claims[:MOST_CLAIMS])
    return found


def _named(matcher: Matcher, text: str) -> list[str]:
    return list(dict.fromkeys(term for _, _, term in matcher.find(text)))


def without_index(app: Sphinx) -> None:
    """Keep Sphinx from building its own index; our page of the search is a page like any other."""
    if isinstance(app.builder, StandaloneHTMLBuilder) and app.builder.name in BUILDERS:
        app.builder.search = False


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the records and put the scripts of the engine beside them, after a good build of the site.

    :raises ExtensionError: where npm has not installed MiniSearch.
    """
    if exception or app.builder.name not in BUILDERS:
        return
    static = Path(app.outdir, "_static")
    static.mkdir(exist_ok=True)
    found = records(app.env)
    _ask(app, found)
    pages = [name for name in in_order(app.env) if any(record["p"] == name for record in found)]
    told = {
        "pages": [[app.builder.get_target_uri(name), app.env.titles[name].astext()] for name in pages],
        "columns": packed(found, pages),
        "everyday": read_everyday(Path(app.srcdir, app.config.kb_everyday), _vocabulary(found)),
        "words": evidence.VERDICTS,
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (static / Path(DATA).name).write_text(f"window.KB_RECORDS={text};\n", encoding="utf-8", newline="\n")
    _copy_engine(static)


def _ask(app: Sphinx, found: list[Record]) -> None:
    """Add to each record the questions that it answers."""
    places = {record["p"] + (f"#{record['i']}" if record.get("i") else ""): record for record in found}
    for place, questions in read_questions(Path(app.srcdir, app.config.kb_questions), places).items():
        places[place]["q"] = questions


def _vocabulary(found: list[Record]) -> set[str]:
    texts = (text for record in found for text in (record["h"], record.get("s"), record["x"], *record.get("a", ())) if text)
    return {word for text in texts for word in WORD.findall(text.lower())}


def _copy_engine(static: Path) -> None:
    if not ENGINE.is_file():
        raise ExtensionError("MiniSearch is not installed: run `make html`, or docs/_tools/node.py, which asks npm for it")
    shutil.copyfile(ENGINE, static / "minisearch.js")
    for name in STEMMERS:
        shutil.copyfile(Path(sphinx.search.__file__).parent / "minified-js" / name, static / name)


def setup(app: Sphinx) -> ExtensionMetadata:
    for needed in ("autolink", "citation_style", "evidence", "foods", "records", "sources"):
        app.setup_extension(needed)
    app.add_config_value("kb_everyday", "data/everyday-words.csv", "env", str)
    app.add_config_value("kb_questions", "data/questions.csv", "env", str)
    app.connect("builder-inited", without_index)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
