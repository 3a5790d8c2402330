"""Roles of the page that docutils writes and readers' software no longer knows.

Docutils gives each entry of the list of sources the role ``doc-biblioentry``, which
ARIA 1.2 withdrew: the list would have no items.  In HTML they become plain items.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

WITHDRAWN = {'role="doc-biblioentry"': 'role="listitem"'}


def renew_roles(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the roles of today into the body of a page."""
    for old, new in WITHDRAWN.items():
        context["body"] = context.get("body", "").replace(old, new)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("html-page-context", renew_roles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
