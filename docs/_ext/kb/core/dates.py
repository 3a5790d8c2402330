"""Dates as authors write them, as in ``2026-11-22`` and no other form; and the day of today."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterable


class DayError(Exception):
    """A variable of the environment gives no day; the message names it and the cure."""


def parse(value: object) -> datetime.date | None:
    """The date that *value* writes as year, month and day, or nothing.

    Weeks, digits without hyphens and days that are not in the calendar are no dates.
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text := str(value)):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def not_a_date(name: str, value: object) -> str:
    """How a field *name* is reported whose *value* is not a date, with the cure."""
    return f"{name} {str(value)!r} is not a date; write year, month and day, as in 2026-11-22"


def iso(value: object) -> str:
    """*value* as year, month and day if it is a date, else ``""``."""
    return str(value) if parse(value) else ""


def long_form(value: object) -> str:
    """``2026-11-22`` as 'November 22, 2026'; other text as it is."""
    # Here and not above: the tools that start a build read dates and print none.
    from babel.dates import format_date

    day = parse(value)
    return format_date(day, "long", locale="en_US") if day else str(value)


def newest(values: Iterable[object]) -> str:
    """The newest date among *values*, or ``""`` where there is none."""
    return max((iso(value) for value in values), default="")


def today() -> datetime.date:
    """The day of today: ``KB_TODAY``, else that of ``SOURCE_DATE_EPOCH``, else today in UTC.

    Only commands ask it: no build asks the clock.

    :raises DayError: if one of the two is malformed.
    """
    if given := os.environ.get("KB_TODAY"):
        if day := parse(given):
            return day
        raise DayError(f"KB_TODAY is {given!r}; it is a day as in 2026-11-22, or not set")
    if seconds := given_epoch():
        return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date()
    return datetime.datetime.now(datetime.UTC).date()


def given_epoch() -> str:
    """``SOURCE_DATE_EPOCH``, the date of all output in seconds since 1970, or ``""``.

    :raises DayError: if it is not a number of seconds.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if re.fullmatch(r"[0-9]{0,11}", given):
        return given
    raise DayError(
        f"SOURCE_DATE_EPOCH is {given!r}; it is a number of seconds since 1970, or not set"
    )
