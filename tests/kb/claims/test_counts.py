"""Numbers in prose: they come from the claims, wherever the words of a page go."""

from __future__ import annotations

import json
import re

import pytest

from kb.claims.counts import count, in_words
from kb.claims.model import Claim
from kb.text_index.passages import settled

CHAPTER = "sections/one.md"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "no"),
        (1, "one"),
        (13, "thirteen"),
        (20, "twenty"),
        (41, "forty-one"),
        (99, "ninety-nine"),
        (100, "100"),
    ],
)
def test_numbers_are_words(number, words):
    assert in_words(number) == words


def test_no_number_below_a_hundred_lacks_its_word():
    words = [in_words(number) for number in range(100)]
    assert words[:20] == [
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    assert words[20::10] == tens
    assert words[21:30] == [f"twenty-{one}" for one in words[1:10]]


CLAIMS = [
    Claim("A1", "one", 1, verdict="overstated", certainty="low", strength="may"),
    Claim("A2", "one", 2, verdict="supported", certainty="low", strength="states"),
    Claim("B1", "two", 1, verdict="overstated", certainty="none", strength="states"),
]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("all@one", "three"),
        ("chapter@one", "two"),
        ("chapter@index", "no"),
        ("overstated@one", "two"),
        ("Overstated@one", "Two"),
        ("chapter low@one", "two"),
        ("chapter overstated@two", "one"),
        ("states low@two", "one"),
    ],
)
def test_claims_are_counted_that_fit_every_word(asked, words):
    assert count(CLAIMS, asked) == words


def text(words: str):
    return {"index.md": lambda page: page + f"\n{words}\n"}


def test_the_number_stands_in_the_page(tiny):
    built = tiny(text("It makes {claim-count}`all` claim, {claim-count}`chapter` of them here."))
    assert built.warnings == ""
    assert "It makes <span>one</span> claim, <span>no</span> of them here." in built.page(
        "index.html"
    )


@pytest.mark.parametrize("builder", ["text", "xml"])
def test_other_builders_print_it(tiny, builder):
    built = tiny(text("It makes {claim-count}`all` claim."), builder=builder)
    assert re.search(
        r"It makes (<inline>)?one(</inline>)? claim\.",
        built.page(f"index.{'txt' if builder == 'text' else 'xml'}"),
    )


def test_the_search_and_the_data_know_the_number(tiny):
    words = "In mice it is {claim-count}`all` of"
    built = tiny(
        {
            CHAPTER: lambda page: page.replace(
                "In mice osteocalcin did", f"{words}; osteocalcin did", 1
            )
        }
    )
    [claim] = json.loads(built.page("data/claims.json"))["claims"]
    assert claim["assessment"].startswith("In mice it is one of; osteocalcin did")


def test_a_mark_waits_for_its_number():
    assert settled(
        "It makes \ue000count all@index\ue001 claims.", lambda kind, target: f"{kind}:{target}"
    ) == ("It makes count:all@index claims.")


def test_an_unknown_word_is_reported(tiny):
    warnings = tiny(text("It makes {claim-count}`al` claims.")).warnings
    assert warnings.splitlines() == [
        "index.md:16: WARNING: claim-count: 'al' is not in the list (did you mean 'all'?) (it is one of all, chapter, "
        "supported, partly-supported, overstated, unsupported, reversed, not-verifiable, high, moderate, low, very-low, "
        "none, states, can, may, reports-attention or crucial) [evidence.count]"
    ]


def test_a_page_is_written_again_when_its_number_changes(tiny, make_app):
    """The number is a dependency of the page, as the place of a link is."""
    domain = tiny(text("It makes {claim-count}`all` claim.")).app.env.get_domain("evidence")
    before = domain.link_dependency("count", "all@index")
    domain.note(Claim("Z9", "sections/one", 99))
    assert (before, domain.link_dependency("count", "all@index")) == ("one", "two")
