"""The printed book: index, first pages, what replaces tabs and dropdowns, what has no glyph."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

MODULES = (
    "looks",
    "plain_design",
    "index",
    "front",
    "printable",
)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.kept")
    for module in MODULES:
        app.setup_extension(f"{__name__}.{module}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
