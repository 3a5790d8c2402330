"""How readers ask: everyday words and questions, which lead the search to what the book says otherwise.

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
    can I get K2 as a vegan,sections/food-sources#natto-stands-alone
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from sphinx.errors import SphinxError

from kb.core.messages import did_you_mean
from kb.core.text import fold_name, split_list

WORD = re.compile(r"[^\W_]+")
Rows = list[tuple[int, list[str]]]


class AskingError(SphinxError):
    """A file of readers' words cannot be used; the message lists every fault by line."""

    category = "Search words error"


def read_everyday(path: Path, known: Collection[str]) -> dict[str, list[str]]:
    """Return what each row of *path* means; a file that is not there has no rows.

    *known* holds the words of the book, in small letters.

    :raises AskingError: with one line for each fault, each naming file, line and cure.
    """
    rows = _rows(path, ["said", "meant"])
    _check(path, rows, True, lambda meant: _strange_words(meant, known))
    return {fold_name(said): list(split_list(meant, ";")) for _, (said, meant) in rows}


def read_questions(path: Path, places: Collection[str]) -> dict[str, list[str]]:
    """Return the questions of *path* by the place that answers them; *places* are all that there are.

    :raises AskingError: with one line for each fault, each naming file, line and cure.
    """
    rows = _rows(path, ["question", "place"])
    _check(path, rows, False, lambda place: _strange_places(place, places))
    found: dict[str, list[str]] = {}
    for _, (question, place) in rows:
        found.setdefault(place.strip(), []).append(question.strip())
    return found


def _rows(path: Path, head: list[str]) -> Rows:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader, rows = csv.reader(file, strict=True), list[tuple[int, list[str]]]()
        try:
            rows.extend((reader.line_num, row) for row in reader if row)
        except (csv.Error, UnicodeDecodeError) as error:
            line = 1 + (rows[-1][0] if rows else 0)
            cure = "look for a quotation mark that is not closed, and save it as UTF-8 with commas"
            raise AskingError(
                f"docs/data/{path.name}:{line}: {error} in the row that begins here; {cure}"
            ) from error
    if not rows or rows[0][1] != head:
        raise AskingError(f"docs/data/{path.name}:1: the head of the file is {','.join(head)}")
    for line, row in rows[1:]:
        if len(row) != len(head) or not all(cell.strip() for cell in row):
            cure = "a cell with a comma stands in quotation marks, several meanings are separated by semicolons"
            raise AskingError(
                f"docs/data/{path.name}:{line}: each row has two cells, {' and '.join(head)}; {cure}"
            )
    return rows[1:]


def _check(
    path: Path, rows: Rows, one_each: bool, faults_of: Callable[[str], Iterator[str]]
) -> None:
    seen: dict[tuple[str, ...], int] = {}
    faults = []
    for line, (first, second) in rows:
        key = (fold_name(first), "" if one_each else second)
        if key in seen:
            faults.append(
                f"docs/data/{path.name}:{line}: {first!r} stands in line {seen[key]} already; keep one of them"
            )
        seen[key] = line
        faults += [f"docs/data/{path.name}:{line}: {fault}" for fault in faults_of(second)]
    if faults:
        raise AskingError("\n".join(faults))


def _strange_words(meant: str, known: Collection[str]) -> Iterator[str]:
    for word in WORD.findall(meant.lower()):
        if word not in known:
            yield f"no page says {word!r}{did_you_mean(word, known)}; a meaning uses words of the book"


def _strange_places(place: str, places: Collection[str]) -> Iterator[str]:
    if place.strip() not in places:
        yield f"there is no place {place.strip()!r}{did_you_mean(place.strip(), places)}"
