"""One palette for three editions: its colors can be read on every ground, and nobody keeps a copy."""

from __future__ import annotations

import re
from pathlib import Path

import pydata_sphinx_theme
import pytest

import typstbook
from kb.claims import palette

ROOT = Path(__file__).parents[3]
THEME = Path(pydata_sphinx_theme.__file__).with_name("theme")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def luminance(color: str) -> float:
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def grounds() -> dict[str, set[str]]:
    """What lies under a badge, a bar, or words of that color: the page, a claim, a card."""
    sheet = text(ROOT / "docs/_static/kb.css")
    panels = re.findall(r'data-theme="(light|dark)"\] \{[^}]*--kb-panel: (#[0-9a-f]{6})', sheet)
    theme = text(THEME / "pydata_sphinx_theme/static/styles/pydata-sphinx-theme.css")
    (night,) = {
        color
        for color in re.findall(r"--pst-color-background:(#[0-9a-f]{6})", theme)
        if luminance(color) < 0.5
    }
    tint = re.search(
        r'tint = rgb\("(#[0-9a-f]{6})"\)', text(Path(typstbook.__file__).with_name("book.typ"))
    )
    found = {"light": {"#ffffff", tint[1]}, "dark": {night}}
    for mode, color in panels:
        found[mode].add(color)
    assert [len(found[mode]) for mode in found] == [3, 2]
    return found


GROUNDS = grounds()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("verdict", palette.VERDICTS, ids=lambda verdict: verdict.slug)
def test_a_verdict_can_be_read(verdict, mode):
    """As words on the page, and as the ground of words: on screens by day and night, and in print."""
    color = getattr(verdict, mode)
    for ground in (*GROUNDS[mode], palette.ON_VERDICT[mode]):
        assert contrast(color, ground) >= 4.5, ground


@pytest.mark.parametrize("certainty", palette.CERTAINTIES, ids=lambda certainty: certainty.slug)
def test_a_certainty_can_be_read_in_print(certainty):
    for ground in GROUNDS["light"]:
        assert contrast(certainty.light, ground) >= 4.5, ground


def test_each_verdict_has_a_sign_of_its_own():
    signs = [verdict.sign for verdict in palette.VERDICTS]
    assert len(set(signs)) == len(signs) and all(len(sign) == 1 for sign in signs)


def test_no_edition_keeps_a_sign_or_a_rule_of_its_own():
    for path in (*ROOT.glob("docs/**/*.css"), *ROOT.glob("docs/_ext/**/*.typ")):
        sheet = text(path)
        assert not [verdict.sign for verdict in palette.VERDICTS if f'"{verdict.sign}' in sheet], (
            path
        )
        assert not re.findall(r"\.verdict-[a-z]", sheet), path


def test_a_new_color_reaches_all_three_editions(monkeypatch):
    verdict = palette.Grade("overstated", "Overstated", "#123456", "#fedcba", "!")
    monkeypatch.setattr(palette, "VERDICTS", (verdict,))
    site = palette.site_css()
    # By day on the screen, and in drawings on paper.
    assert (site.count("#123456"), site.count("#fedcba")) == (2, 1)
    assert '.verdict-overstated { --kb-verdict: var(--kb-overstated); --kb-sign: "!"; }' in site
    assert (
        "@media print { html[data-theme] { --kb-overstated: #000; --kb-on-verdict: #000; } }"
        in site
    )
    assert palette.ebook_css() == (
        ".badge.verdict { color: #ffffff; }\n"
        '.verdict.verdict-overstated::before { content: "!\\00a0"; }\n'
        ".badge.verdict-overstated { border-color: #123456; background: #123456; }\n"
        "section.claim.verdict-overstated { border-left-color: #123456; }\n"
        "@media (prefers-color-scheme: dark) { section.claim.verdict-overstated { border-left-color: #fedcba; } }\n"
    )
    assert palette.book_colors()["verdict-overstated"] == "#123456"


def test_the_site_has_the_stylesheet_before_its_own(tiny):
    built = tiny(html_css_files=["kb.css"])
    assert built.page("_static/verdicts.css") == palette.site_css()
    sheets = re.findall(r"_static/([\w-]+\.css)", built.page("index.html"))
    assert sheets.index("verdicts.css") < sheets.index("kb.css")
    assert not (tiny(builder="text").out / "_static/verdicts.css").exists()
