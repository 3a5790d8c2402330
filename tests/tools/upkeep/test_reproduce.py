"""The comparison of two builds: it finds a byte, a file too many, and what the surroundings are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from build.publish import BOOK
from upkeep import reproduce


@pytest.fixture
def places(tmp_path: Path) -> list[tuple[str, Path]]:
    """Two places with a site of two files and a book."""
    for name in ("one", "two"):
        base = tmp_path / name / "_build/.current"
        (base / "html").mkdir(parents=True)
        (base / "html/index.html").write_bytes(b"<p>The same words.")
        (base / "html/a.json").write_bytes(b"{}")
        (base / BOOK).write_bytes(b"%PDF")
    return [(name, tmp_path / name) for name in ("one", "two")]


def test_equal_builds_are_one_line(places, capsys):
    assert reproduce.compare(places) == 0
    assert (
        capsys.readouterr().out
        == "reproduced  3 files, 0.0 MB, the same bytes in 2 builds (one, two)\n"
    )


def test_a_byte_and_a_file_too_many_are_named(places, capsys):
    base = places[1][1] / "_build/.current"
    (base / "html/index.html").write_bytes(b"<p>The same wards.")
    (base / "html/new.html").write_bytes(b"")
    assert reproduce.compare(places) == 1
    assert capsys.readouterr().err.splitlines() == [
        "not reproduced: 2 files of the build two differ",
        "html/index.html: byte 13 of 18 and 18: b'<p>The same words.', b'<p>The same wards.'",
        "html/new.html: only in the second build",
    ]


def test_the_surroundings_differ_in_every_way(tmp_path):
    (plain, umask, jobs), (unlike, other_umask, other_jobs) = reproduce.surroundings(tmp_path, "0")
    for name in ("HOME", "LC_ALL", "TZ", "USER", "TERM", "PYTHONHASHSEED"):
        assert plain[name] != unlike[name], name
    assert (umask, jobs) != (other_umask, other_jobs)
    assert plain["SOURCE_DATE_EPOCH"] == unlike["SOURCE_DATE_EPOCH"] == "0"
    first, second = reproduce.FOLDERS
    assert len(second) > 2 * len(first) and " " in second and not second.isascii()


@pytest.mark.skipif(
    not Path("/usr/share/i18n/locales/tr_TR").exists(),
    reason="the system has no sources of locales",
)
def test_the_second_language_is_turkish(tmp_path):
    _, (unlike, _, _) = reproduce.surroundings(tmp_path, "0")
    code = "import locale, time; locale.setlocale(locale.LC_ALL, ''); print(time.strftime('%A', time.gmtime(0)))"
    said = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | unlike,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said == "Perşembe\n"
