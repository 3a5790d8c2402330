"""The examples of the guide for authors: every block of code of docs/authoring/*.md, and what is said to be shown.

Above a block stand comments of markdown, which no reader sees:

``% test: KIND``       what the block is; test_guide.py tests each kind in its own way
``% mistake in FILE: OLD => NEW``   a slip; the block is what the build answers to it
``% untested: REASON`` why it cannot be tested

A block of language ``sh`` needs none: its commands must exist.  Tables and lists
that repeat words of the code are marked by ``% table: NAME`` and ``% list: NAME``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/authoring"
_MARK = re.compile(r"% (test|mistake|untested|table|list)(?: in (\S+))?: (.*)")
_ITEM = re.compile(
    r"^- `(\w+)`, an? (.+?), (?:stands|is) (for|mixed|against)\b.*\n  Found: (.+)\n  Limits: (.+)",
    re.MULTILINE,
)
"""A source with its kind of study, its side, its finding and its limits."""
_FENCE = re.compile(r"(`{3,}|~{3,})([\w-]*)\s*$")


@dataclass(frozen=True)
class Mistake:
    """In the file *name* (below docs/) *old* becomes *new*."""

    name: str
    old: str
    new: str

    def make(self, docs: Path) -> None:
        path = docs / self.name
        before = path.read_text(encoding="utf-8")
        assert self.old in before, f"docs/{self.name} holds no {self.old!r} to make a mistake of"
        path.write_text(before.replace(self.old, self.new, 1), encoding="utf-8")


@dataclass(frozen=True)
class Example:
    """A block: its page and line, its language and text, and the marks above it."""

    page: str
    line: int
    language: str
    text: str
    kind: str
    mistakes: tuple[Mistake, ...]
    reason: str

    @property
    def where(self) -> str:
        return f"docs/authoring/{self.page}:{self.line}"


@dataclass(frozen=True)
class Words:
    """A table or a list of words that repeats what the code knows."""

    page: str
    name: str
    rows: tuple[tuple[str, ...], ...]


def pages() -> list[Path]:
    return sorted(GUIDE.glob("*.md"))


def examples() -> list[Example]:
    """Every block of code of the guide, by page and line."""
    return [example for page in pages() for example in _examples(page)]


def _examples(page: Path) -> list[Example]:
    lines = page.read_text(encoding="utf-8").split("\n")
    found, number = [], 0
    while number < len(lines):
        if fence := _FENCE.match(lines[number]):
            end = next(n for n in range(number + 1, len(lines)) if lines[n].startswith(fence[1]))
            text = "\n".join(lines[number + 1 : end]) + "\n"
            found.append(_example(page.name, number + 1, fence[2], text, _marks(lines, number)))
            number = end
        number += 1
    return found


def _marks(lines: list[str], number: int) -> list[re.Match[str]]:
    """The comments directly above the line *number*."""
    marks = []
    while number and lines[number - 1].startswith("% "):
        number -= 1
        mark = _MARK.fullmatch(lines[number])
        assert mark, f"not a mark of the tests: {lines[number]!r}"
        marks.insert(0, mark)
    return marks


def _example(page: str, line: int, language: str, text: str, marks: list[re.Match[str]]) -> Example:
    kinds = [mark[3] for mark in marks if mark[1] == "test"] or (
        ["commands"] if language == "sh" else []
    )
    mistakes = []
    for mark in marks:
        if mark[1] == "mistake":
            old, new = mark[3].replace("\\n", "\n").split(" => ")
            mistakes.append(Mistake(mark[2], old, new))
    reasons = [mark[3] for mark in marks if mark[1] == "untested"]
    said = len(kinds) + bool(mistakes) + len(reasons)
    assert said == 1, (
        f"docs/authoring/{page}:{line}: an example needs one mark: '% test: ...', '% mistake in ...' or '% untested: ...'"
    )
    return Example(
        page, line, language, text, (kinds or [""])[0], tuple(mistakes), (reasons or [""])[0]
    )


def words() -> dict[str, Words]:
    """The marked tables and lists, by name."""
    found = {}
    for page in pages():
        for mark in re.finditer(
            r"^% (table|list): ([^\n]+)\n\n(.*?)(?:\n\n|\Z)",
            page.read_text(encoding="utf-8"),
            re.MULTILINE | re.DOTALL,
        ):
            lines = mark[3].split("\n")
            if mark[1] == "table":
                rows = tuple(
                    tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]
                )
            else:
                rows = tuple(tuple(found) for found in _ITEM.findall(mark[3])) or tuple(
                    (word,) for word in re.findall(r"`([^`]+)`", mark[3])
                )
            found[mark[2]] = Words(page.name, mark[2], rows)
    return found


def unwrapped(text: str) -> list[str]:
    """The messages of a block: a line that begins with two spaces goes on with the one before."""
    return re.sub(r"\n {2}", " ", text.strip("\n")).split("\n")


def unnumbered(text: str) -> str:
    """*text* without the numbers of lines, which change with every edit of the book."""
    return re.sub(r"(?<=\.md:|bib:|csv:|svg:)\d+|(?<=\bline )\d+", "N", text)
