"""What the EPUB leaves out of its pages, and what becomes of links to pages that it leaves out."""

from __future__ import annotations

import posixpath
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from kb.text_index.records import is_outside
from typstbook.assembly import take_out


class LinksWithin(SphinxPostTransform):
    """Print links to pages that the EPUB leaves out as plain words; after Sphinx has resolved them
    (priority 10)."""

    default_priority = 100
    builders = ("epub",)

    def run(self, **kwargs: Any) -> None:
        outside = {f"{name}.xhtml" for name in self.env.found_docs if is_outside(self.config, name)}
        folder = posixpath.dirname(self.env.current_document.docname)
        for link in list(self.document.findall(nodes.reference)):
            place = link.get("refuri", "").partition("#")[0]
            if place and posixpath.normpath(posixpath.join(folder, place)) in outside:
                link.replace_self(nodes.inline("", "", *link.children))


class LightAlone(SphinxPostTransform):
    """Of a picture in two colors keep the light one, as in print: at night an e-reader has no rule
    that would take a caption away with its picture."""

    default_priority = 100
    builders = ("epub",)

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(nodes.Element)):
            if "only-dark" in node.get("classes", ()) and node.parent is not None:
                take_out(node)
