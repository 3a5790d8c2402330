"""What the book's template must know of ours: the function for each class, and the colors.

``typstbook`` knows nothing of claims, terms and sources.  It gets, as its settings
``book_classes`` and ``book_colors``, the column ``print_as`` of the table of parts (see
``kb.text_index.parts``) and the colors of verdicts and certainties (see
``kb.claims.palette``) and of states of sources.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

from kb.claims.palette import book_colors
from kb.text_index.parts import PARTS

RED, ORANGE = "#b3261e", "#9a4a00"
COLORS = {
    **book_colors(),
    "status-retracted": RED,
    "status-expression-of-concern": ORANGE,
    "status-corrected": ORANGE,
    "retraction": RED,
}


def on_config_inited(app: Sphinx, config: Config) -> None:
    """Fill the settings of the book (``config-inited``); what a project sets itself holds."""
    functions = {name: part.print_as for name, part in PARTS.items() if part.print_as}
    config.book_classes = functions | config.book_classes
    config.book_colors = COLORS | config.book_colors


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("typstbook")
    app.connect("config-inited", on_config_inited)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
