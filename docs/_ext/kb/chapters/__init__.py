"""What every chapter has: its outline, drawings, dates, head, and how to cite it."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

MODULES = (
    "schema",
    "figures",
    "how_to_cite",
    "page_head",
    "reading_aids",
)


def setup(app: Sphinx) -> ExtensionMetadata:
    for module in MODULES:
        app.setup_extension(f"{__name__}.{module}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
