"""Reading aids: reading time, reports, the page for lost addresses, linked drawings."""

from __future__ import annotations

import re

import pytest
from sphinx.errors import ConfigError

from kb.chapters.reading_aids import minutes, time_words

# The theme still uses a name that Sphinx 11 will drop.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.sphinx_book_theme:sphinx.deprecation.RemovedInSphinx11Warning"
)

CHAPTER = "sections/one.md"
BASE = "https://example.org/k2/"


# -- Reading time --------------------------------------------------------------------------------


def test_a_chapter_says_how_long_it_takes(tiny_site):
    built = tiny_site()
    assert built.warnings == ""
    assert '<p class="page-info no-links">Reading time: about 1 minute. Last checked' in built.page(
        "sections/one.html"
    )
    assert "Reading time" not in built.page("reference/glossary.html")


def test_words_count_and_citations_do_not(tiny_site):
    def read(words: str) -> str:
        page = tiny_site(
            {CHAPTER: lambda text: text.replace("## See also", f"{words}\n\n## See also")}
        ).page("sections/one.html")
        return re.search(r"Reading time: (about \d+ minutes?)\.", page)[1]

    assert read("word " * 440) == "about 3 minutes"


def test_citations_take_no_time(tiny_site):
    cites = " ".join(["{cite:p}`adams2001bone`"] * 500)
    page = tiny_site(
        {CHAPTER: lambda text: text.replace("## See also", f"{cites}\n\n## See also")}
    ).page("sections/one.html")
    assert "Reading time: about 1 minute." in page


def test_minutes_are_rounded_up():
    assert [minutes(count) for count in (0, 220, 221, 1540, 1541)] == [1, 1, 2, 7, 8]
    assert [time_words(count) for count in (1, 7)] == ["about 1 minute", "about 7 minutes"]


def test_other_formats_say_nothing_of_it(tiny, tiny_site_extensions):
    built = tiny(builder="text", extensions=tiny_site_extensions)
    assert "Last checked against" in built.page("sections/one.txt")
    assert "Reading time" not in built.page("sections/one.txt")


# -- Report a mistake ----------------------------------------------------------------------------


def test_without_an_address_no_page_offers_a_report(tiny_site):
    built = tiny_site()
    assert "Report a mistake" not in built.page("sections/one.html")
    assert "Report the broken link" not in built.page(
        "404.html"
    ) and "How to report a mistake" in built.page("404.html")


def test_a_report_names_its_page(tiny_site):
    built = tiny_site(kb_report_url="https://example.org/new?labels=a&title={page}")
    link = '<a href="https://example.org/new?labels=a&amp;title=%s">'
    for name in ("sections/one", "index", "search"):
        assert link % name + "Report a mistake on this page</a>" in built.page(f"{name}.html"), name
    assert link % "404" + "Report the broken link</a>" in built.page("404.html")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "example.org/new",
            "kb_report_url: 'example.org/new' is not an address; write one that begins with 'https://' or 'mailto:', or ''",
        ),
        (
            "javascript:alert(1)",
            "kb_report_url: 'javascript:alert(1)' is not an address; write one that begins with",
        ),
        (
            "https://example.org/{site}",
            "kb_report_url: '{site}' is not known; the one word in braces is {page}",
        ),
    ],
)
def test_a_bad_address_is_told_what_to_be(tiny_site, address, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        tiny_site(kb_report_url=address)


# -- The page for lost addresses -----------------------------------------------------------------


def test_the_lost_page_lists_the_book_and_stays_out_of_it(tiny_site):
    built = tiny_site()
    page = built.page("404.html")
    for target, words in (
        ("sections/one", "One"),
        ("reference/glossary", "Glossary"),
        ("reference/evidence", "Evidence"),
    ):
        assert f'<a href="{target}.html">{words}</a>' in page
    assert 'action="search.html"' in page and 'content="noindex"' in page
    assert "404" not in built.app.env.found_docs
    assert '"404"' not in built.page("searchindex.js")
    assert 'href="404.html"' not in built.page("index.html") + built.page("sections/one.html")


def test_the_lost_page_asks_for_nothing(tiny_site):
    """Under an address of any depth a relative stylesheet or script would be lost too."""
    page = tiny_site().page("404.html")
    assert re.findall(r"\ssrc=|<script|rel=\"stylesheet\"", page) == []
    assert "<base" not in page


def test_the_lost_page_holds_its_links_to_a_known_address(tiny_site):
    page = tiny_site(html_baseurl=BASE).page("404.html")
    assert f'<base href="{BASE}404.html" />' in page
    assert page.index("<base") < page.index("href=", page.index("<base") + 12)


# -- Drawings whose parts lead somewhere ---------------------------------------------------------

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img" aria-labelledby="a-t"><title id="a-t">T</title><desc>D</desc>\n'
    '<rect width="1" height="1"/><g class="k-ink"><g id="a-part-a"><rect class="k-hit"/><text>Vagus</text><text>nerve</text></g>'
    '<text>other</text></g><g id="a-part-b"><text>B</text></g></svg>'
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
    built = tiny(
        drawn(
            '{\n  "a-part-a": "sections/one#the-subject",\n  "a-part-b": "reference/glossary#term-osteocalcin"\n}\n'
        )
    )
    page = built.page("sections/one.html")
    drawing = page[page.index('<div class="kb-figure" role="group"') :].partition("</svg>")[0]
    assert built.warnings == ""
    assert '<div class="kb-figure" role="group" aria-label="Words.">' in drawing
    assert (
        '<a id="a-part-a" class="kb-part" href="#the-subject" aria-label="Vagus nerve">' in drawing
    )
    assert 'href="../reference/glossary.html#term-osteocalcin" aria-label="B"' in drawing
    assert (
        'role="img"' not in drawing and "<title" not in drawing and "aria-labelledby" not in drawing
    )


def test_the_label_of_a_part_is_the_name_of_its_link(tiny):
    labelled = {
        **drawn('{"a-part-a": "sections/one#the-subject"}'),
        "sections/a.svg": lambda _: DRAWING.replace(
            'id="a-part-a"', 'id="a-part-a" aria-label="The nerve"'
        ),
    }
    page = tiny(labelled).page("sections/one.html")
    assert 'class="kb-part" href="#the-subject"' in page.replace(' aria-label="The nerve"', "")
    assert 'aria-label="The nerve"' in page and 'aria-label="Vagus nerve"' not in page


def test_words_that_are_no_links_are_left_to_the_text_alternative(tiny):
    page = tiny(drawn('{"a-part-a": "sections/one#the-subject"}')).page("sections/one.html")
    assert (
        '<text aria-hidden="true">other</text>' in page
        and '<g id="a-part-b" aria-hidden="true">' in page
    )
    assert not re.search(r"<a [^>]*aria-hidden", page)


@pytest.mark.parametrize(
    ("links", "message"),
    [
        (
            '{\n "a-part-a": "sections/one#the-subjekt"}',
            "2: WARNING: sections/one has no anchor 'the-subjekt' (did you mean 'the-subject'?)",
        ),
        (
            '{\n "a-part-a": "sections/two#x"}',
            "2: WARNING: there is no page 'sections/two' (did you mean 'sections/one'?)",
        ),
        (
            '{\n "a-part-c": "sections/one#the-subject"}',
            "2: WARNING: the drawing has no group with the id 'a-part-c' (did you mean 'a-part-b'?)",
        ),
        (
            '{\n\n "a-part-a": "sections/one"}',
            "3: WARNING: 'sections/one' is not a place; write a page and an anchor, as in "
            "'sections/gut-health#claim-c1'",
        ),
        (
            "{a-part-a}",
            '1: WARNING: not a list of links; write {"id of the part": "page#anchor", ...}',
        ),
        ("[]", '1: WARNING: not a list of links; write {"id of the part": "page#anchor", ...}'),
    ],
)
def test_a_link_that_leads_nowhere_names_its_line(tiny, links, message):
    assert tiny(drawn(links)).warnings == f"sections/a.json:{message} [figures.link]\n"
