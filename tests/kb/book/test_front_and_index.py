"""What the knowledge base adds to its book: the days on the cover, and the entries of the index."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

BOOK = {
    "conf.py": lambda text: text.replace(
        '"kb.outlets.inventory"',
        '"kb.outlets.inventory", "typstbook", "kb.book.index", "kb.book.front"',
    )
}


@pytest.fixture
def source(tiny):
    """The Typst source of the tiny book: its main file and its index."""

    def build(edits=None, **config) -> tuple[str, str]:
        built = tiny(
            {**BOOK, **(edits or {})}, builder="book", version="3.1", author="Us", **config
        )
        assert built.warnings == ""
        return built.page(".typst/main.typ"), built.page(".typst/index.typ")

    return build


def lines(index: str) -> dict[str, str]:
    """The entries of the index by their names."""
    found = re.findall(r"index-entry\(\d, \[(.*?)\], (.*)\)$", index, re.MULTILINE)
    return {name.replace("\\", ""): rest for name, rest in found}


def test_the_cover_and_the_imprint_have_the_days(source):
    main, _ = source(book_subtitle="Why")
    assert '"Last checked against its sources on February 2, 2026"' in main
    assert '"Literature searched to February 1, 2026."' in main
    assert (
        '"How to cite: Us (2026). Tiny: Why. Version 3.1. Last checked February 2, 2026."' in main
    )


def test_the_newest_check_counts(source):
    later = {
        "sections/one.md": lambda text: text.replace("checked: 2026-02-02", "checked: 2026-03-09")
    }
    assert "on March 9, 2026" in source(later)[0]


def test_terms_stand_with_their_entry_and_their_first_mentions(source):
    entries = lines(source()[1])
    places = re.findall(r'"(.*?)"', entries["Osteocalcin"].split(", main:")[0])
    assert places == ["sections/one#index--term-osteocalcin", "reference/glossary#term-osteocalcin"]
    assert 'main: ("reference/glossary#term-osteocalcin",)' in entries["Osteocalcin"]
    assert '"sections/one#index-claim-a1-term-osteocalcin"' in entries["in claims"]


def test_other_names_lead_to_the_term(source):
    entries = lines(source()[1])
    assert "[Osteocalcin]" in entries["BGP"] and "[Osteocalcin]" in entries["Bone Gla protein"]
    assert "[Gut]" in entries["Bowel"]
    assert "Guts" not in entries  # it would stand beside "Gut"


def test_claims_and_foods_stand_in_it(source):
    entries = lines(source()[1])
    assert '"sections/one#claim-a1"' in entries["Claims, A1"]
    assert '"reference/foods#food-gouda-tiny"' in entries["Gouda, old"]


def test_a_mention_that_only_the_web_shows_is_no_place(source):
    hidden = {
        "sections/one.md": lambda text: text.replace(
            "Osteocalcin is a protein of bone.",
            "Bone.\n\n::::{container} no-book\nOsteocalcin is a protein.\n::::",
        ).replace("Osteocalcin comes back here, and bone Gla proteins too", "Bone and teeth")
    }
    places = lines(source(hidden)[1])["Osteocalcin"].split(", main:")[0]
    # The first mention in print counts; a place in what is left out would not be printed at all.
    assert '"sections/one#index--term-osteocalcin"' in places


def test_the_web_has_no_such_anchors(tiny):
    assert "index--term" not in tiny(BOOK).page("sections/one.html")


def test_the_published_index_has_all_terms(pdf: Path, docs: Path):
    opened = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in opened]
    opened.close()
    start = next(n for n, text in enumerate(texts) if "In bold: the main place" in text)
    text = re.sub(r"[\s\ufffe-]+", "", "".join(texts[start:])).lower()
    names = re.findall(
        r"^:::\{definition\} (.*)$",
        (docs / "reference/glossary.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert len(names) > 90
    for name in names:
        assert (
            re.sub(r"[\s-]+", "", name).lower().replace("'", "’") in text
            or re.sub(r"[\s-]+", "", name).lower() in text
        ), name


@pytest.mark.parametrize(
    ("config", "printed"),
    [
        ({}, True),
        ({"kb_outside": ["notes"]}, False),
        ({"kb_outside": ["notes"], "book_exclude": ["others"]}, True),
    ],
)
def test_pages_outside_are_not_printed_unless_the_settings_name_others(source, config, printed):
    notes = {
        "notes.md": lambda _: "# Notes for authors\n",
        "index.md": lambda text: text.replace("sections/one\n", "sections/one\nnotes\n"),
    }
    assert ("notes" in source(notes, **config)[0]) is printed
