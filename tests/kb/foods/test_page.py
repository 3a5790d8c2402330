"""The food explorer in a real browser: filter, sort, side by side, by keyboard, from disk, without a script."""

from __future__ import annotations

import csv
import io
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages import CONTRAST
from tiers import rest_in_prove

PAGE = "reference/foods.html"
SHOWN = "table.food-table tr[data-food]:not([hidden])"
THREE = ("emmental-nevo", "natto-mext", "bluefin-tuna-mext")


@pytest.fixture(scope="session")
def foods(docs: Path) -> list[dict[str, str]]:
    """The rows of the data file."""
    return list(csv.DictReader(io.StringIO((docs / "data/foods.csv").read_text(encoding="utf-8"))))


@pytest.fixture
def page(visit, served) -> Page:
    """The page of foods."""
    return visit.open(served + PAGE)


def shown(page: Page) -> list[str]:
    """The ids of the rows in sight, from top to bottom."""
    return page.eval_on_selector_all(SHOWN, "rows => rows.map((row) => row.dataset.food)")


def box(page: Page, food: str):
    return page.locator(f'tr[data-food="{food}"] input[type=checkbox]')


def count(page: Page):
    return page.locator(".food-count")


# -- Filters


def test_the_filters_show_what_the_file_holds(page, foods):
    all_of_them = f"{len(foods)} of {len(foods)} rows"
    expect(count(page)).to_have_text(all_of_them)
    page.get_by_label("Country").select_option("Japan")
    assert sorted(shown(page)) == sorted(row["id"] for row in foods if row["country"] == "Japan")
    page.get_by_label("Form measured", exact=True).select_option("MK-7 only")
    wanted = sorted(
        row["id"] for row in foods if row["country"] == "Japan" and row["basis"] == "mk7-only"
    )
    assert sorted(shown(page)) == wanted
    expect(count(page)).to_have_text(f"{len(wanted)} of {len(foods)} rows")
    page.get_by_label("Kind of food").select_option("Cheese")
    expect(count(page)).to_have_text(f"No row matches (0 of {len(foods)})")
    page.get_by_role("button", name="Reset").click()
    expect(count(page)).to_have_text(all_of_them)
    expect(page.get_by_label("Find a food")).to_be_focused()


def test_the_count_is_announced(page):
    assert count(page).get_attribute("role") == "status"


def test_the_text_filter_forgives_accents_and_case(page, foods):
    page.get_by_label("Find a food").fill("GRUYÈRE")
    assert shown(page) == ["gruyere-nevo"]
    page.get_by_label("Find a food").fill("chicken raw")
    assert set(shown(page)) >= {"chicken-fillet-nevo", "chicken-liver-mext"}


def test_a_heading_without_rows_vanishes(page):
    page.get_by_label("Kind of food").select_option("Eggs")
    expect(page.locator("tr.food-group:not([hidden])")).to_have_text(["Eggs"])


# -- Sorting


def test_a_column_sorts_both_ways_and_back(page):
    before = shown(page)
    button, head = (
        page.get_by_role("button", name="Food", exact=True),
        page.locator("table.food-table th").first,
    )
    button.click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    names = [name.casefold() for name in page.locator(f"{SHOWN} th [id^=food-]").all_inner_texts()]
    assert names[0].startswith("beef") and names[-1].startswith(("yogurt", "yoghurt"))
    assert page.locator("tr.food-group").count() == 0
    upwards = shown(page)
    button.click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert shown(page)[0] == upwards[-1] or shown(page)[0].startswith("yogurt")
    button.click()
    assert head.get_attribute("aria-sort") is None
    assert shown(page) == before and page.locator("tr.food-group:not([hidden])").count() == 10


def test_figures_are_ranked_within_a_form_only(page, foods):
    note = page.get_by_text("Rows are sorted within each form measured")
    expect(note).to_be_hidden()
    page.get_by_role("button", name="µg per 100 g").click()
    expect(note).to_be_visible()
    expect(page.locator("table.food-table th").nth(2)).to_have_attribute("aria-sort", "descending")
    by_id = {row["id"]: row for row in foods}
    ranked = [by_id[name] for name in shown(page)]
    order = list(dict.fromkeys(row["basis"] for row in ranked))
    assert len(order) == 6 and order.index("total") < order.index(
        "unspecified-vitamin-k"
    ) < order.index("")
    assert [row["basis"] for row in ranked] == sorted(
        (row["basis"] for row in ranked), key=order.index
    )
    assert page.locator("tr.food-group").count() == len(order)
    for basis in order:
        figures = [float(row["k2_ug_per_100g"] or -1) for row in ranked if row["basis"] == basis]
        assert figures == sorted(figures, reverse=True), basis
    page.get_by_role("button", name="µg per 100 g").click()
    japan = [
        by_id[name]["k2_ug_per_100g"]
        for name in shown(page)
        if by_id[name]["basis"] == "unspecified-vitamin-k"
    ]
    assert japan[0] == "0" and japan[-1] == ""  # rows without a figure stay last


# -- Side by side


def expected(figure: str, grams: str) -> str:
    """Figure times grams by 100, with the digits of the figure and at least two, in decimal arithmetic."""
    exact = Decimal(figure) * Decimal(grams) / 100
    digits = len(figure.replace(".", "").lstrip("0")) or 1
    if not exact:
        return "0 µg"
    rounded = exact.quantize(
        Decimal(1).scaleb(exact.adjusted() - max(2, digits) + 1), ROUND_HALF_UP
    )
    if rounded.adjusted() > exact.adjusted():  # 99.96 becomes 100, which has a digit more
        rounded = exact.quantize(
            Decimal(1).scaleb(exact.adjusted() - max(2, digits) + 2), ROUND_HALF_UP
        )
    text = f"{rounded:,f}"
    if digits == 1 and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text} µg"


@pytest.mark.parametrize(
    "grams", rest_in_prove(["100", "150", "2.5"], lambda grams: grams == "2.5")
)
def test_every_amount_is_the_figure_times_the_grams(visit, served, foods, grams):
    page = visit.open(served + PAGE)
    for start in range(0, len(foods), 6):
        six = foods[start : start + 6]
        page.evaluate(
            "hash => { location.hash = hash }",
            f"compare={','.join(row['id'] for row in six)}&grams={grams}",
        )
        cards = page.locator(".food-card")
        expect(cards.locator("h4")).to_have_text([row["food"] for row in six])
        for card, row in zip(cards.all_inner_texts(), six, strict=True):
            lines = card.splitlines()
            weight, amount, per, figure = lines[lines.index("Per 100 g") - 2 :][:4]
            assert (weight, per) == (
                f"In {int(grams):,} g" if grams.isdigit() else f"In {grams} g",
                "Per 100 g",
            )
            if value := row["k2_ug_per_100g"]:
                assert amount == expected(value, grams), row["id"]
                assert figure.split(" ")[0] == value
            else:
                trace = row["range_or_sd"] == "trace"
                assert (amount, figure.split(":")[0]) == (
                    ("trace", "trace") if trace else ("cannot be worked out", "no figure")
                ), row
            assert ("K1 included" in lines) >= (row["basis"] == "unspecified-vitamin-k"), row["id"]
            assert row["country"] in lines and lines[
                lines.index("Not measured or not told apart") + 1
            ].endswith("."), row["id"]
    assert visit.errors == []


def test_at_a_hundred_grams_the_figure_stands_as_printed(foods):
    assert {row["k2_ug_per_100g"] for row in foods if row["k2_ug_per_100g"]} == {
        expected(row["k2_ug_per_100g"], "100").removesuffix(" µg")
        for row in foods
        if row["k2_ug_per_100g"]
    }


def test_rows_stand_side_by_side_and_are_never_added(page):
    panel = page.locator(".food-panel")
    expect(panel).to_be_hidden()
    for food in THREE:
        box(page, food).check()
    expect(panel).to_be_visible()
    expect(panel.locator(".food-amount")).to_have_text(["43.3 µg", "600 µg", "trace"])
    expect(panel.locator(".food-card .not-k2")).to_have_text(["K1 included", "K1 included"])
    expect(panel.get_by_text("These rows do not count the same thing.")).to_be_visible()
    expect(panel.get_by_text("figures of different tables cannot be added up")).to_be_visible()
    expect(panel.get_by_text("There is no intake value for K2")).to_be_visible()
    expect(
        panel.get_by_text("measured values are not told apart from borrowed ones")
    ).to_be_visible()
    assert (
        panel.get_by_role("link", name="RIVM 2023").get_attribute("href")
        == "sources.html#source-rivm2023nevo"
    )
    page.get_by_label("Grams of each food").fill("50")
    expect(panel.locator(".food-amount")).to_have_text(["21.7 µg", "300 µg", "trace"])


def test_rows_of_one_form_need_no_warning(page):
    box(page, "emmental-nevo").check()
    box(page, "emmental-ciqual").check()
    expect(page.get_by_text("These rows do not count the same thing.")).to_be_hidden()
    expect(
        page.locator("#the-table").get_by_text("the two tables are not independent")
    ).to_be_visible()


@pytest.mark.parametrize("wrong", ["", "0", "1001", "-5"])
def test_wrong_grams_are_told(page, wrong):
    box(page, "emmental-nevo").check()
    grams = page.get_by_label("Grams of each food")
    grams.fill(wrong)
    expect(grams).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".food-amount")).to_have_text("–")
    expect(page.locator(".food-panel [role=status]")).to_have_text("Type a number from 1 to 1,000")
    assert "grams" not in page.url
    grams.fill("20")
    expect(page.locator(".food-amount")).to_have_text("8.66 µg")
    assert grams.get_attribute("aria-invalid") is None


SPOKEN = """
window.spoken = [];
const note = (region) => region.checkVisibility() && region.textContent && spoken.push(region.textContent);
for (const region of document.querySelectorAll('[role=status]')) {
  if (region.checkVisibility()) new MutationObserver(() => note(region)).observe(region, { childList: true, characterData: true, subtree: true });
}
"""
"""Notes what regions say that were there before their words, as screen readers hear them."""


def test_sorting_and_choosing_are_said_once(page, foods):
    page.evaluate(SPOKEN)
    page.get_by_role("button", name="µg per 100 g").click()
    box(page, foods[0]["id"]).check()
    box(page, foods[0]["id"]).uncheck()
    total = len(foods)
    assert page.evaluate("spoken") == [
        f"{total} of {total} rows, sorted by µg per 100 g, descending",
        "1 of 6 chosen",
        "None chosen",
    ]


def test_the_head_of_a_row_is_its_food_alone_though_a_box_stands_in_it(page):
    box(page, "natto-mext").check()
    head = page.locator("tr[data-food=natto-mext] th")
    expect(head).to_have_text("Natto (itohiki)")
    expect(head).to_have_accessible_name("Natto (itohiki)")


def test_the_amounts_are_said_when_the_grams_change_and_not_with_a_choice(page):
    said = page.locator(".food-panel [role=status]")
    for _ in range(2):
        box(page, "natto-mext").check()
        expect(said).to_have_text("")
        page.get_by_label("Grams of each food").fill("50")
        expect(said).to_have_text("Amounts in 50 g")
        page.get_by_label("Grams of each food").fill("60")
        expect(said).to_have_text("Amounts in 60 g")
        box(page, "natto-mext").uncheck()


def test_a_seventh_food_is_refused(page, foods):
    for row in foods[:6]:
        box(page, row["id"]).check()
    seventh = box(page, foods[6]["id"])
    seventh.click()
    expect(seventh).not_to_be_checked()
    expect(page.locator(".food-explorer .visually-hidden[role=status]")).to_have_text(
        "Six foods are chosen already: remove one to add another"
    )
    expect(page.locator(".food-card")).to_have_count(6)


# -- The address


VIEW = "#compare=natto-mext,emmental-nevo&grams=50&country=Japan&sort=-value"


def is_the_view(page: Page) -> None:
    expect(page.locator(".food-card h4")).to_have_text(["Natto (itohiki)", "Emmental"])
    expect(page.locator(".food-amount")).to_have_text(["300 µg", "21.7 µg"])
    expect(page.get_by_label("Country")).to_have_value("Japan")
    expect(page.get_by_label("Grams of each food")).to_have_value("50")
    expect(page.locator("table.food-table th").nth(2)).to_have_attribute("aria-sort", "descending")
    expect(page.locator(".food-panel")).to_be_in_viewport()


def test_the_address_keeps_the_choice(page):
    box(page, "natto-mext").check()
    box(page, "emmental-nevo").check()
    page.get_by_label("Grams of each food").fill("50")
    page.get_by_label("Country").select_option("Japan")
    page.get_by_role("button", name="µg per 100 g").click()
    assert page.url.endswith(PAGE + VIEW)
    page.reload()
    expect(page.locator(".food-amount")).to_have_text(["300 µg", "21.7 µg"])
    another = page.context.new_page()
    another.goto(page.url)
    is_the_view(another)


def test_a_shared_address_works_from_disk(visit, site):
    page = visit.open((site / PAGE).resolve().as_uri() + VIEW)
    is_the_view(page)
    page.get_by_role("button", name="Remove Emmental, RIVM 2023").click()
    expect(page.locator(".food-card")).to_have_count(1)
    assert "emmental" not in page.url and "natto-mext" in page.url
    assert visit.errors == []


def test_a_broken_address_does_no_harm(visit, served, foods):
    page = visit.open(
        served
        + PAGE
        + "#compare=nonsense,natto-mext,natto-mext&grams=x&country=Mars&sort=-taste&find="
    )
    expect(page.locator(".food-card")).to_have_count(1)
    expect(page.get_by_label("Grams of each food")).to_have_value("100")
    assert len(shown(page)) == len(foods)
    assert visit.errors == []


def test_what_is_cleared_leaves_the_address(page, served):
    box(page, "natto-mext").check()
    page.get_by_role("button", name="Clear the choice").click()
    assert page.url == served + PAGE
    expect(box(page, "natto-mext")).to_be_focused()
    expect(page.locator(".food-bar")).to_be_hidden()


def test_a_link_to_a_row_shows_it_whatever_is_filtered(page):
    page.get_by_label("Country").select_option("France")
    page.evaluate("location.hash = 'food-natto-kamao2007'")
    expect(page.locator("#food-natto-kamao2007")).to_be_in_viewport()
    expect(page.get_by_label("Country")).to_have_value("")


# -- Keyboard, touch, small screens, no script


def test_all_of_it_works_by_keyboard(page):
    name = page.get_by_role("checkbox", name="Compare Emmental, RIVM 2023")
    name.focus()
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name="Compare Emmental, ANSES 2020").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Side by side").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Side by side")).to_be_focused()
    expect(page.get_by_role("heading", name="Side by side")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Grams of each food")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Remove Emmental, RIVM 2023")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove Emmental, ANSES 2020")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Compare Emmental, ANSES 2020")).to_be_focused()


COVERED = """() => { const e = document.activeElement, r = e.getBoundingClientRect();
    const corners = [[r.left + 2, r.top + 2], [r.right - 2, r.bottom - 2]];
    return !e.closest('.food-bar') && corners.some(([x, y]) => document.elementFromPoint(x, y)?.closest('.food-bar')) }"""


def test_the_bar_hides_no_row_that_has_the_focus(page):
    box(page, "natto-mext").check()
    box(page, "natto-mext").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert not page.evaluate(COVERED)
        assert page.evaluate("document.activeElement !== document.body")


CONTROLS = ".food-tools :is(input, select, button), .food-choose input, .food-bar button, .food-panel :is(input, button), .food-sort"
SMALL = """(selectors) => [...document.querySelectorAll(selectors)].filter((e) => e.offsetParent)
    .map((e) => [e.getBoundingClientRect(), e.outerHTML.slice(0, 80)])
    .filter(([r]) => r.width < 24 || r.height < 24).map(([r, html]) => html)"""


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_it_fits_the_screen_and_the_finger(visit, served, width):
    visit.page.set_viewport_size({"width": width, "height": 760})
    page = visit.open(
        f"{served}{PAGE}#compare={','.join(THREE)},eight-cheeses-jensen2021&sort=-value"
    )
    expect(page.locator(".food-card")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(
        "document.querySelector('.food-panel').scrollWidth <= document.querySelector('.food-panel').clientWidth"
    )
    assert page.evaluate(SMALL, CONTROLS) == []
    if width < 600:
        lefts = {round(card.bounding_box()["x"]) for card in page.locator(".food-card").all()}
        assert len(lefts) == 1  # one below the other
        row = page.locator('tr[data-food="emmental-nevo"]')
        assert row.bounding_box()["width"] <= width


LOOKS = [("light", 360), ("dark", 1280), ("light", 1280), ("dark", 360)]


@pytest.mark.parametrize(("mode", "width"), rest_in_prove(LOOKS, lambda case: case in LOOKS[:2]))
def test_its_words_stand_out(profile, served, mode, width):
    page = profile.new_page(width, color_scheme=mode)
    page.goto(f"{served}{PAGE}#compare={','.join(THREE)}&sort=-value&grams=7")
    page.get_by_label("Grams of each food").fill("0")
    page.add_style_tag(content="*{transition:none!important}")
    selectors = ".food-tools *, .food-caution, thead *, .food-table tr:nth-child(-n + 8) *, .food-bar *, .food-panel *"
    assert page.evaluate(CONTRAST, selectors) == []


def test_nothing_jumps_when_the_tools_appear(profile, served):
    """The tools take the place that the style sheet keeps for them."""
    for width in (360, 768, 1280):
        page = profile.new_page(width)
        page.goto(served + PAGE)
        kept = page.evaluate("""() => { const e = document.querySelector('.food-explorer');
            return [parseFloat(getComputedStyle(e).minHeight), e.offsetHeight] }""")
        assert abs(kept[0] - kept[1]) <= 2, width


def test_on_paper_the_tools_are_gone_and_the_foods_stay(page):
    box(page, "emmental-nevo").check()
    page.emulate_media(media="print")
    for gone in (".food-tools", ".food-bar", ".food-choose input >> nth=0", ".food-panel button"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".food-card h4")).to_be_visible()


def test_without_a_script_the_table_is_whole_and_offers_no_dead_control(browser, served, foods):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served + PAGE)
    expect(page.locator("tr[data-food]")).to_have_count(len(foods))
    expect(page.get_by_role("link", name="Download the table as CSV")).to_be_visible()
    assert page.locator("article :is(input, select, button.food-button)").count() == 0
    context.close()


def test_the_download_equals_the_file(page, foods, site):
    href = page.get_by_role("link", name="Download the table as CSV").get_attribute("href")
    text = (site / PAGE).parent.joinpath(href).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    printed = [{name: row[name] for name in food} for row, food in zip(rows, foods, strict=True)]
    assert printed == [{**food, "id": f"food-{food['id']}"} for food in foods]
