"""What each part of a page is for: one table, by the class of its node.

A feature gives its nodes a class and names it here; whoever walks pages asks this table
and keeps no list of its own::

    "claim-answer": Part(in_search=False, print_as="panel-lead"),

A class that is not named is text like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

from docutils import nodes


@dataclass(frozen=True)
class Part:
    """What the nodes of a class are for."""

    links: bool = True
    """Whether terms of the glossary link themselves in it."""
    in_search: bool = True
    """Whether the search finds its words as text of the passage; else they are told elsewhere."""
    in_text: bool = True
    """Whether the page as plain text holds it (``llms-full.txt``)."""
    is_section: bool = False
    """Whether HTML writes its box as ``section`` (see ``sections``)."""
    print_as: str = ""
    """The function of the book's template that sets it; nothing for what its node says."""


PARTS = {
    # Claims
    "claim": Part(is_section=True, print_as="panel"),
    "claim-head": Part(in_search=False, print_as="panel-head"),
    "claim-id": Part(print_as="panel-name"),
    "claim-label": Part(links=False, in_search=False, print_as="panel-label"),
    "claim-quote": Part(in_search=False, print_as="panel-quotation"),
    "claim-answer": Part(in_search=False, print_as="panel-lead"),
    "claim-field": Part(print_as="panel-note"),
    "claim-open": Part(links=False, in_search=False, in_text=False, print_as="panel-label"),
    "claim-whole": Part(is_section=True),
    "claim-assessment": Part(is_section=True),
    "claim-change": Part(in_search=False, print_as="panel-aside"),
    "claim-sides": Part(in_search=False, is_section=True, print_as="panel-foot"),
    "claim-side": Part(print_as="panel-note"),
    "studied": Part(links=False, in_search=False, is_section=True),
    "studied-line": Part(links=False, in_search=False, print_as="panel-note"),
    "claim-more": Part(in_text=False, print_as="panel-note"),
    "certainty": Part(print_as="outlined-badge"),
    "cell-label": Part(links=False, in_search=False, in_text=False),
    # Terms
    "term-names": Part(links=False, in_search=False, print_as="small"),
    "term-sources": Part(links=False, in_search=False, print_as="small"),
    "term-see-also": Part(links=False, in_search=False, print_as="small"),
    "term-used-in": Part(print_as="page-list"),
    # Sources
    "source-badges": Part(print_as="badges"),
    "source-note": Part(print_as="small"),
    "source-links": Part(print_as="page-list"),
    # Pages
    "page-info": Part(in_search=False, print_as="byline"),
    "food-table": Part(in_search=False),
    "food-limits": Part(in_search=False),
    "kb-cards": Part(in_search=False, in_text=False),
    # Charts
    "chart-open": Part(links=False, in_search=False, in_text=False, print_as="panel-label"),
    "chart-sources": Part(links=False, in_search=False, print_as="small"),
    "dose-table": Part(in_search=False),
    "tested-table": Part(in_search=False),
    # Words and boxes for anybody
    "plain": Part(links=False),
    "no-links": Part(links=False),
    "unsearched": Part(in_search=False),
    # Nodes of Sphinx, sphinx-design and the theme
    "toctree-wrapper": Part(in_search=False, in_text=False),
    "sd-card": Part(links=False),
    "d-print-none": Part(in_text=False),
}


def part_of(node: nodes.Node) -> Part:
    """What *node* is for: what one of its classes rules out is out."""
    classes: list[str] = node.get("classes", []) if isinstance(node, nodes.Element) else []
    parts = [PARTS[name] for name in classes if name in PARTS]
    if len(parts) == 1:
        return parts[0]
    return Part(
        all(part.links for part in parts),
        all(part.in_search for part in parts),
        all(part.in_text for part in parts),
        any(part.is_section for part in parts),
        next((part.print_as for part in parts if part.print_as), ""),
    )
