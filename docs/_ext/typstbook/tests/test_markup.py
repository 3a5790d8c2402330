"""Python values as Typst source, without a book around them."""

from __future__ import annotations

import string

import pytest
from docutils import nodes

from typstbook.markup import Code, Content, arguments, call, escape, length, quote, value
from typstbook.tables import columns, is_dense


def test_every_mark_of_ascii_is_escaped_and_every_line_end_is_a_space() -> None:
    assert escape(string.punctuation) == "".join(f"\\{mark}" for mark in string.punctuation)
    assert escape("a\nb\rc\vd\fe\x85f\u2028g\u2029h") == "a b c d e f g h"
    assert escape("aZ0 é\t\u00a0µ") == "aZ0 é\t\u00a0µ"


@pytest.mark.parametrize(
    ("item", "source"),
    [
        ("a", '"a"'),
        ('say "a"', r'"say \"a\""'),
        ("a\\b\nc\td", r'"a\\b\nc\td"'),
        (Code("auto"), "auto"),
        (Content("*a*"), "[*a*]"),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (1.5, "1.5"),
        ([], "()"),
        (["a"], '("a",)'),
        (("a", 2), '("a", 2,)'),
        ([["a"], True], '(("a",), true,)'),
    ],
)
def test_values(item: object, source: str) -> None:
    assert value(item) == source


def test_calls() -> None:
    assert quote("a") == '"a"'
    assert arguments() == ""
    assert arguments("a", 1, head_rows=2) == '"a", 1, head-rows: 2'
    assert call("box") == "#t.box()"
    assert call("box", Content("a"), is_wide=False) == "#t.box([a], is-wide: false)"


@pytest.mark.parametrize(
    ("size", "printed"),
    [
        ("10", "7.5pt"),
        (10, "7.5pt"),
        ("10px", "7.5pt"),
        (" 10 px ", "7.5pt"),
        ("50%", "50%"),
        ("2em", "2em"),
        ("2ex", "0.86em"),
        ("2pc", "24pt"),
        ("1.5cm", "1.5cm"),
        (".5in", "0.5in"),
        ("-3mm", "-3mm"),
        ("3.pt", "3pt"),
        ("", "auto"),
        (None, "auto"),
        ("wide", "auto"),
        ("10 elephants", "auto"),
        ("1e3px", "auto"),
    ],
)
def test_lengths(size: object, printed: str) -> None:
    assert length(size) == printed


def table(*rows: list[str], widths: list[int] | None = None) -> tuple[nodes.table, nodes.tgroup]:
    """A table of these rows, the first of which is its head."""
    specs = [nodes.colspec(colwidth=width) for width in widths or [1] * len(rows[0])]
    made = [
        nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in row)) for row in rows
    ]
    group = nodes.tgroup(
        "", *specs, nodes.thead("", made[0]), nodes.tbody("", *made[1:]), cols=len(rows[0])
    )
    return nodes.table("", group, classes=["colwidths-given"] if widths else []), group


def test_a_table_whose_cells_fit_on_a_line_has_the_width_of_its_text() -> None:
    # 88 signs on a line, of which each column costs 3.
    assert columns(*table(["a" * 41, "b"], ["", "b" * 41])) == ["auto", "auto"]
    assert columns(*table(["a" * 41, "b"], ["", "b" * 42])) != ["auto", "auto"]


def test_given_widths_are_kept() -> None:
    assert columns(*table(["a", "b"], widths=[30, 70])) == ["30fr", "70fr"]


def test_columns_share_the_page_by_their_longest_word_and_their_text() -> None:
    # Least: 4 and 5 signs; each column gets that, 3 of padding, and of the 73 left its share.
    words = " ".join(["words"] * 20)
    assert columns(*table(["Head", "b"], ["cell", words])) == ["7fr", "81fr"]
    assert columns(*table(["Head", words], [words, "b"])) == ["44fr", "44fr"]


def test_a_hyphen_parts_words_and_a_very_long_one_may_be_hyphenated() -> None:
    words = " ".join(["words"] * 20)
    assert columns(*table(["aaa-bbb", "x"], ["c", words])) == ["10fr", "77fr"]
    long = " ".join(["a" * 16] * 8)
    assert columns(*table(["b" * 40, "x"], ["b", long])) == ["36fr", "51fr"]


def test_many_columns_or_rows_are_set_small() -> None:
    assert not is_dense(table(["a"] * 4, ["b"] * 4)[1])
    assert is_dense(table(["a"] * 5, ["b"] * 5)[1])
    assert not is_dense(table(["a"], *[["b"]] * 29)[1])
    assert is_dense(table(["a"], *[["b"]] * 30)[1])
