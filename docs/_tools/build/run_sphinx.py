"""Run Sphinx once, strictly: warnings are errors, and a fault of the author's ends in its message alone.

``python -m build.run_sphinx BUILDER DOCTREES OUT [TAG ...]`` builds ``docs``.
Sphinx's own command prints the whole state of the program under every error; an
author needs file, line and cure.  So does a full disk, or a file that may not be read.
Errors of the program itself keep their traceback.

``KB_JOBS=2`` has Sphinx read and write in two processes, with the same bytes (``reproduce``
compares them); the default is one, since small books gain nothing by more.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from pathlib import Path

# Trees of nodes are many small objects that live long: looking through them every 700 costs a tenth of a build.
gc.set_threshold(100_000, 20, 20)

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

CURES = dict.fromkeys(
    (errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "make room on the disk, then build again"
) | dict.fromkeys(
    (errno.EACCES, errno.EPERM, errno.EROFS),
    "see that you may read it, and write into the folder _build",
)
"""What to do about faults of the machine, by the number of the error."""


def run(docs: Path, builder: str, doctrees: str, out: str, *tags: str) -> int:
    """Build *docs*; return 0, or 1 if anything was warned of or wrong."""
    app, jobs = None, int(os.environ.get("KB_JOBS") or 1)
    try:
        with patch_docutils(docs), docutils_namespace():
            app = Sphinx(
                docs,
                docs,
                Path(out),
                Path(doctrees),
                builder,
                status=io.StringIO(),
                warning=sys.stderr,
                warningiserror=True,
                tags=list(tags),
                parallel=jobs,
            )
            app.build()
            return app.statuscode
    except SphinxError as error:
        print(f"{error.category}: {error}", file=sys.stderr)
        return 1
    except RecursionError:
        page = app.env.current_document.docname if app else ""
        if not page:
            raise
        cure = "a file that includes itself, or marks, lists or boxes in each other by the dozen; take them apart"
        print(
            f"docs/{page}.md: the page has no end or goes too deep: look for {cure}",
            file=sys.stderr,
        )
        return 1
    except OSError as error:
        if error.errno not in CURES:
            raise
        where = f" ({os.fspath(error.filename)})" if error.filename else ""
        print(f"{error.strerror}{where}: {CURES[error.errno]}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    code = run(Path.cwd() / "docs", *sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # All is written; taking the trees apart, node by node, would cost as much as a few pages.
    os._exit(code)
