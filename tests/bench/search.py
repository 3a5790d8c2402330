"""The search beside others on the same queries: quality, bytes, times.

``python tests/bench/search.py`` takes the built site (``_build/html``, or the one that
KB_SITE names), types every query of ``tests/support/queries.yaml`` (or of the file that
KB_QUERIES names) into the real dialog in Chromium, and prints

* where the right places stand: for our search; for plain BM25 with stems on the same records; for
  Sphinx's own search on the same content, built by the theme as it comes; and for Pagefind on that
  build, where ``--pagefind`` names the program (``npm install pagefind``; its ``bin`` for the
  machine).  ``--ours`` leaves all others out;
* the bytes that a reader's first answer asks for, compressed;
* the time from the first focus to answers from names, and until all texts are read, at full
  speed and with the processor slowed four times;
* the time from an input event to the list in the DOM, at both speeds, typing letter by letter;
* the time from a key to the next paint, beside that of an empty page in the same run.

Sphinx and Pagefind lead to pages and seldom to an anchor of ours: compare them by page.
``--every 20`` asks each twentieth query, ``--no-times`` leaves the times out.
Times depend on the machine: run it on an idle one.  Exit code 1 where an aim is missed.
"""

from __future__ import annotations

import argparse
import gzip
import math
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / path) for path in ("tests/support", "docs/_tools", "docs/_ext")]

import os  # noqa: E402

import snowballstemmer  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from browsing import Quiet, serving  # noqa: E402
from kb import CORE  # noqa: E402
from kb.search.synonyms import WORD  # noqa: E402
from quality import (  # noqa: E402
    DEPTH,
    DIALOG,
    answers,
    measure,
    open_dialog,
    queries,
)
from upkeep import programs  # noqa: E402

Answer = Callable[[str], list[str]]
CHAPTER = "sections/gut-health.html"
SLOW = 4
STOCK = ("kb.data_files", "kb.outlets", "kb.book", "kb.ebook")
"""What conf.py needs of ours beside the features that read the text."""

TYPE = """(texts) => {
  const field = document.querySelector('#pst-search-dialog input');
  const times = [];
  for (const text of texts) {
    for (let length = 2; length <= Math.min(text.length, 24); length++) {
      field.value = text.slice(0, length);
      const start = performance.now();
      field.dispatchEvent(new Event('input', { bubbles: true }));
      times.push(performance.now() - start);
    }
  }
  return times;
}"""
PAINT = """(texts) => new Promise(async (done) => {
  const field = document.querySelector('input');
  const times = [];
  for (const text of texts) {
    for (let length = 2; length <= Math.min(text.length, 12); length++) {
      await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
      const start = performance.now();
      field.value = text.slice(0, length);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((next) => requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = next; channel.port2.postMessage(0); }));
      times.push(performance.now() - start);
    }
  }
  done(times);
})"""
FETCHED = """() => {
  const at = (name) => performance.getEntriesByName(name)[0].startTime;
  return performance.getEntriesByType('resource')
    .filter((one) => one.startTime >= at('kb-search-asked') && one.responseEnd <= at('kb-search-names'))
    .map((one) => one.name);
}"""
PAGEFIND = """async ([base, query, depth]) => {
  const engine = await import(base + 'pagefind/pagefind.js');
  const { results } = await engine.search(query);
  const found = await Promise.all(results.slice(0, depth).map((one) => one.data()));
  return found.map((page) => new URL((page.sub_results[0] || page).url, base).href);
}"""
MARKS = """() => {
  const at = (name) => performance.getEntriesByName(name)[0].startTime;
  return [at('kb-search-names') - at('kb-search-asked'), at('kb-search-ready') - at('kb-search-asked')];
}"""


class Plain(Quiet):
    """A server without the headers of our site: its policy refuses the WASM of Pagefind."""

    end_headers = SimpleHTTPRequestHandler.end_headers


def stock(out: Path) -> None:
    """Build the same content with the theme's templates and Sphinx's own search."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    docs = ROOT / "docs"
    settings: dict[str, Any] = {
        "templates_path": [],
        "html_additional_pages": {},
        "html_sidebars": {},
        "html_show_search_summary": False,
        "html_theme_options.article_footer_items": [],
        "html_theme_options.footer_content_items": [],
    }
    foreign = ["myst_parser", "sphinx_design", "sphinxcontrib.bibtex", "typstbook"]
    settings["extensions"] = [*foreign, *CORE, *STOCK]
    with patch_docutils(docs), docutils_namespace():
        app = Sphinx(
            docs,
            docs,
            out,
            out / ".doctrees",
            "html",
            confoverrides=settings,
            status=None,
            freshenv=True,
        )
        app.builder.search = True  # ours builds no index of Sphinx's
        app.build()


def builtin(page: Page, base: str, query: str) -> list[str]:
    """The addresses that Sphinx's search lists for *query*."""
    page.goto(f"{base}search.html")
    page.wait_for_function("typeof Search !== 'undefined' && Search.hasIndex()", timeout=60_000)
    page.evaluate("(query) => Search.performSearch(query)", query)
    page.wait_for_function("Search._pulse_status < 0", timeout=60_000)
    links: list[str] = page.locator("#search-results ul.search > li > a").evaluate_all(
        "(all) => all.map((link) => link.href)"
    )
    return [link.removeprefix(base) for link in links]


def p95(times: list[float]) -> float:
    """The time below which 95 of 100 stay, in milliseconds."""
    return statistics.quantiles(times, n=20)[18]


def fresh(browser: Browser, slow: int) -> Page:
    """A new page in a new context, its processor slowed."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
    return page


def ready_times(browser: Browser, base: str, slow: int) -> tuple[float, float]:
    """Milliseconds from the first focus to answers from names, and to all texts: medians of seven visits."""
    found = []
    for _ in range(7):
        page = fresh(browser, slow)
        page.goto(base + CHAPTER)
        page.wait_for_load_state("networkidle")
        open_dialog(page)
        found.append(page.evaluate(MARKS))
        page.context.close()
    return statistics.median(one for one, _ in found), statistics.median(two for _, two in found)


def typing(browser: Browser, base: str, slow: int, texts: list[str]) -> list[float]:
    """Milliseconds from each input event to the list in the DOM."""
    page = fresh(browser, slow)
    page.goto(base + CHAPTER)
    open_dialog(page)
    times: list[float] = page.evaluate(TYPE, texts)
    page.context.close()
    return times


def paints(browser: Browser, base: str, texts: list[str]) -> tuple[float, float]:
    """p95 in milliseconds from a key to the next paint: with the search, and on an empty page."""
    page = fresh(browser, 1)
    page.goto(base + CHAPTER)
    open_dialog(page)
    ours = p95(page.evaluate(PAINT.replace("'input')", f"'{DIALOG} input')", 1), texts))
    page.set_content("<input oninput=''>")
    return ours, p95(page.evaluate(PAINT, texts))


def bm25(records: list[dict[str, Any]]) -> Answer:
    """The answers of plain BM25 (k1 1.2, b 0.75) with English stems to a query."""
    stem = snowballstemmer.stemmer("english").stemWord
    texts = [
        Counter(stem(word) for word in WORD.findall(record["said"].lower())) for record in records
    ]
    found_in = Counter(word for text in texts for word in text)
    sizes = [text.total() for text in texts]
    usual = sum(sizes) / len(sizes)

    def score(words: list[str], text: Counter[str], size: int) -> float:
        return sum(
            math.log(1 + (len(texts) - found_in[word] + 0.5) / (found_in[word] + 0.5))
            * (2.2 * text[word] / (text[word] + 1.2 * (0.25 + 0.75 * size / usual)))
            for word in words
            if word in text
        )

    def answer(query: str) -> list[str]:
        words = [stem(word) for word in WORD.findall(query.lower())]
        scored = [
            (-score(words, text, size), number)
            for number, (text, size) in enumerate(zip(texts, sizes, strict=True))
        ]
        return [records[number]["address"] for worth, number in sorted(scored)[:DEPTH] if worth]

    return answer


def records_of(page: Page) -> list[dict[str, Any]]:
    """The address and the whole text of each record that the search on *page* has loaded."""
    found: list[dict[str, Any]] = page.evaluate(
        """() => {
          const index = KB_SEARCH.makeIndex({ ...KB_RECORDS, ...KB_SAID });
          KB_SEARCH.takeTexts(index, KB_TEXTS.text, KB_TEXTS.identifier);
          KB_SEARCH.grow(index);
          return index.records.map(({ address, title, names, summary, text }) =>
            ({ address, said: [title, ...(names || []), summary || '', text || ''].join(' ') }));
        }"""
    )
    return found


def pagefind(page: Page, base: str, query: str) -> list[str]:
    """The addresses that Pagefind lists for *query*."""
    found: list[str] = page.evaluate(PAGEFIND, [base, query, DEPTH])
    return [link.removeprefix(base) for link in found]


def others(browser: Browser, base: str, program: str) -> Iterator[tuple[str, Answer]]:
    """The names of the searches on the stock site at *base*, each with what it answers."""
    page = browser.new_page()
    yield "Sphinx", lambda query: builtin(page, base, query)
    if program:
        page.goto(base)
        yield "Pagefind", lambda query: pagefind(page, base, query)


def quality(
    browser: Browser, base: str, every: int, stock_folder: Path | None, program: str
) -> bool:
    """Print the quality of all searches; tell whether ours meets its aims."""
    asked = queries()[::every]
    page = fresh(browser, 1)
    page.goto(base + CHAPTER)
    open_dialog(page)
    print(f"{len(asked)} queries")
    ours, classes = measure(asked, lambda query: answers(page, query))
    print(f"ours      {ours}")
    for name, score in classes.items():
        print(f"  {name:9} place {score.place:.3f} / without result {len(score.empty)}")
    if stock_folder:
        print(f"BM25      {measure(asked, bm25(records_of(page)))[0]}")
        if program:
            subprocess.run([program, "--site", str(stock_folder), "--silent"], check=True)
        with serving(stock_folder, Plain) as other:
            for name, answer in others(browser, other, program):
                print(f"{name:9} {measure(asked, answer)[0]}")
    good = (
        ours.place >= 0.90
        and ours.page >= 0.97
        and ours.first_five >= 0.97
        and ours.nothing <= 0.01
    )
    return good and len(ours.wrong) * 15 <= max(15, ours.unrelated)


def first_bytes(browser: Browser, base: str, site: Path) -> int:
    """Bytes of what the browser loads from the first turn to the search to its first answers."""
    page = fresh(browser, 1)
    page.goto(base + CHAPTER)
    open_dialog(page)
    urls: list[str] = page.evaluate(FETCHED)
    page.context.close()
    assert any("search-engine" in url for url in urls), urls
    files = {url.removeprefix(base).split("?")[0] for url in urls}
    return sum(len(gzip.compress((site / name).read_bytes(), mtime=0)) for name in files)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ours", action="store_true", help="leave all others out")
    parser.add_argument("--pagefind", default="", metavar="PROGRAM", help="compare with Pagefind")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th query only")
    parser.add_argument("--no-times", action="store_true", help="quality and bytes only")
    arguments = parser.parse_args()
    site = Path(os.environ.get("KB_SITE", ROOT / "_build/html")).resolve()
    chromium = programs.places()["chromium"]
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(site) as base,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        print(f"first answer: {first_bytes(browser, base, site) / 1000:.1f} kB gzip")
        if not arguments.ours:
            stock(Path(folder))
        other = None if arguments.ours else Path(folder)
        good = quality(browser, base, arguments.every, other, arguments.pagefind)
        if not arguments.no_times:
            good &= times_of(browser, base)
        browser.close()
    return 0 if good else 1


def times_of(browser: Browser, base: str) -> bool:
    """Print the times of our search; tell whether they meet their aims."""
    texts = [query["query"] for query in queries()][::6]
    good = True
    for slow, ready, latency in ((1, 100, 16), (SLOW, 400, 50)):
        names, texts_read = ready_times(browser, base, slow)
        times = typing(browser, base, slow, texts)
        print(
            f"{slow}x: names ready {names:.0f} ms, all texts {texts_read:.0f} ms (aim {ready}); "
            f"input to list median {statistics.median(times):.1f}, p95 {p95(times):.1f} ms (aim {latency}), {len(times)} keys"
        )
        good &= names <= ready and p95(times) <= latency
    ours, empty = paints(browser, base, texts[:25])
    print(f"key to paint p95: {ours:.1f} ms, empty page {empty:.1f} ms (aim: 12 more)")
    return good and ours - empty <= 12


if __name__ == "__main__":
    sys.exit(main())
