"""A source of which authors, year or address were not seen: refused where it should be, printed everywhere else."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from zipfile import ZipFile

import pytest
from jsonschema import Draft202012Validator
from pybtex.database import parse_string

from kb.data_files.fields import schema
from kb.sources.bibliography import SourcesError, read_sources

ROOT = Path(__file__).parents[2] / "roots/test-kb/data/sources.bib"
UNSEEN = """
@article{anon2023colitis,
  shortauthor = {A vitamin in colitis},
  title       = {Effects of a Vitamin on Colitis},
  journal     = {Journal of Guts},
  year        = {2023},
  doi         = {10.1000/anon.5},
  not-seen    = {author},
  design      = {animal},
  status      = {ok},
  finding     = {Guts healed.},
  limits      = {Mice only.},
}

@article{nodate,
  author   = {Yew, Y. and Zed, Z. and others},
  title    = {A work without a year},
  journal  = {Journal of Livers},
  volume   = {4},
  not-seen = {year, address},
  design   = {rct},
  status   = {ok},
  finding  = {Nothing.},
  limits   = {Small.},
}
"""
CITED = "\nOthers disagree {cite:p}`anon2023colitis,nodate`.\n{cite:t}`anon2023colitis` and {cite:t}`nodate` say so.\n"


def swap(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


EDITS = {
    "data/sources.bib": lambda text: text + UNSEEN,
    "sections/one.md": swap(
        "{cite:t}`clark2003gut` found nothing.\n",
        f"{{cite:t}}`clark2003gut` found nothing.\n{CITED}",
    ),
    "reference/glossary.md": swap(":sources: baker2002gut", ":sources: baker2002gut, nodate"),
}


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


# -- The file --------------------------------------------------------------------------------------

CASES = {
    "an unknown word": (
        "not-seen    = {author}",
        "not-seen    = {author, autor}",
        "docs/data/sources.bib:1: anon2023colitis: not-seen 'autor' is not in the list "
        "(did you mean 'author'?) (it is one of author, year or address)",
    ),
    "a field that is there": (
        "not-seen    = {author}",
        "not-seen    = {author, year}",
        "docs/data/sources.bib:1: anon2023colitis: not-seen names 'year', "
        "but field 'year' is there; delete one of them",
    ),
    "an address that is there": (
        "not-seen    = {author}",
        "not-seen    = {author, address}",
        "docs/data/sources.bib:1: anon2023colitis: not-seen names 'address', "
        "but field 'doi' is there; delete one of them",
    ),
    "no short title": (
        "  shortauthor = {A vitamin in colitis},\n",
        "",
        "docs/data/sources.bib:1: anon2023colitis: field 'shortauthor' is missing: "
        "a source without authors is cited by a short title; write it there",
    ),
    "a year that is missing": (
        "{year, address}",
        "{address}",
        "docs/data/sources.bib:15: nodate: field 'year' is missing; "
        "every source has author, title, year, design, status, finding and limits",
    ),
    "an address that is missing": (
        "{year, address}",
        "{year}",
        "docs/data/sources.bib:15: nodate: no doi, pmid or url: a reader cannot reach it; "
        "add one, or write 'not-seen = {address}' if no page prints one",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_names_file_line_and_cure(tmp_path, name):
    old, new, message = CASES[name]
    assert old in UNSEEN
    path = tmp_path / "sources.bib"
    path.write_text(UNSEEN.lstrip("\n").replace(old, new, 1))
    with pytest.raises(SourcesError) as caught:
        read_sources(path)
    # The second record moves up where the first has lost a line.
    said = [re.sub(r":\d+: nodate", ":15: nodate", line) for line in str(caught.value).split("\n")]
    assert said == [message]


# -- The pages -------------------------------------------------------------------------------------


def test_citations_and_list(tiny):
    built = tiny(EDITS)
    assert built.warnings == ""
    page = built.page("sections/one.html")
    assert (
        "Others disagree (A vitamin in colitis 2023; Yew et al., not dated). "
        "A vitamin in colitis (2023) and Yew et al. (not dated) say so." in words(page)
    )
    assert page.count("<em>A vitamin in colitis</em>") == 2
    entries = re.split(r'(?=<div class="citation[^"]*" id=)', built.page("reference/sources.html"))[
        1:
    ]
    assert [re.search(r'id="source-([^"]*)"', entry)[1] for entry in entries] == [
        "anon2023colitis",
        "adams2001bone",
        "baker2002gut",
        "clark2003gut",
        "nodate",
    ], "by short title"
    assert (
        "[A vitamin in colitis 2023] A vitamin in colitis (2023). Effects of a Vitamin on Colitis. "
        "Journal of Guts. doi:10.1000/anon.5" in words(entries[0])
    )
    assert '<p class="source-note">The names of the authors were not seen.</p>' in entries[0]
    assert "Limits: Mice only. The names of the authors were not seen. Cited in" in words(
        entries[0]
    )
    assert (
        "[Yew et al., not dated] Yew Y., Zed Z., et al. (not dated). A work without a year. "
        "Journal of Livers 4. Randomized controlled trial" in words(entries[-1])
    )
    assert "Small. The year was not seen. No DOI and no other address was seen. Cited in" in words(
        entries[-1]
    )
    assert 'class="reference external"' not in entries[-1]


def test_two_works_without_a_year_are_told_apart(tiny):
    twin = UNSEEN[UNSEEN.index("@article{nodate") :].replace("{nodate", "{nodatetwo")
    edits = {
        **EDITS,
        "data/sources.bib": lambda text: text + UNSEEN + twin,
        "sections/one.md": lambda text: EDITS["sections/one.md"](text).replace(
            "colitis,nodate`", "colitis,nodate,nodatetwo`"
        ),
    }
    page = words(tiny(edits).page("sections/one.html"))
    assert "2023; Yew et al., not dated-a; Yew et al., not dated-b). " in page
    assert "and Yew et al. (not dated-a) say so." in page


def test_the_book(tiny):
    edits = {**EDITS, "conf.py": swap('"kb.data', '"typstbook", "kb.data')}
    built = tiny(edits, builder="book")
    assert built.warnings == ""
    chapter, listed = (
        (built.out / ".typst/chapters" / name).read_text(encoding="utf-8")
        for name in ("00-sections-one.typ", "04-reference-sources.typ")
    )
    assert "#t.italic[A vitamin in colitis] 2023" in chapter
    assert r"Yew et al\.\, not dated" in chapter and r"The year was not seen\." in listed


def test_the_ebook(tiny):
    conf = runpy.run_path(str(ROOT.parents[2] / "test-ebook/conf.py"))
    told = {name: value for name, value in conf.items() if name.startswith(("epub_", "book_"))}
    edits = {**EDITS, "conf.py": swap('"kb.data', '"typstbook", "kb.ebook", "kb.data')}
    built = tiny(edits, builder="epub", version="1", copyright="2026, us", **told)
    assert built.warnings == ""
    (book,) = built.out.glob("*.epub")
    with ZipFile(book) as files:
        page = files.read("sections/one.xhtml").decode()
        listed = files.read("reference/sources.xhtml").decode()
    assert "<em>A vitamin in colitis</em> 2023</a>; " in page
    assert "Yew et al., not dated" in page and "The year was not seen." in listed


# -- Data, cards, search ---------------------------------------------------------------------------


def test_data_files(tiny):
    built = tiny(EDITS)
    told = {record["id"]: record for record in json.loads(built.page("data/sources.json"))}
    Draft202012Validator(schema("sources")).validate(list(told.values()))
    anon, nodate = told["anon2023colitis"], told["nodate"]
    assert {name: anon.get(name) for name in ("author", "title-short", "issued")} == {
        "author": None,
        "title-short": "A vitamin in colitis",
        "issued": {"date-parts": [[2023]]},
    }
    assert (anon["custom"]["not_seen"], anon["custom"]["label"]) == (
        ["author"],
        "A vitamin in colitis 2023",
    )
    assert "author_short" not in anon["custom"] and anon["custom"]["authors_cut"] is False
    assert "issued" not in nodate and "URL" not in nodate
    assert nodate["custom"]["not_seen"] == ["year", "address"]
    entries = parse_string(built.page("data/sources.bib"), "bibtex").entries
    assert entries["anon2023colitis"].fields["shorttitle"] == "A vitamin in colitis"
    assert "author" not in entries["anon2023colitis"].persons
    assert not {"year", "url", "doi"} & set(entries["nodate"].fields)
    assert "<>" not in built.page("data/glossary.ttl"), "no address is no source"


def test_cards(tiny):
    cards = {
        "conf.py": swap('"kb.outlets.inventory"', '"kb.outlets.inventory", "kb.site.hover_cards"')
    }
    text = tiny({**EDITS, **cards}).page("_static/kb-cards-data.js")
    told = json.loads(text.removeprefix("window.KB_CARDS=").removesuffix(";\n"))
    card = told["source-anon2023colitis"]
    assert [card[name] for name in ("name", "title", "authors")] == [
        "A vitamin in colitis 2023",
        "Effects of a Vitamin on Colitis",
        "Authors not seen (2023)",
    ]
    assert told["source-nodate"]["authors"] == "Yew, Zed et al. (not dated)"
    assert told["source-nodate"]["address"] == ""


def test_what_programs_read_of_a_chapter(tiny):
    from kb.outlets.structured_data import work

    path = tiny(EDITS).app.srcdir / "data/sources.bib"
    assert work(read_sources(path)["nodate"]) == {
        "@type": "ScholarlyArticle",
        "name": "A work without a year",
    }
