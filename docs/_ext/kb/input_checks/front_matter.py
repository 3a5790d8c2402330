"""Front matter holds what this book knows, and nothing that steers the parser.

A page may begin with fields of YAML between two lines ``---``.  Those that it may hold are
``FIELDS``; every other is refused with its line.  The list is closed because MyST takes
settings from there too: some turn on parts of the parser that this book keeps shut for every
page.  The fields are read by MyST's own function, so that no spelling of YAML means one
thing here and another there.

What stands in a field is held to its kind: words without invisible signs, ``true`` for an orphan, a
number for the depth of its contents.  Days are ``chapters.schema``'s to tell of.

Where a field is refused, the page goes on with the fields that are allowed, on as many lines
as before, so that the lines of later messages hold.
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from typing import Any

from myst_parser.config.main import TopmatterReadError, read_topmatter
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.core.messages import did_you_mean, one_of
from kb.input_checks.lost_words import is_unseen

logger = logging.getLogger(__name__)

FIELDS = ("summary", "checked", "check_due", "searched_to", "reviewed_by", "orphan", "tocdepth")
"""What a page may say of itself: fields of a chapter, and two of Sphinx's about contents."""
WORDS = ("summary", "reviewed_by")
"""The fields that readers meet as they stand."""
_END = re.compile(r"^(?:---|\.\.\.)", re.MULTILINE)


def refused(text: str) -> tuple[dict[str, Any], list[str]]:
    """The allowed fields of the page *text*, and the names of the others.

    What cannot be read as YAML has neither; MyST reports it.
    """
    try:
        fields = read_topmatter(text) or {}
    except TopmatterReadError:
        fields = {}
    allowed = {name: value for name, value in fields.items() if name in FIELDS}
    return allowed, [str(name) for name in fields if name not in FIELDS]


def value_fault(name: str, value: object) -> str:
    """What is wrong with the *value* of the allowed field *name*, with the cure; nothing if it may
    stand there."""
    if name == "orphan":
        return (
            ""
            if value is True
            else "'orphan' says another word than true; write it, or delete the line"
        )
    if name == "tocdepth":
        is_depth = type(value) is int and 0 < value < 7
        return "" if is_depth else "'tocdepth' is not a number from 1 to 6"
    if value is None:
        return ""
    if name not in WORDS:
        is_scalar = isinstance(value, str | int | float | datetime.date)
        return "" if is_scalar else f"{name!r} is not a day; write one as in 2026-11-22"
    if not isinstance(value, str):
        return f'{name!r} is not a sentence; write it in quotes, as in {name}: "..."'
    unseen = (char for char in value if char != "\n" and (is_unseen(char) or is_half(char)))
    if sign := next(unseen, ""):
        return f"{name!r} holds an invisible character, U+{ord(sign):04X}; delete it"
    return ""


def is_half(char: str) -> bool:
    """Whether *char* is half a pair of UTF-16, as an escape of YAML may write it."""
    return unicodedata.category(char) == "Cs"


def closed(text: str, allowed: dict[str, Any]) -> str:
    """The page *text* with a front matter that holds the *allowed* fields alone, as long
    as before."""
    head, _, rest = text.partition("\n")
    end = _END.search(rest)
    lines = rest[: end.start()].count("\n") if end else rest.count("\n")
    kept = json.dumps(allowed, default=str) + "\n" * lines
    return f"{head}\n{kept}{rest[end.start() :] if end else ''}"


def line_of(text: str, name: str) -> int:
    """The line of the page *text* that begins with the field *name*, or names it, or the first."""
    lines, word = list(enumerate(text.splitlines(), 1)), re.escape(name)
    patterns = (rf"[^\w#]*{word}(?!\w)", rf".*{word}")
    return next((n for pattern in patterns for n, line in lines if re.match(pattern, line)), 1)


def check(app: Sphinx, docname: str, content: list[str]) -> None:
    """Refuse fields that are not on the list (``source-read``)."""
    allowed, names = refused(content[0])
    for name in names:
        logger.warning(
            f"front matter sets {name!r}, which no page may{did_you_mean(name, FIELDS)}; "
            f"its fields are {one_of(FIELDS)}",
            location=(docname, line_of(content[0], name)),
            type="safe",
            subtype="front-matter",
        )
    faults = {name: value_fault(name, value) for name, value in allowed.items()}
    for name, fault in faults.items():
        if fault:
            logger.warning(
                f"front matter: {fault}",
                location=(docname, line_of(content[0], name)),
                type="safe",
                subtype="front-matter",
            )
    if names or any(faults.values()):
        kept = {name: value for name, value in allowed.items() if not faults[name]}
        content[0] = closed(content[0], kept)


def setup(app: Sphinx) -> ExtensionMetadata:
    # After every extension that edits the source, so that nothing is added behind it.
    app.connect("source-read", check, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
