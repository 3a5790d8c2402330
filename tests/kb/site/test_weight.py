"""Light pages: few requests, few bytes, nothing that holds up the first view or moves it, and every icon in its place."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont

from kb.site.asset_pruning import icons
from pages import PAGES, PRESSED, pages_of
from tiers import rest_in_prove

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme"
CHAPTERS = [name for name in PAGES if name.startswith("sections/")]
REQUESTS, BYTES = 16, 58_000
PACKED = {".woff2", ".png", ".pdf"}
"""Files that a server sends as they are; it packs the others."""


def weight(path: Path) -> int:
    data = path.read_bytes()
    return len(data) if path.suffix in PACKED else len(gzip.compress(data, mtime=0))


@pytest.mark.parametrize("name", PAGES)
def test_a_first_view_asks_for_little(first_visit, served, site, name):
    first_visit.open(served + name)
    # The browser asks for the icon of the tab by itself, unseen by the page.
    icon = f"{served}_static/favicon.svg"
    asked = {url.split("?")[0] for url in first_visit.requests if not url.startswith("data:")} | {
        icon
    }
    sizes = {
        url.removeprefix(served): weight(site / url.removeprefix(served)) for url in sorted(asked)
    }
    # The page of the search asks for dialog, engine, words, titles and texts, each with its digest,
    # besides.
    assert len(asked) <= REQUESTS + 6 * (name == "search.html"), sizes
    if name in CHAPTERS:
        assert sum(sizes.values()) <= BYTES, sizes


def test_no_page_asks_for_what_nobody_needs(site):
    unneeded = {
        "fontawesome.js",
        "pydata-sphinx-theme.css",
        "sphinx-book-theme.css",
        "searchtools.js",
        "language_data.js",
        "searchindex.js",
        "doctools.js",
        "sphinx_highlight.js",
    }
    by_page = {
        name: set(
            re.findall(
                r'<(?:script|link)[^>]*(?:src|href)="[^"]*?([\w.-]+\.(?:js|css))(?:\?[^"]*)?"', text
            )
        )
        for name, text in pages_of(site).items()
    }
    assert sum("site.css" in asked for asked in by_page.values()) > 20
    assert [name for name, asked in by_page.items() if asked & unneeded] == []


def test_only_the_color_mode_holds_up_the_first_view(site):
    """One script, of half a kilobyte, that waits for no stylesheet: without it a page would flash in the other mode."""
    pages = pages_of(site)
    assert sum("<script" in text for text in pages.values()) > 20
    for name, text in pages.items():
        tags = re.findall(r"<script[^>]*\ssrc=[^>]*>", text)
        held = [tag for tag in tags if not re.search(r"\s(defer|async)\b", tag)]
        assert [re.search(r"([\w.-]+)\?v=", tag)[1] for tag in held] == ["early.js"] * bool(tags), (
            name
        )
        assert not tags or text.index(held[0]) < text.index('rel="stylesheet"'), name
    assert weight(site / "_static/early.js") < 700


def test_what_no_page_asks_for_is_not_published(site):
    static = site / "_static"
    asked = re.findall(
        r"url\(([\w.-]+\.woff2)\?v=\w{8}\)", (static / "site.css").read_text(encoding="utf-8")
    )
    assert asked == ["fa-solid.woff2"]
    left = [
        str(path.relative_to(static))
        for path in static.rglob("*")
        if (path.suffix in (".map", ".woff2") and path.name not in asked)
        or "fontawesome" in path.name
    ]
    assert [name for name in left if (static / name).is_file()] == []


SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value }).observe({ type: 'layout-shift', buffered: true });
  document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum)))));
})"""


@pytest.mark.parametrize("width", rest_in_prove([360, 1280], lambda width: width == 360))
@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "sections/gut-health.html",
        "reference/glossary.html",
        "reference/foods.html",
        "reference/evidence.html",
    ],
)
def test_nothing_moves_while_the_page_comes(first_visit, served, name, width):
    first_visit.page.set_viewport_size({"width": width, "height": 760})
    page = first_visit.open(served + name)
    assert page.evaluate(SHIFT) < 0.01


SIGNS = """() => [...document.querySelectorAll('*')].flatMap((e) => ['::before', '::after'].map((part) => {
  const style = getComputedStyle(e, part);
  return style.fontFamily.includes('Font Awesome') && style.content.startsWith('"') ? style.content.slice(1, -1) : '';
})).filter(Boolean)"""


@pytest.mark.parametrize("name", rest_in_prove(PAGES, lambda name: name in PRESSED))
def test_every_icon_is_in_the_font(visit, served, site, name):
    there = set(TTFont(site / "_static/fa-solid.woff2").getBestCmap())
    page = visit.open(served + name)
    page.evaluate("document.fonts.ready.then(() => true)")
    signs = icons("".join(page.evaluate(SIGNS)))
    assert len(signs) > 4, "the icons of the bar are gone"
    assert [hex(sign) for sign in sorted(signs - there)] == []
    assert page.evaluate("document.fonts.check('900 16px \"Font Awesome 7 Free\"', '\\uf0c9')")


COPIES = {
    "static/webpack-macros.html": "ca92b021a603a336",
    "components/search-button-field.html": "518dda81dd8cd06a",
    "components/search-field.html": "aec4ce15c31302cb",
    "search.html": "098d19aa34f7874c",
    "layout.html": "1f98508aa73a49d0",
}


@pytest.mark.parametrize("name", COPIES)
def test_the_theme_still_has_the_file_that_ours_replaces(name):
    digest = hashlib.sha256((THEME / name).read_bytes()).hexdigest()[:16]
    feature = "search" if "search" in name else "site"
    ours = f"docs/_ext/kb/{feature}/templates/{name.removeprefix('components/')}"
    assert digest == COPIES[name], (
        f"the theme has a new {name}: compare it with {ours} (and THEME_STYLESHEETS, THEME_SCRIPTS of docs/_ext/kb/site/asset_pruning.py), "
        f"take over what is new, then write {digest!r} here"
    )
