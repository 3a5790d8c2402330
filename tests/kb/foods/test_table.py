"""Foods: the table equals the file, the picture shows K2 only, and each fault is told."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kb.core.tables import DataError
from kb.foods import table
from kb.foods.chart import describe, draw, x_of
from kb.foods.table import read_foods
from kb.sources.bibliography import read_sources

DATA = Path(__file__).parents[2] / "roots/test-kb/data"
KNOWN = read_sources(DATA / "sources.bib")


def foods(text: str | None = None, folder: Path | None = None):
    if text is None:
        return read_foods(DATA / "foods.csv", KNOWN)
    path = folder / "foods.csv"
    path.write_text(text, encoding="utf-8")
    return read_foods(path, KNOWN)


def test_the_table_prints_the_file(tiny):
    page = tiny().page("reference/foods.html")
    rows = [
        [
            re.sub(r"<[^>]+>", "", c).strip()
            for c in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", r, re.S)
        ]
        for r in re.findall(r"<tr.*?</tr>", page, re.S)
    ]
    of_all, adams = "All vitamin K, K1 included", "Adams et al. 2001"
    gouda = ["Gouda, old", "Netherlands", "72.9\nK2, all forms the table counts", adams]
    assert gouda in rows
    assert ["Natto", "Japan", "939 (SD 3)\nMK-7 only", adams] in rows
    assert ["Kimchi", "Japan", f"42\n{of_all}", adams] in rows
    assert ["Tuna", "Japan", f"trace\n{of_all}", adams] in rows
    assert 'id="food-gouda-tiny"' in page
    assert (
        rows.index(["Fermented soy"]) < rows.index(["Cheese"]) < rows.index(["Fish and shellfish"])
    )


def test_a_figure_and_what_it_counts_stand_in_one_cell(tiny):
    """Wherever a page ends or a row folds, no figure is read without its form."""
    page = tiny().page("reference/foods.html")
    cells = re.findall(r'<td class="column-value">(.*?)</td>', page, re.DOTALL)
    assert len(cells) == page.count('class="column-source"') > 3
    forms = [re.findall(r'<p class="food-form([^"]*)">(.*?)</p>', cell) for cell in cells]
    assert all(len(form) == 1 and form[0][1] in table.BASES.values() for form in forms)
    assert {more for ((more, _),) in forms} <= {"", " not-k2"}
    assert all((more != "") == ("K1" in words) for ((more, words),) in forms)


@pytest.mark.parametrize("columns", [list(table.SHOWN), list(reversed(table.SHOWN))])
def test_each_cell_says_its_column_in_any_order(tiny, monkeypatch, columns):
    monkeypatch.setattr(table, "SHOWN", {name: table.SHOWN[name] for name in columns})
    page = tiny().page("reference/foods.html")
    [gouda] = [row for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if "food-gouda" in row]
    cells = re.findall(
        r'<t[dh][^>]* ?class="(?:stub )?column-(\w+)">(.*?)</t[dh]>', gouda, re.DOTALL
    )
    assert [name for name, _ in cells] == columns
    said = {"food": "Gouda, old", "country": "Netherlands", "value": "72.9", "source": "Adams"}
    assert all(said.get(name, "K2") in cell for name, cell in cells)
    assert '<th scope="row" class="stub column-food">' in gouda and gouda.count("<th") == 1
    assert re.findall(r'<th class="head column-(\w+)">', page) == columns


NOTED = (
    ",,,,adams2001bone,Japan,\nsalmon",
    ',,,,adams2001bone,Japan,"Food 4. Not split. Not with some drugs: see claim A1."\nsalmon',
)


def test_a_note_that_names_a_claim_is_printed_with_a_link(tiny):
    built = tiny(
        {
            "data/foods.csv": lambda text: text.replace(*NOTED),
            "conf.py": lambda text: text.replace('"kb.outlets', '"kb.search", "kb.outlets'),
        }
    )
    assert built.warnings == ""
    page = built.page("reference/foods.html")
    assert (
        '<p class="food-warning">Not with some drugs: see '
        '<a class="reference internal" href="../sections/one.html#claim-a1">'
        '<span class="xref claim">claim A1</span></a>.</p>'
    ) in page
    assert page.count("food-warning") == 1
    assert "Not with some drugs: see claim A1." in built.page("_static/kb-records.js")


def test_a_note_that_names_no_claim_is_reported(tiny):
    wrong = NOTED[1].replace("A1", "A7")
    warnings = tiny({"data/foods.csv": lambda text: text.replace(NOTED[0], wrong)}).warnings
    assert "WARNING: no claim A7; claims are written in docs/sections/ as :::{claim} ID" in warnings


def test_the_chart_leaves_out_figures_that_include_k1():
    drawing = draw(foods())
    ElementTree.fromstring(drawing)
    assert "Natto" in drawing and "Kimchi" not in drawing
    assert describe(foods()).endswith("Natto 939; Gouda 72.9; Fish 0.")
    marks = re.findall(r'class="k-mark"', drawing)
    assert len(marks) == 4 + 3  # the legend, then one mark for each figure of K2


def test_the_scale_is_logarithmic():
    steps = [x_of(10.0**n) for n in range(-1, 4)]
    widths = {round(b - a, 3) for a, b in pairwise(steps)}
    assert max(widths) - min(widths) < 0.2
    assert x_of(0) < steps[0]
    assert math.isclose(x_of(math.sqrt(10)), (steps[1] + steps[2]) / 2, abs_tol=0.2)


def test_the_scale_has_room_for_the_lowest_and_the_highest_figure(tmp_path):
    text = (DATA / "foods.csv").read_text().replace("939", "2400")
    drawing = draw(foods(text.replace("72.9", "0.02"), tmp_path))
    lines = [float(x) for x in re.findall(r'<line class="k-grid" x1="([^"]+)"', drawing)]
    low = float(re.findall(r'<circle class="k-mark" cx="([^"]+)"', drawing)[-1])
    corners = re.findall(r'<polygon class="k-mark" points="([^"]+)"', drawing)
    (high,) = {float(corner[0].split(",")[0]) + 5 for corner in map(str.split, corners[3:4])}
    # The column of 0, and the lines of 0.01, 0.1 and so on to 10,000.
    assert len(lines) == 1 + 7 and lines == sorted(lines)
    assert lines[1] < low < lines[2] and lines[-2] < high < lines[-1] < 440


def test_the_chart_carries_its_words(tiny):
    page = tiny().page("reference/foods.html")
    assert 'role="img" aria-label="Vitamin K2 in µg per 100 g' in page
    assert "<style>" not in page.split('class="kb-figure"')[1].split("</svg>")[0]


CASES = {
    "ragged row": (
        'gouda-tiny,"Gouda, old",',
        "gouda-tiny,Gouda, old,",
        r"foods\.csv:2: 20 cells where the head has 19; quote a cell that holds a comma",
    ),
    "short row": (
        ",,adams2001bone,Netherlands,Note.",
        ",",
        r"foods\.csv:2: 16 cells where the head has 19",
    ),
    "not a number": (
        "72.9,total,4",
        "72;9,total,4",
        r"foods\.csv:2: k2_ug_per_100g '72;9' is not a number; write micrograms per 100 g",
    ),
    "unknown basis": (
        "mk7-only",
        "mk7",
        r"foods\.csv:3: basis 'mk7' is not in the list \(did you mean 'mk7-only'\?\)",
    ),
    "unknown category": (
        ",cheese,",
        ",chese,",
        r"foods\.csv:2: category 'chese' is not in the list \(did you mean 'cheese'\?\)",
    ),
    "unknown source": (
        "adams2001bone,Netherlands",
        "adams2001bones,Netherlands",
        r"foods\.csv:2: source 'adams2001bones' is unknown or withdrawn \(did you mean",
    ),
    "withdrawn source": (
        "adams2001bone,Netherlands",
        "dodd2004void,Netherlands",
        r"foods\.csv:2: source 'dodd2004void' is unknown or withdrawn",
    ),
    "id twice": (
        "natto-tiny,",
        "gouda-tiny,",
        r"foods\.csv:3: id 'gouda-tiny' stands at line 2 already; ids are unique",
    ),
    "bad id": ("natto-tiny,", "Natto,", r"foods\.csv:3: id 'Natto' is not <food>-<table>"),
    "long kind": (
        ",Gouda,cheese",
        ",Gouda and all its kin,cheese",
        r"foods\.csv:2: kind 'Gouda and all its kin' is longer than 19 letters and would be cut off",
    ),
    "more than the whole food weighs": (
        "72.9,total,4",
        "100001,total,4",
        r"foods\.csv:2: k2_ug_per_100g '100001' is more than 100000 micrograms per 100 g, which no food holds; look at the unit",
    ),
    "no country": (",Netherlands,", ",,", r"foods\.csv:2: column 'country' is empty"),
    "lost column": (
        "id,food,kind",
        "id,food,sort",
        r"foods\.csv:1: columns missing kind; the head is id,food,kind",
    ),
    "neither figure nor word": (
        "939,mk7-only,,,,939,,,,,,SD 3",
        ",mk7-only,,,,939,,,,,,",
        r"foods\.csv:3: no figure: say in range_or_sd what was seen",
    ),
    "figure without a basis, with a range": (
        "939,mk7-only,",
        "939,,",
        r"foods\.csv:3: a figure needs a basis",
    ),
    "figure without a basis": (
        "939,mk7-only,,,,939,,,,,,SD 3",
        "939,,,,,939,,,,,,",
        r"foods\.csv:3: a figure needs a basis: what it counts",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_names_file_line_and_cure(tmp_path, name):
    old, new, message = CASES[name]
    text = (DATA / "foods.csv").read_text()
    assert old in text
    with pytest.raises(DataError) as caught:
        foods(text.replace(old, new, 1), tmp_path)
    assert re.search(message, str(caught.value)), caught.value


GOUDA = (
    'gouda-tiny,"Gouda, old",Gouda,cheese,72.9,total,4,,,,,,,72.9,,,adams2001bone,Netherlands,Note.'
)
SUM = "gouda-tiny,G,Gouda,cheese,13.1,sum,,,,4,8,,,,,,adams2001bone,Netherlands,Note."
DISAGREEING = {
    "a total that is another": (
        (",72.9,total", ",7.29,total"),
        "k2_ug_per_100g is '7.29' and total_k2_ug_per_100g '72.9'; where the basis is total both are the figure of the source",
    ),
    "a total that is not given": (
        (",72.9,,,adams", ",,,,adams"),
        "k2_ug_per_100g is '72.9' and total_k2_ug_per_100g ''; where the basis is total both are the figure of the source",
    ),
    "MK-7 that is another": (
        (",939,,", ",993,,"),
        "k2_ug_per_100g is '939' and mk7_ug_per_100g '993'; where the basis is mk7-only both are the figure of the source",
    ),
    "MK-4 that is another": (
        (",0,mk4-only,,0,", ",0,mk4-only,,1,"),
        "k2_ug_per_100g is '0' and mk4_ug_per_100g '1'; where the basis is mk4-only both are the figure of the source",
    ),
    "forms that are more than their sum": (
        (GOUDA, SUM.replace("13.1", "9.1")),
        "k2_ug_per_100g is '9.1' and its forms add up to 12; look at both",
    ),
    "forms that are much less than their sum": (
        (GOUDA, SUM.replace("13.1", "131")),
        "k2_ug_per_100g is '131' and its forms add up to 12; look at both",
    ),
    "a figure outside of its range": (
        (",72.9,,,adams", ",72.9,3,SE 1; range 5.4-15.2,adams"),
        "k2_ug_per_100g '72.9' is outside of its range, 5.4-15.2",
    ),
    "a range that became a day": (
        (",SD 3,", ",03. Mai,"),
        "range_or_sd '03. Mai' is a date, which a spreadsheet makes of a range; write it again, and have the column be text",
    ),
    "samples that are no number": (
        (",72.9,,,adams", ",72.9,3.5,,adams"),
        "n_samples '3.5' is not a whole number",
    ),
    "zeros before a number": (
        (",72.9,total", ",0072.9,total"),
        "k2_ug_per_100g '0072.9' is not a number; write micrograms per 100 g with a decimal point, or leave it empty",
    ),
    "far from its kind": (
        (GOUDA, f"{GOUDA}\n{GOUDA.replace('tiny', 'two').replace('72.9', '0.72')}"),
        "k2_ug_per_100g 72.9 is far from the 0.72 of other rows of the kind 'Gouda'; look at the decimal point, or write 'as printed' into the note",
    ),
}


@pytest.mark.parametrize("name", DISAGREEING)
def test_figures_that_disagree_are_told(tmp_path, name):
    (old, new), message = DISAGREEING[name]
    text = (DATA / "foods.csv").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(DataError) as error:
        foods(text.replace(old, new), tmp_path)
    assert message in [line.split(": ", 1)[1] for line in str(error.value).splitlines()]


def test_figures_that_agree_pass(tmp_path):
    text = (DATA / "foods.csv").read_text(encoding="utf-8")
    far = GOUDA.replace("tiny", "two").replace("72.9", "0.72").replace("Note", "Low as printed")
    for row in (SUM, f"{GOUDA}\n{far}".replace("Note", "High as printed")):
        assert foods(text.replace(GOUDA, row), tmp_path)
    for spread in ("SE 1; range 5.4-115.2", "trace", "Mean of 3 samples", "SD 3"):
        assert foods(text.replace("72.9,,,adams", f"72.9,,{spread},adams"), tmp_path)
