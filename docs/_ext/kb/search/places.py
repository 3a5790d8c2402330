"""The records of the search: one for each place that a reader can be sent to.

A record is a dictionary.  :mod:`search_records` explains its properties, packs all of
them and writes the file that the script loads.  Everything here comes from the
domains and from :mod:`records`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from sphinx.environment import BuildEnvironment

from incremental_html.dependencies import needs_of
from kb.claims import domain as evidence
from kb.core.page_info import info_of
from kb.core.text import curly
from kb.foods.table import BASES, CATEGORIES, foods_in, printed, warning
from kb.glossary import domain as terms
from kb.glossary.matching import Matcher
from kb.sources.bibliography import DESIGNS, STATUSES, sources_of
from kb.sources.citation_style import authors
from kb.sources.latex import printed as print_of
from kb.text_index.passages import Passage, settled
from kb.text_index.records import in_order, records_of

CITED = "\ue000\ue001"
"""The signs around a citation: the first letter of its role ('p', 't' or 'a') and the places of its sources."""
SIGNPOSTS = {"See also"}
"""Sections that only lead elsewhere."""
CONNECTED = ("term", "claim", "page", "section")
"""The kinds that tell which terms they mention."""
MOST_CLAIMS = 3

Record = dict[str, Any]
Told = dict[str, list[Passage]]


class Words:
    """The words of the marks that :mod:`passages` leaves: titles of pages, numbers of figures, places of sources."""

    def __init__(self, env: BuildEnvironment, places: dict[str, int]) -> None:
        self.env = env
        self.places = places

    def __call__(self, kind: str, target: str) -> str:
        return {"cite": self._cite, "doc": self._title, "numref": self._figure}[kind](target)

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


def all_records(env: BuildEnvironment) -> list[Record]:
    """Return all records, whole: terms, foods, then page by page its places and the sources that it cites first."""
    told = {
        name: records_of(env)[name].passages for name in in_order(env) if name in records_of(env)
    }
    found = [
        *_terms(env, told),
        *_foods(env),
        *_beside(_places(env, told), _sources(env), _first_cited(env)),
    ]
    words = Words(
        env, {record["i"]: number for number, record in enumerate(found) if record["k"] == "source"}
    )
    for record in found:
        record["x"] = settled(record.get("x", ""), words)
    _connect(env, found)
    return found


def _beside(
    places: Iterable[Record], sources: Iterable[Record], cited: dict[str, str]
) -> Iterator[Record]:
    """Yield each source behind the page that cites it first: they share words, and so pack better."""
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


def _terms(env: BuildEnvironment, told: Told) -> Iterator[Record]:
    bodies = {passage.anchor: passage.text for passages in told.values() for passage in passages}
    for term in terms.domain_of(env).terms.values():
        names = [curly(name) for name in term.names]
        text = bodies.get(term.anchor, term.definition)
        yield {
            "k": "term",
            "p": term.docname,
            "i": term.anchor,
            "h": curly(term.name),
            "a": names,
            "x": text,
        }


def _places(env: BuildEnvironment, told: Told) -> Iterator[Record]:
    claims = {claim.anchor: claim for claim in evidence.domain_of(env).claims.values()}
    for docname, passages in told.items():
        for passage in passages:
            if claim := claims.get(passage.anchor):
                yield {"k": "claim", "p": docname, "x": passage.text, **_claim(claim)}
            elif passage.title and passage.title not in SIGNPOSTS:
                summary = info_of(env, docname).summary
                at = (
                    {"k": "section", "i": passage.anchor}
                    if passage.anchor
                    else {"k": "page", "s": summary}
                )
                yield {**at, "p": docname, "h": passage.title, "x": passage.text}


def _claim(claim: evidence.Claim) -> Record:
    graded = [claim.verdict, claim.certainty_words]
    return {
        "i": claim.anchor,
        "h": curly(claim.says),
        "a": [f"claim {claim.id}"],
        "s": curly(claim.plain),
        "v": graded,
    }


def _foods(env: BuildEnvironment) -> Iterator[Record]:
    foods = foods_in(env)
    page = next(
        (
            name
            for name, needs in needs_of(env).items()
            if foods and f"food-{foods[0].id}" in needs.ids
        ),
        "",
    )
    labels = {c.key: c.formatted_entry.label for c in env.get_domain("cite").citations}  # type: ignore[attr-defined]
    for food in foods:
        figure, aside = printed(food)
        amount = f"{figure} µg per 100 g {aside}".strip() if figure else aside
        told = f"{amount}. {BASES[food.basis]}. {CATEGORIES[food.category]}, {food.country}, {labels.get(food.source, '')}."
        yield {
            "k": "food",
            "p": page,
            "i": f"food-{food.id}",
            "h": food.food,
            "a": [food.kind],
            "s": f"{told} {warning(food)}".strip(),
        }


def _sources(env: BuildEnvironment) -> Iterator[Record]:
    known, listed = sources_of(env), env.get_domain("cite")
    page = next((key.docname for key in listed.bibliographies), "")  # type: ignore[attr-defined]
    for citation in sorted(listed.citations, key=lambda citation: citation.citation_id):  # type: ignore[attr-defined]
        if source := known.get(citation.key):
            status = "" if source.status == "ok" else f", {STATUSES[source.status].lower()}"
            yield {
                "k": "source",
                "p": page,
                "i": citation.citation_id,
                "h": curly(print_of(citation.entry.fields["title"])),
                "a": list(filter(None, [" ".join(authors(citation.entry))])),
                "s": f"{citation.formatted_entry.label}. {DESIGNS[source.design]}{status}.",
                "x": curly(source.fields.get("finding", "")),
                "d": source.fields.get("doi") or source.fields.get("pmid", ""),
            }


def _connect(env: BuildEnvironment, found: list[Record]) -> None:
    """Add to each record the terms that it mentions, and to each term the claims that concern it."""
    matcher = Matcher(terms.domain_of(env).terms)
    place = {record["i"]: number for number, record in enumerate(found) if record["k"] == "term"}
    mentioned: dict[int, list[int]] = {}
    for number, record in enumerate(found):
        if record["k"] in CONNECTED:
            said = " \n ".join(
                (record["h"], *record.get("a", ()), record.get("s", ""), record["x"])
            )
            record["c"] = sorted(
                {place[f"term-{term}"] for term in _named(matcher, said)} - {number}
            )
        if record["k"] == "claim":
            for term in _named(matcher, f"{record['h']} \n {record['s']}"):
                found[place[f"term-{term}"]].setdefault("v", []).append(number)
            for term_place in record["c"]:
                mentioned.setdefault(term_place, []).append(number)
    for term_place, claims in mentioned.items():
        # Where no claim names the term in its sentences, those that weigh it.
        found[term_place].setdefault("v", claims[:MOST_CLAIMS])


def _named(matcher: Matcher, text: str) -> list[str]:
    return list(dict.fromkeys(term for _, _, term in matcher.find(text)))
