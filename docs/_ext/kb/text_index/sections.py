"""Boxes that carry meaning are written as ``section`` in HTML, on the web and in the EPUB.

Reader views keep what looks like prose.  Mozilla's Readability, which Firefox and many other
programs use, drops each ``div`` that has many links and few commas: whole claims, warnings and
sources.  A ``section`` it keeps, and it says no less of the words within.  So are written:

* containers of a class that ``parts`` names as ``is_section``: claims and their parts;
* admonitions: warnings, and what is told of withdrawn papers;
* quotations, whose words stand right in the ``blockquote`` (Sphinx puts a ``div`` between).

An entry of the list of sources stays a ``div``, whose role allows no other element.  Its class
``source-content`` tells Readability that it is text, which it would else doubt for the many links,
and for each id that holds a word of its list, as "rss" stands in the name "Larsson".
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from kb.text_index.parts import part_of


class section_box(nodes.container):
    """A container that HTML writes as ``section``."""


class SectionBoxes(SphinxPostTransform):
    """Make the containers that carry meaning boxes of their own kind, where HTML is written."""

    # After all that looks for claims, and their parts, has found them.
    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(nodes.container)):
            if part_of(node).is_section:
                box = section_box("", *node.children, **node.attributes)
                box.source, box.line = node.source, node.line
                node.replace_self(box)


def visit_box(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(self.starttag(node, "section"))


def depart_box(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</section>\n")


def visit_admonition(self: HTML5Translator, node: nodes.Element, name: str = "") -> None:
    """Sphinx's own tag and title, the tag renamed; one that folds is ``details`` and stays so."""
    HTML5Translator.visit_admonition(self, node, name)
    self.body[-1] = self.body[-1].replace("<div", "<section", 1)
    self.context[-1] = self.context[-1].replace("</div", "</section")


def depart_admonition(self: HTML5Translator, node: nodes.Element | None = None) -> None:
    HTML5Translator.depart_admonition(self, node)


def visit_quotation(self: HTML5Translator, node: nodes.block_quote) -> None:
    self.body.append(self.starttag(node, "blockquote"))


def depart_quotation(self: HTML5Translator, node: nodes.block_quote) -> None:
    self.body.append("</blockquote>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(section_box, html=(visit_box, depart_box))
    replaced = {
        nodes.admonition: (visit_admonition, depart_admonition),
        nodes.block_quote: (visit_quotation, depart_quotation),
    }
    for node, visitors in replaced.items():
        app.add_node(node, override=True, html=visitors)
    app.add_post_transform(SectionBoxes)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
