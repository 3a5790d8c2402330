"""The modules of the package import downward only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import typstbook

#: From the ground up; modules of one line do not import each other.
FLOORS = [
    {"assembly", "compiling", "coverage", "failures", "markup"},
    {"core", "glyphs", "typesetter", "index", "mathematics", "packing"},
    {"inline"},
    {"blocks", "boxes", "references", "tables"},
    {"translator"},
    {"builder"},
    {"__init__"},
]
FOLDER = Path(typstbook.__file__).parent


def imported(path: Path) -> set[str]:
    """The modules of the package that a module imports, for types too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("typstbook"):
            found.add(node.module.partition(".")[2] or "__init__")
    return found


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_imports_lead_down(path: Path) -> None:
    floor = next(number for number, names in enumerate(FLOORS) if path.stem in names)
    assert imported(path) <= set().union(*FLOORS[:floor])
