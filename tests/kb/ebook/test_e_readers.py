"""The EPUB in a reader and before a checker of others: epub.js page by page, and Ace of DAISY.

Both come by npm from a lock of their own (``tests/programs/e-readers``, about 115 MB), which the
first run of these tests installs.
"""

from __future__ import annotations

import json
import os
import posixpath
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page

from browsing import serving
from build import node
from ebooks import XHTML, Ebook
from pages import CONTRAST, MARK_WORDS
from upkeep import programs

pytestmark = pytest.mark.prove

FOLDER = Path(__file__).parents[2] / "programs/e-readers"
SEED = int(os.environ.get("KB_SEED", "18"))
"""Which links are pressed; another number takes others."""
PAGE = '<!doctype html><body style="margin: 0"><div id="view"></div><script src="jszip.js"></script><script src="epub.js"></script>'
SHOW = """async ([width, height]) => {
  const book = ePub('book/content.opf');
  const shown = book.renderTo('view', { width, height, flow: 'paginated', spread: 'none' });
  await book.ready;
  window.told = {};
  for (const { href } of book.spine.spineItems) {
    await shown.display(href);
    const { contentDocument: page } = document.querySelector('#view iframe');
    const { pageWidth } = shown.manager.layout;
    const boxes = [...page.querySelectorAll('td, th, table, img, svg, figure')].flatMap(
      (box) => [...box.getClientRects()].map((place) => [box.tagName, place]));
    const text = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    while (text.nextNode()) {
      const range = page.createRange();
      range.selectNodeContents(text.currentNode);
      boxes.push(...[...range.getClientRects()].map((place) => [text.currentNode.data.trim(), place]));
    }
    const of = (x) => Math.floor(x / pageWidth);
    const isCut = ({ left, right, top, bottom }) => of(left) !== of(right - 0.5) || top < 0 || bottom > height;
    const seen = boxes.filter(([, place]) => place.width > 1 && place.height > 1);
    told[href] = { pageWidth, boxes: seen.length, cut: seen.filter(([, place]) => isCut(place)).map(([name]) => name) };
  }
  return told;
}"""


@pytest.fixture(scope="module")
def modules() -> Path:
    """The packages of npm, installed by their lock."""
    assert node.main(FOLDER) == 0, "they come by npm, once"
    return FOLDER / "node_modules"


OPEN = """async () => {
  window.book = ePub('book/content.opf');
  window.shown = book.renderTo('view', { width: 360, height: 600, flow: 'paginated', spread: 'none' });
  await book.ready;
  await shown.display();
}"""
LEAD = """async (addresses) => {
  const isSeen = (id) => {
    const { contentDocument: page } = document.querySelector('#view iframe');
    const { left } = page.getElementById(id)?.getBoundingClientRect() ?? { left: NaN };
    const { scrollLeft } = document.querySelector('.epub-container');
    return left >= scrollLeft - 1 && left < scrollLeft + 360;
  };
  const strayed = [];
  for (const address of addresses) {
    await shown.display(address);
    const { index } = shown.manager.visible()[0].section;
    const [href, id] = address.split('#');
    if (book.spine.get(href)?.index !== index || (id && !isSeen(decodeURIComponent(id)))) strayed.push(address);
  }
  return strayed;
}"""
"""Which of the addresses do not come to be seen, each in the page that epub.js shows then."""
PRESS = """async ([href, nth, wanted]) => {
  await shown.display(href);
  const { href: here } = shown.manager.visible()[0].section;
  document.querySelector('#view iframe').contentDocument.querySelectorAll('a[href]')[nth].click();
  const page = () => shown.manager.visible()[0]?.section.href;
  for (let n = 0; n < 1200 && page() !== wanted; n += 1) await new Promise((done) => setTimeout(done, 50));
  return [here, page()];
}"""
"""The page with a link, and that which is shown a minute after it was pressed, or once it is the wanted one."""
DARKS = {
    "the device is dark": ("dark", "() => {}"),
    "the reader is dark": (
        "light",
        "() => shown.themes.default({ html: { 'color-scheme': 'dark' }, body: { background: '#111', color: '#ddd' } })",
    ),
    "the reader says so of all": (
        "light",
        "() => shown.themes.default({ body: { background: '#111 !important', color: '#ddd !important' } })",
    ),
}
"""How a page comes to be dark: by the system, or by a stylesheet that an e-reader adds, in two ways."""


@pytest.fixture
def book(
    epub: Path, modules: Path, browser: Browser, tmp_path: Path
) -> Iterator[tuple[Page, str, Path]]:
    """A window as small as a phone's, the address of epub.js with the book, and the folder of both."""
    shutil.copy(modules / "epubjs/dist/epub.min.js", tmp_path / "epub.js")
    shutil.copy(modules / "jszip/dist/jszip.min.js", tmp_path / "jszip.js")
    (tmp_path / "index.html").write_text(PAGE)
    with ZipFile(epub) as archive:
        archive.extractall(tmp_path / "book")
    page: Page = browser.new_page(viewport={"width": 360, "height": 640})
    with serving(tmp_path, SimpleHTTPRequestHandler) as address:
        yield page, address, tmp_path
    page.close()


@pytest.fixture
def paginated(book: tuple[Page, str, Path]) -> Callable[..., dict]:
    """Show every page of the book in epub.js, with the stylesheet edited; return what it tells of each."""
    page, address, folder = book
    sheet = folder / "book/_static/epub.css"

    def show(edit: Callable[[str], str] = str) -> dict:
        sheet.write_text(edit(sheet.read_text(encoding="utf-8")), encoding="utf-8")
        page.goto(address, wait_until="load")
        return page.evaluate(SHOW, [360, 600])

    return show


def test_nothing_is_wider_than_a_page_or_cut(paginated, epub):
    told = paginated()
    assert list(told) == Ebook(epub).spine
    assert {page["pageWidth"] for page in told.values()} == {360}
    assert told["reference/evidence.xhtml"]["boxes"] > 500
    assert {name: page["cut"] for name, page in told.items() if page["cut"]} == {}


def test_a_table_that_asks_the_window_is_cut(paginated):
    """The check itself: without the rules for columns, the register and the foods do not fit."""
    told = paginated(lambda css: css.replace("@container", "@supports (color: none) and"))
    cut = {name for name, page in told.items() if page["cut"]}
    assert cut == {"reference/evidence.xhtml", "reference/foods.xhtml"}


def test_contents_and_links_come_to_be_seen(book, epub):
    """All that the contents name, and places that links of the book lead to; some links are pressed."""
    page, address, _ = book
    read = Ebook(epub)
    page.goto(address, wait_until="load")
    page.evaluate(OPEN)
    listed = [each.get("href") for each in read.pages["nav.xhtml"].iter(f"{XHTML}a")]
    inside = [
        (name, posixpath.normpath(posixpath.join(posixpath.dirname(name), link)))
        for name, link in read.links()
        if name in read.spine and "#" in link and not link.startswith(("#", "http"))
    ]
    chosen = sorted({place for _, place in random.Random(SEED).sample(inside, 120)})
    assert len(listed) > 20 and len(inside) > 1500
    assert page.evaluate(LEAD, [*listed, *chosen]) == []
    strayed = []
    for name in random.Random(SEED).sample(read.spine, 8):
        links = [
            node.get("href") for node in read.pages[name].iter(f"{XHTML}a") if node.get("href")
        ]
        leads = [n for n, link in enumerate(links) if ".xhtml" in link and "://" not in link]
        for nth in random.Random(SEED).sample(leads, min(3, len(leads))):
            wanted = posixpath.normpath(posixpath.join(posixpath.dirname(name), links[nth]))
            target = wanted.partition("#")[0]
            came = page.evaluate(PRESS, [name, nth, target])
            strayed += [(wanted, came)] if came != [name, target] else []
    assert strayed == []


@pytest.mark.parametrize("way", DARKS)
def test_words_and_badges_are_read_in_the_dark(book, epub, way):
    page, address, _ = book
    system, dark = DARKS[way]
    page.emulate_media(color_scheme=system)
    page.goto(address, wait_until="load")
    page.evaluate(OPEN)
    page.evaluate(dark)
    faint, words = {}, 0
    for name in Ebook(epub).spine:
        page.evaluate("(name) => shown.display(name)", name)
        (shown,) = page.frames[1:]
        ground = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        assert way == "the device is dark" or ground == "rgb(17, 17, 17)"
        words += shown.evaluate(MARK_WORDS)
        if found := shown.evaluate(CONTRAST, ".has-words"):
            faint[name] = found
    assert words > 5000
    assert faint == {}


@pytest.fixture
def ace(modules: Path, tmp_path: Path) -> Callable[[Path], list[str]]:
    """What Ace says of a book: each finding as page, rule and element."""

    def run(book: Path) -> list[str]:
        out = tmp_path / f"ace-{book.stem}"
        told = subprocess.run(
            [
                programs.places()["node"],
                modules / "@daisy/ace-cli/bin/ace.js",
                "--outdir",
                out,
                book,
            ],
            env=os.environ
            | {
                "PUPPETEER_EXECUTABLE_PATH": programs.places()["chromium"],
                # Five seconds for a browser to start are few on a busy machine.
                "ACE_TIMEOUT_INITIAL": "120000",
                "HOME": str(tmp_path),
            },
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert (out / "report.json").is_file(), told.stdout + told.stderr
        report = json.loads((out / "report.json").read_text(encoding="utf-8"))
        assert len(report["assertions"]) > 20
        return [
            f"{page['earl:testSubject']['url']}: {one['earl:test']['dct:title']}"
            for page in report["assertions"]
            for one in page["assertions"]
        ]

    return run


def test_ace_finds_nothing(ace, epub):
    assert ace(epub) == []


def test_ace_would_tell(ace, epub, tmp_path):
    broken = tmp_path / "broken.epub"
    with ZipFile(epub) as old, ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b' role="doc-toc"', b""))
    assert ace(broken) == ["nav.xhtml: epub-type-has-matching-role"]
