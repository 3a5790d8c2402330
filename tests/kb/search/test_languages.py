"""Queries in other languages find their place in the English book."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from kb.core.tables import DataError
from kb.search.synonyms import LANGUAGES, OTHER_LANGUAGES, foreign_words, read_languages
from quality import answers_of_scripts, needs_node

DOCS = Path(__file__).parents[3] / "docs"
UNSPACED = {"ja", "zh", "ko"}
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
BUTTERMILK = {"reference/foods.html#food-buttermilk-nevo"}
CELIAC = {f"{TERM}coeliac-disease", "sections/deficiency.html#celiac-disease"}
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
    "karnemelk": BUTTERMILK,
    "babeurre": BUTTERMILK,
    "酪乳": BUTTERMILK,
    "maladie coeliaque": CELIAC,
    "maladie cœliaque": CELIAC,
    "Zoeliakie": CELIAC,
    "Kaese": CHEESE,
    "焦慮症": ANXIETY,
    "起司": CHEESE,
    "腸漏症": LEAKY,
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


def spellings(word: str) -> set[str]:
    """*word* as it stands, and as keyboards without its signs give it."""
    bare = unicodedata.normalize("NFD", re.sub("[œŒ]", "oe", word).replace("ł", "l"))
    dots = re.sub("[äöüÄÖÜ]", lambda sign: unicodedata.normalize("NFD", sign[0])[0] + "e", word)
    return {word, dots, "".join(sign for sign in bare if not unicodedata.combining(sign))}


@needs_node
def test_every_word_of_the_table_is_known_in_any_spelling(site):
    concepts = read_languages(DOCS / OTHER_LANGUAGES)
    words = {
        word
        for named in concepts.values()
        for language in named
        for word in named[language]
        if language not in UNSPACED
    }
    asked = sorted({spelled for word in words for spelled in spellings(word)})
    assert len(asked) > 3000
    english = answers_of_scripts(site, sorted(words), "english")
    found = answers_of_scripts(site, asked, "english")
    lost = [word for word in words for one in spellings(word) if english[word] and not found[one]]
    assert lost == []


@pytest.mark.parametrize(
    "query",
    ["how to charge a battery", "the static of that", "who is the mayor", "this album"],
)
@needs_node
def test_an_english_word_is_no_foreign_one_with_another_ending(site, query):
    assert answers_of_scripts(site, [query], "english") == {query: []}


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
