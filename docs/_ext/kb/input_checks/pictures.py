"""Pictures of a page: there, whole, what their name says, and from inside of ``docs``.

``![A cell](../_static/cell.png)`` is checked when its page is read.  A picture must
exist, and its bytes must be those of its kind to the end: a JPEG that is named ``.png`` or a
picture cut off in the middle is a warning with the line of the page, and is taken out, since
builders would end in a traceback over it (``safe_svg`` does the same for drawings).  A picture
without words for those who do not see it is a warning too.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.input_checks.addresses import line_of, take_out
from kb.input_checks.outside_files import OUTSIDE, is_outside

logger = logging.getLogger(__name__)

KINDS = {
    ".png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    ".jpg": (b"\xff\xd8\xff", b"\xff\xd9"),
    ".jpeg": (b"\xff\xd8\xff", b"\xff\xd9"),
    ".gif": (b"GIF8", b"\x3b"),
    ".webp": (b"RIFF", b""),
}
"""How the bytes of a picture begin and end."""


def picture_fault(path: Path) -> str:
    """Return what is wrong with the bytes of the picture at *path*, with its cure, or nothing."""
    if not path.is_file():
        return "it is a folder; name a file in it"
    if path.suffix == ".svg":  # ``safe_svg`` reads drawings to the end
        return ""
    data = path.read_bytes()
    if path.suffix not in KINDS:
        return (
            f"{path.suffix or 'no ending'!r} is no kind of picture for this book; use SVG, PNG or"
            " JPEG"
        )
    begin, end = KINDS[path.suffix]
    if not data.startswith(begin):
        return (
            f"its bytes are not those of a {path.suffix[1:].upper()} file; give it the name of its"
            " kind, or export it again"
        )
    return (
        "" if data.rstrip(b"\0\r\n").endswith(end) else "it is cut off in the middle; copy it again"
    )


def misnamed(path: Path) -> str:
    """Return the name of a file that *path* would lead to, had it no blanks or accents: Markdown
    percent-encodes them, and directives drop blanks."""
    plain = path.with_name(unquote(path.name))
    beside = sorted(plain.parent.iterdir()) if plain.parent.is_dir() else []
    alike = (
        each.name for each in beside if each.name.replace(" ", "") == plain.name.replace(" ", "")
    )
    return next(alike, "")


def words_fault(image: nodes.image) -> str:
    """Return what to do about a picture without a text alternative, or nothing.

    Drawings of the book are ``kb.chapters.figures``'s to tell of.
    """
    if str(image.get("alt", "")).strip() or "kb-figure" in image["classes"]:
        return ""
    name = image["uri"]
    # Markdown hands over empty brackets as empty words, a directive no option at all.
    way = f"'![words]({name})'" if "alt" in image else "a line ':alt: words'"
    return f"the picture {name} has no words for those who do not see it; write {way}"


def check_pictures(app: Sphinx, document: nodes.document) -> None:
    """Report pictures that are missing, foreign, swapped or cut off, and take them out."""
    for image in list(document.findall(nodes.image)):
        candidates: dict[str, str] = image.get("candidates", {})
        uri = candidates.get("*", image["uri"])
        if "?" in candidates:  # another host: Sphinx and the page's policy answer for that
            continue
        path = Path(app.srcdir, uri)
        fault = OUTSIDE if is_outside(app, path) else picture_fault(path) if path.exists() else ""
        if not path.exists() and (name := misnamed(path)):
            fault = f"a name with blanks or accents is not found; rename {name!r}"
        if fault:
            logger.warning(
                f"the picture {uri}: {fault}", location=image, type="pictures", subtype="file"
            )
        if fault or not path.is_file():
            take_out(image)
        elif fault := words_fault(image):
            place = (app.env.current_document.docname, line_of(image))
            logger.warning(fault, location=place, type="pictures", subtype="alt")


def note_lines(app: Sphinx, document: nodes.document) -> None:
    """Give each picture a line, for all who tell of it: some directives give theirs none
    (``doctree-read``)."""
    for image in document.findall(nodes.image):
        image.source = image.source or document.get("source")
        image.line = image.line or line_of(image)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("doctree-read", note_lines, priority=45)
    # After Sphinx has collected pictures (500), before drawings are opened.
    app.connect("doctree-read", check_pictures, priority=540)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
