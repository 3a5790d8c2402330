"""One idea of a date: year, month and day, of the calendar."""

from __future__ import annotations

import datetime
import time

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


def test_what_is_not_a_date_is_named_with_its_cure():
    assert dates.not_a_date("checked", "22.11.2026") == (
        "checked '22.11.2026' is not a date; write year, month and day, as in 2026-11-22"
    )


def test_the_newest_date_is_that_of_the_calendar():
    assert dates.newest(["2026-02-03", "in spring", "2025-12-31", "20270101"]) == "2026-02-03"
    assert dates.newest([]) == dates.newest(["in spring"]) == ""


@pytest.fixture
def clock(monkeypatch):
    """Sets what the environment says of the day."""

    def give(**given: str) -> None:
        for name in ("KB_TODAY", "SOURCE_DATE_EPOCH"):
            monkeypatch.setenv(name, given.get(name, ""))

    return give


def test_today_is_as_given_else_that_of_the_build(clock):
    clock(KB_TODAY="2026-11-22", SOURCE_DATE_EPOCH="1795996800")
    assert dates.today() == datetime.date(2026, 11, 22)
    clock(SOURCE_DATE_EPOCH="1795996800")
    assert dates.today() == datetime.date(2026, 11, 30)
    clock(SOURCE_DATE_EPOCH="99999999999")
    assert dates.today() == datetime.date(5138, 11, 16)


class LateInNovember(datetime.datetime):
    """A clock that stands."""

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime(2026, 11, 30, 23, 30, tzinfo=datetime.UTC).astimezone(tz)


def test_today_is_that_of_utc_wherever_one_sits(clock, monkeypatch):
    clock()
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "EAST-14")  # here it is December already
        time.tzset()
        patch.setattr(datetime, "datetime", LateInNovember)
        assert datetime.datetime.now().date() == datetime.date(2026, 12, 1)
        assert dates.today() == datetime.date(2026, 11, 30)
    time.tzset()


@pytest.mark.parametrize("wrong", ["2026-02-30", "20261122", "tomorrow", "1795996800", " "])
def test_a_day_that_is_none_is_refused_by_its_name(clock, wrong):
    clock(KB_TODAY=wrong, SOURCE_DATE_EPOCH="1795996800")
    with pytest.raises(dates.DayError) as error:
        dates.today()
    assert str(error.value) == f"KB_TODAY is {wrong!r}; it is a day as in 2026-11-22, or not set"


@pytest.mark.parametrize(
    "wrong", ["2026-11-22", "-1", "1.5", "1795996800²", "1795996800\n", "9" * 12]
)
def test_seconds_that_are_none_are_refused_by_their_name(clock, wrong):
    clock(SOURCE_DATE_EPOCH=wrong)
    with pytest.raises(dates.DayError) as error:
        dates.today()
    assert str(error.value) == (
        f"SOURCE_DATE_EPOCH is {wrong!r}; it is a number of seconds since 1970, or not set"
    )
