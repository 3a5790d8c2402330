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

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from upkeep import programs


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


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A fresh page, 1280 wide, light."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    visit = Visit(context.new_page())
    yield visit
    context.close()
    assert [error for error in visit.errors if REFUSED in error] == []
