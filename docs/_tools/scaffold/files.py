"""Files: read as text or as pages, and put together.  Makers of ``make new`` return a ``Made``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

from checks.reading import Page
from kb.core.messages import one_of
from kb.core.text import line_at

TEMPLATES = Path(__file__).with_name("templates")
"""What a new chapter, claim and term begin with, one file for each, for authors to edit."""


class Refused(Exception):
    """What was asked for cannot be made; each line of the message says why, and what to do."""


@contextmanager
def noted(faults: list[str]) -> Iterator[None]:
    """Put what is refused among the *faults*, so that the rest is looked at too."""
    try:
        yield
    except Refused as refused:
        faults.append(str(refused))


@dataclass(frozen=True)
class Made:
    """What a maker made: the new text of each file, and where the author goes on."""

    texts: Mapping[Path, str]
    where: tuple[tuple[str, Path, str], ...]
    """For each new thing: what it is, its file, and its text there."""
    notes: tuple[str, ...] = ()
    """What is left to do elsewhere, or was left out."""


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


def read(path: Path, shown: str, name: str) -> Page:
    """Return the page at *path*, in which each directive *name* is closed.

    :raises Refused: if one is not, or the file cannot be read.
    """
    page = Page(shown, load(path, shown))
    for found in page.named(name):
        opening, closing = page.lines[found.line - 1], page.lines[found.end - 2].strip()
        fence = opening.strip().partition("{")[0].strip()
        if not closing.startswith(fence) or closing.strip(fence[0]):
            raise Refused(
                f"{shown}:{found.line}: the {name} {found.argument!r} is not closed; end it with"
                f" {fence!r}"
            )
    return page


def comments_above(lines: list[str], number: int) -> int:
    """The first line of the comments above line *number*, which belong to it; *number* if there are
    none."""
    first = number
    while number and (not lines[number - 1].strip() or lines[number - 1].startswith("%")):
        number -= 1
        if lines[number].strip():
            first = number
    return first


def filled(kind: str, values: Mapping[str, str]) -> str:
    """Return the template of a *kind* with *values* in the places of ``$name``.

    :raises Refused: if it is not there, or a dollar stands before anything else.
    """
    shown, lines = f"docs/_tools/scaffold/templates/{kind}.md", []
    for number, line in enumerate(load(TEMPLATES / f"{kind}.md", shown).split("\n"), 1):
        try:
            lines.append(Template(line).substitute(values))
        except (KeyError, ValueError) as error:
            raise Refused(
                f"{shown}:{number}: a dollar stands before a name that is not filled in here; it"
                f" may be {one_of(f'${name}' for name in values)}, and $$ prints a dollar"
            ) from error
    return "\n".join(lines).strip("\n")


def inserted(lines: list[str], place: int, new: str) -> str:
    """*lines* with *new* before the line *place*, and one empty line between."""
    parts = ("\n".join(lines[:place]), new, "\n".join(lines[place:]))
    return "\n\n".join(filter(None, (part.strip("\n") for part in parts))) + "\n"


def line_of(text: str, part: str) -> int:
    """The number, from 1, of the line of *text* where the title of *part* stands, else where it
    begins."""
    return line_at(text, text.index(part) + part.find("\n# ") + 1)
