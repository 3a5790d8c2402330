"""What a term is called elsewhere: ``docs/data/identifiers.csv``.

A row says that an entry of the glossary and a record of another vocabulary mean the same, and on
which public page an editor saw that identifier beside that name::

    term,scheme,identifier,label,seen_on,seen
    osteocalcin,mesh,D015675,Osteocalcin,https://github.com/...,2026-11-22

``term`` is the id of the entry, ``scheme`` one of ``chebi``, ``mesh`` and ``wikidata``, ``label``
the name that stands beside the identifier on the page, ``seen`` the day.  An identifier that nobody
saw is left out; none is written from memory.  The data files carry them as exact matches.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from sphinx.environment import BuildEnvironment

from kb.core import dates
from kb.core.messages import did_you_mean, not_in_list
from kb.core.tables import Fault, Row, read_rows, stamp
from kb.glossary import domain as terms

FILE = "data/identifiers.csv"
"""Where the file lies, seen from the folder of the sources."""
SCHEMES = {
    "chebi": (re.compile(r"\d{1,6}\Z"), "http://purl.obolibrary.org/obo/CHEBI_"),
    "mesh": (re.compile(r"[CD]\d{6,9}\Z"), "http://id.nlm.nih.gov/mesh/"),
    "wikidata": (re.compile(r"Q\d+\Z"), "http://www.wikidata.org/entity/"),
}
"""The form of an identifier, and what its address begins with."""


@dataclass(frozen=True)
class Identifier:
    """One row: *term* is the id of the entry, *seen_on* the page and *seen* the day."""

    term: str
    scheme: str
    identifier: str
    label: str
    seen_on: str
    seen: str

    @property
    def iri(self) -> str:
        """The address of the record in its vocabulary."""
        return SCHEMES[self.scheme][1] + self.identifier


COLUMNS = [column.name for column in fields(Identifier)]


def read_identifiers(path: Path, known: Collection[str]) -> dict[str, list[Identifier]]:
    """Read and check *path* against the ids of the *known* terms; return its rows by term.

    A file that is not there has no rows.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """
    found: dict[str, list[Identifier]] = {}
    for row in _read(path, stamp(path), tuple(sorted(known))):
        found.setdefault(row.term, []).append(row)
    return found


@functools.lru_cache(maxsize=4)
def _read(path: Path, _stamp: int, known: tuple[str, ...]) -> tuple[Identifier, ...]:
    rows = read_rows(path, COLUMNS, lambda rows: _faults(rows, known))
    found = (Identifier(**row) for _, row in rows)
    return tuple(sorted(found, key=lambda row: (row.term, row.scheme, row.identifier)))


def _faults(rows: list[Row], known: tuple[str, ...]) -> Iterator[Fault]:
    taken: dict[tuple[str, str], str] = {}
    for line, cells in rows:
        row = Identifier(**cells)
        yield from ((line, fault) for fault in _row_faults(row, known))
        other = taken.setdefault((row.scheme, row.identifier), row.term)
        if other != row.term:
            what = f"{row.scheme} {row.identifier} is given to {other!r} already"
            yield line, f"{what}; two terms cannot be exactly the same"


def _row_faults(row: Identifier, known: tuple[str, ...]) -> Iterator[str]:
    if row.term not in known:
        yield f"no term has the id {row.term!r}{did_you_mean(row.term, known)}"
    if row.scheme not in SCHEMES:
        yield f"scheme {not_in_list(row.scheme, SCHEMES)}"
    elif not SCHEMES[row.scheme][0].match(row.identifier):
        yield f"{row.identifier!r} has not the form of an identifier of {row.scheme}"
    if not row.label:
        yield "label is empty; write the name that stands beside the identifier on the page"
    if not row.seen_on.startswith("https://"):
        cure = "name the page on which the identifier was seen"
        yield f"seen_on {row.seen_on!r} is not an address; {cure}"
    if not dates.parse(row.seen):
        yield dates.not_a_date("seen", row.seen)


def identifiers_in(env: BuildEnvironment) -> dict[str, list[Identifier]]:
    """The checked identifiers of the project, by id of the term."""
    return read_identifiers(Path(env.srcdir, FILE), terms.domain_of(env).terms)
