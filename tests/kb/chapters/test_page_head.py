"""The head of a page, sitemap and robots: one description, one preview, and addresses only where there is one."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree as ET

import pytest
from sphinx.errors import ConfigError

# The theme still uses a name that Sphinx 11 will drop.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.sphinx_book_theme:sphinx.deprecation.RemovedInSphinx11Warning"
)

CHAPTER = "sections/one.md"
BASE = "https://example.org/k2/"
PAGES = ("index", "sections/one", "reference/glossary", "genindex", "search")
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def tags(page: str) -> list[tuple[str, str]]:
    """Every tag that names something, with what it says."""
    found = re.findall(r'<meta (?:name|property)="([\w:.]+)" content="([^"]*)" ?/>', page)
    return [(name, html.unescape(value)) for name, value in found]


def canonical(page: str) -> list[str]:
    return re.findall(r'<link rel="canonical" href="([^"]*)" ?/>', page)


@pytest.fixture
def plain(tiny):
    """The tiny knowledge base with these extensions, in the plain theme."""

    def build(edits=None, **config):
        added = {
            "conf.py": lambda text: text.replace(
                '"kb.outlets.inventory"',
                '"kb.outlets.inventory", "kb.outlets.sitemap", "kb.outlets.structured_data"',
            )
        }
        return tiny(
            {**added, **(edits or {})}, **{"kb_description": "A whole in a sentence.", **config}
        )

    return build


def test_each_page_has_one_of_each_and_no_address_while_none_is_known(plain):
    built = plain({CHAPTER: lambda text: text.replace("One sentence.", "'\"One\" & <only>.'")})
    assert built.warnings == ""
    for name in PAGES:
        found = tags(built.page(f"{name}.html"))
        summary = '"One" & <only>.' if name == "sections/one" else "A whole in a sentence."
        for one in (
            "description",
            "og:title",
            "og:type",
            "og:description",
            "og:image",
            "og:image:alt",
            "twitter:card",
        ):
            assert len([value for tag, value in found if tag == one]) == 1, (name, one)
        assert built.page(f"{name}.html").count('<meta name="viewport"') == 1, name
        told = dict(found)
        assert told["description"] == told["og:description"] == summary
        assert told["og:type"] == ("article" if name == "sections/one" else "website")
        assert told["og:image"] == ("../" if "/" in name else "") + "_static/preview.png"
        assert (
            "og:url" not in told
            and canonical(built.page(f"{name}.html")) == []
            and "https://" not in str(found)
        )
    assert dict(tags(built.page("sections/one.html")))["article:modified_time"] == "2026-02-02"
    assert dict(tags(built.page("sections/one.html")))["og:title"] == "One"
    assert dict(tags(built.page("genindex.html")))["og:title"] == "Tiny"


@pytest.mark.parametrize("base", [BASE, BASE.rstrip("/")])
def test_a_public_address_makes_every_address_whole(plain, base):
    built = plain(html_baseurl=base)
    for name in PAGES:
        told = dict(tags(built.page(f"{name}.html")))
        assert canonical(built.page(f"{name}.html")) == [f"{BASE}{name}.html"] == [told["og:url"]]
        assert told["og:image"] == f"{BASE}_static/preview.png"


def test_the_map_lists_the_book_in_reading_order_with_the_days_that_are_written_down(plain):
    added = {
        "notes.md": lambda _: "---\norphan: true\n---\n# Notes\n",
        "data.md": lambda _: "---\norphan: true\nsummary: For programs.\n---\n# Data\n",
    }
    built = plain(added, html_baseurl=BASE, kb_outside=["notes", "data"])
    data = (built.out / "sitemap.xml").read_bytes()
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns=')
    urls = {
        url.findtext(f"{NAMESPACE}loc"): url.findtext(f"{NAMESPACE}lastmod")
        for url in ET.fromstring(data)
    }
    names = (
        "index",
        "sections/one",
        "reference/evidence",
        "reference/glossary",
        "reference/foods",
        "reference/sources",
    )
    assert list(urls) == [f"{BASE}{name}.html" for name in (*names, "data")]
    assert urls.pop(f"{BASE}data.html") is None
    assert urls == {
        f"{BASE}{name}.html": "2026-02-02" if name == "sections/one" else None for name in names
    }
    assert built.page("robots.txt") == f"User-agent: *\nDisallow:\n\nSitemap: {BASE}sitemap.xml\n"


def test_without_a_public_address_there_is_no_map(plain):
    built = plain()
    assert not (built.out / "sitemap.xml").exists()
    assert built.page("robots.txt") == "User-agent: *\nDisallow:\n"


@pytest.mark.parametrize(
    "address",
    ["example.org", "ftp://example.org/", "https://", "https://example.org/?q=1", "https://a b/"],
)
def test_a_bad_address_is_told_what_to_be(plain, address):
    with pytest.raises(
        ConfigError,
        match=re.escape(
            f"html_baseurl: {address!r} is not a public address; write one as in 'https://"
        ),
    ):
        plain(html_baseurl=address)


def test_the_page_for_lost_addresses_is_not_described(tiny_site):
    assert tags(tiny_site().page("404.html")) == [
        ("viewport", "width=device-width, initial-scale=1"),
        ("robots", "noindex"),
    ]
