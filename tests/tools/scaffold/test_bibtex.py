"""What `make new source` makes of the LaTeX and HTML of publishers: nothing is lost without a word."""

from __future__ import annotations

import pytest

from scaffold.bibtex import plain

FORMS = {
    "{50}% more of it": "50% more of it",
    r"5\% of R\&D": "5% of R&D",
    r"45 \textmu g": "45 µg",
    r"45 $\mu$g": "45 µg",
    r"p \textless 0.05": "p <0.05",
    r"p \textgreater{} 0.05": "p > 0.05",
    r"\textalpha-tocopherol": "α-tocopherol",
    r"\ensuremath{\beta}-carotene": "β-carotene",
    r"it\textquoteright s": "it’s",
    r"\textit{B. subtilis} natto": "B. subtilis natto",
    r"{\it in vitro}": "in vitro",
    r"\mbox{MK-7}": "MK-7",
    r"D$_3$": "D3",
    r"10$^{-6}$": "10⁻⁶",
    "<i>K2</i> &amp; p &lt; 0.05": "K2 & p < 0.05",
    r"{\O}zbulut {\'E}va": "Øzbulut Éva",
    r"\foo{x} y": r"\foo x y",
}


@pytest.mark.parametrize(("latex", "text"), FORMS.items())
def test_a_form_becomes_plain_characters_or_stays_to_be_asked_for(latex, text):
    assert plain(latex) == text
