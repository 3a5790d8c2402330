"""What makes a build fast changes no byte: cures on or off, one process or two."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cures import OFF

pytestmark = pytest.mark.prove
ROOT = Path(__file__).parents[3]
NO_INDEX = """
def setup(app):
    # The incremental builder makes no index; the pages say so in their heads.
    app.connect("builder-inited", lambda app: setattr(app.builder, "search", False))
"""
MARKS = {".buildinfo", "service-worker.js"}
"""Files that name the settings or the extensions, and the digest of all pages, white space and all."""


def build(project: Path, settings: str = "", *flags: str) -> dict[str, bytes]:
    """Build this site with more *settings*; return its files, with the white space of the navigation taken out."""
    shutil.copytree(ROOT / "docs", project / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    with (project / "docs/conf.py").open("a") as conf:
        conf.write(settings)
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "-b",
        "html",
        *flags,
        "-d",
        "trees",
        "docs",
        "out",
    ]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1769990400"}
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    out = project / "out"
    paths = sorted(path for path in out.rglob("*") if path.is_file() and path.name not in MARKS)
    return {str(path.relative_to(out)): _tidy(path) for path in paths}


def _tidy(path: Path) -> bytes:
    if path.suffix != ".html" or "_static" in path.parts:
        return path.read_bytes()
    page = path.read_text(encoding="utf-8")
    nav = re.compile(r'<nav class="bd-links.*?</nav>', re.DOTALL)
    assert nav.search(page) or path.name == "404.html"
    # The theme's toggles have no names.
    bare = nav.sub(lambda match: re.sub(r'(?<=<summary) aria-label="[^"]*"', "", match[0]), page)
    return nav.sub(lambda match: re.sub(r"\s*(<[^>]*>)\s*", r"\1", match[0]), bare).encode()


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def test_the_site_is_the_same_with_the_cures_off(tmp_path):
    assert differing(build(tmp_path / "on"), build(tmp_path / "off", OFF + NO_INDEX)) == []


def test_the_site_is_the_same_in_one_process_and_in_two(tmp_path):
    assert differing(build(tmp_path / "one"), build(tmp_path / "two", "", "-j", "2")) == []
