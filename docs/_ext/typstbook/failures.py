"""From a failed run of Typst to the author's file and line.

Typst names a line of the template, or none; so the blocks of the book are compiled by
halves until one is left that fails alone.  What is left out leaves its anchors, so that
links do not fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Piece:
    """A block of a chapter: where its author wrote it, its markup, the anchors in it."""

    place: str
    text: str
    anchors: tuple[str, ...]


def culprit(
    pieces: Sequence[Piece], fails: Callable[[Sequence[Piece], Sequence[Piece]], bool]
) -> Piece | None:
    """Return the piece that fails, or None if all of them together do not.

    ``fails`` tells whether some pieces fail, the others reduced to their anchors.
    """
    low, high = 0, len(pieces)
    if not fails(pieces, []):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        tried = range(low, middle)
        others = [piece for index, piece in enumerate(pieces) if index not in tried]
        if fails(pieces[low:middle], others):
            high = middle
        else:
            low = middle
    return pieces[low]
