"""`make live`, killed at random moments and on disks that run full: the last good page stays, and the next start or the next byte of room goes on."""

from __future__ import annotations

import os
import random
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from live import FOLDER
from live.scheduler import FULL
from living import Live, living, waited
from projects import PAGE, TEXTS, contents_at, say, small

pytestmark = pytest.mark.prove
MOST = 60


def project(root: Path) -> Path:
    say(small(root), "a")
    return root


def shown(root: Path) -> str:
    """Which of the two texts the last good build of `make live` has; its list of files must hold."""
    build = (root / FOLDER / ".current").resolve()
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", ".files"], cwd=build, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    page = (build / "html" / PAGE).with_suffix(".html").read_text(encoding="utf-8")
    (which,) = (name for name, text in TEXTS.items() if text in page)
    return which


def other(which: str) -> str:
    return next(name for name in TEXTS if name != which)


def test_sixty_kills(tmp_path):
    """Of the server alone, and of all its processes; each start serves a whole site, and builds what was saved."""
    root, dice = project(tmp_path / "project"), random.Random(7)
    with living(root) as live:
        live.built(0)
    longest, places, which = 2.0, set[str](), "a"
    for number in range(MOST):
        live = Live(root)
        live.address = live.until(r"http://\S+")[0]
        if number % 2:
            # While it answers an edit; else while it starts.
            live.built(0)
            assert shown(root) == which
        which = other(which)
        begin = time.monotonic()
        say(root, which)
        time.sleep(longest * dice.random())
        live.kill(alone=number % 4 > 1)
        left = sorted(path.name for path in (root / FOLDER / ".builds").iterdir())
        places.add("in a build" if any("partial" in name for name in left) else "else")
        assert shown(root) in TEXTS
        assert time.monotonic() - begin < 60
    assert places == {"in a build", "else"}, places
    with living(root) as live:
        live.settled(0)
        assert shown(root) == which
        site = contents_at(live.site.parent)
    names = {path.name for path in (root / FOLDER / ".builds").iterdir()}
    # The last good one, the one before, and the place of the next.
    assert sum(map(str.isdigit, names)) <= 2 and len(names) <= 3, names
    assert subprocess.run(["rm", "-rf", root / FOLDER], check=True).returncode == 0
    with living(root) as live:
        live.settled(0)
        assert contents_at(live.site.parent) == site


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A project on a disk of its own, of 96 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=96m", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a disk here; test_stopping.py fills one step by step")
    yield project(disk / "project")
    subprocess.run(["umount", "-l", disk], check=True)


def leave(root: Path, room: int | None) -> None:
    """Fill the disk but for *room* bytes, or not at all."""
    filler, disk = root.parent / "filler", os.statvfs(root)
    filler.unlink(missing_ok=True)
    if room is not None:
        disk = os.statvfs(root)
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - room)


def test_sixty_full_disks(small_disk):
    """Each leaves a little more room to a build: a line says that the disk is full, and no edit is needed to go on."""
    root = small_disk
    which, told, built = "a", 0, 0
    with living(root) as live:
        live.settled(0)
        whole = sum(path.stat().st_size for path in live.site.rglob("*") if path.is_file())
        for part in range(MOST):
            leave(root, 20_000 + 2 * whole * part // MOST)
            since, which = len(live.said), other(which)
            say(root, which)
            found = live.until(rf"{re.escape(FULL)}|the whole site is built", since)[0]
            if found == FULL:
                told += 1
                assert shown(root) == other(which)
            else:
                built += 1
            leave(root, None)
            waited(lambda which=which: shown(root) == which, lambda since=since: live.said[since:])
            live.rest()
            assert "Traceback" not in live.said, live.said
    print(f"full: {told}, built all the same: {built}")
    assert told >= MOST // 3, (told, built)
