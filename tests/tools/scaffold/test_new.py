"""`make new`: what is begun stands at its place, builds with one message each, and nothing is written when anything is wrong."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from kb.core.text import glossary_key
from kb.sources.bibliography import SourcesError, read_sources
from scaffold import __main__ as new
from scaffold import bibtex, files, names
from scaffold.files import Refused

ROOT = Path(__file__).parents[3]
GLOSSARY, SOURCES, FRONT = "docs/reference/glossary.md", "docs/data/sources.bib", "docs/index.md"
GUT, BRAIN = "docs/sections/gut-health.md", "docs/sections/brain-health.md"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real content, on a fixed day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795996800")  # 2026-11-30
    monkeypatch.delenv("KB_TODAY", raising=False)
    for name in (GLOSSARY, SOURCES, FRONT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "docs/sections", tmp_path / "docs/sections")
    return tmp_path


def state(root: Path) -> dict[str, bytes]:
    """Every file below *root*."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def make(book: Path, *words: str, **given: str) -> int:
    return new.main(list(words), given, book)


def refused(book: Path, capsys, *words: str, **given: str) -> str:
    """What is said when nothing may be written."""
    before = state(book)
    assert make(book, *words, **given) == 1
    assert state(book) == before, "something was written although something is wrong"
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("new: ") and said.err.count("\n") == 1, said
    return said.err


def added(book: Path, name: str) -> str:
    """What a file of the copy has that the real one has not; and nothing of the real one is lost."""
    old, now = (
        root.joinpath(name).read_text(encoding="utf-8").split("\n") for root in (ROOT, book)
    )
    start = next(
        number for number, line in enumerate(now) if number >= len(old) or line != old[number]
    )
    count = len(now) - len(old)
    # Equal lines around the place may belong to either side.
    assert now[:start] + now[start + count :] == old
    return "\n".join(now[start : start + count])


# -- Terms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("butyrate", "bone mineral density", "calcium"),
        ("acetate", None, "adequate intake"),
        ("gut cell", "gut-brain axis", "gut microbiome"),
        ("γ-glutamate", "germ-free animal", "GRADE"),
        ("zinc", "vitamin K-dependent protein", None),
        ("Ménière's disease", None, None),
    ],
)
def test_a_term_stands_in_the_order_of_the_glossary(book, capsys, name, before, after):
    assert make(book, "term", NAME=name) == 0
    where = re.match(rf"{GLOSSARY}:(\d+): new term .*, with 5 prompts\n", capsys.readouterr().out)
    text = (book / GLOSSARY).read_text(encoding="utf-8")
    assert text.split("\n")[int(where[1]) - 1] == f":::{{definition}} {name}"
    entries = re.findall(r"^:::\{definition\} (.*)$", text, re.MULTILINE)
    place = entries.index(name)
    assert before is None or entries.index(before) < place
    assert after is None or entries.index(after) > place
    letter, last = "", ""
    for heading, entry in re.findall(r"^(?:## (\w)|:::\{definition\} (.*))$", text, re.MULTILINE):
        if heading:
            assert heading > letter
            letter, last = heading, ""
        else:
            assert glossary_key(entry)[0].upper() == letter and glossary_key(entry) >= last
            last = glossary_key(entry)
    assert "\n\n\n" not in text and text.endswith(":::\n")
    added(book, GLOSSARY)


def test_a_comment_stays_above_its_entry(book, tmp_path):
    """It may exempt the entry from a rule."""
    off = "% check: KB012 off - a reason\n"
    for name, head in (
        (GLOSSARY, ":::{definition} bone mineral density"),
        (SOURCES, "@article{akbulut2020rdi,"),
    ):
        text = (book / name).read_text(encoding="utf-8")
        assert text.count(head) == 1
        (book / name).write_text(text.replace(head, off + head), encoding="utf-8")
    assert make(book, "term", NAME="bone loss") == 0
    same = "@misc{a, author={Akb, C.}, title={First}, year=2020}"
    assert make(book, "source", **source(book, tmp_path, same)) == 0
    assert f"\n:::\n\n{off}:::{{definition}} bone mineral density" in (book / GLOSSARY).read_text(
        "utf-8"
    )
    assert f"}}\n\n{off}@article{{akbulut2020rdi," in (book / SOURCES).read_text("utf-8")


def test_a_term_that_exists_is_named_with_its_line(book, capsys):
    line = (book / GLOSSARY).read_text(encoding="utf-8").split("\n").index(
        ":::{definition} osteocalcin"
    ) + 1
    assert (
        refused(book, capsys, "term", NAME="Osteocalcin")
        == f"new: the term 'Osteocalcin' exists already: {GLOSSARY}:{line}\n"
    )
    assert f"{GLOSSARY}:{line}, as another name of 'osteocalcin'" in refused(
        book, capsys, "term", NAME="bone gla protein"
    )
    make(book, "term", NAME="butyrate")
    capsys.readouterr()
    assert "the term 'butyrate' exists already" in refused(book, capsys, "term", NAME="butyrate")
    assert "the id 'butyrate' is taken by 'butyrate'" in refused(
        book, capsys, "term", NAME="(butyrate)".strip("()") + "."
    )


BAD = {
    "": "a term needs a name with letters in it",
    "  ": "a term needs a name with letters in it",
    "42": "a term needs a name with letters in it",
    "a\u202eb": "holds U+202E (RIGHT-TO-LEFT OVERRIDE), which nobody sees",
    "a\u200bb": "holds U+200B (ZERO WIDTH SPACE)",
    "a\nb": "holds U+000A",
    "a\x00b": "holds U+0000",
    "a\udcffb": "holds U+DCFF",
    'a "b"': "cannot hold '\"'",
    "a {b}": "cannot hold '{'",
    "a`b": "cannot hold '`'",
    "a <b>": "cannot hold '<'",
    "a; b": "cannot hold ';'",
    "a\\b": "cannot hold '\\\\'",
    "$(shell date) x": "cannot hold '$'",
    ":colon first": "begins with a letter or a digit, and not with ':'",
    "/etc/passwd": "begins with a letter or a digit, and not with '/'",
    "腸": "has no Latin letter under which the glossary could list it",
    "x" * 81: "the name has 81 characters, and a term has room for 80",
}


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_cannot_be_is_refused(book, capsys, name):
    assert BAD[name] in refused(book, capsys, "term", NAME=name)


# -- Claims ----------------------------------------------------------------------------------------


def test_a_claim_stands_behind_the_last_of_its_chapter(book, capsys):
    assert make(book, "claim", NAME="K2 improves sleep", IN="brain-health") == 0
    said = capsys.readouterr().out
    text = (book / BRAIN).read_text(encoding="utf-8")
    ids = re.findall(r"^:::\{claim\} (\w+)$", text, re.MULTILINE)
    assert ids[-2:] == ["D6", "D7"]
    line = text.split("\n").index(":::{claim} D7") + 1
    assert said.startswith(f"{BRAIN}:{line}: new claim D7, with 10 prompts\n")
    assert "\n:::\n\n:::{claim} D7\n" in text and "\n> K2 improves sleep.\n" in text
    assert re.search(r"\{claim\} D7.*?\n:::\n\n## ", text, re.DOTALL)
    added(book, BRAIN)
    assert f"claim D7 says this already: {BRAIN}:{line}" in refused(
        book, capsys, "claim", NAME="K2 improves sleep.", IN=GUT
    )


@pytest.mark.parametrize("chapter", ["gut-health", "gut-health.md", "sections/gut-health", GUT])
def test_a_chapter_may_be_named_as_an_author_names_it(book, chapter):
    assert make(book, "claim", NAME="K2 is new.", IN=chapter) == 0
    assert ":::{claim} C6\n" in (book / GUT).read_text(encoding="utf-8")


def test_a_claim_needs_a_chapter_with_a_place_for_it(book, capsys):
    assert (
        "there is no chapter 'gut-helth' (did you mean 'gut-health'?); the chapters are brain-health"
        in refused(book, capsys, "claim", NAME="New.", IN="gut-helth")
    )
    assert "say in which chapter: IN=...; the chapters are brain-health" in refused(
        book, capsys, "claim", NAME="New."
    )
    assert "there is no chapter 'passwd'" in refused(
        book, capsys, "claim", NAME="New.", IN="../../../etc/passwd"
    )
    page = book / GUT
    text = page.read_text(encoding="utf-8")
    page.write_text(
        text.replace("## What the article claims", "## What it claims"), encoding="utf-8"
    )
    assert f"{GUT}: there is no section '## What the article claims" in refused(
        book, capsys, "claim", NAME="New.", IN="gut-health"
    )
    page.write_text(text.replace(":::\n\n## What bacteria", "\n## What bacteria"), encoding="utf-8")
    assert "the claim 'C5' is not closed; end it with ':::'" in refused(
        book, capsys, "claim", NAME="New.", IN="gut-health"
    )


def test_a_claim_in_a_block_of_code_is_none(book):
    page = book / GUT
    text = page.read_text(encoding="utf-8")
    page.write_text(
        text.replace("## Limits", "```md\n:::{claim} C44\n:::\n```\n\n## Limits"), encoding="utf-8"
    )
    assert make(book, "claim", NAME="K2 is new.", IN="gut-health") == 0
    assert ":::{claim} C6\n" in page.read_text(encoding="utf-8")


def test_a_letter_may_be_full(book, capsys):
    page = book / GUT
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("{claim} C5", "{claim} C99"), encoding="utf-8")
    assert "the next claim would be 'C100'; an id is a capital letter and a number" in refused(
        book, capsys, "claim", NAME="New.", IN="gut-health"
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("12-week trials exist", "12-week trials exist"),
        ("25(OH)D rises", "25(OH)D rises"),
        ("1.5 mg is safe", "1.5 mg is safe"),
        ("1. K2 is first", r"1\. K2 is first"),
        ("2) K2 is second", r"2\) K2 is second"),
        ("- K2 is listed", r"\- K2 is listed"),
    ],
)
def test_only_what_would_be_markup_is_escaped(name, written):
    """A claim that stands in a page without such signs is found to be there."""
    assert names.as_markdown(name) == written


def test_every_way_to_write_a_claim_is_one(book):
    """Inside of another box, or fenced by backticks."""
    page = book / GUT
    text = page.read_text(encoding="utf-8")
    claims = "::::{note}\n:::{claim} C6\n:::\n::::\n\n```{claim} C7\n```\n\n"
    page.write_text(text.replace("## Limits", f"{claims}## Limits"), encoding="utf-8")
    assert make(book, "claim", NAME="K2 is new.", IN="gut-health") == 0
    assert ":::{claim} C8\n" in page.read_text(encoding="utf-8")


# -- Chapters --------------------------------------------------------------------------------------


def test_a_chapter_stands_in_the_contents(book, capsys):
    assert make(book, "chapter", NAME="Sleep: K2 & α-waves") == 0
    assert capsys.readouterr().out.startswith(
        "docs/sections/sleep-k2-alpha-waves.md:8: new chapter 'Sleep: K2 & α-waves', with 21 prompts\n"
    )
    assert added(book, FRONT).strip() == "sections/sleep-k2-alpha-waves"
    last = re.findall(r"^sections/\S+$", (ROOT / FRONT).read_text(encoding="utf-8"), re.MULTILINE)[
        -1
    ]
    assert f"{last}\nsections/sleep-k2-alpha-waves\n```" in (book / FRONT).read_text(
        encoding="utf-8"
    )
    text = (book / "docs/sections/sleep-k2-alpha-waves.md").read_text(encoding="utf-8")
    assert (
        ":::{claim} J1\n" in text
        and "\nchecked: 2026-11-30  # PROMPT" in text
        and "\ncheck_due: 2027-11-30  #" in text
    )
    said = refused(book, capsys, "chapter", NAME="sleep: K2 & α-waves")
    assert (
        said
        == "new: the chapter 'sleep: K2 & α-waves' exists already: docs/sections/sleep-k2-alpha-waves.md:8\n"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Vitamin K2 and the gut", f"exists already: {GUT}:8"),
        ("Gut / health", f"exists already: {GUT}:8"),
        ("腸と脳", "has no Latin letter to make an address of"),
        ("", 'a chapter needs a name with letters in it: make new chapter NAME="..."'),
        ("x" * 81, "shorten it"),
    ],
)
def test_a_chapter_that_cannot_be_is_refused(book, capsys, name, message):
    assert message in refused(book, capsys, "chapter", NAME=name)


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("SOURCE_DATE_EPOCH", "now", "a number of seconds since 1970"),
        ("KB_TODAY", "2026-02-30", "a day as in 2026-11-22"),
    ],
)
def test_a_day_that_is_none_is_refused(book, capsys, monkeypatch, name, value, cure):
    monkeypatch.setenv(name, value)
    assert (
        refused(book, capsys, "chapter", NAME="Sleep")
        == f"new: {name} is {value!r}; it is {cure}, or not set\n"
    )


# -- Sources ---------------------------------------------------------------------------------------

PUBLISHER = r"""
Exported by a manager of references

@Article{Muller_2020,
  Author    = "van M{\"u}ller, J{\"o}rg and {World Health Organization} and Smith JA and Garc\'\i a, Ana and B, C and D, E and F, G",
  title     = {A {CRISPR} trial of vitamin K$_2$ \& \textit{in vivo} <i>butyrate</i> &amp; 5\% &lt;i&gt;y&lt;/i&gt; &lt; 0.05},
  journal   = {J. Nutr.}, month = sept, year = 2020, volume = {12}, issue = {3}, pages = {1--9},
  DOI       = {https://doi.org/10.1000/AbC\_d.},
  pmid      = {12345678}, url = {https://example.org/x}, abstract = {Long}, keywords = {a; b}, note = {},
  file      = {:home/me/x.pdf:PDF}, publisher = {Somebody},
}
"""


def test_what_a_publisher_hands_out_is_taken_over_clean(book, capsys, tmp_path):
    (tmp_path / "paper.bib").write_text(PUBLISHER, encoding="utf-8")
    assert make(book, "source", FROM=str(tmp_path / "paper.bib")) == 0
    entry = re.search(
        r"^@article\{vanmuller2020crispr,\n(.*?)^\}\n",
        (book / SOURCES).read_text(encoding="utf-8"),
        re.M | re.S,
    )[1]
    fields = dict(re.findall(r"^  (\w+) += \{(.*)\},$", entry, re.MULTILINE))
    ours = {name: value for name, value in fields.items() if value.startswith("PROMPT: ")}
    assert list(ours) == ["design", "status", "sides", "about", "population", "finding", "limits"]
    assert {name: value for name, value in fields.items() if name not in ours} == {
        "author": "van Müller, Jörg and {World Health Organization} and Smith, J. A. and García, Ana and B, C and D, E and others",
        "title": r"A CRISPR trial of vitamin K2 \& in vivo butyrate \& 5\% y < 0.05",
        "journal": "J. Nutr.",
        "year": "2020",
        "volume": "12",
        "number": "3",
        "pages": "1-9",
        "doi": "10.1000/abc_d",
        "pmid": "12345678",
    }
    text = (book / SOURCES).read_text(encoding="utf-8")
    found = re.findall(r"^@\w+\{(\w+),", text, re.MULTILINE)
    assert found == sorted(found)
    assert "new source 'vanmuller2020crispr', with 7 prompts" in capsys.readouterr().out
    added(book, SOURCES)


def test_a_source_builds_once_it_is_filled_in_and_not_before(book, tmp_path):
    (tmp_path / "paper.bib").write_text(PUBLISHER, encoding="utf-8")
    make(book, "source", FROM=str(tmp_path / "paper.bib"))
    with pytest.raises(SourcesError) as error:
        read_sources(book / SOURCES)
    line = (book / SOURCES).read_text(encoding="utf-8").split("\n").index(
        "@article{vanmuller2020crispr,"
    ) + 1
    assert str(error.value) == (
        f"docs/data/sources.bib:{line}: vanmuller2020crispr: prompts are left in design, status, sides, about, population, "
        "finding and limits; write what each asks for in its place, or delete its line"
    )
    text = (book / SOURCES).read_text(encoding="utf-8")
    for name, value in {"design": "rct", "status": "ok", "sides": "D1 mixed"}.items():
        text = re.sub(
            rf"(^  {name} += )\{{PROMPT:[^}}]*\}}", rf"\1{{{value}}}", text, flags=re.MULTILINE
        )
    (book / "filled.bib").write_text(
        re.sub(r"\{PROMPT:[^}]*\}", "{Words.}", text), encoding="utf-8"
    )
    assert read_sources(book / "filled.bib")["vanmuller2020crispr"].fields["doi"] == "10.1000/abc_d"


def source(book: Path, tmp_path: Path, text: str | bytes) -> dict[str, str]:
    (tmp_path / "x.bib").write_bytes(text.encode() if isinstance(text, str) else text)
    return {"FROM": str(tmp_path / "x.bib")}


def test_all_faults_of_a_file_are_told_at_once(book, capsys, tmp_path):
    text = (
        "@misc{one, doi={10.3390/nu12061852}}\n@misc{two, title={New}, doi={nonsense}}\n"
        "@misc{three, author={Smith JA; Jones B}, title={New}}\n@misc{four, pmid=32575901}\n"
        "@misc{five, title={Newer}, doi={10.1000/x}}\n@misc{six, doi={10.1000/X}}\n"
    )
    given = source(book, tmp_path, text)
    before = state(book)
    assert make(book, "source", **given) == 1
    assert state(book) == before
    said = capsys.readouterr().err.splitlines()
    there = f"is there already, under the key 'akbulut2020rdi': {SOURCES}:"
    starts = [
        "new: @misc{two}: 'nonsense' is no DOI",
        "new: @misc{three}: 'Smith JA; Jones B' is no name",
        f"new: @misc{{one}}: this doi {there}",
        f"new: @misc{{four}}: this pmid {there}",
        "new: @misc{six}: this doi is there already, under the key 'anonnewer': the same file",
    ]
    assert [line.startswith(start) for line, start in zip(said, starts, strict=True)] == [True] * 5


@pytest.mark.parametrize("name", ["doi", "pmid", "pmcid"])
def test_a_source_is_known_by_each_of_its_numbers(book, capsys, tmp_path, name):
    known = next(one for one in read_sources(book / SOURCES).values() if one.fields.get(name))
    text = f"@article{{a, title={{Another}}, {name}={{{known.fields[name]}}}}}"
    assert f"this {name} is there already, under the key {known.key!r}" in refused(
        book, capsys, "source", **source(book, tmp_path, text)
    )


def test_a_source_that_is_there_is_named_by_its_key(book, capsys, tmp_path):
    text = (book / SOURCES).read_text(encoding="utf-8")
    line = text.split("\n").index("@article{akbulut2020rdi,") + 1
    there = f"is there already, under the key 'akbulut2020rdi': {SOURCES}:{line}"
    assert f"this doi {there}" in refused(
        book, capsys, "source", DOI="https://dx.doi.org/10.3390/NU12061852."
    )
    assert f"this pmid {there}" in refused(
        book, capsys, "source", **source(book, tmp_path, "@misc{a, pmid = 32575901}")
    )
    same = "@misc{a, title={Vitamin K2 Needs an {RDI} separate from vitamin K1.}, year=2020}"
    assert f"title and year are those of 'akbulut2020rdi': {SOURCES}:{line}" in refused(
        book, capsys, "source", **source(book, tmp_path, same)
    )
    twice = "@misc{a, doi={10.1000/x}}\n@misc{b, doi={10.1000/X}}"
    assert "under the key 'anonwork': the same file" in refused(
        book, capsys, "source", **source(book, tmp_path, twice)
    )


WRONG_SOURCES = {
    "RIS": (
        "\ufeffTY  - JOUR\nTI  - A trial\nER  - \n",
        "x.bib: this is RIS, not BibTeX; export the source as BibTeX",
    ),
    "PubMed": ("\nPMID- 1234\nTI  - A trial\n", "x.bib: this is the form of PubMed (.nbib), not"),
    "EndNote": (
        "%0 Journal Article\n%T A trial\n",
        "x.bib: this is the form of EndNote (.enw), not",
    ),
    "CSL": ('[{"title": "A trial"}]', "x.bib: this is JSON, not BibTeX"),
    "a page": ("<!DOCTYPE html>\n<title>A trial</title>", "x.bib: this is XML or a web page, not"),
    "no entry": (
        "Smith 2020",
        "x.bib: no entry found; BibTeX begins with something like @article{key,",
    ),
    "cut off": ("@article{a, title = {X", "x.bib:1: not BibTeX: "),
    "not UTF-8": (b"@article{a, title = {M\xfcller}}", "x.bib: not UTF-8"),
    "not a DOI": (
        "@article{a, doi = {12345}}",
        "@article{a}: '12345' is no DOI; one looks like 10.1000/xyz",
    ),
    "too many commas": (
        "@article{a, author = {A, B, C, D}}",
        "@article{a}: 'A, B, C, D' is no name",
    ),
    "names joined by a semicolon": (
        "@article{a, author = {Smith, A.; Doe, B.}}",
        "@article{a}: 'Smith, A.; Doe, B.' is no name",
    ),
    "names joined by a sign": (
        "@article{a, author = {Smith, A. &amp; Doe, B.}}",
        "@article{a}: 'Smith, A. &amp; Doe, B.' is no name",
    ),
    "braces without end": (
        "@article{a, title = " + "{" * 3000 + "}" * 3000 + "}",
        "x.bib:1: not BibTeX: too many nested braces",
    ),
}


@pytest.mark.parametrize("name", WRONG_SOURCES)
def test_bibtex_that_cannot_be_read_is_refused(book, capsys, tmp_path, name):
    text, message = WRONG_SOURCES[name]
    assert message in refused(book, capsys, "source", **source(book, tmp_path, text))


def test_a_source_needs_one_origin(book, capsys, tmp_path):
    for given in ({}, {"DOI": "10.1000/x", "FROM": "x.bib"}, {"DOI": "  "}):
        assert (
            "a source needs FROM=file.bib (or FROM=-, and paste BibTeX) or DOI=10.1000/xyz"
            in refused(book, capsys, "source", **given)
        )
    assert "'10.1000/x' is an address: make new source DOI=10.1000/x" in refused(
        book, capsys, "source", FROM="10.1000/x"
    )
    assert "no such file" in refused(book, capsys, "source", FROM=str(tmp_path / "nowhere.bib"))
    assert "cannot be read (Is a directory)" in refused(book, capsys, "source", FROM=str(tmp_path))


def test_a_doi_alone_prompts_for_the_rest(book, capsys):
    assert make(book, "source", DOI="doi:10.1000/XYZ") == 0
    entry = added(book, SOURCES)
    assert "doi          = {10.1000/xyz}," in entry
    assert entry.count("PROMPT: ") == 11
    told = capsys.readouterr().out
    assert "Rename the key 'anonwork'" in told
    assert (
        "Nothing is looked up: where the page of https://doi.org/10.1000/xyz offers BibTeX, take this"
        " entry out again and give that file with FROM=." in told
    )


@pytest.mark.parametrize(
    ("given", "kind", "fields"),
    [
        (
            "@InCollection{a, editor={Lee, A.}, booktitle={A Book}, date={2019-05-01}, title={X}}",
            "misc",
            {"author": "Lee, A.", "journal": "A Book", "year": "2019"},
        ),
        (
            "@dataset{a, author={Lee, A and others}, publisher={Zenodo}, url={https://x.org/a_b}}",
            "misc",
            {"author": "Lee, A and others", "journal": "Zenodo", "url": "https://x.org/a_b"},
        ),
        (
            "@article{a, author={Lee, A}, eprinttype={pubmed}, eprint={123}}",
            "article",
            {"pmid": "123"},
        ),
        (
            "@article{a, author={Lee, A}, note={PMID: 4567; PMCID: PMC89}}",
            "article",
            {"pmid": "4567", "pmcid": "PMC89"},
        ),
        ("@article{a, author={Lee, A}, url={javascript:alert(1)}}", "article", {}),
        ("@article{a, author={Lee, A}, title={A\u202eB\u200b C}}", "article", {"title": "AB C"}),
        (
            "@article{a, author={Lee, A}, title={10$^{-3}$ of $\\mu$g}}",
            "article",
            {"title": "10⁻³ of µg"},
        ),
    ],
)
def test_every_kind_of_entry_is_understood(given, kind, fields):
    (work,) = bibtex.works(given, "x.bib", [])
    assert work.kind == kind
    assert {name: work.fields.get(name) for name in fields} == fields
    assert set(work.fields) <= {*fields, "author", "title"}


def test_a_key_is_made_of_author_year_and_word():
    (work,) = bibtex.works(
        "@article{a, author={{European Food Safety Authority (EFSA)}}, title={The role of Vitamin K: a vitamin study}, year=2017}",
        "x",
        [],
    )
    found = list(bibtex.keys(work))
    assert found[:3] == ["efsa2017vitamin", "efsa2017vitamin2", "efsa2017vitamin3"]
    (work,) = bibtex.works(
        "@article{a, author={Ørsted-Łuk, Å.}, title={Effects of γ-waves on sleep}, year=2017}",
        "x",
        [],
    )
    assert next(bibtex.keys(work)) == "orstedluk2017waves"


# -- Writing ---------------------------------------------------------------------------------------


def test_rights_line_ends_and_links_of_a_file_stay(book):
    page, real = book / GLOSSARY, book / "real.md"
    real.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    real.chmod(0o640)
    page.unlink()
    page.symlink_to(real)
    assert make(book, "term", NAME="butyrate") == 0
    assert page.is_symlink() and stat.S_IMODE(real.stat().st_mode) == 0o640
    assert real.read_bytes().count(b"\n") == real.read_bytes().count(b"\r\n")


def test_all_files_are_written_or_none(book, capsys, monkeypatch):
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name == "index.md":
            raise OSError(28, "No space left on device", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    assert "nothing was written: " in (said := refused(book, capsys, "chapter", NAME="Sleep"))
    assert "No space left on device" in said


@pytest.mark.parametrize("name", ["sections/sleep.md", "sleep.md"])
def test_the_name_of_a_file_is_no_title(book, capsys, name):
    said = refused(book, capsys, "chapter", NAME=name)
    assert (
        f"a chapter's NAME is its title as readers see it, and {name!r} looks like a file" in said
    )


def test_a_file_that_is_missing_is_named(book, capsys):
    (book / GLOSSARY).unlink()
    assert f"{GLOSSARY}: no such file" in refused(book, capsys, "term", NAME="butyrate")
    (book / FRONT).write_text("# No contents\n")
    assert f"{FRONT}: no contents with a line 'sections/...' in it" in refused(
        book, capsys, "chapter", NAME="Sleep"
    )


# -- What is begun, in the build -------------------------------------------------------------------

NASTY = (
    "# K2 `is` *good* _for_ [you](x) <b>now</b> {term}`x` & &amp; \\ $x$ {{y}} | ::: end",
    "1. K2 is first",
    "- K2 is listed",
    "% K2 is hidden",
    ":::{note} K2",
    "(k2)=",
    "> K2 quotes",
    "+++ K2",
    "K2 ends with #",
    "= K2",
    "~~~ K2",
)


def test_what_is_begun_builds_with_one_message_each(make_app, rootdir, tmp_path):
    """Nasty claims, a term and a chapter in the tiny book: nothing else is said, and nothing is read as markup."""
    docs = tmp_path / "docs"
    shutil.copytree(rootdir / "test-kb", docs)
    front = docs / "index.md"
    front.write_text(
        re.sub(r"^(?=sections/one$)", "", front.read_text(encoding="utf-8")), encoding="utf-8"
    )
    for says in NASTY:
        assert make(tmp_path, "claim", NAME=says, IN="one") == 0
    assert make(tmp_path, "term", NAME="alpha: a/b (c), d's & e") == 0
    assert make(tmp_path, "chapter", NAME=NASTY[0][:70]) == 0
    app = make_app("html", srcdir=docs)
    app.build()
    lines = (
        re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue())
        .replace(f"{docs}/", "")
        .strip()
        .split("\n")
    )
    left = "write what each asks for in its place, or delete its line"
    of_claim = f"prompts are left in strength, verdict, certainty, certainty-of, for, mixed, against and the body; {left} [evidence.claim]"
    ids = [*(f"A{number + 2}" for number in range(len(NASTY))), "B1"]
    wanted = {f"claim {id}: {of_claim}" for id in ids}
    wanted.add(
        f'term "alpha: a/b (c), d\'s & e": prompts are left in names, sources, see-also, tags and the body; {left} [glossary.definition]'
    )
    in_summary = "a prompt is left in summary; write one sentence that says what the chapter finds in its place"
    wanted.add(f"{in_summary} [chapter.front-matter]")
    # One of the claims quotes them, and whoever reads the page is asked whether they were meant.
    wanted.add("'{{y}}' is not replaced by anything; write the words themselves [text.mark]")
    wanted.add(
        "'_for_' is printed with its signs; they touch the words within, and a blank or a stop without"
        " [text.mark]"
    )
    wanted.add(
        "'{term}`' opens a role that nothing closes; write a second '`' after its text [text.role]"
    )
    assert {line.split("WARNING: ")[1] for line in lines} == wanted
    # Two of what the quotation holds are told of once more in the chapter that has it as its title.
    assert len(lines) == len(wanted) + 2
    claims = app.env.get_domain("evidence").claims
    assert [claims[id].quote for id in ids[:-1]] == [f"{says}." for says in NASTY]
    assert app.env.titles[f"sections/{names.slug(NASTY[0][:70])}"].astext() == NASTY[0][:70].strip()
    seen = [
        re.sub("<!--.*?-->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for page in app.outdir.rglob("*.html")
    ]
    assert len(seen) > 5 and not any("PROMPT" in page for page in seen)


# -- The verb --------------------------------------------------------------------------------------


@pytest.fixture
def project(book: Path) -> Path:
    """The copy with the Makefile and the tools, and the environment of this project."""
    for name in ("docs/_tools", "docs/_ext"):
        shutil.copytree(ROOT / name, book / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "Makefile", book)
    for name in ("requirements.lock", "package-lock.json"):
        shutil.copy2(ROOT / name, book)
    (book / ".venv").symlink_to(ROOT / ".venv")
    return book


def run(project: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *words],
        cwd=project,
        # Else a make that runs these tests would speak through this one.
        env={
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS"))
        }
        | environment,
        capture_output=True,
        text=True,
        check=False,
        input="@misc{a, doi={10.1000/p}}",
    )


def test_the_verb_takes_the_word_behind_it(project):
    told = run(project, "new", "term", "NAME=butyrate").stdout
    assert re.match(rf"{GLOSSARY}:\d+: new term 'butyrate'", told)
    assert "new source 'anonwork'" in run(project, "new", "source", "FROM=-").stdout
    assert 'make new term    NAME="butyrate"' in run(project, "new").stdout


def test_the_verb_carries_out_nothing_that_a_name_holds(project):
    name = "$(shell touch pwned) `touch pwned` $$(touch pwned); touch pwned # '\" K2"
    done = run(project, "new", "claim", f"NAME={name}", "IN=gut-health")
    assert done.returncode == 0, done.stderr
    assert not (project / "pwned").exists()
    written = re.sub(r"([`$])", r"\\\1", name)
    assert f"> {written}.\n" in (project / GUT).read_text(encoding="utf-8")


def test_the_verb_refuses_other_words_and_names_of_the_environment(project):
    before = state(project / "docs/sections")
    done = run(project, "new", "clean")
    assert (
        done.returncode and "new makes a chapter, claim, source or term, not 'clean'" in done.stderr
    )
    done = run(project, "new", "term", "NAME=vitamin", "K9")
    assert done.returncode and "not 'K9'; a name is given as NAME=\"several words\"" in done.stderr
    assert "a food is a row of docs/data/foods.csv" in run(project, "new", "food").stderr
    done = run(project, "new", "chapter", NAME="a-host")
    assert done.returncode and "a chapter needs a name with letters in it" in done.stderr
    assert "No rule to make target 'term'" in run(project, "term").stderr
    assert state(project / "docs/sections") == before


def test_the_maker_itself_refuses_odd_words(book, capsys):
    assert (
        "new makes one chapter, claim, term or source, not 'tern' (did you mean 'term'?)"
        in refused(book, capsys, "tern")
    )
    assert "not 'more'" in refused(book, capsys, "term", "more", NAME="x")
    assert make(book) == 0
    with pytest.raises(Refused):
        files.load(book, "docs")
