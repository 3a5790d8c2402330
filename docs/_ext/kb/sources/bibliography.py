"""The sources: ``docs/data/sources.bib``, read and checked before anything else.

sphinxcontrib-bibtex reports a broken file by a traceback without a line, so the
file is parsed here first, by the same scanner (pybtex), and every fault is named
with file, line and cure.  An entry looks like this::

    @article{karl2017fecal,
      author   = {Karl, J. Philip and others},
      title    = {...},
      year     = {2017},
      doi      = {10.1000/...},
      design   = {cross-sectional},
      status   = {ok},
      sides    = {C1 mixed, G1 against},
      finding  = {What was found, in our words.},
      limits   = {What it cannot show.},
    }

``design`` and ``status`` are words of the lists below; ``sides`` says for each
claim on which side the record is: for, mixed or against.  ``not-seen = {author, year}``
names what no page printed that the editors saw; exactly those required fields are left
out, and a source without authors is cited by the short title in ``shortauthor``.
``primary``, ``most-favorable`` and ``least-favorable`` are sentences on the main outcome and
on the results that speak most and least for a claim: a page that prints a figure of one of
the last two prints one of the first as well (a rule of ``make check``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pybtex.bibtex.utils import split_name_list
from pybtex.database import InvalidNameString, Person
from pybtex.database.input.bibtex import LowLevelParser, UndefinedMacro
from pybtex.exceptions import PybtexError
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util.typing import ExtensionMetadata

from incremental_html.kept import kept
from kb.core.messages import all_of, did_you_mean, is_prompt, not_in_list, one_of, prompts_left
from kb.core.tables import stamp
from kb.core.text import line_at, split_list
from kb.input_checks.addresses import fault_of
from kb.sources.latex import DECODED, doi_url, is_one_group
from kb.sources.latex import fault_of as tex_fault

FILE = "data/sources.bib"
"""Where the file lies, seen from the folder of the sources."""
DESIGNS = {
    "animal": "Animal study",
    "case-control": "Case-control study",
    "case-report": "Case report",
    "cohort": "Cohort study",
    "cross-sectional": "Cross-sectional study",
    "database": "Table or database",
    "food-analysis": "Food or product analysis",
    "guideline": "Opinion or ruling of an authority",
    "human-experimental": "Experiment in people, not randomized",
    "in-vitro": "Laboratory study",
    "mendelian-randomization": "Mendelian randomization",
    "meta-analysis": "Meta-analysis",
    "narrative-review": "Narrative review",
    "notice": "Notice about other papers",
    "protocol": "Plan of a trial",
    "rct": "Randomized controlled trial",
    "systematic-review": "Systematic review",
}
STATUSES = {
    "ok": "",
    "corrected": "Corrected",
    "expression-of-concern": "Expression of concern",
    "retracted": "Retracted",
    "superseded": "Superseded",
    "preprint": "Preprint",
}
ENTRIES = ("article", "book", "dataset", "legislation", "misc", "online", "report")
"""The types of entries, so that a reference manager knows a law from a leaflet."""
SIDES = ("for", "mixed", "against")
REQUIRED = ("author", "title", "year", "design", "status", "finding", "limits")
ADDRESSES = ("doi", "pmid", "url")
"""The fields of which a source has one, so that a reader can reach it."""
FIELDS = (
    *REQUIRED,
    *ADDRESSES,
    *("journal", "volume", "number", "pages", "pmcid", "shortauthor", "not-seen", "license"),
    "language",
    *("sides", "about", "population", "notice", "notice-doi"),
    *("primary", "most-favorable", "least-favorable"),
)
"""What an entry may hold; another field would be read by nobody."""
NOT_SEEN = {
    "author": "The names of the authors were not seen.",
    "year": "The year was not seen.",
    "address": "No DOI and no other address was seen.",
}
"""What the field ``not-seen`` may name, and what the list of sources says of it."""
TWICE = "\n"
"""Stands between the values of a field that is given twice; no value holds one."""
VOID = ("retracted", "expression-of-concern")
_ENTRY = re.compile(r"^[ \t]*@(\w+)[ \t]*\{[ \t]*([^\s,}]+),", re.MULTILINE)
_KEY = re.compile(r"[a-z][a-z0-9]*\Z")
_YEAR = re.compile(r"(1[89]|20)[0-9]{2}\Z")
_PMID = re.compile(r"[0-9]{1,9}\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?\Z")
"""The tag of a language (BCP 47), with a region where one is needed."""
_OTHER_SCRIPT = re.compile(r"[^\W\d_\0-\u03ff\u1d00-\u2fff]")
"""A letter of another script than Latin and Greek, with their extensions and signs of letters."""
_WEB = re.compile(r"https?://", re.IGNORECASE)
_PAGES = re.compile(
    r"(?:abstract )?[A-Za-z]{0,9}\d[\w.]*(?:(?:-{1,2}|\u2013)[A-Za-z]{0,9}\d\w*|, ?\d+)*\Z"
)
_GARBLED = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac")
"""Letters of UTF-8 that some program took for those of Windows."""
_JOINED = re.compile(r"[;\uff1b/*\u2020]|\bet al\b|(?<!\\)&|\d", re.IGNORECASE)
"""What no name of a person holds: other signs between names than 'and', and marks of footnotes."""
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|V)\.?\Z")
"""What stands between family and given name: 'Adams, Jr., Ann'."""
BODY = re.compile(r"\b(?:of|for|the)\b")
"""Words of bodies that no name of a person holds."""
_OPEN = re.compile(r"\\[a-zA-Z]+\Z")
"""A command at the end of a word, as in '\\v Sime'."""
DOI = re.compile(r"10\.\d{4,9}/\S+\Z")
"""A bare DOI, without an address before it."""


class SourcesError(SphinxError):
    """The file of sources cannot be used; the message lists every fault by line."""

    category = "Sources error"


@dataclass(frozen=True)
class Source:
    """One checked record of ``sources.bib``; *line* is where its entry begins."""

    key: str
    line: int
    design: str
    status: str
    fields: dict[str, str]
    sides: dict[str, str]

    @property
    def is_void(self) -> bool:
        """Whether the paper must not be cited as support."""
        return self.status in VOID

    @property
    def not_seen(self) -> tuple[str, ...]:
        """Which of author, year and address the editors did not see."""
        return split_list(self.fields.get("not-seen"))

    @property
    def url(self) -> str:
        """The stable public address: DOI, else PubMed, else the publisher's page, else none."""
        if doi := self.fields.get("doi"):
            return doi_url(doi)
        if pmid := self.fields.get("pmid"):
            return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
        return self.fields.get("url", "")


def read_sources(path: Path) -> dict[str, Source]:
    """Parse and check *path*; return its records by key.

    :raises SourcesError: with one line for each fault, each naming file, line and cure.
    """
    written = stamp(path)
    if path not in _last or _last[path][0] != written:
        _last[path] = written, _read(path)
    return _last[path][1]


_last: dict[Path, tuple[int, dict[str, Source]]] = {}
"""What was read last of each file, and when that was written."""


def _read(path: Path) -> dict[str, Source]:
    if not path.is_file():
        raise SourcesError(f"{path.name}: no such file; it belongs in docs/data/")
    faults: list[str] = []
    found: dict[str, Source] = {}
    for line, kind, key, fields in entries(path):
        where = f"docs/data/{path.name}:{line}"
        if key in found:
            faults.append(
                f"{where}: source {key!r} stands here twice (first at line {found[key].line}); "
                "delete one"
            )
            continue
        faults += [
            f"{where}: {key}: {fault}" for fault in (*_kind_faults(kind), *_faults(key, fields))
        ]
        found[key] = _source(key, line, fields)
    faults += [*_doubles(path, found), *_lost(path, found)]
    if faults:
        raise SourcesError("\n".join(faults))
    return found


def entries(path: Path) -> Iterator[tuple[int, str, str, dict[str, str]]]:
    """Yield line, type, key and plain fields of each entry of *path*, unchecked.

    :raises SourcesError: where the file is not UTF-8 or no BibTeX, with file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SourcesError(
            f"docs/data/{path.name}: not UTF-8 ({error.reason}); save the file as UTF-8"
        ) from error
    parser = LowLevelParser(text)
    try:
        for command, body in parser:
            if command.lower() in ("string", "preamble"):
                continue
            key, pairs = body
            line = line_at(text, parser.command_start)
            yield line, command.lower(), key, _plain(pairs)
    except PybtexError as error:
        line = line_at(text, parser.command_start)
        what = (
            f"the bare word {error.args[0]!r}"
            if isinstance(error, UndefinedMacro)
            else error.args[0]
        )
        raise SourcesError(
            f"docs/data/{path.name}:{parser.lineno}: {what} in the entry that begins "
            f"at line {line}; look for a missing comma or an unbalanced brace"
        ) from error


def _kind_faults(kind: str) -> Iterator[str]:
    if kind not in ENTRIES:
        yield f"type {not_in_list(kind, ENTRIES)}"


def _plain(pairs: list[tuple[str, list[str]]]) -> dict[str, str]:
    """The fields by name; one that stands twice keeps both values, for ``_faults`` to report."""
    fields: dict[str, str] = {}
    for name, parts in pairs:
        value = " ".join("".join(parts).split())
        fields[name.lower()] = (
            f"{fields[name.lower()]}{TWICE}{value}" if name.lower() in fields else value
        )
    return fields


def _lost(path: Path, found: dict[str, Source]) -> Iterator[str]:
    """Entries that begin in the file and were not read: an open brace above took them in."""
    text = path.read_text(encoding="utf-8")
    for entry in _ENTRY.finditer(text):
        if entry[1].lower() not in ("comment", "string", "preamble") and entry[2] not in found:
            line = line_at(text, entry.start(2))
            yield (
                f"docs/data/{path.name}:{line}: the entry {entry[2]!r} is not read; "
                "look above it for an open brace"
            )


def _faults(key: str, fields: dict[str, str]) -> Iterator[str]:
    if not _KEY.match(key):
        yield (
            "keys are lower-case letters and digits: first author, year and a word, "
            "as in karl2017fecal"
        )
    if prompts := [name for name, value in fields.items() if is_prompt(value)]:
        yield prompts_left(prompts)
        return
    yield from _missing(fields)
    yield from _word_faults(fields)
    yield from _author_faults(fields.get("author", ""))
    yield from _tex_faults(fields)
    yield from _place_faults(fields)
    yield from _language_faults(fields)
    yield from _side_faults(fields)


def _missing(fields: dict[str, str]) -> Iterator[str]:
    """What every source has and this one has not, except what was not seen."""
    not_seen = split_list(fields.get("not-seen"))
    for name in REQUIRED:
        if not fields.get(name) and name not in not_seen:
            yield f"field {name!r} is missing; every source has {all_of(REQUIRED)}"
    yield from _not_seen_faults(not_seen, fields)
    if not any(map(fields.get, ADDRESSES)) and "address" not in not_seen:
        yield (
            "no doi, pmid or url: a reader cannot reach it; add one, or write "
            "'not-seen = {address}' if no page prints one"
        )


def _word_faults(fields: dict[str, str]) -> Iterator[str]:
    """Words that are not in their list, and fields that are given twice."""
    for name, words in (("design", DESIGNS), ("status", STATUSES)):
        if (word := fields.get(name)) and word not in words:
            yield f"{name} {not_in_list(word, words)}"
    for name, value in fields.items():
        if name not in FIELDS:
            near = did_you_mean(name, FIELDS)
            yield f"field {name!r} is read by nobody{near}; rename or delete it"
        if TWICE in value:
            yield f"field {name!r} stands twice; delete one"
        if found := _GARBLED.search(value):
            at = found.start()
            shown = value[max(0, at - 10) : at + 10]
            yield f"field {name!r} holds garbled letters, near {shown!r}; copy the text again"


def _tex_faults(fields: dict[str, str]) -> Iterator[str]:
    for name in DECODED:
        if fault := tex_fault(fields.get(name, "")):
            yield f"field {name!r} holds {fault}"


def _language_faults(fields: dict[str, str]) -> Iterator[str]:
    """A language that nobody would speak: a screen reader needs a code (WCAG 3.1.2)."""
    language = fields.get("language")
    if language is None and (letter := _OTHER_SCRIPT.search(fields.get("title", ""))):
        yield f"the title holds {letter[0]!r}; name its language, as in 'language = {{ja}}'"
    if language is not None and not _LANGUAGE.match(language):
        yield f"language {language!r} is not a code as in 'ja' or 'de'"


def _place_faults(fields: dict[str, str]) -> Iterator[str]:
    """Year, identifiers and address."""
    get = fields.get
    if (year := get("year")) and not _YEAR.match(year):
        yield f"year {year!r} is not a year of four digits"
    if pages := get("pages"):
        yield from _page_faults(pages)
    if doi := get("doi"):
        yield from _doi_faults(doi)
    if (pmid := get("pmid")) and not _PMID.match(pmid):
        yield f"pmid {pmid!r} is not a number of PubMed; give its digits alone"
    if (url := get("url")) and not _WEB.match(url):
        yield (
            f"url {url!r} does not begin with 'https://' "
            "(or 'http://', where the publisher has no other)"
        )
    elif url and (fault := fault_of(url)):
        yield f"{fault}; give the address of the publisher's page"


def _doi_faults(doi: str) -> Iterator[str]:
    if doi.endswith((".", ",", ";")):
        yield f"doi {doi!r} ends with a sign of the sentence that it stood in; delete it"
    if not DOI.match(doi):
        yield f"doi {doi!r} does not look like 10.1000/xyz; give the bare DOI, not its address"
    elif entity := re.search(r"&(?:\w+|#\w+);", doi):
        yield f"doi {doi!r} holds {entity[0]!r}, an entity of HTML; write the sign itself"
    elif "\\" in doi:
        yield f"doi {doi!r} holds a backslash; write the DOI as its publisher prints it"


def _page_faults(pages: str) -> Iterator[str]:
    if not _PAGES.match(pages):
        yield f"pages {pages!r} are not pages; write them as in 12-34, e123 or 5"
    ends = re.findall(r"\d+", pages)
    if len(ends) == 2 and len(ends[0]) == len(ends[1]) and ends[0] > ends[1]:
        yield f"pages {pages!r} end before they begin; correct them"


def _not_seen_faults(not_seen: tuple[str, ...], fields: dict[str, str]) -> Iterator[str]:
    for word in not_seen:
        if word not in NOT_SEEN:
            yield f"not-seen {not_in_list(word, NOT_SEEN)}"
        for name in ADDRESSES if word == "address" else (word,):
            if fields.get(name):
                yield f"not-seen names {word!r}, but field {name!r} is there; delete one of them"
    if "author" in not_seen and not fields.get("shortauthor"):
        yield (
            "field 'shortauthor' is missing: a source without authors is cited by a short title; "
            "write it there"
        )


NAMES_ARE = "names are 'Family, Given', joined by 'and'"
PERSON_OR_BODY = "a person is 'Family, Given', and a body stands in braces of its own"


def words_of(person: Person) -> list[str]:
    """The words of a name, as BibTeX parts them, still in TeX."""
    return [
        *(*person.prelast_names, *person.last_names, *person.lineage_names),
        *(*person.first_names, *person.middle_names),
    ]


def _author_faults(text: str) -> Iterator[str]:
    names = split_name_list(text)
    for name in names:
        words = name.lower().split()
        if not words or "and" in (words[0], words[-1]):
            yield f"field 'author' has an 'and' without a name beside it; {NAMES_ARE}"
        elif not is_one_group(name):
            yield from _person_faults(name, is_last=name is names[-1])


def _person_faults(name: str, *, is_last: bool) -> Iterator[str]:
    """Yield what is wrong with the *name* of a person, or with 'others'."""
    try:
        person = Person(name)
    except InvalidNameString:
        yield f"author {name!r} has too many commas; {NAMES_ARE}, and a body stands in braces"
        return
    if name.lower() == "others" and not (is_last and name == "others"):
        yield f"author {name!r} is not a name; 'and others' is the last of the names"
    elif sign := _JOINED.search(name):
        yield f"author {name!r} holds {sign[0]!r}; {NAMES_ARE}, with 'and others' for the rest"
    elif name.count(",") > 1 and not _SUFFIX.match(name.split(",")[1].strip()):
        yield f"author {name!r} has two commas; {NAMES_ARE}, and titles are left out"
    elif "," not in name and " " in name:
        yield f"author {name!r} has no comma; {PERSON_OR_BODY}"
    elif word := BODY.search(name):
        yield f"author {name!r} holds {word[0]!r}; {PERSON_OR_BODY}"
    elif command := next(filter(None, map(_OPEN.search, words_of(person))), None):
        yield (
            f"author {name!r} holds {command[0]!r} before a blank, which parts the name; "
            "write the letter itself"
        )


def _side_faults(fields: dict[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    for claim, side in _sides(fields):
        if side not in SIDES:
            item = f"{claim} {side}".strip()
            yield f"sides: {item!r} should be a claim and one of {one_of(SIDES)}, as in 'C1 mixed'"
        if claim in seen:
            yield f"sides: claim {claim} is named twice; a record stands on one side of a claim"
        seen.add(claim)


def _sides(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The claims of the field ``sides``, each with what stands behind it."""
    for item in split_list(fields.get("sides")):
        claim, _, side = item.partition(" ")
        yield claim, side


def _source(key: str, line: int, fields: dict[str, str]) -> Source:
    sides = dict(_sides(fields))
    return Source(key, line, fields.get("design", ""), fields.get("status", ""), fields, sides)


def _doubles(path: Path, found: dict[str, Source]) -> Iterator[str]:
    """The same DOI under two keys would count one study twice."""
    first: dict[str, Source] = {}
    for source in found.values():
        if not (doi := source.fields.get("doi")):
            continue
        other = first.setdefault(doi.casefold(), source)
        if other is not source:
            where = f"docs/data/{path.name}:{source.line}: {source.key}"
            yield f"{where}: same DOI as {other.key!r} (line {other.line}); keep one"


def usable_keys(sources: Mapping[str, Source]) -> frozenset[str]:
    """The keys of those *sources* that may be cited as support."""
    return frozenset(key for key, source in sources.items() if not source.is_void)


def source_faults(keys: Iterable[str], usable: Collection[str]) -> Iterator[str]:
    """Yield a fault for each of the *keys*, named in a file of data, that is not *usable*."""
    for key in keys:
        if key not in usable:
            yield f"source {key!r} is unknown or withdrawn{did_you_mean(key, usable)}"


def sources_of(env: BuildEnvironment) -> dict[str, Source]:
    """The checked sources of the project that *env* builds."""
    return read_sources(Path(env.srcdir, FILE))


def _check(app: Sphinx, config: Config) -> None:
    """Read the sources, or take them from the last build (``config-inited``)."""
    path = Path(app.srcdir, FILE)
    written = stamp(path)
    text = path.read_text(encoding="utf-8", errors="replace") if written else ""
    _last[path] = written, kept(app, path.name, text, partial(_read, path))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("config-inited", _check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
