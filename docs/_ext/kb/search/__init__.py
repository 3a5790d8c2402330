"""The search: what it finds, and the words that lead there."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.core.assets import add_assets, add_templates


def setup(app: Sphinx) -> ExtensionMetadata:
    add_assets(app, __file__, css={"search.css": 840}, js={"search.js": 820})
    add_templates(app, __file__)
    app.setup_extension("kb.search.records")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
