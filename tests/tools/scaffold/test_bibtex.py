"""What `make new source` makes of the LaTeX and HTML of publishers: nothing is lost without a word.

The forms are those in which Crossref, PubMed, Scopus, Zotero, Mendeley and publishers hand out
titles and names.
"""

from __future__ import annotations

import pytest

from kb.sources.latex import fault_of
from scaffold.bibliography import _escaped
from scaffold.bibtex import plain

FORMS = {
    # units
    r"{\textmu}mol": "µmol",
    r"45 \textmu g": "45 µg",
    r"45 \textmu{}g": "45 µg",
    r"45 $\mu$g": "45 µg",
    r"45 $\upmu$g": "45 µg",
    r"45 \ensuremath{\mu}g": "45 µg",
    r"45 $\mathrm{\mu}$g": "45 µg",
    "45 &micro;g": "45 µg",
    r"37{\textdegree}C": "37°C",
    r"37\,$^{\circ}$C": "37 °C",
    r"37$^\circ$C": "37°C",
    r"5\,g and 5~g": "5 g and 5 g",
    r"1\;000\:kg": "1 000 kg",
    r"10{\textperthousand}": "10‰",
    # exponents
    r"10\textsuperscript{9} CFU": "10⁹ CFU",
    r"10{\textsuperscript{9}} CFU": "10⁹ CFU",
    "10<sup>9</sup> CFU": "10⁹ CFU",
    "10<jats:sup>9</jats:sup> CFU": "10⁹ CFU",
    "10&lt;sup&gt;9&lt;/sup&gt; CFU": "10⁹ CFU",
    r"10$^{-6}$": "10⁻⁶",
    r"10$^9$": "10⁹",
    r"10\^{}9": "10⁹",
    "10<sup>−6</sup>": "10⁻⁶",
    r"$5 \times 10^6$ CFU": "5 × 10⁶ CFU",
    r"5 {\texttimes} 10\textsuperscript{6}": "5 × 10⁶",
    "10<sup>8</sup>&#8211;10<sup>9</sup>": "10⁸–10⁹",
    "kg/m<sup>2</sup>": "kg/m²",
    "Ca<sup>2+</sup>": "Ca²⁺",
    r"{Ca$^{{\mathrm{2+}}}$}": "Ca²⁺",
    "<sup>13</sup>C": "¹³C",
    r"{$\Delta$}$^9$-THC": "Δ⁹-THC",
    r"5$'$ and 3$^\prime$": "5' and 3′",
    r"$\chi^2$": "χ²",
    "21<sup>st</sup>": "21st",
    r"K\textsuperscript{\textregistered}": "K®",
    "<mml:math><mml:msup><mml:mn>10</mml:mn><mml:mn>9</mml:mn></mml:msup></mml:math>": "10⁹",
    "<msup><mn>10</mn><mrow><mo>-</mo><mn>6</mn></mrow></msup>": "10⁻⁶",
    # what stands lowered
    r"D$_3$": "D3",
    "K<sub>2</sub>": "K2",
    "K<inf>2</inf>": "K2",
    r"K\textsubscript{2}": "K2",
    r"$\mathrm{K}_{2}$": "K2",
    r"C$_{max}$": "Cmax",
    r"A$\beta_{1-42}$": "Aβ1-42",
    # Greek
    r"\textalpha-tocopherol": "α-tocopherol",
    r"\alpha -tocopherol": "α-tocopherol",
    r"{\textbeta}-carotene": "β-carotene",
    r"\ensuremath{\beta}-carotene": "β-carotene",
    r"$\upbeta$-carotene": "β-carotene",
    r"\(\beta\)-carotene": "β-carotene",
    "&beta;-carotene": "β-carotene",
    "&#x3b3;-carboxylation": "γ-carboxylation",
    r"NF-{\textkappa}B": "NF-κB",
    r"$\omega$3 and $\varepsilon$": "ω3 and ε",
    "<mml:math><mml:mi>β</mml:mi></mml:math>": "β",
    # signs
    r"p \textless 0.05": "p <0.05",
    r"p \textgreater{} 0.05": "p > 0.05",
    r"$<$5 and $\leqslant$ 5": "<5 and ≤ 5",
    r"$\geq$ 5 $\pm$ 2": "≥ 5 ± 2",
    r"{\textasciitilde}5 and \~{}5": "∼5 and ∼5",
    r"{\textonehalf}": "½",
    "{50}% more of it": "50% more of it",
    r"5\% of R\&D": "5% of R&D",
    r"it\textquoteright s": "it’s",
    r"{\textquotedblleft}x{\textquotedblright}": "“x”",
    "<i>K2</i> &amp; p &lt; 0.05": "K2 & p < 0.05",
    # looks
    r"\textit{B. subtilis} natto": "B. subtilis natto",
    r"{\it in vitro}": "in vitro",
    r"$\mathit{B. subtilis}$": "B. subtilis",
    "<jats:italic>B. subtilis</jats:italic>": "B. subtilis",
    r"{\textsc{d}}-lactate": "d-lactate",
    '<span style="font-variant:small-caps;">d</span>-lactate': "d-lactate",
    r"\mbox{MK-7}": "MK-7",
    r"one\\two<br/>three": "one two three",
    # names
    r"{\O}zbulut {\'E}va": "Øzbulut Éva",
    r"Garc{\'{\i}}a and Mart\'{\i}n": "García and Martín",
    r"S$\mathrm{\acute{a}}$nchez": "Sánchez",
    r"{\L}ukasz Wei{\ss}": "Łukasz Weiß",
}
ASKED = {
    r"\foo{x} y": r"\foo x y",
    r"\SI{45}{\micro\gram}": r"\SI 45µ\gram",
    r"x\textsuperscript{a}": r"x\textsuperscript a",
    "x<sup>a</sup>": r"x\textsuperscript a",
    r"T$_{\max}$": r"T\max",
    r"$\frac{1}{2}$": r"\frac 12",
    r"costs \$5": "costs $5",
    "from $5 to $10": "from $5 to $10",
    r"\{x\}": r"\lbrace x\rbrace",
    r"{\textnumero}": r"\textnumero",
    "<mfrac><mn>1</mn><mn>2</mn></mfrac>": "<mfrac>12</mfrac>",
    "<tex-math>x</tex-math>": "<tex-math>x</tex-math>",
}
"""What only a person can write by its sign: it stays, and the build refuses it."""


@pytest.mark.parametrize(("latex", "text"), FORMS.items())
def test_a_form_becomes_plain_characters(latex, text):
    assert plain(latex) == text
    assert fault_of(_escaped("title", text)) == ""


@pytest.mark.parametrize(("latex", "text"), ASKED.items())
def test_what_is_not_known_stays_to_be_asked_for(latex, text):
    assert plain(latex) == text
    assert fault_of(_escaped("title", text)) != ""
