"""The records of the search: one for each place that a reader can be sent to.

:mod:`kb.search.records` packs them and writes the file that the script loads.  Everything here
comes from the domains and from :mod:`kb.text_index.records`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from sphinx.environment import BuildEnvironment

from incremental_html.dependencies import needs_of
from kb.claims import domain as evidence
from kb.claims.counts import count
from kb.claims.model import Claim
from kb.core.page_info import info_of
from kb.core.text import curly
from kb.foods.table import BASES, CATEGORIES, FILE, Food, foods_in, printed, warning
from kb.glossary import domain as terms
from kb.glossary.matching import Matcher
from kb.sources.bibliography import DESIGNS, STATUSES, sources_of
from kb.sources.citation_style import authors
from kb.sources.latex import printed as print_of
from kb.text_index.passages import Passage, settled
from kb.text_index.records import in_order, records_of

CITED = "\ue000\ue001"
"""The signs around a citation: the letter of its role ('p', 't', 'a'), places of its sources."""
SIGNPOSTS = {"See also"}
"""Sections that only lead elsewhere."""
CONNECTED = ("term", "claim", "page", "section")
"""The kinds whose records list the terms that they mention."""
MOST_CLAIMS = 3
IDENTIFIERS = ("doi", "pmid", "pmcid")


@dataclass
class SearchRecord:
    """A place that a reader can be sent to, and what the search knows of it."""

    kind: str
    """``term``, ``claim``, ``page`` (the top of a page), ``section``, ``food`` or ``source``."""
    page: str
    anchor: str
    """The id on that page, ``""`` for the top."""
    title: str
    """Of a claim what the article says, of a food its name."""
    names: list[str] = field(default_factory=list)
    """Other names: synonyms, the kind of food, the authors."""
    summary: str = ""
    """A line below the title: the answer to a claim, a food's figure, the label of a source."""
    text: str = ""
    """The passage; citations in it are between the signs :data:`CITED`."""
    terms: list[int] = field(default_factory=list)
    """The terms that the record mentions, by their places in the list of records."""
    verdict: str = ""
    """Of a claim."""
    claims: list[int] = field(default_factory=list)
    """Of a term: the claims that concern it, by their places in the list of records."""
    identifier: str = ""
    """Of a source its DOI and its numbers in PubMed and PubMed Central, between spaces."""
    questions: list[str] = field(default_factory=list)
    """Questions of readers that the place answers."""


Passages = dict[str, list[Passage]]
"""The passages of each page of the book, pages in reading order."""


class Words:
    """The words of the marks that :mod:`kb.text_index.passages` leaves in a text.

    They are titles of pages, numbers of figures, and the places of sources.
    """

    def __init__(self, env: BuildEnvironment, places: dict[str, int]) -> None:
        self.env = env
        self.places = places

    def __call__(self, kind: str, target: str) -> str:
        words = {
            "cite": self._cite,
            "doc": self._title,
            "numref": self._figure,
            "count": self._count,
        }
        return words[kind](target)

    def _count(self, target: str) -> str:
        return count(evidence.domain_of(self.env).claims.values(), target)

    def _cite(self, target: str) -> str:
        role, _, keys = target.partition(" ")
        places = [
            self.places[anchor]
            for key in keys.split(",")
            if (anchor := f"source-{key.strip()}") in self.places
        ]
        return f"{CITED[0]}{role[0]}{','.join(map(str, places))}{CITED[1]}" if places else ""

    def _title(self, target: str) -> str:
        bare = target.lstrip("/")
        name = next(
            (name for name in sorted(self.env.titles) if f"/{name}".endswith(f"/{bare}")), ""
        )
        return self.env.titles[name].astext() if name else target

    def _figure(self, target: str) -> str:
        docname, anchor = self.env.domains.standard_domain.anonlabels.get(target, ("", ""))
        number = self.env.toc_fignumbers.get(docname, {}).get("figure", {}).get(anchor, ())
        return str(self.env.config.numfig_format["figure"]) % ".".join(map(str, number))


class Labels(Words):
    """The words of the marks in a title, with citations as they are printed."""

    def _cite(self, target: str) -> str:
        role, _, keys = target.partition(" ")
        labels = {citation.key: citation.formatted_entry.label for citation in _citations(self.env)}
        listed = "; ".join(labels.get(key.strip(), "") for key in keys.split(","))
        return f"({listed})" if role == "p" else listed


def all_records(env: BuildEnvironment) -> list[SearchRecord]:
    """Return all records: terms, foods, then page by page its places and the sources it brings."""
    passages = {
        name: records_of(env)[name].passages for name in in_order(env) if name in records_of(env)
    }
    found = [
        *_terms(env, passages),
        *_foods(env),
        *_with_sources(_places(env, passages), _sources(env), _first_cited(env)),
    ]
    numbers = {one.anchor: number for number, one in enumerate(found) if one.kind == "source"}
    for record in found:
        record.text = settled(record.text, Words(env, numbers))
        record.title = settled(record.title, Labels(env, numbers))
    _connect(env, found)
    return found


def _with_sources(
    places: Iterable[SearchRecord], sources: Iterable[SearchRecord], cited: dict[str, str]
) -> Iterator[SearchRecord]:
    """Yield each source after the page that cites it first: they share words, and pack better."""
    waiting = list(sources)
    for page, group in groupby(places, key=lambda record: record.page):
        yield from group
        yield from (source for source in waiting if cited.get(source.anchor) == page)
    yield from (source for source in waiting if source.anchor not in cited)


def _first_cited(env: BuildEnvironment) -> dict[str, str]:
    """Return the page that cites each source first, by the source's anchor."""
    first: dict[str, str] = {}
    for name in in_order(env):
        for cite in records_of(env)[name].cites if name in records_of(env) else ():
            first.setdefault(f"source-{cite.key}", name)
    return first


def _terms(env: BuildEnvironment, passages: Passages) -> Iterator[SearchRecord]:
    texts = {passage.anchor: passage.text for listed in passages.values() for passage in listed}
    for term in terms.domain_of(env).terms.values():
        yield SearchRecord(
            "term",
            term.docname,
            term.anchor,
            curly(term.name),
            names=[curly(name) for name in term.names],
            text=texts.get(term.anchor, term.definition),
        )


def _places(env: BuildEnvironment, passages: Passages) -> Iterator[SearchRecord]:
    claims = {claim.anchor: claim for claim in evidence.domain_of(env).claims.values()}
    for docname, listed in passages.items():
        for passage in listed:
            if claim := claims.get(passage.anchor):
                text = f"{passage.text} {curly(claim.would_change)}".strip()
                yield _claim(claim, docname, text)
            elif passage.title and not passage.bare and passage.title not in SIGNPOSTS:
                yield _section(env, docname, passage)


def _claim(claim: Claim, docname: str, text: str) -> SearchRecord:
    return SearchRecord(
        "claim",
        docname,
        claim.anchor,
        curly(claim.quote),
        summary=curly(claim.answer),
        text=text,
        verdict=claim.verdict,
    )


def _section(env: BuildEnvironment, docname: str, passage: Passage) -> SearchRecord:
    kind = "section" if passage.anchor else "page"
    summary = "" if passage.anchor else info_of(env, docname).summary
    return SearchRecord(
        kind, docname, passage.anchor, passage.title, summary=summary, text=passage.text
    )


def foods_shown(env: BuildEnvironment) -> tuple[str, list[Food]]:
    """The page that prints the table of foods, and its rows; no rows where none prints it."""
    found = foods_in(env) if Path(env.srcdir, FILE).is_file() else []
    anchor = f"food-{found[0].id}" if found else ""
    page = next((name for name, needs in needs_of(env).items() if anchor in needs.ids), "")
    return page, found if page else []


def _foods(env: BuildEnvironment) -> Iterator[SearchRecord]:
    page, foods = foods_shown(env)
    labels = {citation.key: citation.formatted_entry.label for citation in _citations(env)}
    for food in foods:
        summary = _figure_of(food, labels.get(food.source, ""))
        yield SearchRecord(
            "food", page, f"food-{food.id}", food.food, names=[food.kind], summary=summary
        )


def _figure_of(food: Food, label: str) -> str:
    figure, aside = printed(food)
    amount = f"{figure} µg per 100 g {aside}".strip() if figure else aside
    about = f"{CATEGORIES[food.category]}, {food.country}, {label}"
    return f"{amount}. {BASES[food.basis]}. {about}. {warning(food)}".strip()


def _citations(env: BuildEnvironment) -> list[Any]:
    return list(env.get_domain("cite").citations)  # type: ignore[attr-defined]


def _sources(env: BuildEnvironment) -> Iterator[SearchRecord]:
    known, bibliographies = sources_of(env), env.get_domain("cite").bibliographies  # type: ignore[attr-defined]
    page = next((key.docname for key in bibliographies), "")
    for citation in sorted(_citations(env), key=lambda citation: citation.citation_id):
        if source := known.get(citation.key):
            status = "" if source.status == "ok" else f", {STATUSES[source.status].lower()}"
            yield SearchRecord(
                "source",
                page,
                citation.citation_id,
                curly(print_of(citation.entry.fields["title"])),
                names=list(filter(None, [" ".join(authors(citation.entry))])),
                summary=f"{citation.formatted_entry.label}. {DESIGNS[source.design]}{status}.",
                text=curly(source.fields.get("finding", "")),
                identifier=" ".join(filter(None, map(source.fields.get, IDENTIFIERS))),
            )


def _connect(env: BuildEnvironment, found: list[SearchRecord]) -> None:
    """Add to each record the terms that it mentions, and to each term the claims about it."""
    matcher = Matcher(terms.domain_of(env).terms)
    numbers = {one.anchor: number for number, one in enumerate(found) if one.kind == "term"}
    mentioned: dict[int, list[int]] = {}
    for number, record in enumerate(found):
        if record.kind in CONNECTED:
            said = " \n ".join((record.title, *record.names, record.summary, record.text))
            record.terms = sorted({numbers[term] for term in _named(matcher, said)} - {number})
        if record.kind == "claim":
            for term in _named(matcher, f"{record.title} \n {record.summary}"):
                found[numbers[term]].claims.append(number)
            for term_number in record.terms:
                mentioned.setdefault(term_number, []).append(number)
    for term_number, claims in mentioned.items():
        # Where no claim names the term in its sentences, those that weigh it.
        found[term_number].claims = found[term_number].claims or claims[:MOST_CLAIMS]


def _named(matcher: Matcher, text: str) -> list[str]:
    """Return the anchors of the terms that *text* names."""
    return list(dict.fromkeys(f"term-{term}" for _, _, term in matcher.find(text)))
