"""Typst sets a book in a process of its own.

``python compiling.py PACKAGES FOLDER TIMESTAMP STANDARD ...`` sets ``main.typ`` of the folder, by
the Typst that lies in PACKAGES.  It answers with a line of JSON, what Typst said and where each
place is that a link leads to, and then the PDF.

A book of 180 pages takes half a gigabyte while it is set.  That comes in place of what Sphinx
holds, not on top of it, and is given back at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

Places = dict[str, tuple[int, float, float, str]]
"""By its name, where a place is: the number of the page from the first on, points from its left and
upper edge, and the number that is printed on the page."""


_MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072"}
"""What glibc does not do by itself: give large blocks back at once (3% of the peak), which costs no
more where all threads take from one arena, as each other asks the system for every page."""


class TypstEndedError(Exception):
    """Typst ended without an answer."""


def compiled(folder: Path, standards: list[str], timestamp: int) -> tuple[dict[str, Any], bytes]:
    """What Typst said of the book in the *folder*, and the PDF.

    The former has ``error``, or ``warnings`` and ``places``.

    :raises TypstEndedError: with what is known of the reason
    """
    import typst

    packages = Path(typst.__file__).parents[1]
    words = [str(packages), str(folder), str(timestamp), *standards]
    # Without -S, each package that wants to be there from the start costs its time once more.
    command = [sys.executable, "-S", __file__, *words]
    done = subprocess.run(command, capture_output=True, check=False, env=_MEMORY | os.environ)
    if done.returncode:
        raise TypstEndedError(done.stderr.decode(errors="replace").strip() or done.returncode)
    said, _, pdf = done.stdout.partition(b"\n")
    return json.loads(said), pdf


def main() -> None:
    """Set what the command line names."""
    packages, folder, timestamp, *standards = sys.argv[1:]
    # Behind Python's own modules, which old packages of their names (pathlib, enum34) would hide.
    sys.path.append(packages)
    import typst

    compiler = typst.Compiler(
        str(Path(folder, "main.typ")),
        root=folder,
        font_paths=[str(Path(folder, "fonts"))],
        ignore_system_fonts=True,
    )
    answer: dict[str, Any]
    pdf: Any = b""
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf",
            pdf_standards=standards,  # type: ignore[arg-type]  # it says so if it knows one not
            timestamp=int(timestamp),
        )
        # The book is still at hand: it takes a hundredth of the time.
        places = compiler.eval("query(<places>).map(each => (each.value)()).at(0, default: (:))")
        answer = {
            "warnings": [each.diagnostic.strip() for each in warnings],
            "places": json.loads(places),
        }
    except typst.TypstError as error:
        answer = {"error": error.diagnostic.strip()}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
