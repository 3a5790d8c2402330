"""The schema of a chapter, withdrawn papers, and drawings: what each slip is told."""

from __future__ import annotations

import pytest

CHAPTER = "sections/one.md"


def swap(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


CASES = {
    "no summary": (
        "summary: One sentence.\n",
        "",
        "1: WARNING: front matter lacks 'summary'; a chapter has summary, checked, check_due and searched_to",
    ),
    "summary without an end": (
        "One sentence.",
        "One sentence",
        "1: WARNING: the summary is one sentence and ends with a full stop",
    ),
    "not a date": (
        "checked: 2026-02-02",
        "checked: in spring",
        "1: WARNING: checked 'in spring' is not a date; write year, month and day, as in 2026-11-22",
    ),
    "dates out of order": (
        "check_due: 2027-02-02",
        "check_due: 2025-02-02",
        "1: WARNING: checked (2026-02-02) lies after check_due (2025-02-02); put the dates in order",
    ),
    "search after the check": (
        "searched_to: 2026-02-01",
        "searched_to: 2026-02-03",
        "1: WARNING: searched_to (2026-02-03) lies after checked (2026-02-02); put the dates in order",
    ),
    "no plain words": (
        "## In plain words",
        "## In short",
        "8: WARNING: the first two sections must be '## In plain words' and '## What the article claims, and what "
        "the evidence shows', in this order",
    ),
    "closing sections lost": (
        "## Limits of the evidence",
        "## Limits",
        "8: WARNING: the last two sections must be '## Limits of the evidence' and '## See also', in this order",
    ),
    "no section of its own": (
        "## The subject\n",
        "",
        "8: WARNING: between the opening and the closing sections the subject needs",
    ),
    "two titles": (
        "## See also",
        "# See also",
        "8: WARNING: a chapter has one title (a line '# Title'), this page has 2",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_breach_names_file_line_and_cure(tiny, name):
    old, new, message = CASES[name]
    warnings = tiny({CHAPTER: swap(old, new)}).warnings
    assert any(line.startswith(f"{CHAPTER}:{message}") for line in warnings.splitlines()), warnings


def test_a_day_that_is_not_in_the_calendar(tiny):
    warnings = tiny({CHAPTER: swap("checked: 2026-02-02", "checked: 2026-02-30")}).warnings
    assert (
        f"{CHAPTER}:1: WARNING: the front matter is missing or unreadable; a chapter opens with '---', summary"
        in warnings
    )


def test_a_chapter_without_claims(tiny):
    warnings = tiny(
        {CHAPTER: lambda t: t.split(":::{claim}")[0] + "## Limits of the evidence\n\n## See also\n"}
    ).warnings
    assert (
        f"{CHAPTER}:1: WARNING: the chapter states no claim; each chapter carries those of its part"
        in warnings
    )


def test_a_claim_outside_the_chapters(tiny):
    claim = ":::{claim} B1\n:strength: states\n:verdict: supported\n:certainty: none\n:certainty-of: claim\n\n> B.\n\nC.\n\nD.\n\nWhat would change this: E.\n:::\n"
    warnings = tiny({"reference/evidence.md": lambda t: t + claim}).warnings
    assert (
        "reference/evidence.md:11: WARNING: claim B1 stands outside the chapters; move it to a page of docs/sections/"
        in warnings
    )


def test_the_dates_stand_under_the_title(tiny):
    page = tiny().page("sections/one.html")
    assert (
        "Last checked against its sources on February 2, 2026; evidence searched to February 1, 2026; "
        "next check by February 2, 2027; not yet reviewed by a clinician."
    ) in page


def test_a_reviewer_is_named_once_there_is_one(tiny):
    page = tiny({CHAPTER: swap("searched_to", "reviewed_by: Dr. A. Bee\nsearched_to")}).page(
        "sections/one.html"
    )
    assert "reviewed by Dr. A. Bee." in page and "not yet reviewed" not in page


@pytest.mark.parametrize("status", ["retracted", "expression-of-concern"])
def test_a_doubted_paper_cited_as_support(tiny, status):
    edits = {
        CHAPTER: swap("clark2003gut", "dodd2004void"),
        "data/sources.bib": lambda text: f"{text}\n".replace("{retracted}", f"{{{status}}}"),
    }
    warnings = tiny(edits).warnings
    assert (
        f"sections/one.md:37: WARNING: 'dodd2004void' is {status.replace('-', ' ')} and cannot be cited as support; cite another source, "
        "or explain the paper in a ':::{retraction} dodd2004void' passage [retractions.cited]"
    ) in warnings


def test_a_withdrawn_paper_explained(tiny):
    passage = ":::{retraction} dodd2004void\n{cite:t}`dodd2004void` is void.\n:::\n\n## See also"
    built = tiny({CHAPTER: swap("## See also", passage)})
    assert built.warnings == ""
    assert (
        '<section class="retraction admonition">\n'
        '<p class="admonition-title">Retracted: A void paper</p>\n'
        in built.page("sections/one.html")
    ), "the stylesheets know its class"
    assert "status-retracted" in built.page("reference/sources.html")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (
            "dodd2004voit",
            "unknown source 'dodd2004voit' (did you mean 'dodd2004void'?); sources live in docs/data/sources.bib",
        ),
        (
            "clark2003gut",
            "'clark2003gut' has the status 'ok' and needs no such passage; cite it plainly",
        ),
    ],
)
def test_a_passage_about_the_wrong_paper(tiny, key, message):
    warnings = tiny(
        {CHAPTER: swap("## See also", f":::{{retraction}} {key}\nVoid.\n:::\n\n## See also")}
    ).warnings
    assert (
        f"sections/one.md:43: WARNING: {message} [retractions.passage]" in warnings.splitlines()
    ), warnings


def test_a_broken_cross_reference(tiny):
    warnings = tiny(
        {CHAPTER: swap("## See also\n", "## See also\n\n{doc}`nowhere` and {ref}`nothing`\n")}
    ).warnings
    assert "sections/one.md:45: WARNING: unknown document: 'nowhere' [ref.doc]" in warnings
    assert "sections/one.md:45: WARNING: undefined label: 'nothing' [ref.ref]" in warnings


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><style>.k{fill:red}</style>%s<rect width="1" height="1"/></svg>'


def figure(body: str, alt: str = ":alt: A square.\n"):
    return {
        "sections/a.svg": lambda _: DRAWING % body,
        CHAPTER: swap(
            "## See also", f"```{{image}} a.svg\n:class: kb-figure\n{alt}```\n\n## See also"
        ),
    }


def test_a_drawing_is_set_into_the_page_without_its_style(tiny):
    built = tiny(figure(""))
    page = built.page("sections/one.html")
    assert (
        built.warnings == ""
        and 'role="img" aria-label="A square."' in page
        and "fill:red" not in page
    )


@pytest.mark.parametrize(
    "body", ["<script>x()</script>", '<a href="https://example.org/">x</a>', '<g onload="x()"/>']
)
def test_an_active_drawing_is_refused(tiny, body):
    assert (
        "has no place in a drawing; remove scripts, handlers and outside addresses"
        in tiny(figure(body)).warnings
    )


def test_a_drawing_without_words_is_refused(tiny):
    assert (
        "a.svg: no text alternative; add ':alt:' with what the drawing says"
        in tiny(figure("", alt="")).warnings
    )
