"""What markdown swallows without a word: found line by line, before a page is parsed.

Markdown has no errors.  A box that nothing closes takes in the rest of the page; a
``:::`` too many opens a new one; a row of a table with a cell too many loses it; what is
nested deeper than the parser looks is dropped.  ``faults_of`` names each with its line
and cure.  It follows the rules of CommonMark for fences (a fence closes at the first
line of as many of its signs) and of GitHub for tables.  ``text_checks`` asks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.input_checks import lost_words, yaml_slips

DEEPEST, BOXES = 6, 8
"""Levels of lists and quotations in each other (the parser drops text below 20 tokens), and of
boxes."""
MARKS = 300
"""Signs of emphasis and links on one line; hundreds in each other end every program that walks
through them."""
_OUTER = r"(?P<outer>(?:\s|>|[-*+]\s|\d{1,9}[.)]\s)*)"
_FENCE = re.compile(_OUTER + r"(?P<signs>`{3,}|~{3,}|:{3,})(?P<info>.*)$")
_DIRECTIVE = re.compile(r"\s*\{([\w:.-]+)\}")
_UNBRACED = re.compile(r"\A(?!\{\w)\{?\s{0,9}\.?\s{0,9}([\w-]{1,99})")
"""The kind of a box as other dialects write it: ``warning``, ``{.warning}``."""
_VERBATIM = (
    "bibliography",
    "code",
    "code-block",
    "csv-table",
    "eval-rst",
    "literalinclude",
    "math",
    "parsed-literal",
    "raw",
    "toctree",
)
"""Directives whose bodies are no markdown."""
_UNPRINTED = {
    "contents": "each page has a list of its sections",
    "footer": "write the words into the text",
    "header": "write the words into the text",
    "index": "a term of the glossary stands in the index",
    "role": "delete it",
    "tabularcolumns": "delete it",
    "title": "the title of a page is its first heading",
}
"""Directives of docutils and Sphinx whose words no page prints, and what to do instead."""
_RST_NAME = re.compile(r"\s{0,99}\.\.[ \t]{0,9}([A-Za-z][\w:-]{0,99}?)[ \t]{0,9}(:{1,2})(?:\s|\Z)")
"""A line of ``{eval-rst}`` that begins a directive, or was to begin one."""
_REPLACED = re.compile(r"(?<![\w|])\|(today|version|release|translation progress)\|", re.IGNORECASE)
"""What Sphinx replaces in reStructuredText: by the day of the build, or by settings."""
_CELL_END = re.compile(r"(?<!\\)\|")
_DASH = re.compile(r":?-+:?")
_OUTER_LINE = re.compile(_OUTER)
Fault = tuple[int, str]


def faults_of(lines: list[str], first: int = 1, boxes: int = 0) -> Iterator[Fault]:
    """Yield the faults of *lines*, of which the first stands at line *first* of the page, inside of
    *boxes* boxes."""
    index, plain = (_front_matter(lines) if first == 1 else 0), list[str]()
    start = index
    while index < len(lines):
        fence = _FENCE.match(lines[index])
        if not fence or (fence["signs"][0] == "`" and "`" in fence["info"]):
            plain.append(lines[index])
            index += 1
            continue
        yield from plain_faults(plain, first + start)
        end = _end(lines, index, fence["signs"])
        yield from _box_faults(lines, index, end, fence, first, boxes)
        index = start = end + 1
        plain = []
    yield from plain_faults(plain, first + start)


def prose(lines: list[str], first: int = 1) -> Iterator[Fault]:
    """Yield number and text of each of the *lines* of a page, which begin at line *first*, that are
    neither front matter nor code."""
    index = _front_matter(lines) if first == 1 else 0
    while index < len(lines):
        fence = _FENCE.match(lines[index])
        if not fence or (fence["signs"][0] == "`" and "`" in fence["info"]):
            yield first + index, lines[index]
            index += 1
            continue
        name = _DIRECTIVE.match(fence["info"])
        end = _end(lines, index, fence["signs"])
        if name[1] not in _VERBATIM if name else fence["signs"][0] == ":":
            yield first + index, fence["info"]
            yield from prose(lines[index + 1 : end], first + index + 1)
        index = end + 1


def head_faults(lines: list[str]) -> Iterator[Fault]:
    """Yield the faults of the front matter: never closed, slips, a field that stands twice."""
    if not lines or lines[0].rstrip() != "---":
        return
    if not (end := _front_matter(lines)):
        yield 1, "the front matter is never closed; write a line '---' after its last field"
    yield from yaml_slips.faults_of(lines[1 : end - 1]) if end else ()


def _front_matter(lines: list[str]) -> int:
    if lines and lines[0].rstrip() == "---":
        return next(
            (
                number + 1
                for number in range(1, len(lines))
                if lines[number].rstrip() in ("---", "...")
            ),
            0,
        )
    return 0


def _end(lines: list[str], index: int, signs: str) -> int:
    """The index of the line that closes the fence at *index*, or one past the last line."""
    closing = re.compile(rf"[\s>]*{re.escape(signs[0])}{{{len(signs)},}}\s*\Z")
    return next(
        (number for number in range(index + 1, len(lines)) if closing.match(lines[number])),
        len(lines),
    )


def _box_faults(
    lines: list[str], index: int, end: int, fence: re.Match[str], first: int, boxes: int
) -> Iterator[Fault]:
    signs, info = fence["signs"], fence["info"].strip()
    if not info and signs[0] == ":":
        cure = (
            "each box closes at the first line of as many colons as it has itself, so an outer box"
            " needs more of them"
        )
        yield (
            first + index,
            (
                f"'{signs}' closes nothing here, and would open a box around what follows; remove"
                f" it ({cure})"
            ),
        )
    elif end == len(lines):
        yield (
            first + index,
            (
                f"'{signs}{info}' is never closed, and would swallow the rest; add a line '{signs}'"
                " where it ends"
            ),
        )
    elif signs[0] == ":" and (kind := _UNBRACED.match(info)):
        word = kind[1].lower()
        yield first + index, f"'{signs} {info}' opens no box; write '{signs}{{{word}}}'"
    name = _DIRECTIVE.match(info)
    if not name and signs[0] != ":" and len(words := info.split(maxsplit=1)) > 1:
        message = f"the words behind the language, {words[1][:40]!r}, are printed nowhere"
        yield first + index, f"{message}; write them above the code, or delete them"
    if name and name[1] == "eval-rst":
        yield from _rst_faults(lines[index + 1 : end], first + index + 1)
    if not name or name[1] in _VERBATIM:
        return
    if name[1] in _UNPRINTED:
        message = f"'{signs}{info}' prints none of its words; {_UNPRINTED[name[1]]}"
        yield first + index, message
    if boxes >= BOXES:
        yield first + index, f"more than {BOXES} boxes in each other; take some apart"
        return
    if inner := _like(lines[index + 1 : end], signs):
        line = first + index + inner
        yield (
            first + index,
            (
                f"'{signs}{info}' is not closed before the box of as many signs at line {line}; "
                "close it there, or give it one sign more if the other stands inside of it"
            ),
        )
        return
    yield from faults_of(lines[index + 1 : end], first + index + 1, boxes + 1)


def _rst_faults(lines: list[str], first: int) -> Iterator[Fault]:
    """Yield what reStructuredText in *lines* would not print: boxes that are comments, and
    directives without print."""
    for number, line in enumerate(lines, first):
        for sign in _REPLACED.findall(line):
            message = f"'|{sign}|' would be replaced by a setting, or by the day of the build;"
            yield number, f"{message} write the words themselves"
        if not (found := _RST_NAME.match(line)):
            continue
        name, colons = found.groups()
        if colons == ":" or not re.match(r"\s*\.\. \S+::", line):
            message = f"'{found[0].strip()}' begins a comment, which no edition prints;"
            yield number, f"{message} a box begins with '.. {name}::'"
        elif name in _UNPRINTED and name not in ("footer", "header"):  # seen in the doctree
            yield number, f"'.. {name}::' prints none of its words; {_UNPRINTED[name]}"


def _like(body: list[str], signs: str) -> int:
    """The number of the first line of *body* that opens a box by the same *signs*, or 0: CommonMark
    closes both at once."""
    index = 0
    while index < len(body):
        if fence := _FENCE.match(body[index]):
            if fence["signs"] == signs and fence["info"].strip():
                return index + 1
            index = _end(body, index, fence["signs"])
        index += 1
    return 0


# -- Between the fences --------------------------------------------------------------------------


def plain_faults(lines: list[str], first: int) -> Iterator[Fault]:
    """Yield the faults of *lines* without fences: too deep, too many marks, tables with ragged
    rows."""
    indents: list[int] = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        outer = _OUTER_LINE.match(line)
        prefix = outer["outer"] if outer else ""
        signs = re.findall(r">|[-*+](?=\s)|\d+[.)](?=\s)", prefix)
        indent = len(prefix) - len(prefix.lstrip())
        while indents and indents[-1] >= indent:
            indents.pop()
        if len(indents) + len(signs) > DEEPEST:
            yield (
                first + number,
                f"lists or quotations more than {DEEPEST} deep, where text is lost; flatten them",
            )
            return
        if signs:
            indents.append(indent)
        if sum(map(line.count, "*_[")) > MARKS:
            yield (
                first + number,
                (
                    f"more than {MARKS} signs of emphasis or links on one line; write one sentence"
                    " on each line"
                ),
            )
    yield from lost_words.faults_of(lines, first)
    yield from _comment_faults(lines, first)
    yield from _table_faults(lines, first)


def _comment_faults(lines: list[str], first: int) -> Iterator[Fault]:
    text = lost_words.without_code("\n".join(lines))
    opened = text.rfind("<!--")
    if opened >= 0 and "-->" not in text[opened:]:
        line = first + text.count("\n", 0, opened)
        yield (
            line,
            (
                "the comment '<!--' is never closed, and would swallow the rest; write '-->' where"
                " it ends"
            ),
        )


def _table_faults(lines: list[str], first: int) -> Iterator[Fault]:
    for number in range(1, len(lines)):
        head, dashes = lines[number - 1], lines[number]
        if "|" not in dashes or "|" not in head or not is_delimiter(dashes):
            continue
        wanted = cells(head)
        if cells(dashes) != wanted:
            yield (
                first + number,
                (
                    f"the line of dashes has {cells(dashes)} cells and the head {wanted}; make them"
                    " equal"
                ),
            )
            continue
        if not all(cell.strip() for cell in _CELL_END.split(_inside(head))):
            yield (
                first + number - 1,
                (
                    "a column of the table has no head, by which screen readers name it; write what"
                    " stands below"
                ),
            )
        for row in range(number + 1, len(lines)):
            if "|" not in lines[row]:
                break
            if (count := cells(lines[row])) != wanted:
                cure = (
                    "leave an empty cell as '| |'"
                    if count < wanted
                    else "write '\\|' for a bar inside a cell"
                )
                yield (
                    first + row,
                    (
                        f"the row has {count} cell{'s' * (count > 1)} where the head has {wanted};"
                        f" {cure}"
                    ),
                )


def is_delimiter(row: str) -> bool:
    """Whether *row* is the line between the head of a table and its body: dashes, colons, bars."""
    inside = _inside(row)
    return all(_DASH.fullmatch(cell.strip()) for cell in inside.split("|"))


def cells(row: str) -> int:
    """How many cells a row of a table has."""
    return re.sub(r"\\.", "x", _inside(row)).count("|") + 1


def _inside(row: str) -> str:
    """What a *row* of a table holds, without the signs of a list or quotation around it."""
    return _OUTER_LINE.sub("", row, 1).strip().removeprefix("|").removesuffix("|")
