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
    """Each row below that of the heads of columns has one head, or is that of a group."""
    tables = [element for _, element in tree(book) if str(element.S) == "/Table"]
    assert len(tables) > 3
    for table in tables:
        head, *rows = [row for _, row in walk(table) if str(row.S) == "/TR"]
        assert {scope(cell) for _, cell in walk(head) if str(cell.S) == "/TH"} == {"/Column"}
        heads = [cell for row in rows for _, cell in walk(row) if str(cell.S) == "/TH"]
        assert "/Row" in map(scope, heads)
        assert sum(attribute(cell, "/RowSpan") or 1 for cell in heads) == len(rows)


def scope(head: Any) -> str:
    return str(attribute(head, "/Scope"))


def test_cells_name_their_heads(book: Built) -> None:
    """Each cell of the long table is tied to the heads of its column, its group and its row, and to no other."""
    long = max(
        (element for _, element in tree(book) if str(element.S) == "/Table"),
        key=lambda each: len(list(walk(each))),
    )
    heads = {str(head.ID): head for _, head in walk(long) if str(head.S) == "/TH"}
    rows = [
        [cell for _, cell in walk(row) if str(cell.S) in ("/TH", "/TD")]
        for _, row in walk(long)
        if str(row.S) == "/TR"
    ]
    full = [row for row in rows[1:] if len(row) > 1]
    assert [len(row) for row in full] == [4] * 139
    for first, *others in full:
        [column, group] = (str(name) for name in attribute(first, "/Headers"))
        assert column.endswith("x0y0") and attribute(heads[group], "/ColSpan") == 4
        assert str(first.S) == "/TH" and attribute(first, "/Scope") == "/Row"
        for number, cell in enumerate(others, 1):
            own, *rest = (str(name) for name in attribute(cell, "/Headers"))
            assert str(cell.S) == "/TD" and own.endswith(f"x{number}y0")
            assert rest == [group, str(first.ID)]


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
