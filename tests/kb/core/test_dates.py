"""One idea of a date: year, month and day, of the calendar."""

from __future__ import annotations

import datetime

import pytest

from kb.core import dates


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026-02-30",
        "20261122",
        "2026-W48-7",
        "2026-11-22T10:00:00",
        " 2026-11-22",
        "٢٠٢٦-١١-٢٢",
        None,
    ],
)
def test_what_is_not_a_date_is_shown_as_it_is_and_counts_for_nothing(value):
    assert dates.parse(value) is None
    assert dates.iso(value) == ""
    assert dates.long_form(value) == str(value)


@pytest.mark.parametrize("value", ["2026-02-03", datetime.date(2026, 2, 3)])
def test_a_date_in_each_form(value):
    assert dates.parse(value) == datetime.date(2026, 2, 3)
    assert dates.iso(value) == "2026-02-03"
    assert dates.long_form(value) == "February 3, 2026"


def test_the_newest_date_is_that_of_the_calendar():
    assert dates.newest(["2026-02-03", "in spring", "2025-12-31", "20270101"]) == "2026-02-03"
    assert dates.newest([]) == dates.newest(["in spring"]) == ""
