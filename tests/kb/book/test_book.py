"""The tiny book, whole: what is printed, where links lead, what the PDF claims to be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from books import elements

from kb.foods.table import CATEGORIES

if TYPE_CHECKING:
    from books import Built


MILLIMETER = 72 / 25.4


def test_builds_without_a_warning(book: Built) -> None:
    assert book.warnings == ""


# What is printed


def test_every_row_of_the_long_table_is_printed_once(book: Built) -> None:
    rows = re.findall(r"Food-(\d{3}), aged", book.text)
    assert rows == [f"{number:03d}" for number in range(139)]


def test_the_head_of_the_long_table_is_repeated(book: Built) -> None:
    pages = [text for text in book.pages if re.search(r"Food-\d{3}, aged", text)]
    assert len(pages) > 2
    assert all("Food Country µg per 100 g" in text for text in pages)


def test_a_group_of_rows_keeps_its_head_on_every_page(book: Built) -> None:
    """The head of a group stands above each part of the group, and never alone at a page's foot."""
    groups = [*CATEGORIES.values()]
    row = re.compile(rf"({'|'.join(groups)})|Food-(\d{{3}}), aged")
    listed = [row.findall(text) for text in book.pages]
    pages = [found for found in listed if found and found[-1][1]]
    for found in pages:
        group = ""
        for head, number in found:
            group = head or group
            assert head or group == groups[int(number) // 14], found
    heads = [head for found in pages for head, _ in found if head]
    assert len(heads) > len(groups) == 10, "one is repeated at least"


@pytest.mark.parametrize(
    "words",
    [
        "A sentence with a note.",
        "nested 1. deeper – deepest",
        "both tall one two",
        "The first note, with (Karl 2017)",
        "nested",
        "3. Three 4. Four",
        "Its definition. A second one.",
        "A line block of two lines",
        "Field Its body",
        "A quotation of some length. – A person",
        "Mind the warfarin.",
        "A paper that was withdrawn It has been retracted.",
        "Added in version 2.0",
        "The legend says more.",
        "α β γ µ ≥ ≤ ± × → ⁻¹ – — … “ ” ‘ ’ é ö",
        "Raw Typst is printed.",
        "Printed in the book alone.",
        "pneumonoultramicroscopicsilicovolcanoconiosis",
        "First card Its text.",
        "Its foot.",
        "Inside tab one.",
        "Inside tab two.",
        "Inside the dropdown.",
        "A button",
        "Also called: vitamin K2.",
        "First edition. Licence: CC BY 4.0.",
        "Association of vitamin K with cognitive decline",
        "Listing 2.1 A listing",
    ],
)
def test_prints(book: Built, words: str) -> None:
    assert words in book.text


@pytest.mark.parametrize(
    "words",
    [
        "Raw HTML",
        "Only the web shows this",
        "A note for the web",
        "Printed on the web alone",
        "For authors",
        "Not in the book",
        "The front page's own title",
    ],
)
def test_leaves_out(book: Built, words: str) -> None:
    assert words not in book.text


def test_markup_in_text_is_printed_as_text(book: Built) -> None:
    namespace: dict[str, Any] = {}
    conf = Path(book.app.confdir, "conf.py").read_text(encoding="utf-8")
    exec(compile(conf, "conf.py", "exec"), namespace)
    curly = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})
    printed = book.text.translate(curly)
    for text in namespace["_HOSTILE"]:
        assert text in printed


def test_long_addresses_break_without_a_hyphen(book: Built) -> None:
    address = (
        "https://example.org/a/very/long/address/that/has/to/break/somewhere/in/the/line?x=1&y=2"
    )
    assert address in book.text.replace(" ", "")


def test_links_to_what_is_left_out_are_plain_text(book: Built) -> None:
    front = book.pages[book.page_with("This book tests print.") - 1]
    assert "leaves out the authors’ pages." in front
    assert "A link to something on the web only is plain text" in front


# Numbers


def test_numbers_are_those_of_the_web(book: Built) -> None:
    env = book.app.env
    assert env.toc_fignumbers["sections/gut"]["figure"]["fig-path"] == (1, 1)
    assert env.toc_fignumbers["forms"]["table"]["tab-forms"] == (2, 1)
    assert "Fig. 1.1 The path from gut to brain" in book.text
    assert "Table 2.1 Forms of vitamin K" in book.text
    assert "See Fig. 1.1 and Table 2.1." in book.text


def test_page_numbers_follow_links_to_other_documents(book: Built) -> None:
    page = book.folio("In plain words Menaquinone")
    assert f"It begins with The gut and its flora (p. {page})" in book.text
    assert "see A deep section and Forms of vitamin K (p." in book.text  # the same document: none
    assert "Natto, see The gut and its flora badge" in book.text  # in tables: none


def test_places_of_use_have_their_pages(book: Built) -> None:
    first, claim = book.folio("In plain words Menaquinone"), book.folio("Claim C1 Unsupported")
    assert f"Used in: The gut and its flora p. {first} (C1 p. {claim})" in book.text


def test_contents_name_chapters_sections_and_pages(book: Built) -> None:
    page = book.folio("2.2 A table without Enzyme")
    assert f"2.2 A table without {page}" in book.pages[2]
    assert "CHAPTERS 1 The gut and its flora" in book.pages[2]


# Navigation


def outline(items: Any) -> list[Any]:
    return [[item.title, outline(item.children)] if item.children else item.title for item in items]


def test_bookmarks(book: Built) -> None:
    claims = "1.2 What the article claims, and what the evidence shows"
    inner = [claims, ["1.2.1 A deep section"]]
    sections = ["1.1 In plain words", inner, "1.3 The subject", "1.4 Limits of the evidence"]
    with book.pdf.open_outline() as tree:
        assert outline(tree.root) == [
            "Contents",
            "About this book",
            ["1 The gut and its flora", [*sections, "1.5 See also"]],
            [
                "2 Forms of vitamin K",
                ["2.1 A table with widths", "2.2 A table without", "2.3 Design"],
            ],
            "Foods",
            "Glossary",
            "Sources",
            ["About", ["A section of its own"]],
            "Index",
        ]


def links(book: Built) -> Iterator[tuple[int, pikepdf.Dictionary]]:
    for number, page in enumerate(book.pdf.pages, 1):
        for annotation in page.get("/Annots", []):
            if annotation.Subtype == "/Link":
                yield number, annotation


def test_every_link_leads_somewhere(book: Built) -> None:
    pages = {page.objgen for page in book.pdf.pages}
    for number, link in links(book):
        action = link.get("/A", {})
        if action.get("/S") == "/URI":
            assert re.match(r"https?://", str(action.URI)), number
            continue
        target = link.get("/Dest", action.get("/D"))
        assert target is not None and target[0].objgen in pages, number


def test_links_to_terms_sources_claims_and_addresses_are_live(book: Built) -> None:
    inner = [link for _, link in links(book) if link.get("/A", {}).get("/S") != "/URI"]
    outer = {str(link.A.URI) for _, link in links(book) if link.get("/A", {}).get("/S") == "/URI"}
    assert len(inner) > 30
    assert "https://doi.org/10.1002/alz.12345" in outer
    here = book.page_with("In plain words Menaquinone")
    targets = {
        link.Dest[0].objgen for number, link in links(book) if number == here and "/Dest" in link
    }
    for words in ("A form of vitamin K that bacteria make", "Claim C1 Unsupported"):
        assert book.pdf.pages[book.page_with(words) - 1].objgen in targets


# The page


def test_nothing_runs_off_the_page(book: Built) -> None:
    for number, page in enumerate(book.document):
        if number == 0:
            continue  # the cover
        width, height = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            assert left >= 15 * MILLIMETER and right <= width - 15 * MILLIMETER, number
            assert bottom >= 8 * MILLIMETER and top <= height - 8 * MILLIMETER, number


def test_claims_say_color_and_word_and_keep_together(book: Built) -> None:
    page = book.pages[book.page_with("Claim C1 Unsupported Very low certainty") - 1]
    assert "Gut bacteria make K2; nobody knows" in page
    assert "The firm finding runs the other way" in page
    assert "For: Booth and Shea 2022" in page


# The file


def test_tags_language_and_title(book: Built) -> None:
    root = book.pdf.Root
    assert root.MarkInfo.Marked
    assert root.StructTreeRoot.K
    assert str(root.Lang) == "en-US"
    assert str(book.pdf.docinfo.Title) == "A test of vitamins"
    assert str(book.pdf.docinfo.Author) == "The testers"
    assert root.ViewerPreferences.DisplayDocTitle


def test_claims_to_be_pdf_ua_and_pdf_a(book: Built) -> None:
    with book.pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")


def test_pictures_have_alt_texts_and_tables_have_heads(book: Built) -> None:
    found = list(elements(book.pdf.Root.StructTreeRoot.K))
    alts = {str(element.Alt) for element in found if "/Alt" in element}
    assert {"The path from gut to brain, in three steps", "A tiny drawing"} <= alts
    kinds = [str(element.S) for element in found]
    assert kinds.count("/TH") >= 12
    assert {"/H1", "/H2", "/Table", "/L", "/Link", "/Note"} <= set(kinds)


def test_same_bytes_twice(book: Built, build_root: Callable[..., Built]) -> None:
    digests = {hashlib.sha256(each.path.read_bytes()).hexdigest() for each in (book, build_root())}
    assert len(digests) == 1


def test_the_date_is_that_of_the_source(
    build_root: Callable[..., Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    assert str(build_root().pdf.docinfo.CreationDate).startswith("D:20261118")


def test_the_scratch_folder_names_no_absolute_path(book: Built) -> None:
    folder = Path(book.app.outdir) / ".typst"
    for source in folder.rglob("*.typ"):
        assert str(book.app.srcdir) not in source.read_text(encoding="utf-8")


def test_us_letter(build_root: Callable[..., Built]) -> None:
    built = build_root(book_paper="us-letter")
    assert {page.get_size() for page in built.document} == {(612, 792)}
    assert built.warnings == ""
    test_nothing_runs_off_the_page(built)
    test_every_row_of_the_long_table_is_printed_once(built)
