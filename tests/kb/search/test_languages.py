"""Queries in other languages find their place in the English book."""

from __future__ import annotations

import re

import pytest

from kb.core.tables import DataError
from kb.search.synonyms import LANGUAGES, foreign_words, read_languages
from quality import answers_of_scripts, needs_node

G3, H1, I1 = (
    "sections/deficiency.html#claim-g3",
    "sections/food-sources.html#claim-h1",
    "sections/supplements.html#claim-i1",
)
TERM, ASIDE = "reference/glossary.html#term-", "about/not-looked-at.html#"
ANXIETY = {G3, f"{ASIDE}a-trial-for-anxiety"}
DEPRESSION = {G3, f"{ASIDE}a-trial-for-depression", "sections/deficiency.html#the-mood-surveys"}
LEAKY = {f"{TERM}intestinal-permeability"}
CHEESE = {
    "sections/food-sources.html#cheese-where-bacteria-decide",
    "sections/food-sources.html#claim-h2",
    "sections/food-sources.html#claim-h3",
}
PREGNANT = {f"{ASIDE}pregnancy"}
SLEEP = {f"{ASIDE}sleep"}
ALZHEIMER = {f"{TERM}alzheimers-disease", "sections/brain-health.html#claim-d5"}
BONES = {
    f"{TERM}bone-mineral-density",
    "sections/vitamin-k2.html#bones-the-marker-moves-first",
    "sections/vitamin-k2.html#claim-b3",
}
ASKED = {
    "Angst": ANXIETY,
    "hilft Vitamin K2 gegen Depressionen": DEPRESSION,
    "Käse": CHEESE,
    "K2 in der Schwangerschaft": PREGNANT,
    "vitamine K2 et anxiété": ANXIETY,
    "fromage": CHEESE,
    "maladie d'Alzheimer": ALZHEIMER,
    "sommeil": SLEEP,
    "ansiedad": ANXIETY,
    "vitamina K2 en el embarazo": PREGNANT,
    "queso": CHEESE,
    "intestino permeable": LEAKY,
    "depressão": DEPRESSION,
    "queijo": CHEESE,
    "ossos": BONES,
    "gravidanza": PREGNANT,
    "formaggi": CHEESE,
    "intestino permeabile": LEAKY,
    "depressie": DEPRESSION,
    "kaas": CHEESE,
    "slapeloosheid": SLEEP,
    "тревога": ANXIETY,
    "витамин К2 при тревоге": ANXIETY,
    "сыр": CHEESE,
    "беременность": PREGNANT,
    "lęk": ANXIETY,
    "sery": CHEESE,
    "osteoporoza": BONES | {f"{ASIDE}calcium-tablets-with-vitamin-k"},
    "納豆": {f"{TERM}natto", H1},
    "ビタミンK2と不安": ANXIETY,
    "うつ病": DEPRESSION,
    "妊娠中のビタミンK": PREGNANT,
    "チーズ": CHEESE,
    "维生素K2对焦虑有帮助吗": ANXIETY,
    "奶酪": CHEESE,
    "肠漏": LEAKY,
    "阿尔茨海默病": ALZHEIMER,
    "불안에 비타민K2": ANXIETY,
    "치즈": CHEESE,
    "임신": PREGNANT,
}


@needs_node
def test_a_query_in_another_language_finds_its_place(site):
    found = answers_of_scripts(site, list(ASKED))
    ranks = {
        query: next((n for n, place in enumerate(found[query], 1) if place in places), 0)
        for query, places in ASKED.items()
    }
    score = sum(1 / rank for rank in ranks.values() if rank) / len(ranks)
    assert score >= 0.75, {query: rank for query, rank in ranks.items() if rank != 1}
    assert [query for query, places in found.items() if not places] == []


HEAD = ",".join(["concept", *LANGUAGES])
FAULTS = {
    "strange": ("anxietyy" + "," * 11, "2: no page says 'anxietyy' (did you mean 'anxiety'?)"),
    "empty": (",Angst" + "," * 10, "2: column 'concept' is empty"),
    "twice": ("anxiety" + "," * 11 + "\nAnxiety" + "," * 11, "3: 'Anxiety' stands in line 2"),
}


@pytest.mark.parametrize(("rows", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_line_and_cure(tmp_path, rows, message):
    path = tmp_path / "other-languages.csv"
    path.write_text(f"{HEAD}\n{rows}\n", encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(f"docs/data/other-languages.csv:{message}")):
        read_languages(path, {"anxiety"})


def test_a_word_that_the_book_has_as_well_means_itself(tmp_path):
    path = tmp_path / "other-languages.csv"
    path.write_text(f"{HEAD}\nmeat; food,Fleisch,vlees,pain,,,,,,,,\n", encoding="utf-8")
    found = read_languages(path, {"meat", "food"})
    assert found["meat; food"]["de"] == ["Fleisch"]
    assert foreign_words(found, {"pain"}) == [[["meat", "food"], ["Fleisch", "vlees"]]]
