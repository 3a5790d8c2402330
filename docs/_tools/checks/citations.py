"""Rules of citations: numbers and the sources that carry them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.core import Place, rule
from checks.reading import Block, Book, Page, cited, spoken, without

UNCITED_SECTIONS = ("In plain words", "See also")
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


def _body(page: Page) -> Iterator[tuple[int, str, str]]:
    """Yield line, text, and the text whose citations count: a sentence, or a row of a table."""
    rows: dict[int, str] = {}
    for block in page.blocks:
        rows[block.row] = f"{rows.get(block.row, '')} {block.text}"
    for block in page.blocks:
        if _may_cite(block):
            for number, line in block.lines():
                yield number, line, rows[block.row] if block.row else line


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
    "cite the source in the same sentence: {cite:p}`key`",
)
def number_without_citation(book: Book) -> Iterator[Place]:
    """In the body of a chapter, a sentence that holds a number cites its source in the same sentence.

    The body is the subject, the assessments of claims, and the limits of the evidence.
    In a table one citation in the row is enough.
    *In plain words*, *See also*, headings, the heads of tables, and of a claim the quotation, the answer and what would change it carry no citations, so they are not asked.

    Counted are numbers in digits, years among them.
    Not counted are digits that belong to a name (MK-7, K1, vitamin D2, MK-9(4H)), ids of claims, dates such as 2026-11-22, the unit "per 100 g", and numbers in words: what we count ourselves ("two of the four claims") is written in words.

    Why:
    A number looks certain.
    A reader must be able to follow it to the study that measured it, and we must be able to compare the two again.

    Mend:
    Add `` {cite:p}`key` `` before the full stop, where the key is that of an entry in `docs/data/sources.bib`.
    A count of our own is written in words.

    Wrong: In one study the food held 939 µg of MK-7.

    Right: In one study the food held 939 µg of MK-7 {cite:p}`kamao2007foods`.
    """
    for page in book.chapters:
        for number, line, context in _body(page):
            found = NUMBER.findall(NAME.sub("", spoken(line)))
            if found and not cited(context):
                yield Place(page.path, number, f"{', '.join(found)} without a citation")


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
    """A number beside a citation stands in the record of one of the sources that this line cites.

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
        for number, line in enumerate(page.lines, 1):
            if keys := [key for key in cited(line) if key in records]:
                known = numbers(" ".join(records[key] for key in keys) + also)
                for lost in sorted(numbers(_bare(line)) - known):
                    yield Place(
                        page.path,
                        number,
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
