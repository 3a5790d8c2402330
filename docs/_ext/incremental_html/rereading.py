"""Which documents to read again: those whose bytes, or the bytes of whose files, have changed.

Sphinx goes by the time of a file, and so it misses a file that comes back with an older
time (a copy put back in place, an unpacked archive).  This extension keeps a digest of
each document with all the files that it depends on, and asks for those that differ.

Sphinx keeps the numbers of sections in the titles themselves, where they stay when a table
of contents loses its numbers; they are removed before Sphinx gives them again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import domain_of


def input_digests(env: BuildEnvironment, names: set[str]) -> dict[str, str]:
    """A digest for each document of *names*: its own bytes, and those of files it depends on."""

    @cache
    def of_file(path: Path) -> bytes:
        return hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""

    return {name: _digest(env, name, of_file) for name in sorted(names)}


def _digest(env: BuildEnvironment, name: str, of_file: Callable[[Path], bytes]) -> str:
    files = sorted(Path(env.srcdir, path) for path in env.dependencies.get(name, ()))
    whole = b"".join(of_file(path) for path in (Path(env.doc2path(name)), *files))
    return hashlib.sha256(whole).hexdigest()


def outdated_documents(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the documents that are not what was read last (env-get-outdated)."""
    last = domain_of(env).data["inputs"]
    now = input_digests(env, env.found_docs - added - changed)
    return [name for name, digest in now.items() if last.get(name) != digest]


def save_inputs(app: Sphinx, env: BuildEnvironment) -> None:
    """Keep the digests of what was read, and remove the numbers of the last build (env-updated)."""
    domain_of(env).data["inputs"] = input_digests(env, set(env.all_docs))
    for name, title in env.titles.items():
        for node in (title, env.longtitles[name], *env.tocs[name].findall(nodes.reference)):
            node.attributes.pop("secnumber", None)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    app.connect("env-get-outdated", outdated_documents)
    app.connect("env-updated", save_inputs)
    return {
        "version": "1",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
