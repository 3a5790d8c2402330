"""The benchmark of foreign projects sees each word that is lost, and none that a page end breaks."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

# The folder is no place to import from: its live.py would stand before the package of that name.
Printed = runpy.run_path(str(Path(__file__).with_name("foreign.py")))["Printed"]

PAGES = ["One text begins here and goes", "on (p. 12) upon the next page, with a hyphen­ated word."]


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("begins here and goes on upon the next page", []),
        ("upon the next page, with a hyphenated word", []),
        ("One text begins truly here and goes", ["truly"]),
        ("term : int", ["term", "int"]),
        ("upon the next last page, with", ["last"]),
    ],
)
def test_words_that_are_lost(text: str, lost: list[str]) -> None:
    assert Printed(PAGES).lost(text) == lost
