"""Tabs, dropdowns and icons of sphinx-design outside of the web: plain containers, all open, no
icons.

On a web page sphinx-design turns tab sets into radio buttons, dropdowns into closed
boxes, and icons into drawings.  An EPUB has no place for that: the markup is no valid
XHTML, and a reader of paper or of an e-reader opens nothing.  Authors write nothing
for it; in every builder but those of the web

* icons are left out (they adorn; a component says what it is in words), and so is what the class
  ``d-print-none`` keeps for browsers;
* a tab is a container of class ``plain-tab`` and a dropdown one of class
  ``plain-dropdown``, each with its title as a rubric and its content below.

Builders of other formats than HTML (text, LaTeX, the book) already print the
containers as such, and find them by the marks that sphinx-design sets, which stay.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata
from sphinx_design.icons import fontawesome, sd_icon

COMPONENTS = {"tab-set": "plain-tabs", "tab-item": "plain-tab", "dropdown": "plain-dropdown"}
"""The class of each component that sphinx-design would rebuild for a web page."""


class PlainComponents(SphinxPostTransform):
    """Leave nothing for sphinx-design's own transforms (priorities 199 and 200) to rebuild."""

    default_priority = 195

    def is_supported(self) -> bool:
        builder = self.env._builder_cls
        return builder.format != "html" or builder.name == "epub"

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(_is_left_out)):
            if node.parent is not None:
                node.parent.remove(node)
        if self.env._builder_cls.format == "html":
            for node in self.document.findall(nodes.container):
                _open(node)


def _is_left_out(node: nodes.Node) -> bool:
    if isinstance(node, (sd_icon, fontawesome)):
        return True
    return isinstance(node, nodes.Element) and "d-print-none" in node.get("classes", ())


def _open(node: nodes.container) -> None:
    """Make a component a container like any other, and its title a rubric that says so."""
    if (name := node.get("design_component")) in COMPONENTS:
        node["classes"] += [COMPONENTS[name]]
        del node["design_component"]
        if node.children and isinstance(title := node[0], nodes.rubric):
            title["classes"] = ["plain-title"]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("sphinx_design")
    app.add_post_transform(PlainComponents)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
