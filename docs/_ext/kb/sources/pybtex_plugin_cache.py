"""The plugins of pybtex, found once.

sphinxcontrib-bibtex 2.7 asks pybtex for its backend at every single citation, and pybtex
then reads the metadata of every installed package: a third of a build of ours.  pybtex asks
plugins that were registered first, so those that we need are registered under their names.

``BibtexDomain.resolve_xref`` needs the backend only where tooltips are on, and could find it
once for all: ``docs/authoring/upstream/bibtex-plugin-lookup.patch`` does that.
"""

from __future__ import annotations

from pybtex import plugin as plugins
from pybtex.backends import plaintext
from pybtex.style.names import plain
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from sphinxcontrib.bibtex.style.names.last import LastNameStyle

PLUGINS: dict[tuple[str, str], type] = {
    ("pybtex.backends", "plaintext"): plaintext.Backend,
    ("pybtex.style.names", "plain"): plain.NameStyle,
    ("pybtex.style.names", "last"): LastNameStyle,
}


def register(group: str, name: str, plugin: type) -> None:
    """Register a plugin of pybtex.

    Its own ``register_plugin`` reads all that metadata too, even if forced.
    """
    plugins._RUNTIME_PLUGINS.setdefault(group, {})[name] = plugin


def setup(app: Sphinx) -> ExtensionMetadata:
    for (group, name), plugin in PLUGINS.items():
        register(group, name, plugin)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
