"""What is refused before anything is made of it: files, markup, addresses, pictures, drawings."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

MODULES = (
    "settings",
    "text_checks",
    "front_matter",
    "outside_files",
    "pictures",
    "toc_cycles",
    "rendering",
    "foreign_marks",
    "hiding_classes",
    "raw_html",
    "restructured_text",
    "addresses",
    "safe_svg",
)


def setup(app: Sphinx) -> ExtensionMetadata:
    for module in MODULES:
        app.setup_extension(f"{__name__}.{module}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
