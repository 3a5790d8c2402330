"""Files: read as text, searched for directives, and written all or none.

A maker of ``make new`` returns a :class:`Made`; :func:`publish` writes it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.core.messages import PROMPT


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
    """Return the text of *path*, with ``\\n`` at the ends of lines; *shown* is its name for an author.

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
    """Yield each directive ``:::{name} argument`` of *text*; what stands in a block of code is none.

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
                    f"{shown}:{number + 1}: the {name} {found[2]!r} is not closed; end it with {found[1]!r}"
                )
            yield Block(number, end, found[2].strip(), "\n".join(lines[number + 1 : end]))
        number = end + 1


def _closing(lines: list[str], start: int, fence: str) -> int:
    """The number of the line that closes the *fence* opened at *start*; the number of lines if none does."""
    pattern = re.compile(rf"{re.escape(fence)}{re.escape(fence[0])}*\s*\Z")
    return next(
        (number for number in range(start + 1, len(lines)) if pattern.match(lines[number])),
        len(lines),
    )


def line_of(text: str, start: str) -> int:
    """The number, from 1, of the line of *text* that is *start*."""
    return text.split("\n").index(start) + 1


def prompts_in(text: str) -> int:
    """How many prompts *text* holds."""
    return text.count(PROMPT)


def publish(texts: Mapping[Path, str]) -> None:
    """Write *texts*, all or none, each by one rename.

    :raises Refused: if one cannot be written.
    """
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    staged: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, text in texts.items():
            staged[path] = _stage(path.resolve(), text, before[path])
        for path, temporary in staged.items():
            temporary.replace(path.resolve())
            done.append(path)
    except OSError as error:
        for path in done:
            _restore(path.resolve(), before[path])
        raise Refused(f"nothing was written: {error.filename or ''}: {error.strerror}") from error
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


def _stage(path: Path, text: str, before: bytes | None) -> Path:
    """Write *text* beside *path*, with the line ends and the rights of the file that it replaces."""
    if before and b"\r\n" in before:
        text = text.replace("\n", "\r\n")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode("utf-8"))
    if before is None:
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
    else:
        shutil.copymode(path, name)
    return Path(name)


def _restore(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(before)
