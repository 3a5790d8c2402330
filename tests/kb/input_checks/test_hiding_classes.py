"""No class hides words of a page, or lays them over others, by whatever option it comes."""

from __future__ import annotations

import re

import pytest

from kb import CORE
from kb.input_checks.hiding_classes import HIDING

WAYS = {
    "an option": ":::{note}\n:class: d-none\nWords.\n:::",
    "options as YAML": ':::{note}\n---\n"class": kb-x d-none\n---\nWords.\n:::',
    "a box of a class": "```{container} d-none\nWords.\n```",
    "reStructuredText": "```{eval-rst}\n.. container:: d-none\n\n   Words.\n```",
}


@pytest.mark.parametrize("name", WAYS)
def test_a_class_that_hides_is_told_and_taken_away(tiny, name):
    built = tiny({"reference/evidence.md": lambda text: f"{text}\n{WAYS[name]}\n"})
    line = re.match(r"reference/evidence\.md:(1[1-6]): ", built.warnings)[1]
    assert built.warnings == (
        f"reference/evidence.md:{line}: WARNING: the class 'd-none' hides words or lays them over"
        " others; delete it [text.class]\n"
    )
    assert "d-none" not in built.page("reference/evidence.html")


def test_a_class_within_an_icon_is_told(tiny):
    icons = "{octicon}`check;1em;sd-text-info d-none` and {octicon}`check;1em;sr-only`"
    built = tiny(
        {"reference/evidence.md": lambda text: f"{text}\n{icons}\n"},
        extensions=["myst_parser", "sphinx_design", "sphinxcontrib.bibtex", *CORE],
    )
    assert built.warnings == "".join(
        f"reference/evidence.md:12: WARNING: the class '{name}' hides words or lays them over"
        " others; delete it [text.class]\n"
        for name in ("d-none", "sr-only")
    )


@pytest.mark.parametrize(
    "name",
    [
        "d-lg-none",
        "sd-d-none",
        "visually-hidden",
        "fixed-top",
        "position-absolute",
        "invisible",
        "modal",
    ],
)
def test_what_hides(name):
    assert HIDING.fullmatch(name)


@pytest.mark.parametrize(
    "name", ["d-print-none", "only-dark", "sd-d-flex-row", "kb-figure", "tip", "special", "sd-card"]
)
def test_what_does_not(name):
    assert not HIDING.fullmatch(name)
