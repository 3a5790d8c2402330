"""Kills at random moments, small disks and several builds at once, on a small project and on the real one (minutes)."""

from __future__ import annotations

import os
import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from build.publish import EBOOK
from projects import (
    TEXTS,
    clean_contents,
    contents,
    contents_at,
    kill_all_of,
    leftovers,
    real,
    run,
    say,
    small,
    start,
)

pytestmark = pytest.mark.prove
CHAPTER = "sections/vitamin-k2.md"
PARTS_OF_A_BUILD = 60
"""So often a disk runs full, each time with a little more room."""
Clean = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Clean]:
    """A small project, built, and what its two texts give."""
    root = small(tmp_path_factory.mktemp("kills") / "project")
    clean = clean_contents(root, tmp_path_factory.mktemp("clean"))
    assert run(root)[0] == 0
    return root, clean


def where(root: Path) -> str:
    """How far the build has come, by what it left."""
    stage = next((root / "_build/.builds").glob("*.partial"), None)
    if not stage:
        return "before or after"
    # The book is the first to be written, and the one that has read; the e-book begins where all is read.
    signs = {
        "publishing": ".made-*",
        "books made": f".epub/{EBOOK}",
        "writing": ".epub",
        "reading": ".pdf",
    }
    return next((name for name, sign in signs.items() if any(stage.glob(sign))), "starting")


def kill_at(root: Path, delay: float, alone: bool) -> str | None:
    """Start a build and kill it after *delay* seconds; return where, or nothing if it had ended.

    It is killed *alone*, so that its Sphinx goes on, or with all its children.
    """
    process = start(root)
    try:
        process.communicate(timeout=delay)
    except subprocess.TimeoutExpired:
        process.kill() if alone else kill_all_of(process.pid)
        process.communicate()
        return where(root)
    return None


def survive(root: Path, clean: Clean, kills: int, page: str) -> Counter[str]:
    """Kill *kills* builds, spread over the time that one takes; after each, readers have one edition, whole."""
    dice, places, now, number = random.Random(9), Counter[str](), "a", 0
    say(root, "b", page)
    begin = time.monotonic()
    assert run(root)[0] == 0
    whole = time.monotonic() - begin
    while sum(places.values()) < kills:
        published = contents(root)
        assert published in clean.values()
        now = next(which for which in TEXTS if published != clean[which])
        say(root, now, page)
        delay = whole * (number % kills + dice.random()) / kills
        if (place := kill_at(root, delay, alone=number % 2 == 1)) is not None:
            places[place] += 1
        assert contents(root) in (published, clean[now]), place
        if number % 6 == 5:
            assert run(root)[0] == 0
            assert contents(root) == clean[now]
            assert leftovers(root) == []
        number += 1
        assert number < 3 * kills, "the machine is so busy that no kill hits a build"
    return places


def test_sixty_kills_at_random_moments(project, record_property):
    root, clean = project
    places = survive(root, clean, 60, "sections/one.md")
    print(f"60 kills survived: {dict(places)}")
    record_property("kills", dict(places))
    assert len(places) >= 4, places
    assert run(root)[0] == 0
    assert leftovers(root) == []


def test_kills_of_the_real_build(tmp_path):
    root = real(tmp_path / "project")
    with (root / "docs" / CHAPTER).open("a", encoding="utf-8") as page:
        page.write(f"\n{TEXTS['a']}\n")
    clean = clean_contents(root, tmp_path, CHAPTER)
    assert run(root)[0] == 0
    places = survive(root, clean, 5, CHAPTER)
    assert len(places) >= 2, places


# -- Small disks ---------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A project on a disk of its own, of 128 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128m", "none", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip(
            "no right to mount a disk here; test_whole.py fills one step by step, and limits the size of files"
        )
    yield small(disk / "project")
    subprocess.run(["umount", "-l", disk], check=True)


def free(root: Path) -> int:
    disk = os.statvfs(root)
    return disk.f_bavail * disk.f_frsize


def need(root: Path) -> int:
    """The room that a build of another text takes on the way."""
    before = least = free(root)
    process = start(root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        least = min(least, free(root))
        time.sleep(0.005)
    return before - least


def leave(root: Path, room: int) -> None:
    """Fill the disk but for *room* bytes."""
    (root.parent / "filler").unlink(missing_ok=True)
    with (root.parent / "filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, free(root) - room)


def test_a_disk_that_runs_full_at_any_point(small_disk):
    root = small_disk
    assert run(root)[0] == 0
    say(root, "b")
    whole = need(root)
    assert whole > 1_000_000
    ends = []
    for part in range(PARTS_OF_A_BUILD):
        which = next(
            name
            for name, text in TEXTS.items()
            if text not in (root / "_build/html/sections/one.html").read_text()
        )
        say(root, which)
        before = contents(root)
        leave(root, whole * part // (PARTS_OF_A_BUILD - 1) + 20_000)
        code, said = run(root)
        ends.append(code)
        assert "Traceback" not in said, said
        if code:
            assert "No space left on device" in said, said
            assert "the last good build stays in place" in said
            assert contents(root) == before
        assert leftovers(root) == []
    assert ends.count(1) >= PARTS_OF_A_BUILD // 2, ends
    (root.parent / "filler").unlink()
    say(root, "a")
    assert run(root)[0] == 0


# -- Several at once -----------------------------------------------------------------------------


def test_three_builds_at_once_and_a_reader_throughout(project):
    root, clean = project
    say(root, "a")
    assert run(root)[0] == 0
    seen, done = [], threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(contents_at((root / "_build/.current").resolve()))
            (root / "_build/html/sections/one.html").read_text(encoding="utf-8")

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for round_ in range(3):
            builds = []
            for which in ("b", "a", "b" if round_ % 2 else "a"):
                say(root, which)
                builds.append(start(root))
                time.sleep(0.15 * round_)
            for process in builds:
                said, errors = process.communicate(timeout=600)
                assert process.returncode == 0, said + errors
            assert contents(root) == clean[which]
    finally:
        done.set()
        reader.join()
    editions = {frozenset(one.items()) for one in seen}
    assert len(seen) > 10
    assert editions <= {frozenset(one.items()) for one in clean.values()}
    assert leftovers(root) == []
