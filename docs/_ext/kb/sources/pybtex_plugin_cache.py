"""The plugins of pybtex, found once.

sphinxcontrib-bibtex 2.7 asks pybtex for its backend at every single citation, and pybtex
then reads the metadata of every installed package: a third of a build of ours.  pybtex asks
plugins that were registered first, so the ones found once are registered under their names.

``BibtexDomain.resolve_xref`` needs the backend only where tooltips are on, and could find it
once for all: ``docs/authoring/upstream/bibtex-plugin-lookup.patch`` does that.
"""

from __future__ import annotations

from pybtex.plugin import find_plugin, register_plugin
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

PLUGINS = (
    ("pybtex.backends", "plaintext"),
    ("pybtex.style.names", "plain"),
    ("pybtex.style.names", "last"),
)


def setup(app: Sphinx) -> ExtensionMetadata:
    for group, name in PLUGINS:
        register_plugin(group, name, find_plugin(group, name), force=True)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
