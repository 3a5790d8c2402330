"""What happens after an edit, in ``make live``: a preview of the page looked at, then the whole site.

A newer edit ends the build at hand; the next one starts from the last good build again, so
that nothing half done is ever built upon.  See ``live_processes`` for who does the work.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from live.folders import Folders, is_content
from live.server import Hub

FIXED = {
    "PYTHONPATH": os.pathsep.join(
        (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", ""))
    ),
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
}
"""As in build.py: what the bytes could depend on."""
LONGEST = 1 << 27
"""So many bytes a message may have: a page, and what JSON adds."""
UNFINISHED = 0.04
"""So many seconds a file that is empty or away may take to come back: some editors empty a file first."""

NO_SPHINX = "Sphinx could not be started; the terminal says why"
BROKE_OFF = "the build broke off; the terminal says why; save the file once more to try again"


class Line:
    """A line to one of the processes; messages come and go as names and values."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, mine: socket.socket) -> Line:
        return cls(*await asyncio.open_connection(sock=mine, limit=LONGEST))

    async def hear(self) -> dict[str, Any]:
        """The next message; ``{"kind": "gone"}`` when there is nobody any more."""
        with suppress(ConnectionError):
            if told := await self.reader.readline():
                heard: dict[str, Any] = json.loads(told)
                return heard
        return {"kind": "gone"}

    async def answers(self, do: str, pages: list[str]) -> AsyncIterator[dict[str, Any]]:
        """Give an order; yield what is said until it is done."""
        with suppress(ConnectionError):
            self.writer.write(json.dumps({"do": do, "pages": pages}).encode() + b"\n")
        while (told := await self.hear())["kind"] not in ("ended", "gone"):
            yield told

    def close(self) -> None:
        self.writer.close()


class Loader:
    """The process that has Sphinx loaded, and those that it forks."""

    def __init__(self, root: Path) -> None:
        self.ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "live.processes", str(theirs.fileno())]
        self.process = subprocess.Popen(
            command, cwd=root, env=os.environ | FIXED, pass_fds=[theirs.fileno()]
        )
        theirs.close()

    async def book(self, previewing: bool) -> tuple[Line, Line]:
        """Have the last good build read in; return the lines for builds and for previews."""
        pairs = socket.socketpair(), socket.socketpair()
        with suppress(BrokenPipeError):
            socket.send_fds(
                self.ours, [b"p" if previewing else b"b"], [theirs.fileno() for _, theirs in pairs]
            )
        for _, theirs in pairs:
            theirs.close()
        return await Line.to(pairs[0][0]), await Line.to(pairs[1][0])

    def close(self) -> None:
        self.ours.close()
        self.process.kill()
        self.process.wait()


class Conductor:
    """Answers edits one after the other."""

    def __init__(self, root: Path, hub: Hub) -> None:
        self.root, self.hub, self.folders = root, hub, Folders(root)
        self.loader = Loader(root)
        self.edited: set[Path] = set()
        self.edits = asyncio.Event()
        self.builds: Line | None = None
        self.previews: Line | None = None
        self.process = 0
        self.since = 0.0

    def note(self, paths: set[Path]) -> None:
        """Take note of edits of *paths*, relative to the project."""
        self.edited |= paths
        self.edits.set()

    def close(self) -> None:
        """Let all processes go."""
        self._stop_build()
        self._forget()
        if self.previews:
            self.previews.close()
        self.loader.close()

    async def run(self) -> bool:
        """Build once, then after each edit; return true when the tools themselves were edited."""
        building = asyncio.create_task(self._build())
        while True:
            paths = await self._next_edit()
            self._stop_build()
            if any(is_of_tools(path) for path in paths):
                building.cancel()
                return True
            await self._preview(paths)
            await building
            self._renew(paths)
            building = asyncio.create_task(self._build())

    async def _next_edit(self) -> set[Path]:
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

    def _forget(self) -> None:
        """Let go of the process that would build: it has read what is no longer so."""
        if self.builds:
            self.builds.close()
            self.builds = None

    def _renew(self, paths: set[Path]) -> None:
        """Let go of what the edits of *paths* have made old."""
        if code := sorted(str(path) for path in paths if not is_content(path)):
            print(f"{', '.join(code)} changed: loading the code anew", flush=True)
            self._forget()
            if self.previews:
                self.previews.close()
                self.previews = None
            self.loader.close()
            self.loader = Loader(self.root)
        elif any(path.suffix == ".bib" for path in paths):
            # The sources are read when Sphinx starts.
            self._forget()

    # -- Previews --------------------------------------------------------------------------------

    async def _preview(self, paths: set[Path]) -> None:
        """Show the pages looked at, if nothing but pages, or stylesheets, were edited."""
        if not self.previews or not paths:
            return
        names = {
            path.relative_to("docs").with_suffix("").as_posix()
            for path in paths
            if path.suffix == ".md"
        }
        if len(names) == len(paths):
            pages = [
                page for page in self.hub.looked_at() if page in names and self._is_known(page)
            ]
            await self._show("preview", pages)
        elif all(path.suffix == ".css" and path.parts[1] == "_static" for path in paths):
            await self._show("restyle", sorted(path.as_posix() for path in paths))

    async def _show(self, do: str, pages: list[str]) -> None:
        if not pages or not self.previews:
            return
        async for told in self.previews.answers(do, pages):
            if told["kind"] == "page" and told["html"]:
                await self.hub.show(told["page"], told["html"])
                self._report(told["page"])
            elif told["kind"] == "sheet":
                await self.hub.restyle(told["css"])
                self._report("site.css")

    def _is_known(self, page: str) -> bool:
        return (self.root / f"docs/{page}.md").is_file() and bool(self.hub.text(f"{page}.html"))

    def _report(self, what: str) -> None:
        if self.since:
            print(f"{what}: shown after {time.monotonic() - self.since:.2f} s", flush=True)

    # -- Builds ----------------------------------------------------------------------------------

    async def _build(self) -> None:
        """Build the site, unless an edit comes in between; publish it, or say what is wrong."""
        while not self.edits.is_set():
            told = await self._outcome()
            if told["kind"] == "built" and not told["faults"]:
                await self._publish(told["house"])
                await self._read_in(previewing=True)
            elif told["kind"] in ("built", "refused"):
                await self._complain(told["faults"])
            if told["kind"] != "late":
                return
            self._forget()

    async def _outcome(self) -> dict[str, Any]:
        if not self.builds and (refused := await self._read_in(previewing=False)):
            return refused
        outcome: dict[str, Any] = {"kind": "stopped"}
        if not self.builds or self.edits.is_set():
            return outcome
        wanted = self.since
        async for told in self.builds.answers("build", self.hub.looked_at()):
            if told["kind"] == "started":
                self.process = told["process"]
                if self.since != wanted:
                    # The edit came before there was a build to end.
                    self._stop_build()
            elif told["kind"] == "page":
                await self.hub.show(told["page"], told["html"])
                self._report(told["page"])
            else:
                outcome = told
        if self.process and outcome["kind"] == "stopped":
            # Nobody has stopped it.
            self._forget()
            outcome = {"kind": "refused", "faults": [BROKE_OFF]}
        self.process = 0
        return outcome

    async def _read_in(self, previewing: bool) -> dict[str, Any] | None:
        """Have the last good build read in, for a build now or for the next edit; return what was said if that fails."""
        self._forget()
        builds, previews = await self.loader.book(previewing)
        while (told := await builds.hear())["kind"] == "process":
            pass
        if told["kind"] != "ready":
            builds.close()
            previews.close()
            return told if told["kind"] == "refused" else {"kind": "refused", "faults": [NO_SPHINX]}
        self.builds = builds
        if (await previews.hear())["kind"] == "ready":
            if self.previews:
                self.previews.close()
            self.previews = previews
        else:
            previews.close()
        return None

    async def _publish(self, house: str) -> None:
        site = await asyncio.to_thread(self.folders.publish, house)
        await self.hub.publish(site)
        if self.hub.faults:
            print("mended", flush=True)
        await self.hub.complain([])
        took = f" after {time.monotonic() - self.since:.2f} s" if self.since else ""
        print(f"the whole site is built{took}", flush=True)

    async def _complain(self, faults: list[str]) -> None:
        print("\n".join(faults), file=sys.stderr, flush=True)
        await self.hub.complain(faults)


def is_of_tools(path: Path) -> bool:
    """Whether *path* is code of these tools, or names packages: this program itself must start anew."""
    return path.parts[:2] == ("docs", "_tools") or len(path.parts) == 1
