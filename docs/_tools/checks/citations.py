"""Rules of citations: numbers and the sources that carry them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checks.core import Place, rule
from checks.reading import Block, Book, Page, cited, spoken, without
from kb.chapters.schema import CLOSING, PLAIN

UNCITED_SECTIONS = (PLAIN, CLOSING[1])
"""Sections of a chapter that carry no citations: what they say stands, with its source, elsewhere."""
NAME = re.compile(
    r"\b1,4-dihydroxy\S*|\b[^\W\d_]+-?\d[\w()-]*|\b\d-[A-Z]{2,}\b|\d{4}-\d\d-\d\d|\bper 100 g\b"
)
"""Digits that are part of a name (MK-7, K1, MK-9(4H), 5-HT), of a date, or of the unit 'per 100 g'."""
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
RAW = re.compile(
    r"(?:https?://)?(?:(?:dx\.)?doi\.org|(?:www\.|pubmed\.|pmc\.|europepmc\.)*ncbi\.nlm\.nih\.gov|europepmc\.org)/\S*"
    r"|\bdoi:\s*\S+|\b10\.\d{4,9}/\S+|\bPMID:?\s*\d+|\bPMC\d{4,}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """A sentence or a cell: its place, its text, and the keys of the sources that it stands under."""

    block: Block
    number: int
    text: str
    keys: tuple[str, ...]


def _lines(page: Page) -> Iterator[Line]:
    """Yield the lines of *page*: each stands under what its paragraph has cited so far, a cell under its row."""
    rows: dict[int, list[str]] = {}
    for block in page.blocks:
        rows.setdefault(block.row, []).extend(cited(block.text))
    for block in page.blocks:
        above = list[str]()
        for number, line in block.lines():
            above += cited(line)
            keys = rows[block.row] if block.row else above
            yield Line(block, number, line, tuple(dict.fromkeys(keys)))


def _may_cite(block: Block) -> bool:
    has_sources = block.kind not in ("heading", "head", "quote", "term") and block.part not in (
        "quote",
        "answer",
        "change",
    )
    return has_sources and block.section not in UNCITED_SECTIONS


@rule(
    "KB001",
    "number without a citation",
    "citations",
    "cite the source in this sentence, or where its study enters the paragraph: {cite:p}`key`",
)
def number_without_citation(book: Book) -> Iterator[Place]:
    """In the body of a chapter, a sentence that holds a number cites its source, or an earlier sentence of its paragraph does.

    The body is the subject, the assessments of claims, and the limits of the evidence.
    A paragraph that tells one study cites it once, where the study enters, and stands under it from there on.
    Sentences before that citation do not stand under it, and neither does the next paragraph or the next point of a list.
    In a table one citation in the row is enough.
    *In plain words*, *See also*, headings, the heads of tables, and of a claim the quotation, the answer and what would change it carry no citations, so they are not asked.

    Counted are numbers in digits, years among them.
    Not counted are digits that belong to a name (MK-7, K1, vitamin D2, MK-9(4H)), ids of claims, dates such as 2026-11-22, the unit "per 100 g", and numbers in words: what we count ourselves ("two of the four claims") is written in words.

    Why:
    A number looks certain.
    A reader must be able to follow it to the study that measured it, and we must be able to compare the two again.

    Mend:
    Add `` {cite:p}`key` `` before the full stop, where the key is that of an entry in `docs/data/sources.bib`.
    One citation for each study is enough; a sentence that leans on another study carries its own.
    A count of our own is written in words.

    Wrong: In one study the food held 939 µg of MK-7.

    Right: In one study the food held 939 µg of MK-7 {cite:p}`kamao2007foods`.
    """
    for page in book.chapters:
        for line in _lines(page):
            found = NUMBER.findall(NAME.sub("", spoken(line.text)))
            if found and not line.keys and _may_cite(line.block):
                yield Place(page.path, line.number, f"{', '.join(found)} without a citation")


@rule(
    "KB002",
    "address of a paper in the text",
    "citations",
    "cite it by its key, {cite:p}`key`; the entry holds DOI and PMID",
)
def raw_address(book: Book) -> Iterator[Place]:
    """The text of a page holds no DOI and no address of PubMed, PubMed Central or Europe PMC.

    Code is not asked, and neither are the files in `docs/data/`, where addresses belong.

    Why:
    A paper that is cited by its key stands in the list of sources with its finding, its limits and its status.
    A bare address escapes all of that: nobody would notice that the paper was withdrawn.

    Mend:
    Add the paper to `docs/data/sources.bib` and cite it.

    Wrong: See https://doi.org/10.1177/156482650702800215.

    Right: See {cite:t}`kamao2007foods`.
    """
    for page in book.readers:
        for block in page.blocks:
            for number, line in enumerate(without(block.text, link=False).split("\n"), block.line):
                for match in RAW.finditer(line):
                    yield Place(page.path, number, f"{match[0].rstrip('.,;)>')!r} in the text")


@rule(
    "KB003",
    "number that no cited source carries",
    "citations",
    "compare with the source; mend the text or the record",
)
def number_not_carried(book: Book) -> Iterator[Place]:
    """A number that stands under a citation is in the record of a source that its paragraph has cited so far.

    A sentence stands under the citations of its own and of the sentences before it in its paragraph, a cell of a table under those of its row.
    The record is the entry in `docs/data/sources.bib`: title, population, finding, limits and the other fields.
    In the chapter on foods, `docs/data/foods.csv` counts too.
    Signs do not count, and neither do commas in thousands: 1,298 equals 1298, and .5 equals 0.5.

    Why:
    Numbers slip when sentences are rewritten.
    The record was compared with the source; the sentence is held to the record.

    Mend:
    Look at the source.
    If the sentence is wrong, mend it.
    If the record leaves the number out, add it to `population`, `finding` or `limits`.
    """
    records = {entry.key: " ".join(entry.fields.values()) for entry in book.sources}
    for page in book.chapters:
        also = book.tables.get("docs/data/foods.csv", "") if page.slug == "food-sources" else ""
        for line in _lines(page):
            if keys := [key for key in line.keys if key in records]:
                known = numbers(" ".join(records[key] for key in keys) + also)
                for lost in sorted(numbers(_bare(line.text)) - known):
                    yield Place(
                        page.path,
                        line.number,
                        f"{lost} does not stand in the record of {', '.join(keys)}",
                    )


def _bare(line: str) -> str:
    """*line* without roles, names of compounds (MK-7, 1,4-dihydroxy-...) and ids of claims."""
    line = re.sub(r"\{[a-z:]+\}`[^`]*`", "", line)
    return re.sub(r"\b1,4-dihydroxy\S*|\b[A-Z]{1,3}-?\d+\b", "", line)


def numbers(text: str) -> set[str]:
    """The numbers of *text*, as they are compared."""
    found = re.findall(r"(?<![\w.-])\.?\d[\d,]*(?:\.\d+)?", text)
    return {(number if number[0] != "." else f"0{number}").replace(",", "") for number in found} | {
        number.replace(",", "") for number in NUMBER.findall(text)
    }


SIDED = {"most-favorable": "most favorable", "least-favorable": "least favorable"}
"""The fields with the results that speak most and least for a claim."""
FRAME = ("title", "year", "about", "population")
"""The fields whose numbers are those of the study as a whole, and no result of it."""


@rule(
    "KB004",
    "one side of a study alone",
    "citations",
    "print a figure of its main outcome too: in this section or claim, or in a claim of the page",
)
def one_sided_figure(book: Book) -> Iterator[Place]:
    """Where a page prints a figure of the most or the least favorable result of a study, it prints one of the main outcome too.

    The record of the study says which results those are, in its fields `most-favorable`, `least-favorable` and `primary`.
    If it has no `primary`, each of the other two asks for a figure of the other.
    The second figure must be in the same section, in the same claim, or in any claim of the page, and must stand under a citation of the study.
    Numbers that the record also gives for the study as a whole (title, year, population), and numbers of another source cited there, do not count.
    A main outcome that is told without figures asks for nothing: whether the text is fair to it only a reader can say.

    Why:
    A study has several results, and the one that suits the sentence is the first to be remembered.
    Each figure may be right, and the whole still one-sided.

    Mend:
    Add the main result, with a figure of `primary`.
    If the main result is told in words, exempt the line and say so.

    Wrong: In those with diabetes the arteries grew less stiff (−10.0%) {cite:p}`naiyarakseree2023hemodialysis`.

    Right: Stiffness changed alike in both groups (−6.0% and −6.8%), with a gain in those with diabetes (−10.0%) {cite:p}`naiyarakseree2023hemodialysis`.
    """
    records = {entry.key: entry.fields for entry in book.sources}
    for page in book.readers:
        lines = list(_lines(page))
        for key in {key for line in lines for key in line.keys if key in records}:
            under = [line for line in lines if key in line.keys]
            for name, words in SIDED.items():
                yield from _alone(page, under, key, records, name, words)


def _alone(
    page: Page,
    under: list[Line],
    key: str,
    records: dict[str, dict[str, str]],
    name: str,
    words: str,
) -> Iterator[Place]:
    """The lines *under* the source *key* that print a figure of its field *name* without the main one near."""
    fields = records[key]
    needed = _figures(fields, *(["primary"] if "primary" in fields else SIDED.keys() - {name}))
    sided = _figures(fields, name) - _figures(fields, "primary")
    main = [line for line in under if _printed(line, key, records) & needed]
    for line in under if needed else ():
        found = _printed(line, key, records) & sided
        if found and not any(_is_near(other.block, line.block) for other in main):
            told = f"{', '.join(sorted(found))} is the {words} result of {key}"
            yield Place(page.path, line.number, f"{told}, and its main one is not near")


def _figures(fields: dict[str, str], *names: str) -> set[str]:
    """The figures of results in the fields *names*, without those of the study as a whole."""
    text = " ".join(fields.get(name, "") for name in names).replace("95% CI", "CI")
    return numbers(text) - numbers(" ".join(fields.get(name, "") for name in FRAME))


def _printed(line: Line, key: str, records: dict[str, dict[str, str]]) -> set[str]:
    """The numbers that *line* prints of the source *key* and of no other that it stands under."""
    others = [records[other] for other in line.keys if other != key and other in records]
    taken = " ".join(text for fields in others for text in fields.values())
    return numbers(_bare(line.text)) - numbers(taken)


def _is_near(main: Block, block: Block) -> bool:
    """Whether the block *main* is in a claim, or in the section of *block*."""
    return main.scope.startswith("claim-") or main.section == block.section
