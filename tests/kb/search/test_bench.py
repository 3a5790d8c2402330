"""The benchmark of the search, which the guide tells authors to run, runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from quality import NODE, needs_node

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


@needs_node
def test_the_benchmark_of_growth_measures_a_larger_book(site):
    done = subprocess.run(
        [str(NODE), str(BENCH.with_name("search_growth.mjs")), "1", "2"],
        capture_output=True,
        text=True,
        env=os.environ | {"KB_SITE": str(site)},
        timeout=600,
        check=True,
    )
    one, two = map(json.loads, done.stdout.splitlines())
    assert two["records"] == 2 * one["records"]
    # Heaps' law with an exponent of 0.55
    assert 1.3 < two["words"] / one["words"] < 1.6
    assert one["titles kB"] < two["titles kB"] < 2 * one["titles kB"]
    assert one["texts kB"] < two["texts kB"] < 2.2 * one["texts kB"]
    assert all(two[name] > 0 for name in ("titles ms", "texts ms", "key p50 ms", "key p95 ms"))


@pytest.mark.prove
def test_the_benchmark_compares_with_others(site):
    found = figures(site, "--every", "12")
    assert list(found) == ["ours", "BM25", "Sphinx"]
    assert found["ours"] > found["BM25"] > found["Sphinx"] > 0
