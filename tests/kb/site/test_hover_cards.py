"""Cards beside links: by pointer, keyboard and finger, at every edge, and never in the way (WCAG 1.4.13)."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browsing import Quiet, serving, until
from kb.core import late_scripts
from tiers import rest_in_prove

CHAPTER = "sections/gut-health.html"
KINDS = ("term", "source", "claim")
DATA = "kb-cards-data.js"
EXT = Path(__file__).parents[3] / "docs/_ext"

# Older browsers, played by this one.
NO_POPOVER = "for (const name of ['popover', 'showPopover', 'hidePopover']) delete HTMLElement.prototype[name];"


def links(page, kind: str):
    """The links of the text that lead to entries of *kind*."""
    return page.locator(f'.bd-article a.internal[href*="#{kind}-"]:visible')


def neighbors(page):
    """Two links to sources that follow each other, in one bracket; claims may hold the first."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    bracket = page.locator(".bibtex-citation:has(a.internal ~ a.internal):visible").first
    return bracket.locator("a.internal").nth(0), bracket.locator("a.internal").nth(1)


def card(page):
    return page.locator(".kb-card")


def squeezed(text: str) -> str:
    return " ".join(text.split())


def card_text(page) -> str:
    expect(card(page)).to_be_visible()
    return squeezed(page.locator("#kb-card-text").inner_text())


def put_at(link, top: int) -> None:
    """Scroll until *link* stands *top* pixels below the upper edge of the window."""
    link.evaluate(
        "(e, top) => scrollTo({ top: e.getBoundingClientRect().top + scrollY - top, behavior: 'instant' })",
        top,
    )


def by_keyboard(link) -> None:
    link.evaluate("e => e.focus({ focusVisible: true, preventScroll: true })")


def wait_is_over(page) -> None:
    """Let the page's own clock run far beyond every delay."""
    page.clock.run_for(5000)


def written(site: Path) -> dict:
    """The data of the cards."""
    text = (site / "_static" / DATA).read_text(encoding="utf-8")
    return json.loads(text.removeprefix("window.KB_CARDS=").rstrip(";\n"))


@pytest.fixture
def slow(first_visit, served):
    """A chapter whose clock, which is that of the context, stands still until told."""
    first_visit.page.clock.install()
    page = first_visit.open(served + CHAPTER)
    page.clock.pause_at(page.evaluate("Date.now()") + 60_000)
    return page


@pytest.fixture
def phone(browser, served):
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(served + CHAPTER, wait_until="load")
    yield page
    context.close()


@pytest.mark.parametrize(
    "address", rest_in_prove(["served", "disk"], lambda address: address == "disk")
)
def test_a_card_says_what_the_entry_says(visit, served, site: Path, address):
    page = visit.open((served if address == "served" else f"{site.resolve().as_uri()}/") + CHAPTER)
    said = {}
    for kind in KINDS:
        link = links(page, kind).first
        link.hover()
        expect(link).to_have_attribute("aria-describedby", "kb-card-text")
        # Authors and year are shortened here; all else stands in the entry, word for word.
        parts = page.locator("#kb-card-text > :not(.kb-card-who)").all_inner_texts()
        said[link.evaluate("e => e.href")] = [squeezed(part) for part in parts]
    for href, parts in said.items():
        page.goto(href)
        anchor = href.partition("#")[2]
        entry = page.locator(f"#{anchor} + dd, #{anchor}:not(dt)")
        told = squeezed(entry.inner_text())
        assert len(parts) > 1 and [part for part in parts[1:] if part not in told] == [], anchor
    assert visit.errors == []


def test_nothing_is_loaded_before_the_first_touch_and_once_after(visit, served):
    page = visit.open(served + CHAPTER)
    page.get_by_role("heading", name="In plain words").hover()
    assert not [url for url in visit.requests if DATA in url]
    for kind in KINDS:
        links(page, kind).first.hover()
        expect(links(page, kind).first).to_have_attribute("aria-describedby", "kb-card-text")
    assert len([url for url in visit.requests if DATA in url]) == 1


def test_a_title_in_another_language_says_so(visit, served):
    """The page, the card and the list name the language (WCAG 3.1.2)."""
    page = visit.open(served + "sections/food-sources.html")
    page.locator('a[href$="#source-mext2020stfc"]').first.hover()
    expect(card(page).locator("[lang=ja]")).to_have_text("日本食品標準成分表2020年版(八訂)")
    expect(page.locator("#kb-card-text .kb-card-main")).to_contain_text("(八訂) [Standard Tables")
    page.goto(served + "reference/sources.html")
    expect(page.locator("#source-mext2020stfc [lang=ja]")).to_contain_text("日本食品")


def test_the_pointer_may_enter_the_card_and_leaves_it_behind(slow):
    link = links(slow, "source").first
    link.hover()
    wait_is_over(slow)
    expect(card(slow)).to_be_visible()
    card(slow).hover()
    wait_is_over(slow)
    expect(card(slow)).to_be_visible()
    slow.mouse.move(2, 2)
    wait_is_over(slow)
    expect(card(slow)).to_be_hidden()
    assert link.get_attribute("aria-describedby") is None


def test_a_pointer_that_only_crosses_shows_nothing(slow):
    held = []
    slow.route(f"**/{DATA}*", lambda route: held.append(route))
    with slow.expect_request(f"**/{DATA}*"):
        links(slow, "term").first.hover()
    slow.clock.run_for(60)
    slow.mouse.move(2, 2)
    # The data come when the pointer has left.
    held[0].continue_()
    until(slow, "window.KB_CARDS")
    wait_is_over(slow)
    expect(card(slow)).to_have_count(0)


def test_crossing_another_link_on_the_way_into_the_card_keeps_it(slow):
    first, other = neighbors(slow)
    first.hover()
    wait_is_over(slow)
    before = card_text(slow)
    other.hover(force=True)
    slow.clock.run_for(60)
    card(slow).hover()
    wait_is_over(slow)
    assert card_text(slow) == before


def test_escape_dismisses_without_moving_pointer_or_focus(slow):
    link = links(slow, "term").first
    link.hover()
    wait_is_over(slow)
    expect(card(slow)).to_be_visible()
    slow.keyboard.press("Escape")
    expect(card(slow)).to_be_hidden()
    wait_is_over(slow)
    expect(card(slow)).to_be_hidden()
    by_keyboard(link)
    expect(card(slow)).to_be_visible()
    slow.keyboard.press("Escape")
    wait_is_over(slow)
    expect(card(slow)).to_be_hidden()
    links(slow, "source").first.hover()
    wait_is_over(slow)
    expect(card(slow)).to_be_visible()
    slow.mouse.move(2, 2)
    wait_is_over(slow)
    expect(card(slow)).to_be_hidden()
    expect(link).to_be_focused()


def test_the_keyboard_walks_through_the_card_and_on(visit, served):
    page = visit.open(served + CHAPTER)
    link, after = neighbors(page)
    by_keyboard(link)
    expect(card(page)).to_be_visible()
    page.keyboard.press("Tab")
    inside = card(page).get_by_role("link")
    expect(inside).to_be_focused()
    assert inside.get_attribute("href").startswith("https://")
    page.keyboard.press("Tab")
    expect(after).to_be_focused()
    expect(after).to_have_attribute("aria-describedby", "kb-card-text")
    assert link.get_attribute("aria-describedby") is None
    page.keyboard.press("Enter")
    page.wait_for_url("**/reference/sources.html#source-*")


def test_escape_inside_the_card_goes_back_to_the_link(slow):
    link = links(slow, "source").first
    by_keyboard(link)
    expect(card(slow)).to_be_visible()
    slow.keyboard.press("Tab")
    wait_is_over(slow)
    expect(card(slow).get_by_role("link")).to_be_focused()
    slow.keyboard.press("Escape")
    expect(link).to_be_focused()
    wait_is_over(slow)
    expect(card(slow)).to_be_hidden()


def test_the_card_of_the_focused_link_comes_back_after_another(slow):
    focused, other = neighbors(slow)
    by_keyboard(focused)
    text = card_text(slow)
    slow.keyboard.press("Shift")
    other.hover(force=True)
    wait_is_over(slow)
    assert card_text(slow) != text
    slow.mouse.move(2, 2)
    wait_is_over(slow)
    assert card_text(slow) == text


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_tap_shows_the_card_and_the_second_follows(phone, kind):
    link = links(phone, kind).first
    link.scroll_into_view_if_needed()
    link.tap()
    expect(card(phone).get_by_role("link", name="Open entry")).to_be_visible()
    assert phone.url.endswith(CHAPTER)
    link.tap()
    phone.wait_for_url(f"**#{kind}-*")


def test_open_entry_follows_and_a_tap_elsewhere_closes(phone):
    link = links(phone, "term").first
    link.tap()
    expect(card(phone)).to_be_visible()
    phone.get_by_role("heading", level=1).tap()
    expect(card(phone)).to_be_hidden()
    link.tap()
    card(phone).get_by_role("link", name="Open entry").tap()
    phone.wait_for_url("**/reference/glossary.html#term-*")


def test_without_the_data_a_tap_follows_at_once(phone):
    phone.route(f"**/{DATA}*", lambda route: route.abort())
    links(phone, "term").first.tap()
    phone.wait_for_url("**/reference/glossary.html#term-*")


class Keeping(Quiet):
    """A server that lets browsers keep scripts for an hour."""

    def end_headers(self) -> None:
        if ".js" in self.path:
            self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()


def test_what_a_browser_has_kept_of_one_edition_is_not_shown_with_the_next(browser, site, tmp_path):
    """By http, without a worker: the addresses alone keep editions apart."""
    unasked = shutil.ignore_patterns("*.pdf", "*.epub")
    book = Path(shutil.copytree(site.resolve(), tmp_path / "site", ignore=unasked))
    data, first = book / "_static" / DATA, "A small protein that bone-forming cells make"
    context = browser.new_context(service_workers="block")
    with serving(book, Keeping) as address:
        for said in (first, "Of the second edition"):
            text = data.read_text(encoding="utf-8")
            assert first in text
            data.write_text(text.replace(first, said), encoding="utf-8")
            late_scripts.write_digests(book)
            page = context.new_page()
            page.goto(address + CHAPTER)
            page.locator('.bd-article a[href$="#term-osteocalcin"]:visible').first.hover()
            assert said in card_text(page)
    context.close()


def test_every_script_that_is_loaded_late_has_its_digest_in_its_address(visit, served, site):
    """Of whatever feature: scripts are made in few places, and each of these asks the list."""
    late = re.compile(r"\.src = (.*)")
    asked = {
        path.name: late.findall(path.read_text(encoding="utf-8"))
        for path in sorted((EXT / "kb").rglob("static/*.js"))
    }
    found = {name: lines for name, lines in asked.items() if lines}
    # Its address is in the page, where Sphinx puts a digest.
    assert found.pop("controls.js") == ["address;"]
    assert re.search(r'data-late="[^"]*\?(?:v|digest)=[0-9a-f]{8}', (site / CHAPTER).read_text())
    assert set(found) == {"cards.js", "search.js"}
    assert [line for lines in found.values() for line in lines if "?v=" not in line] == []
    page = visit.open(served + CHAPTER)
    links(page, "source").first.hover()
    expect(card(page)).to_be_visible()
    digest = hashlib.sha256((site / "_static" / DATA).read_bytes()).hexdigest()[:8]
    assert [url for url in visit.requests if DATA in url] == [f"{served}_static/{DATA}?v={digest}"]


def test_without_javascript_a_link_is_a_link(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served + CHAPTER)
    links(page, "term").first.click()
    assert "/reference/glossary.html#term-" in page.url
    context.close()


SIZES = [
    ((1280, 720), "today"),
    ((320, 640), "today"),
    ((320, 640), "before popovers"),
    ((1280, 720), "before popovers"),
]
SIZES += [((320, 256), browser_of) for browser_of in ("today", "before popovers")]


@pytest.mark.parametrize(
    ("size", "browser_of"), rest_in_prove(SIZES, lambda case: case in SIZES[:3]), ids=str
)
def test_a_card_stays_in_the_window_and_off_its_link(profile, served, size, browser_of):
    width, height = size
    page = profile.new_page(width, height)
    if browser_of != "today":
        page.add_init_script(NO_POPOVER)
    page.goto(served + CHAPTER, wait_until="load")
    ends = links(page, "source").evaluate_all(
        "found => found.map((e) => e.getBoundingClientRect().right)"
    )
    for link in (
        links(page, "source").nth(ends.index(max(ends))),
        links(page, "term").nth(3),
        links(page, "claim").first,
    ):
        for top in (60, height // 2, height - 30):
            put_at(link, top)
            by_keyboard(link)
            expect(card(page)).to_be_visible()
            at, box = link.bounding_box(), card(page).bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, (top, box)
            assert box["y"] >= 0 and box["y"] + box["height"] <= height, (top, box)
            if height > 600:
                assert card(page).evaluate("e => e.scrollHeight === e.clientHeight"), (top, box)
            assert box["y"] >= at["y"] + at["height"] or box["y"] + box["height"] <= at["y"], (
                top,
                box,
            )
            link.evaluate("e => e.blur()")
            expect(card(page)).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_longest_definition_fits_a_small_phone(phone, site: Path):
    cards = written(site)
    longest = max(
        (anchor for anchor in cards if anchor.startswith("term-")),
        key=lambda anchor: len(cards[anchor]["definition"]),
    )
    link = links(phone, "term").first
    link.evaluate("(e, anchor) => { e.hash = anchor }", longest)
    link.tap()
    assert cards[longest]["definition"] in card_text(phone)
    box = card(phone).bounding_box()
    assert (
        box["x"] >= 0
        and box["x"] + box["width"] <= 320
        and box["y"] >= 0
        and box["y"] + box["height"] <= 640
    )


def test_only_links_of_the_text_have_cards(slow, served):
    for name, selector in (
        ("reference/glossary.html", "dt .headerlink"),
        ("reference/evidence.html", "table.register a"),
        ("genindex.html", ".indextable a"),
        (CHAPTER, ".claim .claim-more a"),
    ):
        slow.goto(served + name)
        by_keyboard(slow.locator(selector).first)
        slow.locator(selector).first.hover(force=True)
        wait_is_over(slow)
        expect(card(slow)).to_have_count(0)
        assert slow.locator(f'script[src*="{DATA}"]').count() == 0, name


def test_a_withdrawn_paper_says_so(visit, served):
    page = visit.open(served + "sections/supplements.html")
    page.locator('a[href*="#source-sato2005alzheimer"]').first.hover()
    assert "Retracted" in card_text(page)


def test_a_card_is_not_printed(slow):
    by_keyboard(links(slow, "term").first)
    expect(card(slow)).to_be_visible()
    slow.emulate_media(media="print")
    expect(card(slow)).to_have_css("display", "none")
    slow.emulate_media(media="screen")
    expect(card(slow)).to_have_css("display", "block")


def test_links_in_cards_are_large_enough_for_a_finger(phone):
    links(phone, "source").first.tap()
    expect(card(phone)).to_be_visible()
    for link in card(phone).get_by_role("link").all():
        assert link.bounding_box()["height"] >= 24


def test_every_link_of_the_text_has_a_card(site: Path):
    cards = written(site)
    for path in sorted(site.rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        anchors = re.findall(
            r'class="reference internal" href="[^"]*#((?:term|source|claim)-[^"]+)"', page
        )
        assert [anchor for anchor in anchors if anchor not in cards] == [], path.name


def test_the_script_is_small(site: Path):
    assert 500 < len(gzip.compress((site / "_static/cards.js").read_bytes(), 9)) <= 3000
