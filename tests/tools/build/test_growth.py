"""The book grows by an author's hand: every number comes from the content, and what a person must decide is asked for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checks import tools  # noqa: F401  # enter the rules
from checks.core import check
from checks.reading import Book
from growth import CHAPTER, Sizes, decide, grow, say_where_they_went, shrink
from projects import ROOT, environment, real, run

ASKED = {
    (
        "docs/about/article.md",
        "KB035",
        f"no row has the chapter {CHAPTER!r}",
        f"add below: | ... | {{doc}}`/sections/{CHAPTER}` | {{claim}}`J1` |",
    ),
    (
        "docs/data/grades.csv",
        "KB034",
        "{} claims are agreed to be 'unsupported', and {} are",
        "write the number that is there, if it is right",
    ),
    (
        "docs/data/grades.csv",
        "KB034",
        "{} claims are agreed to be 'very-low', and {} are",
        "write the number that is there, if it is right",
    ),
    (
        "docs/data/foods.csv",
        "KB024",
        "docs/data/food-limits.csv does not say what 'abel2021restful' leaves out",
        "add there the row: abel2021restful,,<one or two sentences>",
    ),
    (
        "docs/index.md",
        "KB064",
        f"no card links to 'sections/{CHAPTER}', number {{}} of the contents",
        "write its card, in the order of the contents",
    ),
}
"""What `make check` says of a new chapter with a claim: file, rule, fault without its numbers, cure."""
LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "_build", ".git", ".venv", "node_modules", ".*_cache"
)


def asked(root: Path) -> set[tuple[str, str, str, str]]:
    """The findings of the rules, without the numbers of today."""
    return {
        (f.path, f.code, re.sub(r"\b\d+\b", "{}", f.what), f.cure)
        for f in check(Book(root))
        if not f.is_notice
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The knowledge base elsewhere, with its tests."""
    root = tmp_path / "kb"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    return root


def test_a_chapter_more_asks_for_its_place_and_builds(tmp_path):
    root = real(tmp_path)
    claims = grow(root, Sizes(claims=1, terms=1, sources=2, foods=1))
    assert claims == ["J1"]
    assert asked(root) == ASKED
    decide(root, claims)
    assert asked(root) == set()
    code, said = run(root, "html")
    assert code == 0, said
    page = (root / f"_build/html/sections/{CHAPTER}.html").read_text(encoding="utf-8")
    assert 'id="claim-j1"' in page and "source-berg2021restful" in page


@pytest.mark.prove
def test_a_book_that_grows_and_shrinks_stays_green(project):
    """A chapter, three claims, ten terms, twenty sources and five foods more; then one of each away."""
    claims = grow(project, Sizes(claims=3, terms=10, sources=20, foods=5))
    assert len(claims) == 3
    in_row = [what for _, code, what, _ in asked(project) if code == "KB035"]
    assert sorted(in_row) == [
        f"no row has the chapter {CHAPTER!r}",
        "the claims of 'supplements' are others",
    ]
    decide(project, claims)
    stays_green(project)

    gone = shrink(project)
    code, said = run(project, "html")
    assert code == 1
    for name in gone[:3]:
        assert re.search(rf"-{name.lower()}', published in 1\.0\.0, is gone; bring it back", said)
    say_where_they_went(project, said)
    stays_green(project)


def stays_green(root: Path) -> None:
    """Assert that `make`, the checks of the content and the tests of what was published find nothing."""
    code, said = run(root)
    assert code == 0, said
    ended(root, "-m", "checks", "site", "content", "whole", "spelling", "white_space")
    folders = ["tests/kb", "tests/content", "tests/tools/build/test_published_ids.py"]
    ended(root, "-m", "pytest", "-p", "published_only", "--tb=short", *folders)


def ended(root: Path, *command: str) -> None:
    """Run Python in the project at *root*, and assert that it ended well."""
    paths = [str(root / name) for name in ("docs/_tools", "docs/_ext", "tests/support")]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=environment(PYTHONPATH=os.pathsep.join(paths), PYTHONWARNINGS="ignore"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
