"""What all visitors share: the text so far, anchors, and the way to write a call.

Visitors write Typst markup with ``add``.  A visitor that needs its content as an
argument takes it with ``inner`` and raises ``SkipNode``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxTranslator

from typstbook.assembly import ids_of, place_of
from typstbook.markup import Code, Content, call

if TYPE_CHECKING:
    from collections.abc import Container

    from sphinx.builders import Builder

    from typstbook.assembly import Book, Chapter

logger = logging.getLogger(__name__)

#: Any: docutils wants methods here, and mypy takes no function for one.
Visitors = tuple[Any, Any]


PARAGRAPH_END = "\n\n"


class Core(SphinxTranslator):
    """The translator of one chapter, without any visitor except that for unknown nodes."""

    def __init__(
        self, document: nodes.document, builder: Builder, book: Book, chapter: Chapter
    ) -> None:
        super().__init__(document, builder)
        self.body: list[str] = []
        self.book = book
        self.chapter = chapter
        self.docname = chapter.docname
        self.env = builder.env
        self.placed: dict[str, None] = {}
        self.depth = 0  # how many nodes are being rendered for an argument
        self.marks: list[tuple[int, int, str]] = []
        self._unknown: set[str] = set()

    def add(self, text: str) -> None:
        """Write Typst markup."""
        self.body.append(text)

    def inner(self, node: nodes.Element | None, *leave_out: type[nodes.Node]) -> Content:
        """The children of a node as markup, which is not written yet."""
        children = [] if node is None else node.children
        return self.rendered([each for each in children if not isinstance(each, leave_out)])

    def rendered(self, children: list[nodes.Node]) -> Content:
        """Some nodes as markup, which is not written yet.

        Its last paragraph keeps its end: Typst tags as a paragraph what has one.
        """
        outer, self.body, self.depth = self.body, [], self.depth + 1
        for child in children:
            child.walkabout(self)
        text, self.body, self.depth = "".join(self.body), outer, self.depth - 1
        return Content(text.strip(" \n") + (PARAGRAPH_END if text.endswith(PARAGRAPH_END) else ""))

    def block(self, name: str, *positional: object, **named: object) -> None:
        """Write a call that stands on lines of its own."""
        self.add("\n\n" + call(name, *positional, **named) + "\n\n")

    def labels(self, *elements: nodes.Element) -> list[str]:
        """The anchors of some nodes; each anchor is handed out once."""
        names = [f"{self.docname}#{name}" for node in elements for name in ids_of(node)]
        new = [name for name in dict.fromkeys(names) if name not in self.placed]
        self.placed.update(dict.fromkeys(new))
        return new

    def anchor(self, *elements: nodes.Element) -> None:
        """Write the anchors of some nodes, which print nothing."""
        self.add("".join(call("anchor", name) for name in self.labels(*elements)))

    def number(self, figtype: str, node: nodes.Element) -> str:
        """The number that Sphinx gave to a figure, table or listing, such as "Fig. 2.1"."""
        numbers = self.env.toc_fignumbers.get(self.docname, {}).get(figtype, {})
        for name in node["ids"]:
            if name in numbers:
                text: str = self.config.numfig_format[figtype]
                return text % ".".join(map(str, numbers[name]))
        return ""

    def counted(self, node: nodes.Element) -> str:
        """The number of a node in any of the series that Sphinx counts, such as "2.1"."""
        for numbers in self.env.toc_fignumbers.get(self.docname, {}).values():
            for name in node["ids"]:
                if name in numbers:
                    return ".".join(map(str, numbers[name]))
        return ""

    def function(self, node: nodes.Element) -> str:
        """The function of the template that ``book_classes`` names for a class of the node.

        A panel is a container: links to it may have its class and are none.
        """
        found: str = self.config.book_classes.get(chosen(node, self.config.book_classes), "")
        return found if found != "panel" or isinstance(node, nodes.container) else ""

    def color(self, node: nodes.Element) -> dict[str, Code]:
        """The argument ``color`` of a call, where ``book_colors`` has one for a class."""
        name = chosen(node, self.config.book_colors)
        return {"color": Code(f'rgb("{self.config.book_colors[name]}")')} if name else {}

    def warn(self, node: nodes.Node, subtype: str, message: str, *args: object) -> None:
        logger.warning(message, *args, location=place_of(node), type="book", subtype=subtype)

    def dispatch_visit(self, node: nodes.Node) -> None:
        """Visit a node; note where a block of the chapter begins."""
        if self.depth == 0 and isinstance(node.parent, (nodes.document, nodes.section)):
            self.marks.append((len(self.body), len(self.placed), place_of(node)))
        super().dispatch_visit(node)

    def unknown_visit(self, node: nodes.Node) -> None:
        """Warn of the first node of a kind in each document, and print its children."""
        name = type(node).__name__
        message = (
            "no visitor for the node %r: give it one by app.add_node(%s, typst=(visit, depart))"
        )
        if name not in self._unknown:
            self.warn(node, "node", message, name, name)
        self._unknown.add(name)
        if is_framed(node):
            self.add("\n\n#t.frame[")

    def unknown_departure(self, node: nodes.Node) -> None:
        if is_framed(node):
            self.add(PARAGRAPH_END + "]\n\n")


def is_framed(node: nodes.Node) -> bool:
    """Whether an unknown node holds blocks, and so gets a frame."""
    in_line = isinstance(node, (nodes.Inline, nodes.TextElement, nodes.Part))
    return not in_line and bool(node.children)


def inline(name: str) -> Visitors:
    """Visitors that set a node's content by a function of the template, in the line."""

    def visit(self: Core, node: nodes.Element) -> None:
        self.add(f"#t.{name}[")
        self.anchor(node)

    return visit, close


def block(name: str) -> Visitors:
    """Visitors that set a node's content by a function of the template, as a block."""

    def visit(self: Core, node: nodes.Element) -> None:
        self.add(f"\n\n#t.{name}[")
        self.anchor(node)

    def depart(self: Core, node: nodes.Element) -> None:
        self.add(PARAGRAPH_END + "]\n\n")

    return visit, depart


def close(self: Core, node: nodes.Element) -> None:
    """Close what the visitor opened."""
    self.add("]")


def passed(self: Core, node: nodes.Element) -> None:
    """Write the anchors of a node, and then its children, as if it were not there."""
    self.anchor(node)


def nothing(self: Core, node: nodes.Element) -> None:
    """Write nothing."""


def skipped(self: Core, node: nodes.Element) -> None:
    """Leave a node out."""
    raise nodes.SkipNode


def first(node: nodes.Element, kind: type[nodes.Node]) -> Any:
    """The first child of a kind, or None."""
    return next((child for child in node.children if isinstance(child, kind)), None)


def chosen(node: nodes.Element, names: Container[str]) -> str:
    """The first of a node's classes that is among some names, or nothing."""
    classes: list[str] = node.get("classes", [])
    return next((name for name in classes if name in names), "")
