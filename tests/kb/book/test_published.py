"""The book as published: metadata, contents, links, tags, and nothing of the content lost on the way."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from books import elements

import pdf_readers
from content import claim_ids

CHAPTERS = (
    "The gut-brain axis",
    "Vitamin K2",
    "Vitamin K2 and the gut",
    "Vitamin K2 and the brain",
    "When gut and brain fall out of balance",
    "How K2 might act",
    "When vitamin K runs short",
    "Foods with vitamin K2",
    "Supplements",
)


@pytest.fixture(scope="module")
def document(pdf: Path):
    with pikepdf.open(pdf) as opened:
        yield opened


@pytest.fixture(scope="module")
def words(pdf: Path) -> str:
    """The whole text, with broken words and lines joined."""
    opened = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in opened)
    opened.close()
    text = re.sub(r"[\u00ad\ufffe\u0002]\s*", "", text)
    return re.sub(r"\s+", " ", text)


def squeezed(text: str) -> str:
    """*text* without spaces and hyphens: lines may break anywhere in print."""
    return re.sub(r"[\s\u2010\u2011\u00ad-]+", "", text)


def test_a_hyphen_is_a_hyphen_in_every_font(document):
    """Viewers that ask the font alone find "MK-7" only then (`ActualText` says it to the others)."""
    fonts = {
        font.objgen: font
        for page in document.pages
        for font in page.Resources.get("/Font", {}).values()
    }
    told = {
        f"{font.BaseFont}": font.ToUnicode.read_bytes()
        for font in fonts.values()
        if "/ToUnicode" in font
    }
    assert len(told) == len(fonts) >= 6
    assert sum(b"<002D>" in characters for characters in told.values()) >= 6
    assert [
        font for font, characters in told.items() if re.search(rb"> <00AD>$", characters, re.M)
    ] == []


def test_every_name_of_the_glossary_is_found_as_often_by_each_reader(pdf, docs):
    texts, names = pdf_readers.texts(pdf), pdf_readers.glossary_names(docs)
    assert texts["pdfium"].count("gut-brainaxis") > 100
    assert all(pdf_readers.squeezed(name) in texts["pdfium"] for name in names)
    assert pdf_readers.differing(texts, names) == {}


def test_metadata(document):
    assert str(document.Root.Lang) == "en-US"
    assert str(document.docinfo["/Title"]) == "Vitamin K2 and the gut-brain axis"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as meta:
        assert meta["pdfuaid:part"] == "1"
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")


def test_tags(document):
    assert document.Root.MarkInfo.Marked
    seen = {str(element.S) for element in elements(document.Root.StructTreeRoot)}
    assert {"/H1", "/H2", "/P", "/L", "/Table", "/TH", "/TD", "/Figure", "/Link", "/TOC"} <= seen


def test_bookmarks_number_the_chapters_as_the_web_does(document):
    with document.open_outline() as outline:
        titles = [item.title for item in outline.root]
        inner = {item.title: [child.title for child in item.children] for item in outline.root}
    for number, title in enumerate(CHAPTERS, 1):
        assert any(
            re.fullmatch(rf"{number}\W*{re.escape(title)}|{re.escape(title)}", found)
            for found in titles
        ), title
    for title in ("Evidence register", "Glossary", "Sources", "How we work"):
        assert title in titles
    assert any("In plain words" in children for children in inner.values())


def test_a_title_in_another_language_says_so(document):
    """The marked content names it, and each Japanese glyph is in such a piece."""
    languages = set()
    for page in document.pages:
        fonts = {name: str(font.BaseFont) for name, font in page.Resources.Font.items()}
        if not any("CJK" in font for font in fonts.values()):
            continue
        language = font = ""
        for words, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "BDC":
                language = str(words[1].get("/Lang", ""))
            elif str(operator) == "Tf":
                font = fonts[str(words[0])]
            elif str(operator) in ("Tj", "TJ") and "CJK" in font:
                languages.add(language)
    assert languages == {"ja"}


def test_every_link_leads_somewhere(document):
    named = set()
    names = document.Root.get("/Names", {}).get("/Dests") if "/Names" in document.Root else None
    stack = [names] if names is not None else []
    while stack:
        node = stack.pop()
        named |= {str(name) for name in list(node.get("/Names", []))[::2]}
        stack += list(node.get("/Kids", []))
    pages = {page.objgen for page in document.pages}
    inside = outside = 0
    for page in document.pages:
        for note in page.get("/Annots", []):
            action = note.get("/A", {})
            target = note.get("/Dest", action.get("/D"))
            if target is None:
                assert str(action["/URI"]).startswith(("https://", "http://"))
                outside += 1
            elif isinstance(target, pikepdf.Array):
                assert target[0].objgen in pages
                inside += 1
            else:
                assert str(target) in named
                inside += 1
    assert inside > 2000 and outside > 150


def test_all_claims_stand_in_it(words, docs):
    heads = re.findall(
        r"Claim ([A-Z]\d+) ?(?:Supported|Partly supported|Overstated|Unsupported|Reversed|Not verifiable)",
        words,
    )
    assert set(heads) == set(claim_ids(docs))


def test_all_terms_and_sources_stand_in_it(words, docs):
    text = squeezed(words)
    for name in re.findall(
        r"^:::\{definition\} (.*)$", (docs / "reference/glossary.md").read_text(), re.MULTILINE
    ):
        assert squeezed(name.replace("'", "’")) in text or squeezed(name) in text, name
    for doi in re.findall(
        r"^  doi +=\s+\{(.*)\},$", (docs / "data/sources.bib").read_text(), re.MULTILINE
    ):
        assert squeezed(doi) in text, doi


def test_every_row_of_the_foods_stands_in_it(words, docs):
    text = squeezed(words)
    for row in csv.DictReader((docs / "data/foods.csv").read_text(encoding="utf-8").splitlines()):
        start = squeezed(f"{row['food']}{row['country']}").replace("'", "’")
        assert start in text, row["food"]


def test_every_figure_has_words(document):
    found = elements(document.Root.StructTreeRoot)
    figures = [element for element in found if element.S == "/Figure"]
    assert len(figures) >= 4
    assert all(str(figure.get("/Alt", "")).strip() for figure in figures)


def test_the_warning_and_the_licenses_stand_in_front(pdf):
    opened = pypdfium2.PdfDocument(pdf)
    text = re.sub(r"\s+", " ", opened[1].get_textpage().get_text_bounded())
    opened.close()
    assert "Information, not medical advice." in text and "warfarin" in text and "CC BY 4.0" in text
