"""How to cite a page and the whole: the box, its forms, the files, and CITATION.cff at the root."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from pybtex.database import parse_string

from kb.chapters.how_to_cite import Citation

# The theme still uses a name that Sphinx 11 will drop.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.sphinx_book_theme:sphinx.deprecation.RemovedInSphinx11Warning"
)

BASE = "https://example.org/k2/"
ROOT = Path(__file__).parents[3]


def forms(page: str) -> list[str]:
    """The texts in the citation box of *page*."""
    return re.findall(
        r"<pre>(.*?)</pre>", page.partition('<details class="kb-cite">')[2], re.DOTALL
    )


# -- How to cite ---------------------------------------------------------------------------------


def test_a_chapter_is_cited_by_the_day_of_its_check(tiny_site):
    text, bibtex, ris = forms(tiny_site().page("sections/one.html"))
    assert text == "The editors (2026). One. In: Tiny, version 1.0. Last checked February 2, 2026."
    assert bibtex.splitlines() == [
        "@misc{one-2026,",
        "  author = {{The editors}},",
        "  title = {{One}},",
        "  howpublished = {In: Tiny, version 1.0},",
        "  year = {2026},",
        "  note = {Last checked February 2, 2026},",
        "}",
    ]
    assert ris.splitlines() == [
        "TY  - CHAP",
        "AU  - The editors,",
        "TI  - One",
        "T2  - Tiny, version 1.0",
        "PY  - 2026",
        "DA  - 2026/02/02",
        "LA  - en",
        "ER  - ",
    ]


def test_other_pages_are_cited_by_the_year_of_the_project(tiny_site):
    text, bibtex, ris = forms(tiny_site(copyright="2031, them").page("reference/foods.html"))
    assert text == "The editors (2031). Foods. In: Tiny, version 1.0."
    assert "year = {2031}" in bibtex and "note" not in bibtex
    assert "PY  - 2031\n" in ris and "DA  -" not in ris


def test_an_address_stands_only_where_one_is_known(tiny_site):
    without = tiny_site().page("sections/one.html")
    assert (
        "url = " not in without and "UR  -" not in without and "http" not in "".join(forms(without))
    )


def test_a_known_address_stands_in_each_form(tiny_site):
    text, bibtex, ris = forms(tiny_site(html_baseurl=BASE).page("sections/one.html"))
    assert text.endswith(f" {BASE}sections/one.html")
    assert f"  url = {{{BASE}sections/one.html}},\n" in bibtex
    assert f"UR  - {BASE}sections/one.html\n" in ris


def test_pages_that_nobody_cites_have_no_box_and_no_script(tiny_site):
    built = tiny_site()
    for name in ("genindex", "search"):
        assert "kb-cite" not in built.page(f"{name}.html") and "how_to_cite.js" not in built.page(
            f"{name}.html"
        ), name
    assert "how_to_cite.js" in built.page("sections/one.html")


def test_bibtex_reads_what_we_write():
    title = "R&D: 100% of {K2} costs $5_#1"
    entry = Citation(
        "odd-2026", "The editors", title, "Book & co.", "2026", "2026-02-02", f"{BASE}a_b%20c.html"
    ).bibtex()
    fields = parse_string(entry, "bibtex").entries["odd-2026"].fields
    assert fields["title"] == r"{R\&D: 100\% of \{K2\} costs \$5\_\#1}"
    assert fields["url"] == f"{BASE}a_b%20c.html"


def test_nothing_known_of_the_year_is_said_so():
    assert Citation("one", "A", "One", "Tiny", "", "", "").text() == "A (n.d.). One. In: Tiny."


# -- The whole -----------------------------------------------------------------------------------


def test_the_front_page_cites_the_whole_and_every_box_leads_to_its_files(tiny_site):
    built = tiny_site(html_baseurl=BASE)
    text, bibtex, ris = forms(built.page("index.html"))
    assert text == f"The editors (2026). Tiny. Version 1.0. Last checked February 2, 2026. {BASE}"
    assert (
        parse_string(bibtex, "bibtex").entries["tiny-2026"].fields["howpublished"] == "Version 1.0"
    )
    assert ris.splitlines() == [
        "TY  - BOOK",
        "AU  - The editors,",
        "TI  - Tiny",
        "ET  - 1.0",
        "PY  - 2026",
        "DA  - 2026/02/02",
        "LA  - en",
        f"UR  - {BASE}",
        "ER  - ",
    ]
    assert (built.page("cite.bib"), built.page("cite.ris")) == (f"{bibtex}\n", f"{ris}\n")
    assert "How to cite this book" in built.page(
        "index.html"
    ) and "How to cite this page" in built.page("sections/one.html")
    for name, here in (("index", ""), ("sections/one", "../")):
        for ending in ("bib", "ris"):
            assert f'<a href="{here}cite.{ending}" download>' in built.page(f"{name}.html")


def test_the_whole_bears_the_title_of_the_printed_book():
    whole = Citation("k2-2026", "The editors", "K2: A book", "", "2026", "2026-02-02", "", "1.0")
    assert (
        whole.text()
        == "The editors (2026). K2: A book. Version 1.0. Last checked February 2, 2026."
    )
    assert Citation("k2", "The editors", "K2", "", "", "", "").text() == "The editors (n.d.). K2."


# -- CITATION.cff --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cff() -> dict:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_citation_file_says_what_the_book_says(cff, site: Path):
    conf = runpy.run_path(str(ROOT / "docs/conf.py"))
    entry = parse_string((site / "cite.bib").read_text(encoding="utf-8"), "bibtex").entries.values()
    fields = next(iter(entry)).fields
    assert (
        f"{{{cff['title']}}}" == f"{fields['title']}"
        and cff["title"] == f"{conf['book_title']}: {conf['book_subtitle']}"
    )
    assert [author["name"] for author in cff["authors"]] == [conf["author"]]
    assert cff["version"] == conf["release"]
    assert cff["abstract"] == f"{conf['kb_description']}"
    assert cff.get("url", "") == conf["html_baseurl"], (
        "the address stands in conf.py alone, or in both"
    )
    assert cff["license"] == "CC-BY-4.0" and "CC BY 4.0" in (ROOT / "LICENSE-content").read_text(
        encoding="utf-8"
    )


def test_the_citation_file_bears_the_day_of_its_release(cff):
    """The changelog dates each release; 1.0 covers 1.0.0."""
    releases = re.findall(
        r"^## (\d[\d.]*) - (\d{4}-\d\d-\d\d)$",
        (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    newest = next(day for version, day in releases if version.startswith(cff["version"]))
    assert cff["date-released"].isoformat() == newest


def test_the_citation_file_has_the_form_of_its_version(cff):
    """The schema of CFF 1.2.0 comes in no package that lives beside today's jsonschema: this holds its demands on our
    fields, and the long check below asks cffconvert."""
    assert cff["cff-version"] == "1.2.0" and cff["type"] in ("software", "dataset")
    assert {"message", "title", "authors"} <= set(cff) and all(
        isinstance(cff[name], str) for name in ("message", "title", "version")
    )
    known = {
        "cff-version",
        "message",
        "type",
        "title",
        "authors",
        "version",
        "date-released",
        "license",
        "abstract",
        "keywords",
        "url",
        "repository-code",
        "doi",
        "identifiers",
        "preferred-citation",
        "references",
        "contact",
        "commit",
        "license-url",
    }
    assert set(cff) <= known
    assert len(set(cff["keywords"])) == len(cff["keywords"]) and all(
        isinstance(word, str) for word in cff["keywords"]
    )


@pytest.mark.prove
def test_cffconvert_finds_no_fault_in_the_citation_file(tmp_path):
    """In an environment of its own: cffconvert wants a jsonschema of 2021.  Without a registry there is nothing to ask."""
    python = tmp_path / "venv/bin/python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    got = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "cffconvert==2.0.0"],
        capture_output=True,
        text=True,
        check=False,
    )
    if got.returncode:
        pytest.skip(
            f"cffconvert needs the registry of packages: {got.stderr.strip().splitlines()[-1]}"
        )

    def validate(text: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "CITATION.cff").write_text(text, encoding="utf-8")
        return subprocess.run(
            [tmp_path / "venv/bin/cffconvert", "--validate"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert validate(text).returncode == 0, validate(text).stderr
    assert validate(text.replace("type: dataset", "type: book")).returncode != 0
