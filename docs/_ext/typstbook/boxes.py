"""What stands in a frame: panels, warnings, cards, tabs, and captioned code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docutils import nodes
from sphinx.locale import admonitionlabels

from typstbook.core import block, chosen, first
from typstbook.inline import Inline
from typstbook.markup import Content, escape

#: sphinx-design's components that print shows; others show their children only.
_COMPONENTS = {
    "card": "card",
    "card-header": "card-note",
    "card-footer": "card-note",
    "card-title": "card-title",
    "tab-item": "open-box",
    "dropdown": "open-box",
}
#: A panel or an admonition of no more characters than this stays on one page:
#: it takes about a third of it.
_SHORT_PANEL, _SHORT_NOTE = 1150, 700
_KINDS = frozenset(
    {"attention", "caution", "danger", "error", "hint", "important", "note"}
    | {"seealso", "tip", "warning"}
)
#: The functions of the template for a panel, and for the container that is its foot.
_PANEL, _FOOT = "panel", "panel-foot"


class Boxes(Inline):
    """Visitors for containers and admonitions."""

    visit_topic, depart_topic = block("topic")
    visit_sidebar, depart_sidebar = block("topic")

    # Containers

    def visit_container(self, node: nodes.container) -> None:
        component = node.get("design_component", "")
        if self._is(_PANEL, node):
            self._panel(node)
        elif "literal-block-wrapper" in node["classes"]:
            self._captioned_code(node)
        elif component == "grid-row":
            self._row(node)
        else:
            name = self.function(node) or _COMPONENTS.get(component) or ""
            self.add(f"\n\n#t.{name}[" if name else "\n\n#[")
            self.anchor(node)

    def depart_container(self, node: nodes.container) -> None:
        self.add("]\n\n")

    def _panel(self, node: nodes.container) -> None:
        """A panel in two halves: what precedes its first container, and the rest with its foot."""
        kinds = [isinstance(child, nodes.container) for child in node.children]
        split = kinds.index(True) if True in kinds else len(node)
        lower = list(self._opened(node.children[split:]))
        feet = [child for child in lower if self._is(_FOOT, child)]
        self.block(
            _PANEL,
            **self.color(node),
            labels=self.labels(node, *node.findall(nodes.container)),
            whole=len(node.astext()) <= _SHORT_PANEL,
            opening=self.rendered(node.children[:split]),
            rest=Content(self.rendered([each for each in lower if each not in feet]).rstrip()),
            foot=self.rendered([inner for foot in feet for inner in foot.children]),
        )
        raise nodes.SkipNode

    def _opened(self, children: Sequence[nodes.Node]) -> Iterator[nodes.Node]:
        """Some nodes, each container that has no look of its own replaced by what it holds."""
        for child in children:
            is_plain = isinstance(child, nodes.container) and not (
                self.function(child)
                or "design_component" in child
                or "literal-block-wrapper" in child["classes"]
            )
            yield from self._opened(child.children) if is_plain else [child]

    def _is(self, name: str, node: nodes.Node) -> bool:
        return isinstance(node, nodes.container) and self.function(node) == name

    def _captioned_code(self, node: nodes.container) -> None:
        caption = self.inner(first(node, nodes.caption))
        body = self.inner(node, nodes.caption)
        number = self.number("code-block", node)
        self.block("captioned", body, number=number, caption=caption, labels=self.labels(node))
        raise nodes.SkipNode

    def _row(self, node: nodes.container) -> None:
        cells = [self.rendered([child]) for child in node.children]
        self.anchor(node)
        self.block("side-by-side", *cells)
        raise nodes.SkipNode

    # Admonitions

    def visit_admonition(self, node: nodes.Element) -> None:
        title = first(node, nodes.title)
        name = node.tagname
        word = escape(admonitionlabels.get(name, ""))
        label = word if title is None else self._label(node, title)
        kind = name if name in _KINDS else chosen(node, _KINDS) or "note"
        body = self.inner(node, nodes.title)
        whole = len(node.astext()) <= _SHORT_NOTE
        look = {**self.color(node), "labels": self.labels(node), "whole": whole}
        self.block("admonition", kind, Content(label), body, **look)
        raise nodes.SkipNode

    visit_attention = visit_caution = visit_danger = visit_error = visit_admonition
    visit_hint = visit_important = visit_note = visit_seealso = visit_admonition
    visit_tip = visit_warning = visit_Admonition = visit_admonition

    def _label(self, node: nodes.Element, title: nodes.title) -> Content:
        """A title; one that is empty or "(name)" follows what its extension counts: a theorem."""
        label, text = self.inner(title), title.astext().strip()
        if text and not text.startswith("("):
            return label
        word = node.get("realtype") or node.get("type") or node.tagname
        parts = [word.capitalize(), self.counted(node), label]
        return Content(" ".join(filter(None, parts)))

    def visit_todo_node(self, node: nodes.Element) -> None:
        """A note to oneself, which is printed if the web shows it."""
        if not getattr(self.config, "todo_include_todos", True):
            raise nodes.SkipNode
        self.visit_admonition(node)
