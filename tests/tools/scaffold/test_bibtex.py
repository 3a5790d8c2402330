"""What `make new source` makes of the LaTeX and HTML of publishers: nothing is lost without a word.

The forms are those in which Crossref, PubMed, Scopus, Zotero, Mendeley and publishers hand out
titles and names.
"""

from __future__ import annotations

import pytest

from kb.sources.latex import fault_of
from scaffold.bibliography import _escaped
from scaffold.bibtex import _names, plain, works
from scaffold.files import Refused

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
    r"{\~{}}10{\^{}}9 CFU": "∼10⁹ CFU",
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
    r"K{\textless}sub{\textgreater}2{\textless}/sub{\textgreater}": "K2",
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
    r"costs \$5": "costs $5",
    "from $5 to $10": "from $5 to $10",
    r"Nguy{\~{\^e}}n": "Nguyễn",
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
    "Garc\u0131\u0301a": "García",
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


DIALECTS = {
    # Better BibTeX of Zotero: date, journaltitle, braces in pairs
    r"""
@article{karlFecalConcentrations2017,
  title = {Fecal Concentrations of Vitamin {{K}} in {{Japan}}},
  author = {Karl, J Philip and {van der Berg}, Jan and Garc{\'i}a-Lafuente, A.},
  date = {2017-10},
  journaltitle = {The American Journal of Clinical Nutrition},
  shortjournal = {Am J Clin Nutr},
  volume = {106}, number = {4}, pages = {1052--1061},
  doi = {10.3945/ajcn.117.155424},
  url = {https://linkinghub.elsevier.com/retrieve/pii/S0002916522026612},
  langid = {english}, file = {Zotero/storage/X.pdf}
}""": {
        "author": "Karl, J Philip and van der Berg, Jan and García-Lafuente, A.",
        "title": "Fecal Concentrations of Vitamin K in Japan",
        "journal": "The American Journal of Clinical Nutrition",
        "year": "2017",
        "volume": "106",
        "number": "4",
        "pages": "1052-1061",
        "doi": "10.3945/ajcn.117.155424",
    },
    # Mendeley: words before the entry, tags in TeX, a path with backslashes
    r"""Automatically generated by Mendeley Desktop 1.19.8
Any changes to this file will be lost if it is regenerated by Mendeley.

@incollection{Walther2017,
author = {Walther, Barbara and Chollet, Magali},
booktitle = {Vitamin K2 - Vital for Health},
doi = {10.5772/63712},
file = {:C$\backslash$:/Users/me/X.pdf:pdf},
mendeley-groups = {K2},
month = {mar},
pmid = {25246403},
title = {{Vitamin K{\textless}sub{\textgreater}2{\textless}/sub{\textgreater} in the Diet}},
year = {2017}
}""": {
        "author": "Walther, Barbara and Chollet, Magali",
        "title": "Vitamin K2 in the Diet",
        "journal": "Vitamin K2 - Vital for Health",
        "year": "2017",
        "doi": "10.5772/63712",
        "pmid": "25246403",
    },
    # JabRef: given names first, its own comments behind
    r"""% Encoding: UTF-8
@Article{Vermeer2012,
  author       = {C. Vermeer and {\relax Th}eodore Bar and M{\"{u}}ller, Jr., Hans},
  date         = {2012-10-02},
  journaltitle = {Food {\&} Nutrition Research},
  title        = {Vitamin K -- an overview},
  eprint       = {22489224},
  eprinttype   = {pubmed},
  groups       = {Reviews},
  readstatus   = {read},
}

@Comment{jabref-meta: databaseType:biblatex;}
""": {
        "author": "Vermeer, C. and Bar, Theodore and Müller, Jr., Hans",
        "title": "Vitamin K – an overview",
        "journal": "Food & Nutrition Research",
        "year": "2012",
        "pmid": "22489224",
    },
    # EndNote: a note of several lines
    r"""@article{RN12,
   author = {Kamao, M. and Suhara, Y.},
   title = {Vitamin K Content of Foods},
   journal = {J Nutr Sci Vitaminol (Tokyo)},
   pages = {464-70},
   note = {Kamao, Maya
eng
J Nutr Sci Vitaminol (Tokyo). 2007 Dec;53(6):464-70. doi: 10.3177/jnsv.53.464.},
   ISSN = {0301-4800 (Print)
0301-4800},
   DOI = {10.3177/jnsv.53.464},
   year = {2007},
   type = {Journal Article}
}""": {
        "author": "Kamao, M. and Suhara, Y.",
        "title": "Vitamin K Content of Foods",
        "journal": "J Nutr Sci Vitaminol (Tokyo)",
        "year": "2007",
        "pages": "464-70",
        "doi": "10.3177/jnsv.53.464",
    },
    # Crossref: one line, HTML, months without braces
    r""" @article{Vos_2012, title={Vitamin K<sub>2</sub>  Rescues <i>Pink1</i> at 10<sup>-6</sup> M}, volume={336}, url={http://dx.doi.org/10.1126/science.1218632}, DOI={10.1126/science.1218632}, number={6086}, journal={Science}, author={Vos, Melissa and Van Meensel, Stefanie}, year={2012}, month=jun, pages={1306–1310} }
""": {
        "author": "Vos, Melissa and Van Meensel, Stefanie",
        "title": "Vitamin K2 Rescues Pink1 at 10⁻⁶ M",
        "journal": "Science",
        "year": "2012",
        "volume": "336",
        "number": "6086",
        "pages": "1306-1310",
        "doi": "10.1126/science.1218632",
    },
    # Web of Science: a blank before the key, two braces, broken lines
    r"""@article{ WOS:000243883000001,
Author = {Knapen, M. H. J. and Drummen, N. E. and
   Theuwissen, E.},
Title = {{Menaquinone-7 helps decrease bone
   loss}},
Year = {{2013}},
Month = {{SEP}},
DOI = {{10.1007/s00198-013-2325-6}},
Unique-ID = {{WOS:000323660000016}},
}""": {
        "author": "Knapen, M. H. J. and Drummen, N. E. and Theuwissen, E.",
        "title": "Menaquinone-7 helps decrease bone loss",
        "year": "2013",
        "doi": "10.1007/s00198-013-2325-6",
    },
    # Scopus and Google Scholar: words before the entry, dashes between blanks, no DOI
    """Scopus
EXPORT DATE: 22 November 2026

@ARTICLE{Geleijnse20043100,
\tauthor={Geleijnse, Johanna M and Vermeer, Cees and others},
\ttitle={Dietary intake of menaquinone},
\tyear={2004},
\tpages={3100 – 3105},
\tnote={Cited by: 320; All Open Access},
\turl={https://www.scopus.com/inward/record.uri?eid=2-s2.0-34147151342}
}""": {
        "author": "Geleijnse, Johanna M and Vermeer, Cees and others",
        "title": "Dietary intake of menaquinone",
        "year": "2004",
        "pages": "3100-3105",
        "url": "https://www.scopus.com/inward/record.uri?eid=2-s2.0-34147151342",
    },
}


@pytest.mark.parametrize(("exported", "fields"), DIALECTS.items())
def test_what_each_manager_exports_is_taken_over(exported, fields):
    (work,) = works(exported, "paper.bib", [])
    assert work.fields == fields


BEGIN = "no entry found; BibTeX begins with something like @article{key,"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("TY  - JOUR\r\nER  - ", "this is RIS, not BibTeX; export the source as BibTeX"),
        (
            "PMID- 28814398\nOWN - NLM",
            "this is the form of PubMed (.nbib), not BibTeX; export the source as BibTeX",
        ),
        (
            "%0 Journal Article\n%T A",
            "this is the form of EndNote (.enw), not BibTeX; export the source as BibTeX",
        ),
        (
            "FN Clarivate Analytics Web of Science\nVR 1.0",
            "this is the form of Web of Science (.ciw), not BibTeX; export the source as BibTeX",
        ),
        (
            "RT Journal Article\nA1 Karl",
            "this is the form of RefWorks, not BibTeX; export the source as BibTeX",
        ),
        (
            "<?xml version='1.0'?><xml><records/></xml>",
            "this is XML or a web page, not BibTeX; export the source as BibTeX",
        ),
        ('[{"id": "karl"}]', "this is JSON, not BibTeX; export the source as BibTeX"),
        ("karl2017:\n  type: article", BEGIN),
        (
            "Karl JP. Am J Clin Nutr. 2017;106(4). doi: 10.3945/ajcn.117.155424. PMID: 28814398",
            f"{BEGIN}; its DOI alone is given as DOI=10.3945/ajcn.117.155424",
        ),
    ],
)
def test_another_form_is_named_with_the_cure(text, answer):
    with pytest.raises(Refused) as caught:
        works(text, "paper", [])
    assert str(caught.value) == f"paper: {answer}"


def test_a_blank_in_the_name_of_a_field_is_told_with_its_line():
    with pytest.raises(Refused) as caught:
        works("@article{a,\n  title = {A},\n  Accession Number = {1},\n}", "paper.bib", [])
    assert str(caught.value).startswith("paper.bib:3: not BibTeX: '=' expected; look for a missing")


@pytest.mark.parametrize("body", ["Royal Society for Bones and Guts", "Ministry of Health, Japan"])
def test_a_body_without_braces_is_no_person(body):
    with pytest.raises(Refused, match=r"is no name; .* and a body in braces"):
        _names(body, "@misc{a}")
    assert _names(f"{{{body}}}", "@misc{a}") == f"{{{body}}}"
