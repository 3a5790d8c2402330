"""What a reader finds in the PDF: every name of the glossary, as often as the text has it.

pdf.js is the reader of Firefox, and its find bar the one that Firefox shows; pdfium is the reader of
Chromium, pypdf a third.  They are asked for the same, over all pages, and compared with each other
(``pdf_readers``).  pdf.js comes by npm from a lock of its own (``tests/programs/pdf-reader``, 38 MB).

A hyphen that ends a line before a small letter is dropped by the find bar, as if the word had been
broken there: it misses "meta-analysis" where the line breaks at that hyphen.  So it is asked for
what stands on one line, or is broken at a blank.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

import pdf_readers
from browsing import serving
from build import node
from pdf_readers import Told

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
COPY = """async () => {
  const box = document.createElement('div');
  const said = [];
  document.body.append(box);
  for (let n = 1; n <= pdf.numPages; n += 1) {
    const page = await pdf.getPage(n);
    box.replaceChildren();
    await new pdfjsLib.TextLayer({
      textContentSource: page.streamTextContent(),
      container: box,
      viewport: page.getViewport({ scale: 1 }),
    }).render();
    getSelection().selectAllChildren(box);
    said.push(getSelection().toString());
  }
  return said;
}"""
"""What is marked where a whole page is marked: that is what a reader copies."""
LEAD = """async () => {
  const told = { contents: [], inside: [], outside: [] };
  const pageOf = async (dest) => {
    const place = typeof dest === 'string' ? await pdf.getDestination(dest) : dest;
    return place ? pdf.getPageIndex(place[0]) : -1;
  };
  const list = async (marks, depth) => {
    for (const { title, dest, items } of marks) {
      told.contents.push([depth, title, await pageOf(dest)]);
      await list(items, depth + 1);
    }
  };
  await list(await pdf.getOutline(), 0);
  for (let n = 0; n < pdf.numPages; n += 1) {
    for (const { url, unsafeUrl, dest } of await (await pdf.getPage(n + 1)).getAnnotations()) {
      if (url) told.outside.push([n, unsafeUrl]);
      else told.inside.push([n, await pageOf(dest)]);
    }
  }
  return told;
}"""
TAGS = """async () => {
  const tags = {};
  const isHere = ({ type, role, children = [] }) => {
    const held = children.map(isHere);
    const here = Boolean(type) || held.includes(true);
    if (role && here) tags[role] = (tags[role] ?? 0) + 1;
    return here;
  };
  for (let n = 1; n <= pdf.numPages; n += 1) {
    const tree = await (await pdf.getPage(n)).getStructTree();
    if (tree) isHere(tree);
  }
  return tags;
}"""
WHOLE = ("H1", "H2", "H3", "H4", "TH", "TD", "LI", "Lbl", "LBody", "Figure", "Caption", "TOCI")
"""Tags of what stands on one page: pdf.js and pdfium give the tree page by page, and name twice what
goes over two."""


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


def test_the_search_of_pdfium_finds_every_name_of_the_glossary(pdf, names):
    """And what it marks is that name, when it is copied; like pdf.js it joins no word at a hyphen."""
    text = pypdfium2.PdfDocument(pdf)
    plain = [" ".join(page.get_textpage().get_text_range().split()) for page in text]
    text.close()
    found = pdf_readers.found_by_pdfium(pdf, names)
    least = {name: max(1, sum(page.count(name) for page in plain)) for name in names}
    assert least["gut-brain axis"] > 100 and least["vitamin K"] > 500
    assert {name: len(hits) for name, hits in found.items() if len(hits) < least[name]} == {}
    copied = {name: {" ".join(hit.split()) for hit in hits} for name, hits in found.items()}
    assert copied == {name: {name} for name in names}


def test_what_is_copied_in_firefox_has_every_name_of_the_glossary(reader, pdf, names):
    copied = pdf_readers.squeezed("".join(reader.evaluate(COPY)))
    texts = {"copied": copied, **pdf_readers.texts(pdf)}
    assert all(pdf_readers.squeezed(name) in copied for name in names)
    assert pdf_readers.differing(texts, names) == {}


@pytest.fixture(scope="module")
def told(reader, pdf) -> dict[str, Told]:
    """What each reader says of contents, links and tags."""
    by_pdfjs, tags = reader.evaluate(LEAD), Counter(reader.evaluate(TAGS))
    pairs = {name: [tuple(each) for each in by_pdfjs[name]] for name in by_pdfjs}
    return {
        "pdf.js": Told(
            pairs["contents"], Counter(pairs["inside"]), Counter(pairs["outside"]), tags
        ),
        "pdfium": pdf_readers.told_by_pdfium(pdf),
        "pypdf": pdf_readers.told_by_pypdf(pdf),
    }


READERS = ("pdf.js", "pdfium", "pypdf")


@pytest.mark.parametrize("name", READERS)
def test_contents_and_links_lead_to_the_same_page_in_each_reader(told, name):
    here, other = told[name], told["pypdf"]
    assert len(here.contents) > 200 and here.inside.total() > 2000 and here.outside.total() > 150
    assert [mark for mark in here.contents if mark[2] < 0] == []
    assert [link for link in here.inside if link[1] < 0] == []
    assert here.contents == other.contents
    assert here.inside == other.inside
    assert here.outside == other.outside


@pytest.mark.parametrize("name", READERS)
def test_each_reader_hands_on_the_same_tags(told, name):
    """Heads of rows and columns, cells, figures, headings, lists: what a screen reader is told."""
    here = {tag: told[name].tags[tag] for tag in WHOLE}
    assert here["TH"] > 300 and here["TD"] > 700 and here["Figure"] > 3 and here["H3"] > 90
    assert told[name].tags["Link"] > 2000
    assert here == {tag: told["pypdf"].tags[tag] for tag in WHOLE}


def test_the_japanese_title_is_read_by_each_reader_and_pdfium_knows_its_language(pages, pdf):
    """pdf.js and pypdf hand on the languages of tags alone, and the title has that of its words."""
    title = "日本食品標準成分表2020年版(八訂)"
    texts = {"pdf.js": pdf_readers.squeezed("".join(pages)), **pdf_readers.texts(pdf)}
    assert [name for name, text in texts.items() if title not in text] == []
    assert pdf_readers.said_in_by_pdfium(pdf, "ja") == title
