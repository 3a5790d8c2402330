"""The pages of the EPUB in Firefox and WebKitGTK, as e-readers show them that are built on these.

Each page is opened from disk, wide and narrow.  What is asked of Chromium stands in ``test_pages`` and
``test_e_readers``.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from ebooks import XHTML, Ebook
from engines import ENGINES, Engine, engine
from pages import CONTRAST, MARK_WORDS

pytestmark = pytest.mark.prove

WIDTHS = {"wide": (1280, 800), "narrow": (360, 640)}
SEED = int(os.environ.get("KB_SEED", "18"))
"""Which links are pressed; another number takes others."""
OUTSIDE = """
return [...document.querySelectorAll('.claim, .claim *, td, th, figure, img')].filter((each) => {
  const { left, right, width, height } = each.getBoundingClientRect();
  return width > 1 && height > 1 && (left < -1 || right > innerWidth + 1);
}).map((each) => each.outerHTML.slice(0, 80));
"""
IS_SEEN = """(() => {
  const target = location.hash ? document.querySelector(':target') : document.body;
  const { top, bottom } = target?.getBoundingClientRect() ?? {};
  return document.readyState === 'complete' && bottom > 0 && top < innerHeight;
})()"""


@pytest.fixture(scope="module", params=ENGINES)
def one(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with engine(request.param) as started:
        yield started


@pytest.fixture(scope="module")
def book(epub: Path) -> Ebook:
    return Ebook(epub)


@pytest.fixture(scope="module")
def unpacked(epub: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages as a device shows them that is light, and one that is dark."""
    folders = {}
    for mode in ("light", "dark"):
        folders[mode] = tmp_path_factory.mktemp(mode)
        with ZipFile(epub) as archive:
            archive.extractall(folders[mode])
        sheet = folders[mode] / "_static/epub.css"
        css = sheet.read_text(encoding="utf-8")
        assert "color-scheme: light dark;" in css
        chosen = css.replace("color-scheme: light dark;", f"color-scheme: {mode};")
        sheet.write_text(chosen, encoding="utf-8")
    return folders


@pytest.mark.parametrize("width", WIDTHS)
def test_claims_and_tables_are_within_the_window(one, unpacked, book, width):
    one.resize(*WIDTHS[width])
    wrong, claims, folded = {}, 0, {}
    for name in book.spine:
        one.open((unpacked["light"] / name).as_uri())
        if found := one.run(OUTSIDE):
            wrong[name] = found
        if one.value("document.documentElement.scrollWidth > innerWidth"):
            wrong.setdefault(name, []).append("scrolls sideways")
        claims += one.value("document.querySelectorAll('.claim').length")
        for table in ("register", "food-table"):
            head = f"document.querySelector('.{table} thead')"
            if one.value(f"Boolean({head})"):
                folded[table] = one.value(f"getComputedStyle({head}).display") == "none"
    assert wrong == {}
    assert claims > 30
    assert folded == dict.fromkeys(("register", "food-table"), width == "narrow")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_and_badges_are_read(one, unpacked, book, mode):
    one.resize(*WIDTHS["narrow"])
    faint, words, colors = {}, 0, set()
    for name in book.spine:
        one.open((unpacked[mode] / name).as_uri())
        words += one.run(f"return ({MARK_WORDS})()")
        colors.add(one.value("getComputedStyle(document.body).color"))
        if found := one.run(f"return ({CONTRAST})('.has-words')"):
            faint[name] = found
    assert words > 5000
    (color,) = colors
    assert (min(map(int, re.findall(r"\d+", color))) > 240) is (mode == "dark"), color
    assert faint == {}


@pytest.mark.parametrize("name", ENGINES)
def test_contents_and_links_come_to_be_seen(name, unpacked, book):
    """Links of each page, most of them in the list of contents.

    In a window of the engine's own size: where Firefox 140 is given another by its protocol, it lays
    a new page out narrower first, and looks for the place there.
    """
    dice, pressed = random.Random(SEED), 0
    with engine(name) as one:
        for page in book.spine:
            links = [node.get("href") for node in book.pages[page].iter(f"{XHTML}a")]
            links = [link for link in links if link]
            inside = [n for n, link in enumerate(links) if ":" not in link]
            most = 20 if page == "contents.xhtml" else 2
            for nth in dice.sample(inside, min(most, len(inside))):
                link = f"document.querySelectorAll('a[href]')[{nth}]"
                one.open((unpacked["light"] / page).as_uri())
                wanted = one.value(f"{link}.href")
                one.run(f"{link}.click()")
                one.until(f"location.href === {json.dumps(wanted)} && {IS_SEEN}")
                pressed += 1
    assert pressed > 40
