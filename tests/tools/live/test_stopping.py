"""Builds of `make live` that an edit overtakes, and builds that break off: none is waited for, none is silent."""

from __future__ import annotations

import asyncio
import errno
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from build import file_list
from build.build_cache import BuildCache
from build.publish import current_build, next_stage
from live import FOLDER, scheduler
from live.connections import Connection
from live.messages import (
    BuildFinished,
    BuildStarted,
    Message,
    PageWritten,
    PreviewPages,
    RequestDone,
    SnapshotReady,
    SnapshotRefused,
    TakeSnapshot,
    to_line,
)
from live.scheduler import BROKE_OFF, FULL, BuildScheduler, Outcome


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


class Loader:
    """A worker whose new snapshot, and its previewer, are ready at once."""

    async def take_snapshot(self, request: TakeSnapshot) -> tuple[Connection, Connection]:
        connections = []
        for _ in range(2):
            near, far = socket.socketpair()
            far.sendall(to_line(SnapshotReady()))
            far.close()
            connections.append(await Connection.open(near))
        return connections[0], connections[1]


class Wall:
    """Browsers that show one page, and what they were shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def open_pages(self) -> list[str]:
        return ["gut"]

    async def show(self, page: str, html: str) -> None:
        self.shown.append(html)


def test_a_preview_that_is_being_made_is_shown_though_the_next_snapshot_is_ready():
    async def run() -> list[str]:
        near, far = socket.socketpair()
        live = BuildScheduler.__new__(BuildScheduler)
        live.builds, live.clients, live.worker, live.since = None, Wall(), Loader(), 0.0
        live.previews, live.previewing = await Connection.open(near), asyncio.Lock()
        live._preview_request = lambda paths: PreviewPages(["gut"], ["gut.md"])
        preview = asyncio.create_task(live._preview({Path("docs/gut.md")}))
        asked = await asyncio.to_thread(far.recv, 4096)
        loading = asyncio.create_task(live._take_snapshot(previews=True))
        while not live.builds:
            await asyncio.sleep(0)
        # Whoever would replace it now has had the turns for that.
        for _ in range(50):
            await asyncio.sleep(0)
        assert asked == to_line(PreviewPages(["gut"], ["gut.md"]))
        far.sendall(to_line(PageWritten("gut", "new")) + to_line(RequestDone()))
        await asyncio.gather(preview, loading)
        live.builds.close()
        live.previews.close()
        far.close()
        return live.clients.shown

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(run())).result(60) == ["new"]


@pytest.mark.parametrize(
    ("edited", "unbuilt", "previewed"),
    [
        (["gut.md", "data/foods.csv"], ["gut.md", "data/foods.csv", "data/sources.bib"], True),
        (["data/sources.bib"], ["data/sources.bib"], True),
        (["data/sources.bib", "gut.md"], ["data/sources.bib", "gut.md"], False),
        (["data/sources.bib"], ["data/sources.bib", "gut.md"], False),
        (["gut.md", "_static/cycle.svg"], ["gut.md", "_static/cycle.svg"], True),
        (["gut.md", "_static/cycle.png"], ["gut.md", "_static/cycle.png"], False),
    ],
)
def test_sources_are_previewed_when_every_page_is_as_it_was_built(edited, unbuilt, previewed):
    """A page that was edited and is not open may cite others, and so change labels and lists."""
    live = BuildScheduler.__new__(BuildScheduler)
    live.clients, live.unbuilt = Clients(), {Path("docs", name) for name in unbuilt}
    asked = live._preview_request({Path("docs", name) for name in edited})
    assert asked == (PreviewPages([], sorted(edited)) if previewed else None)


class Shown:
    """The browsers: what they were shown."""

    faults: list[str]

    def __init__(self) -> None:
        self.faults, self.told, self.sites = [], [], []

    async def publish(self, site: Path) -> None:
        self.sites.append((site / "index.html").read_text())

    async def show_faults(self, faults: list[str]) -> None:
        self.faults = faults
        self.told.append(faults)


@pytest.mark.parametrize("where", ["in the build", "at the list", "at the name", "at the link"])
def test_a_full_disk_is_told_once_and_the_build_goes_on_when_there_is_room(
    tmp_path, monkeypatch, capsys, where
):
    """At each step of publishing: the last good page stays, one line says why, and nothing waits for an edit."""
    live = BuildScheduler.__new__(BuildScheduler)
    live.root, live.clients, live.edits = tmp_path, Shown(), asyncio.Event()
    live.since, live.process, live.builds, out = 0.0, 0, None, tmp_path / FOLDER
    live.unbuilt = {Path("docs/index.md")}
    free, number = [0], [0]
    full = OSError(errno.ENOSPC, "No space left on device")

    async def outcome() -> Outcome:
        number[0] += 1
        if where == "in the build" and number[0] > 1 and not free[0]:
            return BuildFinished([str(full)], "")
        page = next_stage(out) / "html/index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"build {number[0]}")
        (out / ".work").mkdir(exist_ok=True)
        return BuildFinished([], "code")

    def when_full(act):
        def acted(*given, **more):
            if not free[0] and number[0] > 1:
                raise full
            return act(*given, **more)

        return acted

    async def nothing(**_: bool) -> None:
        pass

    async def pause(waiting, _: float) -> None:
        waiting.close()
        assert (current_build(out) / "html/index.html").read_text() == "build 1"
        assert not list((out / ".builds").glob("*.partial"))
        free[0] = 1 << 30
        raise TimeoutError

    steps = {"at the list": (file_list, "write"), "at the name": (Path, "rename")}
    steps["at the link"] = (Path, "symlink_to")
    if where in steps:
        holder, name = steps[where]
        monkeypatch.setattr(holder, name, when_full(getattr(holder, name)))
    live._outcome, live._take_snapshot = outcome, nothing
    usage = type("usage", (), {"free": property(lambda _: free[0])})
    monkeypatch.setattr(scheduler.shutil, "disk_usage", lambda _: usage())
    monkeypatch.setattr(scheduler.asyncio, "wait_for", pause)

    async def twice() -> None:
        await live._build()
        await live._build()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(twice())).result()
    assert live.clients.told == [[], [FULL], []]
    assert capsys.readouterr().err == f"{FULL}\n"
    assert live.clients.sites == ["build 1", "build 3"]
    assert live.unbuilt == set()
