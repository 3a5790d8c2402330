"""Build books for tests, and read what was built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from sphinx.testing.util import SphinxTestApp

MINIMAL_CONF = """
project = "A small book"
author = "A tester"
extensions = ["myst_parser", "typstbook"]
"""


@dataclass
class Built:
    """A PDF, what the build warned of, and the application that built it."""

    path: Path
    warnings: str
    app: SphinxTestApp

    @cached_property
    def pdf(self) -> pikepdf.Pdf:
        return pikepdf.open(self.path)

    @cached_property
    def document(self) -> pypdfium2.PdfDocument:
        return pypdfium2.PdfDocument(self.path)

    @cached_property
    def pages(self) -> list[str]:
        """The text of each page; words broken at line ends are joined."""
        texts = [page.get_textpage().get_text_range() for page in self.document]
        return [re.sub(r"\s+", " ", re.sub("\ufffe\\s*", "", text)) for text in texts]

    @cached_property
    def text(self) -> str:
        return " ".join(self.pages)

    def folio(self, words: str) -> str:
        """The number that is printed on the one page on which some words stand."""
        return str(self.pdf.pages[self.page_with(words) - 1].label)

    def page_with(self, words: str) -> int:
        """The number of the one page on which some words stand, the contents aside."""
        found = [n for n, text in enumerate(self.pages, 1) if n > 3 and words in text]
        assert len(found) == 1, (words, found)
        return found[0]


def elements(node: Any) -> Iterator[pikepdf.Dictionary]:
    """The structure elements of a tree."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        yield from elements(node.get("/K", []))


def run(source: Path, out: Path, **overrides: Any) -> Built:
    app = SphinxTestApp("book", srcdir=source, builddir=out, confoverrides=overrides)
    try:
        app.build()
    finally:
        app.cleanup()
    path = Path(app.outdir) / app.config.book_filename
    return Built(path, re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue()), app)
