"""Where builds lie, and how one becomes the published one: by one rename.

``_build/.builds/<n>.partial`` is a build in the making, ``_build/.builds/<n>`` a whole
one, and ``_build/.current`` the link to the one that readers see.  ``_build/html``, the
PDF and the EPUB are links through that link.  The build before the last stays until the
next is published, for those who are still reading or copying it.

One build runs at a time.  Its lock goes to the Sphinx that it starts as well: if the
build tool alone is killed, the next build waits until that Sphinx has ended, since both
would write in the same place.

Each build has a list of its files (see ``file_list``), by which damage is found later.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from build import file_list

BOOK = "vitamin-k2-gut-brain-axis.pdf"
EBOOK = "vitamin-k2-gut-brain-axis.epub"
PARTS = {"pdf": BOOK, "epub": EBOOK, "html": "html"}
"""What each format leaves in a build; the site comes last, since it offers the others."""
STAYS = "the last good build stays in place"
CURRENT, BUILDS, WORK = ".current", ".builds", ".work"
"""The link to the published build, all builds, and what Sphinx has read, always at one place."""


@contextmanager
def only_one(out: Path) -> Iterator[int]:
    """Let one build run at a time; a second waits for the first.

    Yields the lock, a file descriptor for the processes that the build starts.
    """
    while True:
        out.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError), (out / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # The last holder may have removed the folder: then the lock is on a file that is gone.
            if holds(out, lock.fileno()):
                yield lock.fileno()
                return


def holds(out: Path, lock: int) -> bool:
    """Whether *lock* is still the lock of *out*: nobody has removed the folder meanwhile."""
    try:
        return os.path.samestat(os.fstat(lock), (out / ".lock").stat())
    except FileNotFoundError:
        return False


def next_stage(out: Path) -> Path:
    """Return the place of the next build in the making; it need not be there."""
    builds = out / BUILDS
    return builds / f"{1 + max(_numbers(builds), default=0)}.partial"


def sweep(out: Path) -> None:
    """Remove what crashed builds left; write nothing if there is nothing."""
    _drop_builds(out)
    for path in (out / WORK, *out.glob("*.new")):
        remove(path)


def _drop_builds(out: Path) -> None:
    """Remove all builds but the published one and the one before it."""
    builds, build = out / BUILDS, current_build(out)
    now = int(build.name) if build else 0
    before = max((number for number in _numbers(builds) if number < now), default=0)
    for path in builds.glob("*"):
        if path.name not in (str(now), str(before)):
            remove(path)


def remove(path: Path) -> None:
    """Remove *path*, whatever it is, if it is there; folders that are closed are opened for it.

    :raises OSError: if the system refuses.
    """
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    try:
        shutil.rmtree(path)
    except PermissionError:
        path.chmod(0o700)
        for folder, below, _ in os.walk(path):
            for inner in (Path(folder, name) for name in below):
                if not inner.is_symlink():
                    inner.chmod(0o700)
        shutil.rmtree(path)


def _numbers(builds: Path) -> list[int]:
    return [int(path.name) for path in builds.glob("*") if path.name.isdigit()]


def current_build(out: Path) -> Path | None:
    """Return the published build, or nothing where the link to it does not lead to a build."""
    try:
        target = (out / CURRENT).readlink()
    except OSError:
        return None
    is_build = target.parent == Path(BUILDS) and target.name.isdecimal()
    return out / target if is_build and is_there(out / target) else None


def is_there(path: Path) -> bool:
    """Whether *path* leads somewhere; what may not be looked at does not."""
    try:
        return path.exists()
    except OSError:
        return False


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
    """Name the build at *stage*, point the link to it, and remove the builds before the last."""
    final = stage.with_suffix("")
    file_list.write(stage)
    stage.rename(final)
    if not (out / CURRENT).is_symlink():
        remove(out / CURRENT)
    link(out / CURRENT, f"{BUILDS}/{final.name}")
    # What cannot be removed now is removed before the next build.
    with suppress(OSError):
        _drop_builds(out)


def name_parts(out: Path) -> None:
    """Link each format that is published in *out*; a crash may have come before that.

    :raises FileExistsError: if something else has the name of a format.
    """
    for part in PARTS.values():
        place, target = out / part, Path(CURRENT, part)
        if (out / target).exists() and not (place.is_symlink() and place.readlink() == target):
            if place.exists() and not place.is_symlink():
                raise FileExistsError(
                    f"{place} was not made by this tool, and stands where the build belongs; "
                    "move it away"
                )
            link(place, target)


def link(place: Path, target: str | Path) -> None:
    """Point the link *place* to *target* by one rename."""
    new = place.with_name(f"{place.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(place)


def clean(out: Path) -> None:
    """Wait for a running build, then remove all that was built, links first."""
    if not out.exists():
        return
    with only_one(out):
        for path in out.iterdir():
            if path.is_symlink():
                path.unlink()
        remove(out)
