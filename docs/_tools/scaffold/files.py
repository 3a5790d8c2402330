"""Files: read as text, and searched for directives.  A maker of ``make new`` returns a ``Made``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


class Refused(Exception):
    """What was asked for cannot be made; the message says why, and what to do."""


@dataclass(frozen=True)
class Made:
    """What a maker made: the new text of each file, and where the author goes on."""

    texts: Mapping[Path, str]
    where: tuple[tuple[str, Path, str], ...]
    """For each new thing: what it is, its file, and a line of the file that begins it."""
    notes: tuple[str, ...] = ()
    """What is left to do elsewhere, or was left out."""


@dataclass(frozen=True)
class Block:
    """A directive of a page: the lines *start* to *end* (counted from 0, *end* closes it)."""

    start: int
    end: int
    argument: str
    body: str

    def option(self, name: str) -> str:
        """The value of the option *name*, or nothing."""
        found = re.search(rf"^:{name}: *(.*)$", self.body, re.MULTILINE)
        return found[1].strip() if found else ""


def load(path: Path, shown: str) -> str:
    """Return the text of *path*, with ``\\n`` at the ends of lines; *shown* is its name for an
    author.

    :raises Refused: if it is not there or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Refused(f"{shown}: no such file") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{shown}: not UTF-8 ({error.reason}); save the file as UTF-8") from error
    except OSError as error:
        raise Refused(f"{shown}: cannot be read ({error.strerror})") from error


def blocks(text: str, name: str, shown: str) -> Iterator[Block]:
    """Yield each directive ``:::{name} argument`` of *text*; what stands in a block of code is
    none.

    :raises Refused: if one is not closed.
    """
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        end = number
        if code := re.match(r"(`{3,}|~{3,})", lines[number]):
            end = _closing(lines, number, code[1])
        elif found := re.match(rf"(:{{3,}})\{{{name}\}} *(.*)$", lines[number]):
            end = _closing(lines, number, found[1])
            if end == len(lines):
                raise Refused(
                    f"{shown}:{number + 1}: the {name} {found[2]!r} is not closed; end it with"
                    f" {found[1]!r}"
                )
            yield Block(number, end, found[2].strip(), "\n".join(lines[number + 1 : end]))
        number = end + 1


def _closing(lines: list[str], start: int, fence: str) -> int:
    """The number of the line that closes the *fence* opened at *start*; the number of lines if none
    does."""
    pattern = re.compile(rf"{re.escape(fence)}{re.escape(fence[0])}*\s*\Z")
    return next(
        (number for number in range(start + 1, len(lines)) if pattern.match(lines[number])),
        len(lines),
    )


def comments_above(lines: list[str], number: int) -> int:
    """The first line of the comments above line *number*, which belong to it; *number* if there are
    none."""
    first = number
    while number and (not lines[number - 1].strip() or lines[number - 1].startswith("%")):
        number -= 1
        if lines[number].strip():
            first = number
    return first


def inserted(lines: list[str], place: int, new: list[str]) -> str:
    """*lines* with *new* before the line *place*, and one empty line between."""
    parts = ("\n".join(part).strip("\n") for part in (lines[:place], new, lines[place:]))
    return "\n\n".join(filter(None, parts)) + "\n"


def line_of(text: str, start: str) -> int:
    """The number, from 1, of the line of *text* that is *start*."""
    return text.split("\n").index(start) + 1
