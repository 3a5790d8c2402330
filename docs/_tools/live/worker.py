"""The processes behind ``make live``: Sphinx stays loaded, and each task gets a fresh copy of it.

``python -m live.worker FD`` loads Sphinx and the extensions once, and then forks, whenever
the server asks for it over the socket *FD*, a process that loads the last good build and
waits::

    worker ──> snapshot (waits) ──> a build      forked for each edit, ends with it
                    └──> previewer           one after each good build

A fork costs milliseconds and copies no memory until it is written to.  The worker and the
snapshot never change, so no build can see what another has left, memory does not grow
with the number of edits, and the server may kill a build whenever a newer edit comes.
The previewer reads single pages again, and is replaced after each good build.

The server has one socket to the builds of a snapshot, and one to its previewer (see ``messages``).
"""

from __future__ import annotations

import gc
import io
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sphinx.util.docutils import docutils_namespace, patch_docutils

from build.run_sphinx import NO_ROOM, failure, start, tune_gc
from live.messages import (
    BuildSite,
    BuildStarted,
    Message,
    PreviewPages,
    Report,
    RequestDone,
    Send,
    SnapshotReady,
    SnapshotRefused,
    TakeSnapshot,
    from_line,
    to_line,
)
from live.snapshot import Snapshot


def sender(connection: socket.socket) -> Send:
    """Return a function that sends a message over *connection*.

    If the server has closed it, the function exits.
    """

    def send(message: Report) -> None:
        try:
            connection.sendall(to_line(message))
        except OSError:
            os._exit(0)

    return send


def fork(act: Callable[[], None]) -> int:
    """Do *act* in a new process, which then ends; return its number."""
    if number := os.fork():
        return number
    try:
        act()
    except BaseException:
        traceback.print_exc()
    finally:
        # This process must not tidy up what belongs to its parent.
        sys.stderr.flush()
        os._exit(0)


def serve(connection: socket.socket, act: Callable[[Message], None]) -> None:
    """Do *act* with each request that comes over *connection*, until it is closed."""
    send = sender(connection)
    with suppress(ConnectionError):
        for line in connection.makefile("rb"):
            act(from_line(line))
            send(RequestDone())
            gc.collect()


# -- A snapshot ------------------------------------------------------------------------------------


def serve_snapshot(
    root: Path, builds: socket.socket, previews: socket.socket, request: TakeSnapshot
) -> None:
    """Load the last good build; serve *builds* and, in a process more, *previews* if wanted."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    send = sender(builds)
    try:
        snapshot = Snapshot(root)
    except Exception as error:
        send(SnapshotRefused(failure(error, None, root)))
        return
    gc.freeze()
    if request.previews and snapshot.last:
        fork(lambda: serve_previews(snapshot, builds, previews, request.page))
    previews.close()
    send(SnapshotReady())
    serve(builds, lambda request: serve_build(snapshot, request, send))


def serve_build(snapshot: Snapshot, request: Message, send: Send) -> None:
    """Build the site in a new process, and wait for its end."""
    assert isinstance(request, BuildSite)
    number = fork(lambda: snapshot.build(request.open_pages, send))
    send(BuildStarted(number))
    os.waitpid(number, 0)


def serve_previews(
    snapshot: Snapshot, builds: socket.socket, previews: socket.socket, page: str
) -> None:
    """Serve previews, once Sphinx is warmed up for *page*."""
    builds.close()
    try:
        snapshot.warm_up(page)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        return  # the build tells it
    # What is left to collect is little, and a preview is no time for it.
    gc.freeze()
    gc.disable()
    send = sender(previews)
    send(SnapshotReady())
    serve(previews, lambda request: serve_preview(snapshot, request, send))


def serve_preview(snapshot: Snapshot, request: Message, send: Send) -> None:
    """Make a preview of pages or of the stylesheet."""
    if isinstance(request, PreviewPages):
        snapshot.preview(request, send)
    else:
        try:
            snapshot.preview_stylesheet(send)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise


# -- The worker ------------------------------------------------------------------------------------


def preload(root: Path) -> None:
    """Import what builds need by starting Sphinx once, so that snapshots need not."""
    docs = root / "docs"
    # Sphinx says what is wrong when it loads the last good build.
    with (
        suppress(Exception),
        TemporaryDirectory() as folder,
        patch_docutils(docs),
        docutils_namespace(),
    ):
        start(docs, "html", Path(folder, "trees"), Path(folder, "out"), io.StringIO())
    with suppress(Exception):
        decode_sources(docs / "data/sources.bib")


def decode_sources(path: Path) -> None:
    """Decode the sources of now, so that builds decode only what is changed later."""
    from pybtex.database import parse_file

    from kb.sources.citation_style import decode_all

    decode_all(parse_file(str(path), "bibtex").entries.values())


def main() -> None:
    """Fork a snapshot whenever the server asks for one."""
    # The server answers Ctrl-C; nobody waits for children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    tune_gc()
    server, root = socket.socket(fileno=int(sys.argv[1])), Path.cwd()
    preload(root)
    gc.collect()
    gc.freeze()
    while True:
        line, numbers, _, _ = socket.recv_fds(server, 4096, 2)
        if not line:
            return
        take_snapshot(server, root, from_line(line), [socket.socket(fileno=n) for n in numbers])


def take_snapshot(
    server: socket.socket, root: Path, request: Message, connections: list[socket.socket]
) -> None:
    """Fork a process that holds a snapshot and serves it over *connections*."""
    assert isinstance(request, TakeSnapshot)
    builds, previews = connections

    def run() -> None:
        server.close()
        serve_snapshot(root, builds, previews, request)

    fork(run)
    builds.close()
    previews.close()


if __name__ == "__main__":
    main()
