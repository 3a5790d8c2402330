"""Rules of the sources: each is cited, stands once, and in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sphinx.errors import SphinxError

from checks.core import BIBLIOGRAPHY, Place, rule
from checks.reading import Book, cited
from kb.core.text import split_list
from kb.foods.limits import leaves_out, read_limits
from kb.foods.table import read_foods
from kb.sources.bibliography import read_sources

FOODS, LEFT_OUT = "docs/data/foods.csv", "docs/data/food-limits.csv"


def used_keys(book: Book) -> set[str]:
    """The keys of all sources that a page cites, a claim takes to a side, an entry or a food names."""
    used = {key for page in book.readers for block in page.blocks for key in cited(block.text)}
    for page in book.readers:
        for directive in page.directives:
            for name in ("for", "mixed", "against", "sources"):
                used |= set(split_list(directive.option(name)))
            used |= set(directive.argument.split()) if directive.name == "retraction" else set()
    # Whatever separates the cells: a key looks like no word.
    for table in book.tables.values():
        used |= set(re.findall(r"\b[a-z][a-z0-9]*\d{4}[a-z0-9]*\b", table))
    return used


@rule(
    "KB021",
    "uncited source",
    "sources",
    "cite it where it bears on something, or take the entry out",
)
def uncited_source(book: Book) -> Iterator[Place]:
    """Every entry of `docs/data/sources.bib` is used.

    It is used if a page cites it, a claim takes it to a side, a term names it under `sources`, a food carries its key, or a passage on withdrawn papers explains it.

    Why:
    Readers take the list of sources for what the book rests on.

    Mend:
    Cite the source, or take its entry out.
    Note that an address `source-<key>` which was published stays alive.
    """
    used = used_keys(book)
    for entry in book.sources:
        if entry.key not in used:
            yield Place(BIBLIOGRAPHY, entry.line, f"nothing cites {entry.key!r}")


@rule("KB022", "source that stands twice", "sources", "keep one entry, and cite its key everywhere")
def duplicate_source(book: Book) -> Iterator[Place]:
    """No two entries have the same key, DOI, PubMed number or PubMed Central number.

    DOIs are compared without regard to case and without the address of a resolver.
    (Keys and DOIs that are the same letter by letter stop the build as well.)

    Why:
    A study that stands twice would be counted twice, once under each key.

    Mend:
    Keep the fuller entry, move what only the other one says into it, and replace the other key everywhere.
    """
    first: dict[tuple[str, str], str] = {}
    for entry in book.sources:
        for name, value in _identities(entry.key, entry.fields):
            if other := first.get((name, value)):
                yield Place(BIBLIOGRAPHY, entry.line, f"{entry.key!r} has the {name} of {other!r}")
            first.setdefault((name, value), entry.key)


def _identities(key: str, fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield "key", key.casefold()
    if doi := re.sub(
        r"^(https?://)?((dx\.)?doi\.org/)?(doi:\s*)?", "", fields.get("doi", "").strip().casefold()
    ):
        yield "DOI", doi.rstrip(".")
    for name, pattern in (("pmid", r"\d+"), ("pmcid", r"\d+")):
        if match := re.search(pattern, fields.get(name, "")):
            yield name.upper(), match[0].lstrip("0")


@rule("KB023", "bibliography out of order", "sources", "run `make fix`, which moves whole entries")
def bibliography_order(book: Book) -> Iterator[Place]:
    """The entries of `docs/data/sources.bib` are sorted by key.

    Why:
    A sorted file has one place for each entry: doubles show, and two people who add sources do not collide at the end of the file.

    Mend:
    Run `make fix`.
    It moves whole entries, with the comments above them, and changes no text.
    """
    last = ""
    for entry in book.sources:
        if entry.key < last:
            yield Place(BIBLIOGRAPHY, entry.line, f"{entry.key!r} stands after {last!r}")
        last = max(last, entry.key)


@rule(
    "KB024",
    "foods without what their source leaves out",
    "sources",
    "write in one or two plain sentences what the source leaves out",
)
def source_of_foods(book: Book) -> Iterator[Place]:
    """`docs/data/food-limits.csv` says of each source of foods what it leaves out, and of no other.

    The row may be about all rows of the source or about some ({doc}`/authoring/foods`).

    Why:
    A figure without its limits looks like the whole of the food.
    The food page, the comparison and the data files print the sentence beside the figure.

    Mend:
    Add a row to `docs/data/food-limits.csv`, or take out the row of a source that gives no food.
    """
    if not {FOODS, LEFT_OUT} <= book.tables.keys():
        return
    try:
        sources = read_sources(book.root / BIBLIOGRAPHY)
        foods = read_foods(book.root / FOODS, sources)
        limits = read_limits(book.root / LEFT_OUT, frozenset(sources))
    except SphinxError:
        return  # the build says so
    bare = [food for food in foods if leaves_out(food, limits) not in limits.values()]
    for key, line in {food.source: food.line for food in reversed(bare)}.items():
        what = f"{LEFT_OUT} does not say what {key!r} leaves out"
        yield Place(FOODS, line, what, f"add there the row: {key},,<one or two sentences>")
    used = {leaves_out(food, limits) for food in foods}
    rows = book.tables[LEFT_OUT].split("\n")
    for (key, which), sentence in limits.items():
        if sentence not in used:
            begin = f"{key},{which},"
            line = next((n for n, text in enumerate(rows, 1) if text.startswith(begin)), 1)
            what = f"no food is of the rows {which or 'all'!r} of {key!r}"
            yield Place(LEFT_OUT, line, what, "take the row out")
