"""A package imports only from floors below its own: the law that keeps the features apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

EXT = Path(__file__).parents[2] / "docs/_ext"
FLOORS = {
    "kb.core": 0,
    "kb.text_index": 1,
    "incremental_html": 1,
    "typstbook": 1,
    "kb.input_checks": 2,
    "kb.sources": 3,
    "kb.claims": 4,
    "kb.glossary": 4,
    "kb.foods": 5,
    "kb.chapters": 5,
    "kb.charts": 5,
    "kb.search": 6,
    "kb.outlets": 6,
    "kb.site": 7,
    "kb.data_files": 7,
    "kb.book": 7,
    "kb.ebook": 7,
    # Names them all, and imports none.
    "kb": 8,
}
ALONE = ("incremental_html", "typstbook")
"""Packages for everybody: they know nothing of this project."""
OURS = re.compile(r"(?:kb|incremental_html|typstbook)(?:\.\w+)+\Z|(?:incremental_html|typstbook)\Z")


def package_of(module: str) -> str:
    """The package on whose floor a *module* is."""
    return ".".join(module.split(".")[: 2 if module.startswith("kb.") else 1])


def modules() -> dict[str, ast.Module]:
    """Every module of the extensions, by its dotted name."""
    found = {}
    for path in sorted(EXT.rglob("*.py")):
        parts = path.relative_to(EXT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def uses(tree: ast.Module) -> Iterator[str]:
    """The modules of ours that a module imports anywhere, or loads by ``setup_extension``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if OURS.match(alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module and OURS.match(f"{node.module}.x"):
            # 'from kb.claims import domain' uses a module of the package, which is its floor too.
            yield from (
                [f"{node.module}.{alias.name}" for alias in node.names]
                if node.module == "kb"
                else [node.module]
            )
        elif isinstance(node, ast.FunctionDef) and node.name == "setup":
            yield from _loaded(node)


def _loaded(setup: ast.FunctionDef) -> Iterator[str]:
    """The names of extensions of ours in a ``setup()``, in a call or in a list before it."""
    calls = (node for node in ast.walk(setup) if isinstance(node, ast.Attribute))
    if any(call.attr == "setup_extension" for call in calls):
        for node in ast.walk(setup):
            if isinstance(node, ast.Constant) and OURS.match(str(node.value)):
                yield str(node.value)


def breaches(trees: dict[str, ast.Module]) -> list[str]:
    """A line for each module that uses one of its own floor or above, other than its package's."""
    return [
        f"{name} (floor {FLOORS[package_of(name)]}) uses {used} (floor {FLOORS[package_of(used)]})"
        for name, tree in trees.items()
        for used in sorted(set(uses(tree)))
        if package_of(used) != package_of(name)
        and FLOORS[package_of(used)] >= FLOORS[package_of(name)]
    ]


def test_every_package_has_a_floor():
    assert {package_of(name) for name in modules()} == {*FLOORS}


def test_a_package_uses_only_those_of_floors_below():
    assert breaches(modules()) == []


@pytest.mark.parametrize(
    "text",
    [
        "import kb.site.policy",
        "from kb.site import policy",
        "from kb.site.policy import POLICY",
        "def late():\n    from kb.site.policy import POLICY",
        "def setup(app):\n    app.setup_extension('kb.site.policy')",
        "def setup(app):\n    for name in ('kb.site.policy',):\n        app.setup_extension(name)",
    ],
)
def test_the_two_modules_of_a_breach_are_named(text: str):
    used = "kb.site" if text.startswith("from kb.site import") else "kb.site.policy"
    assert breaches({"kb.claims.register": ast.parse(text)}) == [
        f"kb.claims.register (floor 4) uses {used} (floor 7)"
    ]


def test_neighbors_on_a_floor_do_not_know_each_other():
    assert breaches({"kb.foods.table": ast.parse("from kb.chapters import schema")}) == [
        "kb.foods.table (floor 5) uses kb.chapters (floor 5)"
    ]


@pytest.mark.parametrize("package", ALONE)
def test_packages_for_everybody_name_nothing_of_this_project(package: str):
    trees = {name: tree for name, tree in modules().items() if package_of(name) == package}
    assert [line for line in breaches(trees) if " uses kb" in line] == []
    assert [used for tree in trees.values() for used in uses(tree) if used.startswith("kb")] == []
    named = re.compile(r"\bkb[_.-]\w+|\bkb\b")
    for path in sorted((EXT / package).rglob("*.py")):
        assert named.findall(path.read_text(encoding="utf-8")) == [], path.name


def test_the_guide_shows_every_package_on_its_floor():
    guide = (EXT.parent / "authoring/architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (.+) \|$", guide, re.MULTILINE)
    shown = {name: int(floor) for floor, names in rows for name in re.findall(r"`(.+?)`", names)}
    assert shown == {name: floor for name, floor in FLOORS.items() if name != "kb"}
