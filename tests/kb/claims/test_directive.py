"""Claims: what they emit, and what each slip is told."""

from __future__ import annotations

import re

import pytest

CHAPTER = "sections/one.md"


def swap(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


def test_a_good_claim_builds_without_a_word(tiny):
    built = tiny()
    assert built.warnings == ""
    page = built.page("sections/one.html")
    assert 'id="claim-a1"' in page
    for words in (
        "Claim A1",
        "Overstated",
        "Low certainty",
        "The article states it, in our words",
        "The evidence",
        "For:",
        "The whole assessment",
        "What would change this:",
        "Against:",
    ):
        assert words in page, words
    assert re.search(r'<h3 class="claim-head rubric">', page)


def test_a_small_letter_is_one_fault(tiny):
    edits = {"sections/one.md": lambda text: text.replace(":::{claim} A1", ":::{claim} a1")}
    (said,) = tiny(edits).warnings.splitlines()
    cure = "ids are a capital letter and a number, as in C1, not 'a1'"
    assert said.endswith(f"WARNING: claim A1: {cure} [evidence.claim]")


def test_the_role_links_from_anywhere(tiny):
    page = tiny().page("sections/one.html")
    linked = re.findall(r'href="#claim-a1"[^>]*><span[^>]*>([^<]*)</span>', page)
    assert linked[-2:] == ["claim A1", "the first"]


def test_the_register_lists_counts_and_links_both_ways(tiny):
    built = tiny()
    register = built.page("reference/evidence.html")
    assert 'href="../sections/one.html#claim-a1"' in register
    assert 'id="register-a1"' in register
    assert "Osteocalcin does everything." in register and "It does something." in register
    assert 'href="../reference/evidence.html#register-a1"' in built.page("sections/one.html")
    row = re.search(r"Overstated</span></p></th>(.*?)</tr>", register, re.S)[1]
    assert re.findall(r"<p[^>]*>([^<]*)</p>", row) == ["–", "–", "1", "–", "–", "1"]


@pytest.mark.parametrize("parallel", [1, 2])
def test_serial_and_parallel_give_the_same_bytes(tiny, make_app, parallel):
    built = tiny()
    app = make_app(
        "html",
        srcdir=built.app.srcdir,
        builddir=built.app.srcdir.parent / f"again{parallel}",
        parallel=parallel,
    )
    app.build(force_all=True)
    for name in (
        "sections/one.html",
        "reference/evidence.html",
        "reference/glossary.html",
        "reference/sources.html",
    ):
        assert (app.outdir / name).read_text() == built.page(name), name


CHANGE = "What would change this: a trial in people."
ASSESSMENT = "In mice osteocalcin did something {cite:p}`adams2001bone`, in people not {cite:p}`baker2002gut`."
CASES = {
    "unknown source": (
        ":for: adams2001bone",
        ":for: adams2001bon",
        "unknown source 'adams2001bon' under 'for' (did you mean 'adams2001bone'?); see docs/data/sources.bib",
    ),
    "verdict outside the list": (
        ":verdict: overstated",
        ":verdict: overrated",
        "verdict 'overrated' is not in the list (did you mean 'overstated'?) (it is one of supported, partly-supported, "
        "overstated, unsupported, reversed or not-verifiable)",
    ),
    "certainty outside the list": (
        ":certainty: low",
        ":certainty: lowish",
        "certainty 'lowish' is not in the list (did you mean 'low'?) (it is one of high, moderate, low, very-low or none)",
    ),
    "strength outside the list": (
        ":strength: states",
        ":strength: stated",
        "strength 'stated' is not in the list (did you mean 'states'?) (it is one of states, can, may, reports-attention or crucial)",
    ),
    "missing strength": (
        ":strength: states\n",
        "",
        "option 'strength' is missing; it is one of states, can, may, reports-attention or crucial",
    ),
    "missing option": (
        ":certainty-of: claim\n",
        "",
        "option 'certainty-of' is missing; it is one of claim or correction",
    ),
    "option that slid into the body": (
        ":::{claim} A1\n",
        ":::{claim} A1\n\n",
        "an option stands in the body; options follow the opening line directly, one line each",
    ),
    "no quotation": (
        "> Osteocalcin does everything.\n",
        "Osteocalcin does everything.\n",
        "the body must begin with what the article says, as a quotation: a line that starts with '> '",
    ),
    "no answer": (
        "It does something.\n\n" + ASSESSMENT + "\n\n" + CHANGE + "\n",
        "- a list\n",
        "after the quotation comes the answer, one sentence in a paragraph of its own",
    ),
    "no assessment": (
        "\n\n" + ASSESSMENT + "\n",
        "\n",
        "the assessment is missing: one or more paragraphs after the answer",
    ),
    "answer with a citation": (
        "It does something.\n",
        "It does something {cite:p}`adams2001bone`.\n",
        "the answer carries a citation; the assessment is the place for that",
    ),
    "quotation with a citation": (
        "> Osteocalcin does everything.\n",
        "> Osteocalcin does everything {cite:p}`adams2001bone`.\n",
        "the quotation carries a citation; the assessment is the place for that",
    ),
    "answer with a footnote": (
        "It does something.\n",
        "It does something[^a].\n\n[^a]: In bone.\n",
        "the answer carries a footnote; the assessment is the place for that",
    ),
    "answer with a title that is not known yet": (
        "It does something.\n",
        "It does something, says {doc}`one`.\n",
        "the answer carries words that are made later; write them out",
    ),
    "change with a citation": (
        CHANGE,
        CHANGE.replace("a trial", "as {cite:t}`adams2001bone`, a trial"),
        "the sentence that begins with 'What would change this:' carries a citation; the assessment is the place for that",
    ),
    "assessment that cites nothing": (
        ASSESSMENT,
        "It did.",
        "the assessment cites nothing although its certainty is not 'none'; cite what it rests on: {cite:p}`key`",
    ),
    "a side that the assessment does not cite": (
        ", in people not {cite:p}`baker2002gut`",
        "",
        "'baker2002gut' stands under 'against', but the assessment does not cite it; say there what it found, with {cite:p}`baker2002gut`, or take it off the side",
    ),
    "nothing that would change it": (
        "\n\n" + CHANGE,
        "",
        "the last paragraph must begin with 'What would change this:' and say in one sentence what finding would change the answer",
    ),
    "something behind what would change it": (
        CHANGE + "\n",
        CHANGE + "\n\nMore words.\n",
        "the last paragraph must begin with 'What would change this:' and say in one sentence what finding would change the answer",
    ),
    "a record on two sides": (
        ":for: adams2001bone",
        ":for: adams2001bone, baker2002gut",
        "'baker2002gut' stands under 'for' and under 'against'; a record is on one side",
    ),
    "a supporting record under against": (
        ":for: adams2001bone\n:against: baker2002gut",
        ":against: baker2002gut, adams2001bone",
        "'adams2001bone' stands under 'against', but docs/data/sources.bib:1 says 'for' in its field 'sides'; make the two agree",
    ),
    "a record left out": (
        ":for: adams2001bone\n",
        "",
        "docs/data/sources.bib:1 puts 'adams2001bone' under 'for', but the claim leaves it out; add it",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_slip_names_file_line_and_cure(tiny, name):
    old, new, message = CASES[name]
    warnings = tiny({CHAPTER: swap(old, new)}).warnings
    assert (
        f"sections/one.md:16: WARNING: claim A1: {message} [evidence.claim]"
        in warnings.splitlines()
    ), warnings


def test_a_claim_id_used_twice(tiny):
    second = ":::{claim} A1\n:strength: states\n:verdict: supported\n:certainty: none\n:certainty-of: claim\n\n> B.\n\nC.\n\nD.\n\nWhat would change this: E.\n:::\n\n## Limits"
    warnings = tiny({CHAPTER: swap("## Limits", second)}).warnings
    line = next(line for line in warnings.splitlines() if "[evidence.duplicate]" in line)
    assert line == (
        "sections/one.md:39: WARNING: claim A1 stands here and in sections/one.md:16; give one of them another id "
        "[evidence.duplicate]"
    )


def test_a_link_to_a_claim_that_is_not_there(tiny):
    warnings = tiny({CHAPTER: swap("{claim}`A1` and", "{claim}`A9` and")}).warnings
    assert warnings.strip() == (
        "sections/one.md:45: WARNING: no claim A9; claims are written in docs/sections/ as :::{claim} ID [ref.claim]"
    )


def test_a_side_of_a_claim_that_is_not_there(tiny):
    warnings = tiny({"data/sources.bib": swap("A1 against", "A1 against, Z9 for")}).warnings
    assert "docs/data/sources.bib:19: baker2002gut: sides: there is no claim Z9" in warnings


def test_an_assessment_without_direct_evidence_need_not_cite(tiny):
    edits = {CHAPTER: swap(ASSESSMENT, "Nobody has looked.")}
    cites_nothing = "the assessment cites nothing although its certainty is not 'none'"
    assert cites_nothing in tiny(edits).warnings
    edits[CHAPTER] = lambda text: swap(":certainty: low", ":certainty: none")(
        text.replace(ASSESSMENT, "Nobody has looked.")
    )
    assert cites_nothing not in tiny(edits).warnings


def test_a_claim_that_is_still_filled_in_needs_one_line(tiny):
    """Not one for each part that a prompt stands for."""
    told = tiny(
        {
            "sections/one.md": lambda text: text.replace(
                ":verdict: overstated", ":verdict: PROMPT: one of them", 1
            ).replace("> Osteocalcin does everything.", "% PROMPT: what the article says", 1)
        }
    ).warnings
    assert told == (
        "sections/one.md:16: WARNING: claim A1: prompts are left in verdict and the body; write"
        " what each asks for in its place, or delete its line [evidence.claim]\n"
    )
