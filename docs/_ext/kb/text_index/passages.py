"""The text of each section, claim and entry of a page, as the search shows it.

:func:`passages` reads one document and gives a :class:`Passage` for every section (its
own text, without that of its subsections), every claim (its assessment) and every entry of
the glossary (its definition).  ``records`` keeps them; nobody walks the doctrees again.

A citation, a link to a page or a figure, and a count of claims get their words only when all pages
are read.  Until then they stand in the text as marks, which :func:`settled` replaces.

What a page shows by the place of a sign has a sign of its own here: ``10^9`` is a superscript,
``45 [1]`` a footnote, whose words follow the text; an abbreviation is told with what it stands
for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docutils import nodes
from sphinx import addnodes
from sphinx.util.tags import Tags
from sphinxcontrib.bibtex.nodes import bibliography

from kb.text_index.parts import part_of

SILENT = (
    nodes.raw,
    nodes.comment,
    nodes.substitution_definition,
    nodes.meta,
    addnodes.toctree,
    addnodes.index,
    bibliography,
)
"""Nodes that say nothing to a reader of a passage, or are told elsewhere."""
SITE = Tags(["html", "builder_html", "format_html", "pdf", "ebook"])
"""What ``{only}`` asks for on the site, which the search is part of."""
MARK = re.compile(r"\ue000(\w+) ([^\ue001]*)\ue001")
"""A kind ('cite', 'doc', 'numref', 'count') and what it names, between two signs that no text
holds."""


@dataclass(frozen=True)
class Passage:
    """A place that a reader can be sent to.

    *anchor* is ``""`` for the top of the page, *title* is ``""`` for claims and entries, which
    are known elsewhere by their anchor.  *bare* is a heading with nothing below it but places of
    their own: the letters of the glossary.
    """

    anchor: str
    title: str
    text: str
    bare: bool = False


def passages(document: nodes.document) -> Iterator[Passage]:
    """Yield the passages of *document*, in order; a page without a title has none."""
    for node in document.findall(nodes.Element):
        if isinstance(node, nodes.section):
            anchor = "" if node.parent is document else node["ids"][0]
            below = node.children[1:]
            bare = bool(anchor and below) and all(map(holds_places_alone, below))
            yield Passage(anchor, words(node[0]), _text(node, node.children[1:]), bare)
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


def holds_places_alone(node: nodes.Node) -> bool:
    """Whether *node* is a place of its own, a list of entries, or silent."""
    if isinstance(node, (*SILENT, nodes.section, nodes.target)) or is_claim(node) or is_entry(node):
        return True
    return bool(node.children) and any(map(is_entry, node.findall(nodes.definition_list_item)))


def _text(owner: nodes.Node, children: list[nodes.Node]) -> str:
    told = [child for child in children if not _is_apart(child)]
    titles = [child for child in owner.children if isinstance(child, nodes.title)]
    notes = dict.fromkeys(note for child in (*titles, *told) for note in _notes(child))
    waiting = list(notes)
    while waiting:  # a footnote may lead to another, and back
        found = [one for part in waiting.pop().children for one in _notes(part)]
        waiting += [one for one in found if one not in notes]
        notes |= dict.fromkeys(found)
    return " ".join(filter(None, (words(part) for part in (*told, *notes))))


def _notes(node: nodes.Node) -> Iterator[nodes.footnote]:
    """Yield the footnotes to which *node* leads, where it belongs to the passage."""
    if isinstance(node, nodes.footnote_reference):
        document = node.document
        found = document.ids.get(node.get("refid", "")) if document else None
        if isinstance(found, nodes.footnote):
            yield found
    for child in node.children:
        if not _is_apart(child):
            yield from _notes(child)


def _is_apart(node: nodes.Node) -> bool:
    """Whether *node* says nothing, or is told elsewhere: as a passage of its own, or behind the
    passage that leads to it."""
    if isinstance(node, (*SILENT, nodes.section)):
        return True
    if isinstance(node, nodes.footnote) and node["backrefs"]:
        return True
    if isinstance(node, addnodes.only) and not SITE.eval_condition(node["expr"]):
        return True
    return is_claim(node) or is_entry(node) or not part_of(node).in_search


def words(node: nodes.Node) -> str:
    """What *node* says, on one line."""
    return " ".join(_words(node).split())


def _words(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, addnodes.pending_xref) and (mark := _mark(node)):
        return mark
    if isinstance(node, nodes.image) and isinstance(node.parent, nodes.TextElement):
        return str(node.get("alt", ""))
    # Paragraphs and cells end where the next begins; inline markup does not end a word.
    glue = "" if isinstance(node, nodes.TextElement) else " "
    return as_signs(
        node, glue.join(_words(child) for child in node.children if not _is_apart(child))
    )


def as_signs(node: nodes.Node, text: str) -> str:
    """The *text* of *node*, with signs for what a page shows by place or on demand."""
    if isinstance(node, nodes.superscript):
        return f"^{text}" if text.isalnum() else f"^({text})"
    if isinstance(node, (nodes.footnote_reference, nodes.label)):
        is_note = isinstance(node, nodes.footnote_reference) or isinstance(
            node.parent, nodes.footnote
        )
        return f" [{text}]" if is_note else text
    if isinstance(node, nodes.abbreviation) and (meaning := node.get("explanation")):
        return f"{text} ({meaning})"
    return text


def _mark(node: addnodes.pending_xref) -> str:
    domain, kind = node.get("refdomain"), node["reftype"]
    if domain == "cite":
        return f"\ue000cite {kind} {node['reftarget']}\ue001"
    if kind == "count" or (kind in ("doc", "numref") and not node.get("refexplicit")):
        return f"\ue000{kind} {node['reftarget']}\ue001"
    return ""


def made_later(node: nodes.Node) -> str:
    """What *node* holds that gets its words only when all pages are read, or has them elsewhere;
    ``""`` where a text of its own can be made of it."""
    for child in node.findall(nodes.Element):
        if isinstance(child, nodes.footnote_reference):
            return "a footnote"
        if isinstance(child, addnodes.pending_xref) and (mark := _mark(child)):
            return "a citation" if mark[1:].startswith("cite ") else "words that are made later"
    return ""


def settled(text: str, words: Callable[[str, str], str]) -> str:
    """Return *text* with every mark replaced by *words* (kind, target)."""
    return MARK.sub(lambda mark: words(mark[1], mark[2]), text)
