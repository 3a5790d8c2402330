"""The glossary and its links: what links, what never does, and what each slip is told."""

from __future__ import annotations

import re

import pytest

from kb.glossary.autolink import first_mentions
from kb.glossary.domain import Term
from kb.glossary.matching import Matcher
from kb.text_index.records import Piece

GLOSSARY = "reference/glossary.md"


def swap(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


def term(name: str, *names: str, explicit: tuple[str, ...] = ()) -> Term:
    return Term(
        name.lower().replace(" ", "-"), name, names, explicit, "", (), (), (), "glossary", 1
    )


MATCHER = Matcher(
    {
        t.id: t
        for t in (
            term("Crohn's disease"),
            term("gamma-carboxylation", "γ-carboxylation"),
            term("irritable bowel syndrome", "IBS"),
            term("gut microbiome", "microbiome", "gut flora"),
            term("biopsy"),
            term("vitamin K", explicit=("vitamin K",)),
            term("phylloquinone", "vitamin K1", "K1"),
            term("GRADE", explicit=("GRADE",)),
            term("menaquinone-7", "MK-7"),
            term("Élan", "élan vital"),
            term("2-methyl", "2-methyl-1,4-naphthoquinone"),
            term("'odd' name", "(odd) name"),
        )
    }
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Crohn’s disease", ["Crohn’s disease"]),
        ("Crohn's  disease", ["Crohn's  disease"]),
        ("gamma–carboxylation and γ-carboxylation", ["gamma–carboxylation", "γ-carboxylation"]),
        ("IBS, not ibs", ["IBS"]),
        ("a gut\nmicrobiome, two microbiomes", ["gut\nmicrobiome", "microbiomes"]),
        ("biopsies", ["biopsies"]),
        ("vitamin K is plain, vitamin K1 is not", ["vitamin K1"]),
        ("vitamin K-dependent", []),
        ("GRADE and grade", []),
        ("MK-7-rich food", []),
        ("Microbiome at the start", ["Microbiome"]),
        ("submicrobiome", []),
        ("élan vital, ÉLANS", ["élan vital", "ÉLANS"]),
        ("Γ-carboxylation", ["Γ-carboxylation"]),
        ("2-methyl-1,4-naphthoquinone, 2‐methyl", ["2-methyl-1,4-naphthoquinone", "2‐methyl"]),
        ("the ’odd’ name, the (odd) name", ["’odd’ name", "(odd) name"]),
    ],
)
def test_matching(text, found):
    assert [text[start:end] for start, end, _ in MATCHER.find(text)] == found


def test_the_first_mention_on_a_page_and_in_each_claim_links():
    pieces = [
        Piece("The microbiome and the microbiome.", "", "a"),
        Piece("Microbiome again.", "", "b"),
        Piece("Gut flora in a claim, microbiome.", "claim-c1", "claim-c1"),
        Piece("microbiome", "claim-c2", "claim-c2", term=True),
        Piece("microbiome", "claim-c2", "claim-c2"),
    ]
    mentions = [(m.piece, m.start, m.claim, m.anchor) for m in first_mentions(pieces, MATCHER)]
    assert mentions == [
        (0, 4, "", "a"),
        (2, 0, "claim-c1", "claim-c1"),
        (3, 0, "claim-c2", "claim-c2"),
    ]


def test_links_and_uses_in_the_built_page(tiny):
    built = tiny()
    page = built.page("sections/one.html")
    linked = re.findall(
        r'href="\.\./reference/glossary\.html#(term-\w+)"[^>]*><span[^>]*>([^<]*)<', page
    )
    assert linked == [
        ("term-osteocalcin", "Osteocalcin"),
        ("term-osteocalcin", "Osteocalcin"),
    ]  # page, then claim A1
    entry = built.page("reference/glossary.html").split('id="term-osteocalcin"')[1]
    uses = re.search(r'class="term-used-in">Used in: (.*?)</p>', entry)[1]
    assert re.sub(r"<[^>]+>", "", uses) == "One (A1)"
    assert (
        'href="../sections/one.html#in-plain-words"' in uses
        and 'href="../sections/one.html#claim-a1"' in uses
    )
    assert "Also called: BGP, bone Gla protein." in entry
    assert re.search(
        r'See also: <a class="reference internal" href="#term-gut"><span>gut</span>', entry
    )


def test_a_definition_links_other_terms_but_never_itself(tiny):
    entry = (
        tiny()
        .page("reference/glossary.html")
        .split('id="term-osteocalcin"')[1]
        .split("term-names")[0]
    )
    assert re.findall(r'href="#(term-\w+)"', entry) == [
        "term-osteocalcin",
        "term-gut",
    ]  # its own permalink, then bowel


def test_the_term_role_knows_every_name(tiny):
    page = tiny(
        {"sections/one.md": swap("GLA stays", "{term}`Guts` and {term}`BGP` and {plain}`BGP` stay")}
    ).page("sections/one.html")
    assert len(re.findall(r'href="\.\./reference/glossary\.html#term-gut"', page)) == 1
    assert '<span class="plain">BGP</span>' in page


CASES = {
    "a name of another term": (
        ":names: BGP; bone Gla protein",
        ":names: BGP; Bowel",
        "13: WARNING: term 'osteocalcin': the name 'Bowel' belongs to 'gut' (reference/glossary.md:3); a name leads to one entry",
    ),
    "a term defined twice": (
        ":::{definition} osteocalcin\n:id: osteocalcin\n:names: BGP; bone Gla protein",
        ":::{definition} Gut\n:id: gut-two",
        "13: WARNING: term 'Gut': the name 'Gut' belongs to 'gut' (reference/glossary.md:3); a name leads to one entry",
    ),
    "a name given twice": (
        ":names: bowel; guts",
        ":names: bowel; Bowel",
        "3: WARNING: term 'gut': the name 'Bowel' is given twice",
    ),
    "no id": (
        ":id: gut\n",
        "",
        "3: WARNING: term 'gut': option 'id' is missing or not a slug (''); write small letters, digits and hyphens",
    ),
    "unknown source": (
        ":sources: baker2002gut",
        ":sources: baker2002gutt",
        "3: WARNING: term 'gut': unknown source 'baker2002gutt' (did you mean 'baker2002gut'?); sources live in docs/data/sources.bib",
    ),
    "void source": (
        ":sources: baker2002gut",
        ":sources: dodd2004void",
        "3: WARNING: term 'gut': source 'dodd2004void' is retracted; name another",
    ),
    "unknown tag": (
        ":tags: gut",
        ":tags: guts",
        "3: WARNING: term 'gut': tag 'guts' is not in the list (did you mean 'gut'?) "
        "(it is one of brain, food, gut, medicine, method, nutrient or protein)",
    ),
    "explicit name that is none": (
        ":explicit: gut",
        ":explicit: tummy",
        "3: WARNING: term 'gut': 'explicit' holds 'tummy', which is not a name of the term; add it to 'names' too",
    ),
    "option in the body": (
        ":::{definition} gut\n",
        ":::{definition} gut\n\n",
        "3: WARNING: term 'gut': an option stands in the body; options follow the opening line directly, one line each",
    ),
    "two paragraphs": (
        "The tube that digests food.\n",
        "The tube that digests food.\n\nMore.\n",
        "3: WARNING: term 'gut': the body is one paragraph: one definition of the form 'a B that Cs'",
    ),
    "a definition with a citation": (
        "The tube that digests food.\n",
        "The tube that digests food {cite:p}`adams2001bone`.\n",
        "3: WARNING: term 'gut': the definition carries a citation; name the source in the option 'sources'",
    ),
    "a definition with a title that is not known yet": (
        "The tube that digests food.\n",
        "The tube of {doc}`/sections/one`.\n",
        "3: WARNING: term 'gut': the definition carries words that are made later; write them out",
    ),
    "see-also that leads nowhere": (
        ":see-also: gut",
        ":see-also: gutt",
        "20: WARNING: 'see-also' names no term 'gutt'; it holds ids of entries, as in gamma-carboxylation",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_slip_names_file_line_and_cure(tiny, name):
    old, new, message = CASES[name]
    warnings = tiny({GLOSSARY: swap(old, new)}).warnings
    start = f"{GLOSSARY}:{message}"
    assert any(line.startswith(start) for line in warnings.splitlines()), warnings


def test_an_unknown_term_role_is_an_error(tiny):
    warnings = tiny({"sections/one.md": swap("GLA stays", "{term}`osteocalcinn` stays")}).warnings
    assert (
        "sections/one.md:35: WARNING: term not in glossary: 'osteocalcinn' (did you mean"
        " 'osteocalcin'?) [ref.term]" in warnings
    )
