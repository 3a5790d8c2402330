"""No word is lost: from the sources to what was read of them, and from there to every edition."""

from __future__ import annotations

from pathlib import Path

import pytest
from docutils.core import publish_doctree
from myst_parser.docutils_ import Parser

import projects
from conservation import Published, Run, lost, lost_lines, record_of, runs_of, trees_in
from constructs import write_pages
from source_words import read_lines, source_words

ROOT = Path(__file__).parents[2]
OUTSIDE = ("authoring/", "reference/data")
"""Pages for authors and programs, which the site alone has."""
LEADS_ON = "leads elsewhere on the site"
LEFT_OUT = {
    "html": {},
    "text": {
        "claim-open": "the words on a button",
        "chart-open": "the words on a button",
        "claim-more": LEADS_ON,
        "kb-cards": LEADS_ON,
        "d-print-none": LEADS_ON,
        "only pdf": "offers a file on the site",
        "only ebook": "offers a file on the site",
        "'Ways in'": "stands over cards that lead elsewhere",
        "'The chapters'": "stands over cards that lead elsewhere",
        "'The studies of the next line as marks'": "the next line says them in words",
    },
    "epub": {
        "only html and not epub": "written for the site",
        "only builder_html": "written for the site",
    },
    "pdf": {
        "only html": "written for screens",
        "only html and not epub": "written for the site",
        "only builder_html": "written for the site",
        "no-book": LEADS_ON,
    },
    "search": {
        "heading over places alone": "the places below it are found",
        "claim-head": "grades are fields of the record",
        "claim-label": "says what the next words are; the record has fields for that",
        "claim-open": "the words on a button",
        "chart-open": "the words on a button",
        "claim-more": LEADS_ON,
        "kb-cards": LEADS_ON,
        "#see-also": LEADS_ON,
        "'What would change this'": "says what the next words are",
        "claim-side": "the label of a side; its sources are found by themselves",
        "term-names": "names are fields of the record",
        "term-sources": "sources are found by themselves",
        "term-see-also": "the entries are found by themselves",
        "studied": "counts made from the sources, which are found by themselves",
        "chart-sources": "sources are found by themselves",
        "page-info": "dates, the same in each chapter",
        "food-table": "each food has a record, in words of its own",
        "food-limits": "told beside each food",
        "dose-table": "rows of data, whose sources are found by themselves",
        "tested-table": "rows of data, whose sources are found by themselves",
        "image": "what a picture shows is found by its caption and the text",
    },
    "data": {
        "claim-head": "grades are fields, as slugs",
        "claim-label": "says what the next words are",
        "claim-open": "the words on a button",
        "claim-more": LEADS_ON,
        "'What would change this'": "says what the next words are",
        "claim-side": "sides are lists of keys",
        "studied": "counted from the sources, which are listed",
        "term-sources": "sources are lists of keys",
        "term-see-also": "neighbors are lists of keys",
        "term-names": "names are a list",
    },
}
"""What each edition leaves out on purpose, by kind, class, section or words, and why."""
QUICK = ("html", "text", "search", "epub", "data")
"""All but the PDF, whose text takes seconds to read."""


class Project:
    """The sources and editions of a project that was built."""

    def __init__(self, root: Path) -> None:
        self.docs, self.published = root / "docs", Published(root / "_build")
        self.trees = trees_in(root / "_build/.kept")
        self.runs = {name: list(runs_of(tree)) for name, tree in self.trees.items()}

    def lost_in_reading(self) -> list[str]:
        """The lines of sources, and of files that they include, that were not read."""
        return [
            f"{name}.md:{number}: {' '.join(words)}"
            for name, tree in self.trees.items()
            for number, words in lost_lines(read_lines(self.docs / f"{name}.md"), tree)
        ]

    def lost_in(self, edition: str) -> list[tuple[str, Run]]:
        """The runs of words that an edition has not, with their pages."""
        return [
            (name, run)
            for name in self.trees
            if edition == "html" or not name.startswith(OUTSIDE)
            for run in self._lost(edition, name)
        ]

    def _lost(self, edition: str, name: str) -> list[Run]:
        if edition != "data":
            return lost(self.runs[name], getattr(self.published, edition)(name))
        records = dict[str, list[Run]]()
        for run in self.runs[name]:
            if anchor := record_of(run):
                records.setdefault(anchor, []).append(run)
        return [
            run
            for anchor, runs in records.items()
            for run in lost(runs, self.published.data(anchor))
        ]

    def unexplained(self, edition: str) -> list[str]:
        """What an edition has not, although nothing says that it leaves it out."""
        return [
            f"{name}.md:{run.line}: {type(run.where[0]).__name__}: {run}"
            for name, run in self.lost_in(edition)
            if not run.names() & LEFT_OUT[edition].keys()
        ]

    def unneeded(self, edition: str) -> set[str]:
        """The entries of the table that explain nothing, and would hide the next loss."""
        names = set[str]().union(*(run.names() for _, run in self.lost_in(edition)))
        return LEFT_OUT[edition].keys() - names


@pytest.fixture(scope="module")
def book() -> Project:
    """The knowledge base as it was built last."""
    return Project(ROOT)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The constructs, as a site."""
    return built(tmp_path_factory.mktemp("constructs"), "html")


def built(folder: Path, *forms: str) -> Project:
    root = projects.small(folder / "project")
    assert write_pages(root / "docs") >= 600
    code, said = projects.run(root, *forms)
    assert code == 0, said
    return Project(root)


LOST = {
    "a comment within a sentence": "The share was\n% of all users.",
    "a comment within a list": "- The share was\n  % of all users.",
    "a break with words": "One.\n\n+++ Do not change the dose.",
    "a definition that nobody uses": "[Warfarin]: caution",
    "stars in words": "CYP2C9*2 and CYP2C9*3 are alleles.",
    "more than": "The dose was\n> 5 mg a day.",
    "more": "It rose by\n+ 5 mg.",
    "a title": '[Here](https://example.org "as of May") it is.',
    "a cell too many": "| a | b |\n|---|---|\n| c | d | e |",
    "deep": "> " * 25 + "Word.",
}
KEPT = {
    "emphasis": "One *two* **three** _four_ `five`, 10\\*2.",
    "a remark": "% remark\nOne.\n\n<!-- remark -->\n\nTwo.",
    "links": "[one](https://example.org/x) <https://example.org/y> [two][x]\n\n[x]: https://example.org",
    "a table": "| a | b |\n|---|---|\n| c | `d` |",
    "a quotation": "> One.\n>\n> > Two.",
    "lists": "1. One.\n   - Two.\n\n     Three.\n",
    "code": "```python\none = two\n```",
    "a note": "One[^a].\n\n[^a]: Two.",
}


def read(text: str):
    """What MyST makes of *text*, without this project's checks."""
    settings = {"report_level": 5, "myst_footnote_transition": False}
    return publish_doctree(text, parser=Parser(), settings_overrides=settings)


@pytest.mark.parametrize("name", LOST)
def test_a_loss_is_seen(name):
    assert lost_lines(source_words(LOST[name]).found, read(LOST[name]))


@pytest.mark.parametrize("name", KEPT)
def test_what_is_silent_is_no_loss(name):
    found = source_words(KEPT[name]).found
    assert found and lost_lines(found, read(KEPT[name])) == []


def test_the_book_was_read_word_by_word(book):
    assert sum(len(read_lines(book.docs / f"{name}.md")) for name in book.trees) > 3000
    assert book.lost_in_reading() == []


@pytest.mark.parametrize(
    "edition", [*QUICK, pytest.param("pdf", marks=pytest.mark.prove, id="pdf")]
)
def test_each_edition_of_the_book_has_all_words(book, edition):
    assert sum(map(len, book.runs.values())) > 5000
    assert book.unexplained(edition) == []
    assert book.unneeded(edition) == set()


def test_constructs_are_conserved_in_what_programs_and_readers_get(many):
    assert many.lost_in_reading() == []
    assert [many.unexplained(edition) for edition in ("html", "text", "search", "data")] == [[]] * 4


@pytest.mark.prove
def test_constructs_are_conserved_in_the_books(tmp_path):
    project = built(tmp_path, "html", "pdf", "epub")
    assert [project.unexplained(edition) for edition in ("pdf", "epub")] == [[], []]
