"""No empty boxes: characters without a glyph are found before they are printed.

Every character of the book is shown to the fonts once.  One that none of them
knows is warned of at each document that holds it, by file and line, and printed
as a question mark, so that a draft can still be made.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from typstbook.assembly import Book
    from typstbook.typesetter import Typesetter

logger = logging.getLogger(__name__)


def check_glyphs(book: Book, typesetter: Typesetter) -> None:
    """Warn of characters that cannot be printed, and put a question mark in their place."""
    characters = {char for text in _texts(book) for char in text if not char.isspace()}
    missing = typesetter.unprintable(characters)
    if not missing:
        return
    for chapter in book.chapters:
        warned: set[str] = set()
        for text in list(chapter.tree.findall(nodes.Text)):
            _mend(text, missing, warned)


def _texts(book: Book) -> list[nodes.Text]:
    return [text for chapter in book.chapters for text in chapter.tree.findall(nodes.Text)]


def _mend(text: nodes.Text, missing: set[str], warned: set[str]) -> None:
    absent = missing.intersection(text)
    for char in sorted(absent - warned):
        message = "no font of the book can print %r (U+%04X, %s)"
        name = unicodedata.name(char, "no name").lower()
        logger.warning(message, char, ord(char), name, location=text, type="book", subtype="glyph")
    warned |= absent
    if absent and text.parent is not None:
        plain = str(text).translate(dict.fromkeys(map(ord, absent), "?"))
        text.parent.replace(text, nodes.Text(plain))
