"""Terms, sources and foods: all there, each in its place, none that may not be used."""

from __future__ import annotations

import csv
import re

NEVER = ("AD", "AI", "Ca", "MS", "PD", "PT", "TJ", "UC", "UL")
"""Abbreviations with a second meaning, which never link by themselves."""
UNUSABLE = (
    "anon2017gas6axl",
    "bronkemandgrass",
    "cockayne2006fractures",
    "fdandstructure",
    "jagannathndcystic",
    "nihndvitamink",
)
"""Records whose bibliography could not be verified, or that their own authors warn about."""
RETRACTED = {
    "iwamoto2009menatetrenone",
    "sato1998stroke",
    "sato2002parkinson",
    "sato2005alzheimer",
    "sato2005osteopenia",
    "sato2011risedronate",
}


def entries(docs) -> list[tuple[str, dict[str, str], str]]:
    text = (docs / "reference/glossary.md").read_text(encoding="utf-8")
    found = re.findall(
        r"^:::\{definition\} ([^\n]*)\n((?::[^\n]*\n)+)\n(.*?)\n:::$",
        text,
        re.MULTILINE | re.DOTALL,
    )
    return [
        (name, dict(re.findall(r"^:([a-z-]+): (.*)$", options, re.MULTILINE)), body)
        for name, options, body in found
    ]


def test_every_term_has_an_id_of_its_own(docs):
    """As the build reads them, so that no test below passes because an entry was not seen."""
    text = (docs / "reference/glossary.md").read_text(encoding="utf-8")
    ids = [options["id"] for _, options, _ in entries(docs)]
    assert len(ids) == text.count("\n:::{definition} "), "each entry has options and a text"
    assert len(ids) == len(set(ids)), "no id stands twice"
    assert {"osteocalcin", "myelin", "gut-brain-axis"} <= set(ids)


def test_ambiguous_abbreviations_never_link_by_themselves(docs):
    for _, options, _ in entries(docs):
        names, explicit = (options.get(key, "").split("; ") for key in ("names", "explicit"))
        for name in set(NEVER).intersection(names):
            assert name in explicit, f"{name!r} of {options['id']!r} stands under 'explicit' too"


def test_warfarin_leads_to_the_antagonist(docs):
    names = next(
        options["names"]
        for _, options, _ in entries(docs)
        if options["id"] == "vitamin-k-antagonist"
    ).split("; ")
    assert {"warfarin", "Coumadin", "acenocoumarol"} <= set(names)
    anticoagulant = next(
        body for _, options, body in entries(docs) if options["id"] == "anticoagulant"
    )
    assert "vitamin K antagonist" in anticoagulant.split(". ")[0] + anticoagulant.split(". ")[-1]


def test_no_unusable_source_is_there(sources):
    found = sorted(set(UNUSABLE).intersection(sources))
    assert not found, f"{found}: what it is could not be verified, or its authors warn about it"


def test_every_retracted_paper_is_explained(pages, sources):
    void = {key for key, source in sources.items() if source.is_void}
    assert void >= RETRACTED, "a withdrawn paper stays withdrawn; mend its 'status'"
    explained = {
        key for text in pages.values() for key in re.findall(r"\{retraction\} (\w+)", text)
    }
    assert explained == void, "each withdrawn paper has its {retraction}, and no other has one"


def test_no_figure_that_includes_k1_is_called_k2(docs):
    rows = list(csv.DictReader((docs / "data/foods.csv").read_text(encoding="utf-8").splitlines()))
    unspecified = [row for row in rows if row["basis"] == "unspecified-vitamin-k"]
    assert unspecified
    called = [row["id"] for row in unspecified if row["total_k2_ug_per_100g"]]
    assert not called, f"{called}: the figure counts K1 too, so total_k2_ug_per_100g stays empty"


def test_each_national_table_is_attributed(docs):
    text = (
        (docs / "reference/foods.md")
        .read_text(encoding="utf-8")
        .split("## Licenses and attribution")[1]
    )
    for words in (
        "NEVO",
        "Ciqual",
        "SR26",
        "MEXT",
        "rivm2023nevo",
        "anses2020ciqual",
        "usda2013sr26",
        "mext2020stfc",
    ):
        assert words in text, words


def test_the_words_of_the_workshop_stay_out(pages, docs):
    text = "\n".join([*pages.values(), (docs / "data/sources.bib").read_text(encoding="utf-8")])
    for words in ("stored page", "on file"):
        assert words not in text, words
