"""A chapter that was deleted with its claims: one message, and not one for each source."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kb.claims.domain import _chapter_fault
from kb.sources.bibliography import Source

BIB = "data/sources.bib"


def with_sides(*sides: str):
    """Let the first sources take the *sides* of claims that are not there."""

    def edit(text: str) -> str:
        for words in sides:
            at = text.index("sides", text.rfind("zq", 0) + 1 if "zq" in text else 0)
            end = text.index("}", at)
            text = f"{text[:at]}zq{text[at:end]}, {words}{text[end:]}"
        return text.replace("zq", "")

    return edit


def test_claims_of_a_chapter_that_is_gone_are_one_message(tiny):
    built = tiny({BIB: with_sides("Z1 for, Z2 for, Z3 mixed")})
    (line,) = [line for line in built.warnings.splitlines() if "[evidence.sides]" in line]
    assert line.endswith(
        ": claims Z1 to Z3 went with their chapter; a source names them in 'sides': adams2001bone; "
        "take the claims out there, or bring the chapter back [evidence.sides]"
    )


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, "a source names them in 'sides': a; "),
        (2, "2 sources name them in 'sides': a, b; "),
        (3, "3 sources name them in 'sides': a, b, c; "),
        (5, "5 sources name them in 'sides': a, b, c and 2 more; "),
    ],
)
def test_three_sources_are_named_and_the_others_counted(tmp_path, number, told):
    sources = [
        Source(key, line, "rct", "ok", {}, {})
        for line, key in zip(range(9, 9 - number, -1), "abcde"[:number], strict=True)
    ]
    lost = {"Z1": sources[::-1], "Z3": sources[:1]}
    app = SimpleNamespace(srcdir=tmp_path)
    assert _chapter_fault(app, ["Z1", "Z3"], lost) == (
        f"docs/data/sources.bib:{10 - number}: claims Z1, Z3 went with their chapter; {told}"
        "take the claims out there, or bring the chapter back"
    )


def test_the_chapter_is_named_where_it_was_published(tiny):
    published = "# 1.0.0\nsections/two.html\nsections/two.html#claim-z1\n"
    edits = {BIB: with_sides("Z1 for, Z3 for"), "data/published-ids.txt": lambda _: published}
    assert "claims Z1, Z3 went with docs/sections/two.md; " in tiny(edits).warnings


@pytest.mark.parametrize("side", ["Z1 for", "A2 for, A3 for"])
def test_a_slip_is_told_at_its_source_without_a_guess(tiny, side):
    warnings = tiny({BIB: with_sides(side)}).warnings
    for claim in side.replace(" for", "").split(", "):
        assert f"adams2001bone: sides: there is no claim {claim} [evidence.sides]" in warnings
