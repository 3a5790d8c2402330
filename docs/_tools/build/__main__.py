"""The command line of the build: ``python -m build html pdf epub``, or ``clean``.

Exit code 1 and the errors of Sphinx when a build fails; 128 and the number of the signal
when it is stopped by Ctrl-C or otherwise.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from build import stopping
from build.publish import PARTS, STAYS, clean

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    """Build the formats that the command line names; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m build", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    choices = [*sorted(PARTS), "clean"]
    parser.add_argument(
        "forms", nargs="+", choices=choices, help="what to build; 'clean' removes all"
    )
    forms = parser.parse_args().forms
    stopping.listen()
    try:
        if "clean" in forms:
            clean(ROOT / "_build")
            return 0
        # 'make clean' runs on the Python of the system, which may have no Sphinx.
        from build.engine import build

        return build(ROOT, forms)
    except stopping.Stopped as stopped:
        print(f"stopped; {STAYS}", file=sys.stderr)
        return 128 + stopped.number


if __name__ == "__main__":
    sys.exit(main())
