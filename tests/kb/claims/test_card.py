"""A claim as a card: folded on the web, open everywhere else and whenever a link leads to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from browsing import until

ROOT = Path(__file__).parents[3]
CHAPTER, PAGE = "sections/one.md", "sections/one.html"
SECOND = """
:::{claim} A2
:strength: may
:verdict: supported
:certainty: none
:certainty-of: claim

> Bones may help.

They may.

Nobody knows, see {claim}`A1`.

What would change this: a study.
:::

## Limits"""
EDIT = {CHAPTER: lambda text: text.replace("\n## Limits", SECOND, 1)}
OPEN = "[...document.querySelectorAll('details')].map((whole) => whole.open).join()"


def test_what_follows_the_answer_is_folded(tiny):
    page = tiny(EDIT).page(PAGE)
    folds = re.findall(r"<details.*?</details>", page, re.DOTALL)
    heads = [
        re.match(r'<details class="claim-whole"><summary>(.*?)</summary>', fold)[1]
        for fold in folds
    ]
    assert heads == [
        f'The whole assessment<span class="visually-hidden"> of claim {id}</span>'
        for id in ("A1", "A2")
    ]
    for part in ("claim-assessment", "claim-change", "claim-sides"):
        assert all(f'class="{part}' in fold for fold in folds), part
        assert page.count(f'class="{part}') == 2, part
    assert not any("claim-quote" in fold or "claim-answer" in fold for fold in folds)


def test_each_strength_is_said_above_the_claim(tiny):
    page = tiny(EDIT).page(PAGE)
    labels = re.findall(r'<p class="claim-label">(The article.*?)</p>', page)
    assert labels == [
        "The article states it, in our words",
        "The article says that it may be so, in our words",
    ]


@pytest.mark.parametrize("builder", ["text", "xml"])
def test_other_builders_print_the_whole(tiny, builder):
    built = tiny(EDIT, builder=builder)
    page = built.page(f"sections/one.{'txt' if builder == 'text' else 'xml'}")
    assert page.count("The whole assessment") == 2 and "details" not in page
    assert "In mice osteocalcin did something" in page and "a trial in people." in page


def test_only_pages_with_claims_load_the_script(tiny):
    built = tiny()
    pages = {path.name: path.read_text(encoding="utf-8") for path in built.out.rglob("*.html")}
    tag = r'<script defer="defer" src="[^"]*claims\.js'
    loading = [name for name, page in pages.items() if re.search(tag, page)]
    assert loading == ["one.html"]


@pytest.fixture
def chapter(tiny, visit):
    """Open the chapter from disk, with the script and the stylesheet for print."""

    def open_at(fragment: str = ""):
        static = {"html_static_path": [str(ROOT / "docs/_static")]}
        built = tiny(EDIT, **static, html_css_files=[("print.css", {"media": "print"})])
        return visit.open(f"file://{built.out / PAGE}{fragment}")

    return open_at


def test_cards_are_closed_until_a_link_leads_to_one(chapter):
    assert chapter().evaluate(OPEN) == "false,false"


def test_a_link_from_elsewhere_opens_its_card(chapter):
    assert chapter("#claim-a2").evaluate(OPEN) == "false,true"


def test_a_link_within_opens_its_card_also_a_second_time(chapter):
    page = chapter("#claim-a2")
    page.locator("#claim-a2 a[href='#claim-a1']").click()
    until(page, f"{OPEN} === 'true,true'")
    page.locator("#claim-a1 summary").click()
    until(page, f"{OPEN} === 'false,true'")
    page.locator("#claim-a2 a[href='#claim-a1']").click()
    until(page, f"{OPEN} === 'true,true'")


def test_an_address_that_names_nothing_or_no_claim_opens_none(chapter):
    for fragment in ("#nowhere", "#the-subject", "#%E0%A4"):
        assert chapter(fragment).evaluate(OPEN) == "false,false", fragment


def test_a_card_opens_by_keyboard(chapter):
    page = chapter()
    page.locator("#claim-a1 summary").focus()
    page.keyboard.press("Enter")
    until(page, f"{OPEN} === 'true,false'")


def test_on_paper_all_is_open_and_afterwards_as_it_was(chapter):
    page = chapter()
    page.emulate_media(media="print")
    shown = page.locator(".claim-assessment").evaluate_all(
        "all => all.map((e) => e.checkVisibility())"
    )
    assert shown == [True, True] and not page.locator("summary").first.is_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(OPEN) == "true,true"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(OPEN) == "false,false"


def test_without_javascript_a_card_opens_by_a_click(tiny, browser):
    built = tiny(EDIT)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{built.out / PAGE}")
    assert not page.get_by_text("In mice osteocalcin did something").is_visible()
    page.locator("#claim-a1 summary").click()
    assert page.get_by_text("In mice osteocalcin did something").is_visible()
    context.close()
