"""The Sphinx builder: assemble, check, write the Typst source, compile."""

from __future__ import annotations

import gc
import os
import re
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import MethodType
from typing import TYPE_CHECKING, Any, ClassVar

from sphinx.builders import Builder
from sphinx.errors import ExtensionError

from typstbook.assembly import Assembly, Book, Chapter
from typstbook.core import nothing
from typstbook.failures import Piece, culprit
from typstbook.glyphs import check_glyphs
from typstbook.index import index_of
from typstbook.markup import Code, call, quote, value
from typstbook.packing import packed
from typstbook.translator import BookTranslator
from typstbook.typesetter import Typesetter, TypesettingError, first_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set

    from typstbook.compiling import Places


_CHAPTER_HEAD = '#import "/template.typ" as t\n'
_MAIN_HEAD = '#import "/template.typ" as t\n#show: t.book.with(\n{settings}\n)\n\n'
_OWN_TEMPLATE = '#import "/base.typ": *\n'
_REGIONS = {"en": "US"}


class BookBuilder(Builder):
    """All documents in one PDF."""

    name = "book"
    format = "typst"
    epilog = "The book is in %(outdir)s."
    default_translator_class = BookTranslator
    supported_image_types: ClassVar[list[str]] = [
        "image/svg+xml",
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
    ]
    supported_remote_images = True  # else Sphinx would fetch them; we warn instead
    allow_parallel = False
    kept: Any = None
    """If an extension keeps what was made of each document: its ``get`` and ``put``, by name.

    What is put is completed until all is written (see :class:`~typstbook.assembly.Resolved`).
    """

    def get_outdated_docs(self) -> str:
        return "all documents"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return "%" + docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        return self.get_target_uri(to, typ)

    def create_translator(self, *args: Any) -> BookTranslator:
        """A translator with the visitors registered for "typst" and for "book".

        Sphinx alone would forget the former as soon as one node has the latter.
        """
        translator = super().create_translator(*args)
        if not isinstance(translator, BookTranslator):
            raise ExtensionError("the book needs a translator derived from BookTranslator")
        for key in (self.format, self.name):
            for node, (visit, depart) in self._registry.translation_handlers.get(key, {}).items():
                setattr(translator, f"visit_{node}", MethodType(visit, translator))
                setattr(translator, f"depart_{node}", MethodType(depart or nothing, translator))
        return translator

    def write_documents(self, docnames: Set[str]) -> None:
        with _collection_paused():
            self._write_book()

    def _write_book(self) -> None:
        self._translators: dict[str, BookTranslator] = {}
        typesetter = Typesetter(Path(self.outdir) / ".typst")
        typesetter.prepare()
        for font in self.config.book_fonts:
            typesetter.copy(Path(self.confdir) / font, f"fonts/{Path(font).name}")
        book = Assembly(self, self.kept).make()
        settings = self._settings()
        self.events.emit("book-settings", settings)
        check_glyphs(book, settings, typesetter.unprintable)
        names = self._write_chapters(typesetter, book)
        if index := index_of(book):
            names.append("index.typ")
            typesetter.write("index.typ", _CHAPTER_HEAD + index + "\n")
        _write_main(typesetter, settings, names)
        self._copy_files(typesetter)
        typesetter.sweep()
        pdf = packed(*self._compile(typesetter, book, settings))
        (Path(self.outdir) / self.config.book_filename).write_bytes(pdf)

    def _compile(
        self, typesetter: Typesetter, book: Book, settings: dict[str, object]
    ) -> tuple[bytes, Places]:
        """The PDF, and the places in it.

        :raises TypesettingError: if Typst cannot set it; names the author's file and line
        """
        standards = list(self.config.book_pdf_standards)
        try:
            return typesetter.compile(standards, timestamp())
        except TypesettingError as error:
            message = str(error)
        head = _main_head(settings)

        def fails(whole: Sequence[Piece], anchors: Sequence[Piece]) -> bool:
            names = _printed(name for piece in anchors for name in piece.anchors)
            source = "".join([head, names, "\n\n", *(piece.text for piece in whole)])
            return typesetter.fails_alike(source, standards, message)

        translators = (self._translated(book, each) for each in book.chapters)
        piece = culprit([piece for each in translators for piece in _pieces(each)], fails)
        place = f"\n\n{piece.place}: {first_line(message)}" if piece and piece.place else ""
        raise TypesettingError(message + place)

    def _write_chapters(self, typesetter: Typesetter, book: Book) -> list[str]:
        """Write a file for each chapter, and return their names."""
        names, digest = [], book.digest()
        for number, chapter in enumerate(book.chapters):
            if chapter.resolved.text[0] != digest:
                chapter.resolved.text = digest, _text(self._translated(book, chapter))
            # A path of Typst holds no backslash, and the number makes the name its own.
            named = re.sub(r"[^\w.-]", "-", chapter.docname)
            names.append(f"chapters/{number:02d}-{named}.typ")
            typesetter.write(names[-1], _CHAPTER_HEAD + chapter.resolved.text[1] + "\n")
        return names

    def _translated(self, book: Book, chapter: Chapter) -> BookTranslator:
        """The translator that has written a chapter: one, since it warns while it does."""
        if not (translator := self._translators.get(chapter.docname)):
            translator = self.create_translator(chapter.tree, self, book, chapter)
            self._translators[chapter.docname] = translator
            chapter.tree.walkabout(translator)
        return translator

    def _settings(self) -> dict[str, object]:
        config = self.config
        lang, _, region = (config.language or "en").replace("_", "-").partition("-")
        return {
            "title": config.book_title,
            "subtitle": config.book_subtitle,
            "author": config.book_author,
            "paper": config.book_paper,
            "lang": lang,
            "region": region or _REGIONS.get(lang) or Code("none"),
            "edition": list(config.book_edition),
            "imprint": list(config.book_imprint),
        }

    def _copy_files(self, typesetter: Typesetter) -> None:
        own = Path(__file__).parent
        typesetter.copy(own / "book.typ", "base.typ")
        for each in [own / "code.tmTheme", *own.glob("*.sublime-syntax")]:
            typesetter.copy(each, each.name)
        self._copy_template(typesetter)
        for source, name in sorted(self.images.items()):
            typesetter.copy(Path(self.srcdir) / source, f"images/{name}")

    def _copy_template(self, typesetter: Typesetter) -> None:
        """The template of the project, if it has one, or else a file that passes ours on."""
        if not self.config.book_template:
            typesetter.write("template.typ", _OWN_TEMPLATE)
            return
        template = Path(self.confdir) / self.config.book_template
        if not template.is_file():
            raise ExtensionError(f"book_template: there is no file {template.as_posix()}")
        typesetter.copy(template, "template.typ")


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Look for no garbage: a book keeps its trees to the end, and Python would walk through all of
    them again and again (a fifth of the CPU of writing 350 pages)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def timestamp() -> int:
    """The date of the book, from SOURCE_DATE_EPOCH; without it (or with nonsense in it), 0."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(epoch) if epoch.isdecimal() else 0


def _write_main(typesetter: Typesetter, settings: dict[str, object], names: list[str]) -> None:
    included = "".join(f"#include {quote(f'/{name}')}\n" for name in names)
    typesetter.write("main.typ", _main_head(settings) + included)


def _main_head(settings: dict[str, object]) -> str:
    lines = [f"  {key}: {value(item)}," for key, item in settings.items()]
    return _MAIN_HEAD.format(settings="\n".join(lines))


def _text(translator: BookTranslator) -> str:
    return "".join(translator.body).rstrip() + _printed(_missing_anchors(translator))


def _missing_anchors(translator: BookTranslator) -> list[str]:
    """Return the anchors that no visitor wrote; they go to the chapter's end."""
    prefix = translator.docname + "#"
    names = {name for name in translator.book.anchors if name.startswith(prefix)}
    return sorted(names - translator.placed.keys())


def _printed(anchors: Iterable[str]) -> str:
    return "".join(call("anchor", each) for each in anchors)


def _pieces(translator: BookTranslator) -> list[Piece]:
    """Return the blocks of a chapter, and last the anchors that no visitor wrote."""
    placed, missing = list(translator.placed), _missing_anchors(translator)
    marks = [(0, 0, ""), *translator.marks, (len(translator.body), len(placed), "")]
    pieces = [
        Piece(place, "".join(translator.body[start:stop]), tuple(placed[first:last]))
        for (start, first, place), (stop, last, _) in pairwise(marks)
    ]
    return [*pieces, Piece("", _printed(missing), tuple(missing))]
