"""The text of each section, claim and entry of a page, as the search shows it.

:func:`passages` reads one document and gives a :class:`Passage` for every section (its
own text, without that of its subsections), every claim (its assessment) and every entry of
the glossary (its definition).  ``records`` keeps them; nobody walks the doctrees again.

A citation, a link to a page or a figure, and a count of claims get their words only when all pages
are read.  Until then they stand in the text as marks, which :func:`settled` replaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docutils import nodes
from sphinx import addnodes
from sphinxcontrib.bibtex.nodes import bibliography

from kb.text_index.parts import part_of

SILENT = (
    nodes.title,
    nodes.raw,
    nodes.comment,
    nodes.substitution_definition,
    nodes.meta,
    addnodes.toctree,
    addnodes.index,
    bibliography,
)
"""Nodes that say nothing to a reader of a passage, or are told elsewhere."""
MARK = re.compile(r"\ue000(\w+) ([^\ue001]*)\ue001")
"""A kind ('cite', 'doc', 'numref', 'count') and what it names, between two signs that no text
holds."""


@dataclass(frozen=True)
class Passage:
    """A place that a reader can be sent to.

    *anchor* is ``""`` for the top of the page, *title* is ``""`` for claims and entries, which
    are known elsewhere by their anchor.
    """

    anchor: str
    title: str
    text: str


def passages(document: nodes.document) -> Iterator[Passage]:
    """Yield the passages of *document*, in order; a page without a title has none."""
    for node in document.findall(nodes.Element):
        if isinstance(node, nodes.section):
            anchor = "" if node.parent is document else node["ids"][0]
            yield Passage(anchor, _words(node[0]), _text(node, node.children[1:]))
        elif is_claim(node):
            yield Passage(node["ids"][0], "", _text(node, node.children))
        elif is_entry(node):
            head = node.next_node(nodes.term)
            yield Passage(head["ids"][0] if head else "", "", _text(node, node.children[1:]))


def is_claim(node: nodes.Node) -> bool:
    """Whether *node* is a claim with its address."""
    return isinstance(node, nodes.container) and "claim" in node["classes"] and bool(node["ids"])


def is_entry(node: nodes.Node) -> bool:
    """Whether *node* is an entry of the glossary."""
    return isinstance(node, nodes.definition_list_item) and "term-entry" in node["classes"]


def _text(owner: nodes.Node, children: list[nodes.Node]) -> str:
    return " ".join(
        filter(
            None, (" ".join(_words(child).split()) for child in children if not _is_apart(child))
        )
    )


def _is_apart(node: nodes.Node) -> bool:
    """Whether *node* says nothing, or is a passage of its own."""
    if isinstance(node, (*SILENT, nodes.section)) or is_claim(node) or is_entry(node):
        return True
    return not part_of(node).in_search


def _words(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, addnodes.pending_xref) and (mark := _mark(node)):
        return mark
    # Paragraphs and cells end where the next begins; inline markup does not end a word.
    glue = "" if isinstance(node, nodes.TextElement) else " "
    return glue.join(_words(child) for child in node.children if not _is_apart(child))


def _mark(node: addnodes.pending_xref) -> str:
    domain, kind = node.get("refdomain"), node["reftype"]
    if domain == "cite":
        return f"\ue000cite {kind} {node['reftarget']}\ue001"
    if kind == "count" or (kind in ("doc", "numref") and not node.get("refexplicit")):
        return f"\ue000{kind} {node['reftarget']}\ue001"
    return ""


def settled(text: str, words: Callable[[str, str], str]) -> str:
    """Return *text* with every mark replaced by *words* (kind, target)."""
    return MARK.sub(lambda mark: words(mark[1], mark[2]), text)
