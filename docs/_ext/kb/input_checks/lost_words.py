"""Words that markdown would drop or change: a sign begins a line, or stands in a word.

Each is right markdown, and none is what the author of a text on health meant::

    The share was
    % of all users.                  the line is a comment

    - % of all users                 the item is a comment

    +++ Do not change the dose.      a break between blocks; its words are lost

    [Warfarin]: caution              the definition of a link that nobody uses

    CYP2C9*2 and CYP2C9*3            the stars begin and end emphasis: CYP2C92 and CYP2C93

    It rose by
    > 5 mg a day.                    a quotation, without "more than"

    | a | b |
    A sentence.                      a row of the table

    ![A dot](dot.svg "Seen here")    a title, which no edition prints

    (as seen in mice)=               the name of a place

    It is so.                        a heading
    ---

    A formula \\(x^2\\)              two brackets, without their backslashes

    * p < 0.05                       an item of a list, without its star

    osteo-                           a word in two pieces
    calcin

``faults_of`` names each with its line and the cure; ``markdown_lint`` asks it about the lines
between the fences.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

from markdown_it.common.utils import isValidEntityCode

from kb.core.messages import did_you_mean

CODE = re.compile(r"(?<!`)(`{1,9})(?!`)[^`\n]{1,2000}\1")
ADDRESS = re.compile(r"<https?://[^>\s]{1,2000}>|\]\([^)\s]{1,2000}\)")
BREAK = re.compile(r"\+\+\+[ \t]+\S")
DEFINITION = re.compile(r" {0,3}\[([^\]^\[\n]{1,200})\]:[ \t]+\S")
IN_WORD = re.compile(r"(?<=[^\W_])(?<!\\)\*{1,2}(?=[^\W_])")
TARGET = re.compile(r"\(([^\n()]{0,200}\s[^\n()]{0,200})\)=\s*\Z")
"""A place whose name is words: MyST takes every line of this form for one."""
UNDERLINE = re.compile(r" {0,3}(-{1,200}|={1,200})[ \t]{0,9}\Z")
"""What makes a heading of the paragraph above."""
STAR = re.compile(r"[\s>]{0,99}\*[ \t]{1,9}[pP] ?[<>=≤≥]")
"""What stands for a level of significance below a table."""
DIVIDED = re.compile(r"([^\W\d_]{2,40})-\Z")
REST = re.compile(r"\s{0,99}(?!(?:and|or|to|nor|but|und|bis|versus)\b)([^\W\d_]{2,40})")
"""A word that a page of paper divided, and its rest; "short- and long-term" is none."""
TEX = re.compile(r"\\\((.{1,200}?)\\\)|\\\[(.{1,200}?)\\\]")
"""What stands between LaTeX's brackets of a formula."""
TEX_LINE = re.compile(r"\s{0,99}\\\[\s{0,99}\Z")
NAMED = re.compile(r"\$\$[ \t]{0,9}\(([^()\n]{1,200})\)[ \t]{0,9}\Z")
"""A formula that ends with its name."""
FORMULA = re.compile(r"[\w:.-]*[^\W\d][\w:.-]*")
"""The name of a formula, to which the text refers; bare digits were meant as its number."""
COMPARED = re.compile(r"(?:> ?|[+-] )[<=~≥≤]? ?\d")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});")
FOOTNOTE = re.compile(r"[\s>]*\[\^([^\]\s]{1,80})\]:")
NOTED = re.compile(r"(?<!\\)\[\^([^\]\s]{1,80})\](?!:)")
ROW = re.compile(r"\s*\|")
COMMENT = re.compile(r"[\s>]{0,99}%")
COMMENTED = re.compile(
    r"[\s>]{0,99}(?:[-*+:]|\d{1,9}[.)]|\[\^[^\]\s]{1,80}\]:)[ \t]{1,9}%(?:\s|\Z)"
)
"""An item, a meaning or a footnote that is a comment."""
WORDLESS = re.compile(r"[\s>]{0,99}#{1,6}(?:[ \t]{1,99}#{0,99})?[ \t]{0,99}\Z")
"""A heading of signs alone."""
BEGUN = re.compile(r"[\s>]{0,99}(?:[#:%]|`{3}|~{3}|\+{3}|\Z)")
"""A line below which a block begins: a heading, an option, a comment, a fence, nothing."""
TITLE = re.compile(r"\]\([^)\s]{1,2000}[ \t]{1,9}[\"']")
TITLED = re.compile(r" {0,3}\[[^\]^\[\n]{1,200}\]:[ \t]{1,9}\S{1,2000}[ \t]{1,9}[\"']")
"""Words behind the address of a link, or of the definition of one."""
UNSEEN = ("Cc", "Cf", "Co", "Zl", "Zp")
"""Kinds of signs without a shape (Unicode general categories)."""
FILLERS = "\u034f\u115f\u1160\u2800\u3164\uffa0"
"""Letters and marks that are drawn as nothing."""
LOST = "\ufffd"
"""What stands for a sign that cannot be read."""


def faults_of(lines: list[str], first: int) -> Iterator[tuple[int, str]]:
    """Yield line and message for each loss in *lines*, which begin at line *first* of the page."""
    bare = list(map(without_code, lines))
    for index, line in enumerate(bare):
        before = bare[index - 1] if index else ""
        after = bare[index + 1] if index + 1 < len(bare) else ""
        for message in (*_of_line(line), *_below(line, before, after)):
            yield first + index, message
        if _is_underlined(bare, index):
            yield (
                first + index,
                (
                    f"the line {line.strip()[:3]!r} makes a heading of the words above; leave a"
                    " line empty above it, or write '##' and a blank before them"
                ),
            )
    for index, name in unused(bare):
        yield (
            first + index,
            (
                f"nothing links to [{name}], so the line would not be printed; write it without the"
                " colon, or link to it"
            ),
        )


def without_code(text: str) -> str:
    """The *text* with an x for each sign of its code, so that every place stays what it is."""
    return CODE.sub(lambda code: "x" * len(code[0]), text) if "`" in text else text


def _of_line(line: str) -> Iterator[str]:
    if BREAK.match(line):
        yield "'+++' breaks a page into blocks and its words are lost; begin the line with a word"
    if COMMENTED.match(line):
        yield "the text begins with '%' and would be a comment; write '\\%'"
    if WORDLESS.match(line):
        yield "a heading without words; write them, or delete the line"
    bare = ADDRESS.sub(lambda address: " " * len(address[0]), line) if "*" in line else ""
    if star := IN_WORD.search(bare):
        around = line[max(0, star.start() - 12) :][:30].strip()
        yield f"a star inside of a word begins or ends emphasis, near {around!r}; write '\\*'"
    if TARGET.match(line):
        yield (
            "the words in brackets before '=' would be the name of a place, and printed nowhere;"
            " delete the '='"
        )
    if "$$" in line and (name := NAMED.search(line)) and not FORMULA.fullmatch(name[1]):
        yield (
            f"'({name[1]})' behind a formula is its name, and is not printed; write a name as in"
            " (eq-dose): formulas are numbered by themselves"
        )
    if STAR.match(line):
        yield "the star would be the sign of a list; write '\\*'"
    if _is_tex(line):
        yield (
            "a formula stands between '$' and '$', or between two lines '$$'; of '\\(' and '\\['"
            " the brackets alone would be printed"
        )
    if ("](" in line and TITLE.search(line)) or TITLED.match(line):
        yield (
            "the words in quotation marks behind the address are printed nowhere; write them into"
            " the text"
        )
    for entity in ENTITY.findall(line) if "&" in line else ():
        sign = html.unescape(entity)
        if _is_no_sign(entity):
            meant = f"write {sign!r}" if sign.isprintable() and sign != LOST else "delete it"
            yield f"{entity} is no sign of Unicode, and readers would see U+FFFD; {meant}"
        elif sign != entity and is_unseen(sign[0]):
            yield f"{entity} stands for a sign that nobody sees; delete it"


def is_unseen(sign: str) -> bool:
    """Whether readers see nothing of *sign*; white space is told from words by what is around."""
    return sign in FILLERS or unicodedata.category(sign) in UNSEEN


def _is_no_sign(entity: str) -> bool:
    """Whether markdown prints U+FFFD for *entity*: browsers read some such numbers as signs of an
    old code page, and CommonMark does not."""
    digits = entity[2:-1].lower() if entity[1] == "#" else ""
    base = 16 if digits.startswith("x") else 10
    return bool(digits) and not isValidEntityCode(int(digits.removeprefix("x"), base))


def _is_tex(line: str) -> bool:
    """Whether a formula stands in *line* as LaTeX and chats write it."""
    if TEX_LINE.match(line):
        return True
    return "\\" in line and any(not {*"^_={"}.isdisjoint(a or b) for a, b in TEX.findall(line))


def _is_underlined(bare: list[str], index: int) -> bool:
    """Whether the line at *index* makes a heading of what was no heading: of some lines, or of a
    sentence.  The end of options, or of front matter, makes none."""
    line, before = bare[index], bare[index - 1] if index else ""
    if not UNDERLINE.match(line) or BEGUN.match(before) or _opens(before) or "|" in before:
        return False
    start = index - 1
    while start and not (UNDERLINE.match(bare[start]) or BEGUN.match(bare[start - 1])):
        start -= 1
    if UNDERLINE.match(bare[start]):
        return False
    return len(line.strip()) < 3 or start < index - 1 or before.rstrip()[-1] in ".!?:;,"


def _below(line: str, before: str, after: str) -> Iterator[str]:
    """What the *line* would become, although it goes on with the text *before* it."""
    if BEGUN.match(before):
        return
    # Between items of a list stands a remark on the next one; further in it is part of an item.
    is_between = _opens(before) and _opens(after) and _indent(line) <= _indent(before)
    if COMMENT.match(line) and not is_between:
        yield (
            "the line begins with '%' and would be a comment in the middle of the text; write"
            " '\\%', or leave a line empty above a comment"
        )
    if COMPARED.match(line) and not _opens(before):
        yield (
            f"the line begins with {line[0]!r} and would be a quotation or a list; write the words"
            f" ('more than'), or '\\{line[0]}'"
        )
    head = DIVIDED.search(before) if before.endswith("-") else None
    if head and (rest := REST.match(line)) and rest[1].islower():
        yield (
            f"'{head[1]}-{rest[1]}' is divided at the end of the line above, and would be printed"
            " with a blank in it; write it in one piece"
        )
    if ROW.match(before) and line.strip() and "|" not in line and not _opens(line):
        yield "the line right below a table becomes a row of it; leave a line empty between them"


def _opens(line: str) -> bool:
    """Whether *line* belongs to a list, a quotation or a fence, so that what follows may
    as well."""
    return bool(re.match(r"\s*(?:[-+*>]|\d{1,9}[.)]|:{3,}|`{3,}|~{3,}|%|\+\+\+)", line))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def footnote_faults(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield line and message for each footnote in numbered *lines* without words.

    Where all have some, yield those that nothing calls: one misspelled name is one fault.
    """
    bare = [(number, without_code(line)) for number, line in lines]
    known = {found[1]: number for number, line in bare if (found := FOOTNOTE.match(line))}
    called: set[str] = set()
    for number, line in bare:
        for name in dict.fromkeys(NOTED.findall(line)):
            called.add(name)
            if name not in known:
                yield (
                    number,
                    (
                        f"there is no footnote [^{name}]{did_you_mean(name, known)}; write its"
                        f" words on a line of their own, as in '[^{name}]: ...'"
                    ),
                )
    for name, number in known.items() if called <= known.keys() else ():
        if name not in called:
            yield (
                number,
                (
                    f"nothing calls the footnote [^{name}]{did_you_mean(name, called)}; write"
                    f" '[^{name}]' in the sentence that it belongs to, or delete it"
                ),
            )


def unused(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield index and name of each definition of a link in *lines* to which nothing there leads."""
    for index, line in enumerate(lines):
        if found := DEFINITION.match(line):
            wanted = f"[{found[1]}]".casefold()
            others = (other for at, other in enumerate(lines) if at != index)
            if not any(wanted in other.casefold() for other in others):
                yield index, found[1]
