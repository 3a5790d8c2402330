"""What a build is made from: the files, their date, and digests that say whether any has changed.

Everything below ``docs/`` counts, and the files beside it that pin the packages.  Hidden
files, byte code of Python, and the copies and locks of editors do not: they come and go
while nobody saves.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.core import dates

BESIDE = ("requirements.lock", "pyproject.toml")
SETTINGS = ("KB_ADDRESS", "READTHEDOCS_CANONICAL_URL")
"""What ``conf.py`` takes from the environment."""
GIT = ("-c", "safe.directory=*", "log", "-1", "--no-show-signature", "--format=%ct")
"""Settings of a user or an owner must not change the answer."""
NOISE = re.compile(
    r"^[.#]|~$|^4913$|\.(sw[a-p]|tmp|temp|bak|orig|part|pyc)$|___jb_\w+___$|^__pycache__$"
)
"""Names of files that editors leave beside what they save, and of Python's byte code."""
StatSnapshot = list[tuple[str, int, int, int]]
"""Name, time of the last change, size and number of each file."""


class InputError(Exception):
    """Something outside of the sources cannot be used; the message names the cure."""


@dataclass(frozen=True)
class InputState:
    """The inputs of *root* when a build began."""

    root: Path
    stat_snapshot: StatSnapshot
    input_digest: str
    code_digest: str

    @classmethod
    def read(cls, root: Path) -> InputState:
        """Read the inputs of *root*.

        :raises InputError: if the date that is given is not a number of seconds.
        """
        # The snapshot comes first: a file that is saved while it is read then differs from it.
        paths = list(inputs(root))
        return cls(root, _snapshot(paths), *_digests(root, paths))

    def is_current(self) -> bool:
        """Whether no input was written since; else the formats may be of different texts."""
        return stat_snapshot(self.root) == self.stat_snapshot


def inputs(root: Path) -> Iterator[Path]:
    """Yield every file that the output depends on, in a fixed order."""
    for folder, folders, names in os.walk(root / "docs"):
        folders[:] = sorted(name for name in folders if not NOISE.search(name))
        files = (Path(folder, name) for name in sorted(names) if not NOISE.search(name))
        yield from (path for path in files if path.is_file())
    yield from (root / name for name in BESIDE if (root / name).is_file())


def is_noise(path: Path) -> bool:
    """Whether *path*, relative to the project, is hidden, of an editor or of Python."""
    return any(NOISE.search(part) for part in path.parts)


def is_content(path: Path) -> bool:
    """Whether *path*, relative to the project, is a page, data, a picture or a static file.

    All below ``docs`` is, but for code: settings, and folders that begin with an underscore.
    After an edit of such a file a build starts from the last good one.
    """
    parts = path.parts
    if parts[0] != "docs" or len(parts) < 2:
        return False
    if parts[1:3] == ("_ext", "kb"):
        return parts[4:5] == ("static",)  # scripts and styles of a feature
    if parts[1] == "_ext":
        return "static" in parts[2:-1]
    return parts[1] in ("data", "_static") or not (
        parts[1].startswith("_") or path.suffix in (".py", ".toml")
    )


# -- The date --------------------------------------------------------------------------------------


def epoch(root: Path) -> str:
    """Return the date of the output, in seconds: as given, else of the last commit or check.

    :raises InputError: if the one that is given is not a number of seconds.
    """
    try:
        given = dates.given_epoch()
    except dates.DayError as error:
        raise InputError(str(error)) from error
    answer = given or (_git(root) if (root / ".git").exists() else "")
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
    # The build itself reports bytes that are not text, and days that are not in the calendar.
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


# -- Digests ---------------------------------------------------------------------------------------


def input_digest(root: Path) -> str:
    """Return a digest of everything that a build is made from."""
    return _digests(root, inputs(root))[0]


def code_digest(root: Path) -> str:
    """Return a digest of what every page is made from: code, settings, templates, date and names.

    It leaves out the words of pages, data and static files, whose names it holds.
    """
    return _digests(root, inputs(root))[1]


def stat_snapshot(root: Path) -> StatSnapshot:
    """Return what differs when any input was written since, even if it was written back.

    The system alone sets the time of the last change of a file, so no tool can turn it back.
    """
    return _snapshot(inputs(root))


def _snapshot(paths: Iterable[Path]) -> StatSnapshot:
    found = ((path, path.stat()) for path in paths)
    return [(str(path), stat.st_ctime_ns, stat.st_size, stat.st_ino) for path, stat in found]


def _digests(root: Path, paths: Iterable[Path]) -> tuple[str, str]:
    """Return digests of the settings, the names of all *paths*, and the bytes of all or of the code
    alone."""
    settings = [os.environ.get(name, "") for name in SETTINGS]
    begin = f"{sys.version_info[:2]} {epoch(root)} {settings}\n".encode()
    whole, code = hashlib.sha256(begin), hashlib.sha256(begin)
    for path in paths:
        name, data = path.relative_to(root), path.read_bytes()
        text = b"%s\0%d\0%s" % (os.fsencode(name), len(data), data)
        whole.update(text)
        code.update(os.fsencode(name) + b"\0" if is_content(name) else text)
    return whole.hexdigest(), code.hexdigest()
