"""Components of sphinx-design in every builder but that of the web: nothing lost, nothing warned of."""

from __future__ import annotations

import pytest

WORDS = (
    "Cheese",
    "Aged, with",
    "Natto",
    "Fermented.",
    "What else?",
    "Under the lid.",
    "No title here.",
    "First fold",
    "Folded.",
)
PAGES = {
    "text": "sections/one.txt",
    "latex": "asmallbook.tex",
    "man": "smallbook.1",
    "book": ".typst/chapters/01-sections-one.typ",
}


@pytest.mark.parametrize("builder", PAGES)
def test_all_words_are_there_and_icons_are_not(tiny, builder):
    manual = {"man_pages": [("index", "smallbook", "A small book", [], 1)]}
    built = tiny(builder=builder, root="test-ebook", **manual)
    assert built.warnings == ""
    text = built.page(PAGES[builder]).replace("\\", "").replace("?'", "?")
    places = [text.index(words) for words in WORDS]
    assert places == sorted(places)
    assert "fa-" not in text and "<svg" not in text and "faIcon" not in text


def test_the_book_keeps_its_boxes(tiny):
    page = tiny(builder="book", root="test-ebook").page(PAGES["book"])
    assert page.count("#t.open-box[") == 5
    assert page.count("#t.card[") == 1


def test_the_web_keeps_its_tabs_dropdowns_and_icons(tiny):
    page = tiny(root="test-ebook").page("sections/one.html")
    assert page.count("<details") == 3 and page.count('type="radio"') == 2
    assert "sd-octicon-heart" in page and "plain-tab" not in page
