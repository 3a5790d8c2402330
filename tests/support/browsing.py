"""A real browser on the published site: from disk, and by http from this machine only.

The server sends the headers of the site's ``_headers``, as its hosts do, and no page that a
test opens may be refused anything: the security policy holds in every browser test.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from upkeep import programs

# A busy machine needs more than the five seconds that Playwright gives it.
expect.set_options(timeout=30_000)


class Quiet(SimpleHTTPRequestHandler):
    """A server that keeps its log to itself and sends what ``_headers`` says of all addresses."""

    def log_message(self, *args: object) -> None:
        pass

    def end_headers(self) -> None:
        for name, value in told_headers(Path(self.directory)):
            self.send_header(name, value)
        super().end_headers()


@cache
def told_headers(site: Path) -> list[tuple[str, str]]:
    """The headers in the one block of the file ``_headers``."""
    pattern, *lines = (site / "_headers").read_text(encoding="utf-8").splitlines()
    assert pattern == "/*"
    return [tuple(line.strip().split(": ", 1)) for line in lines]


class QuietServer(ThreadingHTTPServer):
    """A server that does not mind a browser leaving in mid-sentence."""

    def handle_error(self, *args: object) -> None:
        pass


@contextmanager
def serving(site: Path, handler: type[SimpleHTTPRequestHandler] = Quiet) -> Iterator[str]:
    """Serve *site* on this machine while the block runs; yield its address."""
    server = QuietServer(("127.0.0.1", 0), partial(handler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The address of the site on this machine."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium where it works, else the one that npm brings."""
    path = programs.places()["chromium"]
    assert path, "no Chromium: see make test"
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        # A page takes the process that is there: a new one costs twice what most pages do.
        "--process-per-site",
        "--renderer-process-limit=1",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        # Each context would fetch the whole book for itself: only tests of that let it.
        browser.new_context = partial(browser.new_context, service_workers="block")
        browser.new_page = partial(browser.new_page, service_workers="block")
        yield browser
        browser.close()


REFUSED = "Content Security Policy"
"""What the browser says, in its console, of all that the policy refuses."""


class Visit:
    """A page with what it asked for and what it complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda message: self.errors.append(message.text) if message.type == "error" else None,
        )

    def open(self, address: str) -> Page:
        self.page.goto(address, wait_until="load")
        return self.page


def until(page: Page, condition: str) -> None:
    """Wait until *condition*, an expression, holds in the page, whose own clock may stand still.

    Playwright's way evaluates text in the page, which the policy refuses.
    """
    end = time.monotonic() + 30
    while not page.evaluate(f"() => Boolean({condition})"):
        assert time.monotonic() < end, f"{condition} never held"
        time.sleep(0.02)


class Profile:
    """What a browser keeps for its pages, and nothing of it from one test to the next."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        # An empty page, which keeps the process of the others.
        self._empty = context.new_page()
        self._tools = context.new_cdp_session(self._empty)

    def new_page(self, width: int = 1280, height: int = 900, **media: Any) -> Page:
        """A page of that size; *media* as of Playwright's ``emulate_media``, light unless told."""
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(**{"color_scheme": "light", **media})
        return page

    def forget(self) -> None:
        """Close all pages, and lose cookies, storage of every kind, and what was loaded."""
        for page in self.context.pages:
            if page is not self._empty:
                page.close()
        self._tools.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
        self._tools.send("Network.clearBrowserCache")


@pytest.fixture(scope="session")
def session_profile(browser: Browser) -> Iterator[Profile]:
    """The one profile that the tests take in turn."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    yield Profile(context)
    context.close()


@pytest.fixture
def profile(session_profile: Profile) -> Iterator[Profile]:
    """A profile without a past, for pages of any size and media.

    What lasts as long as a context (its clock, scripts switched off, touch) wants one of its own.
    """
    yield session_profile
    session_profile.forget()


@contextmanager
def watched(page: Page) -> Iterator[Visit]:
    """Hold *page* to the security policy while the block runs."""
    visit = Visit(page)
    yield visit
    assert [error for error in visit.errors if REFUSED in error] == []


@pytest.fixture
def visit(profile: Profile) -> Iterator[Visit]:
    """A fresh page, 1280 wide, light."""
    with watched(profile.new_page()) as visit:
        yield visit


@pytest.fixture
def first_visit(browser: Browser) -> Iterator[Visit]:
    """The same in a context and a process of its own, as by who never was here."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    with watched(context.new_page()) as visit:
        yield visit
        context.close()
