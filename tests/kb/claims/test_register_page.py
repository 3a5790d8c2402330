"""The register of claims in a real browser: filters, order, addresses, phones, paper, no JavaScript."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

PAGE = "reference/evidence.html"
SHOWN = "table.register tbody tr:not([hidden])"


@pytest.fixture
def register(visit, served):
    """The register, ready: its tools are there."""
    page = visit.open(served + PAGE)
    page.locator(".register-tools").wait_for()
    yield page
    assert visit.errors == []


def status(page) -> str:
    return page.locator(".register-shown [role=status]").inner_text()


def ids(page) -> list[str]:
    return page.locator(f"{SHOWN} td:first-child a").all_inner_texts()


def test_it_opens_whole(register):
    assert status(register) == "All 40 claims"
    assert len(ids(register)) == 40
    assert not register.get_by_role("button", name="Show all claims").is_visible()


FILTERS = {
    "Chapter": ("chapter", "gut-health", "chapter-gut-health"),
    "Verdict": ("verdict", "overstated", "verdict-overstated"),
    "Certainty": ("certainty", "very-low", "certainty-very-low"),
    "Kind of study": ("kind", "animal", "kind-animal"),
}


@pytest.mark.parametrize("label", FILTERS)
def test_each_filter_shows_its_claims_and_counts_them(register, label):
    name, value, mark = FILTERS[label]
    wanted = register.locator(f"table.register tr.{mark}").count()
    choice = register.locator(f"select[name={name}] option[value={value}]")
    assert choice.inner_text().endswith(f"({wanted})")
    register.get_by_label(label, exact=True).select_option(value)
    assert status(register).startswith(f"{wanted} of 40 claims: ")
    assert register.locator(SHOWN).count() == wanted == register.locator(f"{SHOWN}.{mark}").count()
    assert register.url.endswith(f"{PAGE}?{name}={value}#register")


def test_filters_add_up_and_a_choice_without_claims_cannot_be_made(register):
    register.get_by_label("Verdict", exact=True).select_option("reversed")
    assert status(register) == "1 of 40 claims: Reversed"
    assert register.locator("select[name=certainty] option[value=high]").is_disabled()
    register.get_by_label("Certainty", exact=True).select_option("moderate")
    assert status(register) == "1 of 40 claims: Reversed · Moderate certainty"
    assert ids(register) == ["G2"]
    register.get_by_role("button", name="Show all claims").click()
    assert status(register) == "All 40 claims"
    assert register.url.endswith(PAGE)


def test_the_order_follows_verdict_and_certainty_and_comes_back(register):
    book = ids(register)
    ranks = {
        "verdict": [
            "supported",
            "partly-supported",
            "overstated",
            "unsupported",
            "reversed",
            "not-verifiable",
        ],
        "certainty": ["high", "moderate", "low", "very-low", "none"],
    }
    for name, order in ranks.items():
        register.get_by_label("Sort by").select_option(name)
        classes = register.locator(SHOWN).evaluate_all("rows => rows.map(row => row.className)")
        found = [order.index(re.search(rf"{name}-(\S+)", text)[1]) for text in classes]
        assert found == sorted(found) and len(found) == 40
        tied = [claim for claim, rank in zip(ids(register), found, strict=True) if rank == 1]
        assert tied == sorted(tied), "equals keep the order of the book"
    register.get_by_label("Sort by").select_option("")
    assert ids(register) == book


def test_an_address_opens_its_view_and_back_and_forward_lead_through_views(visit, served):
    page = visit.open(served + f"{PAGE}?verdict=overstated&certainty=low&sort=certainty#register")
    assert status(page) == "6 of 40 claims: Overstated · Low certainty"
    assert page.get_by_label("Sort by").input_value() == "certainty"
    page.get_by_label("Certainty", exact=True).select_option("")
    assert status(page).startswith("12 of 40 claims")
    page.go_back()
    page.get_by_text("6 of 40 claims").wait_for()
    assert page.get_by_label("Certainty", exact=True).input_value() == "low"
    page.go_forward()
    page.get_by_text("12 of 40 claims").wait_for()


def test_an_address_with_unknown_words_opens_the_whole(visit, served):
    page = visit.open(served + f"{PAGE}?verdict=nonsense&kind=%22%3E%3Cimg%3E&sort=x")
    assert status(page) == "All 40 claims"
    assert (
        page.locator(".register-tools select").evaluate_all("all => all.map(e => e.selectedIndex)")
        == [0] * 5
    )
    assert visit.errors == []


def test_the_same_from_disk(visit, site: Path):
    page = visit.open((site / PAGE).resolve().as_uri() + "?kind=laboratory#register")
    assert " of 40 claims: Laboratory studies" in status(page)
    page.get_by_label("Kind of study").select_option("animal")
    assert page.url.endswith("?kind=animal#register")
    page.go_back()
    page.get_by_text("claims: Laboratory studies").wait_for()
    assert page.get_by_label("Kind of study").input_value() == "laboratory"
    assert visit.errors == []


def test_every_number_of_the_picture_leads_to_as_many_claims(register):
    links = register.locator("table.counts a.view-link, table.study-kinds a.view-link")
    assert links.count() > 25
    for link in links.all():
        number = re.match(r"\d+", link.inner_text())[0]
        link.click()
        assert len(ids(register)) == int(number), link.get_attribute("href")
        assert register.evaluate("document.activeElement.getAttribute('role')") == "status"


def test_a_circle_is_as_large_as_its_number(register):
    circles = register.locator(".counts .circle .view-link")
    for circle in circles.all():
        box, number = circle.bounding_box(), int(circle.locator("p").inner_text())
        assert box["width"] == pytest.approx(box["height"])
        assert box["width"] ** 2 / number == pytest.approx(24.8**2, rel=0.02)
        assert box["width"] >= 24


def test_the_link_says_what_it_counts(register):
    register.get_by_role("link", name="6 claims: overstated, low certainty", exact=True).click()
    assert status(register) == "6 of 40 claims: Overstated · Low certainty"
    marked = register.locator(".counts .view-link[data-shown]")
    assert marked.count() == 1 and marked.locator("p").inner_text() == "6"


def test_the_front_page_leads_into_the_register(visit, served):
    page = visit.open(served + "index.html")
    page.get_by_role("link", name="12 Unsupported").click()
    page.locator(".register-tools").wait_for()
    assert status(page) == "12 of 40 claims: Unsupported"


def test_a_link_to_a_row_clears_the_filter_that_hides_it(visit, served):
    page = visit.open(served + f"{PAGE}?verdict=overstated#register-c1")
    assert status(page) == "All 40 claims"
    assert page.locator("#register-c1").is_visible()
    assert page.url.endswith(f"{PAGE}#register-c1")
    page.get_by_label("Verdict", exact=True).select_option("supported")
    page.evaluate("location.hash = 'register-g2'")
    page.get_by_text("All 40 claims").wait_for()
    assert page.locator("#register-g2").is_visible()


def test_a_link_to_a_row_that_is_shown_keeps_the_filter(visit, served):
    page = visit.open(served + f"{PAGE}?verdict=reversed#register-g2")
    assert status(page) == "1 of 40 claims: Reversed"


def test_by_keyboard_alone(register):
    select = register.get_by_label("Verdict", exact=True)
    select.focus()
    register.keyboard.type("Rev")
    register.keyboard.press("Enter")
    register.get_by_text("1 of 40 claims: Reversed").wait_for()
    button = register.get_by_role("button", name="Show all claims")
    for _ in range(8):
        if button.evaluate("button => button === document.activeElement"):
            break
        register.keyboard.press("Tab")
    register.keyboard.press("Enter")
    register.get_by_text("All 40 claims").wait_for()
    assert register.evaluate("document.activeElement.name") == "chapter"


def test_nothing_moves_when_the_tools_come(browser, served):
    for width in (1280, 360):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        tops = []
        for hidden in (True, False):
            if hidden:
                page.route("**/register.js*", lambda route: route.abort())
            else:
                page.unroute("**/register.js*")
            page.goto(served + PAGE, wait_until="load")
            tops.append(page.locator("table.register").bounding_box()["y"])
        assert tops[0] == pytest.approx(tops[1], abs=1), width
        context.close()


def test_a_phone_folds_the_tools_and_shows_cards(visit, served):
    visit.page.set_viewport_size({"width": 360, "height": 760})
    page = visit.open(served + f"{PAGE}?verdict=reversed#register")
    assert status(page) == "1 of 40 claims: Reversed"
    assert not page.get_by_label("Verdict", exact=True).is_visible()
    page.get_by_text("Filter and sort").click()
    assert page.get_by_label("Verdict", exact=True).is_visible()
    card = page.locator(SHOWN).bounding_box()
    assert card["x"] >= 0 and card["x"] + card["width"] <= 360
    for cell in page.locator(f"{SHOWN} td").all():
        assert cell.bounding_box()["width"] > 240, "a cell takes the width of the card"
    small = page.locator(".register-tools :is(select, summary, button)").evaluate_all(
        "all => all.filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"
    )
    assert small == []


def test_on_a_phone_each_circle_stands_below_its_certainty(visit, served):
    visit.page.set_viewport_size({"width": 360, "height": 760})
    page = visit.open(served + PAGE)

    def middles(row: str) -> list[float]:
        boxes = [cell.bounding_box() for cell in page.locator(f".counts {row}").all()]
        return [box["x"] + box["width"] / 2 for box in boxes[1:6]]

    assert middles("thead th") == pytest.approx(middles("tbody tr:first-child td"), abs=1)


def test_without_javascript_the_table_is_whole_and_the_picture_leads_to_it(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served + PAGE)
    assert not page.locator(".register-tools").is_visible()
    assert page.locator("table.register tbody tr").count() == 40
    page.get_by_role("link", name="6 claims: overstated, low certainty", exact=True).click()
    assert page.url.endswith("?verdict=overstated&certainty=low#register")
    assert page.locator("#register-a1").is_visible()
    context.close()


def test_on_paper_a_plain_table(visit, served):
    page = visit.open(served + f"{PAGE}?verdict=reversed#register")
    page.emulate_media(media="print")
    assert not page.get_by_label("Verdict", exact=True).is_visible()
    assert not page.get_by_text("CSV for spreadsheets").is_visible()
    assert page.get_by_text("1 of 40 claims: Reversed").is_visible()
    circle = page.locator(".counts .circle .view-link").first
    assert circle.evaluate("e => getComputedStyle(e).backgroundColor") == "rgba(0, 0, 0, 0)"
    page.goto(served + PAGE)
    assert not page.locator(".register-tools").is_visible()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_of_the_register_stand_out(browser, served, mode):
    from pages import CONTRAST

    context = browser.new_context(color_scheme=mode, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(served + f"{PAGE}?sort=verdict", wait_until="load")
    page.add_style_tag(content="*{transition:none!important}")
    words = ".counts p, .counts .circle a, .register-kinds, .register-tools :is(summary, label, select, button, p), .register-files"
    assert page.evaluate(CONTRAST, words) == []
    context.close()


def test_the_files_hold_the_whole_register(visit, served, site: Path):
    page = visit.open(served + PAGE)
    for name in ("CSV for spreadsheets", "JSON for programs"):
        with page.expect_download() as started:
            page.get_by_role("link", name=name).click()
        assert started.value.suggested_filename in ("claims.csv", "claims.json")
    claims = json.loads((site / "data/claims.json").read_text(encoding="utf-8"))["claims"]
    assert len(claims) == 40
    for claim in claims:
        for address in (claim["url"], claim["register_url"]):
            name, _, anchor = address.partition("#")
            assert f'id="{anchor}"' in (site / name).read_text(encoding="utf-8")
        assert claim["url"].endswith("#" + claim["id"])


def test_only_pages_that_need_them_load_script_and_style(site: Path):
    loads = {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(site.rglob("*.html"))
    }
    assert [name for name, text in loads.items() if re.search(r'src="[^"]*register\.js', text)] == [
        PAGE
    ]
    assert [name for name, text in loads.items() if "register.css" in text] == ["index.html", PAGE]
