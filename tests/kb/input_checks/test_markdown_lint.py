"""Fences and front matter: where code begins and ends, and what is told of fields."""

from __future__ import annotations

import pytest

from kb.input_checks.markdown_lint import faults_of, head_faults, prose

PAGES = {
    "plain": ("a\nb", [(1, "a"), (2, "b")]),
    "front matter": ("---\nx: y\n---\na", [(4, "a")]),
    "front matter that ends by dots": ("---\nx: y\n...\na", [(4, "a")]),
    "front matter that never ends": ("---\na", [(1, "---"), (2, "a")]),
    "a line of dashes below": ("a\n\n---\nb", [(1, "a"), (2, ""), (3, "---"), (4, "b")]),
    "code": ("a\n```text\nx\n```\nb", [(1, "a"), (5, "b")]),
    "code by tildes": ("~~~\nx\n~~~\nb", [(4, "b")]),
    "code of more signs": ("````\n```\nx\n````\nb", [(5, "b")]),
    "code that never ends": ("a\n```\nx", [(1, "a")]),
    "a box": (":::{note} T\na\n:::\nb", [(1, "{note} T"), (2, "a"), (4, "b")]),
    "a box by backticks": ("```{note}\na\n```\nb", [(1, "{note}"), (2, "a"), (4, "b")]),
    "a box in a box": (
        "::::{note}\n:::{tip}\na\n:::\n::::\nb",
        [(1, "{note}"), (2, "{tip}"), (3, "a"), (6, "b")],
    ),
    "a directive of code": ("```{code-block} text\nx\n```\nb", [(4, "b")]),
    "backticks within a line": ("```a``` b", [(1, "```a``` b")]),
}


@pytest.mark.parametrize("name", PAGES)
def test_what_is_prose_with_its_lines(name):
    text, wanted = PAGES[name]
    assert list(prose(text.split("\n"))) == wanted


def test_a_part_of_a_page_counts_on():
    assert list(prose(["---", "a"], 7)) == [(7, "---"), (8, "a")]
    part = ["---", "a: b", "---", "c"]
    assert list(prose(part, 7)) == [*enumerate(part, 7)], "front matter begins a page alone"
    [(line, _)] = faults_of(["---", "Words.", "% lost: words", "---"], 7)
    assert line == 9


def test_a_field_that_stands_again_is_told_each_time_with_the_first_line():
    lines = ["---", "a: 1", "b: 2", "a : 3", "a: 4", "---", "a: 5"]
    told = "the field 'a' stands in line 2 already, and would be lost; delete one"
    assert list(head_faults(lines)) == [(4, told), (5, told)]


def test_a_front_matter_that_is_never_closed_is_told_at_its_first_line():
    assert list(head_faults(["---", "a: 1"])) == [
        (1, "the front matter is never closed; write a line '---' after its last field")
    ]
    assert list(head_faults(["a: 1", "a: 2"])) == list(head_faults([])) == []


def test_words_behind_the_language_of_code_are_told():
    lines = ["```python title=Lost", "x = 1", "```"]
    assert list(faults_of(lines)) == [
        (
            1,
            "the words behind the language, 'title=Lost', are printed nowhere; write them above the"
            " code, or delete them",
        )
    ]
    assert list(faults_of(["~~~text", "x", "~~~"])) == []


NO_MARKDOWN = [
    *("bibliography", "code", "code-block", "csv-table", "eval-rst", "literalinclude"),
    *("math", "parsed-literal", "raw", "toctree"),
]


@pytest.mark.parametrize("name", [*NO_MARKDOWN, "note"])
def test_what_stands_in_a_directive_is_markdown_or_not(name):
    """Else a line of code would be told for what it is in markdown."""
    lines = [f"```{{{name}}} x", "words", "% lost", "```", "b"]
    read = [text for _, text in prose(lines)]
    assert read[-1] == "b" and ("words" in read) == (name == "note")
    assert ["comment" in told for _, told in faults_of(lines)] == ([True] if name == "note" else [])


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("contents", "each page has a list of its sections"),
        ("footer", "write the words into the text"),
        ("header", "write the words into the text"),
        ("index", "a term of the glossary stands in the index"),
        ("role", "delete it"),
        ("tabularcolumns", "delete it"),
        ("title", "the title of a page is its first heading"),
    ],
)
def test_a_directive_that_no_page_prints_is_told_with_what_to_do(name, cure):
    told = f"prints none of its words; {cure}"
    box = f":::{{{name}}} words"
    assert list(faults_of([box, ":::"])) == [(1, f"'{box}' {told}")]
    if name not in ("footer", "header"):  # those have an effect there, and are told of it
        rst = ["```{eval-rst}", f".. {name}:: words", "```"]
        assert list(faults_of(rst)) == [(2, f"'.. {name}::' {told}")]
