"""What a reader finds in the PDF: every name of the glossary, as often as the text has it.

pdf.js is the reader of Firefox, and its find bar the one that Firefox shows.  What it reads is compared
with the others (``pdf_readers``).  It comes by npm from a lock of its own (``tests/programs/pdf-reader``,
38 MB).

A hyphen that ends a line before a small letter is dropped by the find bar, as if the word had been
broken there: it misses "meta-analysis" where the line breaks at that hyphen.  So it is asked for
what stands on one line, or is broken at a blank.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import pdf_readers
from browsing import serving
from build import node

pytestmark = pytest.mark.prove

FOLDER = Path(__file__).parents[2] / "programs/pdf-reader"
OPEN = """async () => {
  globalThis.pdfjsLib = await import('/pdfjs/legacy/build/pdf.min.mjs');
  const viewer = await import('/pdfjs/legacy/web/pdf_viewer.mjs');
  pdfjsLib.GlobalWorkerOptions.workerSrc = '/pdfjs/legacy/build/pdf.worker.min.mjs';
  globalThis.pdf = await pdfjsLib.getDocument({ url: '/book.pdf' }).promise;
  globalThis.eventBus = new viewer.EventBus();
  const linkService = new viewer.PDFLinkService({ eventBus });
  linkService.setDocument(pdf);
  linkService.setViewer({ currentPageNumber: 1 });
  globalThis.bar = new viewer.PDFFindController(
    { eventBus, linkService, updateMatchesCountOnProgress: false });
  bar.setDocument(pdf);
}"""
TEXT = """async () => {
  const pages = [];
  for (let n = 1; n <= pdf.numPages; n += 1) {
    const { items } = await (await pdf.getPage(n)).getTextContent();
    pages.push(items.map(({ str, hasEOL }) => str + (hasEOL ? '\\n' : '')).join(''));
  }
  return pages;
}"""
FIND = """(query) => new Promise((done) => {
  eventBus.on('updatefindmatchescount', ({ matchesCount }) => {
    if (bar.pageMatches.length === pdf.numPages) done(matchesCount.total);
  });
  eventBus.dispatch('find', { type: 'find', query, caseSensitive: true });
})"""
LEAD = """async () => {
  const told = { contents: 0, inside: 0, outside: 0, dead: [] };
  const isThere = async (dest) => {
    const place = typeof dest === 'string' ? await pdf.getDestination(dest) : dest;
    return place && (await pdf.getPageIndex(place[0])) < pdf.numPages;
  };
  for (const { dest, title } of await pdf.getOutline()) {
    told.contents += 1;
    if (!(await isThere(dest))) told.dead.push(title);
  }
  for (let n = 1; n <= pdf.numPages; n += 1) {
    for (const { url, dest } of await (await pdf.getPage(n)).getAnnotations()) {
      told[url ? 'outside' : 'inside'] += 1;
      if (!url && !(await isThere(dest))) told.dead.push([n, dest]);
    }
  }
  return told;
}"""
ROLES = """async () => {
  const roles = {};
  const walk = ({ role, children }) => {
    if (role) roles[role] = (roles[role] ?? 0) + 1;
    children?.forEach(walk);
  };
  for (let n = 1; n <= pdf.numPages; n += 1) {
    const tree = await (await pdf.getPage(n)).getStructTree();
    if (tree) walk(tree);
  }
  return roles;
}"""


@pytest.fixture(scope="module")
def reader(pdf: Path, browser: Browser, tmp_path_factory) -> Iterator[Page]:
    """The book, open in pdf.js."""
    assert node.main(FOLDER) == 0, "it comes by npm, once"
    folder = tmp_path_factory.mktemp("reader")
    shutil.copy(pdf, folder / "book.pdf")
    (folder / "pdfjs").symlink_to(FOLDER / "node_modules/pdfjs-dist")
    (folder / "index.html").write_text('<!doctype html><link rel="icon" href="data:,">')
    with serving(folder, SimpleHTTPRequestHandler) as address:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(address)
        page.evaluate(OPEN)
        yield page
        page.close()


@pytest.fixture(scope="module")
def pages(reader: Page) -> list[str]:
    """The text of each page as pdf.js reads it."""
    return reader.evaluate(TEXT)


@pytest.fixture(scope="module")
def names(docs: Path) -> list[str]:
    return pdf_readers.glossary_names(docs)


def test_every_name_of_the_glossary_is_read_as_often_as_by_the_others(pages, pdf, names):
    texts = {"pdf.js": pdf_readers.squeezed("".join(pages)), **pdf_readers.texts(pdf)}
    assert all(pdf_readers.squeezed(name) in texts["pdf.js"] for name in names)
    assert pdf_readers.differing(texts, names) == {}


def test_the_find_bar_of_firefox_finds_every_name_of_the_glossary(reader, pages, names):
    plain = [" ".join(page.split()) for page in pages]
    least = {name: max(1, sum(page.count(name) for page in plain)) for name in names}
    found = {name: reader.evaluate(FIND, name) for name in names}
    assert least["gut-brain axis"] > 100 and least["vitamin K"] > 500
    assert {name: (found[name], least[name]) for name in names if found[name] < least[name]} == {}


def test_contents_and_links_lead_somewhere(reader):
    told = reader.evaluate(LEAD)
    assert told["contents"] > 15 and told["inside"] > 2000 and told["outside"] > 150
    assert told["dead"] == []


def test_heads_of_rows_and_figures_reach_a_screen_reader(reader, docs):
    """The tree of tags, as pdf.js hands it to the browser: by roles."""
    roles = reader.evaluate(ROLES)
    assert roles["TH"] > 300 and roles["TD"] > 800 and roles["Figure"] > 3 and roles["Link"] > 2000
