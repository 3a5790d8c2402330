"""``glossary.ttl``: the glossary as SKOS, written by rdflib.

A *see also* points one way in the glossary; ``skos:related`` is symmetric, so both ways are stated.
The glossary has no tree of broader and narrower terms, and so every concept is a top one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

from rdflib import DCTERMS, OWL, RDF, SKOS, XSD, Graph, Literal, URIRef
from rdflib.term import Node
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
Triple = tuple[Node, Node, Node]


def turtle(app: Sphinx, found: list[Term]) -> str:
    """The terms *found* in Turtle; the same glossary gives the same text."""
    triples = [*_scheme(app, found), *_concepts(app, found)]
    return kept(app, "glossary.ttl", repr(triples), partial(serialized, triples))


def serialized(triples: list[Triple]) -> str:
    """The *triples* in Turtle."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in (("dcterms", DCTERMS), ("owl", OWL), ("skos", SKOS), ("xsd", XSD)):
        graph.bind(prefix, namespace)
    for triple in triples:
        graph.add(triple)
    return graph.serialize(format="turtle")


def scheme(app: Sphinx, found: list[Term]) -> URIRef:
    """The address of the whole: that of the page of the glossary."""
    return URIRef(iri(app, found[0].docname))


def _scheme(app: Sphinx, found: list[Term]) -> Iterator[Triple]:
    subject, config = scheme(app, found), app.config
    yield subject, RDF.type, SKOS.ConceptScheme
    yield subject, DCTERMS.title, _english(f"{config.project}: glossary")
    # What programs for SKOS show is the label.
    yield subject, SKOS.prefLabel, _english(f"{config.project}: glossary")
    yield subject, DCTERMS.creator, Literal(config.author)
    if config.kb_license:
        yield subject, DCTERMS.license, URIRef(config.kb_license)
    yield subject, OWL.versionInfo, Literal(config.version)
    yield subject, SKOS.note, _english(NOTE)
    if modified := day():
        yield subject, DCTERMS.modified, Literal(modified, datatype=XSD.date)


def _concepts(app: Sphinx, found: list[Term]) -> Iterator[Triple]:
    whole, known, elsewhere = scheme(app, found), sources_of(app.env), identifiers_in(app.env)
    places = {term.id: URIRef(iri(app, term.docname, term.anchor)) for term in found}
    languages = read_languages(Path(app.srcdir, OTHER_LANGUAGES))
    for term in found:
        concept = places[term.id]
        yield from _labels(concept, term)
        for tag, words in languages.get(term.name, {}).items():
            for word in words[:1]:  # the others are forms of it
                yield concept, SKOS.altLabel, Literal(word, lang=tag)
        yield concept, SKOS.inScheme, whole
        yield concept, SKOS.topConceptOf, whole
        yield whole, SKOS.hasTopConcept, concept
        # What a term names in vain was reported when its page was read.
        for key in (key for key in term.sources if key in known and known[key].url):
            yield (
                concept,
                DCTERMS.source,
                URIRef(quote(known[key].url, safe="/:?=&#%+,;@~!$'*()[]")),
            )
        for other in (other for other in term.see_also if other in places):
            yield concept, SKOS.related, places[other]
            yield places[other], SKOS.related, concept
        for row in elsewhere.get(term.id, ()):
            yield concept, SKOS.exactMatch, URIRef(row.iri)


def _labels(concept: URIRef, term: Term) -> Iterator[Triple]:
    yield concept, RDF.type, SKOS.Concept
    yield concept, SKOS.prefLabel, _english(term.name)
    for name in term.names:
        yield concept, SKOS.altLabel, _english(name)
    yield concept, SKOS.definition, _english(curly(term.definition))
    yield concept, DCTERMS.identifier, Literal(term.anchor)


def _english(text: str) -> Literal:
    return Literal(text, lang="en")
