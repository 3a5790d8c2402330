"""Files of an author are written all or none, whatever fails and whenever."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.core import safe_write
from kb.core.safe_write import NotWritten, write_all

ROOT = Path(__file__).parents[3]
STEPS = ("mkstemp", "fdopen", "fsync", "copymode", "chmod", "replace")
"""What a disk may refuse, by the name of the function that asks it."""


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_bytes(b"one\r\ntwo\r\n")
    (tmp_path / "b.md").write_bytes(b"old\n")
    (tmp_path / "b.md").chmod(0o640)
    return tmp_path


def texts(folder: Path) -> dict[Path, str]:
    return {folder / name: f"new {name}\nand more\n" for name in ("a.md", "b.md", "c.md")}


def test_all_are_written_with_their_line_ends_and_rights(folder):
    write_all(texts(folder))
    assert tree(folder) == {
        "a.md": b"new a.md\r\nand more\r\n",
        "b.md": b"new b.md\nand more\n",
        "c.md": b"new c.md\nand more\n",
    }
    assert (folder / "b.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("step", STEPS)
def test_a_disk_that_refuses_any_step_changes_nothing(folder, monkeypatch, step, number):
    before, calls = tree(folder), 0
    owner = {
        "mkstemp": safe_write.tempfile,
        "copymode": safe_write.shutil,
        "chmod": Path,
        "replace": Path,
    }.get(step, safe_write.os)
    real = getattr(owner, step)

    def refuse(*args, **options):
        nonlocal calls
        calls += 1
        if calls == number + 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **options)

    monkeypatch.setattr(owner, step, refuse)
    try:
        write_all(texts(folder))
    except NotWritten as error:
        assert str(error).endswith(".md: No space left on device")
        assert tree(folder) == before
    else:
        assert calls <= number, "the step was refused, and nobody noticed"


def test_a_disk_that_is_full_for_the_old_file_as_well_leaves_nothing_beside_it(folder, monkeypatch):
    """The new files are on the disk; then a rename is refused, and so is the way back."""
    real, names, refused = Path.replace, sorted(tree(folder)), []

    def refuse(path, target):
        if target.name == "b.md":
            refused.append(path)
            monkeypatch.setattr(os, "fdopen", no_room)
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, target)

    def no_room(handle, mode):
        os.close(handle)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(NotWritten) as error:
        write_all(texts(folder))
    assert refused and sorted(tree(folder)) == names
    assert tree(folder)["a.md"] == b"new a.md\r\nand more\r\n"
    assert str(error.value) == (
        "the new text stays in a.md, which could not be put back (see git status): b.md: No space left on device"
    )


def test_a_new_file_that_cannot_be_taken_away_again_is_named(folder, monkeypatch):
    """The others are put back all the same."""
    real, unlink, before = Path.replace, Path.unlink, tree(folder)

    def refuse(path, target):
        if target.name == "b.md":
            raise OSError(errno.EIO, "Input/output error")
        return real(path, target)

    def stay(path, missing_ok=False):
        if "0.md" in path.name or "b.md" in path.name:
            raise OSError(errno.EIO, "Input/output error")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(Path, "unlink", stay)
    with pytest.raises(NotWritten) as error:
        write_all({folder / "0.md": "new\n"} | texts(folder))
    assert str(error.value) == (
        "the new text stays in 0.md, which could not be put back (see git status): b.md: Input/output error"
    )
    shown = {name: data for name, data in tree(folder).items() if not name.startswith(".")}
    assert shown == before | {"0.md": b"new\n"}


KILLED = """
import os, signal, sys
from pathlib import Path
from kb.core.safe_write import write_all
at, folder, calls = int(sys.argv[1]), Path(sys.argv[2]), 0
def spy(event, args):
    global calls
    if event in ("open", "os.rename", "os.chmod", "shutil.copymode", "os.remove") and str(folder) in str(args):
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(spy)
write_all({folder / name: f"new {name}\\n" * 2000 for name in ("a.md", "b.md")})
"""


def test_a_kill_at_any_moment_leaves_each_file_old_or_new(tmp_path):
    ends = set()
    for at in range(1, 40):
        folder = tmp_path / str(at)
        folder.mkdir()
        for name in ("a.md", "b.md"):
            (folder / name).write_text(f"old {name}\n" * 2000)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(at), str(folder)],
            env=os.environ | {"PYTHONPATH": str(ROOT / "docs/_ext")},
            check=False,
        )
        ends.add(done.returncode)
        for name in ("a.md", "b.md"):
            found = (folder / name).read_text()
            assert found in (f"old {name}\n" * 2000, f"new {name}\n" * 2000)
        if done.returncode == 0:
            break
    assert ends == {0, -signal.SIGKILL}


@pytest.mark.parametrize(
    ("before", "end"),
    [
        (b"a\r\nb\r\nc\n", b"\r\n"),
        (b"a\nb\nc\r\n", b"\n"),
        (b"a\r\nb", b"\r\n"),
        (b"", b"\n"),
    ],
)
def test_the_line_ends_are_those_of_most_lines(tmp_path, before, end):
    path = tmp_path / "a.md"
    path.write_bytes(before)
    write_all({path: "one\ntwo\n"})
    assert path.read_bytes() == b"one" + end + b"two" + end


def test_a_file_that_its_author_may_not_write_stays(tmp_path, monkeypatch):
    """The user of CI may be root, who may write everything: the answer of the system is given."""
    path = tmp_path / "a.md"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda place, mode: mode != os.W_OK)
    with pytest.raises(NotWritten, match=r"nothing was written: a\.md: Permission denied"):
        write_all({path: "new"})
    assert path.read_text() == "old" and [one.name for one in tmp_path.iterdir()] == ["a.md"]
