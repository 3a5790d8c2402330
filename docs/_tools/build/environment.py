"""The environment that everything runs in: ``.venv``, from a lock, whole or not at all.

``python -m build.environment`` installs what the site and the book need, and with the word
``test`` also what the tests need, each from its lock with hashes.
It runs on the Python of the system, before there is anything else, and so it imports nothing but
the standard library (and modules of ours that import no more).

It does nothing where the mark ``.venv/.installed`` (``.installed-test``) names just this lock,
``.venv`` still has its Python, and each package the files that pip wrote, by their sizes.
A package that has not is fetched again, alone.  The mark is written last: after a Ctrl-C, a
full disk or a lost network the next ``make`` begins again.  A second ``make`` waits for the first.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from build import file_list
from build.publish import remove

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
REMOVE = "remove the folder .venv, and it is made anew"
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


def lock_digest(root: Path, kind: str) -> str:
    """The digest of the lock of *kind*, which begins the mark when all of it is installed."""
    return hashlib.sha256((root / LOCKS[kind]).read_bytes()).hexdigest()


def is_installed(root: Path, kind: str) -> bool:
    """Whether ``.venv`` was made from just the lock of *kind*, to the end, and has its Python."""
    return _mark(root, kind)[:1] == [lock_digest(root, kind)] and has_python(root)


def _mark(root: Path, kind: str) -> list[str]:
    """The lines of the mark of *kind*: the digest of the lock, and the packages that there were."""
    try:
        mark = file_list.read(root / ".venv" / MARKS[kind])
        return mark.decode("utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _write_mark(root: Path, kind: str) -> None:
    """Write down that all of the lock of *kind* is installed, and what of it is for this system."""
    wanted = {"pip", *map(_key, PINNED.findall((root / LOCKS[kind]).read_text(encoding="utf-8")))}
    packages = [package for package in _packages(root) if _key(_name(package)) in wanted]
    lines = "\n".join([lock_digest(root, kind), *packages])
    (root / ".venv" / MARKS[kind]).write_text(f"{lines}\n", encoding="utf-8")


def has_python(root: Path) -> bool:
    """Whether ``.venv`` still has the Python that it was made for; an upgrade may take it away."""
    python, made = root / ".venv/bin/python", root / ".venv/pyvenv.cfg"
    if not (python.is_file() and os.access(python, os.X_OK) and made.is_file()):
        return False
    text = made.read_text(encoding="utf-8", errors="replace")
    version = re.search(r"^version(?:_info)? = (\d+\.\d+)", text, re.MULTILINE)
    named = re.search(r"(\d+\.\d+)$", python.resolve().name)
    if not version:
        return False
    return not named or version[1] == named[1]


def damaged(root: Path, kind: str) -> list[str]:
    """Return the packages of the mark of *kind* that are not as pip installed them."""
    folder = _folder(root)
    return [package for package in _mark(root, kind)[1:] if not _is_whole(folder, package)]


def _folder(root: Path) -> Path:
    """Where ``.venv`` has its packages."""
    return next((root / ".venv/lib").glob("*/site-packages"), root / ".venv/lib")


def _packages(root: Path) -> list[str]:
    """All that is installed, each by the name of the folder with its metadata."""
    return sorted(path.name for path in _folder(root).glob("*.dist-info"))


def _name(package: str) -> str:
    return package.removesuffix(".dist-info").rpartition("-")[0]


def _key(name: str) -> str:
    """The *name* of a package as PEP 503 compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_whole(folder: Path, package: str) -> bool:
    """Whether *package* in *folder* has its files, with the sizes that pip wrote.

    Programs outside of the folder are left out: all that is used runs as ``python -m``.
    """
    try:
        record = file_list.read(folder / package / "RECORD").decode("utf-8")
        for line in record.splitlines():
            start, _, size = line.rpartition(",")
            name = start.rpartition(",")[0].strip('"')
            # Byte code, and the record itself, have no size.
            is_told = size and not name.startswith("../")
            # There are thousands: a Path for each would cost as much as all else.
            if is_told and os.stat(f"{folder}/{name}").st_size != int(size):  # noqa: PTH116
                return False
    except (OSError, ValueError):
        return False
    return f"{package}/RECORD,," in record


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
        if kind == "test":
            _install(root, "site")
        _install(root, kind)
    except OSError as error:
        raise _unwritten(root, error) from error


def _unwritten(root: Path, error: OSError) -> SetUpError:
    name = Path(error.filename or root).name
    return SetUpError(
        f"the environment cannot be written: {name}: {error.strerror}; make room and rights for"
        f" it, or {REMOVE}"
    )


def _install(root: Path, kind: str) -> None:
    if is_installed(root, kind):
        if not _mark(root, kind)[1:]:  # as older versions wrote it
            _write_mark(root, kind)
        lost = damaged(root, kind)
        if "pip" not in map(_name, lost):
            if lost:
                _mend(root, kind, lost)
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
    _write_mark(root, kind)


def _mend(root: Path, kind: str, lost: list[str]) -> None:
    """Fetch the packages *lost* again, and no others.

    :raises SetUpError: if that does not help, with what to remove.
    """
    names = [_name(package) for package in lost]
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")
    print(f"not as it was installed in .venv: {shown}; fetching it again", flush=True)
    (root / ".venv" / MARKS[kind]).unlink()
    for package in _packages(root):
        if _name(package) in names:
            # Without its metadata pip takes it for a package that is not there.
            remove(_folder(root) / package)
    _pip(root, LOCKS[kind])
    _write_mark(root, kind)
    if left := damaged(root, kind):
        raise SetUpError(f"{', '.join(map(_name, left))} cannot be mended: {REMOVE}")


def to_fetch(root: Path, kind: str) -> tuple[int, int]:
    """How many packages the lock of *kind* brings, and MB, by its head; those of the tests come
    on top of the site's, which are there by then."""
    text = (root / LOCKS[kind]).read_text(encoding="utf-8")
    weight = WEIGHT.search(text)
    there = to_fetch(root, "site") if kind == "test" else (0, 0)
    return len(set(PINNED.findall(text))) - there[0], int(weight[1] if weight else 0) - there[1]


def _make_venv(root: Path) -> None:
    """An empty environment in place of whatever is there."""
    place = root / ".venv"
    if not (place.is_symlink() and place.exists()):
        remove(place)
    command = [sys.executable, "-m", "venv", str(root / ".venv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        told = (done.stderr or done.stdout).strip()
        raise SetUpError(f"the environment cannot be made: {told}; {REMOVE}")


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
        with only_one(ROOT):
            set_up(ROOT, sys.argv[1] if len(sys.argv) > 1 else "site")
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(_unwritten(ROOT, error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; run make again, and it begins anew", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
