"""Whole fragments of the register, the counts and the list of sources, beside the files in ``golden``.

Each block has a line of its own.  A change that is meant is written into the file.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

GOLDEN = Path(__file__).with_name("golden")
MORE = {
    "reference/evidence.md": lambda text: f"{text}\n:::{{study-kinds}}\n:::\n",
    "sections/one.md": lambda text: text.replace(
        "## See also",
        ":::{retraction} dodd2004void\n{cite:t}`dodd2004void` is void.\n:::\n\n## See also",
    ),
}


def lines(page: str) -> list[str]:
    """What stands in the body of *page*, a line for each block."""
    body = page.partition('<div class="body" role="main">')[2].partition('<div class="clearer">')[0]
    words = re.sub(r"\s+", " ", body)
    blocks = re.split(
        r"(?=<(?:section|h\d|p|li|t[hdr]|col|div|label|option|dt|dd|details)\b)", words
    )
    return [block.strip() for block in blocks if block.strip()]


@pytest.mark.parametrize("page", ["reference/evidence", "reference/sources", "sections/one"])
def test_a_page_holds_the_fragment_of_its_golden_file(tiny, page):
    built = tiny(MORE)
    assert built.warnings == ""
    golden = GOLDEN / f"{Path(page).name}.html"
    assert lines(built.page(f"{page}.html")) == golden.read_text(encoding="utf-8").splitlines()


def test_the_text_edition_is_that_of_its_golden_file(tiny):
    built = tiny(MORE, builder="text")
    told = built.page("reference/evidence.txt") + built.page("reference/sources.txt")
    assert told == (GOLDEN / "text.txt").read_text(encoding="utf-8")
