"""The list of scripts with their digests, for those that a page loads when a reader needs them.

Sphinx puts a digest into the address of each script that a page names.  What scripts load later
(the data of the cards, the search) has none there: a change of these files would change every page.
So the build writes ``_static/kb-files.js`` last, with the digest of each script beside it::

    window.KB_FILES = {"kb-records.js": "9c1185a5", "search-engine.js": "07474d56", ...};

A script asks for this list first, and by an address that it never had before; the digest becomes a
part of the address of what it loads then::

    script.src = new URL(`${name}?v=${version}`, HERE).href;

So what a browser has kept of one edition is not taken for that of another.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

FILE = "kb-files.js"
WRITTEN = 920
"""After all that writes and drops scripts (900), before the list of the edition (950)."""


def write_digests(out: Path) -> None:
    """Write the list of the scripts of the site *out*."""
    static = out / "_static"
    scripts = sorted(path for path in static.glob("*.js") if path.name != FILE)
    digests = {path.name: sha256(path.read_bytes()).hexdigest()[:8] for path in scripts}
    text = json.dumps(digests, separators=(",", ":"))
    (static / FILE).write_text(f"window.KB_FILES={text};\n", encoding="utf-8", newline="\n")


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Write the list after a good build of the site (``build-finished``)."""
    if exception is None and app.builder.name == "html":
        write_digests(Path(app.outdir))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("build-finished", on_build_finished, priority=WRITTEN)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
