"""The site as a whole: navigation, cards, one stylesheet, policy, redirects, licenses, offline."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.errors import ConfigError
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

SERVED = frozenset({"html", "epub"})
"""The builders of HTML that features of this project know by name."""


def refuse_other_pages(app: Sphinx) -> None:
    """End where a builder would make pages that lack half of what they need (builder-inited)."""
    if app.builder.format == "html" and app.builder.name not in SERVED:
        raise ConfigError(
            f"the builder {app.builder.name!r} would make pages without their styles, search and"
            " policy; take 'html' or 'epub' (make html, make epub), or 'text' and 'xml' for"
            " programs"
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    add_templates(app, __file__)
    app.connect("builder-inited", refuse_other_pages)
    for module in MODULES:
        app.setup_extension(f"{__name__}.{module}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
