"""The list of files: what it holds, and which damage it shows."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from build import file_list

NAMES = ["a.txt", "b  c.txt", "sub/a.txt", "sub/\xe9.txt", "sub/deep/.hidden"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with its list."""
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / os.fsdecode(b"latin-\xe9")).write_text("x")
    (tmp_path / "link").symlink_to("nowhere")
    file_list.write(tmp_path)
    return tmp_path


def test_each_file_has_a_line_below_the_digest_of_the_lines(folder):
    head, *lines = (folder / ".files").read_bytes().splitlines(keepends=True)
    assert head == b"# %s\n" % hashlib.sha256(b"".join(lines)).hexdigest().encode()
    names = sorted(os.fsencode(name) for name in [*NAMES, os.fsdecode(b"latin-\xe9")])
    assert sorted(line.rstrip(b"\n").split(b"  ", 1)[1] for line in lines) == names


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="coreutils are not there")
def test_sha256sum_reads_it(folder):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", ".files"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    # Its first line is a remark.
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_digests_are_those_of_the_bytes(tmp_path):
    (tmp_path / "page").write_text("one")
    file_list.write(tmp_path)
    assert (tmp_path / ".files").read_text().splitlines()[1] == (
        "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  page"
    )


def test_a_list_that_is_written_again_does_not_hold_itself(folder):
    before = (folder / ".files").read_bytes()
    file_list.write(folder)
    assert (folder / ".files").read_bytes() == before
    assert file_list.damaged(folder) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", ["changed", "gone", "a folder"])
def test_each_damage_is_named(folder, name, how):
    (folder / name).unlink()
    if how == "changed":
        (folder / name).write_text(name.swapcase())
    if how == "a folder":
        (folder / name).mkdir()
    (folder / "new").write_text("none of ours")
    assert file_list.damaged(folder) == [name]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"",
        lambda text: text[:-1],
        lambda text: text[1:],
        lambda text: text.replace(b"a.txt", b"c.txt", 1),
        lambda text: text + b"0  d.txt\n",
        lambda text: text.partition(b"\n")[2],
    ],
)
def test_a_damaged_list_is_named_alone(folder, change):
    (folder / ".files").write_bytes(change((folder / ".files").read_bytes()))
    assert file_list.damaged(folder) == [".files"]
    (folder / ".files").unlink()
    assert file_list.damaged(folder) == [".files"]
