"""HTML builds that write again only what changed, and give the bytes of a build from nothing."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.builder")
    app.setup_extension("incremental_html.kept")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
