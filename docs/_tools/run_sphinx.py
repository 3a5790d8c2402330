"""Run Sphinx once, strictly: warnings are errors, and a fault of the author's ends in its message alone.

``python docs/_tools/run_sphinx.py BUILDER DOCTREES OUT [TAG ...]`` builds ``docs``.
Sphinx's own command prints the whole state of the program under every error; an
author needs file, line and cure.  Errors of the program itself keep their traceback.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from pathlib import Path

# Trees of nodes are many small objects that live long: looking through them every 700 costs a tenth of a build.
gc.set_threshold(100_000, 20, 20)

from sphinx.application import Sphinx  # noqa: E402
from sphinx.errors import SphinxError  # noqa: E402
from sphinx.util.docutils import docutils_namespace, patch_docutils  # noqa: E402


def run(docs: Path, builder: str, doctrees: str, out: str, *tags: str) -> int:
    """Build *docs*; return 0, or 1 if anything was warned of or wrong."""
    try:
        with patch_docutils(docs), docutils_namespace():
            app = Sphinx(
                docs, docs, Path(out), Path(doctrees), builder,
                status=io.StringIO(), warning=sys.stderr, warningiserror=True, tags=list(tags),
            )  # fmt: skip
            app.build()
            return app.statuscode
    except SphinxError as error:
        print(f"{error.category}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    code = run(Path.cwd() / "docs", *sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # All is written; taking the trees apart, node by node, would cost as much as a few pages.
    os._exit(code)
