"""What stands in a frame: panels, warnings, cards, tabs, and captioned code."""

from __future__ import annotations

from docutils import nodes
from sphinx.locale import admonitionlabels

from typstbook import markup
from typstbook.core import block, chosen, first
from typstbook.inline import Inline
from typstbook.markup import Content

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
        if self.function(node) == _PANEL:
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
        containers = [child for child in node.children if isinstance(child, nodes.container)]
        split = node.index(containers[0]) if containers else len(node)
        feet = [child for child in containers if self.function(child) == _FOOT]
        lower = [child for child in node.children[split:] if child not in feet]
        rest = self.rendered([inner for child in lower for inner in _unwrapped(child)])
        self.block(
            _PANEL,
            **self.color(node),
            labels=self.labels(node, *containers),
            whole=len(node.astext()) <= _SHORT_PANEL,
            opening=self.rendered(node.children[:split]),
            rest=Content(rest.rstrip()),
            foot=self.rendered([inner for foot in feet for inner in foot.children]),
        )
        raise nodes.SkipNode

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
        label = self.inner(title) if title else markup.escape(admonitionlabels.get(name, ""))
        kind = name if name in _KINDS else chosen(node, _KINDS) or "note"
        body = self.inner(node, nodes.title)
        whole = len(node.astext()) <= _SHORT_NOTE
        look = {**self.color(node), "labels": self.labels(node), "whole": whole}
        self.block("admonition", kind, Content(label), body, **look)
        raise nodes.SkipNode

    visit_attention = visit_caution = visit_danger = visit_error = visit_admonition
    visit_hint = visit_important = visit_note = visit_seealso = visit_admonition
    visit_tip = visit_warning = visit_admonition


def _unwrapped(node: nodes.Node) -> list[nodes.Node]:
    """What a container holds, and any other node itself."""
    return list(node.children) if isinstance(node, nodes.container) else [node]
