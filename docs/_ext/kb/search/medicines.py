"""Names of medicines and words of danger, which lead the search to the warning first.

``docs/data/drug-names.csv`` gives the names by which readers know a medicine, in the languages
and scripts in which they write them, and the place that each leads to: a claim, or a page::

    name,kind,medicine,class,where_used,leads_to,how_known
    Marcumar,brand,phenprocoumon,vitamin K antagonist,Germany,I4,known
    Lipitor,brand,atorvastatin,statin,many countries,not-looked-at,known

``docs/data/warning-words.csv`` gives what else a reader says who has to be warned: conditions
in which such medicines are taken, and words for harm::

    said,class,unless
    atrial fibrillation,clotting condition,
    stroke,clotting condition,swimming;golf;engine
    side effects,harm,
    warfare,no warning,

A word warns of nothing beside those of ``unless``, except in a query about vitamin K.
What has no warning (:data:`NO_WARNING`) is no slip for a name, and no name within it counts.

``docs/data/drug-classes.csv`` gives the classes of both: what the search does, the place that a
class leads to and the term of the glossary that belongs to it.

A query that holds a name of a class that warns (:data:`WARNS`) gets that place as its first result
and the term as its second, whatever else it holds: a reader who takes warfarin and asks about natto
must meet the warning.  A name of any other class, such as antibiotics, puts them behind the best
answer: they are no danger beside vitamin K, and the book says more of them elsewhere.
Names that are words of other meanings as well (:data:`ALONE`) do so only as the whole query, and
words for harm (:data:`HARM`) and those unless :data:`ANYTHING_ELSE` only in a query about vitamin
K, a product of it or nothing at all: harmful bacteria are another matter, like a thinner crust.
``search-warnings.js`` finds them, misspelled ones as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.core.messages import did_you_mean, one_of
from kb.core.tables import Fault, Row, doubles, read_rows
from kb.core.text import fold_name, split_list

NAMES, CLASSES, WORDS = "data/drug-names.csv", "data/drug-classes.csv", "data/warning-words.csv"
"""Where the files lie, seen from the folder of the sources."""
NAME_COLUMNS = ("name", "kind", "medicine", "class", "where_used", "leads_to", "how_known")
CLASS_COLUMNS = ("class", "action", "leads_to", "term", "what_to_say", "source_keys")
WORD_COLUMNS = ("said", "class", "unless")
WARNS = frozenset({"warn", "other kind; ask"})
"""The actions of classes whose names lead to the warning before every other result."""
OPTIONAL = ("medicine", "where_used")
"""Cells that may be empty: a name of a class is no medicine, and is used everywhere."""
HOW_KNOWN = ("seen", "known")
"""Met on a public page, or known to the editor."""
ALONE = frozenset({"alli", "luminal", "statin"})
"""Names that mean other things as well: Luminal, and the luminal side of the gut."""
HARM = "harm"
"""The class of the words for harm."""
NO_WARNING = "no warning"
"""In the place of a class: words of their own that are near to a name, or have one within them."""
ANYTHING_ELSE = "anything else"
"""In the column ``unless``: the word counts as words for harm do."""


@dataclass(frozen=True)
class MedicineClass:
    """Where a class of medicines leads: a place, and a term of the glossary or ``""``."""

    leads_to: str
    term: str
    warns: bool = True
    """It leads there before every other result."""


@dataclass(frozen=True)
class Warned:
    """A name or a word that leads to a warning."""

    name: str
    group: str
    """Its class."""
    leads_to: str
    """``""`` for what has no warning."""
    unless: tuple[str, ...] = ()
    """Words beside which it warns of nothing."""


def read_medicines(path: Path, places: Collection[str], classes: Collection[str]) -> list[Warned]:
    """Return the names of *path*, each of which leads to one of *places*.

    *classes* are the names of the classes.  A file that is not there has no rows.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """

    def faults(rows: list[Row]) -> Iterator[Fault]:
        for line, row in rows:
            yield from ((line, fault) for fault in _row_faults(row, places, classes))
        yield from doubles(rows, lambda row: fold_name(row["name"]))

    rows = read_rows(path, NAME_COLUMNS, faults)
    return [Warned(row["name"], row["class"], row["leads_to"]) for _, row in rows]


def read_warning_words(path: Path, classes: Mapping[str, MedicineClass]) -> list[Warned]:
    """Return the words of *path*, which lead where their class of *classes* does.

    A file that is not there has no rows.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """

    def faults(rows: list[Row]) -> Iterator[Fault]:
        for line, row in rows:
            yield from ((line, fault) for fault in _blanks(row, ("said", "class")))
            yield from ((line, fault) for fault in _unknown(row, "class", known))
            if row["class"] == NO_WARNING and row["unless"]:
                yield line, f"a word with {NO_WARNING!r} never warns; leave column 'unless' empty"
        yield from doubles(rows, lambda row: fold_name(row["said"]))

    known = [*classes, NO_WARNING]
    places = {name: one.leads_to for name, one in classes.items()} | {NO_WARNING: ""}
    rows = read_rows(path, WORD_COLUMNS, faults)
    return [
        Warned(row["said"], row["class"], places[row["class"]], _unless(row)) for _, row in rows
    ]


def _unless(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(split_list(row["unless"], ";")))


def _row_faults(
    row: dict[str, str], places: Collection[str], classes: Collection[str]
) -> Iterator[str]:
    yield from _blanks(row, [column for column in NAME_COLUMNS if column not in OPTIONAL])
    yield from _unknown(row, "leads_to", places)
    yield from _unknown(row, "class", classes)
    yield from _unknown(row, "how_known", HOW_KNOWN)


def _blanks(row: dict[str, str], columns: Collection[str]) -> Iterator[str]:
    yield from (f"column {column!r} is empty" for column in columns if not row[column].strip())


def _unknown(row: dict[str, str], column: str, words: Collection[str]) -> Iterator[str]:
    if (word := row[column]) and word not in words:
        hint = did_you_mean(word, words) or f" (it is one of {one_of(sorted(words))})"
        yield f"{column} {word!r} is not known{hint}"


def read_classes(
    path: Path, keys: Collection[str], places: Collection[str], terms: Collection[str]
) -> dict[str, MedicineClass]:
    """Return the classes of *path* by their names.

    Each leads to one of *places* and one of *terms*, and its sources are among *keys*.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """

    def faults(rows: list[Row]) -> Iterator[Fault]:
        for line, row in rows:
            yield from ((line, fault) for fault in _unknown(row, "leads_to", places))
            yield from ((line, fault) for fault in _unknown(row, "term", terms))
            for key in split_list(row["source_keys"], ";"):
                if key not in keys:
                    yield line, f"unknown source {key!r}{did_you_mean(key, keys)}"

    rows = read_rows(path, CLASS_COLUMNS, faults)
    return {
        row["class"]: MedicineClass(row["leads_to"], row["term"], row["action"] in WARNS)
        for _, row in rows
    }


def packed(
    found: list[Warned],
    classes: Mapping[str, MedicineClass],
    places: Mapping[str, int],
    terms: Mapping[str, int],
) -> list[dict[str, object]]:
    """Return the names by the records to which they lead.

    *places* and *terms* give the numbers of the records.  ``alone`` are the names that lead there
    only as the whole query, ``taken`` those that do so only in a query about vitamin K, ``unless``
    the words beside which none of them does, and ``second`` where these records stand behind the
    best result.  What has no warning leads to no record.
    """
    groups: dict[tuple[bool, tuple[int, ...], tuple[str, ...]], dict[str, list[str]]] = {}
    for one in found:
        warns, records = _led(one, classes, places, terms)
        is_taken = one.group == HARM or ANYTHING_ELSE in one.unless
        unless = tuple(word for word in one.unless if word != ANYTHING_ELSE)
        empty: dict[str, list[str]] = {"names": [], "alone": [], "taken": []}
        lists = groups.setdefault((warns, records, unless), empty)
        is_alone = fold_name(one.name) in ALONE
        lists["alone" if is_alone else "taken" if is_taken else "names"].append(one.name)
    return [
        {
            "records": list(records),
            **({} if warns else {"second": 1}),
            **({"unless": list(unless)} if unless else {}),
            **lists,
        }
        for (warns, records, unless), lists in groups.items()
    ]


def _led(
    one: Warned,
    classes: Mapping[str, MedicineClass],
    places: Mapping[str, int],
    terms: Mapping[str, int],
) -> tuple[bool, tuple[int, ...]]:
    """Whether a name leads to its records before every other, and their numbers."""
    if one.group == NO_WARNING:
        return True, ()
    group = classes[one.group]
    return group.warns, (places[one.leads_to], *([terms[group.term]] if group.term else []))
