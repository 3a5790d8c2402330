"""The register of claims in a real browser: filters, order, addresses, phones, paper, no JavaScript."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.claims.model import CERTAINTIES, VERDICTS, certainty_words

PAGE = "reference/evidence.html"
SHOWN = "table.register tbody tr:not([hidden])"


@pytest.fixture(scope="module")
def claims(site: Path) -> list[dict]:
    """The claims of the site, as its data files have them."""
    return json.loads((site / "data/claims.json").read_text(encoding="utf-8"))["claims"]


@dataclass(frozen=True)
class View:
    """Some of the claims: the filters that show them, their words, and the ids of the claims."""

    verdict: str
    certainty: str
    ids: list[str]
    total: int

    @property
    def query(self) -> str:
        """The filters as an address has them."""
        certainty = f"&certainty={self.certainty}" if self.certainty else ""
        return f"?verdict={self.verdict}{certainty}"

    @property
    def words(self) -> list[str]:
        """The filters as a reader sees them."""
        certainty = [certainty_words(self.certainty, "claim")] if self.certainty else []
        return [VERDICTS[self.verdict], *certainty]

    @property
    def status(self) -> str:
        """What the register says of the view."""
        return f"{len(self.ids)} of {self.total} claims: {' · '.join(self.words)}"

    @property
    def label(self) -> str:
        """What the number in the picture says that leads to it."""
        return f"{len(self.ids)} claims: {', '.join(self.words).lower()}"


def view(claims: list[dict], verdict: str, certainty: str = "") -> View:
    found = [c for c in claims if c["verdict"] == verdict and certainty in ("", c["certainty"])]
    return View(verdict, certainty, [claim["claim"] for claim in found], len(claims))


@pytest.fixture(scope="module")
def rare(claims) -> View:
    """The verdict of the fewest claims."""
    return view(claims, Counter(claim["verdict"] for claim in claims).most_common()[-1][0])


@pytest.fixture(scope="module")
def common(claims) -> View:
    """The verdict and certainty of the most claims."""
    graded = Counter((claim["verdict"], claim["certainty"]) for claim in claims)
    return view(claims, *graded.most_common(1)[0][0])


@pytest.fixture
def register(visit, served):
    """The register, ready: its tools are there."""
    page = visit.open(served + PAGE)
    page.locator(".register-tools").wait_for()
    yield page
    assert visit.errors == []


def status(page) -> str:
    return page.locator(".register-shown [role=status]").inner_text()


def test_the_order_is_said(register):
    register.get_by_label("Sort by").select_option("verdict")
    assert status(register).endswith(" claims, sorted by verdict, supported first")


def ids(page) -> list[str]:
    return page.locator(f"{SHOWN} th a").all_inner_texts()


def test_it_opens_whole(register, claims):
    assert status(register) == f"All {len(claims)} claims"
    assert ids(register) == [claim["claim"] for claim in claims]
    assert not register.get_by_role("button", name="Show all claims").is_visible()


FILTERS = {
    "Chapter": ("chapter", "gut-health", "chapter-gut-health"),
    "Strength": ("strength", "may", "strength-may"),
    "Verdict": ("verdict", "overstated", "verdict-overstated"),
    "Certainty": ("certainty", "very-low", "certainty-very-low"),
    "Kind of study": ("kind", "animal", "kind-animal"),
}


@pytest.mark.parametrize("label", FILTERS)
def test_each_filter_shows_its_claims_and_counts_them(register, claims, label):
    name, value, mark = FILTERS[label]
    wanted = register.locator(f"table.register tr.{mark}").count()
    choice = register.locator(f"select[name={name}] option[value={value}]")
    assert choice.inner_text().endswith(f"({wanted})")
    register.get_by_label(label, exact=True).select_option(value)
    assert status(register).startswith(f"{wanted} of {len(claims)} claims: ")
    assert register.locator(SHOWN).count() == wanted == register.locator(f"{SHOWN}.{mark}").count()
    assert register.url.endswith(f"{PAGE}?{name}={value}#register")


def test_filters_add_up_and_a_choice_without_claims_cannot_be_made(register, claims, rare):
    register.get_by_label("Verdict", exact=True).select_option(rare.verdict)
    assert status(register) == rare.status
    graded = {claim["certainty"] for claim in claims if claim["verdict"] == rare.verdict}
    for certainty in CERTAINTIES:
        option = register.locator(f"select[name=certainty] option[value={certainty}]")
        assert option.is_disabled() == (certainty not in graded)
    both = view(claims, rare.verdict, min(graded))
    register.get_by_label("Certainty", exact=True).select_option(both.certainty)
    assert status(register) == both.status
    assert ids(register) == both.ids
    register.get_by_role("button", name="Show all claims").click()
    assert status(register) == f"All {len(claims)} claims"
    assert register.url.endswith(PAGE)


def test_the_order_follows_verdict_and_certainty_and_comes_back(register, claims):
    book = ids(register)
    ranks = {"verdict": [*VERDICTS], "certainty": [*CERTAINTIES]}
    for name, order in ranks.items():
        register.get_by_label("Sort by").select_option(name)
        classes = register.locator(SHOWN).evaluate_all("rows => rows.map(row => row.className)")
        found = [order.index(re.search(rf"{name}-(\S+)", text)[1]) for text in classes]
        assert found == sorted(found) and len(found) == len(claims)
        tied = [claim for claim, rank in zip(ids(register), found, strict=True) if rank == 1]
        assert tied == sorted(tied), "equals keep the order of the book"
    register.get_by_label("Sort by").select_option("")
    assert ids(register) == book


def test_an_address_opens_its_view_and_back_and_forward_lead_through_views(
    visit, served, claims, common
):
    page = visit.open(served + f"{PAGE}{common.query}&sort=certainty#register")
    order = ", sorted by certainty, highest first"
    assert status(page) == common.status + order
    assert page.get_by_label("Sort by").input_value() == "certainty"
    page.get_by_label("Certainty", exact=True).select_option("")
    wider = view(claims, common.verdict)
    assert status(page) == wider.status + order
    page.go_back()
    page.get_by_text(common.status).wait_for()
    assert page.get_by_label("Certainty", exact=True).input_value() == common.certainty
    page.go_forward()
    page.get_by_text(wider.status).wait_for()


def test_an_address_with_unknown_words_opens_the_whole(visit, served, claims):
    page = visit.open(served + f"{PAGE}?verdict=nonsense&kind=%22%3E%3Cimg%3E&sort=x")
    assert status(page) == f"All {len(claims)} claims"
    chosen = page.locator(".register-tools select").evaluate_all(
        "all => all.map(e => e.selectedIndex)"
    )
    assert chosen == [0] * 6
    assert visit.errors == []


def test_the_same_from_disk(visit, site: Path):
    page = visit.open((site / PAGE).resolve().as_uri() + "?kind=laboratory#register")
    assert re.fullmatch(r"\d+ of \d+ claims: Laboratory studies", status(page))
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


def test_the_link_says_what_it_counts(register, common):
    register.get_by_role("link", name=common.label, exact=True).click()
    assert status(register) == common.status
    marked = register.locator(".counts .view-link[data-shown]")
    assert marked.count() == 1 and marked.locator("p").inner_text() == str(len(common.ids))


def test_the_front_page_leads_into_the_register(visit, served, rare):
    page = visit.open(served + "index.html")
    page.get_by_role("link", name=f"{len(rare.ids)} {rare.words[0]}").click()
    page.locator(".register-tools").wait_for()
    assert status(page) == rare.status


def test_a_link_to_a_row_clears_the_filter_that_hides_it(visit, served, claims, common, rare):
    hidden, shown = (f"register-{found.ids[0].lower()}" for found in (rare, common))
    page = visit.open(served + f"{PAGE}?verdict={common.verdict}#{hidden}")
    whole = f"All {len(claims)} claims"
    assert status(page) == whole
    assert page.locator(f"#{hidden}").is_visible()
    assert page.url.endswith(f"{PAGE}#{hidden}")
    page.get_by_label("Verdict", exact=True).select_option(rare.verdict)
    page.evaluate(f"location.hash = '{shown}'")
    page.get_by_text(whole).wait_for()
    assert page.locator(f"#{shown}").is_visible()


def test_a_link_to_a_row_that_is_shown_keeps_the_filter(visit, served, rare):
    page = visit.open(served + f"{PAGE}{rare.query}#register-{rare.ids[0].lower()}")
    assert status(page) == rare.status


def test_by_keyboard_alone(register, claims, rare):
    select = register.get_by_label("Verdict", exact=True)
    select.focus()
    register.keyboard.type(rare.words[0][:3])
    register.keyboard.press("Enter")
    register.get_by_text(rare.status).wait_for()
    button = register.get_by_role("button", name="Show all claims")
    for _ in range(8):
        if button.evaluate("button => button === document.activeElement"):
            break
        register.keyboard.press("Tab")
    register.keyboard.press("Enter")
    register.get_by_text(f"All {len(claims)} claims").wait_for()
    assert register.evaluate("document.activeElement.name") == "chapter"


def test_nothing_moves_when_the_tools_come(profile, served):
    for width in (1280, 360):
        page = profile.new_page(width)
        tops = []
        for hidden in (True, False):
            if hidden:
                page.route("**/register.js*", lambda route: route.abort())
            else:
                page.unroute("**/register.js*")
            page.goto(served + PAGE, wait_until="load")
            tops.append(page.locator("table.register").bounding_box()["y"])
        assert tops[0] == pytest.approx(tops[1], abs=1), width


def test_a_phone_folds_the_tools_and_shows_cards(visit, served, rare):
    visit.page.set_viewport_size({"width": 360, "height": 760})
    page = visit.open(served + f"{PAGE}{rare.query}#register")
    assert status(page) == rare.status
    assert not page.get_by_label("Verdict", exact=True).is_visible()
    page.get_by_text("Filter and sort").click()
    assert page.get_by_label("Verdict", exact=True).is_visible()
    card = page.locator(SHOWN).first.bounding_box()
    assert card["x"] >= 0 and card["x"] + card["width"] <= 360
    for cell in page.locator(f"{SHOWN} :is(td, th)").all():
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

    assert middles("thead th") == pytest.approx(middles("tbody tr:first-child :is(td, th)"), abs=1)


def test_without_javascript_the_table_is_whole_and_the_picture_leads_to_it(
    browser, served, claims, common
):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served + PAGE)
    assert not page.locator(".register-tools").is_visible()
    assert page.locator("table.register tbody tr").count() == len(claims)
    page.get_by_role("link", name=common.label, exact=True).click()
    assert page.url.endswith(f"{common.query}#register")
    assert page.locator("#register-a1").is_visible()
    context.close()


def test_on_paper_a_plain_table(visit, served, rare):
    page = visit.open(served + f"{PAGE}{rare.query}#register")
    page.emulate_media(media="print")
    assert not page.get_by_label("Verdict", exact=True).is_visible()
    assert not page.get_by_text("CSV for spreadsheets").is_visible()
    assert page.get_by_text(rare.status).is_visible()
    circle = page.locator(".counts .circle .view-link").first
    assert circle.evaluate("e => getComputedStyle(e).backgroundColor") == "rgba(0, 0, 0, 0)"
    page.goto(served + PAGE)
    assert not page.locator(".register-tools").is_visible()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_of_the_register_stand_out(profile, served, mode):
    from pages import CONTRAST

    page = profile.new_page(color_scheme=mode)
    page.goto(served + f"{PAGE}?sort=verdict", wait_until="load")
    page.add_style_tag(content="*{transition:none!important}")
    words = ".counts p, .counts .circle a, .register-kinds, .register-tools :is(summary, label, select, button, p), .register-files"
    assert page.evaluate(CONTRAST, words) == []


def test_the_files_hold_the_whole_register(visit, served, claims, site: Path):
    page = visit.open(served + PAGE)
    for name in ("CSV for spreadsheets", "JSON for programs"):
        with page.expect_download() as started:
            page.get_by_role("link", name=name).click()
        assert started.value.suggested_filename in ("claims.csv", "claims.json")
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
    assert [
        name
        for name, text in loads.items()
        if re.search(r'<script defer="defer" src="[^"]*register\.js', text)
    ] == [PAGE]
    assert [name for name, text in loads.items() if "register.css" in text] == ["index.html", PAGE]


@pytest.mark.parametrize("directive", ["claim-register", "claim-counts", "claim-totals"])
def test_only_pages_with_a_list_or_counts_load_the_stylesheet(tiny, directive):
    page = f"# Evidence\n\n```{{{directive}}}\n```\n"
    built = tiny({"reference/evidence.md": lambda _: page})
    pages = ("reference/evidence.html", "index.html")
    assert ["register.css" in built.page(name) for name in pages] == [True, False]
