"""The index of a large book, made with the site: parts that come as a query needs them.

Up to :data:`kb.search.records.WHOLE` signs the search loads all records and counts their words
itself (``engine/search-index.js``).  What is larger would take seconds and megabytes; so the words
are counted here, and ``engine/search-parts.js`` reads them.  Each part is a script, which works
from disk and under the policy of the site::

    (window.KB_PARTS??={})["w-o"]={"edition":"3f0c2a9e51b7d846", ...};

In place of the columns ``kb-records.js`` says how the book is parted: of which kind the records
are, one behind the other, and with which entry each part of the entries begins::

    window.KB_RECORDS = {"edition": "...", "kinds": [["term", 120], ["food", 300], ...],
                         "groups": "0abc", "starts": ["0", "bacter", ...], "rows": 8,
                         "words": {...}};

``w-o``
    All words of the site that begin with *o* (``0`` for digits, ``_`` for any other sign), in how
    many fields of records each stands, and whether it is of a title, or the first of a food.
``e-12``
    Entries, and for each the records that have it, with what it counts there by BM25+.  An entry is
    a word; ``§57`` for those that mention term 57; or what is looked up as a whole: the key of a
    name with ``=`` behind it, the number of a claim with ``#``, that of a source with ``@``, and a
    DOI with ``@`` before it.
``r-340``
    So many records as ``rows`` says, with their pages.

Lists of words share what each has in common with the one before: a capital letter says how much
(``AosteoblastHcalcin``).  Numbers have six bits a sign, of which the first says that more follow.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from kb.search.folding import STOP, key, parts_of, singular, words

BM25 = {"k": 1.2, "b": 0.7, "d": 0.5}
FIELDS = {
    "title": 5,
    "names": 7,
    "questions": 3,
    "summary": 1.3,
    "text": 1,
    "page": 1.2,
    "terms": 1.5,
}
"""What a word counts in each field: both as ``TUNING`` of ``search-index.js`` has them."""
HEADS = ("title", "names")
PLACED = ("claim", "page", "section")
ROWS = 8
"""Records of one part."""
PART = 14_000
"""Signs of a part with entries, at most, unless one entry alone has more."""
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
STEP = 1 / 16
"""A level of what a word counts is so much, as a logarithm, below the level before."""
CLAIM = re.compile(r"\bclaim [A-Z][0-9]+\b", re.ASCII)
YEAR = re.compile(r"\b[0-9]{4}[a-z]?\b|, not dated(?:-[a-z])?", re.ASCII)
CITED = re.compile("\ue000(.)([0-9,]+)\ue001")
SHOWN = ("page", "anchor", "title", "names", "summary", "verdict", "claims", "questions", "text")

Row = dict[str, Any]
Places = dict[str, dict[int, float]]
"""Of each entry the records that have it, and what it counts there; 0 where that is nothing."""


def parted(
    data: dict[str, Any], texts: list[str | int]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return what ``kb-records.js`` holds of the records *data* and *texts*, and each part."""
    rows = rows_of(data["columns"], texts)
    titles = [page["title"] for page in data["pages"]]
    counted = count(rows, titles)
    named = names(rows)
    parts: dict[str, Any] = dict(vocabulary(rows, counted))
    starts = []
    entries = dict(sorted((counted.places | named).items()))
    for number, (start, part) in enumerate(entry_parts(entries)):
        starts.append(start)
        parts[f"e-{number}"] = part
    for number, part in enumerate(row_parts(rows, data["pages"], counted)):
        parts[f"r-{number}"] = part
    kinds = [[kind, len(list(run))] for kind, run in groupby(row["kind"] for row in rows)]
    groups = "".join(name[2:] for name in parts if name.startswith("w-"))
    core = {
        "edition": data["edition"],
        "kinds": kinds,
        "groups": groups,
        "starts": starts,
        "rows": ROWS,
        "words": data["words"],
    }
    return core, {name: part | {"edition": data["edition"]} for name, part in parts.items()}


# -- Records ---------------------------------------------------------------------------------------


def rows_of(columns: dict[str, list[Any]], texts: list[str | int]) -> list[Row]:
    """Return the records of the *columns* with their *texts*, in which sources have their names."""
    rows = [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    labels = [label_of(row) if row["kind"] == "source" else "" for row in rows]
    for row, text in zip(rows, texts, strict=True):
        row["text"] = cited(str(row["text"] or text or ""), labels)
        row["title"] = row["title"] or ""
    return rows


def label_of(source: Row) -> str:
    """Return author and year of a *source*, which its summary begins with."""
    found = YEAR.search(source["summary"])
    return str(source["summary"][: found.end()]) if found else ""


def cited(text: str, labels: list[str]) -> str:
    """Put the *labels* of sources where *text* names their places."""

    def named(found: re.Match[str]) -> str:
        role, cites = found[1], [labels[int(place)] for place in found[2].split(",")]
        if role == "t":
            year = r",? ([0-9]{4}[a-z]?|not dated(?:-[a-z])?)$"
            return ", ".join(re.sub(year, r" (\1)", label) for label in cites)
        listed = "; ".join(cites)
        return f"({listed})" if role == "p" else listed

    return CITED.sub(named, text)


def row_parts(rows: list[Row], pages: list[Row], counted: Counted) -> Iterator[dict[str, Any]]:
    """Yield the *rows*, some at a time, each time with the *pages* that they name.

    How rare a word of their questions is, is known with them.
    """
    for start in range(0, len(rows), ROWS):
        some = rows[start : start + ROWS]
        questions = (question for row in some for question in row["questions"] or [])
        asked = {singular(word) for question in questions for word in parts_of(question)} - STOP
        yield {
            "columns": {name: [row[name] for row in some] for name in SHOWN},
            "pages": {str(row["page"]): pages[row["page"]] for row in some},
            "spread": {word: counted.spread[word] for word in sorted(asked)},
        }


# -- Words -----------------------------------------------------------------------------------------


class Counted:
    """What is known of the words: what they count in records, and in how many fields they stand."""

    def __init__(self) -> None:
        self.places: Places = defaultdict(dict)
        self.spread: Counter[str] = Counter()
        self.titled: Counter[str] = Counter()


def count(rows: list[Row], titles: list[str]) -> Counted:
    """Count the words of all *rows* as ``search-index.js`` does; pages have these *titles*."""
    counted = Counted()
    for name in FIELDS:
        field = {
            number: found
            for number, row in enumerate(rows)
            if (found := field_words(number, row, name, titles))
        }
        for number, found in field.items():
            for word in sorted(found):
                if name not in ("page", "terms"):
                    counted.spread[word] += 1
                if name in HEADS:
                    worth = 2 if rows[number]["kind"] in ("term", "food") else 1
                    counted.titled[word] = max(worth, counted.titled[word])
        score(counted.places, field, FIELDS[name], len(rows))
    return counted


def field_words(number: int, row: Row, name: str, titles: list[str]) -> set[str]:
    """Return the words of a field of a *row*, each once."""
    if name == "terms":
        own = [number] if row["kind"] == "term" else []
        return {f"§{term}" for term in [*own, *(row["terms"] or [])]}
    if name == "page":
        held = titles[row["page"]] if row["kind"] in PLACED else ""
    else:
        held = row[name] or ""
    text = " ; ".join(held) if isinstance(held, list) else held
    return set(words(CLAIM.sub("", text))) - STOP


def score(places: Places, field: dict[int, set[str]], worth: float, records: int) -> None:
    """Add to the *places* of each word what it counts in one *field*, by BM25+."""
    k, b, d = BM25.values()
    having = Counter(word for found in field.values() for word in found)
    length = b * len(field) / (sum(map(len, field.values())) or 1)
    for number, found in field.items():
        long = 1 + k * (1 - b + length * len(found))
        for word in found:
            rare = math.log(1 + (records - having[word] + 0.5) / (having[word] + 0.5))
            of_word = places[word]
            of_word[number] = of_word.get(number, 0) + worth * rare * (d + (k + 1) / long)


def names(rows: list[Row]) -> Places:
    """Return the entries of what is looked up as a whole: names, claims and identifiers."""
    found: Places = defaultdict(dict)
    for number, row in enumerate(rows):
        label = [label_of(row)] if row["kind"] == "source" else []
        for name in (row["title"], *(row["names"] or []), *label):
            if whole := key(parts_of(name)):
                found[f"{whole}="][number] = 0
        if row["kind"] == "claim":
            spelled = re.sub(r"[^a-z0-9]+", "-", row["title"].lower()).strip("-")
            found[f"{spelled if row['anchor'] == 1 else row['anchor']}#"][number] = 0
        for one in (row["identifier"] or "").lower().split():
            for entry in (
                (f"@{one}", f"@{one.partition('/')[2]}")
                if "/" in one
                else (f"{one.removeprefix('pmc')}@",)
            ):
                found[entry][number] = 0
    return found


def vocabulary(rows: list[Row], counted: Counted) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and content of the lists of words."""
    subjects = {
        singular(first)
        for row in rows
        for name in subject_names(row)
        for first in parts_of(name)[:1]
    }
    for group, listed in groupby(
        sorted(counted.spread, key=lambda word: (group_of(word), word)), group_of
    ):
        found = list(listed)
        marks = (counted.titled[word] + 3 * (singular(word) in subjects) for word in found)
        yield (
            f"w-{group}",
            {
                "words": fronted(found),
                "spread": "".join(number(counted.spread[word]) for word in found),
                "marks": "".join(map(str, marks)),
            },
        )


def subject_names(row: Row) -> list[str]:
    """Return the names of a *row* whose first words a reader may ask for: foods, and authors."""
    if row["kind"] == "food":
        return [row["title"], *(row["names"] or [])]
    return [label_of(row)] if row["kind"] == "source" and row["names"] else []


def group_of(word: str) -> str:
    """Return which list of words has *word*."""
    first = word[0]
    return first if "a" <= first <= "z" else "0" if "0" <= first <= "9" else "_"


# -- Signs -----------------------------------------------------------------------------------------


def number(value: int) -> str:
    """Return a whole number as signs of six bits, the lowest last."""
    signs = SIGNS[value & 31]
    while value := value >> 5:
        signs = SIGNS[32 | (value & 31)] + signs
    return signs


def fronted(listed: Iterable[str]) -> str:
    """Return sorted words without what each shares with the one before."""
    found, before = [], ""
    for word in listed:
        shared = 0
        while shared < min(len(word), len(before), 25) and word[shared] == before[shared]:
            shared += 1
        found.append(SIGNS[shared] + word[shared:])
        before = word
    return "".join(found)


def packed_places(places: dict[int, float]) -> str:
    """Return the *places* of one entry: the most that it counts, then steps and levels."""
    most = max(places.values())
    signs, before = [number(round(most * 16))], 0
    for place, counts in sorted(places.items()):
        signs.append(number(place - before))
        before = place
        if most:
            signs.append(SIGNS[min(63, round(math.log(most / counts) / STEP))])
    return "".join(signs)


def entry_parts(entries: Places) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the sorted *entries* in parts: with which entry each begins, and what it holds."""
    some: dict[str, str] = {}
    size = 0
    for entry, places in entries.items():
        signs = packed_places(places)
        if some and size + len(signs) > PART:
            yield _part(some)
            some, size = {}, 0
        some[entry] = signs
        size += len(signs) + 4
    if some:
        yield _part(some)


def _part(some: dict[str, str]) -> tuple[str, dict[str, Any]]:
    return next(iter(some)), {"entries": fronted(some), "places": " ".join(some.values())}
