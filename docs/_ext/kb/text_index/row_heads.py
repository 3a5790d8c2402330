"""Cells and tables that say what they are: on the web, in the EPUB and, row heads, in the PDF.

Who listens to a table hears the head of the column and that of the row at each cell.  docutils
knows columns of row heads (``colspec`` with ``stub``), and writes them as ``th``; here each is told
to be the head of its row, by ``scope`` (for the PDF ``typstbook.packing`` does so).  A cell across
a whole row (the name of a group) stays ``td``: as a head it would be said with every row below,
those of other groups too.  In a table with a row of heads and no such column, as Markdown writes
them, the first cell is the head of its row.

A table says its name as its label, which is heard when it is entered and listed among the tables
of a page: its attribute ``name``, else, where it has no caption, the heading nearest above it.
"""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator


class RowHeads(SphinxPostTransform):
    """Make the first column one of row heads where a table has a row of heads alone."""

    default_priority = 900
    formats = ("html", "typst")

    def run(self, **kwargs: Any) -> None:
        for group in self.document.findall(nodes.tgroup):
            columns = [part for part in group.children if isinstance(part, nodes.colspec)]
            if group.next_node(nodes.thead) and not any(one.get("stub") for one in columns):
                columns[0]["stub"] = 1


def heading_of(table: nodes.table) -> str:
    """Return the heading above a *table* with a row of heads and no caption, else nothing."""
    if table.next_node(nodes.title) or not table.next_node(nodes.thead):
        return ""
    node: nodes.Node = table
    while node.parent is not None:
        for before in reversed(node.parent.children[: node.parent.index(node)]):
            if isinstance(before, (nodes.title, nodes.rubric)):
                return before.astext()
        node = node.parent
    return ""


def visit_entry(self: HTML5Translator, node: nodes.entry) -> None:
    """The theme's own tag (``type(self)`` is its class), with its scope where it heads a row."""
    type(self).visit_entry(self, node)
    row = node.parent
    if isinstance(row.parent, nodes.thead):
        self.body[-1] = self.body[-1].replace('"head stub', '"head', 1)
    elif not self.body[-1].startswith("<th"):
        return
    elif len(row) == 1 and "morecols" in node:
        self.body[-1] = self.body[-1].replace("<th", "<td", 1).replace(' class="stub"', "")
        self.context[-1] = "</td>\n"
    else:
        self.body[-1] = self.body[-1].replace("<th", '<th scope="row"', 1)


def depart_entry(self: HTML5Translator, node: nodes.entry) -> None:
    type(self).depart_entry(self, node)


def visit_table(self: HTML5Translator, node: nodes.table) -> None:
    type(self).visit_table(self, node)
    if name := node.get("name") or heading_of(node):
        label = f'<table aria-label="{html.escape(name)}"'
        self.body[-1] = self.body[-1].replace("<table", label, 1)


def depart_table(self: HTML5Translator, node: nodes.table) -> None:
    type(self).depart_table(self, node)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_post_transform(RowHeads)
    app.add_node(nodes.entry, override=True, html=(visit_entry, depart_entry))
    app.add_node(nodes.table, override=True, html=(visit_table, depart_table))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
