"""Show the site while it is written: ``make live``.

Opens the site on this machine and shows each edit in the browser as soon as the file is
saved: the page that the browser shows first, in about a tenth of a second, then, from a
build behind the scenes, everything that depends on it.  What is wrong stands in the
terminal and in a panel of the page, which goes on showing what was good last.

``make live PORT=8010`` takes that port and no other; ``make live OPEN=no`` opens no browser.
Ctrl-C ends it.  It works in ``_build/.live`` and leaves what ``make`` has published alone.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from live.session import FIRST_PORT, has_display, run, take_port

ROOT = Path(__file__).resolve().parents[3]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m live", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--port", type=int, help="take this port and no other (else the next free one from 8000 on)"
    )
    parser.add_argument("--no-open", action="store_true", help="open no browser")
    parser.add_argument(
        "--root", type=Path, default=ROOT, help="the project to show (else this one)"
    )
    return parser.parse_args()


def restart(root: Path, port: int) -> None:
    """Put a new run of this program, which may have changed, in the place of this process."""
    print("make live: its own code or packages have changed, starting anew", flush=True)
    command = [sys.executable, "-m", "live", "--root", str(root), "--port", str(port), "--no-open"]
    if (root / "Makefile").is_file():
        make = ["make", "--no-print-directory", "-C", str(root)]
        command = [*make, "live", f"PORT={port}", "OPEN=no"]
    os.execvp(command[0], command)


def main() -> int:
    """Serve, and start again when the tools have changed; return the exit code."""
    given = arguments()
    try:
        listener = take_port(given.port)
    except OSError as error:
        taken = f"port {given.port or FIRST_PORT} cannot be taken ({error.strerror})"
        print(f"make live: {taken}; try make live PORT=8100", file=sys.stderr)
        return 1
    port = listener.getsockname()[1]
    if asyncio.run(run(given.root.resolve(), listener, not given.no_open and has_display())):
        restart(given.root, port)
    print("\nmake live: ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
