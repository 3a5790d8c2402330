"""Tables of contents that lead back to themselves: an error with the pages of the circle.

Where a page lists another in its ``toctree``, and that one lists the first, numbers,
order and navigation have no end, and whoever walks them ends in a traceback.
Emits nothing.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util.typing import ExtensionMetadata


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
        line = 1 + text.count("\n", 0, max(text.find("{toctree}"), 0))
        way = " lists ".join(pages)
        raise CycleError(
            f"docs/{env.doc2path(pages[0], base=False)}:{line}: {way}; take one of them out of its"
            " toctree"
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    # Before everybody else who walks (500).
    app.connect("env-updated", check, priority=50)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
