"""The list of fields: what it must agree with, and what follows from a line in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields

import pytest
from docutils.parsers.rst import directives

from kb import CORE
from kb.claims import directive, model
from kb.claims.directive import ClaimDirective
from kb.data_files import claim_files
from kb.data_files.fields import schema
from kb.text_index.records import records_of

CHAPTER = "sections/one.md"


def test_each_field_is_an_attribute_of_a_claim():
    """The assessment is kept by the index of texts."""
    known = {one.name for one in fields(model.Claim)}
    wanted = {one.attribute for one in model.FIELDS if one.kind != "keys"}
    assert wanted - known == {"assessment"}


def test_a_word_has_a_list_and_nothing_else_has_one():
    assert all((one.kind == "word") == bool(one.words) for one in model.FIELDS)


@dataclass(frozen=True)
class WithPopulation(model.Claim):
    """A claim with a field more."""

    population: str = ""


@pytest.fixture
def population(monkeypatch):
    """Add a field to claims, as a line of the list would."""

    def add(**more):
        one = model.Field("population", "text", "Who was studied", "Who.", label="Who", **more)
        monkeypatch.setitem(model.OPTIONS, "population", one)
        for module in (claim_files, model):
            monkeypatch.setattr(module, "FIELDS", (*model.FIELDS, one))
        monkeypatch.setattr(directive, "Claim", WithPopulation)
        monkeypatch.setitem(ClaimDirective.option_spec, "population", directives.unchanged)
        return {CHAPTER: lambda text: text.replace(":for:", ':population: Mice "only"\n:for:', 1)}

    schema.cache_clear()
    yield add
    schema.cache_clear()


def passage(built) -> str:
    """The text of the claim, as the search has it."""
    texts = records_of(built.app.env)["sections/one"].passages
    return next(one.text for one in texts if one.anchor == "claim-a1")


def test_a_line_in_the_list_adds_a_field_to_page_and_data(tiny, population):
    built = tiny(population())
    assert built.warnings == ""
    line = '<p class="claim-field claim-population unsearched"><strong class="side-label">Who:</strong> Mice “only”</p>'
    assert line in built.page("sections/one.html")
    [claim] = json.loads(built.page("data/claims.json"))["claims"]
    assert claim["population"] == "Mice “only”"
    assert "Mice" not in passage(built)


def test_the_search_finds_the_field_that_says_so(tiny, population):
    assert passage(tiny(population(in_search=True))).startswith("Who: Mice “only” In mice")


def test_a_field_that_is_needed_is_asked_for(tiny, population):
    population(required=True)
    assert tiny().warnings == (
        "sections/one.md:16: WARNING: claim A1: option 'population' is missing; write it, one line [evidence.claim]\n"
    )


@pytest.mark.parametrize("builder", ["text", "book"])
def test_other_builders_print_it(tiny, population, builder):
    extensions = ["myst_parser", "sphinxcontrib.bibtex", *CORE, "kb.book"]
    built = tiny(population(), builder=builder, extensions=extensions)
    name = "sections/one.txt" if builder == "text" else ".typst/chapters/00-sections-one.typ"
    wanted = "**Who:** Mice" if builder == "text" else "#t.panel-note[#t.bold[Who\\:] Mice"
    assert wanted in built.page(name)


@pytest.mark.parametrize(
    ("certainty", "of", "words"),
    [
        ("high", "claim", "High certainty"),
        ("high", "correction", "High certainty of the correction"),
        ("very-low", "correction", "Very low certainty of the correction"),
        ("none", "claim", "No direct evidence"),
        ("none", "correction", "No direct evidence"),
    ],
)
def test_a_certainty_says_what_it_is_of(certainty, of, words):
    """ "Reversed, high certainty" would be read as certainty of the claim."""
    claim = model.Claim("A1", "sections/one", 1, certainty=certainty, certainty_of=of)
    assert claim.certainty_words == words


@pytest.mark.parametrize(
    ("more", "prompt"),
    [
        ({"kind": "word", "words": {"a": "A", "b": "B", "c": "C"}, "required": True}, "a, b or c"),
        ({"kind": "word", "words": {"a": "A", "b": "B"}}, "a or b"),
        ({"kind": "part", "required": True}, "who was studied, MK-7 or not"),
        ({"kind": "keys"}, "who was studied, MK-7 or not; or delete the line"),
    ],
)
def test_what_an_author_is_asked_for(more, prompt):
    field = model.Field(name="a", help="Who was studied, MK-7 or not", data="", **more)
    assert field.prompt == prompt


@pytest.mark.parametrize(
    ("strength", "words"),
    [*((one, f"The article {told[0].lower()}{told[1:]}") for one, told in model.STRENGTHS.items())],
)
def test_how_strongly_the_article_puts_it(strength, words):
    claim = model.Claim("C1", "sections/one", 1, strength=strength, verdict="supported")
    assert (claim.strength_words, claim.anchor) == (words, "claim-c1")
    assert claim.strength_words[12] != "?"


def test_a_word_that_is_none_is_printed_as_a_question():
    """In `make live` a page is shown with its faults."""
    assert model.strength_words("loudly") == "The article ?"
    assert model.certainty_words("odd") == "? certainty"


def test_what_a_claim_holds_in_each_field():
    claim = model.Claim(
        *("C1", "sections/one", 1, (("for", ("a", "b")), ("against", ("c",)))),
        certainty_of="correction",
    )
    values = {one.name: claim.value(one) for one in model.FIELDS if one.name != "assessment"}
    told = {name: value for name, value in values.items() if value}
    assert told == {"certainty-of": "correction", "for": ["a", "b"], "against": ["c"]}
    assert values["mixed"] == [] and values["quote"] == ""
