"""On the web a claim is a card: head, claim and answer, and the rest behind a native ``<details>``.

The directive puts the assessment, what would change it and the sides into a container of class
``claim-whole`` that begins with a rubric; every other builder prints it as it stands, and so does
a browser on paper.  Here the rubric becomes the ``<summary>`` of the HTML builders.  It opens by
itself where ``claims.js`` runs and a link leads to the claim, and without scripts by a click.
"""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

OPEN = (
    '<details class="claim-whole">'
    '<summary>{words}<span class="visually-hidden">{of}</span></summary>'
)


def on_doctree_resolved(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fold what follows the answer of each claim, in HTML alone (``doctree-resolved``)."""
    if app.builder.name != "html":
        return
    for whole in list(doctree.findall(nodes.container)):
        if "claim-whole" in whole["classes"]:
            whole.parent.replace(whole, _folded(whole))


def _folded(whole: nodes.container) -> list[nodes.Node]:
    rubric, *rest = whole.children
    name = whole.parent["ids"][0].removeprefix("claim-").upper()
    opening = OPEN.format(words=html.escape(rubric.astext()), of=f" of claim {name}")
    return [
        nodes.raw("", opening, format="html"),
        *rest,
        nodes.raw("", "</details>", format="html"),
    ]


def on_html_page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load the script on the pages that have claims (``html-page-context``)."""
    if app.builder.name == "html" and 'class="claim-whole"' in context.get("body", ""):
        app.add_js_file("claims.js", defer="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("doctree-resolved", on_doctree_resolved)
    app.connect("html-page-context", on_html_page_context)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
