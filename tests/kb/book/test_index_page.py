"""The index at the back of the tiny book."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from books import Built


def test_the_index_of_the_tiny_book(book: Built) -> None:
    page = book.page_with("Index In bold")
    place = book.folio("It is about enzymes")
    text = book.pages[page - 1]
    assert (
        "C Carboxylation, see γ-carboxylation" in text
        or "carboxylation, see γ-carboxylation" in text
    )
    assert f"enzyme, {place}; see also no such entry" in text
    assert f"flora gut, {place}" in text or f"flora, gut, {place}" in text
    assert f"γ-carboxylation, {place}" in text


def test_a_page_stands_once_and_is_bold_if_one_of_its_places_is_main(book: Built) -> None:
    source = (book.path.parent / ".typst/index.typ").read_text(encoding="utf-8")
    (line,) = [line for line in source.splitlines() if "[enzyme]" in line]
    places, main = re.findall(r"places: \((.*?)\), main: \((.*?)\)", line)[0]
    assert places.count("#") == 3 and main.count("#") == 1


def test_every_number_of_the_index_is_a_link_to_its_page(book: Built) -> None:
    number = book.page_with("Index In bold")
    here = book.pdf.pages[number - 1]
    targets = {note.Dest[0].objgen for note in here.Annots if "/Dest" in note}
    assert book.pdf.pages[book.page_with("It is about enzymes") - 1].objgen in targets
    assert here.objgen in targets  # "see" leads to the entry
