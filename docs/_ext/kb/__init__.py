"""The knowledge base: every feature is a package here, with its scripts, styles and templates.

``extensions = ["kb"]`` loads all of them.  A test or a small project loads a part:
``CORE`` reads and checks the text, ``SITE`` is what the web adds, ``BOOK`` what print and
e-readers add.  The order within does not matter; where one handler must run before
another, its priority says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the tools read dates and tables without Sphinx
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

CORE = (
    "kb.input_checks",
    "kb.text_index",
    "kb.sources",
    "kb.claims",
    "kb.glossary",
    "kb.foods",
    "kb.chapters",
    "kb.charts",
)
SITE = ("kb.search", "kb.outlets", "kb.data_files", "kb.site")
BOOK = ("kb.book", "kb.ebook")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.core.tree_walks")
    for feature in (*CORE, *SITE, *BOOK):
        app.setup_extension(feature)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
