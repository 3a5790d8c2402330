"""The environment that everything runs in: ``.venv``, from a lock, whole or not at all.

``python -m build.environment`` installs what the site and the book need, and with the word
``test`` also what the tests need, each from its lock with hashes.  It runs on the Python of the
system, before there is anything else, and so it imports nothing but the standard library.

It does nothing where the mark ``.venv/.installed`` (``.installed-test``) names just this lock
and ``.venv`` still has its Python.  The mark is written last: after a Ctrl-C, a
full disk or a lost network the next ``make`` begins again.  A second ``make`` waits for the first.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OLDEST = (3, 11)
LOCKS = {"site": "requirements.lock", "test": "requirements-test.lock"}
MARKS = {"site": ".installed", "test": ".installed-test"}
PIP = ("-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r")
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==(?!.*'win32')", re.MULTILINE)
WEIGHT = re.compile(r"^# About (\d+) MB", re.MULTILINE)
NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary"
    r" failure|ConnectTimeout|ReadTimeout|ProxyError"
    r"|No matching distribution|Network is unreachable|Connection (?:refused|reset|aborted)"
)
"""What pip says when it does not reach the packages."""
UNREACHED = (
    "the packages could not be fetched: this needs the network, once; connect, and run make again"
)


class SetUpError(Exception):
    """The environment cannot be made; the message says why and what to do."""


def check_python() -> None:
    """Hold the Python that runs this to what the project needs.

    :raises SetUpError: with the cure.
    """
    version = ".".join(map(str, OLDEST))
    if sys.version_info < OLDEST:
        raise SetUpError(
            f"Python {version} or newer is needed ({sys.executable} is older): install it, or name"
            " one: make PYTHON=python3.12"
        )
    if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        raise SetUpError(
            f"the venv module of {sys.executable} is missing; on Debian or Ubuntu:"
            " apt-get install python3-venv"
        )


def wanted_mark(root: Path, kind: str) -> str:
    """What the mark of *kind* says when all of its lock is installed."""
    return hashlib.sha256((root / LOCKS[kind]).read_bytes()).hexdigest() + "\n"


def is_installed(root: Path, kind: str) -> bool:
    """Whether ``.venv`` holds the lock of *kind*, whole, and its Python starts."""
    mark = root / ".venv" / MARKS[kind]
    return mark.is_file() and mark.read_text() == wanted_mark(root, kind) and has_python(root)


def has_python(root: Path) -> bool:
    """Whether ``.venv`` still has the Python that it was made for; an upgrade may take it away."""
    python, made = root / ".venv/bin/python", root / ".venv/pyvenv.cfg"
    if not (os.access(python, os.X_OK) and made.is_file()):
        return False
    version = re.search(r"^version(?:_info)? = (\d+\.\d+)", made.read_text(), re.MULTILINE)
    named = re.search(r"(\d+\.\d+)$", python.resolve().name)
    return not (version and named) or version[1] == named[1]


@contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Let one set-up run at a time."""
    with (root / ".venv.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(root: Path, kind: str) -> None:
    """Install the lock of *kind* into ``.venv`` of *root*, if that is not done.

    :raises SetUpError: if it cannot be done; what is there is then made anew the next time.
    """
    check_python()
    try:
        with only_one(root):
            if kind == "test":
                _install(root, "site")
            _install(root, kind)
    except OSError as error:
        name = Path(error.filename or root).name
        raise SetUpError(f"the environment cannot be written: {name}: {error.strerror}") from error


def _install(root: Path, kind: str) -> None:
    if is_installed(root, kind):
        return
    if kind == "site":
        _make_venv(root)
    (root / ".venv" / MARKS[kind]).unlink(missing_ok=True)
    packages, weight = to_fetch(root, kind)
    print(
        f"installing {packages} packages for the {kind} into .venv, once"
        f" ({weight} MB to fetch; one to five minutes)",
        flush=True,
    )
    _pip(root, LOCKS[kind])
    (root / ".venv" / MARKS[kind]).write_text(wanted_mark(root, kind))


def to_fetch(root: Path, kind: str) -> tuple[int, int]:
    """How many packages the lock of *kind* brings, and MB, by its head; those of the tests come
    on top of the site's, which are there by then."""
    text = (root / LOCKS[kind]).read_text(encoding="utf-8")
    weight = WEIGHT.search(text)
    there = to_fetch(root, "site") if kind == "test" else (0, 0)
    return len(set(PINNED.findall(text))) - there[0], int(weight[1] if weight else 0) - there[1]


def _make_venv(root: Path) -> None:
    """An empty environment in place of whatever is there."""
    if (root / ".venv").exists() and not (root / ".venv").is_symlink():
        shutil.rmtree(root / ".venv")
    command = [sys.executable, "-m", "venv", str(root / ".venv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetUpError(f"the environment cannot be made: {(done.stderr or done.stdout).strip()}")


def _pip(root: Path, lock: str) -> None:
    """Install *lock*: with pip's own bars on a terminal, else in silence."""
    command = [str(root / ".venv/bin/python"), *PIP, lock]
    shown = sys.stdout.isatty()
    done = subprocess.run(
        command if shown else [*command, "--quiet"],
        cwd=root,
        env=os.environ | {"PIP_NO_INPUT": "1"},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        told = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        is_offline = bool(NETWORK.search(done.stderr))
        raise SetUpError(UNREACHED if is_offline else "\n".join(told) or done.stderr.strip())


def main() -> int:
    """Set up what the command line names (the site, or the test)."""
    try:
        set_up(ROOT, sys.argv[1] if len(sys.argv) > 1 else "site")
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; run make again, and it begins anew", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
