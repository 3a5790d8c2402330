"""One document of the book, from docutils nodes to Typst markup.

The visitors are in five families: ``blocks`` (headings, paragraphs, lists),
``inline`` (words, links, formulas), ``tables`` (and figures), ``boxes`` (panels,
admonitions, cards) and ``references`` (API descriptions, grammars, options).
How anything looks is the template's business.
"""

from __future__ import annotations

from docutils import nodes

from typstbook.blocks import Blocks
from typstbook.boxes import Boxes
from typstbook.core import PARAGRAPH_END
from typstbook.references import References
from typstbook.tables import Tables


class BookTranslator(Blocks, Boxes, Tables, References):
    """All visitors together."""

    def visit_title(self, node: nodes.title) -> None:
        """A heading of a section, or else of a topic or sidebar."""
        if isinstance(node.parent, nodes.section):
            super().visit_title(node)
        self.add("#t.box-title[")

    def depart_title(self, node: nodes.title) -> None:
        self.add(PARAGRAPH_END + "]\n\n")
