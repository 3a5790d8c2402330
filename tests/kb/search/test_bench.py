"""The benchmark of the search, which the guide tells authors to run, runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kb.search.records import DATA
from larger import loaded

BENCH = Path(__file__).parents[2] / "bench/search.py"
FIGURES = r"place (\d\.\d{3})  page \d\.\d{3}  first five \d\.\d{3}  nothing \d\.\d{3}"


def figures(site: Path, *options: str) -> dict[str, float]:
    """The place figure of each search that the benchmark prints for a part of the queries."""
    done = subprocess.run(
        [sys.executable, str(BENCH), "--no-times", *options],
        capture_output=True,
        text=True,
        env=os.environ | {"KB_SITE": str(site)},
        timeout=1200,
    )
    assert done.stderr == ""
    assert re.search(r"^first answer: [1-9]\d+\.\d kB gzip$", done.stdout, re.M), done.stdout
    return {
        name: float(place)
        for name, place in re.findall(rf"^(\S+) +{FIGURES}", done.stdout, re.MULTILINE)
    }


def test_the_benchmark_measures_our_search(site):
    assert figures(site, "--ours", "--every", "60")["ours"] > 0.8


def of_growth(site: Path, *options: str) -> dict[str, Any]:
    """What the benchmark of growth prints of Chromium; lists in Firefox are the same."""
    done = subprocess.run(
        [sys.executable, str(BENCH.with_name("search_growth.py")), *options],
        capture_output=True,
        text=True,
        env=os.environ | {"KB_SITE": str(site)},
        timeout=3000,
    )
    assert done.stderr == ""
    found, *others = map(json.loads, done.stdout.splitlines())
    assert [one["same"][0] for one in others] == [one["same"][1] for one in others]
    assert found["records"] == found["times"] * count_of(site)
    return dict(found)


def count_of(site: Path) -> int:
    return len(loaded(site, DATA)["columns"]["kind"])


def test_the_benchmark_of_growth_measures_a_book_in_parts(site):
    found = of_growth(site, "1", "--every", "300")
    assert 50 < found["first kB"][0] <= found["session kB"][0]
    assert found["opening ms"][0] > 1 and found["key ms"][0] > 0


@pytest.mark.prove
@pytest.mark.parametrize(("times", "most"), [(10, 250), (30, 350)])
def test_a_book_many_times_as_large_asks_for_little(site, times, most):
    found = of_growth(site, str(times), "--every", "40")
    assert found["first kB"][0] < most
    # the tenfold book has ten times the parts, and each query asks for a few
    assert found["files"] > 90 * times and found["all kB"] > 5 * found["first kB"][1]


@pytest.mark.prove
def test_the_benchmark_compares_with_others(site):
    found = figures(site, "--every", "12")
    assert list(found) == ["ours", "BM25", "Sphinx"]
    assert found["ours"] > found["BM25"] > found["Sphinx"] > 0
