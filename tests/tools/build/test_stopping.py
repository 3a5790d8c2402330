"""The end by a signal: whom it reaches, when, and what becomes of the child."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from build import stopping

LONG = 60
"""Seconds after which a test gives up; none waits so long when all is well."""


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that ends by ``Stopped``, whose own handlers come back."""
    before = {number: signal.getsignal(number) for number in stopping.SIGNALS}
    monkeypatch.setattr(stopping._State, "waiting", 0)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stopping.listen()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_an_exception_that_says_which(listening, number):
    with pytest.raises(stopping.Stopped) as stopped:
        os.kill(os.getpid(), number)
    assert (stopped.value.number, str(stopped.value)) == (number, str(int(number)))


def test_a_signal_that_the_caller_switched_off_stays_off(listening):
    os.kill(os.getpid(), signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    assert {*stopping.SIGNALS} == {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def test_what_a_command_says_and_answers_is_kept(tmp_path):
    code = "import os, sys; print(os.getcwd()); print('no', file=sys.stderr); sys.exit(3)"
    done = stopping.run([sys.executable, "-c", code], cwd=tmp_path, encoding="utf-8")
    assert (done.args[2], done.returncode) == (code, 3)
    assert (done.stdout, done.stderr) == (f"{tmp_path}\n", "no\n")


def lives(process: int) -> bool:
    """Whether there is such a process, other than one that ended and was not asked for yet."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_signal_ends_the_child_and_those_that_it_started(listening, tmp_path):
    told = tmp_path / "told"

    def stop() -> None:
        end = time.monotonic() + LONG
        while time.monotonic() < end and not (told.exists() and len(told.read_text().split()) == 2):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop, daemon=True).start()
    with pytest.raises(stopping.Stopped):
        stopping.run(["sh", "-c", 'sleep 600 & echo $$ $! > "$0"; wait', str(told)])
    children = [int(word) for word in told.read_text().split()]
    end = time.monotonic() + LONG
    while any(map(lives, children)):
        assert time.monotonic() < end, "a child is left"
        time.sleep(0.01)


def test_a_signal_while_a_child_is_being_started_waits_until_it_can_be_ended(
    listening, monkeypatch
):
    started: list[subprocess.Popen[bytes]] = []

    class Popen(subprocess.Popen[bytes]):
        def __init__(self, *given: object, **options: object) -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            super().__init__(*given, **options)
            started.append(self)

    monkeypatch.setattr(stopping.subprocess, "Popen", Popen)
    with pytest.raises(stopping.Stopped) as stopped:
        stopping.run(["sleep", "600"])
    assert stopped.value.number == signal.SIGTERM
    assert [process.returncode for process in started] == [-signal.SIGKILL]
    with pytest.raises(stopping.Stopped):  # nothing is being started any more
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_command_that_is_not_there_leaves_signals_as_they_were(listening):
    with pytest.raises(FileNotFoundError):
        stopping.run(["/nowhere/program"])
    with pytest.raises(stopping.Stopped):
        os.kill(os.getpid(), signal.SIGTERM)


def test_what_a_killed_command_started_ends_with_it(tmp_path):
    """Else it would write into the folders that are tidied up behind it."""
    note = tmp_path / "child"
    code = (
        "import os, pathlib, signal, sys, time\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    os.closerange(0, 3)\n"
        f"    time.sleep({LONG})\n"
        "pathlib.Path(sys.argv[1]).write_text(str(child))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = stopping.run([sys.executable, "-c", code, str(note)])
    assert done.returncode == -signal.SIGKILL
    child, end = int(note.read_text()), time.monotonic() + LONG / 2
    while lives(child) and time.monotonic() < end:
        time.sleep(0.01)
    assert not lives(child)
