"""axe-core finds nothing on any page: light and dark, wide and narrow, with all that opens open.

``make test`` looks at the pages with the most to press, on a phone, ``make prove`` at every page and width.  The page is read
once for each width; the colors change under it, as they do when a reader's evening comes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from axe import AXE, RUN, TAGS, every_page
from browsing import Profile, until
from pages import PRESSED, pages_of
from tiers import rest_in_prove

MODES = ("light", "dark")
WIDTHS = (1280, 360)
BOTH = (pytest.param(1280, marks=pytest.mark.prove), 360)
"""A phone in `make test`, since all is there and nearer together; a wide window in `make prove`."""
CHAPTER = "sections/gut-health.html"

WAIVED: dict[str, str] = {}
"""Rules of axe that we do not follow, each with its reason."""


@pytest.fixture(scope="session")
def axe() -> str:
    assert AXE.is_file(), "axe-core is missing: run python -m build.node"
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def look(profile: Profile, served: str, axe: str) -> Callable[..., Page]:
    """Open a page at a width, still (no transition hides a color), with axe in it."""

    def open_page(name: str, width: int) -> Page:
        page = profile.new_page(width, reduced_motion="reduce")
        page.goto(served + name, wait_until="load")
        page.add_style_tag(
            content="*, ::before, ::after { transition: none !important; animation: none !important; }"
        )
        page.evaluate(axe)
        return page

    return open_page


def faults(page: Page, mode: str) -> list[str]:
    page.emulate_media(color_scheme=mode)
    if page.locator("html[data-theme]").count():
        expect(page.locator("html")).to_have_attribute("data-theme", mode)
    return page.evaluate(RUN, [list(TAGS), list(WAIVED)])


@pytest.mark.parametrize("name", PRESSED)
def test_pages_with_the_most_to_press(look, name):
    """On a phone at night; `make prove` looks at the rest."""
    assert faults(look(name, 360), "dark") == []


@pytest.mark.parametrize("mode", MODES)
def test_a_row_to_which_an_address_leads(look, site, mode):
    """Its ground is of another color, and its links and its warning are read on it."""
    name = "reference/foods.html"
    rows = (site / name).read_text(encoding="utf-8").split("<tr")
    row = next(one for one in rows if "not-k2" in one and "food-warning" in one)
    anchor = re.search(r'id="(food-[^"]+)"', row)[1]
    page = look(f"{name}#{anchor}", 360)
    assert page.locator("tr:has(:target)").count() == 1
    assert faults(page, mode) == []


@pytest.mark.prove
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", every_page())
def test_every_page(look, site, name, width):
    assert (site / name).is_file(), f"{name} is not in the site"
    page = look(name, width)
    found = {mode: faults(page, mode) for mode in MODES}
    assert not any(found.values()), json.dumps(found, indent=1)


@pytest.mark.prove
def test_no_page_is_left_out(site):
    assert set(pages_of(site)) == set(every_page())


def click(selector: str) -> Callable[[Page], Locator]:
    def act(page: Page) -> Locator:
        page.locator(f"{selector}:visible").first.click()
        return page.locator("dialog[open], .dropdown-menu.show")

    return act


def from_the_top(page: Page) -> Locator:
    """The theme shows the way up to a reader who turns back."""
    page.mouse.move(page.viewport_size["width"] / 2, 400)
    page.mouse.wheel(0, 3000)
    until(page, "scrollY > 2000 && 'oldScroll' in window")
    page.mouse.wheel(0, -500)
    return page.locator("#pst-back-to-top")


def on_a_term(page: Page) -> Locator:
    page.locator("article a:has(.std-term)").first.evaluate("e => e.focus({ focusVisible: true })")
    return page.locator(".kb-card")


OPEN: dict[str, tuple[tuple[int, ...], Callable[[Page], Locator]]] = {
    "the drawer of the site": ((360,), click(".primary-toggle")),
    "the drawer of the page": ((360,), click(".secondary-toggle")),
    "the search": (WIDTHS, click(".search-button__button")),
    "the color mode": (WIDTHS, click(".theme-switch-button")),
    # The theme hides it on wide screens.
    "the way up": ((360,), from_the_top),
    "a card": (WIDTHS, on_a_term),
}


OPENED = [
    pytest.param(what, width, marks=[] if width == 360 else [pytest.mark.prove])
    for what, (widths, _) in OPEN.items()
    for width in widths
]


@pytest.mark.parametrize(("what", "width"), OPENED)
def test_with_all_that_opens(look, what, width):
    page = look(CHAPTER, width)
    expect(OPEN[what][1](page).first).to_be_visible()
    found = {mode: faults(page, mode) for mode in MODES}
    assert not any(found.values()), json.dumps(found, indent=1)


AT_WORK = {
    "the register, filtered": "reference/evidence.html?verdict=overstated&certainty=low",
    "foods side by side": "reference/foods.html#compare=natto-kamao2007,brie-50-nevo&grams=40",
    "how to cite": CHAPTER,
}


@pytest.mark.parametrize("width", BOTH)
@pytest.mark.parametrize("what", rest_in_prove(AT_WORK, lambda what: what != "foods side by side"))
def test_with_tools_at_work(look, what, width):
    page = look(AT_WORK[what], width)
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true })")
    expect(page.locator("details[open], [role=status]:visible").first).to_be_visible()
    found = {mode: faults(page, mode) for mode in MODES}
    assert not any(found.values()), json.dumps(found, indent=1)


SEARCHED = ("osteocalcin", "ostocalcin", "does k2 help with alzheimer's", "brie", "bicycle")
"""A card, a mended word, claims, foods, nothing."""


@pytest.mark.parametrize("width", BOTH)
@pytest.mark.parametrize(
    "query",
    [SEARCHED[0], *(pytest.param(query, marks=pytest.mark.prove) for query in SEARCHED[1:])],
)
def test_results_of_a_search(look, query, width):
    page = look(CHAPTER, width)
    page.locator(".search-button__button:visible").first.click()
    until(page, "document.documentElement.dataset.search === 'ready'")
    page.locator("#pst-search-dialog input").fill(query)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#pst-search-dialog [role=status]")).not_to_be_empty()
    found = {mode: faults(page, mode) for mode in MODES}
    assert not any(found.values()), json.dumps(found, indent=1)


@pytest.mark.parametrize("width", BOTH)
def test_the_page_of_the_search(look, width):
    page = look("search.html?q=menaquinone", width)
    expect(page.locator(".kb-list a").first).to_be_visible()
    found = {mode: faults(page, mode) for mode in MODES}
    assert not any(found.values()), json.dumps(found, indent=1)


def test_axe_would_tell(look):
    """The guard itself: a fault set on purpose is found."""
    page = look(CHAPTER, 1280)
    page.locator("article p.page-info").evaluate(
        "e => { e.style.color = '#777'; e.style.background = '#888'; }"
    )
    assert [fault.split(":")[0] for fault in faults(page, "light")] == ["color-contrast"]
