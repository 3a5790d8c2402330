"""The route over LaTeX, for publishers who ask for it: drawings that TeX reads, chapters that are chapters.

TeX reads no SVG.  Sphinx's own converters call programs of the system; here the Typst
that sets the book turns each drawing into a PDF file, as vectors, for every builder
that takes PDF but no SVG.

Sphinx puts the pages of a table of contents where it stands.  On a front page with
sections of its own, that is the last of them, and chapters would become its
subsections.  So the contents of the root document move behind its sections, once it
is read; no other builder minds.

Authors write nothing for it: ``sphinx-build -b latex docs _build/latex``.
"""

from __future__ import annotations

import os
from pathlib import Path

import typst
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms.images import ImageConverter
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from ebook.cover import fonts

logger = logging.getLogger(__name__)

PAGE = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.drawing), format: "svg")\n'
"""A page as large as the drawing."""


class DrawingToPdf(ImageConverter):
    """Convert ``image/svg+xml`` to ``application/pdf`` for builders that want it."""

    conversion_rules: list[tuple[str, str]] = [("image/svg+xml", "application/pdf")]  # noqa: RUF012 (as Sphinx has it)

    def is_available(self) -> bool:
        return True

    def convert(self, _from: str | os.PathLike[str], _to: str | os.PathLike[str]) -> bool:
        """Set the drawing on a page of its own size; its words stay text."""
        drawing = Path(self.env.srcdir, _from).read_text(encoding="utf-8")
        try:
            compiler = typst.Compiler(font_paths=fonts(), ignore_system_fonts=True, sys_inputs={"drawing": drawing})
            pdf = compiler.compile(PAGE.encode(), format="pdf", timestamp=0)
        except typst.TypstError as error:
            logger.warning("%s: no PDF can be made of this drawing: %s", _from, error, type="figures", subtype="latex")
            return False
        assert isinstance(pdf, bytes)
        Path(_to).write_bytes(pdf)
        return True


def free_contents(app: Sphinx, document: nodes.document) -> None:
    """Move the contents of the root document out of its sections, behind the last one."""
    top = document.next_node(nodes.section)
    if app.env.current_document.docname != app.config.root_doc or top is None:
        return
    for toctree in list(document.findall(addnodes.toctree)):
        box = toctree.parent  # Sphinx wraps each into a compound, an author some into 'only'
        while not isinstance(box.parent, (nodes.section, nodes.document)):
            box = box.parent
        if isinstance(box.parent, nodes.section) and box.parent is not top:
            box.parent.remove(box)
            top.append(box)


def setup(app: Sphinx) -> ExtensionMetadata:
    # After Sphinx has noted the contents (500), which read best where the author put them.
    app.connect("doctree-read", free_contents, priority=700)
    app.add_post_transform(DrawingToPdf)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
