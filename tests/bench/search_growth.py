"""The search of a book many times as large: bytes, time and lists, in the browsers.

``python tests/bench/search_growth.py 10 30`` makes the built site (``_build/html``, or the one that
KB_SITE names) ten and thirty times as large (``tests/support/larger.py``), its search in parts, and
types each 24th query (``--every`` names another) of ``tests/support/queries.yaml`` into the real
dialog, each in a browser that has seen nothing.  A line of JSON for each size and browser, Chromium by http and Firefox from disk:

* ``first kB``: what is fetched until the first list, the engine included, compressed; of queries
  that are there at once, as a reader pastes them: median, and that below which 95 of 100 stay;
* ``session kB``: the same for queries that are typed, a key each quarter of a second, which is slow enough that each asks for parts;
* ``opening ms``: processor time of the thread from the first turn to the search until it can be asked;
* ``key ms``: the same for a key, as a mean over each session: median and 95 of 100;
* ``files``: how many parts there are, and ``all kB``, compressed.

``1`` is the book as it is, in parts.  Firefox tells lists alone: with ``same`` how many of them are
those of Chromium.  Times depend on the machine.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / path) for path in ("tests/support", "docs/_tools", "docs/_ext")]

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from browsing import serving, until  # noqa: E402
from engines import firefox  # noqa: E402
from kb.search.records import FOLDER  # noqa: E402
from larger import in_parts, loaded  # noqa: E402
from quality import DIALOG, LISTED, READY, answers, open_dialog, queries  # noqa: E402
from upkeep import programs  # noqa: E402

CHAPTER = "sections/gut-health.html"
TYPED = """const field = document.querySelector('#pst-search-dialog input');
field.value = %s; field.dispatchEvent(new Event('input', { bubbles: true }));"""
LISTS = "[...document.querySelectorAll('#pst-search-dialog [role=option]')].map((one) => one.href)"


@cache
def packed(path: Path) -> int:
    """Bytes of a file, compressed."""
    return len(gzip.compress(path.read_bytes(), mtime=0))


class Reader:
    """A page in a browser that has seen nothing, and what it fetches of the search."""

    def __init__(self, browser: Browser, book: Path, base: str) -> None:
        self.context = browser.new_context(service_workers="block")
        self.page = self.context.new_page()
        self.tools = self.context.new_cdp_session(self.page)
        self.tools.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.goto(base + CHAPTER)
        self.page.wait_for_load_state("networkidle")
        self.book, self.base = book, base
        self.fetched: list[str] = []
        self.page.on("request", lambda request: self.fetched.append(request.url))

    def kilobytes(self) -> float:
        """What has been fetched of scripts, compressed."""
        names = {url.removeprefix(self.base).split("?")[0] for url in self.fetched}
        return sum(packed(self.book / name) for name in names if name.endswith(".js")) / 1000

    def thread(self) -> float:
        """Milliseconds of the main thread so far."""
        found = self.tools.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in found if one["name"] == "TaskDuration") * 1000


def of(values: list[float]) -> list[float]:
    """Median, and that below which 95 of 100 stay."""
    return [round(statistics.median(values), 1), round(statistics.quantiles(values, n=20)[18], 1)]


@contextmanager
def reading(browser: Browser, book: Path, base: str) -> Iterator[Reader]:
    reader = Reader(browser, book, base)
    yield reader
    reader.context.close()


def first(reader: Reader, query: str) -> tuple[float, float, list[str]]:
    """Ask a *query* at once: kilobytes, milliseconds of opening, and the list."""
    before = reader.thread()
    open_dialog(reader.page)
    opening = reader.thread() - before
    found = answers(reader.page, query)
    return reader.kilobytes(), opening, found


def session(reader: Reader, query: str) -> tuple[float, float]:
    """Type a *query*: kilobytes, and milliseconds of a key."""
    open_dialog(reader.page)
    before = reader.thread()
    reader.page.locator(f"{DIALOG} input").press_sequentially(query, delay=250)
    reader.page.wait_for_timeout(300)  # the pause after which parts are asked for
    until(reader.page, LISTED)
    return reader.kilobytes(), (reader.thread() - before) / len(query)


def in_chromium(book: Path, asked: list[str]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Ask all queries, each in a browser of its own, by http."""
    with serving(book) as base, sync_playwright() as playwright:
        place = programs.places()["chromium"]
        browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        firsts, sessions, lists = [], [], {}
        for query in asked:
            with reading(browser, book, base) as reader:
                kilobytes, opening, lists[query] = first(reader, query)
                firsts.append((kilobytes, opening))
            with reading(browser, book, base) as reader:
                sessions.append(session(reader, query))
        browser.close()
    told = {
        "first kB": of([one for one, _ in firsts]),
        "opening ms": of([one for _, one in firsts]),
        "session kB": of([one for one, _ in sessions]),
        "key ms": of([one for _, one in sessions]),
    }
    return told, lists


def in_firefox(book: Path, asked: list[str]) -> dict[str, list[str]]:
    """Ask all queries in Firefox, from disk."""
    root, found = f"{book.as_uri()}/", {}
    with firefox(programs.places()["firefox"]) as one:
        one.open(root + CHAPTER)
        one.press("/")
        one.until(READY)
        for query in asked:
            one.run(TYPED % json.dumps(query))
            one.until(LISTED)
            found[query] = [url.removeprefix(root) for url in one.value(LISTS)]
    return found


def measured(site: Path, times: int, every: int, folder: Path) -> None:
    """Print what the search of a book so many *times* as large takes."""
    book = in_parts(site, folder, times)
    asked = [query["query"] for query in queries()][::every]
    parts = list((book / "_static" / FOLDER).iterdir())
    kinds = loaded(book, "kb-records.js")["kinds"]
    head: dict[str, Any] = {"times": times, "records": sum(count for _, count in kinds)}
    size = {"files": len(parts), "all kB": round(sum(map(packed, parts)) / 1000)}
    told, lists = in_chromium(book, asked)
    print(json.dumps({**head, "browser": "Chromium", **size, **told}), flush=True)
    if programs.places()["firefox"]:
        same = sum(found == lists[query] for query, found in in_firefox(book, asked).items())
        print(
            json.dumps({**head, "browser": "Firefox, disk", "same": [same, len(asked)]}), flush=True
        )


def main() -> None:
    """Measure each size that the command names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("times", type=int, nargs="+", help="how large the book is")
    parser.add_argument("--every", type=int, default=24, metavar="N", help="each N-th query only")
    arguments = parser.parse_args()
    site = Path(os.environ.get("KB_SITE", ROOT / "_build/html")).resolve()
    for times in arguments.times:
        with tempfile.TemporaryDirectory() as folder:
            measured(site, times, arguments.every, Path(folder))


if __name__ == "__main__":
    main()
