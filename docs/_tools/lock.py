"""Renew ``requirements.lock``: every version pinned with its hashes, for Python 3.11 to 3.13.

Needs the network.  uv resolves for all those Pythons at once and writes markers;
it is installed into a folder that is thrown away.  The file names no registry.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAD = """\
# Every package of the build and of the tests, pinned with its hashes for Python 3.11 to 3.13.
# Written by `make lock` from pyproject.toml; edit that file, not this one.
"""
COMMAND = (
    *("pip", "compile", "pyproject.toml", "--extra", "test", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--upgrade", "--quiet"),
    "--output-file",
)


def main() -> int:
    """Write the lock, or leave the old one and return uv's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        tools, new = Path(folder, "bin"), Path(folder, "requirements.lock")
        subprocess.run([tools / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
        done = subprocess.run([tools / "uv", *COMMAND, str(new)], cwd=ROOT, env=environment, check=False)
        if done.returncode == 0:
            (ROOT / "requirements.lock").write_text(HEAD + new.read_text(encoding="utf-8"), encoding="utf-8")
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
