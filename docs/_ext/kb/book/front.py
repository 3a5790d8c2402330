"""What the front of the book says of its making: the last check, the search, how to cite.

There is nothing to write for an author: the days come from the front matter of the
chapters (see ``contract``).  The cover gets the newest ``checked``, the second page
the citation of the book, and the newest ``searched_to``.  Paragraphs that need no day are
``book_imprint`` in ``conf.py``.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.chapters.how_to_cite import newest, whole_citation
from kb.chapters.schema import long_date


def complete(app: Sphinx, settings: dict[str, Any]) -> None:
    """Add the days to the cover and the second page."""
    checked, searched = newest(app.env, "checked"), newest(app.env, "searched_to")
    if checked:
        settings["edition"] += [f"Last checked against its sources on {long_date(checked)}"]
    if searched:
        settings["imprint"] += [f"Literature searched to {long_date(searched)}."]
    settings["imprint"] += [f"How to cite: {whole_citation(app).text()}"]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.chapters.schema")
    app.setup_extension("typstbook")
    app.connect("book-settings", complete)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
