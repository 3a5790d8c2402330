"""The route over LaTeX, for publishers who ask for it: the .tex is written without a warning and holds all."""

from __future__ import annotations

import csv
import re

import pytest

import run_sphinx


@pytest.fixture(scope="module")
def tex(docs, tmp_path_factory):
    """The .tex of the book, built strictly; no TeX is needed."""
    folder = tmp_path_factory.mktemp("latex")
    assert run_sphinx.run(docs, "latex", str(folder / "doctrees"), str(folder / "out")) == 0
    (path,) = (folder / "out").glob("*.tex")
    return path


@pytest.fixture(scope="module")
def words(tex):
    """The text of it, without what TeX alone reads."""
    text = tex.read_text(encoding="utf-8").replace(r"\sphinxhyphen{}", "-").replace("{}", "")
    return re.sub(r"\s+", " ", re.sub(r"\\(?=[&%$#_{}])", "", text))


def test_chapters(words):
    titles = re.findall(r"\\chapter\{([^}]*)\}", words)
    assert titles[1:10] == [
        "The gut-brain axis", "Vitamin K2", "Vitamin K2 and the gut", "Vitamin K2 and the brain",
        "When gut and brain fall out of balance", "How K2 might act", "When vitamin K runs short", "Foods with vitamin K2",
        "Supplements",
    ]  # fmt: skip
    assert {"Evidence register", "Glossary", "Foods and their vitamin K", "Sources"} <= set(titles)
    assert "For authors" not in titles


def test_claims(words):
    verdicts = "Supported|Partly supported|Overstated|Unsupported|Reversed|Not verifiable"
    assert len(set(re.findall(rf"\*\{{Claim ([A-I]\d) (?:{verdicts}) ", words))) == 40


def test_rows_of_tables(words, docs):
    for row in csv.DictReader((docs / "data/foods.csv").read_text(encoding="utf-8").splitlines()):
        cells = rf"{re.escape(row['food']).replace(chr(39), '.')} \\sphinxbeforeendvarwidth .{{,80}}?{re.escape(row['country'])} \\sphinxbefore"
        assert re.search(cells, words), row["id"]


def test_glossary_with_its_uses(words, docs):
    for name in re.findall(r"^:id: (.*)$", (docs / "reference/glossary.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert rf"\label{{\detokenize{{reference/glossary:term-{name}}}}}" in words, name
    assert words.count("Used in: ") > 80


def test_sources_and_the_citations_that_lead_to_them(words):
    sources = set(re.findall(r"\\bibitem\[[^\]]+\]\{reference/sources:source-(\w+)\}", words))
    cited = set(re.findall(r"\\hyperlink\{cite\.reference/sources:source-(\w+)\}", words))
    assert len(sources) > 150
    assert cited <= sources and len(cited) > 150


def test_drawings_are_pdf_files_with_their_words(tex):
    pypdfium2 = pytest.importorskip("pypdfium2")
    names = set(re.findall(r"\\sphinxincludegraphics\{\{([\w-]+)\}\.(\w+)\}", tex.read_text(encoding="utf-8")))
    assert names == {(name, "pdf") for name in ("gut-brain-axis", "what-is-known", "vitamin-k-cycle", "food-chart")}
    document = pypdfium2.PdfDocument(tex.parent / "gut-brain-axis.pdf")
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "hypothalamus" in text and len(text) > 200


def test_a_drawing_that_cannot_be_read_is_named(tiny):
    broken = {"_static/mark.svg": lambda text: text.replace("</svg>", "<path")}
    built = tiny(broken, builder="latex", root="test-ebook")
    assert "mark.svg: no PDF can be made of this drawing" in built.warnings


def test_the_small_root_is_written_without_a_warning(tiny):
    built = tiny(builder="latex")
    assert built.warnings == ""
    text = built.page("tiny.tex")
    assert r"\subsection*{Claim A1" in text and r"\bibitem" in text
