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

import csv
import datetime
import functools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError

from kb.core.messages import did_you_mean, one_of
from kb.glossary import domain as terms

SCHEMES = {
    "chebi": (re.compile(r"\d{1,6}\Z"), "http://purl.obolibrary.org/obo/CHEBI_"),
    "mesh": (re.compile(r"[CD]\d{6,9}\Z"), "http://id.nlm.nih.gov/mesh/"),
    "wikidata": (re.compile(r"Q\d+\Z"), "http://www.wikidata.org/entity/"),
}
"""The form of an identifier, and what its address begins with."""


class IdentifiersError(SphinxError):
    """The file of identifiers cannot be used; the message lists every fault by line."""

    category = "Identifiers error"


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

    :raises IdentifiersError: with one line for each fault, each naming file, line and cure.
    """
    found: dict[str, list[Identifier]] = {}
    for row in _read(path, path.stat().st_mtime_ns, tuple(sorted(known))) if path.is_file() else ():
        found.setdefault(row.term, []).append(row)
    return found


@functools.lru_cache(maxsize=4)
def _read(path: Path, _stamp: int, known: tuple[str, ...]) -> tuple[Identifier, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            head, *rows = [(reader.line_num, row) for row in reader] or [(1, [])]
        except (csv.Error, UnicodeDecodeError) as error:
            raise IdentifiersError(
                f"docs/data/{path.name}:{reader.line_num}: {error}; save it as UTF-8 with commas"
            ) from error
    faults = [] if head[1] == COLUMNS else [f"1: the head is {','.join(COLUMNS)}"]
    taken: dict[tuple[str, str], str] = {}
    for line, row in rows if not faults else ():
        faults += [f"{line}: {fault}" for fault in _faults(row, known, taken)]
    if faults:
        raise IdentifiersError("\n".join(f"docs/data/{path.name}:{fault}" for fault in faults))
    return tuple(
        sorted(
            (Identifier(*row) for _, row in rows),
            key=lambda row: (row.term, row.scheme, row.identifier),
        )
    )


def _faults(
    row: list[str], known: tuple[str, ...], taken: dict[tuple[str, str], str]
) -> Iterator[str]:
    if len(row) != len(COLUMNS):
        yield f"{len(row)} cells where the head has {len(COLUMNS)}; quote a cell that holds a comma"
        return
    term, scheme, identifier, label, seen_on, seen = row
    if term not in known:
        yield f"no term has the id {term!r}{did_you_mean(term, known)}"
    if scheme not in SCHEMES:
        yield f"scheme {scheme!r} is not in the list{did_you_mean(scheme, SCHEMES)} (it is one of {one_of(SCHEMES)})"
    elif not SCHEMES[scheme][0].match(identifier):
        yield f"{identifier!r} has not the form of an identifier of {scheme}"
    if (other := taken.setdefault((scheme, identifier), term)) != term:
        yield f"{scheme} {identifier} is given to {other!r} already; two terms cannot be exactly the same"
    if not label:
        yield "label is empty; write the name that stands beside the identifier on the page"
    if not seen_on.startswith("https://"):
        yield f"seen_on {seen_on!r} is no address; name the page on which the identifier was seen"
    if not _is_day(seen):
        yield f"seen {seen!r} is no day; write year-month-day"


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def identifiers_in(env: BuildEnvironment) -> dict[str, list[Identifier]]:
    """The checked identifiers of the project, by id of the term."""
    return read_identifiers(Path(env.srcdir, env.config.kb_identifiers), terms.domain_of(env).terms)
