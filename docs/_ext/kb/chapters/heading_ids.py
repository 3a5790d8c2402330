"""Headings that docutils can only number keep an address of their own.

Docutils makes ids of Latin letters, and counts where a heading has none ("2026-11-28", "γ"): its
``id1`` moves with each such heading, citation or footnote before it.  Those headings are addressed
by the slug that MyST makes of their words, which stays.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

NUMBERED = re.compile(r"id\d+")


def prefer_slugs(app: Sphinx, document: nodes.document) -> None:
    """Put the slug of a heading before an id that is a mere number (``doctree-read``)."""
    slugs = app.env.metadata[app.env.docname].get("myst_slugs", {})
    for section in document.findall(nodes.section):
        slug, first = section.get("slug"), section["ids"][0]
        if slug in section["ids"] and NUMBERED.fullmatch(first):
            section["ids"].remove(slug)
            section["ids"].insert(0, slug)
            line, _, title = slugs[slug]
            slugs[slug] = line, slug, title
            for link in document.findall(nodes.reference):
                if link.get("refid") == first:
                    link["refid"] = slug


def setup(app: Sphinx) -> ExtensionMetadata:
    # Before Sphinx takes the addresses of the contents from the headings (500).
    app.connect("doctree-read", prefer_slugs, priority=60)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
