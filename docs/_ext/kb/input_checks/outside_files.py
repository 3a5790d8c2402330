"""What a page takes in comes from the files below ``docs``, and from nowhere else.

Files come in by ``{include}``, ``{literalinclude}``, ``{csv-table}``, ``{download}`` or as data.
Whatever lies elsewhere is no part of the book, and nobody would know that it was published.
Two options are refused, because Sphinx keeps no note of what they read: ``:url:`` of a table,
which asks another host or the disk, and ``:diff:`` of a listing.  A third is refused because it
names code: ``:parser:`` of an included file imports any module of Python, and another parser than
that of this book takes settings from the file that it reads.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude
from sphinx.directives.other import Include
from sphinx.directives.patches import CSVTable
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata, OptionSpec

logger = logging.getLogger(__name__)


def _without(options: OptionSpec | None, name: str) -> OptionSpec:
    return {key: value for key, value in (options or {}).items() if key != name}


class LocalTable(CSVTable):
    """``{csv-table}`` from its own lines or a file of the book; it has no option ``url``."""

    option_spec: ClassVar[OptionSpec] = _without(CSVTable.option_spec, "url")


class LocalListing(LiteralInclude):
    """``{literalinclude}`` of a file of the book; it has no option ``diff``."""

    option_spec: ClassVar[OptionSpec] = _without(LiteralInclude.option_spec, "diff")


class LocalInclude(Include):
    """``{include}`` of a file of the book, read as its page is; it has no option ``parser``."""

    option_spec: ClassVar[OptionSpec] = _without(Include.option_spec, "parser")


def is_outside(app: Sphinx, path: Path) -> bool:
    """Whether *path* lies neither in ``docs`` nor among what Sphinx keeps."""
    place = path.resolve()
    inside = (Path(app.srcdir).resolve(), Path(app.doctreedir).resolve())
    return not any(place.is_relative_to(folder) for folder in inside)


OUTSIDE = "it lies outside of docs/, and what is published comes from there; copy it into docs/"

FOLDER = "it is a folder; name a file in it"


def check_files(app: Sphinx, document: nodes.document) -> None:
    """Report files from outside of ``docs`` that the page takes in (``doctree-read``)."""
    name = app.env.current_document.docname
    for path in sorted({str(path) for path in app.env.dependencies.get(name, ())}):
        place = Path(app.srcdir, path)
        if (is_foreign := is_outside(app, place)) or place.is_dir():
            logger.warning(
                f"the file {place.name}: {OUTSIDE if is_foreign else FOLDER}",
                location=(name, _line_of(Path(app.env.doc2path(name)), Path(path).name)),
                type="pictures",
                subtype="outside",
            )


def _line_of(page: Path, words: str) -> int:
    lines = page.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if words in line), 1)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_directive("csv-table", LocalTable, override=True)
    app.add_directive("literalinclude", LocalListing, override=True)
    app.add_directive("include", LocalInclude, override=True)
    # After Sphinx has noted the files of the page (500).
    app.connect("doctree-read", check_files, priority=540)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
