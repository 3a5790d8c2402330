"""Everyday words and questions: what is read, and the line and the cure of every fault."""

from __future__ import annotations

import re

import pytest

from kb.core.tables import DataError
from kb.search.synonyms import by_meaning, read_everyday, read_questions

KNOWN = {"bone", "density", "fractures", "stool"}
PLACES = {"sections/one", "#claim-a1"}

FAULTS = {
    "head": (
        "meant,said\npoo,stool\n",
        "1: columns in another order; the head is said,meant",
    ),
    "empty": ("", "1: columns missing said, meant; the head is said,meant"),
    "comma": (
        "said,meant\npoo,stool,fecal\n",
        "2: 3 cells where the head has 2; quote a cell that holds a comma",
    ),
    "one cell": (
        "said,meant\n\npoo\n",
        "3: 1 cell where the head has 2; quote a cell that holds a comma",
    ),
    "blank": ("said,meant\npoo, \n", "2: column 'meant' is empty"),
    "twice": (
        "said,meant\npoo,stool\nPoo,bone\n",
        "3: 'Poo' stands in line 2 already; keep one of them",
    ),
    "strange": (
        "said,meant\npoo,stol\n",
        "2: no page says 'stol' (did you mean 'stool'?); a meaning uses words of the book",
    ),
}


@pytest.mark.parametrize("text, message", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_words_names_line_and_cure(tmp_path, text, message):
    path = tmp_path / "everyday-words.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(f"docs/data/everyday-words.csv:{message}")):
        read_everyday(path, KNOWN)


def test_words_of_one_meaning_are_written_with_it_once():
    everyday = {"poo": ["stool"], "thin bones": ["bone", "fractures"], "poop": ["stool"]}
    assert by_meaning(everyday) == [
        [["bone", "fractures"], ["thin bones"]],
        [["stool"], ["poo", "poop"]],
    ]


def test_all_faults_are_told_at_once(tmp_path):
    path = tmp_path / "everyday-words.csv"
    path.write_text("said,meant\na,x\nb,y\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_everyday(path, KNOWN)
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["2", "3"]


def test_a_question_leads_to_a_place_that_is_there(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_text(
        'question,place\nis it real,#claim-a1\n"so, what",sections/one\nwho,sections/one\n',
        encoding="utf-8",
    )
    assert read_questions(path, PLACES) == {
        "#claim-a1": ["is it real"],
        "sections/one": ["so, what", "who"],
    }
    path.write_text("question,place\nis it real,#claim-a9\n", encoding="utf-8")
    message = (
        "docs/data/questions.csv:2: there is no place '#claim-a9'; name another, or delete the row"
    )
    with pytest.raises(DataError, match=re.escape(message)):
        read_questions(path, PLACES)


def test_one_question_may_lead_to_two_places_but_not_twice_to_one(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_text("question,place\nwho,sections/one\nwho,#claim-a1\n", encoding="utf-8")
    assert len(read_questions(path, PLACES)) == 2
    path.write_text("question,place\nwho,sections/one\nWho,sections/one\n", encoding="utf-8")
    with pytest.raises(DataError, match="3: 'Who' stands in line 2 already"):
        read_questions(path, PLACES)


def test_a_file_that_is_not_there_has_no_rows(tmp_path):
    assert (
        read_everyday(tmp_path / "no.csv", KNOWN) == {}
        and read_questions(tmp_path / "no.csv", PLACES) == {}
    )


RENAMED = ["sections/new", "sections/new#a", "sections/new#b", "sections/old2", "#claim-a1"]
GONE = {
    "renamed": (
        "x,sections/old#a\ny,sections/old#b\nz,sections/old\n",
        "2: there is no page 'sections/old', which 3 rows name (lines 2, 3, 4); replace"
        " 'sections/old' by 'sections/new', which has these headings, in the whole file",
    ),
    "deleted": (
        "x,sections/gone#c\ny,#claim-a1\nz,sections/gone\n",
        "2: there is no page 'sections/gone', which 2 rows name (lines 2, 4); replace"
        " 'sections/gone' by the page that took over in the whole file, or delete the rows",
    ),
    "claims": (
        "x,#claim-c1\ny,#claim-c1\nz,#claim-c2\n",
        "2: there is no place #claim-c1, #claim-c2; name others, or delete the rows"
        " (lines 2, 3, 4)",
    ),
    "a heading of a page that is there": (
        "x,sections/new#aa\ny,#claim-a1\n",
        "2: there is no place 'sections/new#aa' (did you mean 'sections/new#a'?)",
    ),
}


@pytest.mark.parametrize("name", GONE)
def test_a_page_that_went_is_told_once_with_what_to_replace(tmp_path, name):
    rows, message = GONE[name]
    path = tmp_path / "questions.csv"
    path.write_text(f"question,place\n{rows}", encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_questions(path, RENAMED)
    assert str(raised.value).partition("questions.csv:")[2] == message
