"""What the front of the book says of its making: the last check, the search, how to cite.

There is nothing to write for an author: the days come from the front matter of the
chapters (see ``contract``).  The cover gets the newest ``checked``, the second page
the citation of the book, and the newest ``searched_to``.  Paragraphs that need no day are
``book_imprint`` in ``conf.py``.
"""

from __future__ import annotations

import datetime
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from contract import long_date


def newest(env: BuildEnvironment, name: str) -> str:
    """The newest day that the front matter of any page has under *name*, or ``""``."""
    return max((str(fields[name]) for fields in env.metadata.values() if _is_day(fields.get(name))), default="")


def _is_day(value: object) -> bool:
    try:
        return bool(datetime.date.fromisoformat(str(value)))
    except ValueError:
        return False  # contract reports it


def complete(app: Sphinx, settings: dict[str, Any]) -> None:
    """Add the days to the cover and the second page."""
    checked, searched = newest(app.env, "checked"), newest(app.env, "searched_to")
    if checked:
        settings["edition"] += [f"Last checked against its sources on {long_date(checked)}"]
    if searched:
        settings["imprint"] += [f"Literature searched to {long_date(searched)}."]
    settings["imprint"] += [f"How to cite: {citation(app, checked)}"]


def citation(app: Sphinx, checked: str) -> str:
    """The book as an entry in a list of sources."""
    config = app.config
    title = f"{config.book_title}: {config.book_subtitle}" if config.book_subtitle else config.book_title
    parts = [f"{config.book_author} ({checked[:4] or 'n.d.'}). {title}."]
    parts += [f"Version {config.version}."] if config.version else []
    parts += [f"Last checked {long_date(checked)}."] if checked else []
    return " ".join([*parts, config.html_baseurl]).rstrip()


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("contract")
    app.setup_extension("typstbook")
    app.connect("book-settings", complete)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
