"""The patches for other projects (``docs/authoring/upstream``) fit what is installed, or are told to go."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "docs/authoring/upstream"
PATCHES = sorted(path.name for path in FOLDER.glob("*.patch"))
AGAINST = re.compile(r"^Against (\S+) ([\d.]+\d)\b", re.MULTILINE)
CODE = re.compile(r"(?:src/)?((?:sphinx|sphinxcontrib|pydata_sphinx_theme)/.*\.py)\Z")
"""A file of the code, as the project keeps it and, in the group, as it is installed."""


def files(patch: Path) -> list[str]:
    """The files that a patch changes or adds."""
    return re.findall(r"^\+\+\+ b/(.*)$", patch.read_text(encoding="utf-8"), re.MULTILINE)


def answer(patch: Path, folder: Path) -> str:
    """What is to be done about a patch: its code is held against a copy of what is installed."""
    name, _ = AGAINST.search(patch.read_text(encoding="utf-8")).groups()
    code = [file for file in files(patch) if CODE.match(file)]
    for file in code:
        target = folder / file
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            installed = metadata.distribution(name).locate_file(CODE.match(file)[1])
            shutil.copyfile(str(installed), target)
    run = subprocess.run(
        ["git", "apply", "--check", *(f"--include={file}" for file in code), str(patch)],
        cwd=folder,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
        capture_output=True,
        text=True,
    )
    if run.returncode == 0:
        return ""
    version = metadata.version(name)
    return f"renew or drop docs/authoring/upstream/{patch.name}: {name} {version}: {run.stderr}"


@pytest.mark.parametrize("name", PATCHES)
def test_a_patch_fits_what_is_installed(name, tmp_path):
    assert answer(FOLDER / name, tmp_path) == ""


@pytest.mark.parametrize("name", PATCHES)
def test_a_patch_that_fits_no_more_is_told_to_go(name, tmp_path):
    (changed,) = (file for file in files(FOLDER / name) if CODE.match(file))
    (tmp_path / changed).parent.mkdir(parents=True)
    (tmp_path / changed).write_text("# all written anew\n", encoding="utf-8")
    said = answer(FOLDER / name, tmp_path)
    assert said.startswith(f"renew or drop docs/authoring/upstream/{name}: ")
    assert f"{changed}: patch does not apply" in said


@pytest.mark.parametrize("name", PATCHES)
def test_a_patch_brings_a_test_and_stands_on_the_page_with_its_version(name):
    against = AGAINST.search((FOLDER / name).read_text(encoding="utf-8"))
    page = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert f"`{name}`" in page and " ".join(against.groups()) in page
    assert [file for file in files(FOLDER / name) if re.match(r"tests?/.*test_\w+\.py\Z", file)]


def test_there_is_a_patch_for_each_of_the_three():
    assert len(PATCHES) == 3
