"""Several editions of one reading: a process for each, the messages and exit codes of all."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from build import run_sphinx
from projects import KB

CONF = """
copyright, version = "2026, nobody", "1"
exclude_patterns = ["out"]
def setup(app):
    app.connect("source-read", lambda app, name, text: print("read", name, app.builder.name))
    app.connect("build-finished", lambda app, error: finish(app, error))

def finish(app, error):
    print("written", app.builder.name, *sorted(str(tag) for tag in app.tags if tag == "mark"), flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of two pages, whose settings tell on standard output what is done."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/conf.py").write_text(CONF)
    (tmp_path / "docs/index.rst").write_text("Title\n=====\n\n.. toctree::\n\n   other\n")
    (tmp_path / "docs/other.rst").write_text("Other\n=====\n\nWords, and :doc:`index`.\n")
    return tmp_path


def command(*editions: str) -> list[str]:
    words = [word for edition in editions for word in ("--", edition, f"out/{edition}")]
    return [
        sys.executable,
        "-m",
        "build.run_sphinx",
        "trees",
        *words,
        *(["mark"] if editions[-1] == "html" else []),
    ]


def environment() -> dict[str, str]:
    """That of a build, on a machine where Python keeps what it prints until there is more."""
    told = run_sphinx.environment() | {"SOURCE_DATE_EPOCH": "0"}
    told.pop("PYTHONUNBUFFERED", None)
    return told


def ran(folder: Path, *editions: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command(*editions),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    done.stderr = run_sphinx.COLORS.sub("", done.stderr)
    return done


def finishes(folder: Path, code: str) -> None:
    """Let the settings do this when an edition is written."""
    with (folder / "docs/conf.py").open("a") as conf:
        conf.write(f"    if app.builder.name == {code}\n")


def test_all_is_read_once_and_the_site_is_what_it_is_alone(folder):
    done = ran(folder, "text", "epub", "html")
    assert (done.returncode, done.stderr.splitlines()) == (0, ["written epub", "written html mark"])
    assert done.stdout.splitlines() == ["read index text", "read other text", "written text"]
    together = folder / "together"
    (folder / "out/html").rename(together)
    assert ran(folder, "html").returncode == 0
    same = subprocess.run(["diff", "-r", folder / "out/html", together], capture_output=True)
    assert (same.returncode, same.stdout) == (0, b"")


def sets_up(folder: Path, event: str, code: str) -> None:
    """Let the settings do this at an *event*, for the builder named in it."""
    with (folder / "docs/conf.py").open("a") as conf:
        conf.write(f"\n_before_{event.replace('-', '_')} = setup\ndef setup(app):\n")
        conf.write(f"    _before_{event.replace('-', '_')}(app)\n")
        conf.write(f"    app.connect({event!r}, lambda app, *given: {code})\n")


def test_nothing_is_set_up_or_read_again(folder):
    """The others go on with what the first holds; what it has kept on the disk may be gone."""
    with (folder / "docs/conf.py").open("a") as conf:
        conf.write("print('settings')\n")
    gone = "open('trees/environment.pickle', 'w').close() if app.builder.name == 'epub' else None"
    sets_up(folder, "builder-inited", gone)
    for event in ("env-before-read-docs", "env-updated"):
        sets_up(folder, event, f"print({event!r}, app.builder.name)")
    done = ran(folder, "text", "epub", "html")
    told = done.stdout.splitlines()
    assert told[:1] + told[-1:] == ["settings", "written text"]
    assert [
        told.count(line) for line in ("settings", "env-before-read-docs text", "env-updated text")
    ] == [1, 1, 1]
    assert (done.returncode, done.stderr.splitlines()) == (0, ["written epub", "written html mark"])


HOLDING = """
import os, shutil
from pathlib import Path

def hold(app, builder):
    if builder.name == "text":
        shutil.rmtree("held", ignore_errors=True)
        shutil.copytree(app.doctreedir, "held", copy_function=os.link)
        Path("held/at").touch()

def setup(app):
    app.connect("write-started", hold)
"""


def test_no_edition_writes_into_a_file_that_another_may_read(tmp_path):
    """All of them draw the same drawings, beside the doctrees."""
    shutil.copytree(KB, tmp_path / "docs")
    front = tmp_path / "docs/index.md"
    front.write_text(f"{front.read_text()}\n:::{{claim-map}}\n:::\n")
    with (tmp_path / "docs/conf.py").open("a") as conf:
        conf.write(HOLDING)
    for _ in range(2):
        front.write_text(f"{front.read_text()}\nA sentence.\n")
        done = ran(tmp_path, "text", "html")
        assert done.returncode == 0, done.stderr
    times = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "held").rglob("*.*")}
    begun = (tmp_path / "held/at").stat().st_mtime_ns
    assert "claim-map.svg" in times
    assert [name for name, written in times.items() if written > begun] == []


def test_where_the_text_is_faulty_only_the_first_edition_goes_on(folder):
    with (folder / "docs/other.rst").open("a") as page:
        page.write("\n:nothing:`x`\n")
    done = ran(folder, "text", "epub", "html")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "written text"
    assert "nothing" in done.stderr and "written" not in done.stderr


def test_each_edition_has_a_bit_for_its_fault(folder):
    finishes(folder, '"epub": raise ValueError("no paper left")')
    done = ran(folder, "text", "epub", "html")
    assert done.returncode == 0b010
    assert "no paper left" in done.stderr
    assert "written text" in done.stdout
    assert done.stderr.splitlines()[-1] == "written html mark"


def test_an_edition_that_warns_does_not_stop_the_next(folder):
    finishes(
        folder,
        '"epub": import sphinx.util.logging as told; told.getLogger("sphinx.x").warning("odd page")',
    )
    done = ran(folder, "text", "epub", "html")
    assert done.returncode == 0b010
    assert done.stderr.splitlines()[0:2] == ["written epub", "WARNING: odd page"]
    assert done.stderr.splitlines()[-1] == "written html mark"


def test_the_first_edition_says_its_faults_before_those_of_the_others(folder):
    finishes(
        folder,
        '"text": import sphinx.util.logging as told, time; time.sleep(1); told.getLogger("sphinx.x").warning("late")',
    )
    done = ran(folder, "text", "html")
    assert done.returncode == 0b01
    assert done.stderr.splitlines() == ["WARNING: late", "written html mark"]


def test_a_process_that_is_killed_is_told_and_the_others_go_on(folder):
    finishes(folder, '"epub": import os; os.kill(os.getpid(), 9)')
    done = ran(folder, "text", "epub", "html")
    assert done.returncode == 0b010
    assert done.stderr.splitlines()[-2:] == ["Sphinx was ended by signal 9", "written html mark"]


def test_the_others_are_made_at_the_same_time(folder):
    """Each waits for the other to have written."""
    wait = (
        '"{0}": from pathlib import Path; import time; Path("{0}.ready").touch();'
        " end = time.monotonic() + 240\n"
        '    while app.builder.name == "{0}" and not Path("{1}.ready").exists():'
        " time.sleep(0.02) if time.monotonic() < end else 1 / 0"
    )
    finishes(folder, wait.format("epub", "html"))
    finishes(folder, wait.format("html", "epub"))
    assert ran(folder, "text", "epub", "html").returncode == 0


def test_whoever_stops_the_build_stops_all(folder):
    """The other processes are in the group of the first, and end with it."""
    finishes(folder, '"html": import time; time.sleep(600)')
    finishes(folder, '"text": import time; time.sleep(600)')
    mark = folder / "out/html/other.html"
    code = (
        "import signal, sys; from build import stopping; stopping.listen();"
        "stopping.run(sys.argv[1:])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, *command("text", "html")], cwd=folder, env=environment()
    )
    end = time.monotonic() + 240
    while not mark.exists():
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=240)
    while any(f"{folder}" in place for place in working()):
        assert time.monotonic() < end, "a process is left"
        time.sleep(0.02)


def working() -> list[str]:
    """Where the processes of run_sphinx stand, on systems that tell."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"build.run_sphinx" in (process / "cmdline").read_bytes():
                found.append(str((process / "cwd").readlink()))
        except OSError:
            continue
    return found
