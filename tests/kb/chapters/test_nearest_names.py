"""A link that leads nowhere names the line it stands in, and what may have been meant."""

from __future__ import annotations

import logging

import pytest

from kb.chapters import nearest_names

# MyST itself uses what Sphinx calls old, where a link leads into another page.
pytestmark = pytest.mark.filterwarnings(
    "ignore::PendingDeprecationWarning", "ignore::DeprecationWarning"
)
LOST = {
    # The first, since MyST gives this kind the line of its paragraph.
    "an anchor": (
        "[it](#the-subjekt)",
        "'myst' cross-reference target not found: 'the-subjekt'",
        "the-subject",
    ),
    "a term": ("{term}`osteocalcinn`", "term not in glossary: 'osteocalcinn'", "osteocalcin"),
    "a term, other words": (
        "{term}`words <osteocalcinn>`",
        "term not in glossary: 'osteocalcinn'",
        "osteocalcin",
    ),
    "a term by its id": (
        "{term}`bone-gla-protein`",
        "term not in glossary: 'bone-gla-protein'",
        "bone Gla protein",
    ),
    "a page": ("{doc}`onne`", "unknown document: 'onne'", "one"),
    "a page with its ending": ("{doc}`one.md`", "unknown document: 'one.md'", "one"),
    "a page of another folder": (
        "{doc}`../reference/glosary`",
        "unknown document: '../reference/glosary'",
        "../reference/glossary",
    ),
    "a page from the top": (
        "{doc}`/reference/glosary`",
        "unknown document: '/reference/glosary'",
        "/reference/glossary",
    ),
    "a file": (
        "[it](../reference/glosary.md)",
        "'myst' cross-reference target not found: '../reference/glosary.md'",
        "../reference/glossary.md",
    ),
    "a heading of another page": (
        "[it](one.md#the-subjekt)",
        "local id not found in doc 'sections/one': 'the-subjekt'",
        "the-subject",
    ),
    "a label": ("{ref}`claim-a11`", "undefined label: 'claim-a11'", "claim-a1"),
    "a source": (
        "{cite:p}`adams2001bone,adams2001`",
        'could not find bibtex key "adams2001"',
        "adams2001bone",
    ),
    "a claim": ("{claim}`a1`", "no claim a1; claims are written in docs/sections/", "A1"),
}
FAR = {
    "a term": "{term}`zinc`",
    "a page": "{doc}`zinc`",
    "a claim": "{claim}`B7`",
    "a source": "{cite:p}`zinc1999`",
}


@pytest.fixture
def lost(tiny):
    """Return the warnings for a paragraph with *links*, a line for each, from line 39 on."""

    def build(links):
        words = "".join(f"Sentence {n} says {link} here.\n" for n, link in enumerate(links))

        def put(text):
            assert text.splitlines()[36] == "{cite:t}`clark2003gut` found nothing."
            return text.replace("found nothing.\n", f"found nothing.\n\n{words}", 1)

        return tiny({"sections/one.md": put}, myst_heading_anchors=3).warnings.splitlines()

    return build


def test_each_lost_link_has_its_line_and_the_nearest_name(lost):
    said = lost([link for link, _, _ in LOST.values()])
    for line, (_, message, near) in enumerate(LOST.values(), start=39):
        start = f"sections/one.md:{line}: WARNING: {message}"
        found = next((each for each in said if each.startswith(start)), "")
        assert f" (did you mean {near!r}?) [" in found, "\n".join(said)
    assert len(said) == len(LOST)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("```{figure} /reference/Dose.svg\n:alt: Words.\n```", "reference/Dose.svg"),
        ("![Words](../reference/dosis.svg)", "reference/dosis.svg"),
        ("{download}`words </reference/dose.sgv>`", "reference/dose.sgv"),
    ],
)
def test_a_file_that_is_not_there(tiny, written, wanted):
    edits = {
        "sections/one.md": lambda text: text.replace("found nothing.\n", f"found.\n\n{written}\n"),
        "reference/dose.svg": lambda _: "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    (said,) = (line for line in tiny(edits).warnings.splitlines() if "not readable" in line)
    assert f"not readable: {wanted} (did you mean '/reference/dose.svg'?) [" in said


@pytest.mark.parametrize("written", ["words", "/reference/words"])
def test_a_page_with_another_name_is_found_by_what_was_published(tiny, written):
    """Only one page of the folder is new: it has the place of the one that is gone."""
    pages = ("evidence", "foods", "sources", "words")
    edits = {
        "data/published-ids.txt": lambda _: "".join(f"reference/{name}.html\n" for name in pages),
        "reference/evidence.md": lambda text: f"{text}\nSee {{doc}}`{written}`.\n",
    }
    (said,) = (line for line in tiny(edits).warnings.splitlines() if "unknown document" in line)
    meant = written.replace("words", "glossary")
    assert f"'{written}' (did you mean '{meant}'?) [" in said


def test_a_neighbor_of_a_term_that_is_not_there(tiny):
    edit = {"reference/glossary.md": lambda text: text.replace("see-also: gut", "see-also: guts")}
    (said,) = tiny(edit).warnings.splitlines()
    cure = "it holds ids of entries, as in gamma-carboxylation"
    assert f"'see-also' names no term 'guts'; {cure} (did you mean 'gut'?)" in said


def test_names_that_nothing_is_like_have_no_hint(lost):
    said = lost(FAR.values())
    assert len(said) == len(FAR)
    assert not [line for line in said if "did you mean" in line]


def test_a_second_build_says_it_once(lost):
    names = [logging.getLogger(name) for name in nearest_names.LOGGERS]
    said = lost(["{term}`osteocalcinn`"])
    assert [line.count("did you mean") for line in said] == [1]
    assert [name.filters.count(nearest_names.NEAREST) for name in names] == [1] * len(names)
