"""A new source: from BibTeX or from a DOI alone, written into ``sources.bib`` at its place.

What the BibTeX does not tell, and what only a reader of the paper can say (design,
status, sides, finding, limits), is prompted for; the build takes no entry that still
holds a prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from kb.core.messages import PROMPT, one_of
from kb.core.text import fold_name
from kb.sources.bibliography import DESIGNS, STATUSES, SourcesError, entries

from .bibtex import Work, bare_doi, keys, works
from .files import Made, Refused, comments_above, inserted, load

BIBLIOGRAPHY = "docs/data/sources.bib"
FOUND = (
    "author",
    "shortauthor",
    "title",
    "journal",
    "year",
    "volume",
    "number",
    "pages",
    "doi",
    "pmid",
    "pmcid",
    "url",
)
"""What BibTeX may tell, in the order in which an entry gives it."""
LACKING = {
    "author": (
        "Family, Given and Family, Given; after six names and others; "
        "a body in braces of its own; or, if no page prints them, shortauthor and not-seen in its "
        "place"
    ),
    "title": "as published",
    "journal": "where it appeared; or delete the line",
    "year": "four digits; or, if no page prints it, not-seen in its place",
}
OURS = {
    "design": one_of(DESIGNS),
    "status": f"{one_of(STATUSES)}; look for notices before you write ok",
    "sides": (
        "claim and side (for, mixed or against), as in D1 against, D5 mixed; or delete the line"
    ),
    "about": "which form of the vitamin, or which subject",
    "population": "who or what was studied, and how many",
    "finding": "what was found, in our words",
    "limits": "what it cannot show",
}


def from_bibtex(root: Path, text: str, shown: str) -> Made:
    """Add every work that the BibTeX *text* tells of; *shown* names it in messages.

    :raises Refused: if it cannot be read, or one of the works is there already.
    """
    faults: list[str] = []
    return _added(root, works(text, shown, faults), faults)


def from_doi(root: Path, doi: str) -> Made:
    """Add an entry of which the DOI alone is known.

    :raises Refused: if it is no DOI, or there already.
    """
    bare = bare_doi(doi, "DOI")
    if not bare:
        raise Refused("the DOI is empty; give it as in make new source DOI=10.1000/xyz")
    return _added(root, [Work("article", {"doi": bare}, f"doi {bare}")], [])


def _added(root: Path, found: list[Work], faults: list[str]) -> Made:
    path = root / BIBLIOGRAPHY
    text = load(path, BIBLIOGRAPHY)
    known = _known(path)
    where, notes = [], []
    for work in found:
        if fault := _is_known(work, known):
            faults.append(fault)
            continue
        key = next((key for key in keys(work) if key not in known), None)
        if key is None:
            faults.append(f"{work.told}: no key is left for it; write the entry by hand")
            continue
        entry = _entry(key, work)
        text = _in_order(text, key, entry)
        known[key] = (0, work.fields)
        where.append((f"source {key!r}", path, entry))
        if "title" not in work.fields:
            if doi := work.fields.get("doi"):
                notes.append(
                    f"Nothing is looked up: where the page of https://doi.org/{doi} offers BibTeX, "
                    "take this entry out again and give that file with FROM=."
                )
            notes.append(
                f"Rename the key {key!r} when you know author, year and title: "
                "booth2012composition shows the form."
            )
    if faults:
        raise Refused("\n".join(faults))
    return Made({path: text}, tuple(where), tuple(notes))


def _known(path: Path) -> dict[str, tuple[int, dict[str, str]]]:
    """Line and fields of each entry, by key; entries that still hold prompts too."""
    try:
        return {key: (line, fields) for line, _, key, fields in entries(path)}
    except SourcesError as error:
        raise Refused(str(error)) from error


def _is_known(work: Work, known: dict[str, tuple[int, dict[str, str]]]) -> str:
    """What is to be said if a work is there already."""
    for key, (line, fields) in known.items():
        where = f"{BIBLIOGRAPHY}:{line}" if line else "the same file"
        for name in ("doi", "pmid", "pmcid"):
            value = work.fields.get(name, "").lower()
            if value and fields.get(name, "").lower() == value:
                return f"{work.told}: this {name} is there already, under the key {key!r}: {where}"
        if (
            _title(work.fields)
            and _title(work.fields) == _title(fields)
            and work.fields.get("year") == fields.get("year")
        ):
            return (
                f"{work.told}: title and year are those of {key!r}: {where}; "
                "add what is new to that entry"
            )
    return ""


def _title(fields: dict[str, str]) -> str:
    return re.sub(r"\W", "", fold_name(fields.get("title", "")))


def _in_order(text: str, key: str, entry: str) -> str:
    """*text* with *entry* before the first whose key follows *key*, and before its comments."""
    lines = text.rstrip("\n").split("\n")
    keys = ((number, re.match(r"@\w+\{([^,\s]+),", line)) for number, line in enumerate(lines))
    place = next((number for number, found in keys if found and found[1] > key), len(lines))
    return inserted(lines, comments_above(lines, place), entry)


def _entry(key: str, work: Work) -> str:
    lines = (f"  {name:<12} = {{{value}}},\n" for name, value in _fields(work))
    return f"@{work.kind}{{{key},\n{''.join(lines)}}}"


def _fields(work: Work) -> Iterator[tuple[str, str]]:
    told = work.fields
    for name in FOUND:
        if value := told.get(name):
            yield name, value if name in ("doi", "url") else _escaped(name, value)
        elif name in LACKING:
            yield name, f"{PROMPT} {LACKING[name]}"
        elif name == "shortauthor" and _is_body(work.people):
            yield name, f"{PROMPT} the short name of the body, for the label; or delete the line"
        elif name == "doi" and not (told.get("pmid") or told.get("url")):
            yield name, f"{PROMPT} the bare DOI, as in 10.1000/xyz; or in its place pmid or url"
    yield from ((name, f"{PROMPT} {words}") for name, words in OURS.items())


def _is_body(people: Iterable[str]) -> bool:
    return next(iter(people), "").startswith("{")


def _escaped(name: str, value: str) -> str:
    """*value* as BibTeX wants it; the braces around a body stay."""
    safe = re.sub(r"[&%#$_]", lambda match: "\\" + match[0], value.replace("~", " "))
    return safe if name == "author" else re.sub(r"[{}]", "", safe)
