"""The EPUB as published: nothing of the content lost, every link alive, and epubcheck content."""

from __future__ import annotations

import csv
import re

import pytest

from content import ORDER, claim_ids
from ebooks import OPS, XHTML, Ebook


@pytest.fixture(scope="module")
def book(epub):
    return Ebook(epub)


@pytest.fixture(scope="module")
def words(book):
    return {name: book.text(name) for name in book.pages}


def test_epubcheck_finds_nothing(epub, check):
    assert check(epub) == []


def test_a_title_in_another_language_says_so(book):
    page = book.pages["reference/sources.xhtml"]
    (title,) = (node for node in page.iter() if node.get("lang") == "ja")
    assert "".join(title.itertext()) == "日本食品標準成分表2020年版(八訂)"


UNNAMED = {"imprint", "cover", "landmarks"}
"""Types of EPUB for which DPUB-ARIA has no role, or one for pictures alone."""


def test_what_epub_calls_a_part_assistive_programs_call_it_too(book):
    found = {
        (node.get(f"{OPS}type"), node.get("role"))
        for page in book.pages.values()
        for node in page.iter()
        if node.get(f"{OPS}type") and node.tag != f"{XHTML}a"
    }
    kinds = {kind for kind, _ in found} - UNNAMED
    assert kinds >= {"toc", "chapter", "glossary", "bibliography"}
    assert {one for one in found if one[0] in kinds} == {(kind, f"doc-{kind}") for kind in kinds}


def test_every_page_for_readers_is_in_it_once_and_in_order(book, docs):
    written = {str(path.relative_to(docs).with_suffix(".xhtml")) for path in docs.rglob("*.md")}
    wanted = {
        name
        for name in written
        if name.split("/")[0] in ("sections", "reference", "about", "index.xhtml")
    }
    wanted.remove("reference/data.xhtml")  # for programs, on the site alone
    assert {name for name in book.spine if "/" in name or name == "index.xhtml"} == wanted
    assert len(book.spine) == len(set(book.spine))
    assert book.spine[:4] == ["epub-cover.xhtml", "edition.xhtml", "contents.xhtml", "index.xhtml"]
    assert set(book.pages) == {*book.spine, "nav.xhtml"}


def test_the_contents_number_the_chapters(book, docs):
    titles = [
        link.text for link in next(book.pages["nav.xhtml"].iter(f"{XHTML}nav")).iter(f"{XHTML}a")
    ]
    numbered = [title for title in titles if re.match(r"\d+\. ", title)]
    heads = [
        re.search(r"^# (.*)$", (docs / f"sections/{slug}.md").read_text("utf-8"), re.MULTILINE)[1]
        for slug in ORDER
    ]
    assert numbered == [f"{number}. {head}" for number, head in enumerate(heads, 1)]
    assert numbered[0] == "1. The gut-brain axis"


def test_every_link_leads_somewhere(book):
    assert book.dead_links() == []
    inside = [address for _, address in book.links() if not address.startswith(("http", "mailto"))]
    assert len(inside) > 2000
    assert len([1 for _, address in book.links() if address.startswith("https://")]) > 150


def test_all_claims_with_verdict_and_certainty(words, docs):
    verdicts = "Supported|Partly supported|Overstated|Unsupported|Reversed|Not verifiable"
    heads = re.findall(
        rf"Claim ([A-Z]\d+) (?:{verdicts}) (?:\w+ ?\w* certainty|No direct evidence)",
        " ".join(words.values()),
    )
    assert sorted(heads) == sorted(claim_ids(docs))


def test_the_register_has_a_row_for_each_claim(book, docs):
    rows = [
        node.get("id")
        for node in book.pages["reference/evidence.xhtml"].iter()
        if (node.get("id") or "").startswith("register-")
    ]
    assert rows == [f"register-{name.lower()}" for name in claim_ids(docs)]


def test_all_terms_with_their_uses(book, words, docs, site):
    text = words["reference/glossary.xhtml"]
    names = re.findall(
        r"^:::\{definition\} (.*)$",
        (docs / "reference/glossary.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    for name in names:
        assert name.replace("'", "’") in text or name in text, name
    page = (site / "reference/glossary.html").read_text(encoding="utf-8")
    assert text.count("Used in: ") == page.count("Used in: ") > 0.7 * len(names)


def test_all_sources_that_are_cited(words, docs):
    text = words["reference/sources.xhtml"]
    for doi in re.findall(
        r"^  doi +=\s+\{(.*)\},$",
        (docs / "data/sources.bib").read_text(encoding="utf-8"),
        re.MULTILINE,
    ):
        assert doi in text, doi
    assert text.count("Cited in: ") > 150


def test_every_row_of_the_foods(book, docs):
    cells = [
        "".join(row.itertext()) for row in book.pages["reference/foods.xhtml"].iter(f"{XHTML}tr")
    ]
    rows = list(csv.DictReader((docs / "data/foods.csv").read_text(encoding="utf-8").splitlines()))
    for row in rows:
        start = " ".join(f"{row['food']} {row['country']}".split()).replace("'", "’")
        assert any(" ".join(cell.split()).replace("'", "’").startswith(start) for cell in cells), (
            row["id"]
        )
    ids = {node.get("id") for node in book.pages["reference/foods.xhtml"].iter()}
    assert {f"food-{row['id']}" for row in rows} <= ids


def test_every_picture_has_words(book):
    pictures = [
        (name, node) for name, page in book.pages.items() for node in page.iter(f"{XHTML}img")
    ]
    assert len(pictures) >= 6
    assert [name for name, node in pictures if not (node.get("alt") or "").strip()] == []
    assert all(
        node.get("src").endswith(".svg") for name, node in pictures if name != "epub-cover.xhtml"
    )


def test_tables_have_heads(book):
    tables = [table for page in book.pages.values() for table in page.iter(f"{XHTML}table")]
    assert len(tables) > 10
    assert all(table.find(f"{XHTML}thead//{XHTML}th") is not None for table in tables)


def test_nothing_of_the_site_is_left(book, words):
    assert not [name for name in book.files if name.endswith((".js", ".json", ".html"))]
    assert [name for name in book.files if name.endswith(".css")] == ["_static/epub.css"]
    assert not any(list(page.iter(f"{XHTML}script")) for page in book.pages.values())
    for gone in (
        "Download the table as CSV",
        "Filter and sort",
        "In a browser that runs JavaScript",
        "Download the whole book",
        "Ways in",
    ):
        assert not [name for name, text in words.items() if gone in text], gone


def test_the_warning_and_the_license_stand_in_front(book, words):
    assert (
        "Information, not medical advice." in words["edition.xhtml"]
        and "warfarin" in words["edition.xhtml"]
    )
    assert book.meta("schema:accessibilitySummary")
    assert "creativecommons.org/licenses/by/4.0/" in book.source("content.opf")
