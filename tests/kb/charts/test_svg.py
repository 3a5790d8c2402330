"""The shapes of charts: one list of rules for files and site, signs as shapes, lines that fit."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kb.charts import svg
from kb.claims import palette
from kb.input_checks.safe_svg import svg_faults

SHEET = Path(__file__).parents[3] / "docs/_ext/kb/chapters/static/figures.css"


def rules(prefix: str) -> dict[str, str]:
    """The rules of ``figures.css`` by class, each as it is written there."""
    found = re.findall(
        rf"^ *{re.escape(prefix)}\.kb-figure \.(k-[\w-]+) {{ (.*?);? }}", SHEET.read_text(), re.M
    )
    return dict(found)


LIGHT, DARK = rules(""), rules('html[data-theme="dark"] ')
BY_VARIABLE = {"k-sign", "k-sign-line", "k-paper"}


@pytest.mark.parametrize(
    "name", sorted(name for name in svg.RULES if not name.startswith("k-verdict-"))
)
def test_a_class_of_a_file_looks_alike_on_the_site_by_day_and_has_a_color_by_night(name):
    if name in BY_VARIABLE or name == "k-hit":
        return
    assert LIGHT[name] == svg.RULES[name]
    if "#" in svg.RULES[name]:
        assert "#" in DARK[name] and DARK[name] != LIGHT[name]


def test_no_other_stylesheet_changes_the_look_of_these_classes():
    docs = SHEET.parents[4]
    sheets = {*docs.glob("_static/*.css"), *docs.glob("_ext/kb/*/static/*.css")} - {SHEET}
    assert len(sheets) > 5
    for sheet in sheets:
        assert set(re.findall(r"\.(k-[\w-]+)", sheet.read_text())) & {*svg.RULES} == set(), sheet


def test_each_verdict_has_a_color_and_a_sign_that_is_drawn():
    for verdict in palette.VERDICTS:
        assert svg.RULES[f"k-verdict-{verdict.slug}"] == f"fill: {verdict.light}"
        assert f".k-verdict-{verdict.slug}, .verdict-{verdict.slug} {{" in palette.site_css()
        drawn = svg.sign(verdict.sign, 10, 10)
        assert ("<text" in drawn) == (verdict.sign == "?")


def test_on_paper_drawings_keep_the_colors_of_the_day():
    paper = palette.site_css().partition("@media print")[2]
    first = palette.VERDICTS[0]
    assert f".kb-figure {{ --kb-{first.slug}: {first.light};" in paper


def test_a_drawing_holds_the_rules_it_uses_and_no_fault():
    drawn = svg.drawing([svg.text(0, 9, "A & B", "k-muted"), svg.line(0, 0, 9, 9)], 10.04)
    ElementTree.fromstring(drawn)
    assert 'viewBox="0 0 440 10"' in drawn and "A &amp; B" in drawn
    assert [name for name in svg.RULES if f".{name} {{" in drawn] == [
        "k-paper",
        "k-muted",
        "k-line",
    ]
    assert svg_faults(drawn, inline=True) == []


@pytest.mark.parametrize("shape", ["circle", "square", "diamond", "triangle", "hexagon"])
def test_every_shape_is_drawn(shape):
    ElementTree.fromstring(svg.mark(shape, 10, 10, 5, "k-accent-fill"))


def test_lines_fit_and_are_of_about_the_same_length():
    words = "When gut and brain fall out of balance"
    lines = svg.wrapped(words, 150, 14)
    assert lines == ["When gut and brain", "fall out of balance"]
    assert all(svg.width_of(line, 14) <= 150 for line in lines)
    assert svg.wrapped("Incomprehensibilities", 30) == ["Incomprehensibilities"]
    assert svg.wrapped("Short", 300) == ["Short"]
