"""No search index of Sphinx's: for a site that brings a search of its own.

Sphinx would stem every word of every page for an index that nobody asks for, a fifth of
a build.  The page ``search.html`` is then a page like any other: name its template in
``html_additional_pages``.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.typing import ExtensionMetadata


def without_index(app: Sphinx) -> None:
    """Tell the builders of HTML to build no index."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("builder-inited", without_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
