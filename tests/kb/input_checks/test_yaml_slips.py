"""Slips in front matter: each with its line, its place and the cure."""

from __future__ import annotations

import pytest

from kb.input_checks.markdown_lint import head_faults

QUOTES = 'put the sentence in quotes, as in summary: "..."'
SLIPS = {
    "a colon": (
        "summary: Note: words.",
        2,
        f"a colon inside of the sentence, at place 14; {QUOTES}",
    ),
    "a colon at the end": (
        "summary: Note:",
        2,
        f"a colon inside of the sentence, at place 14; {QUOTES}",
    ),
    "an open quotation": (
        'summary: "Words.',
        2,
        "a quotation mark opens at place 10 and nothing closes it; write a second one",
    ),
    "words behind a quotation": (
        'summary: "A" word.',
        2,
        "the quotation ends at place 12, before the end of the line; if the mark belongs to the "
        r"sentence, write \" for it",
    ),
    "an apostrophe": (
        "summary: 'It's gone.'",
        2,
        "the quotation ends at place 13, before the end of the line; if the mark belongs to the "
        "sentence, write '' for it",
    ),
    "a tab": ("summary: x\n\treviewed_by: y", 3, "a tab, at place 1; write a blank"),
    "a missing colon": (
        "checked 2026-02-02\nsummary: x",
        2,
        "no colon behind 'checked'; write 'checked: ...'",
    ),
    "a missing colon in the last line": (
        "summary: x\nchecked 2026-02-02",
        3,
        "no colon behind 'checked'; write 'checked: ...'",
    ),
    "a missing blank": (
        "summary:x\nchecked: 2026-02-02",
        2,
        "no blank behind the colon, at place 9; write 'summary: x...'",
    ),
    "an at sign": ("summary: @x y", 2, f"the sentence begins with '@', at place 10; {QUOTES}"),
    "a star": ("summary: *K2* is", 2, f"the sentence begins with '*', at place 10; {QUOTES}"),
    "a bracket": ("summary: [x] y", 2, f"the sentence begins with '[', at place 10; {QUOTES}"),
    "more than": ("summary: > 5 mg", 2, f"the sentence begins with '>', at place 10; {QUOTES}"),
    "a blank before": (
        "summary: x\n checked: 2026-02-02",
        3,
        "a field begins its line; remove the blanks before it",
    ),
    "a number sign": (
        "summary: Claim # 5.",
        2,
        f"the words behind '#', at place 16, would be lost; {QUOTES}",
    ),
}
TWICE = "the field 'summary' stands in line 2 already, and would be lost; delete one"
SLIPS |= {
    "a field twice": ("summary: x\nsummary: y", 3, TWICE),
    "twice, once in quotes": ('summary: x\n"summary": y', 3, TWICE),
    "twice, once as an explicit key": ("? summary\n: x\nsummary: y", 4, TWICE),
    "lists without end": (
        "summary: " + "[" * 3000 + "]" * 3000,
        2,
        "the front matter has lists in lists without end; a field is one sentence",
    ),
}
KEPT = (
    "summary: Words, 10:30, and a b@c.",
    'summary: "Note: a # sign and an \\" mark."',
    "summary: 'It''s: so.'",
    "summary: Words\n  on two lines.",
    "summary: >-\n  Words: folded.",
    "# a remark\nsummary: x",
    "checked: 0000-01-01",
    "",
)


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_line_place_and_cure(name):
    text, line, message = SLIPS[name]
    assert list(head_faults(["---", *text.split("\n"), "---", "# T"])) == [(line, message)]


@pytest.mark.parametrize("text", KEPT)
def test_what_yaml_reads_passes(text):
    assert list(head_faults(["---", *text.split("\n"), "---", "# T"])) == []


def test_what_else_yaml_refuses_is_told_in_its_words():
    (fault,) = head_faults(["---", "summary: x", "  y", "- z", "---"])
    assert fault == (
        4,
        "the front matter cannot be read (expected <block end>, but found '-'); " + QUOTES,
    )
