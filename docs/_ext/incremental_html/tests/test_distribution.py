"""The folder is a distribution of its own: it builds, installs and builds."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.mark.prove
def test_a_wheel_builds_and_installs(tmp_path: Path) -> None:
    source = tmp_path / "incremental_html"
    shutil.copytree(FOLDER, source, ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", ".", "-w", tmp_path, cwd=source)
    (wheel,) = tmp_path.glob("sphinx_incremental_html-*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv/bin/python"
    run(*pip, "--python", python, "install", "-q", "--no-deps", wheel, cwd=tmp_path)
    (site,) = (tmp_path / "venv/lib").glob("python*/site-packages")
    # The dependencies come from the environment that runs this test.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "conf.py").write_text(
        "project = 'Two pages'\nextensions = ['incremental_html']\n", encoding="utf-8"
    )
    (docs / "index.rst").write_text("Front\n=====\n\n.. toctree::\n\n   two\n", encoding="utf-8")
    (docs / "two.rst").write_text("Second\n======\n\nThe second page.\n", encoding="utf-8")
    run(python, "-I", "-m", "sphinx", "-W", "-b", "html", docs, tmp_path / "out", cwd=tmp_path)
    assert "The second page." in (tmp_path / "out/two.html").read_text(encoding="utf-8")
    assert list((tmp_path / "out").rglob("pages-html.json"))
