"""End by Ctrl-C or a signal as a person expects: stop the child, tidy up, and print one line.

The child has a group of processes of its own, so that those that it starts end with it.

A signal becomes the exception :class:`Stopped`, which passes through every ``finally``.
While a child is being started it waits: raised in the middle of that, it would leave a
child that nobody knows of, at work in the place of the next build.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody sent the signal *number*."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _State:
    is_starting = False
    waiting = 0
    """The signal that came while a child was being started, or 0."""


def _stop(number: int, _frame: object) -> None:
    if _State.is_starting:
        _State.waiting = number
        return
    raise Stopped(number)


def listen() -> None:
    """End by :class:`Stopped` from now on.

    A signal that the caller has switched off (nohup) stays off.
    """
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)


def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """``subprocess.run`` with its output kept; whatever ends it ends the child first."""
    _State.is_starting = True
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0, **options
        )
        try:
            # From here on a signal ends the child as well.
            _State.is_starting = False
            if _State.waiting:
                raise Stopped(_State.waiting)
            said, errors = process.communicate()
        except BaseException:
            _end_group(process)
            process.communicate()
            raise
        if process.returncode < 0:
            # What it started goes on writing into folders that are tidied up next.
            _end_group(process)
    finally:
        _State.is_starting = False
    return subprocess.CompletedProcess(command, process.returncode, said, errors)


def _end_group(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
