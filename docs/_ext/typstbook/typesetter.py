"""Typst at work: fonts, the scratch folder, and the call of the compiler.

The scratch folder is whole in itself (template, chapters, images, fonts, no
absolute path), so a designer can also run ``typst watch --font-path fonts
main.typ`` in it, with the template open beside the page.
"""

from __future__ import annotations

from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from sphinx.errors import ExtensionError, SphinxError
from sphinx.util import logging

from typstbook.compiling import Places, TypstEndedError, compiled
from typstbook.coverage import NoAnswerError, unprintable

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger(__name__)

#: Files of the font packages (SIL OFL): the sans of the book, and the Japanese glyphs.
#: Serif and monospace are inside the typst package.
_FONTS = {
    "font_source_sans_pro/files": tuple(
        f"SourceSansPro-{cut}.otf"
        for cut in ("Regular", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt")
    ),
    "noto_cjk_sans_jp_regular": ("NotoSansCJKjp-Regular.otf",),
}


class TypesettingError(SphinxError):
    """What Typst says of a book that it cannot set."""

    category = "Typst could not set the book"


class Typesetter:
    """The compiler, and the folder that it works in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: set[Path] = set()

    def prepare(self) -> None:
        """The scratch folder with the fonts in it; what an earlier build left is used again."""
        for name in ("chapters", "fonts", "images"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for place, names in _FONTS.items():
            for name in names:
                self._keep(f"fonts/{name}", _font_file(place, name))

    def write(self, name: str, text: str) -> None:
        self._keep(name, text.encode("utf-8"))

    def copy(self, source: Path, name: str) -> None:
        self._keep(name, source.read_bytes())

    def sweep(self) -> None:
        """Delete what belongs to an earlier build only."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path not in self._kept:
                path.unlink()

    def _keep(self, name: str, data: bytes) -> None:
        """Have a file of these bytes; one that has them already stays as it is, date and all."""
        path = self.folder / name
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
        self._kept.add(path)

    def compile(self, standards: list[Any], timestamp: int) -> tuple[bytes, Places]:
        """The PDF of ``main.typ``, and the places that its links lead to.

        Typst's warnings become ours, its errors end the build.
        """
        try:
            said, pdf = compiled(self.folder, standards, timestamp)
        except TypstEndedError as error:
            raise ExtensionError(f"Typst ended before the book was set: {error}") from None
        if "error" in said:
            raise TypesettingError(said["error"])
        for warning in said["warnings"]:
            logger.warning("%s", warning, type="book", subtype="typst")
        return pdf, said["places"]

    def fails_alike(self, source: str, standards: list[Any], message: str) -> bool:
        """Whether a book of this source fails with this message."""
        try:
            self._compiler.compile(source.encode(), format="pdf", pdf_standards=standards)
        except typst.TypstError as error:
            return first_line(error.diagnostic) == first_line(message)
        return False

    def unprintable(self, characters: Iterable[str]) -> set[str]:
        """Those of the characters that no font of the book can print."""
        try:
            return unprintable(self._compiler, characters)
        except NoAnswerError as error:
            raise TypesettingError(str(error)) from None

    @cached_property
    def _compiler(self) -> typst.Compiler:
        return typst.Compiler(
            root=str(self.folder),
            font_paths=[str(self.folder / "fonts")],
            ignore_system_fonts=True,
        )


def first_line(diagnostic: str) -> str:
    """What Typst says, without the picture of the place."""
    return diagnostic.strip().partition("\n")[0].removeprefix("error: ")


def font_files() -> list[Path]:
    """The files of our fonts, in their packages."""
    return [_font_path(place, name) for place, names in _FONTS.items() for name in names]


def _font_file(place: str, name: str) -> bytes:
    return _font_path(place, name).read_bytes()


def _font_path(place: str, name: str) -> Path:
    package, _, folder = place.partition("/")
    try:
        path = Path(str(files(package))) / folder / name
    except ModuleNotFoundError:
        path = Path(name)
    if not path.is_file():
        raise ExtensionError(f"the font {name} is missing: pip install {package.replace('_', '-')}")
    return path
