"""The folder is a distribution of its own: it builds, installs and prints."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pypdfium2
import pytest

FOLDER = Path(__file__).parents[1]
#: Words of the project that this package was first written for.
FOREIGN = ("vitamin", "menaquinone", "claim", "verdict", "certainty", "knowledge base", "natto")


def run(*command: str | Path, cwd: Path) -> str:
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.mark.prove
def test_a_wheel_builds_installs_and_prints(tmp_path: Path) -> None:
    """The builder is found by its entry point, so a project prints without a line in its conf.py."""
    source = tmp_path / "typstbook"
    shutil.copytree(FOLDER, source, ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", ".", "-w", tmp_path, cwd=source)
    (wheel,) = tmp_path.glob("sphinx_typstbook-*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv/bin/python"
    run(*pip, "--python", python, "install", "-q", "--no-deps", wheel, cwd=tmp_path)
    (site,) = (tmp_path / "venv/lib").glob("python*/site-packages")
    # The dependencies come from the environment that runs this test.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "conf.py").write_text(
        "project = 'Two pages'\nextensions = []\nbook_filename = 'two.pdf'\n", encoding="utf-8"
    )
    (docs / "index.rst").write_text("Front\n=====\n\n.. toctree::\n\n   two\n", encoding="utf-8")
    (docs / "two.rst").write_text("Second\n======\n\nThe second page.\n", encoding="utf-8")
    run(python, "-I", "-m", "sphinx", "-W", "-b", "book", docs, tmp_path / "out", cwd=tmp_path)
    pages = pypdfium2.PdfDocument(tmp_path / "out/two.pdf")
    assert "The second page." in pages[len(pages) - 1].get_textpage().get_text_range()


@pytest.mark.parametrize(
    "path",
    [path for path in FOLDER.glob("*.*") if path.suffix in {".md", ".py", ".toml", ".typ"}],
    ids=lambda path: path.name,
)
def test_no_word_of_another_project(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    assert [word for word in FOREIGN if word in text] == []
