"""A chart of a file of data whose rows name sources: what such directives share.

The page is read again when the file changes; the figure has the name of the directive as its id.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, TypeVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from kb.core.drawn import drawn_image
from kb.sources.bibliography import sources_of, usable_keys

_Row = TypeVar("_Row")


class DataChart(SphinxDirective):
    """A directive without arguments that draws the rows of *file*."""

    file: ClassVar[str]
    """Where the rows lie, seen from the folder of the sources."""

    def rows(self, read: Callable[[Path, frozenset[str]], list[_Row]]) -> list[_Row]:
        """The rows as *read* takes them from the file, checked against the sources to be cited."""
        path = Path(self.env.srcdir, self.file)
        self.env.note_dependency(str(path))
        return read(path, usable_keys(sources_of(self.env)))

    def figure(self, drawing: str, words: str, caption: str) -> nodes.figure:
        """The *drawing* with its text alternative and its caption."""
        image = drawn_image(self.env, self.name, drawing, words)
        figure = nodes.figure(
            "", image, nodes.caption("", caption), classes=["kb-figure-frame"], ids=[self.name]
        )
        self.set_source_info(figure)
        return figure
