"""The search finds the thing: queries of readers, held to figures."""

from __future__ import annotations

from collections import Counter

import pytest

from quality import (
    answers,
    answers_of_scripts,
    answers_to,
    measure,
    needs_node,
    open_dialog,
    queries,
)
from tiers import rest_in_prove

MINIMUM = {
    "keyword": 30,
    "question": 30,
    "synonym": 25,
    "typo": 25,
    "prefix": 15,
    "symbol": 15,
    "author": 15,
    "food": 15,
    "none": 15,
}


def test_the_queries_are_many_and_of_every_kind():
    asked = queries()
    counts = Counter(query["class"] for query in asked)
    assert {kind: counts[kind] for kind, least in MINIMUM.items() if counts[kind] < least} == {}
    twice = [
        text
        for text, times in Counter(query["query"].lower() for query in asked).items()
        if times > 1
    ]
    assert twice == []
    assert all(bool(query["expect"]) != (query["class"] == "none") for query in asked)


def test_every_expected_place_is_there(site):
    pages = {}
    for place in sorted({place for query in queries() for place in query["expect"]}):
        name, _, anchor = place.partition("#")
        text = pages.setdefault(name, (site / name).read_text(encoding="utf-8"))
        assert not anchor or f'id="{anchor}"' in text, place


@needs_node
def test_readers_find_what_they_look_for(site):
    asked = queries()
    found = answers_to(site, asked)
    whole, classes = measure(asked, found.__getitem__)
    told = (
        f"{whole}\n"
        + "\n".join(f"{name}: {one}" for name, one in classes.items())
        + "\n"
        + "\n".join(whole.misses[:60])
    )
    assert whole.place >= 0.90, told
    assert whole.page >= 0.97, told
    assert whole.first_five >= 0.97, told
    assert whole.nothing <= 0.01, f"{told}\n{whole.empty}"
    assert len(whole.wrong) * 15 <= whole.unrelated, f"{told}\n{whole.wrong}"
    # No kind of query pays for the others.
    assert min(one.place for one in classes.values()) >= 0.85, told


@needs_node
def test_an_answer_is_shown_as_one(site):
    """What reaches its place says so; only a query without one is told to be about something else."""
    asked = [query for query in queries() if query["expect"]]
    found = answers_of_scripts(site, [query["query"] for query in asked], "sure")
    unsure = [query["query"] for query in asked if not found[query["query"]]]
    assert len(unsure) * 50 <= len(asked), unsure


@needs_node
@pytest.mark.parametrize("every", rest_in_prove([25, 1], lambda every: every > 1))
def test_the_dialog_lists_what_the_scripts_answer(visit, served, site, every):
    asked = [query["query"] for query in queries()][::every]
    found = answers_of_scripts(site, asked)
    page = visit.open(served + "sections/gut-health.html")
    open_dialog(page)
    assert {query: answers(page, query) for query in asked} == found
    assert visit.errors == []
