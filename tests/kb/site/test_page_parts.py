"""The parts of a page in a real browser: citation box, previous and next, paper, lost addresses, linked drawings."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pypdfium2
import pytest
from pybtex.database import parse_string

from pages import pages_of
from tiers import rest_in_prove

CHAPTER = "sections/imbalances.html"
"""The chapter with the longest title."""
REFERENCE = ("data", "evidence", "foods", "glossary", "sources")
FIGURES = ("sections/gut-brain-axis.html", "index.html")
PARTS = {
    "Vagus nerve both ways": "nerves",
    "Hormones cortisol gut hormones": "hormones",
    "Immune messengers (cytokines)": "immune-messengers",
    "Microbial products short-chain fatty acids": "microbial-products",
    "Where might vitamin K2 come in?": "where-vitamin-k2-might-come-in",
}


def test_every_heading_has_words(site: Path):
    """That of the part for paper too, which the theme takes from the doctree of a page."""
    headings = {
        name: re.findall(r"<h([1-6])\b[^>]*>(.*?)</h\1>", text, re.DOTALL)
        for name, text in pages_of(site).items()
    }
    assert sum(map(len, headings.values())) > 300
    empty = {
        name: [level for level, inside in found if not re.sub(r"<[^>]*>|\s", "", inside)]
        for name, found in headings.items()
    }
    assert {name: levels for name, levels in empty.items() if levels} == {}


@pytest.mark.parametrize("width", [1280, 360])
def test_the_index_has_room_for_words(visit, site: Path, width):
    """A narrow column breaks them in the middle."""
    visit.page.set_viewport_size({"width": width, "height": 800})
    page = visit.open((site / "genindex.html").as_uri())
    found = page.locator(".indextable td > ul").evaluate_all(
        "lists => lists.map((one) => one.getBoundingClientRect().width)"
    )
    assert len(found) > 20
    assert min(found) >= 240


# -- How to cite ---------------------------------------------------------------------------------


def test_which_pages_say_how_to_cite_them(site: Path):
    found = {name for name, text in pages_of(site).items() if '<details class="kb-cite">' in text}
    chapters = {path.relative_to(site).as_posix() for path in (site / "sections").glob("*.html")}
    assert len(chapters) >= 9
    assert found == chapters | {f"reference/{name}.html" for name in REFERENCE} | {
        "about/method.html",
        "index.html",
    }


def test_every_citation_reads_and_has_its_own_key(site: Path):
    entries = [
        html.unescape(text)
        for page in pages_of(site).values()
        for text in re.findall(r"<pre>(@.*?)</pre>", page, re.DOTALL)
    ]
    data = parse_string("\n\n".join(entries), "bibtex")  # stops at a key that stands twice
    assert len(data.entries) == len(entries) >= 16
    assert {entry.fields["year"] for entry in data.entries.values()} == {"2026"}
    assert not any("url" in entry.fields for entry in data.entries.values()), (
        "an address, though html_baseurl is empty"
    )


def paste(page) -> str:
    """What the clipboard holds, by way of a field."""
    page.evaluate(
        "() => { const f = document.createElement('textarea'); f.id = 'paste'; document.querySelector('main').prepend(f) }"
    )
    page.locator("#paste").focus()
    page.keyboard.press("Control+V")
    text = page.locator("#paste").input_value()
    page.evaluate("document.getElementById('paste').remove()")
    return text


NO_API = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


@pytest.mark.parametrize("script", ["", NO_API], ids=["clipboard", "the old way"])
@pytest.mark.parametrize("place", ["http", "disk"])
def test_each_form_is_copied_as_it_stands(visit, served, site, place, script):
    visit.page.add_init_script(script)
    page = visit.open((served if place == "http" else f"{site.resolve().as_uri()}/") + CHAPTER)
    box = page.locator(".kb-cite")
    box.locator("summary").click()
    for name, label in (("Text", "Copy text"), ("BibTeX", "Copy BibTeX"), ("RIS", "Copy RIS")):
        box.get_by_role("button", name=label, exact=True).click()
        box.get_by_role("status").filter(has_text=f"{name} copied.").wait_for()
        assert (
            paste(page)
            == box.get_by_role("group", name=name, exact=True).locator("pre").text_content()
        )
    assert visit.errors == []


def test_what_cannot_be_copied_is_selected(visit, served):
    visit.page.add_init_script(f"{NO_API}; document.execCommand = () => false")
    page = visit.open(served + CHAPTER)
    page.locator(".kb-cite summary").click()
    page.get_by_role("button", name="Copy RIS").click()
    page.get_by_role("status").filter(has_text="RIS is selected: copy it by hand.").wait_for()
    assert page.evaluate("getSelection().toString()").startswith("TY  - CHAP")
    assert visit.errors == []


def test_the_box_works_by_keyboard_alone(visit, served):
    page = visit.open(served + CHAPTER)
    summary = page.locator(".kb-cite summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.locator(".kb-cite[open]").wait_for()
    for label in ("Copy text", "Copy BibTeX", "Copy RIS"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == label
        assert (
            page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
        )
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="RIS copied.").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Copy RIS", (
        "the focus went astray"
    )


def test_the_box_opens_without_javascript(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served + CHAPTER)
    assert not page.locator(".kb-cite pre").first.is_visible()
    page.locator(".kb-cite summary").click()
    assert page.locator(".kb-cite pre").first.is_visible()
    assert page.locator(".kb-cite button").count() == 0, "a button that does nothing"
    context.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_targets_are_large_and_nothing_sticks_out(visit, served, width):
    visit.page.set_viewport_size({"width": width, "height": 760})
    page = visit.open(served + CHAPTER)
    page.locator(".kb-cite summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for target in page.locator(".kb-cite summary, .kb-cite button, .prev-next-area a").all():
        box = target.bounding_box()
        assert box["width"] >= 24 and box["height"] >= 24
        assert box["x"] >= 0 and box["x"] + box["width"] <= width


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_previous_and_next_do_not_meet(visit, served, width):
    visit.page.set_viewport_size({"width": width, "height": 760})
    page = visit.open(served + "sections/brain-health.html")
    before, after = (
        page.locator(f".prev-next-area a.{side}").bounding_box()
        for side in ("left-prev", "right-next")
    )
    side_by_side = before["x"] + before["width"] <= after["x"]
    assert side_by_side or before["y"] + before["height"] <= after["y"]


def test_a_chapter_says_how_long_it_takes(site: Path):
    """About as many minutes as its words say, counted here from the page itself."""
    for path in sorted((site / "sections").glob("*.html")):
        article = re.search(
            r'<article class="bd-article">(.*?)</article>',
            path.read_text(encoding="utf-8"),
            re.DOTALL,
        )[1]
        said = int(re.search(r"Reading time: about (\d+) minutes\.", article)[1])
        article = re.sub(
            r"<svg.*?</svg>|<a [^>]*sources\.html#source-.*?</a>", "", article, flags=re.DOTALL
        )
        words = len(re.findall(r"\w[\w'’.,%-]*", html.unescape(re.sub(r"<[^>]+>", " ", article))))
        assert abs(said - words / 220) < 1.5, (path.name, said, words)


def test_a_page_has_its_title_once(site: Path):
    """The theme repeats it, and the contents, for paper, where ours hid both."""
    pages = pages_of(site)
    titles = {name: len(re.findall(r"<h1\b", text)) for name, text in pages.items()}
    assert len(pages) > 60 and {name: n for name, n in titles.items() if n != 1} == {}


# -- Paper ---------------------------------------------------------------------------------------

GONE = (
    ".bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article, .prev-next-footer, .kb-cite, .headerlink, .claim-more, "
    "button:not(th button), input, dialog"
)


@pytest.fixture
def on_paper(profile, served):
    """A page as a printer gets it from a dark screen."""

    def open_page(name: str):
        page = profile.new_page(794, 1123, color_scheme="dark")
        page.goto(served + name, wait_until="load")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.add_style_tag(content="*{transition:none!important}")
        page.emulate_media(media="print")
        return page

    return open_page


PAPER_PAGES = [
    "index.html",
    CHAPTER,
    "reference/evidence.html",
    "reference/foods.html",
    "reference/glossary.html",
    "about/method.html",
]
ON_PAPER = rest_in_prove(PAPER_PAGES, lambda name: name in (CHAPTER, "reference/foods.html"))
"""A chapter and the widest table in `make test`, the others in `make prove`."""


@pytest.mark.parametrize("name", ON_PAPER)
def test_from_the_dark_the_page_is_black_on_white(on_paper, name):
    page = on_paper(name)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(FAINT) == []


FAINT = """() => {
  const rgba = (text) => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = text; c.fillRect(0, 0, 1, 1);
    return [...c.getImageData(0, 0, 1, 1).data] };
  const light = ([r, g, b]) => { const f = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b) };
  const found = new Set();
  for (const e of document.querySelectorAll('article *, footer *')) {
    if (!e.checkVisibility()) continue;
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const isDrawn = e instanceof SVGElement;
    const style = getComputedStyle(e), ground = rgba(style.backgroundColor);
    if (own && !isDrawn && light(rgba(style.color)) > 0.1) found.add(`${e.tagName}.${e.className}: ${style.color}`);
    if (!isDrawn && ground[3] && light(ground) < 0.9) found.add(`${e.tagName}.${e.className} on ${style.backgroundColor}`);
    if (isDrawn && e.matches('.k-bg') && light(rgba(style.fill)) < 0.9) found.add(`${e.tagName}: ${style.fill}`);
  }
  return [...found];
}"""


@pytest.mark.parametrize("name", ON_PAPER)
def test_what_is_of_no_use_on_paper_is_left_out(on_paper, name):
    page = on_paper(name)
    assert (
        page.evaluate(
            f"[...document.querySelectorAll('{GONE}')].filter((e) => e.checkVisibility()).map((e) => e.outerHTML)"
        )
        == []
    )
    assert page.locator("article h1").is_visible()
    assert page.locator("footer").get_by_text("Information, not medical advice.").is_visible()
    assert (
        page.locator("footer")
        .get_by_text("From: Vitamin K2 and the gut-brain axis, version")
        .is_visible()
    )


@pytest.mark.parametrize("name", ["reference/foods.html", "reference/evidence.html"])
def test_tables_keep_their_heads_on_paper(on_paper, name):
    for head in on_paper(name).locator("article thead th").all():
        assert head.inner_text().strip(), "an empty head"


def test_an_open_box_prints_without_its_buttons(on_paper):
    page = on_paper(CHAPTER)
    page.evaluate("document.querySelector('.kb-cite').open = true")
    assert page.locator(".kb-cite pre").first.is_visible()
    assert page.locator(".kb-cite button:visible").count() == 0


def test_addresses_are_printed_where_the_words_do_not_name_them(on_paper):
    page = on_paper("reference/sources.html")
    after = "e => getComputedStyle(e, '::after').content"
    assert page.locator(".citation a[href*='doi.org/']").first.evaluate(after) == "none"
    plain = page.locator(".citation a.external:not([href*='doi.org/'], [href*='pubmed'])").first
    assert plain.get_attribute("href") in plain.evaluate(after)
    assert "https://creativecommons.org/licenses/by/4.0/" in page.locator(".kb-license").evaluate(
        after
    )


def test_a_chapter_prints_from_the_dark(profile, served, tmp_path):
    page = profile.new_page(color_scheme="dark")
    page.goto(served + CHAPTER, wait_until="load")
    page.pdf(path=tmp_path / "chapter.pdf", format="A4", print_background=True)
    book = pypdfium2.PdfDocument(tmp_path / "chapter.pdf")
    text = " ".join(sheet.get_textpage().get_text_range() for sheet in book)
    for words in ("5. When gut and brain fall out of balance", "Claim E1", "See also", "CC BY 4.0"):
        assert words in text, words
    for words in ("Ctrl", "How to cite this page", "Previous", "Contents"):
        assert words not in text, words
    picture = book[0].render(scale=0.5, grayscale=True)
    values = bytes(picture.buffer)
    assert sum(value > 250 for value in values) > 0.8 * len(values), "the paper is not white"
    assert 4 <= len(book) <= 16
    assert [n for n in range(len(book) - 1) if blank(book[n]) > 1 / 3] == [], "paper is left empty"
    book.close()


def blank(sheet: pypdfium2.PdfPage) -> float:
    """What part of a printed *sheet* is below its last line, without its foot of 20 mm."""
    text = sheet.get_textpage()
    lower = [text.get_rect(n)[1] for n in range(text.count_rects())]
    return float(min(y for y in lower if y > 57) / sheet.get_height())


# -- Lost addresses ------------------------------------------------------------------------------


def test_the_lost_page_asks_for_nothing_and_finds_everything(visit, served):
    page = visit.open(served + "404.html")
    assert visit.requests == [served + "404.html"] and visit.errors == []
    assert page.get_by_role("heading", level=1).text_content() == "This page does not exist"
    for words in ("The gut-brain axis", "Supplements", "Evidence register", "Glossary"):
        assert page.get_by_role("link", name=words, exact=True).is_visible()
    page.get_by_role("searchbox", name="Search the book").fill("osteocalcin")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=osteocalcin")


def test_the_lost_page_works_at_any_depth_once_its_place_is_known(visit, served, site):
    """What a server does with html_baseurl set: the page under a deep address, and <base> in its head."""
    body = (
        (site / "404.html")
        .read_text(encoding="utf-8")
        .replace("<title>", f'<base href="{served}404.html" /><title>')
    )
    visit.page.route(
        "**/a/b/c/d.html",
        lambda route: route.fulfill(status=404, content_type="text/html", body=body),
    )
    visit.page.goto(served + "a/b/c/d.html")
    visit.page.get_by_role("link", name="Glossary", exact=True).click()
    visit.page.wait_for_url(served + "reference/glossary.html")
    visit.page.locator("#term-osteocalcin").wait_for()


@pytest.mark.parametrize("width", [320, 360])
def test_the_lost_page_fits_a_phone(visit, served, width):
    visit.page.set_viewport_size({"width": width, "height": 640})
    page = visit.open(served + "404.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert min(link.bounding_box()["height"] for link in page.locator("li").all()) >= 24


# -- Heads ---------------------------------------------------------------------------------------


def test_the_picture_for_networks_has_the_size_that_its_tags_say(site: Path):
    data = (site / "_static/preview.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (1200, 630)
    assert len(data) < 300_000, "networks drop large pictures"


# -- Drawings whose parts lead somewhere ---------------------------------------------------------


@pytest.mark.parametrize("name", rest_in_prove(FIGURES, lambda name: name == FIGURES[0]))
def test_parts_of_the_axis_lead_to_their_sections(visit, served, name):
    for words, anchor in PARTS.items():
        page = visit.open(served + name)
        axis = page.get_by_role("group", name=re.compile("^The gut-brain axis: brain above"))
        axis.get_by_role("link", name=words, exact=True).click()
        page.wait_for_url(served + f"sections/gut-brain-axis.html#{anchor}")
        assert page.locator(f"#{anchor}").get_by_role("heading").first.is_visible()
    assert visit.errors == []


@pytest.mark.parametrize("name", FIGURES)
def test_a_screen_reader_meets_the_links_and_no_scraps(visit, served, name):
    page = visit.open(served + name)
    snapshot = page.get_by_role(
        "group", name=re.compile("^The gut-brain axis: brain above")
    ).aria_snapshot()
    assert re.findall(r'link "([^"]+)"', snapshot) == list(PARTS)
    assert "hypothalamus" not in snapshot and "- img" not in snapshot


@pytest.mark.parametrize("width", [360, 1280])
def test_parts_take_the_focus_and_show_it(visit, served, width):
    visit.page.set_viewport_size({"width": width, "height": 760})
    page = visit.open(served + FIGURES[0])
    page.locator("a[href='#fig-axis-routes'], section#four-routes > p a").first.focus()
    for words in PARTS:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == words
        ring = page.locator(".kb-part:focus .k-hit")
        stroke, size = ring.evaluate("e => [getComputedStyle(e).stroke, e.getBoundingClientRect()]")
        assert stroke not in ("none", "") and min(size["width"], size["height"]) >= 24


def test_without_javascript_parts_still_lead(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served + "index.html")
    page.locator("#gba-hormones").click()
    assert page.url == served + "sections/gut-brain-axis.html#hormones"
    context.close()
