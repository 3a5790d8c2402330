"""Drawings made at build time: an SVG file beside the doctrees, and the image that shows it.

A directive calls :func:`drawn_image` while a page is read; the image gets its file once Sphinx
has collected the pictures that authors wrote.  What is drawn when a page is written is placed by
:func:`place`.
"""

from __future__ import annotations

import os
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.osutil import ensuredir
from sphinx.util.typing import ExtensionMetadata

DRAWN = "data:drawn/"
"""Marks an image drawn here: Sphinx looks for no file behind a data address."""


def drawn_image(env: BuildEnvironment, name: str, svg: str, alt: str) -> nodes.image:
    """Write the drawing *svg* to a file of that *name* and return an image of it."""
    folder = Path(env.doctreedir, "drawn")
    ensuredir(folder)
    # Processes of several editions draw the same at the same time, and copy it.
    part = folder / f"{name}.{os.getpid()}"
    part.write_text(svg, encoding="utf-8", newline="\n")
    part.replace(folder / f"{name}.svg")
    return nodes.image(uri=f"{DRAWN}{name}.svg", alt=alt, classes=["kb-figure"], drawn=True)


def place(env: BuildEnvironment, image: nodes.image) -> None:
    """Point a drawn *image* of the page at hand to its file."""
    path = str(Path(env.doctreedir, "drawn", image["uri"].removeprefix(DRAWN)))
    image["uri"], image["candidates"] = path, {"*": path}
    env.images.add_file(env.current_document.docname, path)


def on_doctree_read(app: Sphinx, document: nodes.document) -> None:
    """Point drawn images to their files (``doctree-read``)."""
    for image in document.findall(nodes.image):
        if image.get("drawn") and image["uri"].startswith(DRAWN):
            place(app.env, image)


def setup(app: Sphinx) -> ExtensionMetadata:
    # After Sphinx has collected the images that authors wrote (500).
    app.connect("doctree-read", on_doctree_read, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
