"""What the EPUB leaves out, and what becomes of links to it."""

from __future__ import annotations

import posixpath
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from kb.text_index.records import is_outside


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
