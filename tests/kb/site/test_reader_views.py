"""Reader views keep what carries meaning: Mozilla's Readability, which Firefox uses, on the pages.

It throws out what looks like menus, and writes what is left without styles.  Nothing may be lost
from a claim, from a warning, from the list of sources, or from a row of the register.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from content import claim_ids
from kb.claims.register import HEADS
from pages import pages_of
from tiers import rest_in_prove

ROOT = Path(__file__).parents[3]
CHAPTERS = tuple(sorted(path.stem for path in (ROOT / "docs/sections").glob("*.md")))
READ = ("gut-health", "brain-health")
"""Chapters for `make test`: each lost a whole claim when claims were a ``div``."""
PARTS = (
    ".claim-head",
    ".claim-quote",
    ".claim-answer",
    ".claim-assessment",
    ".claim-change",
    ".studied-line",
    ".claim-side",
)
BOXES = "p, li, dt, dd, td, th, figcaption, blockquote"
"""What holds the words of a page."""
OTHERS = ("reference/glossary.html", "reference/sources.html", "reference/foods.html")
SET = "() => { window.Readability = (() => { %s; return Readability; })(); }"
READER = "() => new Readability(document.cloneNode(true)).parse().content"
WORDS = """(selector) => [...document.querySelectorAll(selector)].map((box) => {
  const copy = box.cloneNode(true);
  for (const extra of copy.querySelectorAll('.headerlink, .visually-hidden')) extra.remove();
  return copy.textContent;
})"""


def squeezed(words: str) -> str:
    """*words* without spaces, which elements that are gone leave or take away."""
    return re.sub(r"\s+", "", words)


@pytest.fixture(scope="module")
def readability() -> str:
    path = ROOT / "node_modules/@mozilla/readability/Readability.js"
    assert path.is_file(), "Readability is missing: run python -m build.node"
    return SET % path.read_text(encoding="utf-8")


@pytest.fixture
def view(browser: Browser, site: Path, readability: str):
    """Open a page, as it lies on the disk; return it, and its reader view without spaces."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    def of(name: str) -> tuple[Page, str]:
        page.goto((site / name).as_uri(), wait_until="load")
        page.evaluate(readability)
        kept = page.evaluate(
            "(html) => new DOMParser().parseFromString(html, 'text/html').body.textContent",
            page.evaluate(READER),
        )
        return page, squeezed(kept)

    yield of
    context.close()


View = Callable[[str], tuple[Page, str]]


@pytest.mark.parametrize("name", rest_in_prove(CHAPTERS, lambda name: name in READ))
def test_claims_stay_whole_and_in_order(view: View, name: str) -> None:
    page, kept = view(f"sections/{name}.html")
    claims = page.locator("section.claim")
    ids = [claims.nth(i).get_attribute("id") for i in range(claims.count())]
    assert ids
    place = 0
    for claim in ids:
        for part in PARTS:
            told = page.evaluate(WORDS, f"#{claim} {part}")
            assert told or part in (".claim-side", ".studied-line"), (claim, part)
            for words in map(squeezed, told):
                found = kept.find(words, place)
                assert found >= 0, f"{claim}: the reader view has lost {part}: {words[:60]}"
                place = found + len(words)


def test_every_claim_is_one_of_a_chapter(site: Path, docs: Path) -> None:
    """No claim escapes the test above, and each is written as a ``section``."""
    written = [
        found.upper()
        for name, text in pages_of(site).items()
        if name.startswith("sections/")
        for found in re.findall(r'<section class="claim [^"]*" id="claim-(\w+)">', text)
    ]
    assert sorted(written) == sorted(claim_ids(docs))


def test_rows_of_the_register_say_what_each_cell_is(view: View, docs: Path) -> None:
    page, kept = view("reference/evidence.html")
    rows = page.evaluate(WORDS, "table.register tbody tr")
    assert len(rows) == len(claim_ids(docs))
    for row in map(squeezed, rows):
        assert row in kept
        assert all(squeezed(f"{head}:") in row for head in HEADS[1:]), row


@pytest.mark.parametrize("name", rest_in_prove(OTHERS, lambda name: "foods" in name))
def test_lists_warnings_and_tables_stay_whole(view: View, name: str) -> None:
    page, kept = view(name)
    told = page.evaluate(WORDS, f"article :is({BOXES}):not(.food-explorer > p)")
    assert len(told) > 100
    assert [words for words in told if squeezed(words) not in kept] == []
