"""Mend what is safe to mend: ``make fix``.

The order of the glossary and of the bibliography, white space in markdown, the pages of the
rules, and the form of the Python code.  No word is changed.  Prints what was mended; a file
that cannot be taken apart stays as it is and gives exit code 1.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from checks import mending, pages, tools
from kb.core.safe_write import NotWritten

ROOT = Path(__file__).resolve().parents[3]
RUFF = (("check", "--fix"), ("format",))


def code(root: Path) -> int:
    """Mend the form of the Python code; what is left is for `make check` to say."""
    done = [
        subprocess.run(
            [sys.executable, "-m", "ruff", *verb, "--quiet", "docs", "tests"],
            cwd=root,
            check=False,
            capture_output=True,
        )
        for verb in RUFF
    ]
    return done[-1].returncode


def main() -> int:
    """Mend the project and say what changed."""
    for stream in (sys.stdout, sys.stderr):  # a name of a file may be no text
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    assert tools.CHECKS  # the rules are entered, so that their pages can be written
    try:
        changed, refused = mending.mend(ROOT)
        changed += pages.write(ROOT)
    except NotWritten as error:
        print(f"make fix: {error}; make room on the disk and try again", file=sys.stderr)
        return 1
    for path in changed:
        print(f"mended   {path}")
    for reason in refused:
        print(f"left as it is: {reason}", file=sys.stderr)
    return max(code(ROOT), int(bool(refused)))


if __name__ == "__main__":
    sys.exit(main())
