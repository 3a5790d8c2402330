"""The search: what it finds, and the words that lead there."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.search.records")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
