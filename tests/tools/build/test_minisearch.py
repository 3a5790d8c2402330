"""MiniSearch: fetched once without Node, held to its digest, from the registry that the machine names, and repaired."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from build import environment, minisearch
from build.environment import SetUpError
from npm_package import ADDRESS, SCRIPT, lock, tarball

ROOT = Path(__file__).parents[3]


@dataclass
class Registry:
    """A registry on this machine: what it has, and what it was asked."""

    address: str
    files: dict[str, bytes]
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def registry() -> Iterator[Registry]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            data = found.files.get(self.path)
            self.send_response(200 if data else 404)
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Registry(
        f"http://127.0.0.1:{server.server_address[1]}/npm", {f"/npm{ADDRESS}": tarball()}
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def project(tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a lock, on a machine that has no npm and names the registry."""
    lock(tmp_path, tarball())
    for name in ("NPM_CONFIG_REGISTRY", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("NPM_CONFIG_USERCONFIG", str(tmp_path / "user.npmrc"))
    monkeypatch.setenv("npm_config_registry", registry.address)
    return tmp_path


def engine(project: Path) -> str:
    return (project / ".venv/share/minisearch/index.js").read_text()


def test_it_comes_once_and_nothing_else_of_its_package(project, registry, capfd):
    environment.set_up_search(project)
    environment.set_up_search(project)
    assert capfd.readouterr() == (
        "installing MiniSearch into .venv, once (0.2 MB to fetch)\n",
        "",
    )
    assert registry.asked == [f"/npm{ADDRESS}"]
    assert engine(project) == SCRIPT
    assert {path.name for path in (project / ".venv").rglob("*") if path.is_file()} == {
        ".files", ".lock", "index.js", "LICENSE.txt", "package.json"
    }  # fmt: skip
    assert not (project / "outside.js").exists()


def test_a_new_version_replaces_it(project, registry):
    environment.set_up_search(project)
    registry.files[f"/npm{ADDRESS}"] = newer = tarball("new")
    lock(project, newer)
    environment.set_up_search(project)
    assert engine(project) == "new"


LOSSES = {
    "index.js": lambda place: os.truncate(place / "index.js", 3),
    "LICENSE.txt": lambda place: (place / "LICENSE.txt").unlink(),
    ".files": lambda place: os.truncate(place / ".files", 0),
    "": shutil.rmtree,
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_was_damaged_is_fetched_again(project, registry, capfd, loss):
    environment.set_up_search(project)
    capfd.readouterr()
    LOSSES[loss](project / ".venv/share/minisearch")
    environment.set_up_search(project)
    said = f"MiniSearch/{loss} is not as it was installed: fetching it again\n"
    assert capfd.readouterr().out == (
        said if loss else "installing MiniSearch into .venv, once (0.2 MB to fetch)\n"
    )
    assert engine(project) == SCRIPT
    environment.set_up_search(project)
    assert len(registry.asked) == 2


def test_an_interrupt_between_two_files_is_repaired(project, monkeypatch):
    written = []

    def stop(path: Path, data: bytes) -> None:
        written.append(path)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", stop)
        with pytest.raises(KeyboardInterrupt):
            environment.set_up_search(project)
    assert len(written) == 1
    environment.set_up_search(project)
    assert engine(project) == SCRIPT


def test_other_bytes_than_the_lock_names_are_refused(project, registry):
    registry.files[f"/npm{ADDRESS}"] = tarball("var evil;")
    with pytest.raises(SetUpError) as caught:
        environment.set_up_search(project)
    assert str(caught.value) == (
        "MiniSearch 7.2.0 came with other bytes than package-lock.json names: look at the"
        " registry that npm_config_registry or .npmrc names, then run make again"
    )
    assert not (project / ".venv/share/minisearch").exists()


def test_a_package_that_lost_the_script_says_who_asks_for_it(project, registry):
    registry.files[f"/npm{ADDRESS}"] = bare = tarball(left_out="package/dist/umd/index.js")
    lock(project, bare)
    with pytest.raises(SetUpError, match=r"has no dist/umd/index\.js, which docs/_tools/build/"):
        environment.set_up_search(project)


def test_without_an_answer_one_line_says_what_to_do(project, registry):
    registry.files.clear()
    with pytest.raises(SetUpError) as caught:
        environment.set_up_search(project)
    assert str(caught.value) == (
        f"{registry.address}{ADDRESS} could not be fetched (Not Found): this needs the network, once;"
        " connect, and run make again (a mirror of npm's registry is named by npm_config_registry)"
    )


@pytest.mark.parametrize("address", ["nonsense", "http://127.0.0.1:9"])
def test_a_registry_that_is_none_is_one_line_as_well(project, monkeypatch, address):
    monkeypatch.setenv("npm_config_registry", address)
    with pytest.raises(SetUpError, match=rf"^{address}{ADDRESS} could not be fetched \(.+\): "):
        environment.set_up_search(project)


@pytest.mark.parametrize("name", [".npmrc", "user.npmrc"])
def test_the_registry_of_a_file_of_npm_is_asked(project, registry, monkeypatch, name):
    monkeypatch.delenv("npm_config_registry")
    monkeypatch.setenv("MIRROR", registry.address)
    (project / name).write_text('; ours\nfund=false\nregistry = "${MIRROR}/"\n')
    environment.set_up_search(project)
    assert engine(project) == SCRIPT


def test_the_environment_counts_more_than_files_and_files_more_than_the_public_one(
    project, monkeypatch
):
    (project / ".npmrc").write_text("registry=https://project.example/\n")
    (project / "user.npmrc").write_text("registry=https://user.example\n")
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "https://environment.example/npm")
    monkeypatch.delenv("npm_config_registry")
    assert minisearch.registry(project) == "https://environment.example/npm/"
    monkeypatch.delenv("NPM_CONFIG_REGISTRY")
    assert minisearch.registry(project) == "https://project.example/"
    (project / ".npmrc").write_text("@scope:registry=https://scope.example/\n")
    assert minisearch.registry(project) == "https://user.example/"


def test_a_proxy_of_the_environment_is_asked(project, registry, monkeypatch):
    """A proxy is asked for whole addresses."""
    whole = f"http://npm.invalid{ADDRESS}"
    registry.files[whole] = tarball()
    monkeypatch.setenv("npm_config_registry", "http://npm.invalid")
    monkeypatch.setenv("http_proxy", registry.address.removesuffix("/npm"))
    environment.set_up_search(project)
    assert registry.asked == [whole]


def fake_npm(project: Path, script: str) -> None:
    (project / "bin").mkdir()
    for name, text in {"npm": script, "node": ""}.items():
        (project / "bin" / name).write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{text}\n")
        (project / "bin" / name).chmod(0o755)


def test_npm_fetches_it_where_there_is_one(project, registry):
    """It knows settings of its own: tokens, certificates, other files."""
    (project / "mirror.tgz").write_bytes(tarball())
    fake_npm(project, f'echo "$*" > {project}/called; cp mirror.tgz "$6/minisearch-${{7#*@}}.tgz"')
    environment.set_up_search(project)
    assert engine(project) == SCRIPT and registry.asked == []
    words = (project / "called").read_text().split()
    assert words[:2] == ["pack", "--silent"] and words[-1] == "minisearch@7.2.0"


@pytest.mark.parametrize("script", ["exit 1", "exit 0"])
def test_an_npm_that_is_only_a_name_is_passed_over(project, script):
    fake_npm(project, script)
    environment.set_up_search(project)
    assert engine(project) == SCRIPT


def test_a_folder_that_cannot_be_written_says_what_to_do(project, monkeypatch):
    def refuse(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(minisearch.file_list, "write", refuse)
    with pytest.raises(SetUpError) as caught:
        environment.set_up_search(project)
    assert str(caught.value) == (
        "the environment cannot be written: minisearch: No space left on device; make room and"
        " rights for it, or remove the folder .venv, and it is made anew"
    )


def test_the_real_lock_pins_the_version_that_is_asked_for():
    pinned = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    package = pinned["packages"]["node_modules/minisearch"]
    assert package["version"] == asked["dependencies"]["minisearch"]
    assert package["integrity"].startswith("sha512-")
