"""Builds of `make live` that an edit overtakes, and builds that break off: none is waited for, none is silent."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from build.build_cache import BuildCache
from live.messages import BuildStarted, Message, SnapshotRefused
from live.scheduler import BROKE_OFF, BuildScheduler, Outcome


class Clients:
    def open_pages(self) -> list[str]:
        return []


class Builds:
    """A connection over which the build of a *process* has started, if any, and no message more comes."""

    def __init__(self, process: int, scheduler: BuildScheduler, edited: bool) -> None:
        self.process, self.scheduler, self.edited, self.closed = process, scheduler, edited, False

    async def request(self, request: Message) -> AsyncIterator[Message]:
        if self.edited:
            # Between the request and the start the author saves again.
            self.scheduler._stop_build()
            self.scheduler.since += 1
        if self.process:
            yield BuildStarted(self.process)

    def close(self) -> None:
        self.closed = True


def outcome(process: int, edited: bool) -> tuple[Outcome, Builds]:
    """What comes of a build, and its connection."""
    scheduler = BuildScheduler.__new__(BuildScheduler)
    scheduler.clients, scheduler.edits = Clients(), asyncio.Event()
    scheduler.process, scheduler.since = 0, 0.0
    scheduler.builds = builds = Builds(process, scheduler, edited)
    # In a thread of its own: a browser that other tests have opened keeps a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(scheduler._outcome())).result(), builds


@pytest.fixture
def process():
    """A process that takes a minute."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_a_build_that_an_edit_overtakes_before_it_starts_is_ended(process):
    assert outcome(process.pid, edited=True)[0] is None
    assert process.wait(5) == -9


def test_a_build_that_breaks_off_is_told(process):
    found, builds = outcome(process.pid, edited=False)
    assert found == SnapshotRefused([BROKE_OFF])
    assert process.poll() is None
    assert builds.closed


def test_a_snapshot_that_ends_before_it_builds_is_told():
    found, builds = outcome(0, edited=False)
    assert found == SnapshotRefused([BROKE_OFF])
    assert builds.closed


def test_a_preview_that_writes_meanwhile_breaks_no_build(tmp_path, monkeypatch):
    cache, remove = BuildCache(tmp_path), shutil.rmtree
    (tmp_path / ".builds/1").mkdir(parents=True)
    (tmp_path / ".current").symlink_to(".builds/1")
    cache.work.mkdir()
    (cache.work / "environment.pickle").write_text("kept")
    cache.save("code")

    def overtaken(path: Path, **given: bool) -> None:
        remove(path, **given)
        path.mkdir()
        (path / "one.doctree").write_text("of a preview")

    monkeypatch.setattr(shutil, "rmtree", overtaken)
    assert cache.checkout("code") == tmp_path / ".builds/1"
    assert (cache.work / "environment.pickle").read_text() == "kept"
    assert cache.checkout("other code") is None
