"""Marks of other dialects: each told with its line and what to write, and nothing else is."""

from __future__ import annotations

import re

import pytest

from kb.input_checks.foreign_marks import HOLE, PATTERNS, faults
from kb.input_checks.markdown_lint import faults_of

BOX = "does not open a box; write"
TABLE = (
    "cells with tabs between them; write a table, with '|' between the cells and a line '|---|' "
    "of as many cells under its head"
)
SIGNS = "is printed with its signs; write"
TOLD = {
    "| Food | K2 |\n| Natto | 939 |": (
        "a row of a table without a table; a line '|---|' of as many cells stands under its head"
    ),
    "\\begin{align*}\na = b": (
        "'\\begin{align*}' opens no formula; write its lines between two lines '$$', with 'aligned' or "
        "'matrix' if they are several"
    ),
    "~~gone~~": "'~~gone~~' is not struck through; delete the words, or say that they no longer hold",
    "~~*gone* now~~": (
        "'~~gone now~~' is not struck through; delete the words, or say that they no longer hold"
    ),
    "- [ ] a task": (
        "'[ ] a task' is printed as it stands; write a plain list, and say in words what is done"
    ),
    "It is $ y^2 $.": (
        "'$ y^2 $' is not a formula, because of a blank behind the first '$' or before the second"
    ),
    "{{ x }}": "'{{ x }}' is not replaced by anything; write the words themselves",
    "## Head {#top}": "'{#top}' is not an anchor; write '(name)=' on the line above",
    "[text]{.loud}": "'[text]{.loud}': words have no class here; write '*words*' or '**words**'",
    "So it is [@key].": "'[@key]' is not a citation; write {cite:p}`key`",
    "So it is [@key, p. 3].": "'[@key, p. 3]' is not a citation; write {cite:p}`key`",
    "As @smith2020big says.": "'@smith2020big' is not a citation; write {cite:t}`smith2020big`",
    "![[dose.png]]": (
        "'![[dose.png]]' is not a picture; write '![words that say what it shows](dose.png)'"
    ),
    "See [[page]].": (
        "'[[page]]' is not a link; write {term}`page` for a term, {doc}`page` for a page"
    ),
    "See [[page|words]].": (
        "'[[page|words]]' is not a link; write {term}`page` for a term, {doc}`page` for a page"
    ),
    "Some {cite:p}'smith2020big'.": (
        "'{cite:p}' is printed as it stands; its text follows at once, between backticks:"
        " {cite:p}`...`"
    ),
    "Some {cite:p}´smith2020big´.": (
        "'{cite:p}' is printed as it stands; its text follows at once, between backticks:"
        " {cite:p}`...`"
    ),
    "Some cite:p`key`.": (
        "'cite:p' right before a backtick is printed; with braces it links: {cite:p}`...`"
    ),
    "Some term`gut`.": (
        "'term' right before a backtick is printed; with braces it links: {term}`...`"
    ),
    "It fell (Rowland et al. 2018).": (
        "'Rowland et al. 2018' is no citation, and would miss in the list of sources; write"
        " {cite:p}`key`, or {cite:t}`key` as a part of the sentence"
    ),
    "Hodges et al. (1993a) saw it.": (
        "'Hodges et al. (1993a' is no citation, and would miss in the list of sources; write"
        " {cite:p}`key`, or {cite:t}`key` as a part of the sentence"
    ),
    "See https://a.example/b.": (
        "'https://a.example/b' is not a link; write '<https://a.example/b>', "
        "or '[words](https://a.example/b)'"
    ),
    "See www.a.example.": "'www.a.example' is not a link; write '<https://www.a.example>'",
    "##Head": "'##Head' is not a heading; write a blank behind the last '#'",
    "> [!DANGER]\n> Words": f"'[!DANGER]' {BOX} ':::{{danger}}' and close it by ':::'",
    "> [!INFO] Title\n> Words": f"'[!INFO] Title' {BOX} ':::{{note}}' and close it by ':::'",
    "!!! warning\n    text": f"'!!! warning' {BOX} ':::{{warning}}' and close it by ':::'",
    ".. note:: x": "'.. note:: x' is reStructuredText; write ':::{note}' and close it by ':::'",
    "A :term:`gut`.": "':term:' is reStructuredText; write {term}`...`",
    "`a <https://b.example>`_": (
        "'_' behind a backtick makes no link; write '[words](https://...)' or {doc}`page`"
    ),
    "A {term}(gut).": (
        "'{term}' is printed as it stands; its text follows at once, between backticks: {term}`...`"
    ),
    "A {term} `gut`.": (
        "'{term}' is printed as it stands; its text follows at once, between backticks: {term}`...`"
    ),
    r"So \citep{key}.": "'\\citep{key}' is LaTeX; write {cite:p}`key`, *words* or **words**",
    "==loud==": f"'==loud==' {SIGNS} '**...**'",
    "H~2~O": f"'~2~' {SIGNS} {{sub}}`2`",
    "x^2^": f"'^2^' {SIGNS} {{sup}}`2`",
    "10^6 cells": f"'^6' {SIGNS} {{sup}}`6`",
    "A ![dot](dot.svg =9x9).": (
        "'![dot](dot.svg =9x9)' is not a picture, because of the blank between the brackets; write"
        " the name of its file alone"
    ),
    "See [it](my page.md).": (
        "'[it](my page.md)' is not a link, because of the blank in its address; write '[it](<...>)'"
    ),
    "`a`{width=50%}": (
        "'{width=50%}' is printed as it stands; words and pictures have no attributes here, so"
        " delete it"
    ),
    "{.lead}\nWords.": (
        "'{.lead}' is printed as it stands; words and pictures have no attributes here, so delete it"
    ),
    "• one\n• two": "'•' begins no item of a list; write '-' in its place, and a blank",
    "– three\n– four": "'–' begins no item of a list; write '-' in its place, and a blank",
    "-\u00a0five": (
        "'-\u00a0five' is no item of a list, because the blank in it is not that of the keyboard;"
        " type it"
    ),
    "2.six": "'2.six' is no item of a list; write a blank behind its sign or number",
    "== Seven ==": "'== Seven ==' is not a heading; write '##' and a blank before it",
    '{| class="x"': (
        "'{| class=”x”' begins no table; write '|' between its cells, and a line '|---|' of as many"
        " cells under its head"
    ),
    "It is ''eight''.": f"'‘’eight’’' {SIGNS} '*...*' or '**...**'",
    "It is ``nine''.": f"'``nine’’' {SIGNS} '\"...\"'",
    "So $$\ny\n$$ ten.": (
        "'$$ y $$' is printed with its signs; '$$' opens and closes a formula on lines of its own,"
        " within a sentence write '$...$'"
    ),
    "So $`x`$ it is.": "'$`x`$' is a formula with backticks in it; write '$x$'",
    "Found【12†source】.": (
        "'【12†source】' is left over from a chat, and is no source; write {cite:p}`key`, or delete it"
    ),
    "Found.[12]": ("'[12]' is left over from another page; write {cite:p}`key`, or delete it"),
    "Found[citation needed]": (
        "'[citation needed]' is left over from another page; write {cite:p}`key`, or delete it"
    ),
    "See { REF _Ref1 }.": (
        "'{ REF _Ref1 }' is left over from another program; write what it stood for, or delete it"
    ),
    "So<o:p/> it is.": (
        "'<o:p/>' is left over from another program; write what it stood for, or delete it"
    ),
    "A note^[here].": (
        "'^[here]' is not a footnote; write '[^name]' here, and '[^name]: ...' on a line below"
    ),
    "A :warning: sign": (
        "':warning:' is printed as it stands; say it in words, or put the option right below the "
        "line that opens its box"
    ),
    **{
        text: f"'{mark}' is printed with its signs; they touch the words within, "
        "and a blank or a stop without"
        for text, mark in {
            "** bold **": "** bold **",
            "So __ rest__ it": "__ rest__",
            "Take 45 *µg *daily": "*µg *",
            "*(x)*y": "*(x)*",
            "A _word _here": "_word _",
        }.items()
    },
    "Term ==a==\n: Words": f"'==a==' {SIGNS} '**...**'",
    "Term\n: Words ==b==": f"'==b==' {SIGNS} '**...**'",
    "| a ==c== |\n|---|\n| b |": f"'==c==' {SIGNS} '**...**'",
    "```{list-table} A ==d==\n* - a\n```": f"'==d==' {SIGNS} '**...**'",
    ":::{note}\nIn a box ==e==\n:::": f"'==e==' {SIGNS} '**...**'",
    ":::{admonition} Title ==f==\nWords\n:::": f"'==f==' {SIGNS} '**...**'",
    "A note[^g].\n\n[^g]: Words ==g==": f"'==g==' {SIGNS} '**...**'",
    "Food\tK2\nNatto\t900\nGouda\t70": TABLE,
}
KEPT = (
    "`~~code~~`, <https://a.example>, [x](https://a.example), and [y][z].\n\n[z]: https://a.example",
    "About ~5 and ~6, 3:4, a@b.example, #1 of 2, {a, b}, a [b] c, 10:30:20, x_y, 2^n, US$5 and $6.",
    r"Escaped: \*\*, and 5 % [1]; {sub}`2`, {sup}`3`, *a*, **b**, a == b, and a != b.",
    "- [a](https://a.example) first\n- (x) second",
    "-5 °C, 1.5 mg and 5''-end; 95 % CI [1, 2]; [a] (b c)\n— not a list.",
    "— Said by one.",
    "-5 °C\n",
    "> [1] A quotation",
    "```\n~~code~~ https://a.example\tx\n```",
    "Term\n: Definition: words",
    "<!-- ~~a remark~~ https://a.example -->",
)


def test_each_mark_is_told_at_its_line(tiny):
    text, wanted = "# Evidence\n", []
    for snippet, message in TOLD.items():
        sign = next((line for line in snippet.splitlines() if "==" in line), "")
        line = text.count("\n") + 2 + (snippet.splitlines().index(sign) if sign else 0)
        wanted.append(f"reference/evidence.md:{line}: WARNING: {message} [text.mark]")
        text += f"\n{snippet}\n"
    built = tiny({"reference/evidence.md": lambda _: text})
    assert sorted(line for line in built.warnings.splitlines() if "[text.mark]" in line) == sorted(
        wanted
    )


def test_a_key_as_code_is_told_in_the_book_alone(tiny):
    words = "One.\nSome say `smith2020big`, by `pip 2020`.\n"
    edits = {page: lambda _: f"# A\n\n{words}" for page in ("reference/evidence.md", "data.md")}
    orphan = {"data.md": lambda _: f"---\norphan: true\n---\n\n# A\n\n{words}"}
    built = tiny({**edits, **orphan}, kb_outside=["data"])
    assert [line for line in built.warnings.splitlines() if "[text.mark]" in line] == [
        "reference/evidence.md:4: WARNING: '`smith2020big`' is printed as code; write"
        " {cite:p}`smith2020big` [text.mark]"
    ]


def test_the_line_is_that_of_the_mark_within_its_paragraph(tiny):
    built = tiny({"reference/evidence.md": lambda _: "# Evidence\n\nOne.\nTwo *and*\n~~three~~.\n"})
    assert built.warnings.startswith("reference/evidence.md:5: WARNING: '~~three~~' is not struck")


def test_what_is_meant_passes(tiny):
    built = tiny({"reference/evidence.md": lambda _: "# Evidence\n\n" + "\n\n".join(KEPT) + "\n"})
    assert "[text" not in built.warnings


@pytest.mark.parametrize("sign", ["~", "=", "[", "{", "^", ":", "*", "\t", "$ ", "\ufffc", "@a"])
def test_a_long_text_takes_no_long_time(sign):
    assert len(list(faults(sign * 20_000))) < 3


@pytest.mark.parametrize("kind", ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"])
def test_boxes_of_github_are_boxes(tiny, kind):
    text = f"# Evidence\n\n> [!{kind}]\n> zqwords\n"
    built = tiny({"reference/evidence.md": lambda _: text})
    assert "[text" not in built.warnings
    pattern = rf'<section class="admonition {kind.lower()}">\s*<p class="admonition-title">[^<]*</p>\s*<p>zqwords'
    assert re.search(pattern, built.page("reference/evidence.html"))


@pytest.mark.parametrize("opening", ["::: warning", ":::warning", "::: {.warning}"])
def test_a_box_without_its_kind_in_braces_is_told(opening):
    (fault,) = faults_of([opening, "Words.", ":::"])
    shown = f"::: {opening[3:].strip()}"
    assert fault == (1, f"'{shown}' opens no box; write ':::{{warning}}'")


@pytest.mark.parametrize(
    "line", ["##Word", "!!! note", ".. note:: Words", "| a | b |", "#Word and more"]
)
def test_a_mark_that_begins_a_line_is_told_below_another_line(line):
    [alone], [below] = list(faults(line)), list(faults(f"One two.\n{line}"))
    assert alone[-1] == below[-1]
    assert not list(faults(f"One two {line} x"))


UNTOLD = {
    "[x] Buy natto": (
        "'[x] Buy natto' is printed as it stands; write a plain list, and say in words what is done"
    ),
    f"Where $${HOLE}$$ stands": (
        "'$$' opens and closes a formula on lines of its own; within a sentence write '$...$'"
    ),
    "See [words][name].": (
        "'[words][name]' is not a link, since no line '[name]: https://...' defines it"
    ),
    "[!NOTE] Words": f"'[!NOTE] Words' {BOX} ':::{{note}}' and close it by ':::'",
}
"""Marks that stand in no page of the table above: MyST makes something else of them there."""


@pytest.mark.parametrize("text", UNTOLD)
def test_a_mark_that_is_left_in_a_text_is_told(text):
    assert [message for *_, message in faults(text)] == [UNTOLD[text]]


def test_each_mark_has_a_test():
    told = [re.sub("`[^`]*`", HOLE, text) for text in (*TOLD, *UNTOLD)] + [*TOLD]
    assert [mark.pattern for mark, _ in PATTERNS if not any(map(mark.search, told))] == []
