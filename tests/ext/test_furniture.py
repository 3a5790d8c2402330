"""The furniture of a page: reading time, citation, reports, descriptions, the page for lost addresses, linked drawings."""

from __future__ import annotations

import re

import pytest
from pybtex.database import parse_string
from sphinx.errors import ConfigError

from furniture import Citation, minutes, time_words

# The theme still uses a name that Sphinx 11 will drop.
pytestmark = pytest.mark.filterwarnings("ignore:.sphinx_book_theme:sphinx.deprecation.RemovedInSphinx11Warning")

CHAPTER = "sections/one.md"
BASE = "https://example.org/k2/"
EXTENSIONS = [
    "myst_parser", "sphinxcontrib.bibtex", "sources", "records", "citation_style", "source_list", "evidence", "claim",
    "register", "retractions", "terms", "autolink", "foods", "food_chart", "figures", "contract", "furniture",
]  # fmt: skip


@pytest.fixture
def furnished(tiny, docs):
    """The tiny knowledge base with its furniture, and our templates beside its pages."""
    names = ("kb-cite.html", "kb-footer.html", "kb-404.html")
    templates = {name: (lambda _, name=name: (docs / "_templates" / name).read_text(encoding="utf-8")) for name in names}
    theme = {"article_footer_items": ["kb-cite"], "footer_content_items": ["kb-footer"]}

    def build(edits=None, **config):
        settings = {
            "extensions": EXTENSIONS, "author": "The editors", "copyright": "2026, them", "version": "1.0", "templates_path": ["."],
            "html_theme": "sphinx_book_theme", "html_theme_options": theme, "html_additional_pages": {"404": "kb-404.html"},
            "kb_description": "A whole in a sentence.",
        }  # fmt: skip
        return tiny({**templates, **(edits or {})}, **{**settings, **config})

    return build


def forms(page: str) -> list[str]:
    """The texts in the citation box of *page*."""
    return re.findall(r"<pre>(.*?)</pre>", page.partition('<details class="kb-cite">')[2], re.DOTALL)


# -- Reading time --------------------------------------------------------------------------------


def test_a_chapter_says_how_long_it_takes(furnished):
    built = furnished()
    assert built.warnings == ""
    assert '<p class="page-info no-links">Reading time: about 1 minute. Last checked' in built.page("sections/one.html")
    assert "Reading time" not in built.page("reference/glossary.html")


def test_words_count_and_citations_do_not(furnished):
    def read(words: str) -> str:
        page = furnished({CHAPTER: lambda text: text.replace("## See also", f"{words}\n\n## See also")}).page("sections/one.html")
        return re.search(r"Reading time: (about \d+ minutes?)\.", page)[1]

    assert read("word " * 440) == "about 3 minutes"


def test_citations_take_no_time(furnished):
    cites = " ".join(["{cite:p}`adams2001bone`"] * 500)
    page = furnished({CHAPTER: lambda text: text.replace("## See also", f"{cites}\n\n## See also")}).page("sections/one.html")
    assert "Reading time: about 1 minute." in page


def test_minutes_are_rounded_up():
    assert [minutes(count) for count in (0, 220, 221, 1540, 1541)] == [1, 1, 2, 7, 8]
    assert [time_words(count) for count in (1, 7)] == ["about 1 minute", "about 7 minutes"]


def test_other_formats_say_nothing_of_it(tiny):
    built = tiny(builder="text", extensions=EXTENSIONS)
    assert "Last checked against" in built.page("sections/one.txt")
    assert "Reading time" not in built.page("sections/one.txt")


# -- How to cite ---------------------------------------------------------------------------------


def test_a_chapter_is_cited_by_the_day_of_its_check(furnished):
    text, bibtex, ris = forms(furnished().page("sections/one.html"))
    assert text == "The editors (2026). One. In: Tiny, version 1.0. Last checked February 2, 2026."
    assert bibtex.splitlines() == [
        "@misc{one-2026,",
        "  author = {{The editors}},",
        "  title = {{One}},",
        "  howpublished = {In: Tiny, version 1.0},",
        "  year = {2026},",
        "  note = {Last checked February 2, 2026},",
        "}",
    ]
    assert ris.splitlines() == [
        "TY  - CHAP", "AU  - The editors", "TI  - One", "T2  - Tiny, version 1.0", "PY  - 2026", "DA  - 2026/02/02", "LA  - en",
        "ER  - ",
    ]  # fmt: skip


def test_other_pages_are_cited_by_the_year_of_the_project(furnished):
    text, bibtex, ris = forms(furnished(copyright="2031, them").page("reference/foods.html"))
    assert text == "The editors (2031). Foods. In: Tiny, version 1.0."
    assert "year = {2031}" in bibtex and "note" not in bibtex
    assert "PY  - 2031\n" in ris and "DA  -" not in ris


def test_an_address_stands_only_where_one_is_known(furnished):
    without = furnished().page("sections/one.html")
    assert "url = " not in without and "UR  -" not in without and "http" not in "".join(forms(without))


def test_a_known_address_stands_in_each_form(furnished):
    text, bibtex, ris = forms(furnished(html_baseurl=BASE).page("sections/one.html"))
    assert text.endswith(f" {BASE}sections/one.html")
    assert f"  url = {{{BASE}sections/one.html}},\n" in bibtex
    assert f"UR  - {BASE}sections/one.html\n" in ris


def test_pages_that_nobody_cites_have_no_box_and_no_script(furnished):
    built = furnished()
    for name in ("index", "genindex", "search"):
        assert "kb-cite" not in built.page(f"{name}.html") and "furniture.js" not in built.page(f"{name}.html"), name
    assert "furniture.js" in built.page("sections/one.html")


def test_bibtex_reads_what_we_write():
    title = "R&D: 100% of {K2} costs $5_#1"
    entry = Citation("odd-2026", "The editors", title, "Book & co.", "2026", "2026-02-02", f"{BASE}a_b%20c.html").bibtex()
    fields = parse_string(entry, "bibtex").entries["odd-2026"].fields
    assert fields["title"] == r"{R\&D: 100\% of \{K2\} costs \$5\_\#1}"
    assert fields["url"] == f"{BASE}a_b%20c.html"


def test_nothing_known_of_the_year_is_said_so():
    assert Citation("one", "A", "One", "Tiny", "", "", "").text() == "A (n.d.). One. In: Tiny."


# -- Report a mistake ----------------------------------------------------------------------------


def test_without_an_address_no_page_offers_a_report(furnished):
    built = furnished()
    assert "Report a mistake" not in built.page("sections/one.html")
    assert "Report the broken link" not in built.page("404.html") and "How to report a mistake" in built.page("404.html")


def test_a_report_names_its_page(furnished):
    built = furnished(kb_report_url="https://example.org/new?labels=a&title={page}")
    link = '<a href="https://example.org/new?labels=a&amp;title=%s">'
    for name in ("sections/one", "index", "search"):
        assert link % name + "Report a mistake on this page</a>" in built.page(f"{name}.html"), name
    assert link % "404" + "Report the broken link</a>" in built.page("404.html")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("example.org/new", "kb_report_url: 'example.org/new' is no address; write one that begins with 'https://' or 'mailto:', or ''"),
        ("javascript:alert(1)", "kb_report_url: 'javascript:alert(1)' is no address; write one that begins with"),
        ("https://example.org/{site}", "kb_report_url: '{site}' is not known; the one word in braces is {page}"),
    ],
)  # fmt: skip
def test_a_bad_address_is_told_what_to_be(furnished, address, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        furnished(kb_report_url=address)


# -- Descriptions --------------------------------------------------------------------------------


def test_a_page_is_described_by_its_summary_else_by_the_whole(furnished):
    built = furnished({CHAPTER: lambda text: text.replace("One sentence.", "'\"One\" & <only>.'")})
    assert '<meta name="description" content="&quot;One&quot; &amp; &lt;only&gt;." />' in built.page("sections/one.html")
    for name in ("index", "reference/glossary", "genindex"):
        assert built.page(f"{name}.html").count('<meta name="description" content="A whole in a sentence." />') == 1, name


def test_networks_get_a_picture_only_with_an_address(furnished):
    assert "og:" not in furnished().page("sections/one.html")


def test_the_picture_has_a_whole_address(furnished):
    page = furnished(html_baseurl=BASE).page("sections/one.html")
    tags = dict(re.findall(r'<meta property="(og:[\w:]+)" content="([^"]*)" />', page))
    assert tags["og:image"] == f"{BASE}_static/preview.png"
    assert tags["og:url"] == f"{BASE}sections/one.html"
    assert (tags["og:title"], tags["og:type"], tags["og:description"]) == ("One", "article", "One sentence.")


# -- The page for lost addresses -----------------------------------------------------------------


def test_the_lost_page_lists_the_book_and_stays_out_of_it(furnished):
    built = furnished()
    page = built.page("404.html")
    for target, words in (("sections/one", "One"), ("reference/glossary", "Glossary"), ("reference/evidence", "Evidence")):
        assert f'<a href="{target}.html">{words}</a>' in page
    assert 'action="search.html"' in page and 'content="noindex"' in page
    assert "404" not in built.app.env.found_docs
    assert '"404"' not in built.page("searchindex.js")
    assert 'href="404.html"' not in built.page("index.html") + built.page("sections/one.html")


def test_the_lost_page_asks_for_nothing(furnished):
    """Under an address of any depth a relative stylesheet or script would be lost too."""
    page = furnished().page("404.html")
    assert re.findall(r"\ssrc=|<script|rel=\"stylesheet\"", page) == []
    assert "<base" not in page


def test_the_lost_page_holds_its_links_to_a_known_address(furnished):
    page = furnished(html_baseurl=BASE).page("404.html")
    assert f'<base href="{BASE}404.html" />' in page
    assert page.index("<base") < page.index("href=", page.index("<base") + 12)


# -- Drawings whose parts lead somewhere ---------------------------------------------------------

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img" aria-labelledby="t"><title id="t">T</title><desc>D</desc>\n'
    '<rect width="1" height="1"/><g class="k-ink"><g id="part-a"><rect class="k-hit"/><text>Vagus</text><text>nerve</text></g>'
    '<text>other</text></g><g id="part-b"><text>B</text></g></svg>'
)


def drawn(links: str):
    return {
        "sections/a.svg": lambda _: DRAWING,
        "sections/a.json": lambda _: links,
        CHAPTER: lambda text: text.replace(
            "## See also", "```{image} a.svg\n:class: kb-figure\n:alt: Words.\n```\n\n## See also"
        ),
    }


def test_parts_of_a_drawing_become_links(tiny):
    built = tiny(drawn('{\n  "part-a": "sections/one#the-subject",\n  "part-b": "reference/glossary#term-osteocalcin"\n}\n'))
    page = built.page("sections/one.html")
    drawing = page[page.index('<div class="kb-figure"') : page.index("</svg>")]
    assert built.warnings == ""
    assert '<div class="kb-figure" role="group" aria-label="Words.">' in drawing
    assert '<a id="part-a" class="kb-part" href="#the-subject" aria-label="Vagus nerve">' in drawing
    assert 'href="../reference/glossary.html#term-osteocalcin" aria-label="B"' in drawing
    assert 'role="img"' not in drawing and "<title" not in drawing and "aria-labelledby" not in drawing


def test_words_that_are_no_links_are_left_to_the_text_alternative(tiny):
    page = tiny(drawn('{"part-a": "sections/one#the-subject"}')).page("sections/one.html")
    assert '<text aria-hidden="true">other</text>' in page and '<g id="part-b" aria-hidden="true">' in page
    assert not re.search(r"<a [^>]*aria-hidden", page)


@pytest.mark.parametrize(
    ("links", "message"),
    [
        ('{\n "part-a": "sections/one#the-subjekt"}', "2: WARNING: sections/one has no anchor 'the-subjekt' (did you mean 'the-subject'?)"),
        ('{\n "part-a": "sections/two#x"}', "2: WARNING: there is no page 'sections/two' (did you mean 'sections/one'?)"),
        ('{\n "part-c": "sections/one#the-subject"}', "2: WARNING: the drawing has no group with the id 'part-c' (did you mean 'part-"),
        ('{\n\n "part-a": "sections/one"}', "3: WARNING: 'sections/one' is no place; write a page and an anchor, as in 'sections/"),
        ("{part-a}", '1: WARNING: not a list of links; write {"id of the part": "page#anchor", ...}'),
        ("[]", '1: WARNING: not a list of links; write {"id of the part": "page#anchor", ...}'),
    ],
)  # fmt: skip
def test_a_link_that_leads_nowhere_names_its_line(tiny, links, message):
    warnings = tiny(drawn(links)).warnings
    assert any(line.startswith(f"sections/a.json:{message}") for line in warnings.splitlines()), warnings
