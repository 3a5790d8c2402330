"""What the book's template must know of ours: the function for each class, and the colors.

``typstbook`` knows nothing of claims, terms and sources.  It gets, as its settings
``book_classes`` and ``book_colors``, the column ``print_as`` of the table of parts (see
``kb.text_index.parts``) and the colors of verdicts and certainties (see
``kb.claims.palette``) and of states of sources.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata

from kb.claims.palette import book_colors
from kb.text_index.parts import PARTS

#: The heading of the root document's own text.
FRONT_TITLE = "About this book"

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
    config.book_template = config.book_template or str(Path(__file__).with_name("template.typ"))


class FrontTitle(SphinxPostTransform):
    """Name the text of the root document, whose own title is the book's, "About this book"."""

    default_priority = 500
    builders = ("book",)

    def run(self, **kwargs: Any) -> None:
        if self.env.current_document.docname != self.config.root_doc:
            return
        title = next(self.document.findall(nodes.title), None)
        if title is not None:
            title[:] = [nodes.Text(FRONT_TITLE)]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("typstbook")
    app.connect("config-inited", on_config_inited)
    app.add_post_transform(FrontTitle)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
