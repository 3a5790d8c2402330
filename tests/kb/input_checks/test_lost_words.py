"""What markdown would drop, swallow or change: named with its line, and nothing else is.

``markdown.txt`` holds the cases, in the form of the fixtures of markdown-it: a title, what stands
in the page, and the lines that are told.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it.utils import read_fixture_file

from kb.input_checks.lost_words import footnote_faults, unused
from kb.input_checks.markdown_lint import faults_of, prose
from kb.input_checks.text_checks import TextError

FAULTS = [
    pytest.param(text.removesuffix("\n"), told.splitlines(), id=title)
    for _, title, text, told in read_fixture_file(Path(__file__).with_name("markdown.txt"))
]
"""What a page may hold, and the faults that are told, each with its line; some have none."""
KEPT = {
    "a comment of its own": "One.\n\n% a remark\nTwo.",
    "comments in a row": "% one\n% two\n\nText.",
    "a comment below a comment": "Text.\n\n% check: KB041 off - a reason\n% and one more\nText.",
    "a comment between items": "- One.\n% a remark\n- Two.",
    "a comment below a heading": "## One\n% a remark\nTwo.",
    "a comment that begins a box": ":::{note}\n% a remark\nTwo.\n:::",
    "quotation marks": 'See [x](https://example.org), "as it was".\n\n[^a]: said "b" of it.',
    "brackets and quotation marks": '- [MK-7]: called "natto"',
    "a percentage": "It rose by 5 %.",
    "escaped": "The share was\n\\% of all users of CYP2C9\\*2.",
    "code": "`a*b` and ``c*d``",
    "emphasis": "*E. coli* and **much** more, *two words*.",
    "emphasis and a suffix": "an *E. coli*-like bacterium",
    "a link that is used": "See [one].\n\n[one]: https://example.org",
    "a footnote": "A[^a]\n\n[^a]: words",
    "a list": "- 5 mg\n- 6 mg\n",
    "a list below a sentence": "The doses:\n\n- 5 mg\n- 6 mg\n",
    "a quotation": "> 5 mg a day\n> and more",
    "a table and a paragraph": "| a | b |\n|---|---|\n| c | d |\n\nA sentence.",
    "a table and the end of a box": ":::{note}\n| a | b |\n|---|---|\n| c | d |\n:::",
    "entities that show": "a &lt; b, 5&nbsp;mg, &micro;g",
    "an address with stars": "<https://example.org/a*b> and [x](https://example.org/a*b)",
    "a break": "One.\n\n+++\n\nTwo.",
    "a percentage in an item": "- \\% of all users\n- 5 % of all\n- %MK-7",
}


@pytest.mark.parametrize(("text", "wanted"), FAULTS)
def test_each_fault_is_told_with_its_line_and_no_other(text, wanted):
    assert [f"{line}: {message}" for line, message in faults_of(text.split("\n"))] == wanted


@pytest.mark.parametrize("name", KEPT)
def test_what_is_meant_passes(name):
    assert list(faults_of(KEPT[name].split("\n"))) == []


@pytest.mark.parametrize(("text", "wanted"), FAULTS)
def test_a_box_changes_nothing(text, wanted):
    around = ":" * 30
    found = faults_of([f"{around}{{note}}", *text.split("\n"), around], boxes=-1)
    if not text.startswith("---"):  # no front matter begins in a box
        assert [line - 1 for line, _ in found] == [int(told.partition(":")[0]) for told in wanted]


def test_a_tag_that_nothing_sets_is_named(tiny):
    built = tiny({"index.md": lambda text: f"{text}\n:::{{only}} htlm\nDo not stop.\n:::\n"})
    lines = built.app.srcdir.joinpath("index.md").read_text().splitlines()
    assert built.warnings == (
        f"index.md:{lines.index(':::{only} htlm') + 1}: WARNING: no edition has the tag 'htlm', so"
        " this text would be in none or in all (did you mean 'html'?) [text.tag]\n"
    )


@pytest.mark.parametrize("tag", ["html", "builder_html", "format_html", "not epub", "pdf"])
def test_tags_that_sphinx_or_the_build_sets_are_known(tiny, tag):
    built = tiny({"index.md": lambda text: f"{text}\n:::{{only}} {tag}\nStop.\n:::\n"})
    assert built.warnings == ""


TITLES = {
    "{cite:p}`adams2001bone`": "a citation",
    "10{sup}`9`": "a superscript",
    "H{sub}`2`O": "a subscript",
    "{math}`x`": "a formula",
    "![A cell](a.svg)": "a picture",
    "45[^a]": "a footnote",
    "{doc}`/sections/one`": "words that are made later",
    "{abbr}`MK (menaquinone)`": "an abbreviation",
}


@pytest.mark.parametrize("markup", TITLES)
def test_the_title_of_a_page_is_words(tiny, markup):
    note = "\n[^a]: b\n" if "[^a]" in markup else ""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>A</title></svg>'
    built = tiny(
        {
            "index.md": lambda text: text.replace("# Tiny", f"# Tiny {markup}") + note,
            "a.svg": lambda _: drawing,
        }
    )
    message = f"index.md:1: WARNING: the title of the page carries {TITLES[markup]}, and lists repeat it as bare text; write it in words, or below the title [text.title]\n"
    assert built.warnings == message


HEADINGS = {
    "{cite:t}`adams2001bone`": "a citation",
    "{cite:p}`adams2001bone,baker2002gut`": "a citation",
    "{doc}`/reference/foods`": "words that are made later",
    "{claim-count}`all`": "words that are made later",
    "{ref}`claim-a1`": "a link without words",
}


@pytest.mark.parametrize("markup", HEADINGS)
def test_a_heading_is_words(tiny, markup):
    page = "reference/evidence.md"
    built = tiny({page: lambda text: f"{text}\n\n## Part {markup}\n\nText.\n"})
    line = (built.app.srcdir / page).read_text("utf-8").split("\n").index(f"## Part {markup}") + 1
    assert built.warnings == (
        f"{page}:{line}: WARNING: the heading carries {HEADINGS[markup]}, of which the contents "
        "print what is typed; write it in words, or below the heading [text.heading]\n"
    )


def test_a_heading_may_name_a_term_a_claim_and_a_page_in_words_of_its_own(tiny):
    heading = "## A {term}`gut`, {claim}`A1`, {doc}`food </reference/foods>` and {ref}`it <spot>`"
    built = tiny({"reference/evidence.md": lambda text: f"{text}\n\n(spot)=\n{heading}\n\nText.\n"})
    assert built.warnings == ""
    contents = re.sub("<[^>]+>", "", built.page("index.html"))
    assert "A gut, claim A1, food and it" in contents


def test_the_title_of_a_page_may_be_emphasized(tiny):
    assert tiny({"index.md": lambda text: text.replace("# Tiny", "# *Tiny*")}).warnings == ""


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("name", ["data/part.md", "sections/part.text", "sections/part.inc"])
def test_an_included_file_is_held_to_the_same_rules(tiny, name):
    built = tiny(
        {
            name: lambda _: (
                "The share was\n% of all users.\n\n| a | b |\n|---|---|\n| c |\n\nA\u202eb[^n].\n"
            ),
            "index.md": lambda text: f"{text}\n```{{include}} {name}\n```\n",
        }
    )
    faults = (
        "8: an invisible character, U+202E (right-to-left override), stands at place 2; delete it",
        "2: the line begins with '%' and would be a comment in the middle of the text; write '\\%',"
        " or leave a line empty above a comment",
        "6: the row has 1 cell where the head has 2",
        "8: there is no footnote [^n]; write its words on a line of their own, as in '[^n]: ...'",
    )
    told = built.warnings.splitlines()
    for fault in faults:
        [line] = [line for line in told if f"docs/{name}:{fault}" in line]
        assert line.startswith("index.md:1: WARNING: docs/")
        assert line.endswith(" [text.included]")


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning", "ignore::DeprecationWarning")
def test_a_page_and_the_file_that_it_includes_share_footnotes(tiny):
    built = tiny(
        {
            "data/part.md": lambda _: "A[^a] and b[^b].\n\n[^a]: words\n",
            "index.md": lambda text: (
                f"{text}\n```{{include}} data/part.md\n```\n\n[^b]: more words\n"
            ),
        }
    )
    assert built.warnings == ""


NOTES = {
    "A[^a] and b[^nope].\n\n[^a]: words": (1, "nope", ""),
    "A[^sudy].\n\n[^study]: words": (1, "sudy", " (did you mean 'study'?)"),
    ":::{note}\nA[^b].\n:::": (2, "b", ""),
    "```{figure} dot.svg\nB.\n```\nA[^b].": (4, "b", ""),
    ":::{note} Of[^b]\nB.\n:::": (1, "b", ""),
}


@pytest.mark.parametrize("text", NOTES)
def test_a_footnote_without_words_is_named(text):
    line, name, hint = NOTES[text]
    assert list(footnote_faults(prose(text.split("\n")))) == [
        (
            line,
            f"there is no footnote [^{name}]{hint}; write its words on a line of their own, as in "
            f"'[^{name}]: ...'",
        )
    ]


def test_a_footnote_that_nothing_calls_is_named():
    text = "A[^a].\n\n[^a]: words\n\n[^ab]: more"
    assert list(footnote_faults(prose(text.split("\n")))) == [
        (
            5,
            "nothing calls the footnote [^ab] (did you mean 'a'?); write '[^ab]' in the sentence that "
            "it belongs to, or delete it",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "A[^a].\n\n[^a]: words",
        "> A[^a].\n\n:::{note}\n[^a]: words\n:::",
        "`[^a]` and \\[^a].",
        "```\n[^a]\n```",
        "---\nsummary: x[^a].\n---\nB",
    ],
)
def test_footnotes_that_have_words_pass(text):
    assert list(footnote_faults(prose(text.split("\n")))) == []


def test_a_footnote_without_words_stops_the_build(tiny):
    with pytest.raises(
        TextError, match=r"docs/reference/evidence.md:12: there is no footnote \[\^n\]"
    ):
        tiny({"reference/evidence.md": lambda text: f"{text}\nA[^n].\n"})


@pytest.mark.parametrize("part", ["header", "footer"])
def test_a_header_of_one_page_is_told_where_no_line_shows_it(tiny, part):
    raw = f"\n```{{eval-rst}}\n.. {part}:: Words above.\n```\n"
    built = tiny({"index.md": lambda text: text + raw})
    line = 1 + (built.app.srcdir / "index.md").read_text().splitlines().index("```{eval-rst}")
    assert built.warnings == (
        f"index.md:{line + 1}: WARNING: a page has no {part} of its own; write the words into the"
        " page [text.decoration]\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [a].\n\n[a]: x\n[b]: y", [(3, "b")]),
        ("See [A] and [it][b].\n\n[a]: x\n[B]: y", []),
        ("[a]: x\n[b]: y", [(0, "a"), (1, "b")]),
        ("See a.\n[a]: x", [(1, "a")]),
    ],
)
def test_a_definition_of_a_link_that_nothing_uses(text, expected):
    assert list(unused(text.split("\n"))) == expected
