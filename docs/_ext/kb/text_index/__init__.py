"""What each page says, read once for everybody."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

MODULES = ("records", "row_heads", "sections")


def setup(app: Sphinx) -> ExtensionMetadata:
    for module in MODULES:
        app.setup_extension(f"{__name__}.{module}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
