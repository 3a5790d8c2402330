"""Classes by which a page would hide its words, or lay them over others.

An option ``:class:`` reaches the stylesheets of the site, and the theme brings those of Bootstrap:
``d-none`` takes a box out of sight, ``fixed-top`` lays it over the head of every page.  The books
would print the words all the same, and the search would find them.  Such a class is a warning with
its line, and is taken away.  What the guide offers stays: ``d-print-none``, ``only-light``,
``only-dark``.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.input_checks.addresses import line_of

logger = logging.getLogger(__name__)

_SIZE = r"(?:-(?:sm|md|lg|xl|xxl))?"
HIDING = re.compile(
    rf"(?:sd-)?d{_SIZE}-none|invisible|visually-hidden(?:-focusable)?|sr-only|opacity-0|collapse"
    rf"|(?:position|sticky|fixed){_SIZE}-(?:fixed|absolute|sticky|top|bottom)|overflow-hidden"
    r"|modal(?:-\w+)*|offcanvas(?:-\w+)*|stretched-link|text-truncate|vh-100|vw-100"
    r"|(?:top|bottom|start|end)-(?:0|50|100)|translate-middle(?:-\w)?|text-(?:hide|reset)|clearfix"
)
"""The utilities of Bootstrap 5 for display, position, visibility and size, and what sphinx-design
made of them."""


def check(app: Sphinx, document: nodes.document) -> None:
    """Report such classes, and take them away (``doctree-read``)."""
    for node in document.findall(nodes.Element):
        # An icon carries its classes within.
        drawn = re.findall(r'class="([^"]*)"', node["svg"]) if "svg" in node else ()
        names = [*node["classes"], *(name for each in drawn for name in each.split())]
        for name in filter(HIDING.fullmatch, names):
            logger.warning(
                f"the class {name!r} hides words or lays them over others; delete it",
                location=(app.env.current_document.docname, line_of(node)),
                type="text",
                subtype="class",
            )
        node["classes"] = [name for name in node["classes"] if not HIDING.fullmatch(name)]


def setup(app: Sphinx) -> ExtensionMetadata:
    # Before any extension adds classes of its own.
    app.connect("doctree-read", check, priority=45)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
