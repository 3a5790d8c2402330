"""Rows have heads and tables have names, for those who hear a table cell by cell."""

from __future__ import annotations

import re
from pathlib import Path

from pages import pages_of

OURS = ("register", "counts", "study-kinds", "food-table", "food-limits", "data-files")
OURS += ("tested-table", "dose-table")


def test_each_row_of_our_tables_has_one_head_and_each_table_a_name(site: Path):
    seen, names = set(), []
    for page, text in pages_of(site).items():
        for tag, body in re.findall(r"(<table[^>]*>)(.*?)</table>", text, re.DOTALL):
            kinds = [kind for kind in OURS if re.search(rf'[ "]{kind}[ "]', tag)]
            if not kinds:
                continue
            seen.update(kinds)
            names += [(page, name) for name in re.findall('aria-label="([^"]+)"', tag)]
            for row in re.findall("<tr.*?</tr>", body.partition("<tbody>")[2], re.DOTALL):
                heads = row.count('<th scope="row" class="stub')
                assert heads == ("food-group" not in row), (page, row[:200])
    assert seen == {*OURS} and len({*names}) == len(names) >= len(OURS)


def test_the_name_of_a_group_of_rows_is_no_head_of_one(tiny):
    page = tiny().page("reference/foods.html")
    assert re.search(r'<tr class="food-group[^>]*><td colspan="4">(?:(?!</td>).)*</td>', page)
    assert 'class="head stub' not in page


MARKDOWN = """

## A small table

| Form | Where |
|---|---|
| MK-4 | meat |
| MK-7 | *natto* |
"""


def test_a_table_in_markdown_has_heads_of_rows_and_the_name_of_its_heading(tiny):
    page = tiny({"sections/one.md": lambda text: text + MARKDOWN}).page("sections/one.html")
    table = re.search(r'<table aria-label="A small table".*?</table>', page, re.DOTALL)[0]
    heads = re.findall(r'<th scope="row" class="stub"><p>(.*?)</p></th>', table)
    assert heads == ["MK-4", "MK-7"]
    assert re.findall(r"<td><p>(.*?)</p></td>", table) == ["meat", "<em>natto</em>"]


def test_an_aligned_head_of_a_row_keeps_its_class(tiny):
    aligned = MARKDOWN.replace("|---|---|", "|:--|---|")
    page = tiny({"sections/one.md": lambda text: text + aligned}).page("sections/one.html")
    assert page.count('<th scope="row" class="stub text-left"><p>MK-') == 2


def test_a_caption_is_name_enough(tiny):
    table = ":::{table} Forms\n\n| Form | Where |\n|---|---|\n| MK-4 | meat |\n:::\n"
    page = tiny({"sections/one.md": lambda text: f"{text}\n{table}"}).page("sections/one.html")
    (tag,) = re.findall(r"<table[^>]*>", page)
    assert "aria-label" not in tag and "<caption>" in page
