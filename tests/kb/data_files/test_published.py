"""The published data files, read by the libraries that readers use: whole, valid, and true to the pages."""

from __future__ import annotations

import csv
import datetime
import hashlib
import html
import io
import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from citeproc.source.json import CiteProcJSON
from frictionless import Package
from jsonschema import Draft202012Validator, FormatChecker
from pybtex.database import parse_string
from pyld import jsonld
from rdflib import DCTERMS, RDF, SDO, SKOS, Graph, URIRef
from rdflib.compare import isomorphic

from build.inputs import epoch
from kb.core.tables import FORMULA
from kb.data_files.fields import NAMES, schema_file
from kb.data_files.files import CATALOG, FILES
from kb.search.synonyms import OTHER_LANGUAGES, read_languages
from kb.sources.bibliography import read_sources
from upkeep import programs

ROOT = Path(__file__).parents[3]
SITE = "https://example.org/k/"
"""Where the site would lie: relative addresses are resolved against it."""
LISTS = {"claims": "claims", "foods": "foods", "glossary": "terms"}


@pytest.fixture(scope="module")
def data(site: Path) -> Path:
    return site / "data"


def read(data: Path, name: str) -> Any:
    return json.loads((data / name).read_text(encoding="utf-8"))


def records(data: Path, name: str) -> list[dict[str, Any]]:
    told = read(data, f"{name}.json")
    found = told[LISTS[name]] if name in LISTS else told
    assert len(found) > 20, f"{name}.json: where there are no records, no test finds a fault"
    return found


# -- Schemas -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_file_holds_to_its_schema(data, docs, name):
    schema = read(data, f"{name}.schema.json")
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    assert [
        f"{error.json_path}: {error.message}"
        for error in validator.iter_errors(read(data, f"{name}.json"))
    ] == []
    assert len(records(data, name)) == len(re.findall(WRITTEN[name][1], written(docs, name)))


WRITTEN = {
    "claims": ("sections/*.md", r"(?m)^:::\{claim\} "),
    "foods": ("data/foods.csv", r"\n(?=.)"),
    "glossary": ("reference/glossary.md", r"(?m)^:::\{definition\} "),
    "sources": ("data/sources.bib", r"(?m)^@\w+\{"),
}
"""Where authors write the records, and how each begins: every one is published."""


def written(docs: Path, name: str) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(docs.glob(WRITTEN[name][0])))


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_refuses_what_is_not_in_it(data, name):
    validator = Draft202012Validator(read(data, f"{name}.schema.json"))
    whole = read(data, f"{name}.json")
    found = whole[LISTS[name]] if name in LISTS else whole
    for slip in ({"surprise": 1}, {"id": "Not An Id"}):
        kept, found[0] = found[0], {**found[0], **slip}
        assert not validator.is_valid(whole), slip
        found[0] = kept
    for name_of_field in list(found[0]):
        smaller = {key: value for key, value in found[0].items() if key != name_of_field}
        kept, found[0] = found[0], smaller
        optional = name == "sources" and name_of_field not in {
            "id",
            "type",
            "title",
            "custom",
        }
        assert validator.is_valid(whole) == optional, name_of_field
        found[0] = kept


def test_the_catalog_reads_as_a_data_package(data):
    package = Package(str(data / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["title", "message"])
    listed = {
        resource["path"]: resource for resource in read(data, "datapackage.json")["resources"]
    }
    assert listed.keys() == {file.name for file in FILES}
    schemas = {schema_file(name) for name in NAMES}
    assert {path.name for path in data.iterdir()} == {*listed, *schemas, CATALOG}
    for path, resource in listed.items():
        assert (
            resource["hash"] == f"sha256:{hashlib.sha256((data / path).read_bytes()).hexdigest()}"
        ), path
    foods = package.get_resource("foods-csv").read_rows()
    assert {type(row["k2_ug_per_100g"]).__name__ for row in foods} == {"Decimal", "NoneType"}


def test_version_and_day_are_those_of_the_build(data):
    day = datetime.datetime.fromtimestamp(int(epoch(ROOT)), datetime.UTC).date().isoformat()
    told = {read(data, f"{name}.json")["date"] for name in LISTS} | {
        read(data, "datapackage.json")["created"][:10]
    }
    assert len(told) == 1
    if os.environ.get("KB_SITE") is None and not _edited():
        assert told == {day}


def _edited() -> bool:
    """Whether a commit was made after the site was built."""
    log = subprocess.run(
        ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return not log.strip() or int(log) > (ROOT / "_build/html/data/claims.json").stat().st_mtime


# -- Ids and addresses ---------------------------------------------------------------------------


def ids(site: Path, page: str) -> set[str]:
    return set(re.findall(r'\sid="([^"]+)"', (site / page).read_text(encoding="utf-8")))


def test_ids_are_the_anchors_of_the_pages(site, data):
    on_page: dict[str, set[str]] = {}
    for name in NAMES:
        for record in records(data, name):
            inside = record["custom"] if name == "sources" else record
            anchor = inside["anchor"] if name == "sources" else record["id"]
            page, _, end = inside["url"].partition("#")
            assert end == anchor and anchor in on_page.setdefault(page, ids(site, page)), anchor
            others = [
                *inside.get("cited_in", ()),
                *(use["url"] for use in record.get("used_in", ())),
            ]
            for page, _, end in (url.partition("#") for url in others):
                assert not end or end in on_page.setdefault(page, ids(site, page)), (
                    anchor,
                    page,
                    end,
                )


def test_every_key_and_id_leads_to_a_record(data):
    keys = {source["id"] for source in records(data, "sources")}
    terms = {term["id"] for term in records(data, "glossary")}
    for claim in records(data, "claims"):
        cited = set(re.findall(r"@([a-z]+\w*)", claim["assessment"]))
        assert (
            cited and cited <= keys and {*claim["for"], *claim["mixed"], *claim["against"]} <= keys
        ), claim["id"]
    for term in records(data, "glossary"):
        assert set(term["sources"]) <= keys and set(term["see_also"]) <= terms, term["id"]
    assert {food["source_key"] for food in records(data, "foods")} <= keys


def test_no_text_holds_a_mark_or_markup(data):
    for name in NAMES:
        text = (data / f"{name}.json").read_text(encoding="utf-8")
        assert len(text) > 1000, name
        assert not re.search(
            r"[\ue000\ue001]|\{cite|\{term|:::|\\\\", re.sub(r'"pattern".*', "", text)
        ), name


# -- Tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["claims", "foods"])
def test_a_table_says_what_the_json_says_and_no_cell_is_a_formula(data, name):
    text = (data / f"{name}.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    for row, record in zip(rows, records(data, name), strict=True):
        assert not [cell for cell in row.values() if cell.startswith(FORMULA)]
        for column in row.keys() & record.keys():
            value = record[column]
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                assert float(row[column]) == value
            else:
                said = (
                    " ".join(value)
                    if isinstance(value, list)
                    else ""
                    if value is None
                    else str(value)
                )
                assert row[column].removeprefix("'") in (said, said.lower()), (record["id"], column)


# -- SKOS ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graph(data: Path) -> Graph:
    return Graph().parse(data / "glossary.ttl")


def faults_of(graph: Graph) -> list[str]:
    """What SKOS forbids, and what every concept of ours has."""
    concepts = sorted(graph.subjects(RDF.type, SKOS.Concept))
    schemes = list(graph.subjects(RDF.type, SKOS.ConceptScheme))
    preferred = {
        str(label).casefold(): concept
        for concept in concepts
        for label in graph.objects(concept, SKOS.prefLabel)
    }
    found = [f"{len(schemes)} schemes"] if len(schemes) != 1 else []
    if len(preferred) != len(concepts):
        found.append("two concepts share a preferred label")
    for concept in concepts:
        labels = list(graph.objects(concept, SKOS.prefLabel))
        if [label.language for label in labels] != ["en"]:
            found.append(f"{concept}: {len(labels)} preferred labels in English")
        if len(list(graph.objects(concept, SKOS.definition))) != 1:
            found.append(f"{concept}: no definition")
        if set(graph.objects(concept, SKOS.inScheme)) != set(schemes):
            found.append(f"{concept}: not in the scheme")
        found += [
            f"{concept}: {a!r} is a preferred label"
            for a in graph.objects(concept, SKOS.altLabel)
            # labels are compared with their languages: 'Natto' is German as well
            if a.language == "en" and str(a).casefold() in preferred
        ]
        related, broader = (
            set(graph.objects(concept, SKOS.related)),
            set(graph.transitive_objects(concept, SKOS.broader)) - {concept},
        )
        found += [
            f"{concept}: {other} does not relate back"
            for other in related
            if (other, SKOS.related, concept) not in graph
        ]
        found += [
            f"{concept}: {other} is no concept"
            for other in related | broader
            if other not in concepts
        ]
        found += [f"{concept}: {other} is related and broader" for other in related & broader]
        if any(
            concept in graph.transitive_objects(other, SKOS.broader)
            for other in graph.objects(concept, SKOS.broader)
        ):
            found.append(f"{concept}: a circle of broader concepts")
    return found


def test_the_thesaurus_is_sound(graph):
    assert faults_of(graph) == []


def test_the_check_of_the_thesaurus_sees_faults(graph):
    one, two = sorted(graph.subjects(RDF.type, SKOS.Concept))[:2]
    for triple, fault in [
        ((one, SKOS.prefLabel, graph.value(two, SKOS.prefLabel)), "preferred label"),
        ((one, SKOS.altLabel, graph.value(two, SKOS.prefLabel)), "is a preferred label"),
        ((one, SKOS.related, URIRef(f"{SITE}nothing")), "does not relate back"),
    ]:
        assert any(fault in found for found in faults_of(graph + Graph().add(triple))), fault
    circle = Graph().add((one, SKOS.broader, two)).add((two, SKOS.broader, one))
    assert any("a circle" in found for found in faults_of(graph + circle))
    assert any(
        "no definition" in found
        for found in faults_of(
            graph - Graph().add((one, SKOS.definition, graph.value(one, SKOS.definition)))
        )
    )


@pytest.fixture(scope="module")
def number(data) -> str:
    """The number of the book, by which terms are named while there is no public address."""
    found: str = read(data, "glossary.jsonld")["@id"].partition("#")[0]
    return found


def test_the_thesaurus_says_what_the_glossary_says(data, graph, number):
    addresses = {source["id"]: source.get("URL") for source in records(data, "sources")}
    languages = read_languages(ROOT / "docs" / OTHER_LANGUAGES)
    for term in records(data, "glossary"):
        concept = URIRef(f"{number}#{term['id']}")
        assert str(graph.value(concept, SKOS.prefLabel)) == term["name"]
        labels = list(graph.objects(concept, SKOS.altLabel))
        assert {str(label) for label in labels if label.language == "en"} == set(term["names"])
        named = {(words[0], tag) for tag, words in languages.get(term["name"], {}).items() if words}
        others = {(str(label), label.language) for label in labels if label.language != "en"}
        assert others == named
        assert str(graph.value(concept, SKOS.definition)) == term["definition"]
        assert {str(iri) for iri in graph.objects(concept, DCTERMS.source)} == {
            addresses[key] for key in term["sources"] if addresses[key]
        }
        assert {str(iri) for iri in graph.objects(concept, SKOS.exactMatch)} == {
            same["iri"] for same in term["same_as"]
        }
        assert {URIRef(f"{number}#{other}") for other in term["see_also"]} <= set(
            graph.objects(concept, SKOS.related)
        )


def test_exact_matches_are_of_one_concept_only(graph):
    matched = [str(iri) for iri in graph.objects(None, SKOS.exactMatch)]
    assert len(matched) == len(set(matched)) > 0
    assert not [
        iri
        for iri in matched
        if not re.match(
            r"http://(id\.nlm\.nih\.gov/mesh/|purl\.obolibrary\.org/obo/CHEBI_|www\.wikidata\.org/entity/Q)",
            iri,
        )
    ]


# -- schema.org ----------------------------------------------------------------------------------


def from_disk(url: str, options: object) -> dict[str, Any]:
    """The context of schema.org for the words that we use and no others: a stray word is dropped, and seen."""
    assert url == "https://schema.org", f"the test asks no network for {url}"
    text = (Path(__file__).parent / "schema-org-context.json").read_text(encoding="utf-8")
    return {"contextUrl": None, "documentUrl": url, "document": json.loads(text)}


def lost(told: Any) -> list[str]:
    """The keys and values of *told* that its expansion does not hold."""
    expanded = jsonld.expand(
        told, {"documentLoader": from_disk, "base": f"{SITE}data/glossary.jsonld"}
    )
    text = json.dumps(expanded, ensure_ascii=False)
    found: list[str] = []

    def visit(part: Any) -> None:
        for key, value in part.items() if isinstance(part, dict) else ():
            word = key if key.startswith("@") else f"https://schema.org/{key}"
            found.extend([key] if key != "@context" and f'"{word}"' not in text else [])
            visit(value)
        for item in part if isinstance(part, list) else ():
            visit(item)
        if (
            isinstance(part, str)
            and not part.startswith(("..", "#", "glossary.html", "https://schema.org"))
            and json.dumps(part, ensure_ascii=False)[1:-1] not in text
        ):
            found.append(part)

    visit(told)
    return found


def words(told: Any) -> set[str]:
    """Every key and type of *told*."""
    if isinstance(told, list):
        return set().union(*map(words, told))
    if not isinstance(told, dict):
        return set()
    own = {key for key in told if not key.startswith("@")} | {told["@type"]}
    return own.union(*map(words, told.values()))


def embedded(site: Path) -> dict[str, Any]:
    page = (site / "reference/glossary.html").read_text(encoding="utf-8")
    [block] = [
        b
        for b in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        if "DefinedTermSet" in b
    ]
    found: dict[str, Any] = json.loads(html.unescape(block))
    return found


def test_linked_data_expand_without_loss(site, data):
    for told in (read(data, "glossary.jsonld"), embedded(site)):
        assert lost(told) == []
        assert {word for word in words(told) if word not in SDO} == set()
    stray = {
        **read(data, "glossary.jsonld"),
        "hasDefinedTerms": "a word that schema.org does not know",
    }
    assert (
        lost(stray) == ["hasDefinedTerms", "a word that schema.org does not know"]
        and "hasDefinedTerms" not in SDO
    )


# rdflib's own parser of JSON-LD uses what rdflib calls old.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_two_readers_get_the_same_statements_without_a_base(data):
    told = read(data, "glossary.jsonld")
    quads = jsonld.to_rdf(told, {"documentLoader": from_disk, "format": "application/n-quads"})
    by_pyld = Graph().parse(data=quads, format="nt")
    # rdflib would fetch the context.
    local = json.dumps({**told, **from_disk(told["@context"], None)["document"]})
    by_rdflib = Graph().parse(data=local, format="json-ld")
    assert isomorphic(by_pyld, by_rdflib)
    named = {str(subject) for subject in by_pyld.subjects() if isinstance(subject, URIRef)}
    thesaurus = Graph().parse(data / "glossary.ttl")
    assert named == {str(subject) for subject in thesaurus.subjects()}
    assert not [name for name in named if not name.startswith("urn:uuid:")]


def test_linked_data_hold_every_term_with_its_number(site, data, number):
    expanded = jsonld.expand(read(data, "glossary.jsonld"), {"documentLoader": from_disk})
    found = {
        term["@id"]: term["https://schema.org/description"][0]["@value"]
        for term in expanded[0]["https://schema.org/hasDefinedTerm"]
    }
    terms = records(data, "glossary")
    assert found == {f"{number}#{term['id']}": term["definition"] for term in terms}
    on_page = jsonld.expand(
        embedded(site), {"documentLoader": from_disk, "base": f"{SITE}reference/glossary.html"}
    )
    on_page_ids = {term["@id"] for term in on_page[0]["https://schema.org/hasDefinedTerm"]}
    assert on_page_ids == {SITE + term["url"] for term in terms}
    assert on_page[0]["@id"] == f"{SITE}reference/glossary.html"


# -- Sources -------------------------------------------------------------------------------------


def people(record: dict[str, Any]) -> list[str]:
    """The family names, with their particles, and the names of bodies."""
    return [
        p.get("literal") or f"{p.get('non-dropping-particle', '')} {p['family']}".strip()
        for p in record.get("author", ())
    ]


def _whole_name(name: dict[str, str]) -> str:
    return (
        name.get("literal") or f"{name.get('non-dropping-particle', '')} {name['family']}".strip()
    )


def test_csl_is_read_back_by_citeproc(data, docs):
    told = records(data, "sources")
    with warnings.catch_warnings():
        # CSL 1.0.2 knows the field; citeproc-py says that it makes nothing of it.
        warnings.filterwarnings(
            "ignore", message="The following arguments for Reference are unsupported: custom"
        )
        read_back = CiteProcJSON(told)
    known = read_sources(docs / "data/sources.bib")
    assert set(read_back) == set(known) == {source["id"] for source in told}
    for source in told:
        entry = read_back[source["id"]]
        names = [_whole_name(name) for name in entry.get("author", ())]
        assert names == people(source), source["id"]
        assert str(entry.title) == source["title"]
        year = str(entry.issued.year) if "issued" in entry else None
        assert year == known[source["id"]].fields.get("year")
        assert entry.type == source["type"].replace("-", "_") or str(entry.type) == source["type"]


def test_csl_names_authors_as_the_record_does(data, docs):
    known = read_sources(docs / "data/sources.bib")
    by_key = {source["id"]: source for source in records(data, "sources")}
    for key, source in known.items():
        whole = source.fields.get("author", "")
        count = 1 if whole.startswith("{") else len(whole.split(" and ")) if whole else 0
        assert len(people(by_key[key])) == count, key
        assert all(not re.search(r"[{}\\]", name) for name in people(by_key[key])), key
    assert people(by_key["vandenheuvel2015vitamin"])[:3] == [
        "van den Heuvel",
        "van Schoor",
        "Vermeer",
    ]
    assert by_key["anses2020ciqual"]["author"] == [
        {
            "literal": "French Agency for Food, Environmental and Occupational Health & Safety (ANSES)"
        }
    ]
    types = {
        key: by_key[key]["type"]
        for key in (
            "anses2020ciqual",
            "eu2009natto",
            "iom2001vitamink",
            "nih2021consumer",
            "karl2017fecal",
        )
    }
    assert list(types.values()) == ["dataset", "legislation", "book", "webpage", "article-journal"]


def test_what_is_missing_was_not_seen(data):
    parts = {"author": "author", "year": "issued", "address": "URL"}
    for source in records(data, "sources"):
        missing = [word for word, field in parts.items() if field not in source]
        assert missing == sorted(source["custom"]["not_seen"], key=list(parts).index), source["id"]
        assert ("title-short" in source) == ("author" in missing), source["id"]


def test_a_withdrawn_paper_says_so_where_managers_look(data, docs):
    void = {
        key for key, source in read_sources(docs / "data/sources.bib").items() if source.is_void
    }
    noted = {
        source["id"]
        for source in records(data, "sources")
        if source.get("note", "").startswith("Retracted.")
    }
    entries = parse_string((data / "sources.bib").read_text(encoding="utf-8"), "bibtex").entries
    assert (
        void
        == noted
        == {
            key
            for key, entry in entries.items()
            if entry.fields.get("note", "").startswith("Retracted.")
        }
        and len(void) == 6
    )


def plain(text: str) -> str:
    """What TeX prints of *text*, by the decoder of pybtex."""
    from pybtex.richtext import Text

    return str(Text.from_latex(text))


def test_bibtex_is_read_back_by_pybtex(data):
    entries = parse_string((data / "sources.bib").read_text(encoding="utf-8"), "bibtex").entries
    told = {source["id"]: source for source in records(data, "sources")}
    assert list(entries) == sorted(told)
    for key, entry in entries.items():
        source = told[key]
        names = [
            " ".join([*p.prelast_names, *p.last_names]).strip("{}")
            for p in entry.persons.get("author", ())
        ]
        assert [plain(name) for name in names] == people(source), key
        assert plain(entry.fields["title"]) == source["title"], key
        issued = source.get("issued", {"date-parts": [[None]]})["date-parts"][0][0]
        assert entry.fields.get("year") == (str(issued) if issued else None)
        assert entry.fields.get("doi") == source.get("DOI")
        assert (
            plain(entry.fields["annote"])
            == f"Finding: {source['custom']['finding']} Limits: {source['custom']['limits']}"
        ), key


def test_bibtex_holds_no_sign_that_tex_takes_for_its_own(data):
    verbatim = ("doi", "url", "pmid")
    lines = (data / "sources.bib").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 200
    for line in lines:
        name, _, value = line.strip().partition(" = ")
        if value and name not in verbatim:
            assert not re.search(r"(?<!\\)[&%$#_^~]", value), line
            assert value.count("{") == value.count("}"), line


# -- The examples of the page --------------------------------------------------------------------


def example(docs: Path, language: str) -> tuple[str, str]:
    """The code of an example, and what the page says that it prints."""
    page = (docs / "reference/data.md").read_text(encoding="utf-8")
    [found] = re.findall(rf"```{language}\n(.*?)```\n\n```text\n(.*?)```", page, re.DOTALL)
    return found


def run(command: list[str], code: str, data: Path) -> str:
    environment = os.environ | {"LC_ALL": "C.UTF-8", "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [*command, code], cwd=data, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


MEND = "docs/reference/data.md prints something else; copy what the example prints now"


def test_the_example_in_python_prints_what_the_page_says(docs, data):
    code, said = example(docs, "python")
    assert run([sys.executable, "-I", "-c"], code, data) == said, MEND


def test_the_example_in_r_prints_what_the_page_says(docs, data):
    if not programs.places()["r"]:
        pytest.skip("R is missing, so the example in R was not run: apt-get install r-base-core")
    code, said = example(docs, "r")
    assert run(["Rscript", "--vanilla", "-e"], code, data) == said, MEND


def test_the_page_lists_every_file_and_every_field(site, data):
    page = html.unescape((site / "reference/data.html").read_text(encoding="utf-8"))
    for path in data.iterdir():
        assert f'href="../data/{path.name}"' in page, path.name
    for name in NAMES:
        for field in read(data, f"{name}.schema.json")["$defs"]["record"]["properties"]:
            assert f'<span class="pre">{field}</span>' in page, (name, field)
