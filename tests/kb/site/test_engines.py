"""The site in every engine: by http and from disk, wide and narrow, light and dark.

What Chromium does is asked at length in the tests of each feature; here the same is tried everywhere,
in short.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser

from axe import AXE, RUN, TAGS, every_page
from engines import ENGINES, Chromium, Engine, engine
from pages import PRESSED

CHAPTER = "sections/supplements.html"
ALL = ("chromium", *ENGINES)
WIDTHS = {"wide": (1280, 800), "narrow": (360, 760)}
MODES = {"wide": "light", "narrow": "dark"}
"""Colors change nothing of what a page does: each feature is tried in one mode of each size.
What is seen is asked in both (``terms``, axe, the widths)."""
SHOWN = ".kb-card:not([hidden])"

CARD = f"""
const box = (e) => {{ const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; }};
const card = document.querySelector({json.dumps(SHOWN)});
return [box(card.previousElementSibling), box(card), [innerWidth, innerHeight], card.scrollHeight - card.clientHeight];
"""
PUT = """
const found = [...document.querySelectorAll({selector})].filter((e) => e.checkVisibility());
const link = found[Math.min({nth}, found.length - 1)];
scrollTo({{ top: link.getBoundingClientRect().top + scrollY - {top}, behavior: 'instant' }});
for (let n = 0; n < 3; n++) await new Promise((done) => requestAnimationFrame(done));
link.focus({{ preventScroll: true, focusVisible: true }});
link.dispatchEvent(new PointerEvent('pointerover', {{ bubbles: true, pointerType: 'mouse' }}));
"""
"""Has a link stand that far below the upper edge, and the pointer come over it."""


# -- What a reader does ------------------------------------------------------------------------------


def cards(one: Engine, site: str, kinds: tuple[str, ...] = ("term", "source", "claim")) -> None:
    """At each height of the window a card is whole, in the window and off its link; Escape ends it."""
    one.open(site + CHAPTER)
    for kind in kinds:
        selector = json.dumps(f'.bd-article a.internal[href*="#{kind}-"]')
        # By script: below the bar of the page no pointer reaches a link.
        for nth, top in ((1, 20), (3, 70), (5, 300), (2, 700)):
            one.run(PUT.format(selector=selector, nth=nth, top=top))
            one.until(f"document.querySelector({json.dumps(SHOWN)})")
            link, card, (width, height), hidden = one.run(CARD)
            told = f"{kind} at {top}: link {link}, card {card} of {width} x {height}"
            assert card[0] >= 0 and card[2] <= width and card[1] >= 0 and card[3] <= height, told
            assert card[1] >= link[3] - 1 or card[3] <= link[1] + 1, told
            assert hidden <= 1, told
            one.press("Escape")
            one.until(f"!document.querySelector({json.dumps(SHOWN)})")


def pointer(one: Engine, site: str) -> None:
    """The pointer brings a card, may enter it, and leaves it behind; the card says what it is."""
    one.open(site + CHAPTER)
    one.point(".bd-article a:has(> .std-term)")
    one.until(f"document.querySelector({json.dumps(SHOWN)})")
    assert len(one.value("document.getElementById('kb-card-text').textContent")) > 40
    one.point(SHOWN)
    assert one.value(f"document.querySelector({json.dumps(SHOWN)}) !== null")
    one.move(2, 2)
    one.until(f"!document.querySelector({json.dumps(SHOWN)})")


def terms(one: Engine, site: str) -> None:
    """A link to a term is seen to be one, light and dark."""
    one.open(site + CHAPTER)
    for mode in ("light", "dark"):
        one.run(f"document.documentElement.dataset.theme = '{mode}'")
        lines = one.value(
            "[...document.querySelectorAll('.bd-article a:has(> .std-term)')]"
            ".map((e) => getComputedStyle(e)).map((s) => `${s.textDecorationLine} ${s.textDecorationStyle}`)"
        )
        assert len(lines) > 20 and set(lines) == {"underline dotted"}, mode


def search(one: Engine, site: str) -> None:
    """Typing lists what is found; Enter leads to the page of the search, which lists the same."""
    one.open(site + "index.html")
    one.press("/")
    one.until("document.documentElement.dataset.search === 'ready'")
    one.type("bone density")
    one.until("document.querySelector('#pst-search-dialog [role=option]')")
    one.press("Enter")
    one.until("location.pathname.endsWith('/search.html')")
    one.until("document.querySelector('.kb-list a')")
    assert one.value("new URLSearchParams(location.search).get('q')") == "bone density"


def lost(one: Engine, site: str) -> None:
    """The form of the page for lost addresses leads to the search."""
    one.open(site + "404.html")
    one.click("main input[name=q], article input[name=q]")
    one.type("natto")
    one.press("Enter")
    one.until("location.pathname.endsWith('/search.html') && location.search === '?q=natto'")


def register(one: Engine, site: str) -> None:
    """A circle leads to its claims, Back to all of them, a choice to those that fit."""
    shown = "[...document.querySelectorAll('table.register tbody tr')].filter((e) => e.checkVisibility()).length"
    one.open(site + "reference/evidence.html")
    whole = one.value(shown)
    one.click("table.counts td.circle a.view-link")
    one.until(f"{shown} < {whole}")
    status = "document.querySelector('.register-tools [role=status]').textContent"
    assert one.value(status).startswith(f"{one.value(shown)} of {whole} claims: ")
    one.run("history.back()")
    one.until(f"{shown} === {whole}")
    one.run(
        "const verdict = document.querySelector('.register-tools select[name=verdict]');"
        "verdict.value = 'supported'; verdict.dispatchEvent(new Event('change', { bubbles: true }));"
    )
    one.until(f"{shown} < {whole} && {status}.endsWith('Supported')")


def foods(one: Engine, site: str) -> None:
    """Find, sort, choose, weigh; the address keeps it all."""
    one.open(site + "reference/foods.html")
    one.click("#food-find")
    one.type("natto")
    one.until("/^\\d+ of \\d+/.test(document.querySelector('.food-count').textContent)")
    one.click(".food-sort", nth=0)
    one.until("document.querySelector('th[aria-sort=ascending]')")
    one.click("tr[data-food] input[type=checkbox]")
    one.until("document.querySelector('.food-panel .food-amount')?.checkVisibility()")
    one.click(".food-grams input")
    one.press("Control+a")
    one.type("50")
    one.until("document.querySelector('.food-panel dt').textContent === 'In 50 g'")
    one.until("/compare=.*grams=50.*find=natto.*sort=food/.test(location.hash)")
    address = one.value("location.href")
    one.open(address)
    one.until("document.querySelector('.food-panel dt')?.textContent === 'In 50 g'")


def cite(one: Engine, site: str) -> None:
    """What is copied lies in the clipboard, or the words are marked for the reader to copy."""
    one.open(site + CHAPTER)
    one.click(".kb-cite summary")
    one.click(".kb-cite-copy")
    one.until(
        "/copied\\.|copy it by hand/.test(document.querySelector('.kb-cite [role=status]').textContent)"
    )


def modes(one: Engine, site: str) -> None:
    """The menu of colors works by keys, and the choice is kept on the next page."""
    one.open(site + CHAPTER)
    for steps, mode in ((3, "dark"), (2, "light")):
        one.run("document.querySelector('.theme-switch-button').focus()")
        one.press("Enter")
        one.until("document.querySelector('.dropdown-menu.show')")
        one.press(*["ArrowDown"] * steps, "Enter")
        one.until(f"document.documentElement.dataset.theme === '{mode}'")
        one.until("document.activeElement.matches('.theme-switch-button')")
        one.open(site + "index.html")
        one.until(f"document.documentElement.dataset.theme === '{mode}'")
    one.run("localStorage.clear()")


def drawers(one: Engine, site: str) -> None:
    """Each drawer and the search open by Enter, close by Escape, and the focus returns."""
    one.open(site + CHAPTER)
    seen = 0
    for button in (".primary-toggle", ".secondary-toggle", ".search-button"):
        there = f"[...document.querySelectorAll('{button}')].find((e) => e.checkVisibility())"
        if button != ".search-button" and one.value("innerWidth") > 960:
            continue  # a wide page folds its sides away without a dialog
        if not one.value(f"Boolean({there})"):
            continue
        seen += 1
        one.run(f"{there}.focus()")
        one.press("Enter")
        one.until("document.querySelector('dialog[open]')")
        one.press("Escape")
        one.until("!document.querySelector('dialog[open]')")
        one.until(f"document.activeElement === {there}")
    assert seen == (3 if one.value("innerWidth") < 960 else seen)


STILL = """
const style = document.createElement('style');
style.textContent = '*, ::before, ::after { transition: none !important; animation: none !important; }';
document.head.append(style);
"""
"""No color is on its way to another."""
FEATURES: dict[str, Callable[[Engine, str], None]] = {
    each.__name__: each
    for each in (terms, pointer, cards, search, lost, register, foods, cite, modes, drawers)
}


# -- Where -------------------------------------------------------------------------------------------


@contextmanager
def chromium(browser: Browser) -> Iterator[Engine]:
    """A page of the browser that all tests share."""
    context = browser.new_context()
    yield Chromium(context.new_page())
    context.close()


@pytest.fixture(scope="module")
def started(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Engine]]:
    """Start an engine at its first use; one window for all tests of a module."""
    running: dict[str, Engine] = {}
    with ExitStack() as stack:

        def start(name: str) -> Engine:
            if name not in running:
                shared = name == "chromium"
                one = chromium(request.getfixturevalue("browser")) if shared else engine(name)
                running[name] = stack.enter_context(one)
            return running[name]

        yield start


def choose_mode(one: Engine, place: str, mode: str) -> None:
    """Choose light or dark as the menu does, for all pages of *place*."""
    one.open(f"{place}index.html")
    one.run(f"for (const name of ['mode', 'theme']) localStorage.setItem(name, '{mode}')")
    one.reload()
    assert one.value("document.documentElement.dataset.theme") == mode


def address_of(request: pytest.FixtureRequest, site: Path, way: str) -> str:
    return (
        f"{site.resolve().as_uri()}/" if way == "disk" else str(request.getfixturevalue("served"))
    )


def test_firefox_shows_terms_and_cards_and_sends_forms_from_disk(started, site: Path):
    one, place = started("firefox"), f"{site.resolve().as_uri()}/"
    one.resize(*WIDTHS["narrow"])
    terms(one, place)
    cards(one, place, kinds=("source",))
    lost(one, place)


@pytest.mark.prove
@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("way", ["http", "disk"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ALL)
def test_each_feature_in_each_engine(request, started, site: Path, name, width, way, feature):
    one, place = started(name), address_of(request, site, way)
    one.resize(*WIDTHS[width])
    choose_mode(one, place, MODES[width])
    FEATURES[feature](one, place)
    one.run("localStorage.clear()")


@pytest.mark.prove
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ENGINES)
def test_axe_finds_nothing_where_it_computes_other_styles(started, site: Path, name, width):
    """On the pages with the most to press; Chromium is asked of every page (``test_axe``)."""
    one, place, found = started(name), f"{site.resolve().as_uri()}/", {}
    one.resize(*WIDTHS[width])
    for page in PRESSED:
        one.open(place + page)
        one.run(f"{AXE.read_text(encoding='utf-8')}; {STILL}")
        for mode in ("light", "dark"):
            one.run(f"document.documentElement.dataset.theme = '{mode}'")
            if said := one.run(f"return ({RUN})({json.dumps([list(TAGS), []])})"):
                found[page, mode] = said
    assert found == {}


@pytest.mark.prove
@pytest.mark.parametrize("way", ["http", "disk"])
@pytest.mark.parametrize("name", ["firefox", "older-firefox"])
def test_a_finger_sees_the_card_first_and_then_follows(request, started, site: Path, name, way):
    """In Chromium so in ``test_hover_cards``; what WebKitGTK cannot do says its ``CANNOT``."""
    one = started(name)
    one.resize(*WIDTHS["narrow"])
    one.open(address_of(request, site, way) + CHAPTER)
    link = ".bd-article a:has(> .std-term)"
    one.tap(link)
    one.until(f"document.querySelector({json.dumps(SHOWN)})")
    assert one.value("location.hash") == ""
    one.tap(link)
    one.until("location.hash.startsWith('#term-')")


@pytest.mark.prove
@pytest.mark.parametrize("name", ALL)
def test_no_page_scrolls_sideways(started, site: Path, name):
    one, wide = started(name), []
    for size in WIDTHS.values():
        one.resize(*size)
        for page in every_page():
            one.open(f"{site.resolve().as_uri()}/{page}")
            for mode in ("light", "dark"):
                one.run(f"document.documentElement.dataset.theme = '{mode}'")
                if one.value("document.documentElement.scrollWidth > innerWidth"):
                    wide.append((page, size, mode))
    assert wide == []


HEADINGS = """
const found = [...document.querySelectorAll('.bd-article :is(h1, h2, h3, h4, .rubric)')];
return found.map((one) => one.firstChild.textContent + [...one.childNodes].slice(1).map(
  (part) => part.className === 'headerlink' ? '' : part.textContent).join(''));
"""
FOOT = 57
"""The lower margin of a printed page, 20 mm, in points."""


def last_line(page: pypdfium2.PdfPage) -> str:
    """The lowest line of a printed *page* above its margin, without white space."""
    text = page.get_textpage()
    boxes = [text.get_rect(n) for n in range(text.count_rects())]
    inside = [box for box in boxes if box[1] > FOOT - 12]
    lowest = min((box[1] for box in inside), default=0)
    parts = sorted(box for box in inside if box[1] < lowest + 6)
    return re.sub(r"\s+", "", "".join(text.get_text_bounded(*box) for box in parts))


@pytest.mark.prove
@pytest.mark.parametrize("name", [name for name in ALL if name != "webkit"])
def test_no_heading_ends_a_printed_page(started, site: Path, name):
    """Firefox heeds no ``break-after: avoid``; print.css has a way of its own.

    What WebKitGTK cannot do says its ``CANNOT``.
    """
    one, ends, sheets = started(name), [], 0
    for page in every_page():
        if page.startswith("authoring/"):
            continue
        one.open(f"{site.resolve().as_uri()}/{page}")
        headings = {re.sub(r"\s+", "", each) for each in one.run(HEADINGS)}
        document = pypdfium2.PdfDocument(one.printed())
        lines = [last_line(sheet) for sheet in document][:-1]
        document.close()
        ends += [(page, n, line) for n, line in enumerate(lines, 1) if line in headings]
        sheets += len(lines)
    assert sheets > 150
    assert ends == []
