"""Pictures and other files that a page takes in: there, whole, what their name says, and from inside of ``docs``.

``![A cell](../_static/cell.svg)`` is checked when its page is read.  A picture must
exist, and its bytes must be those of its kind to the end: a PNG that is named ``.svg``, a
drawing cut off in the middle or one with a document type (which can hold a bomb) is a
warning with the line of the page, and is taken out, since builders would end in a
traceback over it.  Files that come in by ``{include}``, ``{literalinclude}``, ``{download}``
or as data must lie below ``docs``: whatever lies elsewhere is no part of the book, and
nobody would know that it was published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

KINDS = {
    ".png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    ".jpg": (b"\xff\xd8\xff", b"\xff\xd9"),
    ".jpeg": (b"\xff\xd8\xff", b"\xff\xd9"),
    ".gif": (b"GIF8", b"\x3b"),
    ".webp": (b"RIFF", b""),
}
"""How the bytes of a picture begin and end."""
_ROOT = "{http://www.w3.org/2000/svg}svg"


def picture_fault(path: Path) -> str:
    """Return what is wrong with the bytes of the picture at *path*, with its cure, or nothing."""
    if not path.is_file():
        return "it is a folder; name a file in it"
    data = path.read_bytes()
    if path.suffix == ".svg":
        return _drawing_fault(data)
    if path.suffix not in KINDS:
        return f"{path.suffix or 'no ending'!r} is no kind of picture for this book; use SVG, PNG or JPEG"
    begin, end = KINDS[path.suffix]
    if not data.startswith(begin):
        return f"its bytes are not those of a {path.suffix[1:].upper()} file; give it the name of its kind, or export it again"
    return "" if data.rstrip(b"\0\r\n").endswith(end) else "it is cut off in the middle; copy it again"


def _drawing_fault(data: bytes) -> str:
    if re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE):
        return "a document type has no place in a drawing; delete the lines '<!DOCTYPE ...>' and '<!ENTITY ...>'"
    try:
        root = ET.fromstring(data)
    except (ET.ParseError, ValueError) as error:
        return f"it is no drawing that can be read ({error}); export it again as SVG"
    return "" if root.tag == _ROOT else "its first element is not an SVG of that namespace; export it again as SVG"


def check_pictures(app: Sphinx, document: nodes.document) -> None:
    """Report pictures that are missing, foreign, swapped or cut off, and take them out."""
    for image in list(document.findall(nodes.image)):
        candidates: dict[str, str] = image.get("candidates", {})
        uri = candidates.get("*", image["uri"])
        if "?" in candidates:  # another host: Sphinx and the page's policy answer for that
            continue
        path = Path(app.srcdir, uri)
        fault = _foreign(app, path) or (picture_fault(path) if path.exists() else "")
        if fault:
            logger.warning(f"the picture {uri}: {fault}", location=image, type="pictures", subtype="file")
        if fault or not path.is_file():
            image.parent.remove(image)


def check_files(app: Sphinx, document: nodes.document) -> None:
    """Report files from outside of ``docs`` that the page takes in."""
    name = app.env.current_document.docname
    for path in sorted({str(path) for path in app.env.dependencies.get(name, ())}):
        if fault := _foreign(app, Path(app.srcdir, path)):
            location = (name, _line_of(Path(app.env.doc2path(name)), Path(path).name))
            logger.warning(f"the file {Path(path).name}: {fault}", location=location, type="pictures", subtype="outside")


def _foreign(app: Sphinx, path: Path) -> str:
    inside = path.resolve().is_relative_to(Path(app.srcdir).resolve()) or path.resolve().is_relative_to(app.doctreedir.resolve())
    return "" if inside else "it lies outside of docs/, and what is published comes from there; copy it into docs/"


def _line_of(page: Path, words: str) -> int:
    lines: Iterator[str] = iter(page.read_text(encoding="utf-8").splitlines())
    return next((number for number, line in enumerate(lines, 1) if words in line), 1)


def setup(app: Sphinx) -> ExtensionMetadata:
    # After Sphinx has collected pictures and files (500), before extensions open drawings.
    app.connect("doctree-read", check_pictures, priority=550)
    app.connect("doctree-read", check_files, priority=550)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
