"""A `make live` that runs while tests look at it: started on any project, edited, ended."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from websockets.sync.client import connect

ROOT = Path(__file__).parents[2]
PATHS = f"{ROOT / 'docs/_tools'}{os.pathsep}{ROOT / 'docs/_ext'}"
T = TypeVar("T")
LONGEST = 120
"""So many seconds a busy machine may take."""
QUIET, IDLE = 1.5, 0.05
"""What takes less than so many seconds of processor time in so many is at rest."""


class Live:
    """The process, what it has said, and the address that it serves."""

    def __init__(self, root: Path, *options: str) -> None:
        environment = os.environ | {
            "SOURCE_DATE_EPOCH": "1769990400",
            "PYTHONPATH": PATHS,
            "PYTHONUNBUFFERED": "1",
        }
        self.root, self.said = root, ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "live", "--root", str(root), "--no-open", *options],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.ear = threading.Thread(target=self._listen, daemon=True)
        self.ear.start()
        self.address = ""

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line

    @property
    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1].strip("/"))

    @property
    def site(self) -> Path:
        """The pages of the last good build."""
        return (self.root / "_build/.live/.current/html").resolve()

    def until(self, pattern: str, since: int = 0) -> re.Match[str]:
        """Wait until *pattern* was said after the place *since*."""
        return waited(
            lambda: re.search(pattern, self.said[since:]),
            lambda: f"never said {pattern!r}, but:\n{self.said[since:]}",
        )

    def edit(self, name: str, change: Callable[[str], str]) -> int:
        """Save a file with a change; return the place in what was said."""
        path, since = self.root / "docs" / name, len(self.said)
        before = path.read_text(encoding="utf-8")
        after = change(before)
        assert after != before, f"the edit of {name} changes nothing"
        path.write_text(after, encoding="utf-8")
        return since

    def built(self, since: int) -> None:
        """Wait until the whole site has been built after the place *since*."""
        self.until("the whole site is built", since)

    def settled(self, since: int) -> None:
        """Wait until the site is built after the place *since*, and no build more follows."""
        self.built(since)
        self.rest()

    @contextmanager
    def opened(self, pages: Iterable[str]) -> Iterator[dict[str, list[str]]]:
        """Open *pages* as a browser does; yield the HTML that each was sent, by its name."""
        sent: dict[str, list[str]] = {page: [] for page in pages}
        origin, place = self.address.rstrip("/"), self.address.replace("http", "ws")
        with ExitStack() as stack:
            for page in sent:
                line = connect(f"{place}.live/socket?page={page}", origin=origin, max_size=None)
                assert "ShowFaults" in str(stack.enter_context(line).recv(LONGEST))
                threading.Thread(target=self._take, args=(line, sent[page]), daemon=True).start()
            yield sent

    @staticmethod
    def _take(line: Iterable[str | bytes], sent: list[str]) -> None:
        sent.extend(told["html"] for told in map(json.loads, line) if told["kind"] == "ShowPage")

    def rest(self) -> None:
        """Wait until nothing more is said: one save may be told in two parts, and built twice."""
        length = -1
        while len(self.said) != length:
            length = len(self.said)
            time.sleep(1.5)

    def kill(self, alone: bool) -> None:
        """Kill the server *alone*, whose other processes must end by themselves, or all at once."""
        if alone:
            self.process.kill()
        else:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._join()
        assert self.process.stdout
        self.process.stdout.close()

    def _join(self) -> None:
        # Whoever is left of its processes holds the line open.
        self.ear.join(LONGEST)
        assert not self.ear.is_alive(), f"processes are left after:\n{self.said}"

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(LONGEST)
            self._join()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        assert self.process.stdout
        self.process.stdout.close()


def waited(look: Callable[[], T], complain: Callable[[], str]) -> T:
    """Return what *look* finds as soon as that is something."""
    end = time.monotonic() + LONGEST
    while not (found := look()):
        assert time.monotonic() < end, complain()
        time.sleep(0.01)
    return found


def used(group: int) -> dict[str, float]:
    """The processor time of each process of a group, and of its children that have ended."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            found[place.name] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return found


def quiet(group: int, longest: float) -> None:
    """Wait at most so many seconds until a group of processes is at rest."""
    last, end = -1.0, time.monotonic() + longest
    while abs((now := sum(used(group).values())) - last) > IDLE:
        if time.monotonic() > end:
            sys.exit("a build has no end")
        last = now
        time.sleep(QUIET)


def seen(html: str) -> str:
    """What a reader sees of a page: without what programs read, which a preview leaves out."""
    for_programs = r'<script type="application/ld\+json">.*\n|<link [^>]*type="text/markdown".*\n'
    # The digests of stylesheets are known when the whole site is built.
    return re.sub(rf"^ *(?:{for_programs})|(?<=\.css)\?v=\w+", "", html, flags=re.MULTILINE)


@contextmanager
def living(root: Path, *options: str) -> Iterator[Live]:
    """Show the project at *root* until the tests are done."""
    live = Live(root, *options)
    try:
        live.address = live.until(r"http://\S+")[0]
        yield live
    finally:
        live.end()
