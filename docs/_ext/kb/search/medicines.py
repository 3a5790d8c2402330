"""Names of medicines, which lead the search to what the book says of them.

``docs/data/drug-names.csv`` gives the names by which readers know a medicine, in the languages
and scripts in which they write them, and the place that each leads to: a claim, or a page::

    name,kind,medicine,class,where_used,leads_to,how_known
    Marcumar,brand,phenprocoumon,vitamin K antagonist,Germany,I4,known
    Lipitor,brand,atorvastatin,statin,many countries,not-looked-at,known

A query that holds such a name as whole words gets that place as its first result, whatever else
it holds: a reader who takes warfarin and asks about natto must meet the warning.  Names that
are words of other meanings as well (:data:`ALONE`) do so only as the whole query.

``docs/data/drug-classes.csv`` gives the classes to which the medicines belong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from kb.core.messages import did_you_mean, one_of
from kb.core.tables import Fault, Row, doubles, read_rows
from kb.core.text import fold_name, split_list

NAMES, CLASSES = "data/drug-names.csv", "data/drug-classes.csv"
"""Where the files lie, seen from the folder of the sources."""
NAME_COLUMNS = ("name", "kind", "medicine", "class", "where_used", "leads_to", "how_known")
CLASS_COLUMNS = ("class", "action", "leads_to", "what_to_say", "source_keys")
OPTIONAL = ("medicine", "where_used")
"""Cells that may be empty: a name of a class is no medicine, and is used everywhere."""
HOW_KNOWN = ("seen", "known")
"""Met on a public page, or known to the editor."""
ALONE = frozenset({"alli", "luminal", "statin"})
"""Names that mean other things as well: Luminal, and the luminal side of the gut."""


def read_medicines(
    path: Path, places: Collection[str], classes: Collection[str]
) -> dict[str, list[str]]:
    """Return the names of *path* by the place that each leads to, which is one of *places*.

    *classes* are the names of the classes.  A file that is not there has no rows.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """

    def faults(rows: list[Row]) -> Iterator[Fault]:
        for line, row in rows:
            yield from ((line, fault) for fault in _row_faults(row, places, classes))
        yield from doubles(rows, lambda row: fold_name(row["name"]))

    found: dict[str, list[str]] = {}
    for _, row in read_rows(path, NAME_COLUMNS, faults):
        found.setdefault(row["leads_to"], []).append(row["name"])
    return found


def _row_faults(
    row: dict[str, str], places: Collection[str], classes: Collection[str]
) -> Iterator[str]:
    for column in NAME_COLUMNS:
        if not row[column].strip() and column not in OPTIONAL:
            yield f"column {column!r} is empty"
    lists = (("leads_to", places), ("class", classes), ("how_known", HOW_KNOWN))
    for column, words in lists:
        if (word := row[column]) and word not in words:
            hint = did_you_mean(word, words) or f" (it is one of {one_of(sorted(words))})"
            yield f"{column} {word!r} is not known{hint}"


def read_classes(path: Path, keys: Collection[str]) -> list[str]:
    """Return the names of the classes of medicines of *path*, whose sources are among *keys*.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """

    def faults(rows: list[Row]) -> Iterator[Fault]:
        for line, row in rows:
            for key in split_list(row["source_keys"], ";"):
                if key not in keys:
                    yield line, f"unknown source {key!r}{did_you_mean(key, keys)}"

    return [row["class"] for _, row in read_rows(path, CLASS_COLUMNS, faults)]


def packed(names: dict[str, list[str]], places: dict[str, int]) -> list[dict[str, object]]:
    """Return for each place the number of its record and the names that lead there.

    *places* gives the number; ``alone`` are the names that do so only as the whole query.
    """
    return [
        {
            "record": places[place],
            "names": [name for name in listed if fold_name(name) not in ALONE],
            "alone": [name for name in listed if fold_name(name) in ALONE],
        }
        for place, listed in names.items()
    ]
