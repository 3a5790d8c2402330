"""The bibliography: its records, how they are cited, and passages on what was retracted."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

MODULES = (
    "pybtex_plugin_cache",
    "bibliography",
    "citation_style",
    "retractions",
)


def setup(app: Sphinx) -> ExtensionMetadata:
    for module in MODULES:
        app.setup_extension(f"{__name__}.{module}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
