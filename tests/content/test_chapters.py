"""The chapters: nine, of the agreed length, readable, and no number without a record that carries it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import textstat

from content import ORDER, Chapter, cited, spoken

GRADE = 10
"""The highest Flesch-Kincaid grade of the plain parts: a sixteen-year-old reads them."""


def test_there_are_nine_chapters_and_no_other(docs: Path):
    assert sorted(path.stem for path in (docs / "sections").glob("*.md")) == sorted(ORDER)
    assert re.findall(r"^sections/(\S+)$", (docs / "index.md").read_text(), re.MULTILINE) == list(ORDER)


def test_length(chapters: list[Chapter]):
    counts = {
        c.slug: len(re.findall(r"\w[\w'’-]*", re.sub(r"^#+ .*$", "", spoken(c.prose), flags=re.MULTILINE))) for c in chapters
    }
    assert {slug: count for slug, count in counts.items() if not 900 <= count <= 1600} == {}


def test_plain_words_are_three_to_five_points(chapters: list[Chapter]):
    points = {c.slug: len(re.findall(r"^- ", c.plain_words, re.MULTILINE)) for c in chapters}
    assert {slug: count for slug, count in points.items() if not 3 <= count <= 5} == {}


def test_plain_words_are_plain(chapters: list[Chapter]):
    grades = {c.slug: textstat.flesch_kincaid_grade(spoken(c.plain_words)) for c in chapters}
    assert {slug: grade for slug, grade in grades.items() if grade > GRADE} == {}


def test_plain_sentences_of_claims_are_plain(claims):
    grades = {c.id: textstat.flesch_kincaid_grade(spoken(c.plain)) for c in claims.values()}
    assert {key: grade for key, grade in grades.items() if grade > GRADE} == {}


@pytest.mark.parametrize("slug", ["deficiency", "food-sources", "supplements"])
def test_the_warning_stands_in_a_box(chapters: list[Chapter], slug: str):
    body = next(c.body for c in chapters if c.slug == slug)
    boxes = re.findall(r"^:::\{warning\}\n(.*?)^:::$", body, re.MULTILINE | re.DOTALL)
    assert any("vitamin K antagonist" in box and "warfarin" in box for box in boxes)


def test_the_warning_stands_on_the_front_page(docs: Path):
    box = re.search(r"^:::\{warning\}\n(.*?)^:::$", (docs / "index.md").read_text(), re.MULTILINE | re.DOTALL)[1]
    assert "vitamin K antagonist" in box and "warfarin" in box


def test_every_number_stands_in_a_record_that_its_sentence_cites(chapters, sources, docs):
    """A figure beside a citation is found in that source's record (or, for foods, in the file of foods)."""
    foods = (docs / "data/foods.csv").read_text(encoding="utf-8")
    lost, seen = [], 0
    for chapter in chapters:
        for line in chapter.body.splitlines():
            if not (keys := cited(line)):
                continue
            pool = " ".join(value for key in keys for value in sources[key].fields.values())
            known = _numbers(pool + (foods if chapter.slug == "food-sources" else ""))
            for number in _numbers(_bare(line)):
                seen += 1
                if number not in known:
                    lost.append(f"{chapter.slug}: {number} in {line!r}")
    assert seen > 300, "the chapters hold hundreds of figures; the reading of them is broken"
    assert lost == []


def _bare(line: str) -> str:
    """*line* without roles, names of compounds (MK-7, 1,4-dihydroxy-...) and ids of claims."""
    line = re.sub(r"\{[a-z:]+\}`[^`]*`", "", line)
    return re.sub(r"\b1,4-dihydroxy\S*|\b[A-Z]{1,3}-?\d+\b", "", line)


def _numbers(text: str) -> set[str]:
    found = re.findall(r"(?<![\w.-])\.?\d[\d,]*(?:\.\d+)?", text)
    return {(number if number[0] != "." else f"0{number}").replace(",", "") for number in found} | {
        number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)
    }
