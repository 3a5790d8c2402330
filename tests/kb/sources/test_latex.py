"""Forms of names, titles and DOIs: each is printed alike in every edition, or refused."""

from __future__ import annotations

import itertools
import json
import re

import pytest
from pybtex.database import Person
from pybtex.richtext import Text

from kb.sources.bibliography import SourcesError, _tex_faults, read_sources
from kb.sources.citation_style import surname
from kb.sources.latex import decoded, doi_url, fault_of, printed

FIELDS = ("author", "shortauthor", "title", "journal", "volume", "number", "pages")


def test_each_field_of_tex_is_looked_at_and_no_other():
    fields = dict.fromkeys([*FIELDS, "finding", "limits", "url"], "5% of it")
    cure = "an unescaped '%', which begins a comment in TeX; write '\\%'"
    assert list(_tex_faults(fields)) == [f"field {name!r} holds {cure}" for name in FIELDS]


PRINTED = {
    r"{\O}zbulut": "Øzbulut",
    r"\O zbulut": "Øzbulut",
    r"{\'E}va": "Éva",
    r"{\o}": "ø",
    r"{\AA}se": "Åse",
    r"Wei{\ss}": "Weiß",
    r"{\L}ukasz": "Łukasz",
    r"{\v{C}}apek": "Čapek",
    r"\v{C}apek": "Čapek",
    r"{\"u}": "ü",
    r"{\k{a}}": "ą",
    r"{\H{o}}": "ő",
    r"{\'\i}": "í",
    r"Mart{\'{\i}}nez": "Martínez",
    r"na{\"{\i}}ve": "naïve",
    r"Nguy{\~{\^e}}n": "Nguyễn",
    r"{\~e}": "ẽ",
    r"{\d{\.s}}": "ṩ",
    r"{\b{d}}": "ḏ",
    r"\$5 and \$6": "$5 and $6",
    r"5\% of R\&D \#2": "5% of R&D #2",
    r"{K2} and {{MK-7}}": "K2 and MK-7",
    r"a -- b": "a – b",
    "45 µg": "45 µg",
    "p < 0.05": "p < 0.05",
}
REFUSED = {
    "5% of an RDI": "an unescaped '%', which begins a comment in TeX; write '\\%'",
    "D$_3$": "'$', which begins a formula in TeX; write the signs themselves",
    "10$^{-6}$": "'$', which begins a formula in TeX; write the signs themselves",
    r"45 \textmu g": r"the command '\\textmu', which is not known here; write the sign itself",
    r"\textit{B. subtilis}": r"the command '\\textit', which is not known here; write the sign itself",
    r"{\it in vitro}": r"the command '\\it', which is not known here; write the sign itself",
    r"\mbox{MK-7}": r"the command '\\mbox', which is not known here; write the sign itself",
    "<i>K2</i>": "a tag; leave it out, or write the sign itself",
    "<mfrac>12</mfrac>": "a tag; leave it out, or write the sign itself",
    r"5\,g": r"the command '\\,', which is not known here; write the sign itself",
    "10^{-6} M": "a mark of formulas in TeX; write the sign itself, as in '10⁻⁶'",
    "H_2O": "a mark of formulas in TeX; write the sign itself, as in '10⁻⁶'",
    "R&amp;D": "an entity of HTML; write the sign itself",
}


@pytest.mark.parametrize(("latex", "plain"), PRINTED.items())
def test_what_is_printed(latex, plain):
    assert fault_of(latex) == ""
    assert printed(latex) == plain


@pytest.mark.parametrize(("latex", "fault"), REFUSED.items())
def test_what_is_refused(latex, fault):
    assert fault_of(latex) == fault


@pytest.mark.parametrize(
    ("name", "family"),
    [
        (r"{\O}zbulut, {\'E}va", "Øzbulut"),
        (r"van den {\O}st, A.", "van den Øst"),
        ("{Panel on Guts, Bowels {\\&} More}", "Panel on Guts, Bowels & More"),
    ],
)
def test_a_name_is_decoded_before_letters_are_taken(name, family):
    assert surname(Person(name)) == family


@pytest.mark.parametrize(
    ("doi", "address"),
    [
        ("10.1000/bone.1", "https://doi.org/10.1000/bone.1"),
        (
            "10.1002/(SICI)1097-0010(199901)79:1<1::AID-JSFA1>3.0.CO;2-K",
            "https://doi.org/10.1002/(SICI)1097-0010(199901)79:1%3C1::AID-JSFA1%3E3.0.CO;2-K",
        ),
        ("10.1000/a#b?c", "https://doi.org/10.1000/a%23b%3Fc"),
        ("10.1000/a%b", "https://doi.org/10.1000/a%25b"),
        ("10.1007/978-3-030-1234-5_7", "https://doi.org/10.1007/978-3-030-1234-5_7"),
    ],
)
def test_the_address_of_a_doi(doi, address):
    assert doi_url(doi) == address


ENTRY = """@article{a2001b,
  author  = {%s},
  title   = {%s},
  year    = {2001},
  doi     = {%s},
  design  = {rct},
  status  = {ok},
  finding = {Something.},
  limits  = {Small.},
}
"""


@pytest.mark.parametrize(
    ("author", "title", "doi", "fault"),
    [
        (
            r"{\O}st L; Holm A",
            "T",
            "10.1000/a",
            r"author '{\\O}st L; Holm A' holds ';'; names are 'Family, Given', joined by 'and', "
            "with 'and others' for the rest",
        ),
        (
            r"Horvat, \v Zeljko",
            "T",
            "10.1000/a",
            r"author 'Horvat, \\v Zeljko' holds '\\v' before a blank, which parts the name; "
            "write the letter itself",
        ),
        (
            "Ministry of Health, Labour and Welfare",
            "T",
            "10.1000/a",
            "author 'Ministry of Health, Labour' holds 'of'; a person is 'Family, Given', "
            "and a body stands in braces of its own",
        ),
        (
            "A, B.",
            "T",
            "10.1000/1:2&lt;65",
            "doi '10.1000/1:2&lt;65' holds '&lt;', an entity of HTML; write the sign itself",
        ),
        (
            "Royal College of Nutrition",
            "T",
            "10.1000/a",
            "author 'Royal College of Nutrition' has no comma; a person is 'Family, Given', "
            "and a body stands in braces of its own",
        ),
        (
            r"{\foo}, A.",
            "T",
            "10.1000/a",
            r"field 'author' holds the command '\\foo', which is not known here; "
            "write the sign itself",
        ),
        ("A, B.", "5% of it", "10.1000/a", f"field 'title' holds {REFUSED['5% of an RDI']}"),
        (
            "A, B.",
            "T",
            r"10.1007/978\_7",
            r"doi '10.1007/978\\_7' holds a backslash; write the DOI as its publisher prints it",
        ),
    ],
)
def test_a_fault_names_file_line_and_cure(tmp_path, author, title, doi, fault):
    path = tmp_path / "sources.bib"
    path.write_text(ENTRY % (author, title, doi), encoding="utf-8")
    with pytest.raises(SourcesError) as caught:
        read_sources(path)
    assert str(caught.value) == f"docs/data/sources.bib:1: a2001b: {fault}"


def test_every_edition_prints_the_same(tiny):
    edits = {
        "data/sources.bib": lambda text: text.replace(
            "Adams, Ann and Baker, Bob and others", r"{\O}zbulut, Jr., {\'E}va and others"
        ).replace("10.1000/bone.1", "10.1000/bone<1>"),
        "conf.py": lambda text: text.replace(
            '"kb.outlets', '"kb.search", "kb.site.hover_cards", "kb.outlets'
        ),
    }
    built = tiny(edits)
    assert built.warnings == ""
    page = re.sub(r"<[^>]+>", "", built.page("reference/sources.html"))
    assert "Øzbulut É. Jr., et al. (2001)" in re.sub(r"\s+", " ", page)
    assert 'href="https://doi.org/10.1000/bone%3C1%3E"' in built.page("reference/sources.html")
    adams = json.loads(built.page("data/sources.json"))[0]
    assert adams["author"][0] == {"family": "Øzbulut", "given": "Éva", "suffix": "Jr."}
    assert adams["URL"] == "https://doi.org/10.1000/bone%3C1%3E"
    for name in ("_static/kb-records.js", "_static/kb-cards-data.js", "sections/one.html"):
        assert "Øzbulut" in built.page(name) and "zbulut{" not in built.page(name), name


def test_text_without_tex_is_what_the_codec_makes_of_it():
    signs = " \u00a0\u2009\t~.,;:!?'`\"()/[]+*=<>|@-–“éß日1a"
    texts = ["".join(pair) for pair in itertools.product(["", "x"], signs, signs, ["", "y"])]
    assert [text for text in texts if decoded(text) != Text.from_latex(text)] == []
