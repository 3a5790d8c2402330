"""Every kind of page in a real browser: whole, quiet, private, and never wider than the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pages import CONTRAST, PAGES, PRESSED
from tiers import rest_in_prove


@pytest.mark.parametrize("name", PAGES)
def test_by_http_no_error_and_no_other_host(visit, served, name):
    visit.open(served + name)
    assert visit.errors == []
    assert [url for url in visit.requests if not url.startswith((served, "data:"))] == []


@pytest.mark.parametrize("name", rest_in_prove(PAGES, lambda name: name in PRESSED))
def test_from_disk_no_error_and_no_request_of_the_network(visit, site, name):
    visit.open((site / name).resolve().as_uri())
    assert visit.errors == []
    assert [url for url in visit.requests if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("width", rest_in_prove([320, 360, 1280], lambda width: width == 320))
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_to_the_side(visit, served, name, width):
    visit.page.set_viewport_size({"width": width, "height": 760})
    page = visit.open(served + name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_stand_out_from_their_ground(profile, served, mode):
    """Every color of ours reaches 4.5:1 where it stands, in both modes (WCAG 2.2, 1.4.3)."""
    page = profile.new_page(color_scheme=mode)
    selectors = ".badge, .claim-label, .page-info, .claim-answer, .claim-sides, .food-note, .not-k2, .term-names, .kb-footer p, figcaption"
    for name in (
        "sections/gut-health.html",
        "reference/foods.html",
        "reference/evidence.html",
        "reference/glossary.html",
    ):
        page.goto(served + name, wait_until="load")
        page.add_style_tag(content="*{transition:none!important}")
        faint = page.evaluate(CONTRAST, selectors)
        assert faint == [], name


def test_without_javascript_the_page_is_whole(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served + "sections/gut-health.html")
    for words in ("In plain words", "Claim C1", "Unsupported", "Limits of the evidence"):
        assert page.locator("article").get_by_text(words).first.is_visible(), words
    assert page.locator("footer").get_by_text("Information, not medical advice.").is_visible()
    page.goto(served + "reference/foods.html")
    assert page.locator(".kb-figure svg").is_visible()
    context.close()


def test_a_claim_opens_from_the_register_and_leads_back(visit, served):
    page = visit.open(served + "reference/evidence.html")
    page.get_by_role("link", name="C3", exact=True).click()
    assert page.url.endswith("sections/gut-health.html#claim-c3")
    page.locator("#claim-c3").get_by_role("link", name="Compare with the other claims").click()
    assert page.url.endswith("reference/evidence.html#register-c3")


def test_a_term_a_citation_and_a_food_open_their_entries(visit, served):
    page = visit.open(served + "sections/gut-health.html")
    page.locator("a:has(.std-term)").first.click()
    assert "/reference/glossary.html#term-" in page.url
    page = visit.open(served + "sections/gut-health.html")
    page.locator("a[href*='sources.html#source-']").first.click()
    assert "/reference/sources.html#source-" in page.url
    page = visit.open(served + "reference/foods.html#food-emmental-nevo")
    assert page.locator("#food-emmental-nevo").is_visible()


def test_the_book_can_be_downloaded_from_the_front_page(visit, served, site: Path):
    page = visit.open(served + "index.html")
    href = page.get_by_role("link", name="Download the whole book as a PDF").get_attribute("href")
    assert (site / href).read_bytes().startswith(b"%PDF-")


def test_figures_follow_the_dark(profile, served):
    shades = {}
    for mode in ("light", "dark"):
        page = profile.new_page(color_scheme=mode)
        page.goto(served + "index.html", wait_until="load")
        shades[mode] = page.locator(".kb-figure .k-ink").first.evaluate(
            "e => getComputedStyle(e).fill"
        )
    assert shades["light"] != shades["dark"]


def test_stable_addresses(site: Path):
    """What others link to: chapters, claims, terms, sources, foods (DESIGN: stable addresses)."""
    anchors = {
        "sections/gut-brain-axis.html": ["claim-a1", "claim-a4"],
        "sections/vitamin-k2.html": ["claim-b3"],
        "sections/supplements.html": ["claim-i4"],
        "reference/glossary.html": [
            "term-osteocalcin",
            "term-coeliac-disease",
            "term-randomised-controlled-trial",
        ],
        "reference/sources.html": ["source-karl2017fecal", "source-sato2005alzheimer"],
        "reference/foods.html": ["food-emmental-nevo", "food-natto-kamao2007"],
        "reference/evidence.html": ["register-a1", "register-i4"],
    }
    for name, ids in anchors.items():
        text = (site / name).read_text(encoding="utf-8")
        for anchor in ids:
            assert f'id="{anchor}"' in text, (name, anchor)


def test_the_table_of_foods_equals_the_file(site: Path, docs: Path):
    import csv

    page = (site / "reference/foods.html").read_text(encoding="utf-8")
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    cells, forms = {}, {}
    for row in rows:
        if anchor := re.search(r'id="food-([^"]+)"', row):
            forms[anchor[1]] = "".join(re.findall(r'class="food-form[^"]*">(.*?)</p>', row))
            cells[anchor[1]] = [
                re.sub(r"<[^>]+>", "", cell).strip()
                for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
            ]
    text = (docs / "data/foods.csv").read_text(encoding="utf-8")
    for line in csv.DictReader(text.splitlines()):
        name, country, value, _ = cells.pop(line["id"])
        assert (name, country) == (line["food"], line["country"])
        assert value.split()[:1] == [line["k2_ug_per_100g"]] or not line["k2_ug_per_100g"]
        assert ("K1 included" in forms[line["id"]]) == (line["basis"] == "unspecified-vitamin-k")
    assert cells == {}


def test_no_page_prints_an_invented_address(site: Path):
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    assert sum("<article" in text for text in texts.values()) > 20
    for path, text in texts.items():
        assert 'rel="canonical"' not in text and "example.org" not in text.split("<article")[0], (
            path.name
        )


def test_the_navigation_leads_readers_first_and_authors_last(visit, served):
    page = visit.open(served + "sections/gut-health.html")
    heads = page.locator("#pst-primary-sidebar .caption-text").all_text_contents()
    assert heads == ["Chapters", "Reference", "About", "For authors"]
