"""The site as a whole: navigation, cards, one stylesheet, policy, redirects, licenses, offline."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.core.assets import add_templates

MODULES = (
    "nav_tree",
    "template_cache",
    "hover_cards",
    "redirects",
    "asset_pruning",
    "third_party_licenses",
    "policy",
    "offline",
)


def setup(app: Sphinx) -> ExtensionMetadata:
    add_templates(app, __file__)
    for module in MODULES:
        app.setup_extension(f"{__name__}.{module}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
