"""The EPUB in a reader and before a checker of others: epub.js page by page, and Ace of DAISY.

Both come by npm from a lock of their own (``tests/programs/e-readers``, about 115 MB), which the
first run of these tests installs.
"""

from __future__ import annotations

import json
import os
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
from ebooks import Ebook
from upkeep import programs

pytestmark = pytest.mark.prove

FOLDER = Path(__file__).parents[2] / "programs/e-readers"
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


@pytest.fixture
def paginated(
    epub: Path, modules: Path, browser: Browser, tmp_path: Path
) -> Iterator[Callable[..., dict]]:
    """Show every page of the book in epub.js, with the stylesheet edited; return what it tells of each."""
    shutil.copy(modules / "epubjs/dist/epub.min.js", tmp_path / "epub.js")
    shutil.copy(modules / "jszip/dist/jszip.min.js", tmp_path / "jszip.js")
    (tmp_path / "index.html").write_text(PAGE)
    with ZipFile(epub) as archive:
        archive.extractall(tmp_path / "book")
    sheet = tmp_path / "book/_static/epub.css"
    page: Page = browser.new_page(viewport={"width": 360, "height": 640})

    def show(edit: Callable[[str], str] = str) -> dict:
        sheet.write_text(edit(sheet.read_text(encoding="utf-8")), encoding="utf-8")
        page.goto(address, wait_until="load")
        return page.evaluate(SHOW, [360, 600])

    with serving(tmp_path, SimpleHTTPRequestHandler) as address:
        yield show
    page.close()


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
