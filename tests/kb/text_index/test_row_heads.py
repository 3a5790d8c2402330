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
    assert re.search(r'<tr class="food-group[^>]*><td colspan="5">(?:(?!</td>).)*</td>', page)
    assert 'class="head stub' not in page
