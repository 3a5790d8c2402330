"""Our own drawings, set into the page so that they follow its colors.

An image of class ``kb-figure`` is an SVG file whose shapes are colored by classes
(``k-ink``, ``k-line`` ...) and a style element for use as a file.  In HTML the
drawing is put into the page without that style element, and ``figures.css`` colors
the classes for light and dark; every other builder uses the file.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

_STYLE = re.compile(r"<style>.*?</style>\s*", re.DOTALL)
_PROLOG = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_ACTIVE = re.compile(r"<script|<foreignObject|\son\w+\s*=|javascript:|https?://(?!www\.w3\.org/)", re.IGNORECASE)


class InlineDrawings(SphinxPostTransform):
    """Replace images of class ``kb-figure`` by their SVG, in HTML only."""

    default_priority = 180
    builders = ("html", "dirhtml")

    def run(self, **kwargs: Any) -> None:
        for image in list(self.document.findall(nodes.image)):
            if "kb-figure" in image["classes"]:
                image.replace_self(self._inline(image))

    def _inline(self, image: nodes.image) -> nodes.Node:
        path = Path(self.env.srcdir, image["uri"])
        source = path.read_text(encoding="utf-8")
        if found := _ACTIVE.search(source):
            message = f"{path.name}: {found[0]!r} has no place in a drawing; remove scripts, handlers and outside addresses"
            logger.warning(message, location=image, type="figures", subtype="active")
            return image
        if not image.get("alt"):
            message = f"{path.name}: no text alternative; add ':alt:' with what the drawing says"
            logger.warning(message, location=image, type="figures", subtype="alt")
        drawing = _STYLE.sub("", _PROLOG.sub("", source)).strip()
        label = html.escape(image.get("alt", ""))
        return nodes.raw("", f'<div class="kb-figure" role="img" aria-label="{label}">{drawing}</div>', format="html")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_post_transform(InlineDrawings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
