"""What a build is made from: the files, their date, and digests that say whether any has changed.

Everything below ``docs/`` counts, and the files beside it that pin the packages.  Hidden
files do not: editors keep locks and swap files there, which change while nobody saves.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from kb.core import dates

BESIDE = ("requirements.lock", "pyproject.toml", "package-lock.json")
GIT = ("-c", "safe.directory=*", "log", "-1", "--no-show-signature", "--format=%ct")
"""Settings of a user or an owner must not change the answer."""


class InputError(Exception):
    """Something outside of the sources cannot be used; the message names the cure."""


def inputs(root: Path) -> Iterator[Path]:
    """Yield every file that the output depends on, in a fixed order."""
    for path in sorted((root / "docs").rglob("*")):
        parts = path.relative_to(root).parts
        if (
            "__pycache__" not in parts
            and not any(part.startswith(".") for part in parts)
            and path.is_file()
        ):
            yield path
    yield from (root / name for name in BESIDE if (root / name).is_file())


def epoch(root: Path) -> str:
    """The date that stands in the output, in seconds: given, else the last commit's, else the newest check's.

    :raises InputError: if the one that is given is no number of seconds.
    """
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        if not re.fullmatch(r"[0-9]{1,11}", given):
            raise InputError(
                f"SOURCE_DATE_EPOCH is {given!r}; it is a number of seconds since 1970, or not set"
            )
        return given
    answer = _git(root) if (root / ".git").exists() else ""
    return answer or _newest_check(root)


def _git(root: Path) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *GIT], capture_output=True, text=True, check=False
        )
    except OSError:  # no git on this machine
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _newest_check(root: Path) -> str:
    # Bytes that are not text, and days that are not in the calendar: the build itself names them.
    pages = (
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted((root / "docs/sections").glob("*.md"))
    )
    days = [
        day
        for page in pages
        for day in re.findall(r"^checked: (\d{4}-\d\d-\d\d)$", page, re.MULTILINE)
    ]
    newest = max(filter(None, map(dates.parse, days)), default=datetime.date(2026, 1, 1))
    return str(int(datetime.datetime.combine(newest, datetime.time(), datetime.UTC).timestamp()))


def fingerprint(root: Path) -> str:
    """A digest of everything that a build is made from."""
    return _digest(root, lambda path: True)


def house(root: Path) -> str:
    """A digest of what every page is made from: all but the words of the pages, the data and static files."""
    return _digest(root, lambda path: not is_content(path.relative_to(root).parts))


def moment(root: Path) -> list[tuple[str, int, int, int]]:
    """What differs when any input was written since, even if it was written back.

    The time of the last change of a file is set by the system alone, so no tool can turn it back.
    """
    found = ((path, path.stat()) for path in inputs(root))
    return [(str(path), stat.st_ctime_ns, stat.st_size, stat.st_ino) for path, stat in found]


def is_content(parts: tuple[str, ...]) -> bool:
    """Whether the last build can be mended after an edit of this file."""
    if parts[0] != "docs" or len(parts) < 2:
        return False
    return parts[1] in ("data", "_static") or (
        parts[-1].endswith(".md") and not parts[1].startswith("_")
    )


def _digest(root: Path, is_read: Callable[[Path], bool]) -> str:
    """A digest of the names of all inputs, and of the bytes of those that are read."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {epoch(root)}\n".encode())
    for path in inputs(root):
        digest.update(os.fsencode(path.relative_to(root)) + b"\0")
        if is_read(path):
            digest.update(f"{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
