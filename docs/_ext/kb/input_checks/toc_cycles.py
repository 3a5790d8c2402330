"""Tables of contents that lead back to themselves, or to one page twice.

Where a page lists another in its ``toctree``, and that one lists the first, numbers,
order and navigation have no end, and whoever walks them ends in a traceback: an error with the
pages of the circle.  A page that two of them list stands in the book twice, with the same
anchors, which an EPUB may not: a warning with both lines.
Emits nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import docname_join, logging
from sphinx.util.typing import ExtensionMetadata

from kb.core.text import line_at

logger = logging.getLogger(__name__)

ENTRY = re.compile(r"\s*(?:[^<>\n]*<)?([^\s<>:]+)>?\s*")
"""A line of a toctree: a page, or a title and a page in angle brackets."""


class CycleError(SphinxError):
    """Tables of contents run in a circle; the message names its pages."""

    category = "Contents error"


def circle(lists: dict[str, list[str]]) -> list[str]:
    """Return the pages of one circle in *lists*, the first of them again at the end, or nothing."""
    done: set[str] = set()
    for start in sorted(lists):
        path, waiting = [start], [iter(lists[start])]
        while waiting and start not in done:
            page = next(waiting[-1], None)
            if page is None:
                done.add(path.pop())
                waiting.pop()
            elif page in path:
                return [*path[path.index(page) :], page]
            elif page not in done:
                path.append(page)
                waiting.append(iter(lists.get(page, ())))
    return []


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """Stop before anybody walks in a circle.

    :raises CycleError: with the pages of the circle, and the line of the first list.
    """
    if pages := circle(env.toctree_includes):
        text = Path(env.doc2path(pages[0])).read_text(encoding="utf-8")
        line = line_at(text, max(text.find("{toctree}"), 0))
        way = " lists ".join(pages)
        raise CycleError(
            f"docs/{env.doc2path(pages[0], base=False)}:{line}: {way}; take one of them out of its"
            " toctree"
        )


def check_doubles(app: Sphinx, env: BuildEnvironment) -> None:
    """Report each page that more than one toctree lists (``env-updated``)."""
    lists: dict[str, list[str]] = {}
    for page in sorted(env.tocs, key=lambda name: (name != env.config.root_doc, name)):
        for toctree in env.tocs[page].findall(addnodes.toctree):
            # Sphinx tells of a page that stands twice in one of them.
            for name in dict.fromkeys(toctree["includefiles"]):
                lists.setdefault(name, []).append(page)
    for name, pages in lists.items():
        if len(pages) > 1:
            places = [place for page in dict.fromkeys(pages) for place in _at(env, page, name)]
            first = f"docs/{env.doc2path(places[0][0], base=False)}:{places[0][1]}"
            logger.warning(
                f"{name!r} stands in a toctree a second time, after {first}; take one of them out",
                location=places[-1],
                type="toc",
                subtype="double",
            )


def _at(env: BuildEnvironment, page: str, name: str) -> list[tuple[str, int]]:
    """Where the text of *page* lists the page *name*: each line, or where its toctrees begin."""
    text = Path(env.doc2path(page)).read_text(encoding="utf-8")
    lines = list(enumerate(text.splitlines(), start=1))
    found = [
        (page, number)
        for number, line in lines
        if (entry := ENTRY.fullmatch(line))
        and docname_join(page, entry[1].removesuffix(".md")) == name
    ]
    return found or [(page, number) for number, line in lines if "{toctree}" in line]


def setup(app: Sphinx) -> ExtensionMetadata:
    # Before everybody else who walks (500).
    app.connect("env-updated", check, priority=50)
    app.connect("env-updated", check_doubles, priority=51)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
