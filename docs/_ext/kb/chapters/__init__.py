"""What every chapter has: its outline, drawings, formulas, dates, head, and how to cite it."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.core.assets import add_templates

MODULES = (
    "schema",
    "figures",
    "formulas",
    "heading_ids",
    "how_to_cite",
    "margin",
    "nearest_names",
    "page_head",
    "reading_aids",
)


def setup(app: Sphinx) -> ExtensionMetadata:
    add_templates(app, __file__)
    for module in MODULES:
        app.setup_extension(f"{__name__}.{module}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
