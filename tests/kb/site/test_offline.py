"""The book on the reader's device: what is kept, and what a reader meets without a network and between two editions."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browsing import Quiet, serving, until
from engines import ENGINES, WAIT, Engine, engine
from kb.core import late_scripts
from kb.site import offline
from pages import pages_of

CHAPTER = "sections/gut-health.html"
NEVER_OPENED = ("sections/supplements.html", "reference/evidence.html", "about/method.html")


PACKED = {".woff2", ".png"}


def weight(path: Path) -> int:
    """What a server sends of a file, packed unless it is so already."""
    data = path.read_bytes()
    return len(data) if path.suffix in PACKED else len(gzip.compress(data, mtime=0))


def kept(site: Path) -> dict[str, str]:
    """The list of the worker."""
    text = (site / offline.WORKER).read_text(encoding="utf-8")
    return json.loads(re.search(r"KB_FILES = (\{.*?\});", text, re.DOTALL)[1])


class Host(Quiet):
    """A host that serves the site below a path and can go off, or fail at some files."""

    is_down: ClassVar[threading.Event] = threading.Event()
    failing: ClassVar[set[str]] = set()
    asked: ClassVar[list[str]] = []

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/k2"))

    def end_headers(self) -> None:
        """As GitHub Pages: what a browser has kept for itself is asked for again after minutes."""
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix("/k2/")
        self.asked.append(name)
        if self.is_down.is_set():
            self.close_connection = True
        elif name in self.failing:
            self.send_error(503)
        else:
            super().do_GET()


@pytest.fixture
def book(site: Path, tmp_path: Path) -> Path:
    """A copy of the site, to publish other editions of."""
    return shutil.copytree(
        site.resolve(), tmp_path / "site", ignore=shutil.ignore_patterns("*.pdf")
    )


def serve(folder: Path) -> Iterator[str]:
    Host.is_down.clear()
    Host.failing.clear()
    Host.asked.clear()
    with serving(folder, Host) as address:
        yield f"{address}k2/"


@pytest.fixture
def below(site: Path) -> Iterator[str]:
    """The address of the site below a path."""
    yield from serve(site)


@pytest.fixture
def published(book: Path) -> Iterator[str]:
    """The address of the copy."""
    yield from serve(book)


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """A reader's browser, in which workers run."""
    context = browser.new_context(service_workers="allow")
    yield context
    context.close()


ROOT = Path(__file__).parents[3]
REGISTERED = "navigator.serviceWorker.getRegistrations().then((found) => found.length)"
IS_KEPT = "navigator.serviceWorker.controller && document.querySelector('link[rel=manifest]')"
IN_USE = """caches.keys().then(async (names) => {
  const note = await caches.match(`${new URL('k2/', location.origin)}?tab=`);
  return [note ? (await note.text()).split(' ').pop() : '', names.length - 1];
})"""
"""The edition that new pages are of, and how many there are."""


def opened(reader: BrowserContext, address: str) -> Page:
    """A page, when the whole book is kept."""
    page = reader.new_page()
    page.goto(address, wait_until="load")
    until(page, IS_KEPT)
    return page


def search(page: Page, words: str) -> str:
    """What the first result in the dialog says."""
    page.keyboard.press("Control+k")
    until(page, "document.documentElement.dataset.search === 'ready'")
    page.locator("#pst-search-dialog input").fill(words)
    first = page.locator("#pst-search-dialog [role=option]").first
    expect(first).to_contain_text("osteocalcin", ignore_case=True, timeout=30_000)
    found = first.inner_text()
    page.keyboard.press("Escape")
    return found


def test_a_reader_who_opened_one_page_reads_all_and_searches_without_a_network(reader, below):
    page = opened(reader, below + CHAPTER)
    session = reader.new_cdp_session(page)
    faults = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Chromium would install it; the one hindrance is that a context of Playwright's is private,
    # which the Chromium that npm brings does not mind.
    assert {fault["errorId"] for fault in faults} <= {"in-incognito"}
    Host.is_down.set()
    for name in NEVER_OPENED:
        page.goto(below + name, wait_until="load")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.bd-main')).display") == "flex"
        )
    search(page, "ostocalcin")
    page.goto(f"{below}search.html?q=natto", wait_until="load")
    expect(page.locator(".kb-list a").first).to_be_visible(timeout=30_000)
    page.goto(below, wait_until="load")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vitamin K2")


@pytest.mark.prove
def test_every_page_is_whole_without_a_network(reader, book, published, site):
    """Of a host that adds to the head of pages, as Read the Docs does."""
    for name, text in pages_of(book).items():
        added = text.replace("</head>", '<meta name="added" content="1"></head>')
        (book / name).write_text(added, encoding="utf-8")
    page, said = opened(reader, published + CHAPTER), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else "")
    Host.is_down.set()
    for name in sorted(pages_of(site)):
        page.goto(published + name, wait_until="load")
        assert page.evaluate("[...document.images].every((image) => image.naturalWidth > 0)"), name
    assert said == []


SAID = "A small protein that bone-forming cells make"
FOOT = re.compile(r'(<div class="kb-footer">.*?<strong>)[^<]*', re.DOTALL)
NOTICE = "Information, not medical advice."


def edition_of(book: Path) -> str:
    """The name of the edition that is published."""
    return re.search(r'KB_EDITION = "(\w+)"', (book / offline.WORKER).read_text("utf-8"))[1]


def publish(book: Path, words: str) -> None:
    """Publish an edition in which all pages say *words*, and so do the search and the cards."""
    for name, text in pages_of(book).items():
        (book / name).write_text(FOOT.sub(rf"\1{words}", text), encoding="utf-8")
    for name in ("kb-records.js", "kb-cards-data.js"):
        text = (book / "_static" / name).read_text(encoding="utf-8")
        assert SAID in text
        said = text.replace(SAID, f"{words} {SAID}")
        (book / "_static" / name).write_text(said, encoding="utf-8")
    late_scripts.write_digests(book)
    offline.write_worker(book)


def told(page: Page) -> str:
    """What stands at the foot of the page."""
    return page.locator(".kb-footer strong").first.inner_text()


def wait_for(page: Page, wanted: list[str | int]) -> None:
    """Wait until the edition in use, and how many there are, is *wanted*."""
    end = time.monotonic() + 60
    while page.evaluate(IN_USE) != wanted:
        assert time.monotonic() < end, (page.evaluate(IN_USE), wanted)
        time.sleep(0.05)


@pytest.mark.prove
def test_a_new_edition_replaces_the_old_one_whole(reader, book, published):
    page, other = opened(reader, published + CHAPTER), opened(reader, published + NEVER_OPENED[0])
    assert page.evaluate(IN_USE) == [edition_of(book), 1]
    publish(book, "Second edition.")
    page.reload(wait_until="load")
    assert told(page) == NOTICE
    wait_for(page, [edition_of(book), 2])
    # This page is of the old edition, and so is what its scripts ask for now.
    assert "Second edition." not in search(page, "osteocalcin")
    page.reload(wait_until="load")
    assert told(page) == "Second edition."
    Host.is_down.set()
    assert "Second edition." in search(page, "osteocalcin")
    for name in NEVER_OPENED:
        page.goto(published + name, wait_until="load")
        assert told(page) == "Second edition."
    # A tab that was open all the time has kept the old one, whole.
    assert told(other) == NOTICE and "Second edition." not in search(other, "osteocalcin")
    other.reload(wait_until="load")
    assert told(other) == "Second edition." and "Second edition." in search(other, "osteocalcin")
    # When the third one comes, no tab has the first any more.
    Host.is_down.clear()
    publish(book, "Third edition.")
    page.reload(wait_until="load")
    wait_for(page, [edition_of(book), 2])
    page.reload(wait_until="load")
    assert told(page) == "Third edition."


FOUND = "document.querySelector('#pst-search-dialog [role=option]')"
READ = """
const root = new URL({root}, location.href);
const digest = async (name) => {{
  const answer = await fetch(new URL(name, root));
  const sum = await crypto.subtle.digest("SHA-256", await answer.arrayBuffer());
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}};
const read = (name) => digest(name).then((sum) => [name, sum], (error) => [name, String(error)]);
return Object.fromEntries(await Promise.all({names}.map(read)));
"""
"""What the page that is open is given of each file, as digests."""


def digests(book: Path) -> dict[str, str]:
    """The digest of each file of the edition that is published."""
    return {name: hashlib.sha256((book / name).read_bytes()).hexdigest() for name in kept(book)}


def first_result(one: Engine) -> str:
    """What the search in the dialog of the open page says of osteocalcin."""
    one.press("/")
    one.until("document.documentElement.dataset.search === 'ready'")
    one.type("osteocalcin")
    one.until(FOUND)
    said = str(one.value(f"{FOUND}.textContent"))
    one.press("Escape")
    return said


@pytest.mark.prove
@pytest.mark.parametrize("name", ENGINES)
def test_other_engines_keep_the_book_and_take_a_new_edition_whole(name, book, published):
    """What is asked of Chromium above, elsewhere: read, search, and no file of another edition."""
    foot = "document.querySelector('.kb-footer strong').textContent"
    first = digests(book)
    given = READ.format(root=json.dumps(published), names=json.dumps(list(first)))
    with engine(name) as one:
        one.open(published + CHAPTER)
        one.until(IS_KEPT)
        Host.is_down.set()
        for page in NEVER_OPENED:
            one.open(published + page)
            assert one.value(foot) == NOTICE
            shown = one.value("getComputedStyle(document.querySelector('.bd-main')).display")
            assert shown == "flex"
        assert SAID in first_result(one)
        assert one.run(given) == first
        Host.is_down.clear()
        publish(book, "Second edition.")
        second = digests(book)
        assert set(second) == set(first) and second != first
        one.reload()
        assert one.value(foot) == NOTICE
        end = time.monotonic() + WAIT
        while (in_use := one.run(f"return {IN_USE}")) != [edition_of(book), 2]:
            assert time.monotonic() < end, in_use
            time.sleep(0.05)
        # The open page is of the first edition, and so is all that its scripts ask for.
        assert one.run(given) == first
        assert "Second edition." not in first_result(one)
        one.reload()
        Host.is_down.set()
        assert one.value(foot) == "Second edition."
        assert one.run(given) == second
        assert f"Second edition. {SAID}" in first_result(one)
        for page in NEVER_OPENED:
            one.open(published + page)
            assert one.value(foot) == "Second edition."
            assert one.run(given) == second


def half(book: Path, way: str) -> Callable[[], None]:
    """Publish half of a second edition; return what completes it."""
    name = "sections/vitamin-k2.html"
    before = (book / name).read_bytes()
    publish(book, "Second edition.")
    if way == "fails":
        Host.failing.add(name)
        return Host.failing.clear
    after = (book / name).read_bytes()
    (book / name).write_bytes(before if way == "is old" else after[: len(after) // 2])
    return lambda: (book / name).write_bytes(after)


@pytest.mark.prove
@pytest.mark.parametrize("way", ["fails", "is old", "is cut"])
def test_half_an_edition_is_none(reader, book, published, way):
    page = opened(reader, published + CHAPTER)
    first = edition_of(book)
    complete = half(book, way)
    Host.asked.clear()
    page.reload(wait_until="load")
    end = time.monotonic() + 60
    while not {"sections/vitamin-k2.html", "sections/supplements.html"} <= set(Host.asked):
        assert time.monotonic() < end, Host.asked
        time.sleep(0.05)
    wait_for(page, [first, 1])
    Host.is_down.set()
    for name in (CHAPTER, *NEVER_OPENED):
        page.goto(published + name, wait_until="load")
        assert told(page) == NOTICE
    assert "Second edition." not in search(page, "osteocalcin")
    Host.is_down.clear()
    complete()
    page.reload(wait_until="load")
    wait_for(page, [edition_of(book), 2])
    page.reload(wait_until="load")
    assert told(page) == "Second edition."


def test_what_a_host_adds_to_the_head_of_pages_changes_nothing():
    page = "<head><title>One</title></head><body>Two</body>"
    assert offline.body_of(page) == offline.body_of(
        page.replace("</head>", "<script></script></head>")
    )
    assert offline.body_of(page) != offline.body_of(page.replace("Two", "Three"))


def test_from_disk_nothing_is_registered(visit, site):
    page = visit.open((site / CHAPTER).as_uri())
    assert page.locator("script[src*=offline]").count() == 1
    assert page.locator("link[rel=manifest]").count() == 0
    assert visit.errors == []


def test_all_that_pages_load_is_kept_and_no_download(site):
    files = kept(site)
    assert {"index.html", CHAPTER, "search.html", "_static/site.css", offline.MANIFEST} <= set(
        files
    )
    assert {"_static/kb-records.js", "_static/fa-solid.woff2", "_static/icon-192.png"} <= set(files)
    assert [
        name for name in files if name.endswith((".pdf", ".epub", ".json", ".csv", ".md"))
    ] == []
    assert set(pages_of(site)) <= set(files)
    # What a reader loads once, packed as servers pack: less than two big photographs.
    assert sum(weight(site / name) for name in files) < 1_500_000


def test_the_app_has_a_name_and_icons(site, docs):
    said = json.loads((site / offline.MANIFEST).read_text(encoding="utf-8"))
    assert (said["name"], said["short_name"]) == ("Vitamin K2 and the gut-brain axis", "Vitamin K2")
    assert (site / said["start_url"]).is_file()
    drawing = (docs / "_static/favicon.svg").read_text(encoding="utf-8")
    assert said["theme_color"] in drawing
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in said["icons"]:
        picture = (site / icon["src"]).read_bytes()
        size = int(icon["sizes"].partition("x")[0])
        assert struct.unpack(">II", picture[16:24]) == (size, size)
        assert picture == offline.draw(drawing, size, icon["purpose"])


@pytest.mark.prove
def test_make_live_removes_what_was_kept_at_its_port(reader, book, published):
    page = opened(reader, published + CHAPTER)
    shutil.copy(ROOT / "docs/_tools/live/no-worker.js", book / offline.WORKER)
    (book / "_static/offline.js").write_text("")
    # A page of the same host that the worker has nothing to do with.
    beside = reader.new_page()
    beside.goto(published.replace("k2/", "robots.txt"))
    assert beside.evaluate("caches.keys()") and beside.evaluate(REGISTERED) == 1
    page.reload(wait_until="load")
    end = time.monotonic() + 60
    while beside.evaluate("caches.keys()") or beside.evaluate(REGISTERED):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_nothing_is_kept_where_the_reader_saves_data(reader, below):
    saving = reader.new_page()
    saving.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
    )
    saving.goto(below + CHAPTER, wait_until="load")
    assert offline.WORKER not in Host.asked
    # The same without the wish, later: a worker would have been asked for by now.
    opened(reader, below + CHAPTER)
    assert Host.asked.count(offline.WORKER) == 1
