"""``sources.json`` and ``sources.bib``: every cited source, for reference managers and programs.

``sources.json`` is CSL-JSON, which pandoc, Zotero and the like read.  The whole record is there:
what CSL has no field for (design, status, sides, finding, limits) is in ``custom``.  A list of
authors that was cut short ends in the name "others", as in BibTeX, and says so in ``note`` and in
``custom.authors_cut``: pandoc prints that name as "et al." (2.17 not in APA style), citation-js
and citeproc-py as "others"; without it all three print six authors as if there were no more.
What was not seen (authors, year, address) is left out and named in
``custom.not_seen``; the short title of a source without authors is ``title-short``.

``sources.bib`` is not a copy of ``docs/data/sources.bib``, whose own fields are plain text that TeX
would misread, and whose titles lose their capitals in many styles.  It has standard entry types and
fields, TeX's signs escaped, names and acronyms in braces, finding and limits in ``annote``.

In both a withdrawn or corrected paper says so in ``note``, which styles print.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import partial
from itertools import chain
from typing import Any

from pybtex.database import Entry, Person
from sphinx.application import Sphinx

from incremental_html.kept import kept as kept_from
from kb.claims.source_list import cited_in
from kb.core.text import as_tex, curly
from kb.data_files.heads import address, day
from kb.sources.bibliography import DESIGNS, STATUSES, Source, sources_of
from kb.sources.citation_style import OTHERS, people_of, surname
from kb.sources.latex import printed
from kb.text_index.records import Cite

TYPES = {
    "article": "article-journal",
    "book": "book",
    "dataset": "dataset",
    "legislation": "legislation",
    "misc": "document",
    "online": "webpage",
    "report": "report",
}
"""The type of CSL for each type of entry in ``docs/data/sources.bib``."""
BABEL = {
    "de": "ngerman",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "ja": "japanese",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ru": "russian",
}
"""What BibLaTeX calls a language, by its tag."""
IN_A_SERIES = ("article-journal", "legislation")
"""The types whose ``journal`` is what they appeared in; of others it is who published them."""
PLAIN = {"number": "issue", "volume": "volume", "doi": "DOI", "pmid": "PMID", "pmcid": "PMCID"}
OWN = (
    "about",
    "population",
    "finding",
    "primary",
    "most-favorable",
    "least-favorable",
    "limits",
    "notice",
    "license",
)
"""The plain text of a record; in ``custom`` a hyphen becomes an underscore."""
Record = dict[str, Any]
CUT = "Not all authors are named."
NAMES = {"china", "march", "may", "turkey"}
"""Names that are ordinary words too, in small letters."""
_ORDINARY = re.compile(r"(?<![\w’'])[a-z]{2,}")
_PARTS = re.compile(r"([A-Z]{2,}-\d+|[^\W_][^\s\-‐–/’'{}\\]*[^\W_]|[^\W_])")
"""The words of a title, and of a word with hyphens its parts."""


def sources(app: Sphinx) -> list[Record]:
    """One record of CSL-JSON for each cited source, by key."""
    known, listed, places = sources_of(app.env), app.env.get_domain("cite"), cited_in(app.env)
    page = next((key.docname for key in listed.bibliographies), "")  # type: ignore[attr-defined]
    found = {c.key: c for c in listed.citations if c.key in known}  # type: ignore[attr-defined]
    records = []
    for key, citation in sorted(found.items()):
        where = address(app, page, citation.citation_id)
        own = _custom(app, known[key], citation.formatted_entry.label, places.get(key, []), where)
        records.append(
            {**csl(known[key], citation.entry), "custom": {"anchor": citation.citation_id, **own}}
        )
    return records


def csl(source: Source, entry: Entry) -> Record:
    """The fields of CSL for a *source*, whose *entry* pybtex parsed."""
    kind = TYPES.get(entry.type.lower(), "document")
    told: Record = {"id": source.key, "type": kind, "title": printed(entry.fields["title"])}
    told["title-short"] = "" if people_of(entry) else printed(entry.fields["shortauthor"])
    told["language"] = source.fields.get("language", "")
    told["author"] = [name(person) for person in people_of(entry)]
    if "year" in entry.fields:
        told["issued"] = {"date-parts": [[int(entry.fields["year"])]]}
    told["container-title" if kind in IN_A_SERIES else "publisher"] = printed(
        entry.fields.get("journal", "")
    )
    told |= {
        theirs: printed(entry.fields[ours])
        for ours, theirs in PLAIN.items()
        if ours in entry.fields
    }
    told["page"] = entry.fields.get("pages", "").replace("--", "-")
    told["URL"] = source.url
    told["note"] = " ".join(filter(None, [note(source), CUT if is_cut(source) else ""]))
    return {key: value for key, value in told.items() if value}


def name(person: Person) -> dict[str, str]:
    """A person as CSL names one; a body, and the word for authors left out, is ``literal``."""
    given = " ".join([*person.first_names, *person.middle_names])
    if not given and not person.prelast_names:
        return {"literal": surname(person)}
    told = {
        "family": printed(" ".join(person.last_names)),
        "given": printed(given),
        "non-dropping-particle": printed(" ".join(person.prelast_names)),
        "suffix": printed(" ".join(person.lineage_names)),
    }
    return {key: value for key, value in told.items() if value}


def is_cut(source: Source) -> bool:
    """Whether the record names some of the authors alone."""
    return source.fields.get("author", "").endswith(f" {OTHERS}")


def note(source: Source) -> str:
    """What whoever cites the paper must say of it, or nothing."""
    status, notice = STATUSES[source.status], source.fields.get("notice", "")
    return (
        f"{status}. {notice.rstrip('.')}." if status and notice else f"{status}." if status else ""
    )


def _custom(
    app: Sphinx, source: Source, label: str, places: list[tuple[str, Cite]], where: str
) -> Record:
    fields = source.fields
    own: Record = {"url": where, "label": label, "design": source.design, "status": source.status}
    own |= {name.replace("-", "_"): curly(fields[name]) for name in OWN if fields.get(name)}
    own["notice_doi"] = fields.get("notice-doi", "")
    own["author_short"] = printed(fields.get("shortauthor", "")) if "author" in fields else ""
    own["authors_cut"] = is_cut(source)
    own["not_seen"] = list(source.not_seen)
    own["sides"] = source.sides
    own["cited_in"] = list(
        dict.fromkeys(address(app, page, cite.claim or cite.anchor) for page, cite in places)
    )
    return {key: value for key, value in own.items() if value != ""}


def whole(app: Sphinx, found: list[Record]) -> list[Record]:
    """The file: CSL-JSON is the records alone."""
    return found


# -- BibTeX ---------------------------------------------------------------------------------------


def bibtex(app: Sphinx, found: list[Record]) -> str:
    """The *found* records of CSL-JSON as BibTeX."""
    config = app.config
    head = [
        f"{config.project}: sources",
        f"Version {config.version}{f', {day()}' if day() else ''}",
        config.kb_license,
    ]
    # Outside of entries BibTeX reads nothing but an "at" sign.
    comment = "".join(f"% {line.replace('@', '(at)')}\n" for line in head if line)
    return comment + kept_from(app, "entries.bib", repr(found), partial(entries, found))


def entries(found: list[Record]) -> str:
    """The *found* records as entries of BibTeX."""
    words = ordinary(found)
    return "".join(f"\n{_entry(record, words)}" for record in found)


def _entry(record: Record, words: Container[str]) -> str:
    kind = {"article-journal": "article", "book": "book", "report": "techreport"}.get(
        record["type"], "misc"
    )
    fields = _fields(record, kind, words)
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields if value)
    return f"@{kind}{{{record['id']},\n{lines}}}\n"


def _fields(record: Record, kind: str, words: Container[str]) -> Iterator[tuple[str, str]]:
    said, own = (
        {key: as_tex(value) for key, value in record.items() if isinstance(value, str)},
        record["custom"],
    )
    yield "author", " and ".join(map(_author, record.get("author", ())))
    yield "title", kept(said["title"], words)
    # Zotero and citation-js read the one, BibLaTeX and pandoc the other.
    yield "language", record.get("language", "")
    yield "langid", BABEL.get(record.get("language", "")[:2], "")
    yield "shorttitle", kept(said.get("title-short", ""), words)
    where = said.get("container-title") or said.get("publisher", "")
    yield (
        {"article": "journal", "book": "publisher", "techreport": "institution"}.get(
            kind, "howpublished"
        ),
        where,
    )
    yield "year", str(record["issued"]["date-parts"][0][0]) if "issued" in record else ""
    yield "volume", said.get("volume", "")
    yield "number", said.get("issue", "")
    yield "pages", re.sub(r"(?<=\d)-(?=\w)", "--", said.get("page", ""))
    # Addresses are read letter by letter and not as TeX.
    yield "doi", record.get("DOI", "")
    yield "pmid", record.get("PMID", "")
    yield "url", record.get("URL", "")
    # BibTeX has words of its own for authors left out.
    yield "note", said.get("note", "").removesuffix(CUT).strip()
    yield "keywords", as_tex(DESIGNS[own["design"]])
    yield "annote", as_tex(f"Finding: {own['finding']} Limits: {own['limits']}")


def _author(person: dict[str, str]) -> str:
    if "literal" in person:
        whole = as_tex(person["literal"])
        return whole if whole == OTHERS else f"{{{whole}}}"
    family = f"{person.get('non-dropping-particle', '')} {person['family']}".strip()
    parts = [family, person.get("suffix", ""), person.get("given", "")]
    return ", ".join(as_tex(part) for part in parts if part)


def ordinary(found: list[Record]) -> frozenset[str]:
    """The words that the *found* records write in small letters, and so no names."""
    prose = [name.replace("-", "_") for name in OWN]
    texts = (
        text
        for record in found
        for text in (record["title"], *(record["custom"].get(name, "") for name in prose))
    )
    return frozenset(chain.from_iterable(map(_ORDINARY.findall, texts))) - NAMES


def kept(title: str, ordinary: Container[str] = ()) -> str:
    """A *title* with braces around what styles that lower capitals must not touch.

    Those are single letters, acronyms and vitamers (``{K}-deficient``, ``{MK}-7``), and the words
    that begin with a capital: in a title whose other words are small each of them is a name; in
    one with capitals all over, each that is not an *ordinary* word.
    """
    parts = _PARTS.split(title)
    words = [part for part in parts if len(part) > 3 and part[0].isalpha()][1:]
    all_over = 2 * sum(word[0].isupper() for word in words) > len(words)
    return "".join(
        f"{{{part}}}" if _is_kept("".join(parts[:at]), part, all_over, ordinary) else part
        for at, part in enumerate(parts)
    )


def _is_kept(before: str, part: str, all_over: bool, ordinary: Container[str]) -> bool:
    if not re.match(r"\w", part) or re.search(r"[\\{}]", part) or before.endswith("\\"):
        return False
    capital = part[0].isupper()
    if any(letter.isupper() for letter in part[1:]) or (capital and re.search(r"\d", part)):
        return True
    ended = before.rstrip(" \"'‘“([")
    if part == "A":
        return re.search(r"(?i)\b(vitamins?|hepatitis|factor|type) $", before) is not None
    if len(part) == 1 or not capital:
        return capital
    named = not all_over and not ended.endswith(tuple(".:?!–—"))
    return ended != "" and (named or part.lower() not in ordinary)
