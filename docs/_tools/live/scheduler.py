"""What happens after an edit, in ``make live``: a preview of the open page, then the whole site.

A newer edit ends the build at hand; the next one starts from the last good build again, so
that nothing half done is ever built upon.  ``worker`` tells which processes do the work.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from build.build_cache import BuildCache
from build.inputs import is_content
from build.publish import CURRENT, next_stage, publish, sweep
from build.run_sphinx import failure, lacks_room
from live import FOLDER
from live.connections import Connection, Worker
from live.messages import (
    BuildFinished,
    BuildSite,
    BuildStarted,
    Message,
    PageWritten,
    PreviewPages,
    PreviewStylesheet,
    Request,
    SnapshotReady,
    SnapshotRefused,
    SourcesChanged,
    StylesheetWritten,
    TakeSnapshot,
)
from live.server import Clients

UNFINISHED = 0.04
"""The seconds in which a file that is empty or away may come back: some editors empty it first."""
NO_SPHINX = "Sphinx could not be started; the terminal says why"
FULL = "the disk is full; the last good page stays, and the build is tried again when there is room"
PAUSE, ENOUGH = 2, 1 << 20
"""After a full disk: the seconds until the next look, and the bytes that must have become free."""
BROKE_OFF = "the build broke off; the terminal says why; save the file once more to try again"
Outcome = BuildFinished | SnapshotRefused | SourcesChanged | None
"""What came of a build; nothing if a newer edit has ended it."""


class BuildScheduler:
    """Answers edits one after the other."""

    def __init__(self, root: Path, clients: Clients) -> None:
        self.root, self.clients = root, clients
        self.worker = Worker(root)
        self.edited: set[Path] = set()
        self.unbuilt: set[Path] = set()
        """What was edited since the last good build began."""
        self.edits = asyncio.Event()
        self.builds: Connection | None = None
        self.previews: Connection | None = None
        self.previewing = asyncio.Lock()
        """Held while a preview is made: who makes it is not replaced meanwhile."""
        self.building: asyncio.Task[None] | None = None
        self.process = 0
        """The number of the process that builds, or 0."""
        self.since = 0.0
        """The time of the last edit."""

    def add_edits(self, paths: set[Path]) -> None:
        """Answer edits of *paths*, relative to the project, soon."""
        self.edited |= paths
        self.edits.set()

    def close(self) -> None:
        """End all processes."""
        if self.building:
            self.building.cancel()
        self._stop_build()
        self._drop_snapshot()
        self._drop_previewer()
        self.worker.close()

    async def run(self) -> bool:
        """Build once, then after each edit; return true when the tools themselves were edited."""
        while True:
            self.building = asyncio.create_task(self._build())
            paths = await self._next_edits()
            self._stop_build()
            self.unbuilt |= paths
            if any(is_of_tools(path) for path in paths):
                return True
            await self._preview(paths)
            await self.building
            self._drop_outdated(paths)

    async def _next_edits(self) -> set[Path]:
        await self.edits.wait()
        self.since = time.monotonic()
        while (
            any(self._is_unfinished(path) for path in self.edited)
            and time.monotonic() < self.since + 3 * UNFINISHED
        ):
            await asyncio.sleep(UNFINISHED)
        paths, self.edited = self.edited, set()
        self.edits.clear()
        return paths

    def _is_unfinished(self, path: Path) -> bool:
        whole = self.root / path
        return is_content(path) and not (whole.is_file() and whole.stat().st_size)

    def _stop_build(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
            self.process = 0

    # -- What an edit outdates -------------------------------------------------------------------

    def _drop_outdated(self, paths: set[Path]) -> None:
        """End the processes that have loaded what the edits of *paths* have changed."""
        if code := sorted(str(path) for path in paths if not is_content(path)):
            print(f"{', '.join(code)} changed: loading the code anew", flush=True)
            self._drop_snapshot()
            self._drop_previewer()
            self.worker.close()
            self.worker = Worker(self.root)
        elif not all(self._is_known_page(path) for path in paths):
            # New files, and those that are no pages, are checked when Sphinx starts.
            self._drop_snapshot()

    def _drop_snapshot(self) -> None:
        if self.builds:
            self.builds.close()
            self.builds = None

    def _drop_previewer(self) -> None:
        if self.previews:
            self.previews.close()
            self.previews = None

    # -- Previews --------------------------------------------------------------------------------

    async def _preview(self, paths: set[Path]) -> None:
        """Show the open pages, if nothing but pages and data, or stylesheets, were edited."""
        async with self.previewing:
            if self.previews and (request := self._preview_request(paths)):
                async for message in self.previews.request(request):
                    await self._show(message)

    def _preview_request(self, paths: set[Path]) -> Request | None:
        if all(path.suffix == ".css" for path in paths):
            return PreviewStylesheet()
        # Other pages, which are not read for a preview, may cite others of the edited sources.
        is_of_sources = all(path.suffix == ".bib" for path in self.unbuilt)
        if is_of_sources or all(path.suffix in (".md", ".csv", ".svg") for path in paths):
            pages = [
                page
                for page in self.clients.open_pages()
                if self._is_known_page(Path("docs", f"{page}.md"))
            ]
            edited = sorted(path.relative_to("docs").as_posix() for path in paths)
            return PreviewPages(pages, edited)
        return None

    def _is_known_page(self, path: Path) -> bool:
        page = path.relative_to("docs").with_suffix(".html").as_posix()
        is_page = path.suffix == ".md" and (self.root / path).is_file()
        return is_page and bool(self.clients.text(page))

    async def _show(self, message: Message) -> None:
        if isinstance(message, PageWritten):
            await self.clients.show(message.page, message.html)
            self._report(message.page)
        elif isinstance(message, StylesheetWritten):
            await self.clients.show_stylesheet(message.css, message.fonts)
            self._report("site.css")

    def _report(self, what: str) -> None:
        if self.since:
            print(f"{what}: shown after {time.monotonic() - self.since:.2f} s", flush=True)

    # -- Builds ----------------------------------------------------------------------------------

    async def _build(self) -> None:
        """Build the site, unless an edit comes in between; publish it, or say what is wrong."""
        while not self.edits.is_set():
            since = self.since
            outcome = await self._outcome()
            if isinstance(outcome, SourcesChanged):
                self._drop_snapshot()
                continue
            faults = outcome.faults if outcome else []
            if isinstance(outcome, BuildFinished) and not faults:
                faults = await self._publish(outcome.code_digest)
            if any(map(lacks_room, faults)):
                await self._complain([FULL])
                self._drop_snapshot()
                if await self._has_room(since):
                    continue
            elif faults:
                await self._complain(faults)
            elif outcome:
                await self._take_snapshot(previews=True)
                if self.since == since:
                    self.unbuilt.clear()
            return

    async def _has_room(self, since: float) -> bool:
        """Wait until the disk has more room, and return true; or until an edit after *since*."""
        full = shutil.disk_usage(self.root).free
        while self.since == since and not self.edits.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self.edits.wait(), PAUSE)
            if shutil.disk_usage(self.root).free > full + ENOUGH:
                break
        return self.since == since and not self.edits.is_set()

    async def _outcome(self) -> Outcome:
        if not self.builds and (refused := await self._take_snapshot(previews=False)):
            return refused
        if not self.builds or self.edits.is_set():
            return None
        since = self.since
        outcome = await self._request_build(self.builds, since)
        if not outcome and self.since == since:
            # No edit has stopped it.
            self._drop_snapshot()
            outcome = SnapshotRefused([BROKE_OFF])
        self.process = 0
        return outcome

    async def _request_build(self, builds: Connection, since: float) -> Outcome:
        outcome: Outcome = None
        async for message in builds.request(BuildSite(self.clients.open_pages())):
            if isinstance(message, BuildStarted):
                self.process = message.process
                if self.since != since:
                    # The edit came before there was a build to stop.
                    self._stop_build()
            elif isinstance(message, (BuildFinished, SourcesChanged)):
                outcome = message
            else:
                await self._show(message)
        return outcome

    async def _take_snapshot(self, previews: bool) -> SnapshotRefused | None:
        """Load the last good build, for a build now or after the next edit.

        Return why, if that fails.
        """
        self._drop_snapshot()
        page = next(iter(self.clients.open_pages()), "")
        builds, previewer = await self.worker.take_snapshot(TakeSnapshot(previews, page))
        message = await builds.receive()
        if not isinstance(message, SnapshotReady):
            builds.close()
            previewer.close()
            return message if isinstance(message, SnapshotRefused) else SnapshotRefused([NO_SPHINX])
        self.builds = builds
        if await previewer.receive():
            async with self.previewing:
                self._drop_previewer()
                self.previews = previewer
        else:
            previewer.close()
        return None

    async def _publish(self, code_digest: str) -> list[str]:
        """Make the build at hand the last good one, and show it; return why, if that fails."""
        try:
            site = await asyncio.to_thread(self._published_site, code_digest)
        except OSError as error:
            sweep(self.root / FOLDER)
            return failure(error, None, self.root)
        await self.clients.publish(site)
        if self.clients.faults:
            print("mended", flush=True)
        await self.clients.show_faults([])
        took = f" after {time.monotonic() - self.since:.2f} s" if self.since else ""
        print(f"the whole site is built{took}", flush=True)
        return []

    def _published_site(self, code_digest: str) -> Path:
        """Make the build at hand the last good one; return its site."""
        out = self.root / FOLDER
        publish(out, next_stage(out))
        BuildCache(out).save(code_digest)
        return (out / CURRENT).resolve() / "html"

    async def _complain(self, faults: list[str]) -> None:
        print("\n".join(faults), file=sys.stderr, flush=True)
        await self.clients.show_faults(faults)


def is_of_tools(path: Path) -> bool:
    """Whether *path* is code of these tools, or names packages: then this program must restart."""
    return path.parts[:2] == ("docs", "_tools") or len(path.parts) == 1
