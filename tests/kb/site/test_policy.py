"""Safe pages: nothing of a page runs but our own files, and every feature works under the policy.

Each page of the site is read for scripts, handlers and addresses that run; then the site is
used in Chromium in three ways: by http with the headers of ``_headers``, by http without them
(as GitHub Pages serves it, where only the element in the page holds) and from disk.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Page, expect

from axe import every_page
from browsing import Visit, serving, until
from inert import Reader
from kb.site.policy import FROM_DISK, POLICY, as_text, headers, meta
from pages import pages_of
from tiers import rest_in_prove

CHAPTER = "sections/gut-health.html"


# -- What stands in the pages ----------------------------------------------------------------------


def test_no_page_holds_anything_that_runs(site: Path):
    pages = pages_of(site)
    assert len(pages) > 20
    assert {name: found for name, text in pages.items() if (found := Reader(text).faults)} == {}


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        "<script type=module>1</script>",
        "<p onclick='x()'>",
        "<svg ONLOAD=x()>",
        "<a href='javascript:x()'>",
        "<a href=' java\tscript:x()'>",
        "<a href='&#106;avascript:x()'>",
        "<a href='data:text/html,x'>",
        "<svg><a xlink:href='vbscript:x'></a></svg>",
        "<form action='javascript:x()'>",
        "<iframe srcdoc='x'>",
        "<img src='x:y'>",
        "<object data='a.svg'>",
        "<link rel=stylesheet href='data:text/css,x'>",
    ],
)
def test_the_reader_of_pages_would_tell(bad):
    assert Reader(f"<main>{bad}</main>").faults


def test_what_is_no_script_is_let_be():
    good = '<script type="application/ld+json">{"a": 1}</script><script src="a.js"></script><img src="data:,"><a href="mailto:a@b.org">'
    assert Reader(good).faults == []


def test_every_page_states_the_one_policy_before_it_loads_anything(site: Path):
    for name, text in pages_of(site).items():
        page = Reader(text)
        assert page.policies == [meta()], name
        assert not page.is_late, f"{name} loads something before its policy"


def test_the_policy_allows_this_site_alone():
    """Beside 'self' and 'none' stand two exceptions, each with its reason in policy.py.

    In the page stands a third: from disk a form leads to a file.
    """
    assert FROM_DISK == {"form-action": "'self' file:"}
    allowed = {(name, source) for name, sources in POLICY.items() for source in sources.split()}
    assert {(name, source) for name, source in allowed if source not in ("'self'", "'none'")} == {
        ("img-src", "data:"),
        ("style-src", "'unsafe-inline'"),
    }
    assert (
        POLICY["default-src"] == POLICY["object-src"] == "'none'"
        and POLICY["script-src"] == "'self'"
    )
    # 'default-src' says nothing of these two (CSP Level 3, section 6.3): unnamed, all is allowed.
    assert POLICY["base-uri"] == POLICY["form-action"] == "'self'"


SINKS = re.compile(
    r"\.(?:inner|outer)HTML\s*\+?=|insertAdjacentHTML|document\.write|\beval\s*\(|new Function|\bsetTimeout\s*\(\s*['\"`]"
)


def test_our_scripts_make_no_markup_of_text(docs: Path):
    """What a reader types, or an address says, can then become no element."""
    scripts = sorted((docs / "_ext/kb").rglob("*/*.js"))
    assert len(scripts) > 6
    assert {path.name: SINKS.findall(path.read_text(encoding="utf-8")) for path in scripts} == {
        path.name: [] for path in scripts
    }


def test_the_headers_lie_beside_the_pages(site: Path):
    lines = (site / "_headers").read_text(encoding="utf-8").splitlines()
    assert lines == ["/*", *(f"  {name}: {value}" for name, value in headers().items())]
    assert headers()["Content-Security-Policy"] == f"{as_text(POLICY)}; frame-ancestors 'none'"
    # What the hosts take: fewer than 2,000 signs a line, no sign out of ASCII.
    assert all(len(line) < 2000 and line.isascii() for line in lines)


SIGNS = "=+@-＝＋＠－\t\r"


def test_every_table_for_spreadsheets_is_safe_to_open(site: Path):
    """However a program parts the cells: no cell runs."""
    files = sorted(site.rglob("*.csv"))
    assert {"foods.csv", "claims.csv"} <= {path.name for path in files}
    for path in files:
        text = path.read_bytes().decode("utf-8-sig")
        assert text.count("\n") > 1, path.name
        for separator in ",;\t":
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
                bad = [cell for cell in row if cell.lstrip("\"'").startswith(tuple(SIGNS))]
                assert [cell for cell in bad if not cell.startswith("'")] == [], (
                    f"{path.name}, parted at {separator!r}"
                )


# -- The site at work ------------------------------------------------------------------------------

NOTE = """document.addEventListener('securitypolicyviolation', (event) => {
  console.error(`Content Security Policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
});"""


class Bare(SimpleHTTPRequestHandler):
    """A server without headers of ours, as GitHub Pages is one."""

    def log_message(self, *args: object) -> None:
        pass


class Elsewhere(Bare):
    """Another host, which notes who asks it for what."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    do_POST = do_GET


@pytest.fixture(scope="module")
def bare(site: Path) -> Iterator[str]:
    with serving(site, Bare) as address:
        yield address


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    Elsewhere.asked.clear()
    with serving(tmp_path, Elsewhere) as address:
        yield address


@pytest.fixture(params=rest_in_prove(["headers", "bare", "disk"], lambda way: way == "headers"))
def place(request, site: Path) -> str:
    """Where the site is read: its address."""
    if request.param == "disk":
        return f"{site.resolve().as_uri()}/"
    return request.getfixturevalue("served" if request.param == "headers" else "bare")


def search_dialog(page: Page) -> None:
    page.keyboard.press("Control+k")
    until(page, "document.documentElement.dataset.search === 'ready'")
    page.locator("#pst-search-dialog input").fill("ostocalcin")
    expect(page.locator("#pst-search-dialog [role=option]").first).to_contain_text(
        "osteocalcin", ignore_case=True
    )
    page.keyboard.press("Escape")


def a_card(page: Page) -> None:
    page.locator("article a:has(.std-term):visible").first.hover()
    expect(page.locator(".kb-card")).to_be_visible()
    page.mouse.move(0, 0)


def color_mode(page: Page) -> None:
    page.locator(".theme-switch-button:visible").click()
    page.locator(".theme-change-button[data-mode=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def copying(page: Page) -> None:
    page.locator(".kb-cite summary").click()
    page.get_by_role("button", name="Copy BibTeX", exact=True).click()
    page.locator(".kb-cite").get_by_role("status").filter(has_text="BibTeX copied.").wait_for()


def navigation(page: Page) -> None:
    link = page.locator("#pst-primary-sidebar").get_by_role("link", name="Evidence register")
    page.locator(".primary-toggle").click()
    expect(link).not_to_be_visible()
    page.locator(".primary-toggle").click()
    expect(link).to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint')); dispatchEvent(new Event('afterprint'))")


def chapter(page: Page) -> None:
    for use in (search_dialog, a_card, copying, navigation, color_mode):
        use(page)
    icons = "document.fonts.ready.then(() => document.fonts.check('900 16px \"Font Awesome 7 Free\"', '\\uf0c9'))"
    assert page.evaluate(icons), "no icons"
    assert page.locator(".navbar-brand img:visible").evaluate("image => image.naturalWidth") > 0


def register(page: Page) -> None:
    page.get_by_label("Verdict", exact=True).select_option("supported")
    rows = page.locator("table tr[id^=register-]:visible, tr:has([id^=register-]):visible")
    expect(rows).to_have_count(page.locator("table.register tr.verdict-supported").count())


def foods(page: Page) -> None:
    page.get_by_label("Country").select_option("Japan")
    expect(page.locator(".food-count")).to_contain_text(" of ")
    page.locator("tr[data-food]:visible input[type=checkbox]").first.check()
    expect(page.locator(".food-card")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("CSV")).or_(
            page.get_by_role("link", name=re.compile("CSV"))
        ).first.click()
    assert Path(started.value.path()).stat().st_size > 100


def search_page(page: Page) -> None:
    page.locator("article input[name=q], .bd-search-container input").first.fill("natto")
    expect(page.locator(".kb-list a").first).to_be_visible()


def lost(page: Page) -> None:
    page.get_by_label("Search the book").fill("natto")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/search.html?q=natto")
    expect(page.locator(".kb-list a").first).to_be_visible()


FEATURES: dict[str, Callable[[Page], None]] = {
    CHAPTER: chapter,
    "reference/evidence.html": register,
    "reference/foods.html": foods,
    "search.html": search_page,
    "404.html": lost,
}


def test_every_feature_works_under_the_policy(visit: Visit, place: str):
    visit.page.add_init_script(NOTE)
    for name, use in FEATURES.items():
        page = visit.open(place + name)
        use(page)
    assert visit.errors == []


INJECTED = """async (elsewhere) => {
  const refused = [];
  document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
  const put = (html) => document.body.append(document.createRange().createContextualFragment(html)); // runs scripts
  put('<script>window.ran = 1</' + 'script>');
  put('<p id="bad" onclick="window.ran = 2">x</p><a id="worse" href="javascript:window.ran = 3">x</a>');
  document.getElementById('bad').click();
  document.getElementById('worse').click();
  put(`<img src="${elsewhere}a.png"><script src="${elsewhere}a.js"></` + 'script>');
  put(`<link rel="stylesheet" href="${elsewhere}a.css"><style>@font-face { font-family: X; src: url(${elsewhere}x.woff2) }</style>`);
  put(`<iframe src="${elsewhere}frame"></iframe><object data="${elsewhere}a.swf"></object><b style="font-family: X">x</b>`);
  put(`<form id="worst" action="${elsewhere}form"></form><video src="${elsewhere}a.mp4"></video>`);
  document.getElementById('worst').submit();
  await fetch(`${elsewhere}fetch`).catch(() => {});
  for (let i = 0; i < 100 && new Set(refused).size < 10; i++) await new Promise((done) => setTimeout(done, 20));
  return { ran: window.ran ?? 0, refused: [...new Set(refused)].sort() };
}"""
HELD_OFF = [
    "connect-src",
    "font-src",
    "form-action",
    "frame-src",
    "img-src",
    "media-src",
    "object-src",
    "script-src-attr",
    "script-src-elem",
    "style-src-elem",
]


def test_the_policy_holds_off_what_is_put_into_a_page(browser, place: str, elsewhere: str):
    page = browser.new_page()
    page.goto(place + CHAPTER, wait_until="load")
    found = page.evaluate(INJECTED, elsewhere)
    page.close()
    assert found["ran"] == 0
    assert set(found["refused"]) >= set(HELD_OFF), found
    assert Elsewhere.asked == []


def test_the_other_host_would_note_who_asks(browser, elsewhere: str):
    page = browser.new_page()
    page.goto(f"{elsewhere}x")
    page.close()
    assert "/x" in Elsewhere.asked


def test_no_page_of_others_can_frame_ours(browser, served: str):
    page = browser.new_page()
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.set_content(f'<iframe src="{served}404.html"></iframe>')
    page.close()


@pytest.mark.prove
@pytest.mark.parametrize("name", every_page())
def test_no_page_is_refused_anything(visit: Visit, site: Path, served: str, bare: str, name: str):
    visit.page.add_init_script(NOTE)
    for place in (served, bare, f"{site.resolve().as_uri()}/"):
        visit.open(place + name)
        visit.page.evaluate(
            "document.querySelectorAll('details').forEach((box) => { box.open = true }); scrollTo(0, 1e6)"
        )
        visit.page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
    assert visit.errors == [], json.dumps(visit.errors, indent=1)
