"""The data files of a tiny knowledge base: what they hold, how they begin, what they refuse."""

from __future__ import annotations

import csv
import html
import io
import json
import re

import pytest
from jsonschema import Draft202012Validator
from rdflib import SKOS, Graph, URIRef

from kb.claims import model as evidence
from kb.claims.register_data import KINDS
from kb.core import tables, text
from kb.core.tables import DataError
from kb.data_files import claim_files, files, source_files
from kb.data_files.fields import NAMES, SCHEMAS, fields_of, record_schema, schema, schema_file
from kb.data_files.heads import day
from kb.data_files.media_types import CSV, JSON, MediaType, as_csv
from kb.data_files.term_files import terms_of
from kb.foods import table as foods
from kb.glossary import domain as terms
from kb.glossary import identifiers
from kb.sources import bibliography as sources

EPOCH = "1769990400"
HEAD = "term,scheme,identifier,label,seen_on,seen\n"
IDENTIFIERS = {
    "data/identifiers.csv": lambda _: (
        HEAD + "osteocalcin,mesh,D015675,Osteocalcin,https://example.org/mesh,2026-02-02\n"
    )
}


def records(built, name: str) -> list[dict]:
    told = json.loads(built.page(f"data/{name}.json"))
    return told if isinstance(told, list) else told[{"glossary": "terms"}.get(name, name)]


def table(built, name: str) -> list[dict[str, str]]:
    text = (built.out / f"data/{name}.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_claim(tiny):
    built = tiny()
    assert built.warnings == ""
    [claim] = records(built, "claims")
    assert claim == {
        "id": "claim-a1",
        "claim": "A1",
        "chapter": "one",
        "chapter_title": "One",
        "quote": "Osteocalcin does everything.",
        "answer": "It does something.",
        "assessment": "In mice osteocalcin did something [@adams2001bone], in people not [@baker2002gut].",
        "would_change": "a trial in people.",
        "strength": "states",
        "verdict": "overstated",
        "certainty": "low",
        "certainty_of": "claim",
        "for": ["adams2001bone"],
        "mixed": [],
        "against": ["baker2002gut"],
        "sources": ["adams2001bone", "baker2002gut"],
        "kinds": {"animal": 1, "human-trial": 1},
        "url": "sections/one.html#claim-a1",
        "register_url": "reference/evidence.html#register-a1",
    }
    [row] = table(built, "claims")
    assert {
        name: row[name]
        for name in ("id", "verdict", "for", "mixed", "sources", "animal_sources", "review_sources")
    } == {
        "id": "claim-a1",
        "verdict": "overstated",
        "for": "adams2001bone",
        "mixed": "",
        "sources": "adams2001bone baker2002gut",
        "animal_sources": "1",
        "review_sources": "0",
    }


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("p", "[@adams2001bone; @clark2003gut]"),
        ("t", "@adams2001bone; @clark2003gut"),
        ("alp", "@adams2001bone; @clark2003gut"),
    ],
)
def test_citations_are_keys_as_pandoc_writes_them(role, said):
    assert (
        claim_files.Keys._cite(
            claim_files.Keys.__new__(claim_files.Keys), f"{role} adams2001bone,clark2003gut"
        )
        == said
    )


def test_a_term(tiny):
    built = tiny(IDENTIFIERS)
    assert records(built, "glossary")[1] == {
        "id": "term-osteocalcin",
        "name": "osteocalcin",
        "names": ["BGP", "bone Gla protein"],
        "definition": "A small protein of bone, not of the bowel.",
        "sources": ["adams2001bone"],
        "see_also": ["term-gut"],
        "tags": ["protein"],
        "used_in": [
            {
                "page": "sections/one",
                "title": "One",
                "claim": None,
                "url": "sections/one.html#in-plain-words",
            },
            {
                "page": "sections/one",
                "title": "One",
                "claim": "claim-a1",
                "url": "sections/one.html#claim-a1",
            },
        ],
        "same_as": [
            {
                "scheme": "mesh",
                "identifier": "D015675",
                "label": "Osteocalcin",
                "seen_on": "https://example.org/mesh",
                "seen": "2026-02-02",
                "iri": "http://id.nlm.nih.gov/mesh/D015675",
            }
        ],
        "url": "reference/glossary.html#term-osteocalcin",
    }


def test_a_claim_in_a_definition_is_words_everywhere(tiny):
    edits = {
        "reference/glossary.md": lambda text: text.replace(
            "not of the bowel.", "not of the bowel (see {claim}`A1`)."
        ),
        "conf.py": lambda text: text.replace(
            '"kb.outlets', '"kb.search", "kb.site.hover_cards", "kb.outlets'
        ),
    }
    built = tiny(edits)
    assert built.warnings == ""
    said = "A small protein of bone, not of the bowel (see claim A1)."
    assert records(built, "glossary")[1]["definition"] == said
    for name in (
        "data/glossary.ttl",
        "data/glossary.jsonld",
        "_static/kb-cards-data.js",
        "_static/kb-records.js",
    ):
        assert said in built.page(name), name
    page = built.page("reference/glossary.html")
    assert re.search(r'<a [^>]*href="../sections/one.html#claim-a1"[^>]*>(<[^>]*>)?claim A1', page)


def test_a_food(tiny):
    built = tiny(
        {"data/foods.csv": lambda text: text.replace(",4,,,,,,,72.9,", ",4.0,,,,,,,72.9,")}
    )
    gouda, natto, *_ = records(built, "foods")
    assert (gouda["id"], gouda["food"], gouda["k2_ug_per_100g"], gouda["mk4_ug_per_100g"]) == (
        "food-gouda-tiny",
        "Gouda, old",
        72.9,
        None,
    )
    assert (natto["leaves_out"], natto["k1_included"], natto["n_samples"]) == (
        "Only MK-7 was measured.",
        False,
        None,
    )
    rows = table(built, "foods")
    assert rows[0]["vitamin_k1_ug_per_100g"] == "4.0", "the digits of the source"
    assert (rows[2]["k1_included"], rows[2]["url"]) == (
        "true",
        "reference/foods.html#food-kimchi-tiny",
    )
    assert list(rows[0]) == [field.name for field in fields_of("foods")]


def test_a_source(tiny):
    built = tiny()
    adams, baker, clark = records(built, "sources")
    assert {name: value for name, value in adams.items() if name != "custom"} == {
        "id": "adams2001bone",
        "type": "article-journal",
        "title": "Bone and more",
        "author": [
            {"family": "Adams", "given": "Ann"},
            {"family": "Baker", "given": "Bob"},
            {"literal": "others"},
        ],
        "issued": {"date-parts": [[2001]]},
        "container-title": "Journal of Bones",
        "issue": "2",
        "volume": "1",
        "DOI": "10.1000/bone.1",
        "page": "3-4",
        "URL": "https://doi.org/10.1000/bone.1",
        "note": "Not all authors are named.",
    }
    assert adams["custom"]["sides"] == {"A1": "for"} and adams["custom"]["authors_cut"] is True
    assert adams["custom"]["cited_in"][:2] == [
        "sections/one.html#claim-a1",
        "sections/one.html#the-subject",
    ]
    assert (
        baker["note"] == "Corrected. A table was corrected."
        and baker["custom"]["finding"] == "The gut did not care."
    )
    assert (
        clark["author"] == [{"literal": "Panel on Guts, Bowels and More"}]
        and clark["type"] == "document"
    )


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ("50% of {A} & B_1 #2 $3", r"50\% of \{A\} \& B\_1 \#2 \$3"),
        ("a~b^c\\d", r"a\textasciitilde{}b\textasciicircum{}c\textbackslash{}d"),
        ("µ β", "µ β"),
    ],
)
def test_tex_prints_what_stands_there(plain, written):
    assert text.as_tex(plain) == written


@pytest.mark.parametrize(
    "kept",
    [
        "A study of {MK-7} and vitamin {K} ({IBS}), {Gas6} in {Japan}: What {K2} does",
        "Vitamin {K}-deficient rats and {Alzheimer}'s disease: {Alzheimer} again",
        "Effect of {Lactobacillus} strains on {pH}, {mRNA} and a {U.S}. diet",
        "Vitamin {K}-Dependent Bone Proteins in the {Rotterdam} Study: A Review of {Bacteroides}",
        "A Trial of Vitamin {A} in Mice of {Turkey}: {Parkinson}’s Disease in a Rat",
        "The {Rotterdam} {Study} and vitamin {A} in mice",
        r"{R}\&{D} of bone \textasciitilde{}5 \textbackslash{}",
    ],
)
def test_names_and_acronyms_keep_their_capitals(kept):
    """In a title of small words each capital is a name; where all have one, unless it is ordinary."""
    ordinary = {"alzheimers", "what", "bone", "dependent", "proteins", "study", "review", "trial"}
    ordinary |= {"vitamin", "mice", "disease", "rat", "effect"}
    title = re.sub(r"\{(\w.*?)\}", r"\1", kept)
    assert source_files.kept(title, ordinary) == kept


def test_words_that_the_sources_write_small_are_ordinary():
    records = [
        {"title": "Turkey and Mice", "custom": {"finding": "In mice of turkey.", "design": "rct"}},
        {"title": "The rats of Rome", "custom": {"most_favorable": "Bone was harder."}},
    ]
    assert source_files.ordinary(records) == {"mice", "of", "and", "rats", "was", "harder"}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(sign):
    text = as_csv([{"a": f'{sign}1,"x"', "b": "a\nb", "c": None, "d": True, "e": 0.5}]).decode(
        "utf-8-sig"
    )
    _, cells = csv.reader(io.StringIO(text, newline=""))
    assert cells == [f'\'{sign}1,"x"', "a\nb", "", "true", "0.5"]
    assert not [cell for cell in cells if cell.startswith(tables.FORMULA)]


@pytest.mark.parametrize("address", ["", "https://example.org/k"])
def test_every_file_holds_to_its_schema(tiny, monkeypatch, address):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    built = tiny(IDENTIFIERS, html_baseurl=address, version="1.0")
    for name in NAMES:
        told, held = (
            json.loads(built.page(f"data/{name}.json")),
            json.loads(built.page(f"data/{name}.schema.json")),
        )
        Draft202012Validator.check_schema(held)
        assert [error.message for error in Draft202012Validator(held).iter_errors(told)] == [], name
        assert held["$id"] == (f"{address}/data/" if address else "") + f"{name}.schema.json"
        if name != "sources":
            assert (told["date"], told["version"], told["$schema"]) == (
                "2026-02-02",
                built.app.config.version,
                f"{name}.schema.json",
            )
    assert (
        records(built, "claims")[0]["url"]
        == (f"{address}/" if address else "") + "sections/one.html#claim-a1"
    )


@pytest.mark.parametrize("nonsense", ["", "yesterday", "²"])
def test_nonsense_is_no_day(monkeypatch, nonsense):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", nonsense)
    assert day() == ""


def test_without_a_day_the_files_name_none(tiny, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    built = tiny()
    assert "date" not in json.loads(built.page("data/claims.json")) and "created" not in json.loads(
        built.page("data/datapackage.json")
    )


def test_the_schemas_know_the_words_of_the_house():
    def choices(name: str, *path: str) -> list[str]:
        found = record_schema(name)
        for step in path:
            found = found[step] if step == "items" else found["properties"][step]
        return found["enum"]

    assert choices("claims", "strength") == list(evidence.STRENGTHS)
    assert choices("claims", "verdict") == list(evidence.VERDICTS)
    assert choices("claims", "certainty") == list(evidence.CERTAINTIES)
    assert choices("claims", "certainty_of") == list(evidence.CERTAINTY_OF)
    assert record_schema("claims")["properties"]["kinds"]["propertyNames"]["enum"] == list(KINDS)
    assert choices("glossary", "tags", "items") == list(terms.TAGS)
    assert choices("glossary", "same_as", "items", "scheme") == list(identifiers.SCHEMES)
    assert choices("foods", "category") == list(foods.CATEGORIES)
    assert choices("foods", "basis") == [basis or None for basis in foods.BASES]
    assert choices("sources", "custom", "design") == list(sources.DESIGNS)
    assert choices("sources", "custom", "status") == list(sources.STATUSES)
    assert set(source_files.TYPES) == set(sources.ENTRIES)
    assert choices("sources", "type") == sorted(set(source_files.TYPES.values()))


@pytest.mark.parametrize("name", NAMES)
def test_every_field_says_what_it_holds_and_amounts_name_their_unit(name):
    for field in fields_of(name):
        assert field.says.endswith("."), field.name
        assert not field.name.endswith("_per_100g") or "µg per 100 g" in field.says, field.name
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_page_of_terms_holds_them_as_data(tiny):
    page = tiny(
        IDENTIFIERS
        | {
            "reference/glossary.md": lambda text: text.replace(
                "not of the bowel.", "not of <the> bowel."
            )
        }
    ).page("reference/glossary.html")
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert "<" not in block, "nothing in a definition ends the block"
    told = json.loads(html.unescape(block))
    assert told["@id"] == "glossary.html" and [term["@id"] for term in told["hasDefinedTerm"]] == [
        "#term-gut",
        "#term-osteocalcin",
    ]
    assert told["hasDefinedTerm"][1]["sameAs"] == ["http://id.nlm.nih.gov/mesh/D015675"]


def test_only_the_page_of_terms_does(tiny):
    built = tiny()
    assert [
        name
        for name in ("index", "sections/one", "reference/foods")
        if "ld+json" in built.page(f"{name}.html")
    ] == []


def test_without_an_address_terms_are_named_by_the_number_of_the_book(tiny):
    built = tiny()
    graph = Graph().parse(data=built.page("data/glossary.ttl"), format="turtle")
    number = built.app.config.epub_identifier
    assert number.startswith("urn:uuid:")
    found = {str(subject) for subject in graph.subjects()}
    assert found == {
        f"{number}#{name}" for name in ("reference/glossary", "term-gut", "term-osteocalcin")
    }
    told = json.loads(built.page("data/glossary.jsonld"))
    assert {told["@id"], *(term["@id"] for term in told["hasDefinedTerm"])} == found
    gut, osteocalcin = (URIRef(f"{number}#term-{name}") for name in ("gut", "osteocalcin"))
    assert (gut, SKOS.related, osteocalcin) in graph and (
        osteocalcin,
        SKOS.related,
        gut,
    ) in graph, "a 'see also' holds both ways"
    addressed = tiny(html_baseurl="https://example.org/k/")
    assert "<https://example.org/k/reference/glossary.html#term-gut>" in addressed.page(
        "data/glossary.ttl"
    )
    assert "urn:" not in addressed.page("data/glossary.ttl") + addressed.page(
        "data/glossary.jsonld"
    )


FIELDS = ":::{data-fields} claims\n:::\n\n:::{data-files}\n:::\n"


def test_the_fields_are_printed_from_the_schema(tiny):
    built = tiny({"index.md": lambda text: f"{text}\n{FIELDS}"})
    page = built.page("index.html")
    assert built.warnings == ""
    for field in fields_of("claims"):
        assert f'<span class="pre">{field.name}</span>' in page and html.escape(
            field.says, quote=False
        )[:30] in page.replace("’", "'")
    for name in ("claims.json", "claims.csv", "claims.schema.json", "datapackage.json"):
        assert f'href="data/{name}"' in page and (built.out / "data" / name).is_file()


def test_a_data_file_that_is_not_there(tiny):
    warnings = tiny({"index.md": lambda text: f"{text}\n:::{{data-fields}} claim\n:::\n"}).warnings
    assert (
        "index.md:16: ERROR: no data file is called 'claim' (did you mean 'claims'?) (it is one of claims, foods, glossary or sources)"
        in warnings
    )


def test_one_entry_is_enough_for_a_new_file(tiny, monkeypatch):
    names = files.DataFile(
        "glossary.txt",
        "The names of the terms",
        MediaType("text/plain", str.encode),
        terms_of,
        lambda _, found: "".join(f"{term.name}\n" for term in found),
    )
    monkeypatch.setattr(files, "FILES", (*files.FILES, names))
    built = tiny({"index.md": lambda text: f"{text}\n{FIELDS}"})
    assert built.warnings == ""
    assert built.page("data/glossary.txt") == "gut\nosteocalcin\n"
    [listed] = [
        resource
        for resource in json.loads(built.page("data/datapackage.json"))["resources"]
        if resource["path"] == "glossary.txt"
    ]
    assert (listed["title"], listed["mediatype"]) == ("The names of the terms", "text/plain")
    page = built.page("index.html")
    assert 'href="data/glossary.txt"' in page and "<p>The names of the terms.</p>" in page


def test_each_entry_is_one_file_with_a_schema_that_exists():
    listed = [file.name for file in files.FILES]
    assert len(listed) == len(set(listed)) and files.CATALOG not in listed
    assert {path.name for path in SCHEMAS.iterdir()} == {schema_file(name) for name in NAMES}
    for file in files.FILES:
        assert bool(file.schema) == (file.media_type in (CSV, JSON)), file.name


def test_other_builders_write_no_data(tiny):
    assert not (tiny(builder="text").out / "data").exists()


def test_a_book_without_foods_has_no_files_of_foods(tiny):
    built = tiny({"reference/foods.md": lambda _: "# Foods\n"})
    assert not (built.out / "data/foods.csv").exists()
    assert "foods" not in built.page("data/datapackage.json") and "claims.csv" in built.page(
        "data/datapackage.json"
    )


GOOD = "gut,mesh,D000001,Gut,https://example.org/,2026-02-02\n"
BAD_IDENTIFIERS = {
    "another head": (
        "term,scheme\n",
        "1: columns missing identifier, label, seen_on, seen; the head is term,scheme,identifier,label,seen_on,seen",
    ),
    "a cell too few": (
        HEAD + "gut,mesh\n",
        "2: 2 cells where the head has 6; quote a cell that holds a comma",
    ),
    "an unknown term": (
        HEAD + GOOD.replace("gut", "gutt"),
        "2: no term has the id 'gutt' (did you mean 'gut'?)",
    ),
    "an unknown scheme": (
        HEAD + GOOD.replace("mesh", "mehs"),
        "2: scheme 'mehs' is not in the list (did you mean 'mesh'?) (it is one of chebi, mesh or wikidata)",
    ),
    "a wrong form": (
        HEAD + GOOD.replace("D000001", "Q1"),
        "2: 'Q1' has not the form of an identifier of mesh",
    ),
    "one for two": (
        HEAD + GOOD + GOOD.replace("gut", "osteocalcin"),
        "3: mesh D000001 is given to 'gut' already; two terms cannot be exactly the same",
    ),
    "no label": (
        HEAD + GOOD.replace(",Gut,", ",,"),
        "2: label is empty; write the name that stands beside the identifier on the page",
    ),
    "no page": (
        HEAD + GOOD.replace("https://example.org/", "memory"),
        "2: seen_on 'memory' is not an address; name the page on which the identifier was seen",
    ),
    "no day": (
        HEAD + GOOD.replace("2026-02-02", "2026-02-30"),
        "2: seen '2026-02-30' is not a date; write year, month and day, as in 2026-11-22",
    ),
}


@pytest.mark.parametrize("name", BAD_IDENTIFIERS)
def test_each_slip_in_the_identifiers_names_line_and_cure(tmp_path, name):
    text, message = BAD_IDENTIFIERS[name]
    path = tmp_path / "identifiers.csv"
    path.write_text(text)
    with pytest.raises(DataError) as error:
        identifiers.read_identifiers(path, ["gut", "osteocalcin"])
    assert str(error.value) == f"docs/data/identifiers.csv:{message}"


def test_an_entry_of_an_unknown_type(tiny):
    with pytest.raises(sources.SourcesError) as error:
        tiny({"data/sources.bib": lambda text: text.replace("@misc{clark", "@msic{clark")})
    assert (
        "docs/data/sources.bib:33: clark2003gut: type 'msic' is not in the list (did you mean 'misc'?)"
        in str(error.value)
    )


def test_the_license_is_that_of_the_settings_or_none(tiny):
    """One setting serves the pages and the data, and files name no license that nobody gave."""
    given = tiny(kb_license="https://example.org/license").app.outdir / "data"
    assert (
        json.loads((given / "claims.json").read_text(encoding="utf-8"))["license"]
        == "https://example.org/license"
    )
    assert json.loads((given / "datapackage.json").read_text(encoding="utf-8"))["licenses"] == [
        {"path": "https://example.org/license"}
    ]


def test_without_a_license_the_files_name_none(tiny):
    bare = tiny(kb_license="").app.outdir / "data"
    for path in sorted(bare.iterdir()):
        assert "creativecommons" not in path.read_text(encoding="utf-8") or path.suffix == ".csv", (
            path.name
        )
    assert "licenses" not in json.loads((bare / "datapackage.json").read_text(encoding="utf-8"))
    assert "dcterms:license" not in (bare / "glossary.ttl").read_text(encoding="utf-8")
