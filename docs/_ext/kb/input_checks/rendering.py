r"""Line breaks and comments of Markdown, the same in every edition.

Markdown has two ways to break a line within a paragraph: two blanks or a backslash at its
end::

    The first line of an address\
    and the second.

MyST hands both a break and a comment ``<!-- for authors -->`` over as raw HTML (a break also as
raw LaTeX), which the books leave out and which is part of every text taken from the nodes.
Here a break is a ``line_break`` and a line end: HTML, EPUB and the book print the node,
texts get the line end.  A comment is a comment, as a line that begins with ``%`` is: no
edition has it.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from markdown_it.tree import SyntaxTreeNode
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

COMMENT = re.compile(r"\s*<!--((?:(?!-->).)*)-->\s*", re.DOTALL)


class line_break(nodes.Inline, nodes.Element):
    """The end of a line within a paragraph."""


class Renderer(SphinxRenderer):
    """MyST's renderer, with nodes for what it hands over as raw text."""

    def render_hardbreak(self, token: SyntaxTreeNode) -> None:
        self.current_node.extend([line_break(), nodes.Text("\n")])

    def render_html_inline(self, token: SyntaxTreeNode) -> None:
        if not COMMENT.fullmatch(token.content):
            super().render_html_block(token)

    def render_html_block(self, token: SyntaxTreeNode) -> None:
        if comment := COMMENT.fullmatch(token.content):
            self.current_node.append(nodes.comment("", comment[1].strip()))
        else:
            super().render_html_block(token)


class Parser(MystParser):
    """MyST's parser with that renderer; front matter steers nothing (see ``front_matter``)."""

    def parse(self, inputstring: str, document: nodes.document) -> None:
        parser = create_md_parser(document.settings.env.myst_config, Renderer)
        parser.options["document"] = document
        parser.render(inputstring)


def visit_html(translator: Any, node: line_break) -> None:
    translator.body.append("<br />")


def visit_book(translator: Any, node: line_break) -> None:
    translator.add("#linebreak()")


def pass_by(translator: Any, node: line_break) -> None:
    """Print nothing: a line end follows."""


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("myst_parser")
    app.add_source_parser(Parser, override=True)
    silent = (pass_by, pass_by)
    html, book = (visit_html, pass_by), (visit_book, pass_by)
    app.add_node(line_break, html=html, book=book, text=silent, latex=silent, man=silent)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
