"""``{margin}``: a note beside the text, for every builder.

The theme of the site brings this directive along, so that books knew it only where a site had
been built before.  This one is there for all of them: the site prints it in the margin, the
book and the EPUB as a box.

    :::{margin}
    A note beside the text.
    :::
"""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst.directives.body import Sidebar
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata


class Margin(Sidebar):
    """A sidebar of the class by which the theme knows it; its title may be left out."""

    def run(self) -> list[nodes.Node]:
        found: list[nodes.Node] = super().run()  # type: ignore[no-untyped-call]
        for node in found:
            if isinstance(node, nodes.sidebar):
                node["classes"].append("margin")
        return found


def setup(app: Sphinx) -> ExtensionMetadata:
    # In this domain Sphinx looks before it looks among the directives of all, where the theme puts
    # its own, loaded late or not at all.
    app.add_directive_to_domain("std", "margin", Margin)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
