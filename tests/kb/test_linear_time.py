"""No regular expression of ours takes more than linear time in the length of a line."""

from __future__ import annotations

import importlib
import re
import time
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIRST, LAST = 8_000, 64_000
QUICK = 0.01
"""Seconds: a quadratic expression takes longer than this for a line of FIRST signs."""
STEEP = 3.2
"""Doubling a line doubles the time of a linear expression, and that of a quadratic one four times."""


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled expression that a module of ours holds by name."""
    for base in ("docs/_ext", "docs/_tools"):
        for path in sorted((ROOT / base).rglob("*.py")):
            parts = path.relative_to(ROOT / base).with_suffix("").parts
            if path.name.startswith("__") or "tests" in parts or parts[:2] == ("live", "processes"):
                continue
            module = importlib.import_module(".".join(parts))
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{module.__name__}.{name}", value


FOUND = dict(expressions())
SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for base in ("docs/_ext", "docs/_tools")
    for path in sorted((ROOT / base).rglob("*.py"))
)


def lines(pattern: str) -> Iterator[str]:
    """What may make *pattern* slow: its own signs, alone and in pairs, over and over, and an end that fits nothing."""
    bare = re.sub(r"\\.|[\[\](){}?+*^$|\\]", "", pattern)
    signs = sorted({*bare, *"a1 -.:|<>[(\"'`*_#\\"})[:24]
    units = [
        *signs,
        *(one + two for one in signs[:8] for two in signs[:8]),
        *re.findall(r"[a-z-]{3,}", bare)[:6],
    ]
    yield from dict.fromkeys(units)


@cache
def way_of(name: str) -> str:
    """How the expression is used: one that is only matched at the beginning is not searched for."""
    short = re.escape(name.rpartition(".")[2])
    searched = re.search(rf"\b{short}\.(?:search|sub|subn|findall|finditer|split)\b", SOURCES)
    return "search" if searched else "match"


def seconds(expression: re.Pattern[str], way: str, text: str) -> float:
    look = getattr(expression, way)
    start = time.process_time()
    look(text)
    return time.process_time() - start


def times(expression: re.Pattern[str], way: str, unit: str) -> Iterator[float]:
    """The seconds for a line of *unit* over and over, doubled until it is long or slow enough to tell."""
    length = FIRST
    while length <= LAST:
        yield (taken := seconds(expression, way, unit * (length // len(unit)) + "\x01"))
        if taken < QUICK or taken > 2:
            return
        length *= 2


@pytest.mark.parametrize("name", FOUND)
def test_twice_the_line_takes_twice_the_time(name):
    expression = FOUND[name]
    for unit in lines(expression.pattern):
        taken = list(times(expression, way_of(name), unit))
        steps = [after / before for before, after in pairwise(taken)]
        assert taken[0] < 2 and (not steps or min(steps) < STEEP), f"{name}, {unit!r}: {taken}"
