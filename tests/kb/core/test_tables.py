"""The one reader of CSV files: what spreadsheets save is read, and each fault names line and cure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from build import published
from kb.core.tables import LONGEST_CELL, DataError, read_rows
from kb.foods.limits import read_limits
from kb.foods.table import read_foods
from kb.glossary.identifiers import read_identifiers
from kb.search.synonyms import read_everyday, read_questions
from kb.site.redirects import read_redirects
from kb.sources.bibliography import read_sources

DATA = Path(__file__).parents[2] / "roots/test-kb/data"
SOURCES = read_sources(DATA / "sources.bib")
READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "foods": (
        (DATA / "foods.csv").read_text(encoding="utf-8"),
        lambda path: read_foods(path, SOURCES),
    ),
    "food-limits": (
        (DATA / "food-limits.csv").read_text(encoding="utf-8"),
        lambda path: read_limits(path, frozenset(SOURCES)),
    ),
    "identifiers": (
        "term,scheme,identifier,label,seen_on,seen\n"
        "gut,mesh,D000001,Gut,https://example.org/,2026-02-02\n",
        lambda path: read_identifiers(path, ["gut"]),
    ),
    "everyday-words": (
        "said,meant\nbrittle bones,bone; fractures\n",
        lambda path: read_everyday(path, {"bone", "fractures"}),
    ),
    "questions": (
        'question,place\n"so, what",#claim-a1\nwho,sections/one\n',
        lambda path: read_questions(path, {"#claim-a1", "sections/one"}),
    ),
    "redirects": (
        'old,new,reason\na.html,b.html,"Renamed, and longer."\ndata/a.csv,,Dropped.\n',
        read_redirects,
    ),
    "redirects of downloads": (
        'old,new,reason\na.html,b.html,"Renamed, and longer."\ndata/a.csv,,Dropped.\n',
        lambda path: published.downloads_told(path, set()),
    ),
}
"""For each file of data, a text that can be used, and its reader."""


def separated(text: str, sign: str) -> str:
    """*text*, its cells separated by *sign* and in quotation marks where they hold one."""
    out = io.StringIO()
    csv.writer(out, delimiter=sign, lineterminator="\n").writerows(csv.reader(io.StringIO(text)))
    return out.getvalue()


def quoted(text: str) -> str:
    """*text* as LibreOffice saves it with all cells in quotation marks."""
    out = io.StringIO()
    rows = csv.reader(io.StringIO(text))
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return out.getvalue()


def spaced(text: str) -> str:
    """*text* with a blank, or one that does not break, behind each cell."""
    out = io.StringIO()
    rows = (
        [f"{cell} \xa0" if cell else "" for cell in row] for row in csv.reader(io.StringIO(text))
    )
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


SAVED = {
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "line ends of old Macs": lambda text: text.replace("\n", "\r").encode(),
    "semicolons": lambda text: separated(text, ";").encode(),
    "tabs": lambda text: separated(text, "\t").encode(),
    "all of it": lambda text: b"\xef\xbb\xbf" + separated(text, ";").replace("\n", "\r\n").encode(),
    "a hint for Excel": lambda text: f"sep=;\r\n{separated(text, ';')}".encode(),
    "quotation marks around all": lambda text: quoted(text).encode(),
    "columns without a head": lambda text: text.replace("\n", ",,\n").encode(),
    "blanks around cells": lambda text: spaced(text).encode(),
    "blank rows": lambda text: (text.replace("\n", "\n\n") + ",\n").encode(),
}


@pytest.mark.parametrize("saved", SAVED)
@pytest.mark.parametrize("name", READERS)
def test_each_file_is_read_as_spreadsheets_save_it(tmp_path, name, saved):
    text, read = READERS[name]
    plain, other = tmp_path / "plain.csv", tmp_path / "other.csv"
    plain.write_text(text, encoding="utf-8")
    other.write_bytes(SAVED[saved](text))
    assert other.read_bytes() != plain.read_bytes()
    assert _without_lines(read(other)) == _without_lines(read(plain))


def _without_lines(found: object) -> str:
    return re.sub(r"\bline=\d+", "", repr(found))


@pytest.mark.parametrize("name", READERS)
def test_each_file_has_the_same_message_for_a_wrong_head(tmp_path, name):
    text, read = READERS[name]
    columns = text.partition("\n")[0]
    path = tmp_path / "x.csv"
    path.write_text(text.replace(columns, f"{columns},more", 1), encoding="utf-8")
    with pytest.raises(DataError) as error:
        read(path)
    assert str(error.value) == f"docs/data/x.csv:1: columns unknown more; the head is {columns}"


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a;b\n12,5;3,25\n", ["12.5", "3.25"]),
        ("a;b\n1,234;x 1,5\n", ["1,234", "x 1,5"]),
        ('a,b\n"12,5",x\n', ["12,5", "x"]),
        ("a\tb\n12,5\tx\n", ["12,5", "x"]),
    ],
)
def test_a_decimal_comma_is_one_where_semicolons_separate(tmp_path, text, cells):
    """Three digits behind it may be a thousand; that is for the rules of the file to refuse."""
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    assert [[*row.values()] for _, row in read_rows(path, ["a", "b"], numbers=["a", "b"])] == [
        cells
    ]


FAULTS = {
    "empty": ("", "1: columns missing a, b; the head is a,b"),
    "another head": ("a,c\n1,2\n", "1: columns missing b; the head is a,b"),
    "another order": ("b,a\n1,2\n", "1: columns in another order; the head is a,b"),
    "head behind blank lines": ("\n\na,c\n", "3: columns missing b; the head is a,b"),
    "a cell too many": (
        "a,b\n1,2,3\n",
        "2: 3 cells where the head has 2; quote a cell that holds a comma, "
        "and write a decimal point (1.2) where one is meant",
    ),
    "a cell too many, of words": (
        "a,b\nx,y,3\n",
        "2: 3 cells where the head has 2; quote a cell that holds a comma",
    ),
    "a decimal comma": (
        "a,b\nx2,12,5\n",
        "2: 3 cells where the head has 2; quote a cell that holds a comma, "
        "and write a decimal point (12.5) where one is meant",
    ),
    "a row pasted from a spreadsheet": (
        "a,b\nx\t12\n",
        "2: 1 cell where the head has 2; this row has tabs; separate its cells by commas",
    ),
    "a cell too few": (
        "a;b\n1\n",
        "2: 1 cell where the head has 2; separate cells by semicolons, as the head does, "
        "and quote a cell that holds a semicolon",
    ),
    "a row separated otherwise": (
        "a\tb\n1,2\n",
        "2: 1 cell where the head has 2; this row has commas; separate its cells by tabs",
    ),
    "an open quotation mark": (
        'a,b\n1,2\n"3,4\n5,6\n',
        "3: unexpected end of data in the row that begins here; "
        "look for a quotation mark that is not closed",
    ),
    "a quotation mark inside": (
        'a,b\n"1" x,2\n',
        "2: ',' expected after '\"' in the row that begins here; "
        "look for a quotation mark that is not closed",
    ),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_each_fault_names_line_and_cure(tmp_path, text, message):
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_rows(path, ["a", "b"])
    assert str(error.value) == f"docs/data/x.csv:{message}"


def test_a_head_with_two_separators_is_not_guessed_at(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a;b,c\n1;2,3\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_rows(path, ["a", "b", "c"])
    assert str(error.value) == (
        "docs/data/x.csv:1: cells of the head are separated by commas or semicolons; "
        "use one sign, as in a,b,c"
    )


def test_another_encoding_names_line_and_byte(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes("a,b\n1,2\ncafé,3\n".encode("latin-1"))
    with pytest.raises(DataError) as error:
        read_rows(path, ["a", "b"])
    assert str(error.value) == (
        "docs/data/x.csv:3: a character here is not UTF-8 (byte 0xe9); save the file as UTF-8"
    )


def test_a_cell_that_never_ends_is_refused_whatever_other_packages_allow(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("said,meant\n" + "x" * (LONGEST_CELL + 1) + ",y\n")
    lifted = 2 * LONGEST_CELL
    before = csv.field_size_limit(lifted)
    try:
        with pytest.raises(DataError, match=r"words\.csv:2: field larger than field limit"):
            read_rows(path, ["said", "meant"], lambda rows: [])
        assert csv.field_size_limit() == lifted
    finally:
        csv.field_size_limit(before)


def test_all_faults_are_named_at_once_by_line(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a,b\n1,"2\nlong"\nonly\n3,4\n', encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_rows(path, ["a", "b"], lambda rows: ((line, f"{row['a']}?") for line, row in rows))
    assert str(error.value).splitlines() == [
        "docs/data/x.csv:2: 1?",
        "docs/data/x.csv:4: 1 cell where the head has 2; quote a cell that holds a comma",
        "docs/data/x.csv:5: 3?",
    ]


def test_a_file_that_is_not_there_has_no_rows(tmp_path):
    assert read_rows(tmp_path / "x.csv", ["a", "b"]) == []


NUMBERS = {
    "semicolons": ("a;b\n72,9;x,1\n1103;2\n", [("72.9", "x,1"), ("1103", "2")]),
    "thousands or thousandths": ("a;b\n1,103;2\n", [("1,103", "2")]),
    "commas": ('a,b\n"72,9",2\n', [("72,9", "2")]),
    "tabs": ("a\tb\n72,9\t2\n", [("72,9", "2")]),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_decimal_commas_stand_where_semicolons_separate(tmp_path, name):
    text, wanted = NUMBERS[name]
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    rows = read_rows(path, ["a", "b"], numbers=["a"])
    assert [(row["a"], row["b"]) for _, row in rows] == wanted


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("same trial as adams2001mk7", "adams2001mk7"),
        ("10 to 20 (baker1999gut)", "baker1999gut"),
        ("adams2001bone", ""),
        ("gouda-adams2001bone", ""),
        ("adams2001bone; baker1999gut", ""),
        ("in 2001 as in 1999", ""),
    ],
)
def test_a_key_of_a_source_among_words_is_told(tmp_path, cell, key):
    """Readers saw such keys in the table of doses."""
    path = tmp_path / "x.csv"
    path.write_text(f"a,b\n1,{cell}\n", encoding="utf-8")
    if not key:
        assert [row["b"] for _, row in read_rows(path, ["a", "b"])] == [cell]
        return
    with pytest.raises(DataError) as error:
        read_rows(path, ["a", "b"])
    assert str(error.value) == (
        f"docs/data/x.csv:2: b holds the key {key!r} among words, where readers would see it;"
        " write what it stands for"
    )


@pytest.mark.parametrize("cell", ["#NAME?", "#WERT!", "#N/A", "#DIV/0!", "#REF!", "#BEZUG!", "#NV"])
def test_an_error_of_a_spreadsheet_is_told(tmp_path, cell):
    path = tmp_path / "x.csv"
    path.write_text(f"a,b\n1,{cell}\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_rows(path, ["a", "b"])
    assert str(error.value) == (
        f"docs/data/x.csv:2: b {cell!r} is an error of a spreadsheet; write what belongs there"
    )


@pytest.mark.parametrize("cell", ["#claim-a1", "#1", "# 1", "C#", "#food-natto"])
def test_a_cell_with_a_hash_is_no_error(tmp_path, cell):
    path = tmp_path / "x.csv"
    path.write_text(f"a,b\n1,{cell}\n", encoding="utf-8")
    assert read_rows(path, ["a", "b"])[0][1]["b"] == cell
