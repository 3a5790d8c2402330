"""Syllables are counted as they are spoken: words of this field, names, numbers, and the grade of a text."""

from __future__ import annotations

import pytest

from checks.syllables import grade, of_text

SPOKEN = {
    "menaquinone": 4,
    "menaquinones": 4,
    "phylloquinone": 4,
    "menadione": 4,
    "vitamin": 3,
    "vitamer": 3,
    "osteocalcin": 5,
    "undercarboxylated": 7,
    "carboxylation": 5,
    "prothrombin": 3,
    "warfarin": 3,
    "anticoagulants": 6,
    "acenocoumarol": 6,
    "phenprocoumon": 4,
    "apixaban": 4,
    "butyrate": 3,
    "microbiota": 5,
    "microbiome": 4,
    "dysbiosis": 4,
    "lactobacillus": 5,
    "bacteroides": 4,
    "bacteria": 4,
    "lipopolysaccharide": 7,
    "cytokines": 3,
    "interleukin": 4,
    "serotonin": 4,
    "dopamine": 3,
    "sphingolipids": 4,
    "ceramide": 3,
    "myelin": 3,
    "vagus": 2,
    "colitis": 3,
    "intestine": 3,
    "natto": 2,
    "tempeh": 2,
    "miso": 2,
    "gouda": 2,
    "yogurt": 2,
    "calcium": 3,
    "enzyme": 2,
    "anxiety": 4,
    "leakier": 3,
    "K2": 2,
    "MK-4": 3,
    "MK-7": 4,
    "DNA": 3,
    "WHO": 5,
    "45": 3,
    "939": 6,
    "1,250": 8,
    "4.5": 3,
    "0.05": 6,
}
"""Counted by ear, with a dictionary at hand."""


@pytest.mark.parametrize("word", SPOKEN)
def test_a_word_has_the_syllables_that_are_spoken(word):
    assert of_text(word) == SPOKEN[word]


@pytest.mark.parametrize(
    ("word", "count"), [("gut's", 1), ("biopsies", 3), ("strongly", 2), ("eating", 2), ("zzz", 1)]
)
def test_words_that_no_dictionary_lists(word, count):
    assert of_text(word) == count


def test_the_grade_is_that_of_the_formula():
    """Three words, four syllables, one sentence: 0.39 * 3 + 11.8 * 4 / 3 - 15.59."""
    assert grade("The gut's bacteria.") == pytest.approx(0.39 * 3 + 11.8 * 6 / 3 - 15.59)
    assert grade("One two. Three four!") == pytest.approx(0.39 * 2 + 11.8 * 1 - 15.59)
    assert grade("") == 0
    assert grade("One two\nThree four") == grade("One two. Three four.")
