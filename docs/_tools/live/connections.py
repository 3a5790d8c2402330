"""The worker as the server sees it: its process, and the connections to its snapshots."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from build.run_sphinx import environment
from live.messages import Message, Request, RequestDone, TakeSnapshot, from_line, to_line

LIMIT = 1 << 27
"""The bytes that a message may have: a page, and what JSON adds."""


class Connection:
    """A connection to a snapshot: requests go out, messages come in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, end: socket.socket) -> Connection:
        """Make a connection of one *end* of a pair of sockets."""
        return cls(*await asyncio.open_connection(sock=end, limit=LIMIT))

    async def receive(self) -> Message | None:
        """Return the next message, or nothing if the other side has gone."""
        with suppress(ConnectionError):
            if line := await self.reader.readline():
                return from_line(line)
        return None

    async def request(self, request: Request) -> AsyncIterator[Message]:
        """Send a *request*; yield the messages on it until it is done."""
        with suppress(ConnectionError):
            self.writer.write(to_line(request))
        while (message := await self.receive()) and not isinstance(message, RequestDone):
            yield message

    def close(self) -> None:
        """Close it; the process at the other side ends."""
        self.writer.close()


class Worker:
    """The process that has Sphinx loaded."""

    def __init__(self, root: Path) -> None:
        self.socket, other = socket.socketpair()
        command = [sys.executable, "-m", "live.worker", str(other.fileno())]
        self.process = subprocess.Popen(
            command, cwd=root, env=environment(), pass_fds=[other.fileno()]
        )
        other.close()

    async def take_snapshot(self, request: TakeSnapshot) -> tuple[Connection, Connection]:
        """Load the last good build; return the connections for builds and for previews."""
        pairs = socket.socketpair(), socket.socketpair()
        line, ends = to_line(request), [other.fileno() for _, other in pairs]
        with suppress(BrokenPipeError):
            socket.send_fds(self.socket, [line], ends)
        for _, other in pairs:
            other.close()
        return await Connection.open(pairs[0][0]), await Connection.open(pairs[1][0])

    def close(self) -> None:
        """End the process; its snapshots end when their connections are closed."""
        self.socket.close()
        self.process.kill()
        self.process.wait()
