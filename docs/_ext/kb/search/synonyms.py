"""How readers ask: everyday words and questions, for what the book says otherwise.

``docs/data/everyday-words.csv`` gives, for words that a reader may say, what the search is to
look for as well, several meanings separated by semicolons::

    said,meant
    brittle bones,osteoporosis; bone density; fractures

What is meant stands in the book, best as a name of the glossary.  A word that a reader would
accept as another name of a term belongs to the entry of the glossary instead.

``docs/data/questions.csv`` gives questions and the place that answers each: a page, a page
with the anchor of a section, or the anchor of a claim, term, food or source alone, since
those are the same wherever they stand::

    question,place
    is K2 better than K1,#claim-b2
    how long does MK-7 stay in the blood,sections/vitamin-k2#how-k1-and-k2-really-differ


``docs/data/other-languages.csv`` gives the words of other languages for what the book says, several
with semicolons between them, the one for a list of terms first::

    concept,de,nl,fr,es,pt,it,ru,pl,ja,zh,ko
    anxiety,Angst;Ängste,angst,anxiété,ansiedad,ansiedade,ansia,тревога,lęk,不安,焦虑,불안
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from kb.core.messages import did_you_mean
from kb.core.tables import Fault, Row, doubles, read_rows
from kb.core.text import fold_name, split_list
from kb.search.folding import STOP, parts_of

EVERYDAY, QUESTIONS = "data/everyday-words.csv", "data/questions.csv"
OTHER_LANGUAGES = "data/other-languages.csv"
"""Where the files lie, seen from the folder of the sources."""
LANGUAGES = ("de", "nl", "fr", "es", "pt", "it", "ru", "pl", "ja", "zh", "ko")
"""The columns of other languages, by their tags (BCP 47)."""
WORD = re.compile(r"[^\W_]+")


def read_everyday(path: Path, known: Collection[str]) -> dict[str, list[str]]:
    """Return what each row of *path* means; a file that is not there has no rows.

    *known* holds the words of the book, in small letters.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """

    def faults(rows: list[Row]) -> Iterator[Fault]:
        yield from _blanks(rows)
        yield from doubles(rows, lambda row: fold_name(row["said"]))
        yield from (
            (line, fault) for line, row in rows for fault in _strange_words(row["meant"], known)
        )

    rows = read_rows(path, ["said", "meant"], faults)
    return {fold_name(row["said"]): list(split_list(row["meant"], ";")) for _, row in rows}


def by_meaning(everyday: dict[str, list[str]]) -> list[list[list[str]]]:
    """Return each meaning of the *everyday* words with what readers say for it.

    Many words share a meaning, which is written once so.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for said, meant in everyday.items():
        found.setdefault(tuple(meant), []).append(said)
    return [[list(meant), said] for meant, said in sorted(found.items())]


def read_languages(path: Path, known: Collection[str] = ()) -> dict[str, dict[str, list[str]]]:
    """Return for each concept of *path* its words in other languages, by their tags.

    *known* holds the words of the book, in small letters; without it a concept may be any.
    A file that is not there has no rows.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """

    def faults(rows: list[Row]) -> Iterator[Fault]:
        yield from doubles(rows, lambda row: fold_name(row["concept"]))
        for line, row in rows:
            if not row["concept"].strip():
                yield line, "column 'concept' is empty"
            if known:
                yield from ((line, fault) for fault in _strange_words(row["concept"], known))

    rows = read_rows(path, ["concept", *LANGUAGES], faults)
    return {
        row["concept"].strip(): {tag: list(split_list(row[tag], ";")) for tag in LANGUAGES}
        for _, row in rows
    }


def foreign_words(
    concepts: dict[str, dict[str, list[str]]], known: Collection[str]
) -> list[list[list[str]]]:
    """Return for each of the *concepts* what it means and the words for it in other languages.

    Without those that are words of the book as well, which *known* holds: they mean themselves.
    """
    ours = {part for word in known for part in parts_of(word)} | STOP
    return [
        [
            list(split_list(concept, ";")),
            sorted(
                {
                    word
                    for listed in words.values()
                    for word in listed
                    if not ours.issuperset(parts_of(word))
                }
            ),
        ]
        for concept, words in concepts.items()
    ]


def read_questions(path: Path, places: Collection[str]) -> dict[str, list[str]]:
    """Return the questions of *path* by the place that answers them, which is one of *places*.

    A file that is not there has no rows.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """

    def faults(rows: list[Row]) -> Iterator[Fault]:
        yield from _blanks(rows)
        yield from doubles(rows, lambda row: (fold_name(row["question"]), row["place"].strip()))
        yield from _lost_places(rows, places)

    found: dict[str, list[str]] = {}
    for _, row in read_rows(path, ["question", "place"], faults):
        found.setdefault(row["place"].strip(), []).append(row["question"].strip())
    return found


def _lost_places(rows: list[Row], places: Collection[str]) -> Iterator[Fault]:
    """A row names a place that there is; rows that lost theirs with one page are one fault."""
    lost: dict[str, list[tuple[int, str]]] = {}
    for line, row in rows:
        if (place := row["place"].strip()) and place not in places:
            lost.setdefault(place.partition("#")[0], []).append((line, place))
    for page, found in lost.items():
        if len(found) > 1 and page not in places:
            yield found[0][0], _gone(page, found, places)
            continue
        for line, place in found:
            hint = did_you_mean(place, places) or "; name another, or delete the row"
            yield line, f"there is no place {place!r}{hint}"


def _gone(page: str, found: list[tuple[int, str]], places: Collection[str]) -> str:
    """Say of all rows *found* at once that *page* went, or, without one, anchors of any page."""
    lines = ", ".join(str(line) for line, _ in found)
    if not page:
        names = ", ".join(dict.fromkeys(place for _, place in found))
        return f"there is no place {names}; name others, or delete the rows (lines {lines})"
    anchors = {place.partition("#")[2] for _, place in found} - {""}
    heirs = [
        other
        for other in sorted(places)
        if other and "#" not in other and all(f"{other}#{one}" in places for one in anchors)
    ]
    cure = (
        f"replace {page!r} by {heirs[0]!r}, which has these headings, in the whole file"
        if anchors and len(heirs) == 1
        else f"replace {page!r} by the page that took over in the whole file, or delete the rows"
    )
    return f"there is no page {page!r}, which {len(found)} rows name (lines {lines}); {cure}"


def _blanks(rows: list[Row]) -> Iterator[Fault]:
    """A row says two things."""
    for line, row in rows:
        for column, cell in row.items():
            if not cell.strip():
                yield line, f"column {column!r} is empty"


def _strange_words(meant: str, known: Collection[str]) -> Iterator[str]:
    for word in WORD.findall(meant.lower()):
        if word not in known:
            nearest = did_you_mean(word, known)
            yield f"no page says {word!r}{nearest}; a meaning uses words of the book"
