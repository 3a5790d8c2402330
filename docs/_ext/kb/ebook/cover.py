"""The cover, drawn by Typst: the same bytes wherever it is drawn."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import typst
from sphinx.errors import ExtensionError

PIXELS_PER_POINT = 2
"""The page has 800 by 1280 points, the picture twice as many pixels: what shops ask for."""


def fonts() -> list[str]:
    """The folder of the sans of the book; the others are inside the typst package."""
    try:
        return [str(files("font_source_sans_pro") / "files")]
    except ModuleNotFoundError as error:
        raise ExtensionError(
            "the font of the cover is missing: pip install font-source-sans-pro", error
        ) from None


def draw(title: str, subtitle: str, author: str, drawing: Path | None) -> bytes:
    """Return the cover as PNG; *drawing* is an SVG file that stands above the title."""
    if drawing and not drawing.is_file():
        raise ExtensionError(
            f"ebook_cover: there is no file {drawing.name}; name an SVG file, from the folder of"
            " conf.py"
        )
    svg = drawing.read_text(encoding="utf-8") if drawing else ""
    words = {"title": title, "subtitle": subtitle, "author": author, "drawing": svg}
    page = Path(__file__).with_name("cover.typ").read_bytes()
    try:
        compiler = typst.Compiler(font_paths=fonts(), ignore_system_fonts=True, sys_inputs=words)
        picture = compiler.compile(page, format="png", ppi=72.0 * PIXELS_PER_POINT)
    except typst.TypstError as error:
        raise ExtensionError(f"Typst could not draw the cover: {error}") from None
    if not isinstance(picture, bytes):
        raise ExtensionError("the cover does not fit on one page: shorten title or subtitle")
    return picture
