"""Formulas: MathML without scripts, told where an edition cannot set them."""

from __future__ import annotations

import re

import pytest

SETTABLE = (
    "The square $x^2$ and {math}`\\frac{a}{b} < 1`.\n\n$$\nk = \\alpha \\\\ l = m\n$$ (one)\n"
)
BLOCK = "```{math}\n:label: two\n\ne = m c^2\n```\n\nSee {eq}`two`.\n"
WAYS = {
    "a role": "Text {math}`a^2 \\unknown`.",
    "dollars": "Text $a^2 \\unknown$.",
    "a directive": "```{math}\na^2 \\unknown\n```",
    "a block of dollars": "$$\na^2 \\unknown\n$$",
}


def test_formulas_are_mathml_with_their_source_and_no_script(tiny):
    built = tiny({"reference/evidence.md": lambda text: f"{text}\n{SETTABLE}\n{BLOCK}"})
    assert built.warnings == ""
    page = built.page("reference/evidence.html")
    assert '<math alttext="x^2" xmlns="http://www.w3.org/1998/Math/MathML">' in page
    assert '<math alttext="\\frac{a}{b} &lt; 1" ' in page
    assert '<math alttext="k = \\alpha \\\\ l = m" ' in page
    assert len(re.findall('<math [^>]*display="block"', page)) == 2
    assert '<span class="eqno">(1)<a class="headerlink" href="#equation-one"' in page
    assert "mathjax" not in page.lower() and "https://cdn" not in page
    assert not re.search(r"&(?!lt|gt|amp|quot|#)\w+;", page[page.index("<math") :])


@pytest.mark.parametrize("builder", ["html", "text"])
@pytest.mark.parametrize("name", WAYS)
def test_a_formula_that_cannot_be_set_is_told_in_every_edition(tiny, name, builder):
    built = tiny({"reference/evidence.md": lambda text: f"{text}\n{WAYS[name]}\n"}, builder)
    message = (
        "the formula 'a^2 \\\\unknown' cannot be set: Unknown LaTeX command \"\\unknown\"; "
        "docs/authoring/chapter.md says what formulas may hold [text.formula]"
    )
    assert f"reference/evidence.md:12: WARNING: {message}" in built.warnings


@pytest.mark.parametrize("text", ["US$5 and US$6", "It costs 5 $ or 6 $.", "From $20,000–$30,000."])
def test_money_is_no_formula(tiny, text):
    built = tiny({"reference/evidence.md": lambda before: f"{before}\n{text}\n"})
    assert built.warnings == ""
    assert "<math" not in built.page("reference/evidence.html")
