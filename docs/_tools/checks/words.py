"""Rules of words: what to leave out, one form for one thing, American spelling, headings in sentence case.

The words stand in ``words.toml``, in groups, each with its reason.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from checks.core import BIBLIOGRAPHY, Place, rule, unquoted
from checks.reading import Block, Book, Page, spoken
from kb.claims.counts import in_words

LIST = Path(__file__).with_name("words.toml")
OWN_FIELDS = ("population", "finding", "limits", "notice", "about")
"""Fields of a source that are in our words."""


@cache
def lists() -> dict[str, list[dict[str, Any]]]:
    """The groups of the word list."""
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def words(name: str) -> list[str]:
    """All words of the groups called *name*."""
    return [word for group in lists()[name] for word in group["words"]]


def pairs(name: str) -> list[tuple[str, str]]:
    """All pairs of the groups called *name*."""
    return [(pair[0], pair[1]) for group in lists()[name] for pair in group["pairs"]]


@cache
def prose(book: Book) -> tuple[tuple[str, int, str], ...]:
    """Path, line and words of all text in our own words: pages, and our fields of the sources."""
    return (*_of_pages(book), *_of_sources(book))


def _of_pages(book: Book) -> Iterator[tuple[str, int, str]]:
    for page in book.pages:
        for block in page.blocks:
            if not _is_of_others(block):
                for number, line in enumerate(unquoted(spoken(block.text)).split("\n"), block.line):
                    yield page.path, number, line


def _of_sources(book: Book) -> Iterator[tuple[str, int, str]]:
    for entry in book.sources:
        for name in OWN_FIELDS:
            if text := entry.fields.get(name):
                yield BIBLIOGRAPHY, book.bib_line(entry, name), unquoted(text)


def _is_of_others(block: Block) -> bool:
    """Whether the words are the article's: the quotation that opens a claim."""
    return block.part == "quote"


@cache
def _any_of(name: str) -> re.Pattern[str]:
    longest_first = sorted(words(name), key=len, reverse=True)
    return re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE
    )


@rule("KB041", "hype word", "words", "leave it out, or say what was measured")
def hype_word(book: Book) -> Iterator[Place]:
    """The text holds no word that sells, praises or talks down to the reader.

    The words stand under `hype` in `docs/_tools/checks/words.toml`.
    Asked are all pages, and the fields of a source that are in our words.
    Not asked are code, what stands between double quotation marks, and the quotation that opens a claim, which gives the words of the article.

    Why:
    This book says what was found, in whom, and how sure one can be.
    A word such as "crucial" replaces all three by a feeling.

    Mend:
    Leave the word out, or put the figure in its place.

    Wrong: K2 is a powerful protector of bones.

    Right: In 244 women MK-7 slowed the loss of bone density at two sites of three.
    """
    for path, number, line in prose(book):
        for match in _any_of("hype").finditer(line):
            yield Place(path, number, f"{match[0]!r}")


@rule("KB042", "another form of a word", "words", "write the form of the style guide")
def preferred_form(book: Book) -> Iterator[Place]:
    """One thing has one form: MK-7 and not "MK7", the gut-brain axis with one hyphen, µg and not "mcg".

    The forms stand under `forms` in `docs/_tools/checks/words.toml`, as patterns with what is written instead.
    Other spellings belong to the `names` of a term, where the search finds them.
    Not asked are code, quotations, and the titles of sources, which keep their words.

    Why:
    A reader who searches a page for "MK-7" must find every place.

    Mend:
    Write the form that the message names.

    Wrong: 180mcg of Vitamin K2 (MK7)

    Right: 180 µg of menaquinone-7 (MK-7)
    """
    forms = pairs("forms")
    for path, number, line in prose(book):
        for pattern, form in forms:
            for match in re.finditer(pattern, line):
                written = match.expand(form)
                if written != match[0]:
                    yield Place(path, number, f"{match[0]!r}", f"write {written!r}")


@cache
def british() -> dict[str, str]:
    """British words and their American forms: codespell's list and our own."""
    spec = importlib.util.find_spec("codespell_lib")
    assert spec and spec.origin, "codespell is not installed: run make"
    text = (
        Path(spec.origin)
        .with_name("data")
        .joinpath("dictionary_en-GB_to_en-US.txt")
        .read_text(encoding="utf-8")
    )
    listed = (line.partition("->") for line in text.splitlines() if "->" in line)
    kept = set(words("british-kept"))
    return {word: form.split(",")[0] for word, _, form in listed if word not in kept} | dict(
        pairs("british")
    )


@rule(
    "KB043",
    "British spelling",
    "words",
    "write the American form; British ones belong to the names of a term",
)
def british_spelling(book: Book) -> Iterator[Place]:
    """The text is in American spelling.

    The words are those of codespell's list of British spellings, and those under `british` in `docs/_tools/checks/words.toml`.
    Not asked are the `names` of terms and the files of the search, which hold other spellings on purpose; titles, journals and authors of sources; quotations; code; and capitalized words inside a sentence, which are names (Centre for Ageing).

    Why:
    One spelling lets a reader search, and it keeps two authors from mending each other.

    Mend:
    Write the American form.
    If readers may look for the British one, add it to the `names` of the term.

    Wrong: randomised, behaviour, faecal

    Right: randomized, behavior, fecal
    """
    for path, number, line in prose(book):
        for match in re.finditer(r"[^\W\d_]+", line):
            form = british().get(match[0].lower())
            if form and not _is_name(line, match):
                yield Place(path, number, f"{match[0]!r}", f"write {form!r}")


def _is_name(line: str, match: re.Match[str]) -> bool:
    before, after = line[: match.start()].rstrip(" -#>|"), line[match.end() :].lstrip()
    is_inside = bool(before) and before[-1] not in ".:?!"
    return match[0][0].isupper() and (is_inside or after[:1].isupper())


@rule(
    "KB044",
    "heading not in sentence case",
    "words",
    "write only the first word, and names, with a capital",
)
def sentence_case(book: Book) -> Iterator[Place]:
    """In headings and in names of terms only the first word and proper names have a capital.

    Words that are all capitals, or that hold a digit or a capital further in (EFSA, MK-7, pH), are names, and so are those under `names` in `docs/_tools/checks/words.toml`.
    After a colon a capital is allowed.

    Why:
    Sentence case reads faster, and it shows which words are names.

    Mend:
    Write the word small.
    If it is a name, add it to `names` in the word list, in the group where it belongs.

    Wrong: Vitamin K2 And The Brain

    Right: Vitamin K2 and the brain
    """
    names = set(words("names"))
    for page in book.pages:
        heads = [(block.line, block.text) for block in page.blocks if block.kind == "heading"]
        heads += [(entry.line, entry.argument) for entry in page.named("definition")]
        for line, text in heads:
            for word in _capitalized(spoken(text)):
                if word not in names and word.removesuffix("'s") not in names:
                    yield Place(page.path, line, f"{word!r} in a heading")


def _capitalized(heading: str) -> Iterator[str]:
    """The words of *heading*, but for the first of each part, that begin with a capital and go on small."""
    for part in re.split(r"[:?!.] |\d+\. ", heading):
        for word in re.findall(r"[^\W_][\w'\u2019.-]*", part)[1:]:
            if re.fullmatch(r"[A-Z][a-z]+(?:['\u2019]s)?", word):
                yield word.replace("\u2019", "'")


@rule(
    "KB045",
    "count that goes wrong",
    "words",
    "leave the number out; of claims, {claim-count}`all` prints it",
)
def stale_count(book: Book) -> Iterator[Place]:
    """No page for readers says in a fixed number how many chapters, claims, terms, sources or foods the book has.

    Asked are numbers, in digits and in words, that are the number of today and stand before such a word, in the text and in `summary`.

    Why:
    The next chapter makes the sentence wrong, and nobody looks for it.

    Mend:
    Leave the number out.
    Where it matters how many claims there are, the role `claim-count` counts them ({doc}`/authoring/claims`).

    Wrong: The nine chapters leave it out.

    Right: The chapters leave it out.
    """
    counts = {
        "chapters": len(book.chapters),
        "claims": sum(len(list(page.named("claim"))) for page in book.chapters),
        "terms": len(book.terms),
        "sources": len(book.sources),
        "foods": book.tables.get("docs/data/foods.csv", "").strip().count("\n"),
    }
    numbers = (
        f"(?:{count}|{in_words(count)}) {name}" for name, count in counts.items() if count > 1
    )
    pattern = re.compile(rf"(?<![\w.,-])(?:{'|'.join(numbers) or '(?!)'})\b", re.IGNORECASE)
    for page in book.readers:
        for number, line in _lines_of(page):
            for match in pattern.finditer(line):
                yield Place(page.path, number, f"{match[0]!r} is the count of today")


def _lines_of(page: Page) -> Iterator[tuple[int, str]]:
    if "summary" in page.front:
        yield page.front["summary"]
    for block in page.blocks:
        yield from enumerate(spoken(block.text).split("\n"), block.line)
