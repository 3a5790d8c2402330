"""The plugins of pybtex, found once.

sphinxcontrib-bibtex 2.7 asks pybtex for its backend at every single citation, and pybtex
then reads the metadata of every installed package: a third of a build of ours.  pybtex asks
plugins that were registered first, so the ones found once are registered under their names.

``BibtexDomain.resolve_xref`` needs the backend only where tooltips are on, and could find it
once for all: ``docs/authoring/upstream/bibtex-plugin-lookup.patch`` does that.
"""

from __future__ import annotations

from pybtex import plugin as plugins
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

PLUGINS = (
    ("pybtex.backends", "plaintext"),
    ("pybtex.style.names", "plain"),
    ("pybtex.style.names", "last"),
)


def register(group: str, name: str, plugin: type) -> None:
    """Register a plugin of pybtex, unless it is.

    To register one pybtex reads all that metadata too, even if forced; a process that builds
    more than once, as the tests do, would pay for that each time.
    """
    if plugins._RUNTIME_PLUGINS.get(group, {}).get(name) is not plugin:
        plugins.register_plugin(group, name, plugin, force=True)


def setup(app: Sphinx) -> ExtensionMetadata:
    for group, name in PLUGINS:
        register(group, name, plugins.find_plugin(group, name))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
