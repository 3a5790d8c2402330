"""What a passage says, and what it is silent about."""

from __future__ import annotations

import docutils.utils
import pytest
from docutils import nodes
from sphinx import addnodes

from kb.text_index.passages import SILENT, passages
from kb.text_index.records import records_of


@pytest.mark.parametrize(
    "kind", [nodes.comment, nodes.raw, nodes.substitution_definition, addnodes.index], ids=str
)
def test_the_search_finds_no_words_that_a_page_does_not_show(new_document, kind):
    """The remarks of authors among them."""
    silent = kind("", "for authors") if kind is not addnodes.index else kind(entries=[])
    section = nodes.section("", nodes.title("", "Gut"), nodes.paragraph("", "Words."), silent)
    new_document += section
    assert kind in SILENT
    assert [(one.title, one.text) for one in passages(new_document)] == [("Gut", "Words.")]


def test_a_remark_within_a_list_is_not_found_either(tiny):
    text = "- One.\n\n  % A remark for authors.\n\n- Two.\n\n% Another.\n\n"
    built = tiny(
        {"sections/one.md": lambda page: page.replace("Two studies", f"{text}Two studies")}
    )
    told = records_of(built.app.env)["sections/one"].passages
    assert [one.text for one in told if one.title.startswith("Limits")] == [
        "One. Two. Two studies are few."
    ]


@pytest.fixture
def new_document() -> nodes.document:
    return docutils.utils.new_document("")


def test_a_heading_over_nothing_is_found_as_well(tiny):
    """Places of their own, such as terms, are found by themselves; nothing is not."""
    built = tiny(
        {"reference/evidence.md": lambda _: "# E\n\n## Zqnothing\n\n## Zqwords\n\nWords.\n"}
    )
    found = records_of(built.app.env)["reference/evidence"].passages
    assert [(one.title, one.bare) for one in found[1:]] == [
        ("Zqnothing", False),
        ("Zqwords", False),
    ]
