"""Builds of `make live` that an edit overtakes, and builds that break off: none is waited for, none is silent."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from live.folders import Folders
from live.scheduler import BROKE_OFF, Conductor


class Hub:
    def looked_at(self) -> list[str]:
        return []


class Builds:
    """A line over which a build of the process *number* is said to have started, and no more."""

    def __init__(self, number: int, conductor: Conductor, edited: bool) -> None:
        self.number, self.conductor, self.edited, self.closed = number, conductor, edited, False

    async def answers(self, do: str, pages: list[str]):
        if self.edited:
            # Between the order and the start the author saves again.
            self.conductor._stop_build()
            self.conductor.since += 1
        yield {"kind": "started", "process": self.number}

    def close(self) -> None:
        self.closed = True


def outcome(edited: bool) -> tuple[dict, int | None, Builds]:
    """What comes of a build, how its process ended if it did within a moment, and its line."""
    conductor = Conductor.__new__(Conductor)
    conductor.hub, conductor.edits, conductor.process, conductor.since = (
        Hub(),
        asyncio.Event(),
        0,
        0.0,
    )
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        conductor.builds = builds = Builds(process.pid, conductor, edited)
        # In a thread of its own: a browser that other tests have opened keeps a loop in this one.
        with ThreadPoolExecutor(1) as thread:
            told = thread.submit(lambda: asyncio.run(conductor._outcome())).result()
        try:
            return told, process.wait(5 if edited else 0), builds
        except subprocess.TimeoutExpired:
            return told, None, builds
    finally:
        process.kill()
        process.wait()


def test_a_build_that_an_edit_overtakes_before_it_starts_is_ended() -> None:
    told, ended, _ = outcome(edited=True)
    assert told == {"kind": "stopped"}
    assert ended == -9


def test_a_build_that_breaks_off_is_told() -> None:
    told, ended, builds = outcome(edited=False)
    assert told == {"kind": "refused", "faults": [BROKE_OFF]}
    assert ended is None
    assert builds.closed


def test_a_preview_that_writes_meanwhile_breaks_no_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders, remove = Folders(tmp_path), shutil.rmtree
    folders.kept.mkdir(parents=True)
    (folders.kept / "environment.pickle").write_text("kept")
    monkeypatch.setattr(Folders, "site", lambda self: self.live / "site-1")

    def overtaken(path: Path, **given: bool) -> None:
        remove(path, **given)
        path.mkdir()
        (path / "one.doctree").write_text("of a preview")

    monkeypatch.setattr(shutil, "rmtree", overtaken)
    assert folders.lend() == folders.live / "site-1"
    assert (folders.work / "environment.pickle").read_text() == "kept"
