"""Show the site while it is written: ``make live``.

Opens the site on this machine and shows each edit in the browser as soon as the file is
saved: the page that the browser shows first, in about a tenth of a second, then, from a
build behind the scenes, everything that depends on it.  What is wrong stands in the
terminal and in a panel of the page, which goes on showing what was good last.

``make live PORT=8010`` takes that port and no other; ``make live OPEN=no`` opens no browser.
Ctrl-C ends it.  It works in ``_build/.live`` and leaves what ``make`` has published alone.
How it is done is told in ``live_processes``, ``live_pages`` and ``live_server``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn
import watchfiles

from live import server as live_server
from live.folders import is_noise
from live.scheduler import Conductor

ROOT = Path(__file__).resolve().parents[3]
FIRST_PORT, PORTS = 8000, 50
LOCKS = ("requirements.lock", "package-lock.json", "pyproject.toml")
STEP = 10
"""Files that are saved within so many milliseconds of each other are one edit."""
MOST = 200
"""So many milliseconds an edit may take at most."""


class Server(uvicorn.Server):
    """A server that leaves signals to the program."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def take(port: int | None) -> socket.socket:
    """Take *port* of this machine, or the next free one from 8000 on.

    :raises OSError: where it is taken.
    """
    last: OSError | None = None
    for number in [port] if port else range(FIRST_PORT, FIRST_PORT + PORTS):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((live_server.ADDRESS, number))
            line.listen()
            return line
        except OSError as error:
            line.close()
            last = error
    raise last or OSError("no port")


def has_display() -> bool:
    """Whether a browser could show anything here."""
    return sys.platform == "darwin" or any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    )


async def watch(root: Path, conductor: Conductor, stop: asyncio.Event) -> None:
    """Tell the *conductor* which files were saved, made or taken away."""

    async def of(folder: Path, recursive: bool) -> None:
        def counts(_: watchfiles.Change, path: str) -> bool:
            name = Path(path).relative_to(root)
            return not is_noise(name) and (
                not Path(path).is_dir() if recursive else name.name in LOCKS
            )

        found = watchfiles.awatch(
            folder,
            watch_filter=counts,
            step=STEP,
            debounce=MOST,
            stop_event=stop,
            recursive=recursive,
        )
        async for changes in found:
            conductor.note({Path(path).relative_to(root) for _, path in changes})

    await asyncio.gather(of(root / "docs", True), of(root, False))


async def run(root: Path, line: socket.socket, opens: bool) -> bool:
    """Serve until Ctrl-C, or until the tools themselves have changed; return whether to start anew."""
    port, stop, hub = line.getsockname()[1], asyncio.Event(), live_server.Hub()
    conductor = Conductor(root, hub)
    app = live_server.application(hub, port)
    server = Server(
        uvicorn.Config(
            app,
            log_level="warning",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    address = f"http://{live_server.ADDRESS}:{port}/"
    print(f"make live: {address}  (Ctrl-C ends)", flush=True)
    tasks = [
        asyncio.create_task(server.serve(sockets=[line])),
        asyncio.create_task(watch(root, conductor, stop)),
        asyncio.create_task(conductor.run()),
        asyncio.create_task(stop.wait()),
    ]
    if opens:
        asyncio.get_running_loop().run_in_executor(None, webbrowser.open, address)
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return not stop.is_set() and [task.result() for task in done] == [True]
    finally:
        stop.set()
        server.should_exit = True
        conductor.close()
        with suppress(asyncio.CancelledError):
            await tasks[0]
        for task in tasks:
            task.cancel()


def main() -> int:
    """Read the command line, serve, and start anew when the tools have changed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--port", type=int, help="take this port and no other (else the next free one from 8000 on)"
    )
    parser.add_argument("--no-open", action="store_true", help="open no browser")
    parser.add_argument(
        "--root", type=Path, default=ROOT, help="the project to show (else this one)"
    )
    given = parser.parse_args()
    try:
        line = take(given.port)
    except OSError as error:
        taken = f"port {given.port or FIRST_PORT} cannot be taken ({error.strerror})"
        print(f"make live: {taken}; try make live PORT=8100", file=sys.stderr)
        return 1
    port = line.getsockname()[1]
    if asyncio.run(run(given.root.resolve(), line, not given.no_open and has_display())):
        print("make live: its own code or packages have changed, starting anew", flush=True)
        if not (given.root / "Makefile").is_file():
            os.execv(
                sys.executable,
                [
                    sys.executable,
                    "-m",
                    "live",
                    "--root",
                    str(given.root),
                    "--port",
                    str(port),
                    "--no-open",
                ],
            )
        os.execvp(
            "make",
            [
                "make",
                "--no-print-directory",
                "-C",
                str(given.root),
                "live",
                f"PORT={port}",
                "OPEN=no",
            ],
        )
    print("\nmake live: ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
