"""Line breaks within a paragraph: printed by every edition, and no part of any text."""

from __future__ import annotations

import re

import pytest
from docutils import nodes

from kb.claims.domain import domain_of
from kb.text_index.plain_text import markdown
from kb.text_index.records import records_of

BREAKS = {"two blanks": "  \n", "a backslash": "\\\n"}


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_printed_and_read(tiny, name):
    built = tiny(
        {"reference/evidence.md": lambda text: f"{text}\nOne zqfirst{BREAKS[name]}zqsecond two.\n"}
    )
    assert built.warnings == ""
    page = built.page("reference/evidence.html")
    assert "<p>One zqfirst<br />\nzqsecond two.</p>" in page
    env = built.app.env
    assert "One zqfirst zqsecond two." in records_of(env)["reference/evidence"].passages[0].text
    tree = env.get_doctree("reference/evidence")
    assert "One zqfirst zqsecond two." in markdown(env, "reference/evidence", tree)


def test_a_break_in_the_words_of_the_article_parts_words(tiny):
    quoted = "> K2 helps bones\\\n> and more."
    built = tiny(
        {"sections/one.md": lambda text: text.replace("> Osteocalcin does everything.", quoted)}
    )
    assert built.warnings == ""
    assert domain_of(built.app.env).claims["A1"].quote == "K2 helps bones and more."


def test_a_comment_is_in_no_edition(tiny):
    text = (
        "<!-- zqblock -->\n\nWords <!-- zqline -->here.\n\n- a point\n\n  <!--\n  zqlist\n  -->\n"
    )
    built = tiny({"reference/evidence.md": lambda before: f"{before}\n{text}"})
    assert built.warnings == ""
    page = built.page("reference/evidence.html")
    assert "<p>Words here.</p>" in page
    assert "zq" not in page and "<!-- " not in page.partition("<h1>")[2]
    assert "zq" not in str(records_of(built.app.env)["reference/evidence"])


def test_a_comment_in_a_claim_counts_for_nothing(tiny):
    built = tiny(
        {
            "sections/one.md": lambda text: text.replace(
                "> Osteocalcin does", "<!-- from the article -->\n\n> Osteocalcin does"
            )
        }
    )
    assert built.warnings == ""


COUNTED = {
    "1990. a\n1992. b\n1995. c": (
        "6: WARNING: the number 1992 would be printed as 1991, since a list counts by itself; count"
        " without gaps, or write '1992\\.' [myst.list_number]"
    ),
    "3) a\n2) b\n1) c": (
        "6: WARNING: the number 2 would be printed as 4, since a list counts by itself; count"
        " without gaps, or write '2\\)' [myst.list_number]"
    ),
    "The ratio was\n1. So it stayed.": (
        "6: WARNING: the line begins with '1.' and would be a list of one; write '1\\.', or leave a"
        " line empty above a list [myst.list_number]"
    ),
    "    words in {sup}`2`": (
        "5: WARNING: four blanks at the beginning of a line make code of it, and no word in it is"
        " read; delete the blanks, or write the code between two lines '```' [myst.indented_code]"
    ),
    "1. a\n1. b\n1. c": "",
    "2019. a\n2020. b": "",
    "Two were seen:\n1. a\n2. b": "",
    "One was seen:\n\n1. a": "",
    "- a\n\n  1. b\n\n1. c": "",
    "$$\nx\n$$ (eq-dose)": "",
    "```\n    x\n```": "",
}


@pytest.mark.parametrize("text", COUNTED)
def test_numbers_and_words_that_would_not_be_printed_as_written(tiny, text):
    built = tiny({"reference/glossary.md": lambda before: f"{before}\nOne.\n\n{text}\n"})
    lines = built.app.srcdir.joinpath("reference/glossary.md").read_text("utf-8").splitlines()
    shift = lines.index("One.") - 2
    number, _, message = COUNTED[text].partition(": ")
    wanted = f"reference/glossary.md:{int(number) + shift}: {message}\n" if message else ""
    assert built.warnings == wanted


UNKNOWN = {
    ":::{noet}\nx\n:::": "Unknown directive type: 'noet' (did you mean 'note'?) [myst.directive_unknown]",
    ":::{cliam} B1\nx\n:::": (
        "Unknown directive type: 'cliam' (did you mean 'claim'?) [myst.directive_unknown]"
    ),
    ":::{youtube}\nx\n:::": "Unknown directive type: 'youtube' [myst.directive_unknown]",
    "A {ctie:p}`x`.": (
        "Unknown interpreted text role \"ctie:p\". (did you mean 'cite:p'?) [myst.role_unknown]"
    ),
    "A {trem}`x`.": (
        "Unknown interpreted text role \"trem\". (did you mean 'term'?) [myst.role_unknown]"
    ),
    "A {cliam}`x`.": (
        "Unknown interpreted text role \"cliam\". (did you mean 'claim'?) [myst.role_unknown]"
    ),
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_the_nearest_name_is_told(tiny, text):
    built = tiny({"reference/evidence.md": lambda before: f"{before}\n{text}\n"})
    assert f"reference/evidence.md:12: WARNING: {UNKNOWN[text]}" in built.warnings.splitlines()


def test_a_picture_that_is_missing_has_a_line(tiny):
    built = tiny({"reference/evidence.md": lambda before: f"{before}\n![A cell](gone.png)\n"})
    assert built.warnings == (
        "reference/evidence.md:12: WARNING: image file not readable: reference/gone.png "
        "[image.not_readable]\n"
    )


def test_an_abbreviation_is_spelled_out_once_and_not_in_a_title(tiny):
    words = "## {abbr}`MK (menaquinone)` x\n\n{abbr}`MK (menaquinone)`, {abbr}`MK (menaquinone)`, {abbr}`MK (mock)` and {abbr}`K2`."
    page = tiny({"reference/evidence.md": lambda text: f"{text}\n{words}\n"}).page(
        "reference/evidence.html"
    )
    bare = re.sub(r"</?abbr[^>]*>", "", page)
    assert "<p>MK (menaquinone), MK, MK (mock) and K2.</p>" in bare
    assert re.search(r"<h2>MK x<", bare)


@pytest.mark.filterwarnings(
    "ignore:.*BuildEnvironment.app:sphinx.deprecation.RemovedInSphinx11Warning"
)
def test_front_matter_that_no_page_has_is_told(tiny):
    """In a box it would be taken for that of a page, and in an included file nobody reads it."""
    box = "\n:::{note}\n\n---\nLost: words\n---\nKept words.\n:::\n\n```{include} part.txt\n```\n"
    built = tiny(
        {
            "reference/evidence.md": lambda text: text + box,
            "reference/part.txt": lambda _: "---\nsummary: Lost.\n---\nKept too.\n",
        }
    )
    told = (
        "the lines between '---' are front matter, which only a page has, and would be lost; delete"
        " them, or leave a line of words above [myst.topmatter]\n"
    )
    assert built.warnings == "".join(
        f"reference/evidence.md:{line}: WARNING: {told}" for line in (14, 1)
    )


def test_a_directive_of_others_that_fails_is_told_with_its_line(tiny):
    text = "\n```{productionlist} x\n```\n\nWords below.\n"
    built = tiny({"reference/evidence.md": lambda page: page + text})
    assert built.warnings == (
        "reference/evidence.md:12: WARNING: 'productionlist' cannot be carried out"
        " (max() arg is an empty sequence); look at its options and its text"
        " [myst.directive_parse]\n"
    )
    assert "Words below" in built.page("reference/evidence.html")


def test_an_error_of_our_own_keeps_its_traceback(tiny, monkeypatch):
    from kb.claims import register

    monkeypatch.setattr(register, "domain_of", lambda env: None)
    with pytest.raises(AttributeError, match="no attribute 'data'"):
        tiny()


KEYS = {
    "semicolon": "{cite:p}`adams2001bone; baker2002gut`",
    "page": "{cite:p}`adams2001bone, p. 5`",
    "sentence": "{cite:t}`adams2001bone. It ends {cite:p}`",
    "plain role": "{cite}`adams2001bone baker2002gut`",
}


@pytest.mark.parametrize("name", KEYS)
def test_what_is_no_list_of_keys_is_told_with_its_line(tiny, name):
    text = f"\nOne.\nTwo {KEYS[name]} there.\n"
    built = tiny({"reference/evidence.md": lambda before: f"{before}{text}"})
    lines = built.app.srcdir.joinpath("reference/evidence.md").read_text("utf-8").splitlines()
    at = next(n for n, line in enumerate(lines, start=1) if line.startswith("Two"))
    role, _, keys = KEYS[name].strip("`").partition("`")
    (said,) = built.warnings.splitlines()
    assert said == (
        f"reference/evidence.md:{at}: WARNING: {role} cannot read {keys!r}; between the two"
        f" backticks stand keys alone, separated by commas: {role}`one2020key,other2021key`"
        " [myst.role_text]"
    )


def test_each_part_of_a_paragraph_has_its_own_line(tiny):
    lines = ["One *two", "three* [f", "our](https://a.example) `five", "six` {nope}`x` end"]
    built = tiny({"reference/evidence.md": lambda before: f"{before}\n{chr(10).join(lines)}\n"})
    text = built.app.srcdir.joinpath("reference/evidence.md").read_text("utf-8")
    at = text.splitlines().index(lines[-1]) + 1
    # A role within code of two lines counts from where the code began.
    assert f"reference/evidence.md:{at - 1}: WARNING: Unknown interpreted text role" in (
        built.warnings
    )


def test_the_words_for_those_who_do_not_see_a_picture_are_whole(tiny):
    """MyST alone leaves out code, roles and ends of lines."""
    text = "![Up to 10{sup}`9` *cells* of `x`\nand {sub}`2` **more**](/sections/a.svg)"
    built = tiny(
        {
            "reference/evidence.md": lambda page: f"{page}\n{text}\n",
            "sections/a.svg": lambda _: (
                '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>A</title></svg>'
            ),
        }
    )
    assert built.warnings == ""
    [image] = built.app.env.get_doctree("reference/evidence").findall(nodes.image)
    assert image["alt"] == "Up to 10^9 cells of x\nand 2 more"


def test_a_break_ends_a_line_of_the_book_and_of_the_text(tiny):
    edits = {
        "reference/evidence.md": lambda text: f"{text}\nOne zqfirst\\\nzqsecond two.\n",
        "conf.py": lambda text: text.replace('"kb.data', '"typstbook", "kb.data'),
    }
    book = tiny(edits, builder="book")
    assert book.warnings == ""
    chapters = (book.out / ".typst/chapters").glob("*evidence.typ")
    assert "One zqfirst#linebreak() zqsecond two" in next(chapters).read_text()
