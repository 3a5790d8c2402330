"""The food explorer: what the page carries for its script, and the data file beside it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from kb.foods.limits import BY_BASIS, leaves_out, read_limits
from kb.foods.table import BASES, read_foods
from kb.sources.bibliography import read_sources

DOCS = Path(__file__).parents[3] / "docs"
CONF: dict[str, object] = {}


def rows_of(page: str) -> dict[str, dict[str, str]]:
    """The data of each row of the page, by the id of its food."""
    tags = re.findall(r"<tr [^>]*data-food=[^>]*>", page)
    data = [
        {k: html.unescape(v) for k, v in re.findall(r'data-([a-z0-9]+)="([^"]*)"', tag)}
        for tag in tags
    ]
    return {row["food"]: row for row in data}


def words_of(page: str) -> dict:
    return json.loads(
        html.unescape(re.search(r'class="food-explorer" data-words="([^"]*)"', page)[1])
    )


def test_each_row_carries_its_data(tiny):
    built = tiny(CONF)
    page = built.page("reference/foods.html")
    rows, words = rows_of(page), words_of(page)
    assert built.warnings == ""
    assert sorted(rows) == ["gouda-tiny", "kimchi-tiny", "natto-tiny", "salmon-tiny", "tuna-tiny"]
    gouda = rows["gouda-tiny"]
    assert words["lacks"][int(gouda.pop("lacks"))] == BY_BASIS["total"]
    assert gouda == {
        "food": "gouda-tiny",
        "category": "cheese",
        "kind": "Gouda",
        "basis": "total",
        "value": "72.9",
        "k1": "no",
    }
    assert (rows["tuna-tiny"]["value"], rows["tuna-tiny"]["k1"]) == ("", "yes")
    assert [slug for slug, _ in words["bases"]] == [slug or "none" for slug in BASES]


def test_the_table_itself_stays_as_it_is(tiny):
    plain = tiny().page("reference/foods.html")
    explored = tiny(CONF).page("reference/foods.html")
    cells = [re.findall(r"<t[dh].*?</t[dh]>", page, re.DOTALL) for page in (plain, explored)]
    assert cells[0] == cells[1] and len(cells[0]) > 25
    groups = [re.findall(r'<tr class="[^"]*"', page) for page in (plain, explored)]
    assert groups[0] == groups[1]


def test_other_builders_see_nothing_of_it(tiny):
    name = "reference/foods.txt"
    plain, explored = tiny(builder="text"), tiny(CONF, builder="text")
    assert plain.page(name) == explored.page(name)
    assert not (explored.out / "data/foods.csv").exists()


def test_only_the_page_with_the_table_loads_the_script(tiny):
    built = tiny(CONF)
    assert "foods.js" in built.page("reference/foods.html") and "foods.css" in built.page(
        "reference/foods.html"
    )
    assert "foods.js" not in built.page("index.html") and "foods.css" not in built.page(
        "index.html"
    )


def test_the_data_file_lies_where_the_link_leads(tiny):
    built = tiny(CONF)
    assert (
        '<a href="../data/foods.csv" download>Download the table as CSV</a> (5 rows).'
        in built.page("reference/foods.html")
    )
    assert (built.out / "data/foods.csv").is_file()


@pytest.fixture
def limits() -> dict[tuple[str, str], str]:
    return read_limits(
        DOCS / "data/food-limits.csv", frozenset(read_sources(DOCS / "data/sources.bib"))
    )


def test_each_source_of_the_book_has_its_own_sentence_and_none_is_left_over(limits):
    foods = read_foods(DOCS / "data/foods.csv", read_sources(DOCS / "data/sources.bib"))
    assert [food.id for food in foods if leaves_out(food, limits) not in limits.values()] == []
    assert set(limits.values()) - {leaves_out(food, limits) for food in foods} == set()


def test_a_figure_with_k1_never_goes_by_the_words_of_k2(limits):
    foods = read_foods(DOCS / "data/foods.csv", read_sources(DOCS / "data/sources.bib"))
    for food in foods:
        says = leaves_out(food, limits)
        assert ("all vitamin K" in says) == (
            food.basis == "unspecified-vitamin-k" or "PKeq" in food.note
        ), food.id
        assert says.startswith("One total for K2") == (food.basis == "total"), food.id


def test_the_numbers_of_a_sentence_stand_in_the_record_of_its_source(limits):
    known = read_sources(DOCS / "data/sources.bib")
    number = re.compile(r"(?<![\w-])\d+(?:\.\d+)?(?![\w(])")
    for (key, _), sentence in limits.items():
        record = " ".join(known[key].fields.values())
        assert [
            found for found in number.findall(sentence) if found not in number.findall(record)
        ] == [], sentence


def test_a_zero_that_its_table_estimates_says_so(tiny):
    edit = {
        "data/foods.csv": lambda text: text.replace(
            ",adams2001bone,United States,", ",adams2001bone,United States,The zero is an estimate."
        )
    }
    page = tiny(CONF | edit).page("reference/foods.html")
    assert '<span class="food-figure">0</span><span class="food-note"> (estimate)</span>' in page
