"""Tables that stay on the page, and figures.

Typst sets a table across pages and repeats its head; what it needs from us are
columns.  A table whose cells all fit on one line gets the width of its text;
else each column gets a share of the page by its longest word and its amount of
text, so that narrow columns stay narrow and none runs off the page.
"""

from __future__ import annotations

import itertools

from docutils import nodes

from typstbook.core import first
from typstbook.inline import Inline
from typstbook.markup import Code, Content, arguments, call

#: Characters on a line of a table, and those that the padding of a column costs.
_LINE, _PADDING = 88, 3
#: A cell wider than this is assumed to break into lines.
_WIDE_CELL = 60
#: A word longer than this may be hyphenated.
_LONG_WORD = 16
#: Rows with a cell longer than this may break across pages.
_LONG_CELL = 500
#: A table of no more characters than this stays on one page: it takes about a quarter of it.
_SHORT_TABLE = 900
#: From so many columns or rows on, a table is set small and into the margins.
_MANY_COLUMNS, _MANY_ROWS = 5, 30


class Tables(Inline):
    """Visitors for tables and figures."""

    def visit_table(self, node: nodes.table) -> None:
        group = first(node, nodes.tgroup)
        outer, self.pages = self.pages, "panels"
        labels, caption = self.labels(node), self.inner(first(node, nodes.title))
        head = self._cells(rows_of(group, nodes.thead))
        rows = self._rows(rows_of(group, nodes.tbody), group["cols"])
        self.pages = outer
        if not head:
            self.warn(
                node,
                "table",
                "a table needs a head: without one, nobody who listens to it learns what a cell"
                " is about",
            )
        self.block(
            "tabular",
            number=self.number("table", node),
            caption=caption,
            labels=labels,
            columns=columns(node, group),
            dense=is_dense(group),
            whole=len(node.astext()) <= _SHORT_TABLE,
            head=head,
            head_rows=len(rows_of(group, nodes.thead)),
            stubs=[n for n, each in enumerate(_specs(group)) if each.get("stub")],
            rows=rows,
        )
        raise nodes.SkipNode

    def _rows(self, rows: list[nodes.row], count: int) -> list[Code]:
        """Return the rows of the body; a cell across a whole row is the head of those below."""
        cells: list[Code] = []
        for row, following in itertools.pairwise([*rows, None]):
            if row and following and _is_group_head(row, count):
                cells.append(
                    Code("\n  table.header(level: 2, " + ", ".join(self._cells([row])) + ")")
                )
            elif row:
                cells += self._cells([row])
        return cells

    def _cells(self, rows: list[nodes.row]) -> list[Code]:
        cells = []
        for row in rows:
            breakable = any(len(cell.astext()) > _LONG_CELL for cell in row.children)
            for index, cell in enumerate(_entries(row)):
                labels = self.labels(cell) if index else self.labels(row, cell)
                cells.append(self._cell(cell, labels, breakable))
        return [Code("\n  " + cell) for cell in cells]

    def _cell(self, cell: nodes.entry, labels: list[str], breakable: bool) -> Code:
        options: dict[str, object] = {"breakable": breakable}
        if "morecols" in cell:
            options["colspan"] = cell["morecols"] + 1
        if "morerows" in cell:
            options["rowspan"] = cell["morerows"] + 1
        align = next((name[5:] for name in cell["classes"] if name.startswith("text-")), "")
        if align in ("left", "right", "center"):
            options["align"] = Code(align)
        anchors = "".join(call("anchor", name) for name in labels)
        content = Content(anchors + self.inner(cell))
        return Code(f"table.cell({arguments(content, **options)})")

    def visit_figure(self, node: nodes.figure) -> None:
        outer, self.pages = self.pages, "none"
        caption = self.inner(first(node, nodes.caption))
        legend = self.inner(first(node, nodes.legend))
        self.pages = outer
        body, number = self.inner(node, nodes.caption, nodes.legend), self.number("figure", node)
        named = {"number": number, "caption": caption, "labels": self.labels(node)}
        pictures = list(node.findall(nodes.image))
        if not pictures:
            self.warn(node, "image", "a figure without a picture: its caption is printed")
        if any(each.get("alt") and self.picture(each) for each in pictures):
            self.block("figured", body, legend=legend, floats=_may_float(node), **named)
        else:  # Typst refuses a figure in which nothing is described
            self.block("unpictured", body, legend=legend, **named)
        raise nodes.SkipNode


def _may_float(figure: nodes.figure) -> bool:
    """Whether a figure may move to the head or foot of a page: where text leads to it."""
    return isinstance(figure.parent, nodes.section) and isinstance(
        figure.previous_sibling(), nodes.paragraph
    )


def rows_of(group: nodes.tgroup, part: type[nodes.Element]) -> list[nodes.row]:
    """The rows of the head or of the body."""
    return [
        row
        for child in group.children
        if isinstance(child, part)
        for row in child.children
        if isinstance(row, nodes.row)
    ]


def _is_group_head(row: nodes.row, count: int) -> bool:
    cells = _entries(row)
    return (
        count > 1
        and len(cells) == 1
        and cells[0].get("morecols", 0) + 1 == count
        and not cells[0].get("morerows")
    )


def is_dense(group: nodes.tgroup) -> bool:
    """Whether a table is large enough to be set small."""
    return group["cols"] >= _MANY_COLUMNS or len(rows_of(group, nodes.tbody)) >= _MANY_ROWS


def columns(table: nodes.table, group: nodes.tgroup) -> list[Code]:
    """The widths of a table's columns, in Typst's terms."""
    specs = _specs(group)
    if "colwidths-given" in table["classes"]:
        return [Code(f"{spec['colwidth']}fr") for spec in specs]
    texts = _column_texts(group, len(specs))
    wanted = [max((len(text) for text in column), default=1) for column in texts]
    if sum(wanted) + _PADDING * len(specs) <= _LINE:
        return [Code("auto")] * len(specs)
    return [Code(f"{share}fr") for share in _shares(texts)]


def _specs(group: nodes.tgroup) -> list[nodes.colspec]:
    return [child for child in group.children if isinstance(child, nodes.colspec)]


def _column_texts(group: nodes.tgroup, count: int) -> list[list[str]]:
    """What stands in each column, cells over several columns left aside."""
    texts: list[list[str]] = [[] for _ in range(count)]
    taken: set[tuple[int, int]] = set()  # places that a cell from above or from the left fills
    for y, row in enumerate([*rows_of(group, nodes.thead), *rows_of(group, nodes.tbody)]):
        for cell in _entries(row):
            x = next(x for x in itertools.count() if (y, x) not in taken)
            wide, high = cell.get("morecols", 0) + 1, cell.get("morerows", 0) + 1
            taken.update(itertools.product(range(y, y + high), range(x, x + wide)))
            if wide == 1:
                texts[x].append(cell.astext())
    return texts


def _entries(row: nodes.row) -> list[nodes.entry]:
    return [cell for cell in row.children if isinstance(cell, nodes.entry)]


def _shares(texts: list[list[str]]) -> list[int]:
    """Room for the longest word first, then by what a column still wants."""
    least = [_least(column) for column in texts]
    most = [min(_WIDE_CELL, max(map(len, column), default=1)) for column in texts]
    wishes = [max(0, want - have) for want, have in zip(most, least, strict=True)]
    room = max(0, _LINE - sum(least) - _PADDING * len(texts))
    total = sum(wishes) or 1
    return [
        have + _PADDING + room * wish // total for have, wish in zip(least, wishes, strict=True)
    ]


def _least(column: list[str]) -> int:
    words = [word for text in column for word in text.replace("-", "- ").split()]
    return min(_LONG_WORD, max(map(len, words), default=1))
