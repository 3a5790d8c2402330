"""Rules and findings: the register of rules, and what exempts a line from one.

    @rule("KB041", "hype word", "words", "leave it out")
    def hype_word(book: Book) -> Iterator[Place]:
        yield Place(page.path, 12, "'crucial' sells")

A line is exempted by a comment above its paragraph, its directive or its entry:
``% check: KB041 off - reason`` for the first line below, and
``% check: KB041 off "vital signs" - reason`` for the line below that holds these words.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from checks.reading import Book

CODE = re.compile(r"KB\d{3}\Z")
OFF = re.compile(r"\s*% ?check:(.*)")
FORM = re.compile(
    r'\s*(?P<code>KB\d{3}) off(?:\s+"(?P<words>[^"]+)")?\s*(?:(?:[\u2013\u2014:]|--?)\s*(?P<reason>\S.*)?)?\Z'
)
BIBLIOGRAPHY = "docs/data/sources.bib"


@dataclass(frozen=True)
class Place:
    """Where a rule found something, and what; a cure of its own if that of the rule does not fit."""

    path: str
    line: int
    what: str
    cure: str = ""


@dataclass(frozen=True, order=True)
class Finding:
    """One line of the answer of a check; a notice is no fault."""

    path: str
    line: int
    code: str
    what: str
    cure: str
    is_notice: bool = False


@dataclass(frozen=True)
class Rule:
    """A rule: *run* yields the places of a book where it is broken."""

    code: str
    title: str
    group: str
    cure: str
    run: Callable[[Book], Iterable[Place]]
    is_notice: bool = False

    @property
    def doc(self) -> str:
        """What the rule means, for its page."""
        return inspect.getdoc(self.run) or ""


RULES: dict[str, Rule] = {}


def rule(
    code: str, title: str, group: str, cure: str, *, is_notice: bool = False
) -> Callable[[Callable[[Book], Iterable[Place]]], Callable[[Book], Iterable[Place]]]:
    """Enter a function into the register; raises ValueError where the code is malformed or taken."""
    if not CODE.match(code) or code in RULES:
        raise ValueError(f"{code} is taken, or not of the form KB001")

    def enter(run: Callable[[Book], Iterable[Place]]) -> Callable[[Book], Iterable[Place]]:
        RULES[code] = Rule(code, title, group, cure, run, is_notice)
        return run

    return enter


@dataclass
class Exemption:
    """A comment that takes one line out of one rule."""

    path: str
    line: int
    code: str
    lines: range
    words: str
    is_used: bool = False

    def takes(self, finding: Finding, lines: list[str]) -> bool:
        """Whether *finding* stands on the exempted line; if so, the exemption is used."""
        if (finding.path, finding.code) != (self.path, self.code) or finding.line not in self.lines:
            return False
        is_there = (
            self.words in lines[finding.line - 1]
            if self.words
            else finding.line == self.lines.start
        )
        self.is_used |= is_there
        return is_there


@dataclass(frozen=True)
class Text:
    """A file as exemptions see it: its lines, the numbers of those that are comments, and where directives end."""

    path: str
    lines: list[str]
    comments: Iterable[int]
    ends: dict[int, int]


def texts(book: Book) -> Iterator[Text]:
    """Yield all files that may hold exemptions."""
    for page in book.pages:
        yield Text(
            page.path,
            page.lines,
            page.comments,
            {directive.line: directive.end for directive in page.directives},
        )
    yield Text(BIBLIOGRAPHY, book.bib_lines, range(1, len(book.bib_lines) + 1), {})


def exemptions(text: Text) -> Iterator[Exemption | Place]:
    """Yield the exemptions of a file, and a place for each that is malformed."""
    for number in text.comments:
        if not (found := OFF.match(text.lines[number - 1])):
            continue
        match = FORM.match(found[1])
        if not match or not match["reason"]:
            missing = (
                "has no reason" if match else "is not of the form '% check: KB001 off - reason'"
            )
            yield Place(text.path, number, f"this exemption {missing}")
        if match:
            yield Exemption(
                text.path, number, match["code"], _below(text, number), match["words"] or ""
            )


def _below(text: Text, number: int) -> range:
    """The lines of what stands below line *number*: a directive, an entry, or a paragraph."""
    lines, first = text.lines, number + 1
    while first <= len(lines) and (
        not lines[first - 1].strip() or lines[first - 1].lstrip().startswith("%")
    ):
        first += 1
    last = first
    while last <= len(lines) and lines[last - 1].strip():
        last += 1
    return range(first, max(last, text.ends.get(first, 0)))


def check(book: Book, codes: Iterable[str] = ()) -> list[Finding]:
    """Run all rules, or those of *codes*, on *book*; return what is left after exemptions, sorted."""
    wanted = [RULES[code] for code in sorted(codes or RULES)]
    found = [
        Finding(
            place.path, place.line, rule.code, place.what, place.cure or rule.cure, rule.is_notice
        )
        for rule in wanted
        for place in rule.run(book)
    ]
    for text in texts(book):
        found = _exempted(text, found, {rule.code for rule in wanted})
    return sorted(set(found))


def _exempted(text: Text, found: list[Finding], ran: set[str]) -> list[Finding]:
    """*found* without what is exempted in a file, and with what is wrong with its exemptions."""
    noted = list(exemptions(text))
    offs = [item for item in noted if isinstance(item, Exemption)]
    left = [
        finding for finding in found if not any(item.takes(finding, text.lines) for item in offs)
    ]
    left += [_of("KB091", item) for item in noted if isinstance(item, Place) and "KB091" in ran]
    idle = [
        item
        for item in offs
        if not item.is_used and (item.code in ran or item.code not in RULES) and "KB092" in ran
    ]
    return left + [
        _of("KB092", Place(item.path, item.line, f"nothing to exempt from {item.code} here"))
        for item in idle
    ]


def _of(code: str, place: Place) -> Finding:
    return Finding(place.path, place.line, code, place.what, RULES[code].cure)


def unquoted(text: str) -> str:
    """*text* without what stands between double quotation marks: words of others."""
    return re.sub(r'"[^"\n]*"|\u201c[^\u201d\n]*\u201d', '""', text)
