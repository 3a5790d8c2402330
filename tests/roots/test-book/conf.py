"""A tiny book with every element that print must set; the nodes of our own
extensions are made here by plain docutils, as those extensions would."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

project = "A test of vitamins"
author = "The testers"
copyright = "2026, the testers"
extensions = ["myst_parser", "sphinx_design", "sphinxcontrib.bibtex", "typstbook", "kb.book.looks"]
myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline", "attrs_block"]
myst_footnote_transition = False
bibtex_bibfiles = ["sources.bib"]
bibtex_reference_style = "author_year"
bibtex_default_style = "plain"
bibtex_cite_id = "source-{key}"
exclude_patterns = ["_*"]
numfig = True
language = "en"

book_title = "A test of vitamins"
book_subtitle = "Every element that a book may hold"
book_exclude = ["authoring/*"]
book_imprint = ["First edition.", "Licence: CC BY 4.0."]

ROWS = 139
HOSTILE = [
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


class Claim(SphinxDirective):
    """A claim, in the nodes of the extension ``claims``."""

    required_arguments = 3
    has_content = True

    def run(self) -> list[nodes.Node]:
        name, verdict, certainty = self.arguments
        claim = nodes.container(classes=["claim", f"verdict-{verdict}", f"certainty-{certainty}"])
        claim["ids"].append(f"claim-{name.lower()}")
        says, plain, *rest = self.parse_content_to_nodes()
        says["classes"].append("claim-quote")
        plain["classes"].append("claim-answer")
        assessment = nodes.container("", *rest, classes=["claim-assessment"])
        label, again = self._label("The article says"), self._label("What the evidence shows")
        head = self._head(name, verdict, certainty)
        claim += [head, label, says, plain, again, assessment, self._sides()]
        return [claim]

    def _head(self, name: str, verdict: str, certainty: str) -> nodes.Node:
        words = verdict.replace("-", " ").capitalize()
        sure = f"{certainty.replace('-', ' ').capitalize()} certainty"
        head = nodes.rubric("", "", classes=["claim-head"])
        head += nodes.inline("", f"Claim {name}", classes=["claim-id"])
        head += nodes.Text(" ")
        head += nodes.inline("", words, classes=["badge", "verdict", f"verdict-{verdict}"])
        head += nodes.Text(" ")
        head += nodes.inline("", sure, classes=["badge", "certainty", f"certainty-{certainty}"])
        return head

    def _label(self, text: str) -> nodes.Node:
        return nodes.paragraph("", text, classes=["claim-label"])

    def _sides(self) -> nodes.Node:
        side = nodes.paragraph("", "For: ", classes=["claim-side"])
        side += self.parse_inline("{cite:t}`booth2022association`")[0]
        return nodes.container("", side, classes=["claim-sides"])


class Foods(SphinxDirective):
    """The food table: long, dense, with an anchor on each row."""

    def run(self) -> list[nodes.Node]:
        table = nodes.table(classes=["food-table"])
        table += nodes.title("", "K2 in foods, a long table")
        group = nodes.tgroup(cols=6)
        group += [nodes.colspec(colwidth=1) for _ in range(6)]
        head = ["Food", "Category", "K2, µg per 100 g", "MK-4", "MK-7", "Source and remarks"]
        group += nodes.thead("", self._row(head))
        group += nodes.tbody("", *[row for number in range(ROWS) for row in self._rows(number)])
        table += group
        return [table]

    def _rows(self, number: int) -> list[nodes.row]:
        """A row, and a head above each seventh: one cell across the table."""
        if number % 7:
            return [self._food(number)]
        head = self._row([f"Group-{number:03d}"])
        head[0]["morecols"] = 5
        return [head, self._food(number)]

    def _food(self, number: int) -> nodes.row:
        cells = [f"Food-{number:03d}, aged 4–8 weeks", "cheese", f"{number * 1.5:.1f}"]
        row = self._row([*cells, "n.d.", "12", "NEVO 2023, a remark of some length about samples"])
        row["ids"].append(f"food-{number:03d}-nevo")
        return row

    def _row(self, cells: list[str]) -> nodes.row:
        return nodes.row("", *[nodes.entry("", nodes.paragraph("", text)) for text in cells])


class Entry(SphinxDirective):
    """An entry of the glossary, in the nodes of the extension ``glossary``."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        term = nodes.term("", name, ids=[f"term-{name}"])
        self.env.domains.standard_domain._note_term(name, f"term-{name}", self.get_location())
        body = nodes.definition("", *self.parse_content_to_nodes())
        body += nodes.paragraph("", "Also: another name", classes=["term-names"])
        used = nodes.paragraph("", "Used in: ", classes=["term-used-in"])
        used += self.parse_inline("{doc}`/sections/gut`, {ref}`deep`")[0]
        body += used
        item = nodes.definition_list_item("", term, body)
        return [addnodes.glossary("", nodes.definition_list("", item), sorted=False)]


class Hostile(SphinxDirective):
    """Text that would be Typst's markup, were it not escaped."""

    def run(self) -> list[nodes.Node]:
        return [nodes.paragraph("", text) for text in HOSTILE]


class EmptyCitations(SphinxPostTransform):
    """As our own extension does: bibtex would fill its nodes anew at each resolution."""

    default_priority = 4

    def run(self, **kwargs: object) -> None:
        for listing in self.env.domains["cite"].bibliographies.values():
            for citation in listing.citation_nodes.values():
                citation.children.clear()


def setup(app: object) -> None:
    app.add_directive("hostile", Hostile)
    app.add_post_transform(EmptyCitations)
    app.add_directive("claim", Claim)
    app.add_directive("foods", Foods)
    app.add_directive("entry", Entry)
