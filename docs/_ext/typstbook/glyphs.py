"""No empty boxes: characters without a glyph are found before they are printed.

Every character of the book is shown to the fonts once.  One that none of them
knows is warned of at each document that holds it, by file and line, and printed
as a question mark, so that a draft can still be made.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeGuard

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typstbook.assembly import Book, Chapter

logger = logging.getLogger(__name__)


def check_glyphs(
    book: Book, settings: dict[str, Any], unprintable: Callable[[Iterable[str]], set[str]]
) -> None:
    """Warn of characters that cannot be printed, and put a question mark in their place.

    ``unprintable`` gets all characters of the book and returns those without a glyph.
    """
    used = [_characters(chapter) for chapter in book.chapters]
    texts = (text for key in settings for text in _strings(settings[key]))
    missing = unprintable({char for char in set().union(*used, *texts) if not char.isspace()})
    if not missing:
        return
    for index, chapter in enumerate(book.chapters):
        if not missing.isdisjoint(used[index]):
            book.chapters[index] = _mended_chapter(chapter, missing)
    for key, setting in settings.items():
        settings[key] = _mended(setting, missing, f"conf.py: book_{key}", set())


def tell(char: str, location: Any) -> None:
    """Warn of a character that no font of the book can print."""
    message = "no font of the book can print %r (U+%04X, %s); write it in words"
    arguments = (char, ord(char), unicodedata.name(char, "no name").lower())
    logger.warning(message, *arguments, location=location, type="book", subtype="glyph")


def _characters(chapter: Chapter) -> set[str]:
    return chapter.resolved.characters.union(chapter.part)


def _strings(setting: object) -> list[str]:
    if isinstance(setting, str):
        return [setting]
    return [each for each in setting if isinstance(each, str)] if _is_list(setting) else []


def _is_list(setting: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    return isinstance(setting, (list, tuple))


def _mended_chapter(chapter: Chapter, missing: set[str]) -> Chapter:
    warned: set[str] = set()
    entries: list[tuple[Any, ...]] = []
    for node in list(chapter.tree.findall()):
        if isinstance(node, nodes.Text) and missing.intersection(node.astext()):
            mended = nodes.Text(_mended(node.astext(), missing, node, warned))
            if node.parent is not None:
                node.parent.replace(node, mended)
        elif isinstance(node, addnodes.index):
            node["entries"] = [
                (kind, _mended(value, missing, node, warned), *more)
                for kind, value, *more in node["entries"]
            ]
            entries += node["entries"]
    part = _mended(chapter.part, missing, chapter.part_place, warned)
    return replace(
        chapter, part=part, resolved=replace(chapter.resolved, entries=entries, text=("", ""))
    )


def _mended(text: Any, missing: set[str], location: nodes.Node | str, warned: set[str]) -> Any:
    """Return a text, or a list of texts, with question marks for what cannot be printed."""
    if _is_list(text):
        return [_mended(each, missing, location, warned) for each in text]
    if not isinstance(text, str):
        return text
    absent = missing.intersection(text)
    for char in sorted(absent - warned):
        tell(char, location)
    warned |= absent
    return text.translate(dict.fromkeys(map(ord, absent), "?")) if absent else text
