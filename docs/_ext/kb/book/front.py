"""What the front of the book says of its making: the last check, the search, how to cite.

There is nothing to write for an author: the days come from the front matter of the
chapters.  The cover gets the newest ``checked``, the second page
the citation of the book, and the newest ``searched_to``.  Paragraphs that need no date are
``book_imprint`` in ``conf.py``.  Pages outside the book (``kb_outside``) are not printed.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

from kb.chapters.how_to_cite import whole_citation
from kb.core.dates import long_form
from kb.core.page_info import newest_dates


def add_dates(app: Sphinx, settings: dict[str, Any]) -> None:
    """Add the dates to the cover and the second page (book-settings)."""
    checked, searched = newest_dates(app.env)
    if checked:
        settings["edition"] += [f"Last checked against its sources on {long_form(checked)}"]
    if searched:
        settings["imprint"] += [f"Literature searched to {long_form(searched)}."]
    settings["imprint"] += [f"How to cite: {whole_citation(app).text()}"]


def exclude_outside(app: Sphinx, config: Config) -> None:
    """Print no pages outside the book, unless ``book_exclude`` names others (config-inited)."""
    config.book_exclude = config.book_exclude or config.kb_outside


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.text_index.records")
    app.setup_extension("typstbook")
    app.connect("config-inited", exclude_outside)
    app.connect("book-settings", add_dates)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
