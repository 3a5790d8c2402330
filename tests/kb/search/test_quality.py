"""The search finds the thing: queries of readers, held to figures."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

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
def test_who_asks_what_a_word_means_meets_its_entry(site):
    """First, or second where a warning has to lead."""
    text = (site / "reference/glossary.html").read_text(encoding="utf-8")
    terms = dict(re.findall(r'<dt[^>]* id="(term-[^"]+)"[^>]*>\s*(?:<[^>]+>)*([^<]+)<', text))
    assert len(terms) > 100
    forms = ("what does {} mean", "define {}", "{} definition")
    asked = {
        form.format(unescape(name)): f"reference/glossary.html#{term}"
        for form in forms
        for term, name in terms.items()
    }
    found = answers_of_scripts(site, list(asked))
    warning = "sections/supplements.html#claim-i4"
    missed = [
        query
        for query, place in asked.items()
        if next(one for one in found[query] if one != warning) != place
    ]
    assert missed == []


@needs_node
@pytest.mark.parametrize("every", rest_in_prove([25, 1], lambda every: every > 1))
def test_the_dialog_lists_what_the_scripts_answer(visit, served, site, every):
    asked = [query["query"] for query in queries()][::every]
    found = answers_of_scripts(site, asked)
    page = visit.open(served + "sections/gut-health.html")
    open_dialog(page)
    assert {query: answers(page, query) for query in asked} == found
    assert visit.errors == []
