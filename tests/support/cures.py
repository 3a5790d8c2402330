"""What makes a build cheaper, and how a copy of this site is built without it."""

from __future__ import annotations

BUILDER = "incremental_html"
CURES = (
    "kb.core.tree_walks",
    "kb.site.nav_tree",
    "kb.site.template_cache",
    "kb.sources.pybtex_plugin_cache",
)
"""Extensions that ``kb`` loads; each changes what a build costs, and no byte of it."""
OFF = f"""
import importlib

extensions.remove({BUILDER!r})
for _cure in {CURES}:
    importlib.import_module(_cure).setup = lambda app: {{"parallel_read_safe": True, "parallel_write_safe": True}}
del html_sidebars
"""
"""What turns them off, below the settings of a copy of this site, as ``conf.py`` is run before the
extensions are loaded; the theme's own sidebar comes with it."""
