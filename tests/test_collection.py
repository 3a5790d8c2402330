"""Every test is run: pytest leaves out folders by their names, and says nothing of it."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_no_folder_of_tests_is_left_out(pytestconfig: pytest.Config):
    folders = {
        folder.relative_to(ROOT)
        for place in pytestconfig.getini("testpaths")
        for folder in (path.parent for path in (ROOT / place).rglob("test_*.py"))
    }
    assert Path("tests/tools/build") in folders
    patterns = pytestconfig.getini("norecursedirs")
    left_out = [
        str(folder)
        for folder in sorted(folders)
        if any(fnmatch(part, pattern) for part in folder.parts for pattern in patterns)
    ]
    assert left_out == []
