"""The environment: made once, whole or not at all, repaired after an interrupt, one line where it cannot be."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from build import environment
from tiers import rest_in_prove

ROOT = Path(__file__).parents[3]
MOMENTS = 20


def wheel(folder: Path, name: str) -> str:
    """A package of one module in *folder*; return its line for a lock."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    files = {
        f"{name}.py": "answer = 42\n",
        f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{name}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files |= {f"{name}_data/{number}.txt": "x" * 1000 for number in range(300)}
    record = "".join(
        f"{file},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}\n"
        for file, text in files.items()
    )
    with zipfile.ZipFile(path, "w") as packed:
        for file, text in {**files, f"{name}-1.0.dist-info/RECORD": record}.items():
            packed.writestr(file, text)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def locks(folder: Path) -> None:
    """The locks of a project in *folder*, and the packages that they name."""
    one, two = wheel(folder / "wheels", "onepackage"), wheel(folder / "wheels", "twopackage")
    (folder / "requirements.lock").write_text(f"# About 1 MB to fetch.\n{one}")
    (folder / "requirements-test.lock").write_text(f"# About 3 MB to fetch.\n{one}{two}")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with its locks, on a machine whose packages come from a folder alone."""
    locks(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose environment is made, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    locks(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(folder / "wheels"))
        environment.set_up(folder, "test")
    return folder


@pytest.fixture
def ready(project: Path, made: Path) -> Path:
    """A project with an environment."""
    shutil.copytree(made, project, symlinks=True, dirs_exist_ok=True)
    return project


def holds(project: Path, name: str) -> bool:
    done = subprocess.run(
        [project / ".venv/bin/python", "-c", f"import {name}; assert {name}.answer == 42"],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def test_it_is_made_once_and_says_what_it_fetches(project, capfd):
    environment.set_up(project, "test")
    assert holds(project, "onepackage") and holds(project, "twopackage")
    assert capfd.readouterr().out == (
        "installing 1 packages for the site into .venv, once (1 MB to fetch; one to five minutes)\n"
        "installing 1 packages for the test into .venv, once (2 MB to fetch; one to five minutes)\n"
    )
    environment.set_up(project, "test")
    environment.set_up(project, "site")
    assert capfd.readouterr().out == ""


def test_a_new_lock_makes_it_anew(project, capfd):
    environment.set_up(project, "site")
    (project / "requirements.lock").write_text(wheel(project / "wheels", "twopackage"))
    environment.set_up(project, "site")
    assert holds(project, "twopackage") and not holds(project, "onepackage")


def test_an_environment_that_lost_its_python_is_made_anew(ready):
    (ready / ".venv/bin/python").unlink()
    assert not environment.is_installed(ready, "site")
    environment.set_up(ready, "site")
    assert holds(ready, "onepackage")


def packages(project: Path) -> Path:
    return next((project / ".venv/lib").glob("python*/site-packages"))


LOSSES = {
    "a module": lambda folder: (folder / "onepackage.py").unlink(),
    "a folder": lambda folder: shutil.rmtree(folder / "onepackage_data"),
    "the end of a file": lambda folder: os.truncate(folder / "onepackage_data/7.txt", 10),
    "its metadata": lambda folder: shutil.rmtree(folder / "onepackage-1.0.dist-info"),
    "its record": lambda folder: (folder / "onepackage-1.0.dist-info/RECORD").write_bytes(
        b"\0\xff"
    ),
    "the end of its record": lambda folder: os.truncate(
        folder / "onepackage-1.0.dist-info/RECORD", 0
    ),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_package_that_is_damaged_is_found(ready, loss):
    assert environment.damaged(ready, "test") == []
    LOSSES[loss](packages(ready))
    assert environment.damaged(ready, "site") == ["onepackage-1.0.dist-info"]


@pytest.mark.parametrize("loss", rest_in_prove(LOSSES, lambda loss: loss == "a module"))
def test_a_package_that_is_damaged_is_fetched_again_and_no_other(ready, capfd, loss):
    LOSSES[loss](packages(ready))
    other = (packages(ready) / "twopackage.py").stat().st_ino
    environment.set_up(ready, "test")
    assert capfd.readouterr().out == (
        "not as it was installed in .venv: onepackage; fetching it again\n"
    )
    assert holds(ready, "onepackage")
    assert (packages(ready) / "onepackage_data/7.txt").read_text() == "x" * 1000
    assert (packages(ready) / "twopackage.py").stat().st_ino == other
    environment.set_up(ready, "test")
    assert capfd.readouterr().out == ""


def test_a_package_of_the_tests_is_not_missed_by_the_site(ready):
    (packages(ready) / "twopackage.py").unlink()
    assert environment.damaged(ready, "site") == []
    assert environment.damaged(ready, "test") == ["twopackage-1.0.dist-info"]


def in_place_of(place: Path, make: Callable[[Path], None]) -> None:
    shutil.rmtree(place)
    make(place)


def replaced(place: Path, make: Callable[[Path], None]) -> None:
    place.unlink()
    make(place)


RUINS = {
    "no pip": lambda venv: shutil.rmtree(packages(venv.parent) / "pip/_internal"),
    "no programs": lambda venv: shutil.rmtree(venv / "bin"),
    "no packages": lambda venv: shutil.rmtree(venv / "lib"),
    "no settings": lambda venv: (venv / "pyvenv.cfg").unlink(),
    "settings of no text": lambda venv: (venv / "pyvenv.cfg").write_bytes(b"\xff\0"),
    "a mark of no text": lambda venv: (venv / ".installed").write_bytes(b"\xff\0"),
    "a mark of nothing": lambda venv: os.truncate(venv / ".installed", 0),
    "a folder for the mark": lambda venv: (
        (venv / ".installed").unlink() or (venv / ".installed").mkdir()
    ),
    "a Python that is gone": lambda venv: (
        (venv / "bin/python").unlink() or (venv / "bin/python").symlink_to("/gone/python3")
    ),
    "a Python that is no program": lambda venv: replaced(venv / "bin/python", Path.touch),
    "a Python that is a folder": lambda venv: replaced(venv / "bin/python", Path.mkdir),
    "a pipe for the mark": lambda venv: replaced(venv / ".installed", os.mkfifo),
    "a pipe for the settings": lambda venv: replaced(venv / "pyvenv.cfg", os.mkfifo),
    "the settings of another Python": lambda venv: (venv / "pyvenv.cfg").write_text(
        "home = /gone\nversion = 3.8.0\n"
    ),
    "a pipe for a list of files": lambda venv: replaced(
        packages(venv.parent) / "onepackage-1.0.dist-info/RECORD", os.mkfifo
    ),
    "a pipe": lambda venv: in_place_of(venv, os.mkfifo),
    "a file": lambda venv: in_place_of(venv, Path.touch),
    "a link to nothing": lambda venv: in_place_of(
        venv, lambda place: place.symlink_to("/gone/venv")
    ),
}


@pytest.fixture
def copied(ready: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with an environment; a new one is a copy, since Python takes seconds for it."""
    real = subprocess.run

    def run(command, **options):
        if command[1:3] != ["-m", "venv"]:
            return real(command, **options)
        shutil.copytree(made / ".venv", command[3], symlinks=True, dirs_exist_ok=True)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(environment.subprocess, "run", run)
    monkeypatch.setattr(environment, "_pip", lambda root, lock: None)
    return ready


@pytest.mark.parametrize("ruin", RUINS)
def test_what_is_left_of_an_environment_is_made_anew(copied, ruin):
    RUINS[ruin](copied / ".venv")
    assert not environment.is_installed(copied, "site") or environment.damaged(copied, "site")
    environment.set_up(copied, "site")
    assert environment.is_installed(copied, "site") and not environment.damaged(copied, "site")
    assert holds(copied, "onepackage")


def test_an_environment_of_an_older_version_is_held_to_its_packages_from_then_on(ready):
    mark = ready / ".venv/.installed"
    mark.write_text(mark.read_text().splitlines()[0] + "\n")
    environment.set_up(ready, "site")
    (packages(ready) / "onepackage.py").unlink()
    assert environment.damaged(ready, "site") == ["onepackage-1.0.dist-info"]


def test_what_cannot_be_mended_says_what_to_remove(copied, monkeypatch):
    (packages(copied) / "onepackage.py").unlink()
    info = packages(copied) / "onepackage-1.0.dist-info"
    kept = shutil.copytree(info, copied / "kept")
    # A pip that brings the package without its module.
    monkeypatch.setattr(environment, "_pip", lambda root, lock: shutil.copytree(kept, info))
    with pytest.raises(environment.SetUpError) as told:
        environment.set_up(copied, "site")
    assert str(told.value) == (
        "onepackage cannot be mended: remove the folder .venv, and it is made anew"
    )


def test_a_damaged_package_without_the_network_is_told_in_one_line(ready, monkeypatch):
    (packages(ready) / "onepackage.py").unlink()
    monkeypatch.setenv("PIP_FIND_LINKS", str(ready / "nothing"))
    with pytest.raises(environment.SetUpError) as told:
        environment.set_up(ready, "site")
    assert str(told.value) == environment.UNREACHED


def test_without_the_network_one_line_says_so(project, monkeypatch, capsys):
    monkeypatch.setenv("PIP_FIND_LINKS", str(project / "nothing"))
    monkeypatch.setattr(environment, "ROOT", project)
    monkeypatch.setattr(sys, "argv", ["environment", "site"])
    assert environment.main() == 1
    assert capsys.readouterr().err == f"{environment.UNREACHED}\n"
    assert not environment.is_installed(project, "site")


def test_a_wrong_digest_is_named(project):
    text = (project / "requirements.lock").read_text()
    (project / "requirements.lock").write_text(text.replace("sha256:", "sha256:0", 1)[:-2] + "\n")
    with pytest.raises(
        environment.SetUpError, match="ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"
    ):
        environment.set_up(project, "site")


def test_an_old_python_and_a_missing_module_are_named(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(environment, "OLDEST", (9, 9))
        with pytest.raises(
            environment.SetUpError, match=r"Python 9\.9 or newer is needed .* make PYTHON="
        ):
            environment.check_python()
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        environment.SetUpError, match=r"the venv module of .* is missing; on Debian"
    ):
        environment.check_python()


def start(project: Path) -> subprocess.Popen[str]:
    code = (
        "import sys; from pathlib import Path; from build import environment; "
        "environment.ROOT = Path(sys.argv.pop(1)); sys.exit(environment.main())"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(project), "test"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "docs/_tools")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ends_well(process: subprocess.Popen[str]) -> bool:
    process.communicate(timeout=120)
    return process.returncode == 0


@pytest.mark.parametrize("moment", rest_in_prove(range(MOMENTS), lambda moment: moment in (6, 14)))
def test_an_interrupt_at_any_moment_is_repaired_by_the_next_run(project, moment):
    whole = time.monotonic()
    assert ends_well(start(project))
    whole = time.monotonic() - whole
    (project / ".venv/.installed").unlink()
    process = start(project)
    time.sleep(whole * (moment + 0.5) / MOMENTS)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert ends_well(start(project))
    assert holds(project, "onepackage") and holds(project, "twopackage")


def test_two_at_once_do_not_fight(project):
    first, second = start(project), start(project)
    said: list[tuple[str, str]] = []
    readers = [
        threading.Thread(target=lambda one=one: said.append(one.communicate(timeout=120)))
        for one in (first, second)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted(bool(out) for out, _ in said) == [False, True]
    assert holds(project, "twopackage")


# -- Single steps, each on files of its own --------------------------------------------------------


LOCK = """\
# About 17 MB to fetch.
alabaster==1.0.0 \\
    --hash=sha256:aa
    # via sphinx==8.0
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:bb
Jinja2==3.1.6 ; python_version >= '3.11' \\
    --hash=sha256:cc
zope.interface==7.0
"""


@pytest.mark.parametrize(
    ("site", "test", "expected"),
    [
        (LOCK, "", {"site": (3, 17)}),
        (LOCK, f"{LOCK}pytest==9.0\n".replace("17", "25"), {"site": (3, 17), "test": (1, 8)}),
        ("about==1.0\n", "", {"site": (1, 0)}),
        (f"{LOCK}{LOCK}", "", {"site": (3, 17)}),
        (f"#\n{LOCK}", "", {"site": (3, 17)}),
    ],
)
def test_how_much_is_to_be_fetched(tmp_path, site, test, expected):
    (tmp_path / "requirements.lock").write_text(site)
    (tmp_path / "requirements-test.lock").write_text(test)
    assert {kind: environment.to_fetch(tmp_path, kind) for kind in expected} == expected


@pytest.mark.parametrize(
    ("program", "settings", "expected"),
    [
        ("python3.11", "home = /usr/bin\nversion = 3.11.7\n", True),
        ("python3.11", "version_info = 3.11.7.final.0\n", True),
        ("python3.12", "version = 3.11.7\n", False),
        ("python3.1", "version = 3.11.7\n", False),
        ("python3", "version = 3.11.7\n", True),
        ("python3.11", "home = /usr/bin\n", False),
        ("python3.11", "home = /version = 3.11\n", False),
        ("python3.11", None, False),
        (None, "version = 3.11.7\n", False),
    ],
)
def test_whether_its_python_is_the_one_that_it_was_made_for(tmp_path, program, settings, expected):
    (tmp_path / ".venv/bin").mkdir(parents=True)
    if program:
        (tmp_path / program).touch(0o755)
        (tmp_path / ".venv/bin/python").symlink_to(tmp_path / program)
    if settings is not None:
        (tmp_path / ".venv/pyvenv.cfg").write_text(settings)
    assert environment.has_python(tmp_path) is expected
    if expected:
        (tmp_path / program).chmod(0o644)
        assert not environment.has_python(tmp_path), "nobody may run it"


def installed(root: Path, package: str, record: str, **files: str) -> None:
    """Install *package* into the environment of *root* as pip would: these *files*, this record."""
    folder = root / ".venv/lib/python3.11/site-packages"
    (folder / f"{package}.dist-info").mkdir(parents=True)
    (folder / f"{package}.dist-info/RECORD").write_text(
        f"{record}{package}.dist-info/RECORD,,\n", encoding="utf-8"
    )
    for name, text in files.items():
        (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("line", "is_whole"),
    [
        ("one.py,sha256=x,3", True),
        ("one.py,sha256=x,4", False),
        ("gone.py,sha256=x,3", False),
        ("gone.pyc,,", True),
        ("../../bin/gone,sha256=x,3", True),
        ('"a, b.py",sha256=x,5', True),
        ('"a, b.py",sha256=x,6', False),
        ("one.py,sha256=x,three", False),
    ],
)
def test_a_package_is_held_to_the_sizes_of_its_record(tmp_path, line, is_whole):
    installed(
        tmp_path, "one-1.0", f"first.py,sha256=x,1\n{line}\n", **{"one.py": "123", "first.py": "1"}
    )
    (tmp_path / ".venv/lib/python3.11/site-packages/a, b.py").write_text("12345")
    (tmp_path / ".venv/.installed").write_text("digest\none-1.0.dist-info\n")
    expected = [] if is_whole else ["one-1.0.dist-info"]
    assert environment.damaged(tmp_path, "site") == expected


def test_the_mark_names_the_packages_of_the_lock_and_pip_however_they_are_spelled(tmp_path):
    for package in ("Jinja2-3.1.6", "zope_interface-7.0", "pip-25.0", "mine-1.0", "colorama-0.4.6"):
        installed(tmp_path, package, "")
    (tmp_path / "requirements.lock").write_text(LOCK)
    environment._write_mark(tmp_path, "site")
    assert (tmp_path / ".venv/.installed").read_text().splitlines() == [
        environment.lock_digest(tmp_path, "site"),
        *("Jinja2-3.1.6.dist-info", "pip-25.0.dist-info", "zope_interface-7.0.dist-info"),
    ]


def fake_pip(root: Path, script: str) -> None:
    """Let the Python of the environment of *root* do this, whatever it is asked."""
    (root / ".venv/bin").mkdir(parents=True)
    (root / ".venv/bin/python").write_text(f"#!/bin/sh\n{script}\n")
    (root / ".venv/bin/python").chmod(0o755)


OFFLINE = [
    "NewConnectionError('<pip>: Failed to establish a new connection')",
    "NameResolutionError(\"Failed to resolve 'pypi.org'\")",
    "[Errno -3] Temporary failure in name resolution",
    "ConnectTimeoutError(<pip>, 'Connection to pypi.org timed out.')",
    "ReadTimeoutError(\"HTTPSConnectionPool(host='pypi.org')\")",
    "ProxyError('Cannot connect to proxy.')",
    "ERROR: No matching distribution found for alabaster==1.0.0",
    "[Errno 101] Network is unreachable",
    "[Errno 111] Connection refused",
    "('Connection aborted.', RemoteDisconnected())",
    "[Errno 104] Connection reset by peer",
]


@pytest.mark.parametrize("said", OFFLINE)
def test_each_way_in_which_pip_says_that_there_is_no_network(tmp_path, said):
    (tmp_path / "said").write_text(f"WARNING: Retrying\n{said}\n")
    fake_pip(tmp_path, "cat said >&2; exit 1")
    with pytest.raises(environment.SetUpError) as told:
        environment._pip(tmp_path, "requirements.lock")
    assert str(told.value) == (
        "the packages could not be fetched: this needs the network, once; connect, and run make"
        " again"
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("WARNING: old\nERROR: one\nmore\nERROR: two\n", "ERROR: one\nERROR: two"),
        ("  No space left.\n", "No space left."),
    ],
)
def test_what_else_stops_pip_is_told_in_its_words(tmp_path, said, expected):
    (tmp_path / "said").write_text(said)
    fake_pip(tmp_path, "cat said >&2; exit 3")
    with pytest.raises(environment.SetUpError) as told:
        environment._pip(tmp_path, "requirements.lock")
    assert str(told.value) == expected


@pytest.mark.parametrize("is_terminal", [True, False])
def test_pip_takes_what_the_lock_has_and_asks_nothing(tmp_path, monkeypatch, is_terminal):
    fake_pip(tmp_path, 'echo "$PIP_NO_INPUT $PWD $*" > called')
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal, raising=False)
    environment._pip(tmp_path, "the.lock")
    asked = "-m pip install --disable-pip-version-check --no-deps --require-hashes -r the.lock"
    told = f"1 {tmp_path} {asked}{'' if is_terminal else ' --quiet'}"
    assert (tmp_path / "called").read_text().strip() == told


def test_of_many_damaged_packages_three_are_named(tmp_path, monkeypatch, capsys):
    names = [f"{letter}-1.0" for letter in "abcde"]
    for name in names:
        installed(tmp_path, name, "gone.py,sha256=x,3\n")
    (tmp_path / "requirements.lock").write_text("".join(f"{n[0]}==1.0\n" for n in names))
    environment._write_mark(tmp_path, "site")

    def pip(root: Path, lock: str) -> None:
        assert not environment._packages(root), "pip would take them for what is there"
        for name in names:
            installed(root, name, "")

    monkeypatch.setattr(environment, "_pip", pip)
    monkeypatch.setattr(environment, "is_installed", lambda root, kind: True)
    environment.set_up(tmp_path, "site")
    assert capsys.readouterr().out == (
        "not as it was installed in .venv: a, b, c and 2 more; fetching it again\n"
    )
    assert environment.damaged(tmp_path, "site") == []


@pytest.mark.parametrize(
    ("words", "expected"), [("echo ' no room '", "no room"), ("echo ' no way ' >&2", "no way")]
)
def test_a_python_that_makes_no_environment_is_told_in_its_words(
    tmp_path, monkeypatch, words, expected
):
    (tmp_path / "python").write_text(f"#!/bin/sh\n{words}\nexit 1\n")
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setattr(environment.sys, "executable", str(tmp_path / "python"))
    with pytest.raises(environment.SetUpError) as told:
        environment._make_venv(tmp_path)
    assert str(told.value) == (
        f"the environment cannot be made: {expected}; remove the folder .venv, and it is made anew"
    )


def test_an_environment_elsewhere_keeps_its_link(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".venv").symlink_to("elsewhere")
    monkeypatch.setattr(environment.sys, "executable", "/bin/true")
    environment._make_venv(tmp_path)
    assert (tmp_path / ".venv").readlink() == Path("elsewhere")


def test_a_disk_that_refuses_is_told_with_the_name_of_the_file(tmp_path, monkeypatch):
    def refuse(root: Path, kind: str) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(environment, "_install", refuse)
    with pytest.raises(environment.SetUpError) as told:
        environment.set_up(tmp_path, "test")
    assert str(told.value) == (
        f"the environment cannot be written: {tmp_path.name}: Read-only file system; make room and"
        " rights for it, or remove the folder .venv, and it is made anew"
    )


@pytest.mark.parametrize("lacking", ["ensurepip", "venv"])
def test_each_module_that_makes_environments_is_asked_for(monkeypatch, lacking):
    monkeypatch.setattr(
        environment.importlib.util, "find_spec", lambda name: None if name == lacking else name
    )
    with pytest.raises(environment.SetUpError) as told:
        environment.check_python()
    assert str(told.value) == (
        f"the venv module of {sys.executable} is missing; on Debian or Ubuntu: apt-get install"
        " python3-venv"
    )


def test_the_oldest_python_is_that_of_the_project():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={".".join(map(str, environment.OLDEST))}' in text
    environment.check_python()
