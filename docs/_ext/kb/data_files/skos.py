"""``glossary.ttl``: the glossary as SKOS, written by rdflib.

A *see also* points one way in the glossary; ``skos:related`` is symmetric, so both ways are stated.
The glossary has no tree of broader and narrower terms, and so every concept is a top one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from sphinx.application import Sphinx

from incremental_html.kept import kept
from kb.core.text import curly
from kb.data_files.heads import day, iri
from kb.glossary.domain import Term
from kb.glossary.identifiers import identifiers_in
from kb.search.synonyms import OTHER_LANGUAGES, read_languages
from kb.sources.bibliography import sources_of

NOTE = (
    "The definitions are ours. The sources of a concept are works in which the term is at work, "
    "and no dictionaries. Exact matches were seen on a public page, which glossary.json names."
)
Triple = tuple[str, str, "str | Words"]
"""Subject, predicate with its prefix, and object: an address, or words."""


@dataclass(frozen=True)
class Words:
    """A text, of a *language* or of a *type* if it has one."""

    text: str
    language: str | None = None
    type: str | None = None


def turtle(app: Sphinx, found: list[Term]) -> str:
    """The terms *found* in Turtle; the same glossary gives the same text."""
    triples = [*_scheme(app, found), *_concepts(app, found)]
    return kept(app, "glossary.ttl", repr(triples), partial(serialized, triples))


def serialized(triples: list[Triple]) -> str:
    """The *triples* in Turtle."""
    # Where the file is kept from the last build, this is not imported.
    from rdflib import DCTERMS, OWL, RDF, SKOS, XSD, Graph, Literal, URIRef

    bound = {"dcterms": DCTERMS, "owl": OWL, "skos": SKOS, "xsd": XSD}
    known = {"rdf": RDF, **bound}

    def named(name: str) -> URIRef:
        prefix, _, rest = name.partition(":")
        return URIRef(known[prefix][rest] if prefix in known else name)

    def told(words: Words) -> Literal:
        datatype = named(words.type) if words.type else None
        return Literal(words.text, lang=words.language, datatype=datatype)

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in bound.items():
        graph.bind(prefix, namespace)
    for subject, predicate, what in triples:
        thing = told(what) if isinstance(what, Words) else named(what)
        graph.add((URIRef(subject), named(predicate), thing))
    return graph.serialize(format="turtle")


def scheme(app: Sphinx, found: list[Term]) -> str:
    """The address of the whole: that of the page of the glossary."""
    return iri(app, found[0].docname)


def _scheme(app: Sphinx, found: list[Term]) -> Iterator[Triple]:
    subject, config = scheme(app, found), app.config
    yield subject, "rdf:type", "skos:ConceptScheme"
    yield subject, "dcterms:title", _english(f"{config.project}: glossary")
    # What programs for SKOS show is the label.
    yield subject, "skos:prefLabel", _english(f"{config.project}: glossary")
    yield subject, "dcterms:creator", Words(config.author)
    if config.kb_license:
        yield subject, "dcterms:license", config.kb_license
    yield subject, "owl:versionInfo", Words(config.version)
    yield subject, "skos:note", _english(NOTE)
    if modified := day():
        yield subject, "dcterms:modified", Words(modified, type="xsd:date")


def _concepts(app: Sphinx, found: list[Term]) -> Iterator[Triple]:
    whole, known, elsewhere = scheme(app, found), sources_of(app.env), identifiers_in(app.env)
    places = {term.id: iri(app, term.docname, term.anchor) for term in found}
    languages = read_languages(Path(app.srcdir, OTHER_LANGUAGES))
    for term in found:
        concept = places[term.id]
        yield from _labels(concept, term)
        for tag, words in languages.get(term.name, {}).items():
            for word in words[:1]:  # the others are forms of it
                yield concept, "skos:altLabel", Words(word, tag)
        yield concept, "skos:inScheme", whole
        yield concept, "skos:topConceptOf", whole
        yield whole, "skos:hasTopConcept", concept
        # What a term names in vain was reported when its page was read.
        for key in (key for key in term.sources if key in known and known[key].url):
            yield concept, "dcterms:source", quote(known[key].url, safe="/:?=&#%+,;@~!$'*()[]")
        for other in (other for other in term.see_also if other in places):
            yield concept, "skos:related", places[other]
            yield places[other], "skos:related", concept
        for row in elsewhere.get(term.id, ()):
            yield concept, "skos:exactMatch", row.iri


def _labels(concept: str, term: Term) -> Iterator[Triple]:
    yield concept, "rdf:type", "skos:Concept"
    yield concept, "skos:prefLabel", _english(term.name)
    for name in term.names:
        yield concept, "skos:altLabel", _english(name)
    yield concept, "skos:definition", _english(curly(term.definition))
    yield concept, "dcterms:identifier", Words(term.anchor)


def _english(text: str) -> Words:
    return Words(text, "en")
