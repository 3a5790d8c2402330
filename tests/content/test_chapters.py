"""The chapters: those of the contents, with the warning where it belongs; what each must be is in the rules of `make check`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from content import ORDER, Chapter


def test_the_contents_name_each_chapter_once(docs: Path):
    files = sorted(path.stem for path in (docs / "sections").glob("*.md"))
    assert files == sorted(ORDER), "docs/index.md lists each file of docs/sections once"


@pytest.mark.parametrize("slug", ["deficiency", "food-sources", "supplements"])
def test_the_warning_stands_in_a_box(chapters: list[Chapter], slug: str):
    body = next(c.body for c in chapters if c.slug == slug)
    boxes = re.findall(r"^:::\{warning\}\n(.*?)^:::$", body, re.MULTILINE | re.DOTALL)
    assert any("vitamin K antagonist" in box and "warfarin" in box for box in boxes)


def test_the_warning_stands_on_the_front_page(docs: Path):
    box = re.search(
        r"^:::\{warning\}\n(.*?)^:::$", (docs / "index.md").read_text(), re.MULTILINE | re.DOTALL
    )[1]
    assert "vitamin K antagonist" in box and "warfarin" in box
