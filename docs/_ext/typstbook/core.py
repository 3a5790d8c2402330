"""What all visitors share: the text so far, anchors, and the way to write a call.

Visitors write Typst markup with ``add``.  A visitor that needs its content as an
argument takes it with ``inner`` and raises ``SkipNode``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxTranslator

from typstbook import markup
from typstbook.assembly import ids_of
from typstbook.markup import Code, Content

if TYPE_CHECKING:
    from collections.abc import Container

    from typstbook.builder import BookBuilder

logger = logging.getLogger(__name__)

#: Any: docutils wants methods here, and mypy takes no function for one.
Visitors = tuple[Any, Any]


PARAGRAPH_END = "\n\n"


class Core(SphinxTranslator):
    """The translator without any visitor but that for unknown nodes."""

    def __init__(self, document: nodes.document, builder: BookBuilder) -> None:
        super().__init__(document, builder)
        if builder.chapter is None:
            raise ValueError("the builder is at no chapter")
        self.body: list[str] = []
        self.book = builder.book
        self.chapter = builder.chapter
        self.docname = builder.chapter.docname
        self.placed: set[str] = set()

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
        outer, self.body = self.body, []
        for child in children:
            child.walkabout(self)
        text, self.body = "".join(self.body), outer
        return Content(text.strip() + (PARAGRAPH_END if text.endswith(PARAGRAPH_END) else ""))

    def block(self, name: str, *positional: object, **named: object) -> None:
        """Write a call that stands on lines of its own."""
        self.add("\n\n" + markup.call(name, *positional, **named) + "\n\n")

    def labels(self, *elements: nodes.Element) -> list[str]:
        """The anchors of some nodes; each anchor is handed out once."""
        names = [f"{self.docname}#{name}" for node in elements for name in ids_of(node)]
        new = [name for name in dict.fromkeys(names) if name not in self.placed]
        self.placed.update(new)
        return new

    def anchor(self, *elements: nodes.Element) -> None:
        """Write the anchors of some nodes, which print nothing."""
        self.add("".join(markup.call("anchor", name) for name in self.labels(*elements)))

    def number(self, figtype: str, node: nodes.Element) -> str:
        """The number that Sphinx gave to a figure, table or listing, such as "Fig. 2.1"."""
        numbers = self.builder.env.toc_fignumbers.get(self.docname, {}).get(figtype, {})
        for name in node["ids"]:
            if name in numbers:
                text: str = self.config.numfig_format[figtype]
                return text % ".".join(map(str, numbers[name]))
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
        logger.warning(message, *args, location=node, type="book", subtype=subtype)

    def unknown_visit(self, node: nodes.Node) -> None:
        name = type(node).__name__
        message = (
            "no visitor for the node %r: give it one by app.add_node(%s, typst=(visit, depart))"
        )
        self.warn(node, "node", message, name, name)

    def unknown_departure(self, node: nodes.Node) -> None:
        """Nothing was opened."""


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
