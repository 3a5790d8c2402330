"""Which cases run with `make test`, and which with `make prove` alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def rest_in_prove(cases: Iterable[Any], is_quick: Callable[[Any], bool]) -> list[Any]:
    """The *cases* of a parametrized test, a tuple for each where it has several names; those that are not quick run in `make prove`."""
    marked = []
    for case in cases:
        values = case if isinstance(case, tuple) else (case,)
        marked.append(pytest.param(*values, marks=[] if is_quick(case) else [pytest.mark.prove]))
    assert any(not case.marks for case in marked), "`make test` would run none of them"
    return marked
