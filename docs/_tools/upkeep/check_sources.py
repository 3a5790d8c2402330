"""Compare every source with Crossref's record, and look for notices: ``make check-sources``.

Needs the network, takes a few minutes, and belongs into no build and no pull request: a
workflow runs it once a week.  Each source has one of three outcomes.

clear
    Crossref was asked in both directions, the record is that of our source (title, first
    authors, year), and whatever notice there is, our ``status`` says so already.
flagged
    A person must look: the record is another one, a notice is new, a preprint was published.
could not tell
    No answer that can be used, or nothing to ask: a source without a DOI.  Never counted as clear.

Authors or a year that we have not seen (``not-seen``) and Crossref names are flagged too, so
that the record can be completed.

Exit code 1 if anything is flagged, else 2 if anything could not be told, else 0.  The table
goes to the screen, and with ``--report FILE`` into a file.  Where a record rightly differs
from ours, as a title in another language does, the source names the part in a field
``crossref-differs = {title}``; parts are title, authors and year.

``KB_MAILTO``, an address that Crossref can write to, gives us its better service.
"""

from __future__ import annotations

import argparse
import difflib
import html
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybtex.bibtex.utils import split_name_list
from pybtex.database import Person

from kb.core.text import split_list
from kb.sources.bibliography import Source, read_sources
from scaffold.names import PLAIN
from upkeep.crossref import API, Crossref, Unanswered, Unknown
from upkeep.report import CLEAR, FLAGGED, OPEN, deliver

ROOT = Path(__file__).resolve().parents[3]
ALIKE = 0.95
"""How alike two titles are that are the same.

Of all pairs of our sources, the two most alike reach 0.92, the same title 1.
"""
KINDS = {
    "retraction": "retracted",
    "partial_retraction": "retracted",
    "removal": "retracted",
    "withdrawal": "retracted",
    "expression_of_concern": "expression-of-concern",
    "correction": "corrected",
    "corrigendum": "corrected",
    "erratum": "corrected",
    "addendum": "corrected",
    "clarification": "corrected",
    "new_edition": "superseded",
    "new_version": "superseded",
}
"""The kinds of notices that Crossref lists, and the status that a source has after one."""
COVERED = {
    "retracted": ("retracted",),
    "expression-of-concern": ("expression-of-concern", "retracted"),
    "corrected": ("corrected", "expression-of-concern", "retracted", "superseded"),
    "superseded": ("superseded", "retracted"),
}
"""For the status after a notice: which of ours say as much, or more."""
STRANGE = (AttributeError, IndexError, KeyError, TypeError)
"""What reading an answer raises that is not as Crossref documents it: never good news."""
PREFIX = re.compile(
    r"\A\W{0,40}(retracted|withdrawn|removed|expression of concern)\b(?: article)?\s*[:\]-]",
    re.IGNORECASE,
)
"""What publishers write before the title of a void paper."""


@dataclass(frozen=True)
class Outcome:
    """What came out for one source: a word, and the reasons."""

    source: Source
    word: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notice:
    """A notice about a work: its kind in Crossref's words, its DOI, and who entered it."""

    kind: str
    doi: str
    origin: str

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.doi} ({self.origin})".replace("  ", " ")


def look_at(source: Source, crossref: Crossref) -> Outcome:
    """Ask about *source* in both directions, and judge the answers."""
    doi = source.fields.get("doi", "").lower()
    if not doi:
        return Outcome(
            source, OPEN, ("no DOI, so Crossref cannot be asked; look at its page by hand",)
        )
    flags, unknown, notices = list[str](), list[str](), list[Notice]()
    try:
        record = crossref.work(doi)
        notices += notices_of(record, source)
        flags += list(differences(source, record))
        unknown += list(gaps(source, record))
    except Unknown:
        return _unregistered(source, doi, crossref)
    except Unanswered as error:
        unknown.append(f"the record: {error}")
    except STRANGE:
        unknown.append("the record has a form unknown to us")
    try:
        notices += [
            notice for item in crossref.notices_about(doi) for notice in notices_by(item, doi)
        ]
    except Unanswered as error:
        unknown.append(f"notices that name it: {error}")
    except (Unknown, *STRANGE):
        unknown.append("notices that name it: an answer of a form unknown to us")
    flags += list(news(source, notices))
    word = FLAGGED if flags else OPEN if unknown else CLEAR
    return Outcome(source, word, (*flags, *unknown))


def _unregistered(source: Source, doi: str, crossref: Crossref) -> Outcome:
    """What a DOI is that Crossref has no record of: of another agency, or of none."""
    try:
        return Outcome(
            source, OPEN, (f"its DOI is registered with {crossref.agency(doi)}, not with Crossref",)
        )
    except Unknown:
        return Outcome(source, FLAGGED, (f"no agency knows the DOI {doi}; mistyped?",))
    except Unanswered as error:
        return Outcome(source, OPEN, (f"Crossref has no record of it, and of the agency: {error}",))


# -- The record ----------------------------------------------------------------------------------


def differences(source: Source, record: dict[str, Any]) -> Iterator[str]:
    """Where the *record* is not that of our *source*."""
    rightly = split_list(source.fields.get("crossref-differs"))
    titles, families, years = titles_of(record), families_of(record), years_of(record)
    if (
        titles
        and "title" not in rightly
        and not any(_alike(source.fields["title"], title) for title in titles)
    ):
        yield f"another title: {titles[0]!r}"
    ours, year = our_families(source), source.fields.get("year")
    if families and "authors" not in rightly and not (ours and _same_people(ours, families)):
        kind = "other authors" if ours else "authors whom we have not seen"
        yield f"{kind}: {', '.join(families[: max(3, len(ours))])}"
    if years and "year" not in rightly and year not in years:
        kind = "another year" if year else "a year that we have not seen"
        yield f"{kind}: {' or '.join(sorted(years))}"
    if titles and (prefix := PREFIX.match(titles[0])) and not source.is_void:
        yield f"its title begins with {prefix[0].strip()!r}"
    for target in _related(record, "is-preprint-of") if source.status == "preprint" else ():
        yield f"the preprint was published as {target}"


def gaps(source: Source, record: dict[str, Any]) -> Iterator[str]:
    """What the *record* does not say, so that it could not be compared."""
    rightly = split_list(source.fields.get("crossref-differs"))
    found = {"title": titles_of(record), "authors": families_of(record), "year": years_of(record)}
    for part, value in found.items():
        if not value and part not in rightly:
            yield f"the record names no {part}"


def titles_of(record: dict[str, Any]) -> list[str]:
    """The titles of a *record*, alone and with their subtitles."""
    titles, subtitles = (record.get(key) or [] for key in ("title", "subtitle"))
    whole = [f"{title}: {subtitle}" for title in titles for subtitle in subtitles]
    return [*titles, *whole, *(record.get("original-title") or [])]


def families_of(record: dict[str, Any]) -> list[str]:
    """The family names of the authors, or the names of bodies."""
    return [
        str(person.get("family") or person.get("name") or "")
        for person in record.get("author") or []
    ]


def years_of(record: dict[str, Any]) -> set[str]:
    """Every year in which the work appeared in some form."""
    dates = (
        record.get(key) or {}
        for key in ("issued", "published", "published-print", "published-online")
    )
    parts = (date.get("date-parts") or [[None]] for date in dates)
    return {str(part[0][0]) for part in parts if part and part[0] and part[0][0]}


def our_families(source: Source) -> list[str]:
    """The families and bodies that our *source* names, without 'others'; none if none was seen."""
    names = split_name_list(source.fields.get("author", ""))
    return [_family(name) for name in names if name != "others"]


def _family(name: str) -> str:
    if name.startswith("{"):
        return name
    person = Person(name)
    return " ".join([*person.prelast_names, *person.last_names])


def fold(text: str) -> str:
    """*text* as titles and names are compared: letters and digits, without case and accents."""
    plain = (
        unicodedata.normalize("NFKD", re.sub(r"<[^>]+>|[{}\\]", "", html.unescape(text)))
        .casefold()
        .translate(PLAIN)
    )
    return " ".join(
        re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    )


def _alike(one: str, other: str) -> bool:
    """Whether two titles are one; what `difflib` counts fast is never less than the ratio."""
    pair = difflib.SequenceMatcher(None, fold(one), fold(PREFIX.sub("", other)), autojunk=False)
    ratios = (pair.real_quick_ratio, pair.quick_ratio, pair.ratio)
    return all(ratio() >= ALIKE for ratio in ratios)


def _same_people(ours: list[str], theirs: list[str]) -> bool:
    """Whether those whom we name are the first of theirs; either side may leave out particles."""
    pairs = [
        (fold(one).replace(" ", ""), fold(other).replace(" ", ""))
        for one, other in zip(ours, theirs, strict=False)
    ]
    return len(ours) <= len(theirs) and all(
        one.endswith(other) or other.endswith(one) for one, other in pairs
    )


def _related(record: dict[str, Any], relation: str) -> list[str]:
    return [str(item.get("id")) for item in (record.get("relation") or {}).get(relation) or []]


# -- The notices ---------------------------------------------------------------------------------


def notices_of(record: dict[str, Any], source: Source) -> list[Notice]:
    """The notices that the *record* of a work names.

    Of a notice, they are not the works that it is about, which some enter the wrong way round.
    """
    about = (
        {str(item.get("DOI", "")).lower() for item in record.get("update-to") or []}
        if source.design == "notice"
        else set()
    )
    found = [_notice(item, str(item.get("DOI", ""))) for item in record.get("updated-by") or []]
    return [notice for notice in found if notice.doi not in about]


def notices_by(item: dict[str, Any], doi: str) -> Iterator[Notice]:
    """What a work that updates others says of *doi*."""
    for update in item.get("update-to") or []:
        if str(update.get("DOI", "")).lower() == doi:
            yield _notice(update, str(item.get("DOI", "")))


def _notice(item: dict[str, Any], doi: str) -> Notice:
    return Notice(
        re.sub(r"[ -]", "_", str(item.get("type", "")).lower()),
        doi.lower(),
        str(item.get("source") or "publisher"),
    )


def news(source: Source, notices: list[Notice]) -> Iterator[str]:
    """The notices that our record of *source* does not account for."""
    known = source.fields.get("notice-doi", "").lower()
    for notice in sorted(
        {(notice.kind, notice.doi): notice for notice in notices}.values(), key=str
    ):
        status = KINDS.get(notice.kind)
        if status is None:
            yield f"a notice of a kind unknown to us: {notice}"
        elif source.status not in COVERED[status]:
            yield f"{notice}, but our status is {source.status!r}"
        elif source.status == status == "corrected" and known and notice.doi != known:
            yield f"a further notice: {notice}; we know {known}"


def main(arguments: list[str] | None = None) -> int:
    """Look at every source, or at those named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("keys", nargs="*", help="keys of sources; all of them if none is named")
    parser.add_argument(
        "--bib", type=Path, default=ROOT / "docs/data/sources.bib", help="the file of sources"
    )
    parser.add_argument("--report", type=Path, help="a file for the table")
    parser.add_argument("--api", default=API, help="the address of the API")
    parser.add_argument(
        "--cache",
        type=Path,
        default=ROOT / "_build/.crossref",
        help="a folder for the answers of this day",
    )
    given = parser.parse_args(arguments)
    sources = read_sources(given.bib.resolve())
    if strange := [key for key in given.keys if key not in sources]:
        parser.error(f"no such source: {', '.join(strange)}")
    crossref = Crossref(given.api, os.environ.get("KB_MAILTO", ""), given.cache)
    outcomes = [
        look_at(source, crossref)
        for key, source in sorted(sources.items())
        if not given.keys or key in given.keys
    ]
    rows = [(one.word, one.source.key, one.source.url, "; ".join(one.reasons)) for one in outcomes]
    return deliver("Sources", ("Source", "Address", "What was found"), rows, given.report)


if __name__ == "__main__":
    sys.exit(main())
