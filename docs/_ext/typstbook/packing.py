"""The last touch on the PDF: links that lead on, heads of rows, hyphens that are found, packing.

A link within the book has an address that names its place (see ``to`` in ``book.typ``).  It gets
the place itself, and for those who listen its page, just as Typst would write both.

Typst writes heads of columns alone: a head of a row needs a feature of Typst's that its Python
package cannot switch on.  So the template gives each head of a row a left border of no width, and
here such a cell becomes one (``TH``, its scope the row).  Typst also ties a cell below the head of
a group of rows to that head alone, and the head of the group to every column: a listener would
hear all columns at each cell.  So each cell is tied to the heads of its column, its group and
its row.

A glyph of a font means one character, and Typst takes the first that it meets: where the first
hyphen of a font ends a line, every hyphen of it means a soft one, and a viewer that does not heed
the words beside each (Firefox's) finds no "MK-7".  So a hyphen means U+002D in every font.

A tagged PDF holds an object for each paragraph, cell and link, and Typst writes each
as plain text; packed into streams, the same book is a third of the size.
"""

from __future__ import annotations

import io
import itertools
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pikepdf
from sphinx.errors import ExtensionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typstbook.compiling import Places

_WITHIN = "place:"
_PAGE_OF = re.compile(r", (\S+) \S+\Z")
_ABOVE = 10
"""By so many points a link leads above its place, whose line is then seen whole."""
_SOFT_HYPHEN = re.compile(rb"^(<[0-9A-F]+> )<00AD>$", re.MULTILINE)


def packed(pdf: bytes, places: Places) -> bytes:
    """Return the document with its links led to the *places* and its cells tied.

    It is in object streams, which PDF/A-2 allows.

    :raises ExtensionError: if a link leads to no place of the book
    """
    small = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _lead_links(document, places)
        tree: Any = document.Root.get("/StructTreeRoot", {})
        known = [each for each in document.objects if isinstance(each, pikepdf.Dictionary)]
        # To look through all objects costs a tenth of a walk down the tree.
        tables = (each for each in known if each.get("/S") == "/Table")
        for number, table in enumerate(tables, 1):
            heads = _tie_cells(table, number)
            if heads:
                _name(document, tree, heads)
        for font in known:
            if "/ToUnicode" in font:
                _name_hyphens(font.ToUnicode)
        streams = pikepdf.ObjectStreamMode.generate
        document.save(
            small, object_stream_mode=streams, deterministic_id=True, fix_metadata_version=False
        )
    return small.getvalue()


def _lead_links(document: pikepdf.Pdf, places: Places) -> None:
    """Give each link within the book its place, and the words that say on which page that is."""
    pages = [page.obj for page in document.pages]
    links = [link for page in pages for link in page.get("/Annots", ())]
    word = _word_for_page(links)

    @cache
    def end(name: str) -> tuple[pikepdf.Array, pikepdf.String]:
        if name not in places:
            raise ExtensionError(f"a link of the book leads to no place, or to several: {name}")
        number, x, y, folio = places[name]
        page = pages[number - 1]
        top = float(page.MediaBox[3]) - max(y - _ABOVE, 0)
        at = [page, pikepdf.Name.XYZ, round(x, 5), round(top, 5), 0]
        return pikepdf.Array(at), pikepdf.String(f"{word} {folio}")

    for link in links:
        action = link.get("/A")
        address = "" if action is None else str(action.get("/URI", ""))
        if address.startswith(_WITHIN):
            link.Dest, link.Contents = end(address.removeprefix(_WITHIN))
            del link.A


def _word_for_page(links: list[Any]) -> str:
    """The word for a page in the language of the book, from the links of its contents.

    Typst wrote them: a heading, and its page.
    """
    told = (str(link.get("/Contents", "")) for link in links if "/Dest" in link)
    return next((found[1] for each in told if (found := _PAGE_OF.search(each))), "page")


def _name_hyphens(characters: Any) -> None:
    characters.write(_SOFT_HYPHEN.sub(rb"\1<002D>", characters.read_bytes()))


def _tie_cells(table: Any, number: int) -> list[Any]:
    """Tie the cells of a table to their heads, and return the heads of rows, named."""
    cells = list(_placed(_elements(table, "/TR")))
    below, columns = _groups(cells), _columns(cells)
    rows: dict[int, list[pikepdf.String]] = {}
    heads = []
    for y, x, cell in cells:
        if cell.S != "/TD":
            continue
        if y in below:
            over = range(x, x + (_get(cell, "/ColSpan") or 1))
            own = [name for column in over for name in columns.get(column, ())]
            _put(cell, "/Headers", pikepdf.Array([*own, below[y]]))
        if _heads_its_row(cell):
            cell.S, cell.ID = pikepdf.Name.TH, pikepdf.String(f"R{number}x{x}y{y}")
            _put(cell, "/Scope", pikepdf.Name.Row)
            heads.append(cell)
            for row in _over_rows(y, cell):
                rows.setdefault(row, []).append(cell.ID)
    for y, _, cell in cells:
        names = dict.fromkeys(name for row in _over_rows(y, cell) for name in rows.get(row, ()))
        if names and cell.S == "/TD":
            _put(cell, "/Headers", pikepdf.Array([*_get(cell, "/Headers"), *names]))
    return heads


def _placed(rows: Iterable[Any]) -> Iterator[tuple[int, int, Any]]:
    """Each cell with the numbers of its row and column."""
    taken: set[tuple[int, int]] = set()  # places that a cell from above or from the left fills
    for y, row in enumerate(rows):
        for cell in _listed(row.get("/K")):
            x = next(x for x in itertools.count() if (y, x) not in taken)
            wide = range(x, x + (_get(cell, "/ColSpan") or 1))
            taken.update(itertools.product(_over_rows(y, cell), wide))
            yield y, x, cell


def _over_rows(y: int, cell: Any) -> range:
    return range(y, y + (_get(cell, "/RowSpan") or 1))


def _groups(cells: list[tuple[int, int, Any]]) -> dict[int, pikepdf.String]:
    """The name of the head of the group for each row that stands in one; all heads untied."""
    heads = {y: cell for y, _, cell in cells if cell.S == "/TH" and _get(cell, "/Headers")}
    for head in heads.values():
        _put(head, "/Headers", pikepdf.Array())
    below: dict[int, pikepdf.String] = {}
    for y, _, _ in cells:
        if y in heads:
            below[y] = heads[y].ID
        elif y - 1 in below:
            below[y] = below[y - 1]
    return below


def _columns(cells: list[tuple[int, int, Any]]) -> dict[int, list[pikepdf.String]]:
    """The names of the heads of each column, those of groups left aside."""
    found: dict[int, list[pikepdf.String]] = {}
    for _, x, cell in cells:
        if cell.S == "/TH" and (_get(cell, "/ColSpan") or 1) == 1:
            found.setdefault(x, []).append(cell.ID)
    return found


def _heads_its_row(cell: Any) -> bool:
    """Whether the template says so, by a border of no width at its start.

    Typst tells of borders in the order before, after, start, end, or once for all four.
    """
    style, width = _get(cell, "/BorderStyle"), _get(cell, "/BorderThickness")
    sides = width if isinstance(width, pikepdf.Array) else [width] * 4
    return isinstance(style, pikepdf.Array) and style[2] == "/Solid" and sides[2] == 0


def _name(document: pikepdf.Pdf, tree: Any, cells: list[Any]) -> None:
    """Enter the names of cells where viewers look for them."""
    if "/IDTree" not in tree:
        tree.IDTree = pikepdf.NameTree.new(document).obj
    names = pikepdf.NameTree(tree.IDTree)
    for cell in cells:
        names[str(cell.ID)] = cell


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


def _get(cell: Any, name: str) -> Any:
    """An attribute of a cell; None where it has none."""
    return next((each[name] for each in _listed(cell.get("/A")) if name in each), None)


def _put(cell: Any, name: str, value: pikepdf.Object) -> None:
    for each in _listed(cell.get("/A")):
        if each.get("/O") == "/Table":
            each[name] = value
