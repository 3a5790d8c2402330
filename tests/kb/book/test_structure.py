"""The structure tree: what somebody hears who cannot see the page."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pdfua
import pikepdf

if TYPE_CHECKING:
    from books import Built

IN_LINE = {"/Span", "/Link", "/Em", "/Strong", "/Note", "/Reference"}


def kids(node: Any) -> list[Any]:
    children = node.get("/K", [])
    return list(children) if isinstance(children, pikepdf.Array) else [children]


def walk(node: Any, parent: str = "") -> Iterator[tuple[str, Any]]:
    """Every structure element, with the kind of its parent."""
    if isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield parent, node
        for child in kids(node):
            yield from walk(child, str(node.S))


def tree(built: Built) -> list[tuple[str, Any]]:
    return [pair for child in kids(built.pdf.Root.StructTreeRoot) for pair in walk(child)]


def attribute(element: Any, name: str) -> Any:
    """A table attribute of a structure element."""
    given = element.get("/A", [])
    for each in given if isinstance(given, pikepdf.Array) else [given]:
        if each.get("/O") == "/Table" and name in each:
            return each[name]
    return None


def test_all_text_stands_in_a_block(book: Built) -> None:
    """Words straight below the document belong to no paragraph, and a reader cannot step through them."""
    loose = [
        str(element.S)
        for parent, element in tree(book)
        if parent == "/Document" and str(element.S) in IN_LINE
    ]
    assert loose == []


def test_headings_go_down_by_one(book: Built) -> None:
    levels = [int(str(element.S)[2:]) for _, element in tree(book) if str(element.S)[:2] == "/H"]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_heads_of_tables_say_what_they_are_the_head_of(book: Built) -> None:
    heads = [element for _, element in tree(book) if str(element.S) == "/TH"]
    assert len(heads) > 20
    assert {str(attribute(head, "/Scope")) for head in heads} == {"/Column"}


def test_cells_name_their_heads(book: Built) -> None:
    """Each cell of the long table is tied to the head of its column and to that of its group, and to no other."""
    long = max(
        (element for _, element in tree(book) if str(element.S) == "/Table"),
        key=lambda each: len(list(walk(each))),
    )
    heads = {str(head.ID): head for _, head in walk(long) if str(head.S) == "/TH"}
    rows = [
        [cell for _, cell in walk(row) if str(cell.S) == "/TD"]
        for _, row in walk(long)
        if str(row.S) == "/TR"
    ]
    full = [row for row in rows if row]
    assert [len(row) for row in full] == [5] * 139
    for row in full:
        groups = set()
        for column, cell in enumerate(row):
            own, group = (str(name) for name in attribute(cell, "/Headers"))
            assert own.endswith(f"x{column}y0")
            assert attribute(heads[group], "/ColSpan") == 5
            groups.add(group)
        assert len(groups) == 1


def test_links_say_where_they_lead(book: Built) -> None:
    """PDF/UA: each link has words of its own for those who do not see its text."""
    notes = [
        note
        for page in book.pdf.pages
        for note in page.get("/Annots", [])
        if note.Subtype == "/Link"
    ]
    assert len(notes) > 40
    assert all("/StructParent" in note and str(note.get("/Contents", "")) for note in notes)


def test_the_cover_and_the_contents_count_in_roman_numbers(book: Built) -> None:
    labels = [str(page.label) for page in book.pdf.pages]
    first = labels.index("1")
    assert labels[:3] == ["i", "ii", "iii"]
    assert first % 2 == 0, "the text begins on a right-hand page"
    assert labels[first:] == [str(number) for number in range(1, len(labels) - first + 1)]


def test_an_independent_checker_finds_nothing(book: Built) -> None:
    report = pdfua.validate(str(book.path))
    assert [str(finding) for finding in report.findings] == []
