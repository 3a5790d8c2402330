"""Where builds lie, and how one becomes the published one: by one rename.

``_build/.builds/<n>.partial`` is a build in the making, ``_build/.builds/<n>`` a whole
one, and ``_build/.current`` the link to the one that readers see.  ``_build/html``, the
PDF and the EPUB are links through that link.  The build before the last stays until the
next is published, for those who are still reading or copying it.

One build runs at a time.  Its lock goes to the Sphinx that it starts as well: if the
build tool alone is killed, the next build waits until that Sphinx has ended, since both
would write in the same place.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BOOK = "vitamin-k2-gut-brain-axis.pdf"
EBOOK = "vitamin-k2-gut-brain-axis.epub"
PARTS = {"pdf": BOOK, "epub": EBOOK, "html": "html"}
"""What each format leaves in a build; the site comes last, since it offers the others for download."""
WORK = ".work"
"""Where Sphinx works: what it read, always at the same place."""


@contextmanager
def only_one(out: Path) -> Iterator[int]:
    """Let one build run at a time; a second waits for the first.  Gives the lock, a file descriptor to hand on."""
    while True:
        out.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError), (out / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Whoever held it may have removed the whole folder: a lock on a file that is gone keeps nobody out.
            if holds(out, lock.fileno()):
                yield lock.fileno()
                return


def holds(out: Path, lock: int) -> bool:
    """Whether *lock* is still the lock of *out*, and the folder was not removed by hand meanwhile."""
    try:
        return os.path.samestat(os.fstat(lock), (out / ".lock").stat())
    except FileNotFoundError:
        return False


def new_stage(out: Path) -> Path:
    """An empty place for the next build."""
    builds = out / ".builds"
    builds.mkdir(exist_ok=True)
    stage = builds / f"{1 + max(_numbers(builds), default=0)}.partial"
    stage.mkdir()
    return stage


def sweep(out: Path) -> None:
    """Remove what crashed builds left; nothing is written where there is nothing of it."""
    _drop_builds(out)
    shutil.rmtree(out / WORK, ignore_errors=True)
    for path in out.glob("*.new"):
        path.unlink()


def _drop_builds(out: Path) -> None:
    """Remove all builds but the published one and the one before it."""
    builds, now = out / ".builds", _current(out)
    before = max((number for number in _numbers(builds) if number < now), default=0)
    for path in builds.glob("*"):
        if path.name not in (str(now), str(before)):
            shutil.rmtree(path)


def _numbers(builds: Path) -> list[int]:
    return [int(path.name) for path in builds.glob("*") if path.name.isdigit()]


def _current(out: Path) -> int:
    link = out / ".current"
    return int(link.readlink().name) if link.is_symlink() else 0


def carry(current: Path, stage: Path, form: str) -> None:
    """Give *stage* the *form* of the *current* build, as links to the same files."""
    old = (current / PARTS[form]).resolve()
    if old.is_dir():
        shutil.copytree(old, stage / PARTS[form], copy_function=share)
    else:
        share(old, stage / PARTS[form])
    shutil.copy2(current / f".made-{form}", stage / f".made-{form}")


def share(old: str | Path, new: str | Path) -> None:
    """Make *new* the same file as *old*, or a copy where the disk has no such links."""
    try:
        os.link(old, new)
    except PermissionError:
        shutil.copy2(old, new)


def publish(out: Path, stage: Path) -> None:
    """Give *stage* its number and swing the link to it, then drop the builds before the last."""
    final = stage.with_suffix("")
    stage.rename(final)
    link(out / ".current", f".builds/{final.name}")
    # All is published: what cannot be removed now is removed before the next build.
    with suppress(OSError):
        _drop_builds(out)


def name_parts(out: Path) -> None:
    """See that each format that is published has its name in *out*; a crash may have come before it had."""
    for part in PARTS.values():
        place = out / part
        if (out / ".current" / part).exists() and not place.is_symlink():
            if place.exists():
                raise FileExistsError(
                    f"{place} was not made by this tool, and stands where the build belongs; move it away"
                )
            link(place, f".current/{part}")


def link(place: Path, target: str) -> None:
    """Point the link *place* to *target* by one rename."""
    new = place.with_name(f"{place.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(place)


def clean(out: Path) -> None:
    """Remove all that was built, names first, so that nobody meets a half; waits for a running build."""
    if not out.exists():
        return
    with only_one(out):
        for path in out.iterdir():
            if path.is_symlink():
                path.unlink()
        shutil.rmtree(out)
