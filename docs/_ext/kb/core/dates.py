"""Dates as authors write them: year, month and day, as in ``2026-11-22``, and no other form."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable


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
