"""What a screen reader says, in order: a virtual one (Guidepup's) on one page of each kind.

The transcript is ``screen-reader.txt`` beside this file, over the tiny knowledge base, so that no
edit of the content changes it.  Where the pages rightly say something else, ``KB_WRITE=1`` writes it
anew; read it aloud before you commit it.  Phrases that only repeat or close what was said are left out
(see ``spoken``).  The reader comes by npm from a lock of its own (``tests/programs/screen-reader``, 13 MB).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from build import node

pytestmark = [
    pytest.mark.prove,
    pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning"),
]

FOLDER = Path(__file__).parents[2] / "programs/screen-reader"
BUNDLE = "node_modules/@guidepup/virtual-screen-reader/lib/esm/index.browser.js"
TRANSCRIPT = Path(__file__).with_name("screen-reader.txt")
START = """async (selector) => {
  const container = document.querySelector(selector);
  await reader.start({ container });
  const first = await reader.lastSpokenPhrase();
  // Behind the end it begins again.
  do await reader.next(); while (await reader.lastSpokenPhrase() !== first);
  return (await reader.spokenPhraseLog()).length - 1;
}"""
"""Reads to the end; the result is the place of the phrase with which it begins again."""
STOP = (
    "async () => { const said = await reader.spokenPhraseLog(); await reader.stop(); return said; }"
)
NOISE = re.compile(
    r"end\b|<|(paragraph|group|strong|emphasis|mark|rowgroup|caption|article)$|row, "
)
"""What closes, what has no name, rows (their cells follow), and the source of what is not shown."""
NAMED = re.compile(r"(link|button|heading|option|cell|rowheader|columnheader|checkbox|image), ")
"""What has its own words for a name; said once more, they are left out."""


def spoken(phrases: list[str]) -> list[str]:
    """The *phrases* without what says nothing more; of a picture its name alone, as readers do."""
    said: list[str] = []
    name = inside = ""
    for phrase in phrases:
        if inside:
            inside = "" if phrase == inside else inside
        elif not NOISE.match(phrase) and phrase not in name:
            said.append(phrase)
            name = phrase if NAMED.match(phrase) else name
            inside = f"end of {phrase}" if phrase.startswith("image, ") else ""
    return said


@pytest.fixture(scope="module")
def script() -> str:
    """The reader as a script that a page can run: its one export is a global name."""
    assert node.main(FOLDER) == 0, "it comes by npm, once"
    text = (FOLDER / BUNDLE).read_text(encoding="utf-8")
    exported = re.search(r"export\s*\{[^}]*?([\w$]+) as virtual\b[^}]*\};?", text)
    body = text.replace(exported[0], "").partition("//# sourceMappingURL")[0]
    return f"() => {{ window.reader = (() => {{ {body}\nreturn {exported[1]}; }})(); }}"


@pytest.fixture
def read(tiny_site, browser: Browser, script: str) -> Iterator[Callable[..., list[str]]]:
    """Read what a selector finds in a page of the tiny site to its end, and what is said while it is used."""
    out = tiny_site(
        extensions=["myst_parser", "sphinx_design", "sphinxcontrib.bibtex", "kb"],
        html_additional_pages={"404": "kb-404.html", "search": "search.html"},
    ).out
    page = browser.new_page(viewport={"width": 1280, "height": 900})

    def said(name: str, selector: str, *uses: Callable[[Page], None]) -> list[str]:
        address, _, query = name.partition("?")
        page.goto(f"{(out / address).as_uri()}?{query}", wait_until="load")
        if query:
            expect(page.locator("main [role=option]").first).to_be_visible(timeout=60_000)
        page.evaluate(script)
        again = page.evaluate(START, selector)
        for use in uses:
            use(page)
        phrases = page.evaluate(STOP)
        del phrases[again]
        return spoken(phrases)

    yield said
    page.close()


def sorted_by_value(page: Page) -> None:
    page.get_by_role("button", name="µg per 100 g").click()
    expect(page.locator(".food-count")).to_contain_text("descending")


def first_chosen(page: Page) -> None:
    page.locator("tr[data-food]:visible input").first.check()
    expect(page.locator(".food-bar p")).to_have_text("1 of 6 chosen")


def only_overstated(page: Page) -> None:
    page.get_by_label("Verdict", exact=True).select_option("overstated")


def by_certainty(page: Page) -> None:
    page.get_by_label("Sort by").select_option("certainty")


READ = {
    "front page": ("index.html", "body"),
    "claim": ("sections/one.html", "#claim-a1"),
    "counts": ("reference/evidence.html", "table.counts"),
    "register": ("reference/evidence.html", "table.register"),
    "filters of the register": (
        "reference/evidence.html",
        ".register-tools",
        only_overstated,
        by_certainty,
    ),
    "foods": ("reference/foods.html", "article", sorted_by_value, first_chosen),
    "search": ("search.html?q=osteocalcin", "main"),
}


def test_it_says_the_right_thing_in_the_right_order(read):
    told = "".join(
        "\n".join([f"== {name}", *read(*what), "\n"]) for name, what in READ.items()
    ).rstrip()
    if os.environ.get("KB_WRITE"):
        TRANSCRIPT.write_text(f"{told}\n", encoding="utf-8")
    assert told == TRANSCRIPT.read_text(encoding="utf-8").rstrip()
