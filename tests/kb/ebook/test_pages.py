"""The pages of the EPUB in Chromium: axe finds nothing, nothing is too wide, light and dark; `make prove` looks at more pages, and at wide screens."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page

from axe import RUN, TAGS
from browsing import Profile
from tiers import rest_in_prove

PAGES = (
    "epub-cover",
    "edition",
    "contents",
    "index",
    "sections/gut-health",
    "sections/food-sources",
    "reference/evidence",
    "reference/glossary",
    "reference/foods",
    "reference/sources",
    "about/method",
)
READ = ("contents", "sections/food-sources", "reference/evidence")
"""Pages with a list, a table, a drawing and claims, for `make test`."""
WIDTHS = (360, pytest.param(800, marks=pytest.mark.prove))
MODES = ("light", "dark")
WAIVED = {
    "epub-cover": {
        "page-has-heading-one": "the title stands in the picture, and as a heading on the next page"
    }
}
"""Rules of axe that a page does not follow, each with its reason."""


@pytest.fixture(scope="session")
def unpacked(epub: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("epub")
    with ZipFile(epub) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, profile: Profile) -> Page:
    return profile.new_page(request.param)


@pytest.mark.parametrize("name", rest_in_prove(PAGES, lambda name: name in READ))
def test_each_kind_of_page(page: Page, unpacked: Path, name: str) -> None:
    page.goto((unpacked / f"{name}.xhtml").as_uri(), wait_until="load")
    assert (
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        == 0
    )
    page.evaluate(
        (Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    )
    found = {}
    for mode in MODES:
        page.emulate_media(color_scheme=mode)
        found[mode] = page.evaluate(RUN, [list(TAGS), list(WAIVED.get(name, {}))])
    assert not any(found.values()), json.dumps(found, indent=1)


TABLES = (("reference/evidence", "register"), ("reference/foods", "food-table"))


@pytest.mark.parametrize(
    ("name", "table"), rest_in_prove(TABLES, lambda case: "foods" not in case[0])
)
def test_pages_side_by_side_are_as_narrow_as_they_look(
    browser: Browser, unpacked: Path, name: str, table: str
) -> None:
    """As epub.js lays them out: columns of 340 px in a window as wide as 30 of them."""
    page = browser.new_page(viewport={"width": 10200, "height": 600})
    page.goto((unpacked / f"{name}.xhtml").as_uri(), wait_until="load")
    page.add_style_tag(
        content="body { margin: 0; height: 600px; columns: 340px auto; column-gap: 0; column-fill: auto; }"
    )
    cut = page.evaluate(
        """() => [...document.querySelectorAll('td, .stub')].filter((cell) =>
          [...cell.getClientRects()].some((box) => box.width > 340 || Math.floor(box.left / 340) !== Math.floor((box.right - 1) / 340))).length"""
    )
    heads = page.locator(f".{table} thead").evaluate("(head) => getComputedStyle(head).display")
    page.close()
    assert (cut, heads) == (0, "none")


def test_a_dark_reader_gets_light_words(page: Page, unpacked: Path) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto((unpacked / "sections/gut-health.xhtml").as_uri(), wait_until="load")
    color = page.locator("main p").first.evaluate("e => getComputedStyle(e).color")
    assert color == "rgb(255, 255, 255)"


def test_pictures_are_there(page: Page, unpacked: Path) -> None:
    for name in ("epub-cover", "index", "reference/foods"):
        page.goto((unpacked / f"{name}.xhtml").as_uri(), wait_until="load")
        assert page.locator("img").count() > 0
        assert page.evaluate(
            "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
        ), name
