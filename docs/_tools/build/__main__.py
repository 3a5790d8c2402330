"""The command line of the build: ``python -m build html pdf epub``, or ``clean``.

Exit code 1 and the errors of Sphinx when a build fails; 128 and the number of the signal
when it is stopped by Ctrl-C or otherwise.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from build import engine, stopping
from build.publish import PARTS, clean

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    """Build the formats that the command line names; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m build", description=engine.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    choices = [*sorted(PARTS), "clean"]
    parser.add_argument(
        "forms", nargs="+", choices=choices, help="what to build; 'clean' removes all"
    )
    forms = parser.parse_args().forms
    stopping.listen()
    try:
        if "clean" not in forms:
            return engine.build(ROOT, forms)
        clean(ROOT / "_build")
    except stopping.Stopped as stopped:
        print(f"stopped; {engine.STAYS}", file=sys.stderr)
        return 128 + stopped.number
    return 0


if __name__ == "__main__":
    sys.exit(main())
