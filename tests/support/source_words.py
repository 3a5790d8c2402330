"""The words of a markdown file that a reader must find again, read without MyST.

A plain lexer over lines: it strips the markup that says of itself that it is silent, each kind of
which stands in a table here with its reason, and keeps all else.  What a parser makes of the file
is compared with that (see ``conservation``), so nothing here may ask a parser.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

WORD = re.compile(r"[^\W_]+|[%<>≤≥±×≈=+→−]")
"""A word, or a sign that changes what a number says."""
Numbered = tuple[int, list[str]]


def tokens(text: str) -> list[str]:
    """The words of *text*; signs of punctuation and emphasis part words, and are none."""
    return WORD.findall(unicodedata.normalize("NFC", text))


@dataclass(frozen=True)
class Box:
    """What a directive prints of what is written in it."""

    argument: bool
    """Whether its argument is printed; else it is a key, a kind or an address."""
    body: str
    """``markdown``, ``verbatim`` (printed as it stands) or ``silent``."""


KINDS = {
    Box(True, "markdown"): """
        admonition attention caution danger definition dropdown epigraph error grid-item-card hint
        important note rubric seealso sidebar tab-item table tip topic warning
    """,
    # The argument is an id, an address or a kind.
    Box(False, "markdown"): """
        button-link claim container figure grid margin only retraction tab-set
    """,
    Box(False, "verbatim"): "code code-block parsed-literal",
    # What they print is made from data; their bodies are addresses, TeX or nothing.
    Box(False, "silent"): """
        bibliography claim-counts claim-map claim-register claim-totals data-fields data-files
        dose-ladder food-chart food-limits food-table image include math study-kinds tested-map
        timeline toctree
    """,
}
BOXES = {name: box for box, names in KINDS.items() for name in names.split()}
"""All directives of the book and of its guide; another one is an error until it stands here."""
KEYS = ("cite", "count", "claim-count", "eq", "numref", "math")
"""Roles whose text is a key: what they print is made later (formulas: from TeX)."""
LINKS = ("doc", "ref", "claim", "term", "plain", "download")
"""Roles of links: ``words <target>``, or the target alone."""
MADE = ("doc", "ref")
"""Of these, those whose words are made later where none are written."""

_FENCE = re.compile(
    r"(?P<outer>(?:\s|>|[-*+]\s|\d{1,9}[.)]\s)*)(?P<signs>`{3,}|~{3,}|:{3,})(?P<info>.*)$"
)
_DIRECTIVE = re.compile(r"\s*\{([\w:.-]+)\}\s*(.*)$")
_OPTION = re.compile(r"\s*:[\w-]+:(?:\s|$)")
_DEFINED = re.compile(r" {0,3}\[([^\]^\[]+)\]:\s+\S+")
_OUTER = re.compile(r"(?:\s|[-*+]\s|\d{1,9}[.)]\s|:\s|>)*(?:#{1,6}\s)?(?:\[\^[^\]\s]+\]:)?")
_DASHES = re.compile(r"[\s|:>-]*\Z|\s*(?:={3,}|(?:[*_]\s*){3,})\s*\Z")
_CODE = re.compile(r"(?:\{([\w:.-]+)\})?(?<![`\\])(`+)(?!`)(.+?)(?<!`)\2(?!`)", re.DOTALL)
_TARGET = re.compile(r"\A(.*?)\s*<[^<>]+>\Z", re.DOTALL)
_FORMULA = re.compile(r"(?<![\w\\$])(\${1,2})(?=\S)([^$]+?)(?<=\S)\1(?![\d$])")
_BLOCK_FORMULA = re.compile(r"\s*\$\$")
_ADDRESS = r"\(\s*(?:<[^<>]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(\s+\"[^\"]*\")?\s*\)"
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:" + _ADDRESS + r"|\[[^\]]*\])")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NOTED = re.compile(r"\[\^[^\]\s]+\]")
_ALERT = re.compile(r"\[!\w+\]")
_LOWERED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass
class Reader:
    """Reads a page; ``found`` holds number and words of each line, ``included`` files it takes in."""

    lines: list[str]
    found: list[Numbered] = field(default_factory=list)
    included: list[str] = field(default_factory=list)

    def read(self) -> Reader:
        start = 0
        if self.lines and self.lines[0].rstrip() == "---":
            start = next(n for n, line in enumerate(self.lines[1:], 2) if line.rstrip() == "---")
        self.body(start, len(self.lines))
        return self

    def body(self, start: int, end: int) -> None:
        """Read the markdown of the lines from *start* to before *end*."""
        block = start
        index = start
        while index < end:
            fence = _FENCE.match(self.lines[index])
            if not fence or (fence["signs"][0] == "`" and "`" in fence["info"]):
                index += 1
                continue
            self.plain(block, index)
            close = self.close(index, end, fence["signs"])
            self.box(index, close, fence)
            index = block = close + 1
        self.plain(block, end)

    def close(self, index: int, end: int, signs: str) -> int:
        closing = re.compile(rf"[\s>]*{re.escape(signs[0])}{{{len(signs)},}}\s*\Z")
        return next((n for n in range(index + 1, end) if closing.match(self.lines[n])), end)

    def box(self, index: int, close: int, fence: re.Match[str]) -> None:
        directive = _DIRECTIVE.match(fence["info"])
        if not directive:
            self.verbatim(index + 1, close)
            return
        name, argument = directive.groups()
        kind = BOXES[name]
        if name == "include":
            self.included.append(argument.strip())
        if kind.argument:
            self.keep(index, inline(argument))
        start = index + 1
        while start < close and _OPTION.match(self.lines[start]):
            start += 1
        if kind.body == "markdown":
            self.body(start, close)
        elif kind.body == "verbatim":
            self.verbatim(start, close)

    def verbatim(self, start: int, end: int) -> None:
        for number in range(start, end):
            self.keep(number, self.lines[number])

    def plain(self, start: int, end: int) -> None:
        """Read lines without fences, paragraph by paragraph."""
        block: list[int] = []
        formula = False
        for number in range(start, end):
            line = self.lines[number]
            if formula or _BLOCK_FORMULA.match(line):
                formula = "$$" not in line if formula else line.count("$$") < 2
                self.paragraph(block)
                block = []
            elif not line.strip():
                self.paragraph(block)
                block = []
            else:
                block.append(number)
        self.paragraph(block)

    def paragraph(self, numbers: list[int]) -> None:
        kept: list[str] = []
        above, comment = "", True
        for number in numbers:
            line = self.lines[number]
            # A comment stands above a block; one below text has words of the text.
            is_comment = comment and line.startswith("%")
            comment = is_comment
            kept.append("" if is_comment or self.is_silent(line) else bare(line, above))
            above = line
        text = inline("\n".join(kept)) if kept else ""
        for number, line in zip(numbers, text.split("\n"), strict=bool(kept)):
            self.keep(number, line)

    def is_silent(self, line: str) -> bool:
        """Whether *line* is a rule, a label, or a definition that another line uses."""
        if _DASHES.match(line) or line.strip() == "+++" or re.fullmatch(r"\s*\([\w-]+\)=\s*", line):
            return True
        if not (defined := _DEFINED.match(line)):
            return False
        wanted = f"[{defined[1]}]".casefold()
        return any(wanted in other.casefold() for other in self.lines if other is not line)

    def keep(self, number: int, text: str) -> None:
        if words := tokens(text):
            self.found.append((number + 1, words))


def bare(line: str, above: str) -> str:
    """The *line* without the marks of its block; what begins a line below text is text."""
    outer = _OUTER.match(line)
    marks = outer[0] if outer else ""
    opens = re.match(r"\s*(?:[-*+>:]|\d{1,9}[.)])", above)
    if above.strip() and not opens and re.match(r"\s*[>+]", line):
        return line
    return line[len(marks) :]


def inline(text: str) -> str:
    """The *text* without inline markup that is silent: keys, addresses, comments, formulas.

    It has as many lines as before.
    """
    kept: list[str] = []

    def keep(words: str) -> str:
        kept.append(words)
        return f"\ue100{len(kept) - 1}\ue101"

    def lines(match: re.Match[str], words: str = "") -> str:
        return words + "\n" * (match[0].count("\n") - words.count("\n"))

    def code(match: re.Match[str]) -> str:
        return keep(lines(match, role(match[1] or "", match[3])))

    text = _CODE.sub(code, text)
    text = _LOWERED.sub(lambda match: keep(match[1]), text)
    text = _COMMENT.sub(lines, text)
    text = _FORMULA.sub(lines, text)
    text = _NOTED.sub(" ", _ALERT.sub("", text))
    for _ in range(2):  # a picture within a link
        # A title in quotation marks is words of the author.
        text = _LINK.sub(lambda match: lines(match, match[1] + (match[2] or "")), text)
    text = re.sub(r"<((?:https?|mailto):[^<>\s]*)>", r"\1", text)
    text = html.unescape(text)
    while "\ue100" in text:
        text = re.sub("\ue100(\\d+)\ue101", lambda match: kept[int(match[1])], text)
    return text


def role(name: str, text: str) -> str:
    """What a role prints of its *text*; code prints it as it stands."""
    if name.partition(":")[0] in KEYS:
        return ""
    if name in LINKS:
        found = _TARGET.match(text)
        bare = f"claim {text}" if name == "claim" else "" if name in MADE else text
        return found[1] if found else bare
    if name == "abbr":
        return text
    return f"^{text}" if name == "sup" else text


def source_words(text: str) -> Reader:
    """Read a page: what its reader must find again, line by line, and the files that it includes."""
    return Reader(text.splitlines()).read()


def read_lines(path: Path) -> list[Numbered]:
    """Number and words of each line of the page at *path*, and of the files that it includes."""
    reader = source_words(path.read_text(encoding="utf-8"))
    found = list(reader.found)
    for name in reader.included:
        found += read_lines(path.parent / name)
    return found
