"""Front matter holds what this book knows, and nothing that steers the parser.

A page may begin with fields of YAML between two lines ``---``.  Those that it may hold are
``FIELDS``; every other is refused with its line.  The list is closed because MyST takes
settings from there too: some turn on parts of the parser that this book keeps shut for every
page.  The fields are read by MyST's own function, so that no spelling of YAML means one
thing here and another there.

Where a field is refused, the page goes on with the fields that are allowed, on as many lines
as before, so that the lines of later messages hold.
"""

from __future__ import annotations

import json
import re
from typing import Any

from myst_parser.config.main import TopmatterReadError, read_topmatter
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.core.messages import did_you_mean, one_of

logger = logging.getLogger(__name__)

FIELDS = ("summary", "checked", "check_due", "searched_to", "reviewed_by", "orphan", "tocdepth")
"""What a page may say of itself: fields of a chapter, and two of Sphinx's about contents."""
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
    if names:
        content[0] = closed(content[0], allowed)


def setup(app: Sphinx) -> ExtensionMetadata:
    # After every extension that edits the source, so that nothing is added behind it.
    app.connect("source-read", check, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
