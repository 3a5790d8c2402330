"""The last touch on the PDF: cells that name their heads, hyphens that are found, a smaller file.

Typst ties a cell below the head of a group of rows to that head alone, and the head
of the group to every column: a listener would hear all columns at each cell.  So
each cell is tied to the head of its column and that of its group.

A glyph of a font means one character, and Typst takes the first that it meets: where the first
hyphen of a font ends a line, every hyphen of it means a soft one, and a viewer that does not heed
the words beside each (Firefox's) finds no "MK-7".  So a hyphen means U+002D in every font.

A tagged PDF holds an object for each paragraph, cell and link, and Typst writes each
as plain text; packed into streams, the same book is a third of the size.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOFT_HYPHEN = re.compile(rb"^(<[0-9A-F]+> )<00AD>$", re.MULTILINE)
_COLUMN = re.compile(r"x(\d+)y\d+\Z")  # Typst's names of head cells: table, column, row


def packed(pdf: bytes) -> bytes:
    """Return the document with its cells tied, in object streams, which PDF/A-2 allows."""
    small = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for table in _elements(document.Root.get("/StructTreeRoot", {}), "/Table"):
            _tie_cells(table)
        for font in document.objects:
            if isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/Font":
                _name_hyphens(font)
        streams = pikepdf.ObjectStreamMode.generate
        document.save(
            small, object_stream_mode=streams, deterministic_id=True, fix_metadata_version=False
        )
    return small.getvalue()


def _name_hyphens(font: Any) -> None:
    if (characters := font.get("/ToUnicode")) is not None:
        characters.write(_SOFT_HYPHEN.sub(rb"\1<002D>", characters.read_bytes()))


def _tie_cells(table: Any) -> None:
    rows = list(_elements(table, "/TR"))
    groups = [cell for row in rows for cell in _elements(row, "/TH") if _get(cell, "/Headers")]
    if not groups or any(_get(cell, "/RowSpan") for cell in _elements(table, "/TD")):
        return
    for group in groups:
        _put(group, "/Headers", [])
    columns, current = _columns(rows), None
    for row in rows:
        heads = [cell for cell in _elements(row, "/TH") if cell in groups]
        current = heads[0].ID if heads else current
        for column, cell in enumerate(_elements(row, "/TD") if current is not None else ()):
            _put(cell, "/Headers", [*columns.get(column, ()), current])


def _columns(rows: list[Any]) -> dict[int, list[pikepdf.String]]:
    """The names of the heads of each column, those of groups left aside."""
    found: dict[int, list[pikepdf.String]] = {}
    for row in rows:
        for cell in _elements(row, "/TH"):
            match = _COLUMN.search(str(cell.get("/ID", "")))
            if match and (_get(cell, "/ColSpan") or 1) == 1:
                found.setdefault(int(match[1]), []).append(cell.ID)
    return found


def _elements(node: Any, kind: str) -> Iterator[Any]:
    """The structure elements of a kind below a node; none below another of that kind."""
    for child in _listed(node.get("/K")):
        if isinstance(child, pikepdf.Dictionary) and child.get("/S") == kind:
            yield child
        elif isinstance(child, pikepdf.Dictionary):
            yield from _elements(child, kind)


def _listed(value: Any) -> list[Any]:
    """An array's items; a PDF may write one item without the array."""
    return list(value) if isinstance(value, pikepdf.Array) else [] if value is None else [value]


def _attributes(cell: Any) -> Iterator[Any]:
    yield from (each for each in _listed(cell.get("/A")) if each.get("/O") == "/Table")


def _get(cell: Any, name: str) -> Any:
    return next((each[name] for each in _attributes(cell) if name in each), None)


def _put(cell: Any, name: str, value: list[Any]) -> None:
    for each in _attributes(cell):
        each[name] = pikepdf.Array(value)
