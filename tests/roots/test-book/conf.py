"""A tiny book with every element that print must set, made by the directives of the knowledge base."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from kb import CORE

project = "A test of vitamins"
author = "The testers"
copyright = "2026, the testers"
extensions = ["myst_parser", "sphinx_design", "sphinxcontrib.bibtex", *CORE, "kb.book.looks"]
myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline", "attrs_block"]
myst_footnote_transition = False
bibtex_bibfiles = ["data/sources.bib"]
bibtex_default_style = "kb"
bibtex_reference_style = "kb"
bibtex_cite_id = "source-{key}"
exclude_patterns = ["_*", "data"]
numfig = True
# The hostile text looks like slips of an author, on purpose.
suppress_warnings = ["text.mark"]
kb_raw_html = {"index": "print leaves it out"}
language = "en"

book_title = "A test of vitamins"
book_subtitle = "Every element that a book may hold"
book_exclude = ["authoring/*"]
book_imprint = ["First edition.", "Licence: CC BY 4.0."]

_HOSTILE = [
    "#let x = 1; #panic()",
    "a_b_c *d* `e` $f$ @g <h> [i] ~j ^k",
    "= no heading",
    "- no item",
    "+ no item",
    "1. no item",
    "/ no: term",
    "// no comment /* none */",
    "C:\\l \\u{41} {m} |n| \"o\" 'p'",
    "http://example.org/q?r=s&t#u",
]


class Hostile(SphinxDirective):
    """Text that would be Typst's markup, were it not escaped."""

    def run(self) -> list[nodes.Node]:
        return [nodes.paragraph("", text) for text in _HOSTILE]


def setup(app: object) -> None:
    app.add_directive("hostile", Hostile)
