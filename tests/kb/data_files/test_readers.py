"""What we write for others, read back by the programs that others use, beside those of the other tests.

Those of npm come from a lock of their own (``tests/programs/data-readers``, 21 MB), which the first
run of the long tests installs.  pandoc, R and LibreOffice are the system's; where one is missing, its
test is skipped by name.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import unicodedata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph
import pytest
import rispy
from markdown_it import MarkdownIt
from rdflib import Graph

from build import node
from upkeep import programs

ROOT = Path(__file__).parents[3]
READERS = ROOT / "tests/programs/data-readers"
CONTEXT = Path(__file__).parent / "schema-org-context.json"
NAMES = (
    *("K-deficient", "K-dependent", "Alzheimer", "Crohn", "Parkinson", "Japanese", "Chinese"),
    *("Bifidobacterium", "Lactobacillus", "Clostridioides", "Bacillus subtilis", "Rotterdam"),
    *("Mediterranean", "Danish", "Danes", "Mendelian", "Australia", "Switzerland", "Turkey"),
    *("Lewis rats", "Nordic", "European", "Rome", "MK-7", "K2", "NHANES", "COVID", "SMILES"),
)
"""What keeps its capitals in every style: people, places, species, vitamers, acronyms, K before a hyphen."""
LANGUAGES = {"en-US": 1033, "de-DE": 1031, "ja-JP": 1041}
"""The languages in which a table is opened, by the numbers that LibreOffice takes for them."""


def run(*command: str | Path) -> str:
    """What *command* prints; it may say nothing of a fault."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def program(name: str) -> str:
    """Where the system's *name* is, or a test that is skipped and says so."""
    if not (place := programs.places()[name]):
        pytest.skip(f"{name} is missing, and read nothing: apt-get install {programs.APT[name]}")
    return place


@pytest.fixture
def data(site: Path) -> Path:
    return site / "data"


@pytest.fixture
def sources(data: Path) -> list[dict[str, Any]]:
    told = json.loads((data / "sources.json").read_text(encoding="utf-8"))
    assert len(told) > 100
    return told


def letters(text: str) -> str:
    """*text* without what readers print in ways of their own: markup, quotes, capitals, compositions."""
    bare = re.sub(r"<[^<>]*>", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"[\W_]", "", bare).casefold().replace("μ", "µ")


def people(record: dict[str, Any]) -> list[str]:
    """Each author of a record of CSL-JSON by the letters of the whole name."""
    parts = ("literal", "given", "non-dropping-particle", "dropping-particle", "family", "suffix")
    return [
        letters("".join(sorted(letters(" ".join(person.get(part, "") for part in parts)))))
        for person in record.get("author", ())
    ]


def core(record: dict[str, Any]) -> dict[str, Any]:
    """What every reader must find of a source."""
    issued = record.get("issued", {}).get("date-parts", [[None]])[0][0]
    return {
        "title": letters(record["title"]),
        "people": people(record),
        "year": issued and int(issued),
        "doi": record.get("DOI"),
        "volume": letters(record.get("volume", "")),
        "page": letters(record.get("page", "")),
    }


def lowered(printed: str) -> list[str]:
    """The names that *printed* holds without their capitals."""
    text = re.sub(r"<[^<>]*>", "", printed)
    return [
        name
        for name in NAMES
        for found in re.findall(rf"(?i)(?<![\w/.-]){re.escape(name)}(?![\w/])", text)
        if found[0].islower()
    ]


# -- Sources and citation ----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "form"), [("sources.json", "csljson"), ("sources.bib", "bibtex")])
def test_pandoc_reads_the_sources(data, sources, name, form):
    command = (program("pandoc"), "-f", form, "-t", "csljson", data / name)
    found = {record["id"]: record for record in json.loads(run(*command))}
    assert found.keys() == {source["id"] for source in sources}
    assert {key: core(record) for key, record in found.items()} == {
        source["id"]: core(source) for source in sources
    }
    assert lowered("\n".join(record["title"] for record in found.values())) == []


def test_the_names_that_are_looked_for_are_there_and_seen(sources):
    titles = "\n".join(source["title"] for source in sources)
    assert [name for name in NAMES if name not in titles] == []
    assert lowered("a vitamin k-deficient diet and alzheimer's disease") == [
        "K-deficient",
        "Alzheimer",
    ]


def test_the_citation_is_read_by_pandoc_and_rispy(site):
    (ris,) = rispy.loads((site / "cite.ris").read_text(encoding="utf-8"))
    command = (program("pandoc"), "-f", "bibtex", "-t", "csljson", site / "cite.bib")
    (bibtex,) = json.loads(run(*command))
    # The comma behind a body keeps Zotero and EndNote from cutting it into first and last names.
    assert ris["authors"] == [f"{bibtex['author'][0]['literal']},"]
    assert ris["title"] == bibtex["title"]
    assert int(ris["year"]) == bibtex["issued"]["date-parts"][0][0]
    assert ris["type_of_reference"] == "BOOK" and ris["edition"] in bibtex["publisher"]


@pytest.fixture(scope="module")
def modules() -> Path:
    """The packages of npm, installed by their lock."""
    assert node.main(READERS) == 0, "they come by npm, once"
    return READERS / "node_modules"


def node_run(script: str, *given: str | Path) -> str:
    return run(programs.places()["node"], READERS / script, *given)


@pytest.mark.prove
def test_citation_js_reads_the_sources_and_the_citation(modules, site, data, sources):
    files = (data / "sources.json", data / "sources.bib", site / "cite.bib", site / "cite.ris")
    told = json.loads(node_run("references.cjs", modules, *files, ROOT / "CITATION.cff"))
    as_json, as_bibtex, *cited = told
    for read in (as_json, as_bibtex):
        found = {record["id"]: core(record) for record in read["records"]}
        assert found == {source["id"]: core(source) for source in sources}
        for printed in read["printed"]:
            assert lowered(printed) == []
    records = [one["records"][0] for one in cited]
    assert len({letters(record["title"]) for record in records}) == 1
    assert {tuple(people(record)) for record in records} == {tuple(people(records[0]))}
    assert [record["issued"]["date-parts"][0][0] for record in records].count(
        records[0]["issued"]["date-parts"][0][0]
    ) == len(records)


# -- Linked data -------------------------------------------------------------------------------------


def test_an_engine_without_python_reads_the_same_statements(data):
    """pyoxigraph, which is Rust, beside rdflib; there is no nameless node, so statements are compared."""
    by_rdflib = set(Graph().parse(data / "glossary.ttl"))
    store = pyoxigraph.parse(path=data / "glossary.ttl", format=pyoxigraph.RdfFormat.TURTLE)
    found = {tuple(str(part) for part in (one.subject, one.predicate, one.object)) for one in store}
    assert found == {tuple(part.n3() for part in triple) for triple in by_rdflib}
    assert len(found) > 2000


def statements(text: str, form: pyoxigraph.RdfFormat) -> set[str]:
    """The statements of *text*; nodes without names get such as follow from their statements."""
    found = pyoxigraph.Dataset(pyoxigraph.parse(text, format=form))
    found.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return set(map(str, found))


@pytest.fixture
def linked(data) -> str:
    """``glossary.jsonld`` with the context of schema.org in it, for which nobody asks the network."""
    told = json.loads((data / "glossary.jsonld").read_text(encoding="utf-8"))
    return json.dumps({**told, **json.loads(CONTEXT.read_text(encoding="utf-8"))})


# rdflib's own parser of JSON-LD uses what rdflib calls old.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_engine_without_python_reads_the_json_ld(linked):
    by_rdflib = Graph().parse(data=linked, format="json-ld").serialize(format="nt")
    found = statements(linked, pyoxigraph.RdfFormat.JSON_LD)
    assert found == statements(by_rdflib, pyoxigraph.RdfFormat.N_TRIPLES) and len(found) > 1000


@pytest.mark.prove
def test_jsonld_js_reads_the_statements_of_pyoxigraph(modules, data, linked):
    quads = node_run("statements.cjs", modules, data / "glossary.jsonld", CONTEXT)
    found = statements(quads, pyoxigraph.RdfFormat.N_QUADS)
    assert found == statements(linked, pyoxigraph.RdfFormat.JSON_LD)


# -- Tables ------------------------------------------------------------------------------------------

BY_R = """
for (name in commandArgs(TRUE)) {
  told <- read.csv(name, colClasses = "character", na.strings = NULL, encoding = "UTF-8")
  cat(names(told), sep = "\\x1f"); cat("\\x1e")
  for (row in seq_len(nrow(told))) { cat(unlist(told[row, ]), sep = "\\x1f"); cat("\\x1e") }
  cat("\\x1d")
}
"""


def cells(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_r_reads_every_cell(data, tmp_path):
    script = tmp_path / "read.R"
    script.write_text(BY_R, encoding="utf-8")
    files = [data / "claims.csv", data / "foods.csv"]
    found = run("env", "LC_ALL=C.UTF-8", program("r"), "--vanilla", script, *files)
    tables = [table.split("\x1e")[:-1] for table in found.split("\x1d")[:-1]]
    for path, table in zip(files, tables, strict=True):
        wanted = [[cell.replace("\r\n", "\n") for cell in row] for row in cells(path)]
        read = [row.split("\x1f") for row in table]
        # R makes names of what it could not call a variable, as "for".
        assert [name.rstrip(".") for name in read[0]] == wanted[0]
        assert read[1:] == wanted[1:]


@pytest.mark.prove
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spreadsheet_keeps_every_cell(data, tmp_path, language):
    """LibreOffice in three languages: figures are figures or, with decimal commas, text; never a date."""
    office = program("libreoffice")
    for name in ("claims", "foods"):
        # comma, quotation mark, UTF-8, from the first line, all columns, the language, dates and such seen
        given = f"--infilter=CSV:44,34,76,1,,{LANGUAGES[language]},false,true"
        home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = (office, home, "--headless", given, "--convert-to", "fods", "--outdir", tmp_path)
        subprocess.run(
            [*command, data / f"{name}.csv"], check=True, capture_output=True, timeout=300
        )
        found, wanted = list(sheet(tmp_path / f"{name}.fods")), cells(data / f"{name}.csv")
        assert len(found) == len(wanted)
        kinds = {kind for row in found for kind, _ in row}
        assert kinds <= {"", "string", "float", "boolean"}, kinds
        for row, cells_of_row in zip(found, wanted, strict=True):
            row += [("", "")] * (len(cells_of_row) - len(row))
            for (kind, read), cell in zip(row, cells_of_row, strict=True):
                same = float(read) == float(cell) if kind == "float" else read == cell
                assert same or (kind == "boolean" and read == cell.lower()), (kind, read, cell)


ODF = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"


def sheet(path: Path):
    """The rows of a spreadsheet: kind and value of each cell."""
    office, table, text = (ODF % name for name in ("office", "table", "text"))
    for row in ET.parse(path).iter(f"{table}table-row"):
        found: list[tuple[str, str]] = []
        for cell in row.findall(f"{table}table-cell"):
            kind = cell.get(f"{office}value-type", "")
            words = "\n".join("".join(part.itertext()) for part in cell.findall(f"{text}p"))
            value = cell.get(f"{office}value") or cell.get(f"{office}boolean-value") or words
            found += [(kind, value)] * min(int(cell.get(f"{table}number-columns-repeated", 1)), 50)
        yield found


def test_node_reads_every_value(data):
    files = sorted(data.glob("*.json"))
    script = "process.stdout.write(JSON.stringify(process.argv.slice(1).map((name) => JSON.parse(require('node:fs').readFileSync(name, 'utf8')))))"
    told = json.loads(run(programs.places()["node"], "-e", script, *files))
    assert told == [json.loads(path.read_text(encoding="utf-8")) for path in files]
    assert len(told) > 7


# -- Text for language models ------------------------------------------------------------------------


def test_two_readers_of_markdown_find_the_same_links_in_llms_txt(site):
    text = (site / "llms.txt").read_text(encoding="utf-8")
    by_markdown_it = [
        (part.attrs["href"], line.children[at + 1].content)
        for line in MarkdownIt("commonmark").parse(text)
        for at, part in enumerate(line.children or ())
        if part.type == "link_open"
    ]
    tree = json.loads(run(program("pandoc"), "-f", "commonmark", "-t", "json", site / "llms.txt"))
    by_pandoc: list[tuple[str, str]] = []

    def visit(part: Any) -> None:
        if isinstance(part, dict) and part.get("t") == "Link":
            words = "".join(word.get("c", " ") for word in part["c"][1])
            by_pandoc.append((part["c"][2][0], words))
        for inner in (
            part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        ):
            visit(inner)

    visit(tree["blocks"])
    assert by_pandoc == by_markdown_it and len(by_pandoc) > 10
    assert [path for path, _ in by_pandoc if not (site / path.partition("#")[0]).is_file()] == []


# -- The book for e-readers --------------------------------------------------------------------------


def test_pandoc_reads_every_answer_and_definition_in_the_epub(data, epub):
    told = letters(run(program("pandoc"), "-f", "epub", "-t", "plain", "--wrap=none", epub))
    for name, part, field in (("claims", "claims", "answer"), ("glossary", "terms", "definition")):
        found = json.loads((data / f"{name}.json").read_text(encoding="utf-8"))[part]
        assert [one["id"] for one in found if letters(one[field]) not in told] == []
        assert len(found) > 30
