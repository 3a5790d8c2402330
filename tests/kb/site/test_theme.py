"""What the theme does for a reader still works, and its faults stay mended."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pages import pages_of

CHAPTER = "sections/gut-health.html"


@pytest.fixture
def phone(profile, served):
    page = profile.new_page(360, 760, reduced_motion="reduce")
    page.goto(served + CHAPTER, wait_until="load")
    return page


@pytest.mark.parametrize(
    ("button", "inside"),
    [(".primary-toggle", "Evidence register"), (".secondary-toggle", "Limits of the evidence")],
)
def test_the_drawers_of_a_phone_open_and_close_by_keyboard(phone, button, inside):
    toggle = phone.locator(button)
    expect(toggle).to_have_count(1)
    toggle.focus()
    phone.keyboard.press("Enter")
    drawer = phone.locator("dialog[open]")
    expect(drawer.get_by_role("link", name=inside)).to_be_visible()
    phone.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(drawer.get_by_role("link", name=inside)).to_have_count(0)


@pytest.mark.parametrize("button", [".primary-toggle", ".secondary-toggle", ".search-button"])
def test_focus_returns_to_what_opened_a_drawer_or_a_dialog(phone, button):
    opener = phone.locator(f"{button}:visible").first
    opener.focus()
    phone.keyboard.press("Enter")
    expect(phone.locator("dialog[open]")).to_have_count(1)
    phone.keyboard.press("Escape")
    expect(phone.locator("dialog[open]")).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_menu_of_colors_works_by_keys(phone):
    opener, menu = phone.locator(".theme-switch-button"), phone.locator(".dropdown-menu.show")
    opener.focus()
    phone.keyboard.press("Enter")
    expect(menu).to_be_visible()
    phone.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="System Settings")).to_be_focused()
    phone.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(opener).to_be_focused()
    phone.keyboard.press("Enter")
    for _ in range(3):
        phone.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="Dark")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(phone.locator("html")).to_have_attribute("data-theme", "dark")
    expect(menu).to_have_count(0)
    expect(opener).to_be_focused()


def fetched(visit):
    """How often a page has asked for Bootstrap."""
    return sum("/bootstrap.js" in address for address in visit.requests)


def test_bootstrap_comes_when_a_control_needs_it_and_the_first_click_counts(first_visit, served):
    page = first_visit.open(served + CHAPTER)
    page.locator("article").hover()
    page.locator("article a[href]").first.focus()
    assert fetched(first_visit) == 0
    # No pointer has come before, as from a program that reads the screen.
    page.locator(".theme-switch-button").evaluate("button => { button.click(); button.click(); }")
    expect(page.locator(".dropdown-menu.show")).to_be_visible()
    page.locator(".theme-switch-button").click()
    expect(page.locator(".dropdown-menu.show")).to_have_count(0)
    assert (fetched(first_visit), first_visit.errors) == (1, [])


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_a_button_hints_at_what_it_does(first_visit, served, way):
    page = first_visit.open(served + CHAPTER)
    getattr(page.locator(".primary-toggle"), way)()
    expect(page.locator(".tooltip.show")).to_have_text("Toggle primary sidebar")
    assert fetched(first_visit) == 1


def test_the_name_of_the_menu_of_colors_is_said_once(first_visit, served):
    """The theme names its button, and the box around it by a title, which Bootstrap took away."""
    page = first_visit.open(served + CHAPTER)
    expect(page.locator("div[title], span[title]")).to_have_count(0)
    page.locator(".theme-switch-button").hover()
    expect(page.locator(".tooltip.show")).to_have_text("Color mode")


def test_bootstrap_is_asked_for_again_after_the_network_was_gone(first_visit, served):
    page = first_visit.open(served + CHAPTER)
    page.route("**/bootstrap.js*", lambda route: route.abort())
    button = page.locator(".theme-switch-button")
    with page.expect_event("requestfailed"):
        button.focus()
    page.unroute("**/bootstrap.js*")
    button.click()
    expect(page.locator(".dropdown-menu.show")).to_be_visible()


def test_no_page_needs_bootstrap_while_it_comes(site):
    """The theme's script calls it at once where a page has this button."""
    assert "new bootstrap." in (site / "_static/scripts/pydata-sphinx-theme.js").read_text()
    assert [name for name, text in pages_of(site).items() if "expand-sidebar-button" in text] == []


def test_the_sidebar_of_a_wide_screen_folds_away(visit, served):
    page = visit.open(served + CHAPTER)
    link = page.locator("#pst-primary-sidebar").get_by_role("link", name="Evidence register")
    expect(link).to_be_visible()
    page.locator(".primary-toggle").click()
    expect(link).not_to_be_visible()


def test_what_one_types_stands_beside_the_magnifier(visit, served):
    page = visit.open(served + CHAPTER)
    page.keyboard.press("Control+k")
    icon = page.locator("#pst-search-dialog .fa-solid").bounding_box()
    field = page.locator("#pst-search-dialog input")
    start = field.bounding_box()["x"] + field.evaluate(
        "e => parseFloat(getComputedStyle(e).paddingLeft)"
    )
    assert start >= icon["x"] + icon["width"]


def test_the_color_mode_is_chosen_by_keyboard_and_kept(visit, served):
    page = visit.open(served + CHAPTER)
    page.locator(".theme-switch-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dropdown-menu.show")).to_be_visible()
    page.locator(".theme-change-button[data-mode=dark]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_first_paint_has_the_colors_of_the_system(browser, served, scripts):
    """Before any script has run, or without any, dark is dark and light is light."""
    grounds = {}
    for mode in ("light", "dark"):
        context = browser.new_context(color_scheme=mode, java_script_enabled=scripts)
        page = context.new_page()
        if scripts:
            page.route("**/*.js*", lambda route: route.abort())
        page.goto(served + CHAPTER, wait_until="load")
        assert page.locator("html").get_attribute("data-theme") == "auto"
        grounds[mode] = page.evaluate(
            "[document.body, document.querySelector('.claim')].map((e) => getComputedStyle(e).backgroundColor)"
        )
        context.close()
    light, dark = (
        sum(map(int, grounds[mode][1].removeprefix("rgb(").rstrip(")").split(",")))
        for mode in ("light", "dark")
    )
    assert light > 600 > 300 > dark, grounds


def test_without_scripts_a_phone_shows_the_contents_below_the_page(browser, served):
    context = browser.new_context(
        java_script_enabled=False, color_scheme="dark", viewport={"width": 360, "height": 760}
    )
    page = context.new_page()
    page.goto(served + CHAPTER)
    link = page.locator("#pst-primary-sidebar").get_by_role("link", name="Evidence register")
    expect(link).to_be_visible()
    assert link.bounding_box()["y"] > page.locator("#see-also").bounding_box()["y"]
    assert link.bounding_box()["x"] >= 0
    expect(page.locator(".primary-toggle")).not_to_be_visible()
    expect(page.locator(".navbar-brand img.only-light")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 360])
def test_a_title_of_long_words_is_cut_by_syllables(visit, served, width):
    visit.page.set_viewport_size({"width": width, "height": 760})
    page = visit.open(served + CHAPTER)
    page.locator("article h1").evaluate(
        "e => { e.firstChild.textContent = 'Undercarboxylated electroencephalographically hypercholesterolemia' }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("article h1").bounding_box()
    assert page.locator("article h1").evaluate("e => e.scrollWidth") <= box["width"] + 1
