"""One run of ``make live``: the port, the server, the watch over files, and the end."""

from __future__ import annotations

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

from build.inputs import BESIDE, is_noise
from live.scheduler import BuildScheduler
from live.server import ADDRESS, Clients, application

FIRST_PORT, PORTS = 8000, 50
STEP = 10
"""Files that are saved within so many milliseconds of each other are one edit."""
MOST = 200
"""So many milliseconds an edit may take at most."""


class Server(uvicorn.Server):
    """A server that leaves signals to the program."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def take_port(port: int | None) -> socket.socket:
    """Listen at *port* of this machine, or at the next free one from 8000 on.

    :raises OSError: if it is taken.
    """
    last: OSError | None = None
    for number in [port] if port else range(FIRST_PORT, FIRST_PORT + PORTS):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, number))
            listener.listen()
            return listener
        except OSError as error:
            listener.close()
            last = error
    raise last or OSError("no port")


def has_display() -> bool:
    """Whether a browser could show anything here."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return sys.platform == "darwin" or any(map(os.environ.get, names))


async def watch(root: Path, scheduler: BuildScheduler, stop: asyncio.Event) -> None:
    """Report files that are saved, made or removed to the *scheduler*, until *stop*."""

    def is_edit(_: watchfiles.Change, path: str) -> bool:
        return not is_noise(Path(path).relative_to(root)) and not Path(path).is_dir()

    places = [root / "docs", *(root / name for name in BESIDE if (root / name).is_file())]
    edits = watchfiles.awatch(
        *places, watch_filter=is_edit, step=STEP, debounce=MOST, stop_event=stop
    )
    async for changes in edits:
        scheduler.add_edits({Path(path).relative_to(root) for _, path in changes})


def make_server(clients: Clients, port: int) -> Server:
    """Return the server for *port*, not started."""
    config = uvicorn.Config(
        application(clients, port),
        log_level="warning",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    return Server(config)


async def run(root: Path, listener: socket.socket, opens: bool) -> bool:
    """Serve until Ctrl-C, or until the tools themselves have changed.

    Return whether to start again.
    """
    port, stop, clients = listener.getsockname()[1], asyncio.Event(), Clients()
    scheduler, server = BuildScheduler(root, clients), make_server(clients, port)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    address = f"http://{ADDRESS}:{port}/"
    print(f"make live: {address}  (Ctrl-C ends)", flush=True)
    tasks = [
        asyncio.create_task(server.serve(sockets=[listener])),
        asyncio.create_task(watch(root, scheduler, stop)),
        asyncio.create_task(scheduler.run()),
        asyncio.create_task(stop.wait()),
    ]
    if opens:
        loop.run_in_executor(None, webbrowser.open, address)
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return not stop.is_set() and [task.result() for task in done] == [True]
    finally:
        stop.set()
        server.should_exit = True
        scheduler.close()
        with suppress(asyncio.CancelledError):
            await tasks[0]
        for task in tasks:
            task.cancel()
