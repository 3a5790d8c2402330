"""A chart and its facts: a table behind the picture, folded on the site and open elsewhere.

A chart that shows more than its caption can say is followed by a container of class
``chart-facts``: a rubric and the table.  Here the rubric becomes the ``<summary>`` of a native
``<details>``, in HTML alone.
"""

from __future__ import annotations

import html

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

OPEN = '<details class="chart-facts"><summary>{words}</summary>'


def facts(words: str, *parts: nodes.Node) -> nodes.container:
    """A container of *parts* under a heading that says what they are."""
    heading = nodes.rubric("", words, classes=["chart-open"])
    return nodes.container("", heading, *parts, classes=["chart-facts"])


def chart(*parts: nodes.Node) -> nodes.container:
    """A figure and what belongs to it: in the book, neither floats away from the other."""
    return nodes.container("", *parts, classes=["chart"])


def on_doctree_resolved(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fold the facts of each chart, in HTML alone (``doctree-resolved``)."""
    if app.builder.name != "html":
        return
    for whole in list(doctree.findall(nodes.container)):
        if "chart-facts" in whole["classes"]:
            rubric, *rest = whole.children
            opening = OPEN.format(words=html.escape(rubric.astext()))
            closing = nodes.raw("", "</details>", format="html")
            whole.parent.replace(whole, [nodes.raw("", opening, format="html"), *rest, closing])


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("doctree-resolved", on_doctree_resolved)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
