"""What stands in a frame: claims, warnings, cards, tabs, and captioned code."""

from __future__ import annotations

from typing import Any

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
#: A claim or an admonition of no more characters than this stays on one page: it takes
#: about a third of it.
_SHORT_CLAIM, _SHORT_NOTE = 1150, 700
_KINDS = frozenset(
    {"attention", "caution", "danger", "error", "hint", "important", "note", "retraction"}
    | {"seealso", "tip", "warning"}
)


class Boxes(Inline):
    """Visitors for containers and admonitions."""

    visit_topic, depart_topic = block("topic")
    visit_sidebar, depart_sidebar = block("topic")

    # Containers

    def visit_container(self, node: nodes.container) -> None:
        component = node.get("design_component", "")
        if "claim" in node["classes"]:
            self._claim(node)
        elif "literal-block-wrapper" in node["classes"]:
            self._captioned_code(node)
        elif component == "grid-row":
            self._row(node)
        else:
            name = _COMPONENTS.get(component) or ""
            self.add(f"\n\n#t.{name}[" if name else "\n\n#[")
            self.anchor(node)

    def depart_container(self, node: nodes.container) -> None:
        self.add("]\n\n")

    def _claim(self, node: nodes.container) -> None:
        """Set a claim in two halves: up to its answer, and the assessment with the sides."""
        split = _opening(node)
        rest = [inner for child in node.children[split:] for inner in _unwrapped(child)]
        sides = [child for child in rest if "claim-sides" in child["classes"]]
        self.block(
            "claim",
            verdict=_suffix(node, "verdict-"),
            labels=self.labels(
                node, *(child for child in node.children if isinstance(child, nodes.container))
            ),
            whole=len(node.astext()) <= _SHORT_CLAIM,
            opening=self.rendered(node.children[:split]),
            rest=Content(self.rendered([child for child in rest if child not in sides]).rstrip()),
            foot=self.rendered([inner for side in sides for inner in side.children]),
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
        label = self.inner(title) if title else escape(admonitionlabels.get(name, ""))
        kind = name if name in _KINDS else chosen(node, _KINDS) or "note"
        body = self.inner(node, nodes.title)
        whole = len(node.astext()) <= _SHORT_NOTE
        self.block("admonition", kind, Content(label), body, labels=self.labels(node), whole=whole)
        raise nodes.SkipNode

    visit_attention = visit_caution = visit_danger = visit_error = visit_admonition
    visit_hint = visit_important = visit_note = visit_seealso = visit_admonition
    visit_tip = visit_warning = visit_admonition


def _opening(claim: nodes.Element) -> int:
    """How many of a claim's children stand before its assessment and the label of that."""
    for index, child in enumerate(claim.children):
        if isinstance(child, nodes.container):
            before = claim.children[index - 1] if index else None
            labeled = isinstance(before, nodes.paragraph) and "claim-label" in before["classes"]
            return index - 1 if labeled else index
    return len(claim.children)


def _unwrapped(node: nodes.Node) -> list[Any]:
    """What an assessment holds, and any other node itself."""
    is_plain = isinstance(node, nodes.container) and "claim-sides" not in node["classes"]
    return list(node.children) if is_plain else [node]


def _suffix(node: nodes.Element, prefix: str) -> str:
    """What follows a prefix in the first class that has it."""
    found = (name.removeprefix(prefix) for name in node["classes"] if name.startswith(prefix))
    return next(found, "")
