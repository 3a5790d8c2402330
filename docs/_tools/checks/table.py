"""The answer of `make check`, printed: a table with the findings below each check, and annotations for GitHub."""

from __future__ import annotations

import itertools
import shutil
import sys
import textwrap
from collections.abc import Iterable

from checks.core import RULES, Finding
from checks.tools import CURES

NAME, RESULT, WHERE = 12, 11, 37
"""Widths of the columns; the last takes the rest."""
PAGES = "docs/authoring/checks"


def width() -> int:
    """The width of the terminal, between 80 and 100."""
    return max(80, min(100, shutil.get_terminal_size((100, 24)).columns))


def head() -> str:
    """The head of the table."""
    return f"{'check':<{NAME}}{'result':<{RESULT}}{'where':<{WHERE}}cure"


def row(name: str, found: list[Finding] | None) -> str:
    """The line of a check; without findings (None) it could not be made."""
    if found is None:
        return f"{name:<{NAME}}not checked"
    result = _result(found)
    if not found:
        return f"{name:<{NAME}}{result}"
    return f"{name:<{NAME}}{result:<{RESULT}}{_where(found):<{WHERE}}{_cure(name, found)}".rstrip()


def _result(found: list[Finding]) -> str:
    faults = sum(not finding.is_notice for finding in found)
    if faults:
        return f"{faults} fault{'s' if faults > 1 else ''}"
    return f"{len(found)} notice{'s' if len(found) > 1 else ''}" if found else "ok"


def _where(found: list[Finding]) -> str:
    paths = sorted({finding.path for finding in found})
    first = found[0]
    place = f"{first.path}:{first.line}" if first.path else "see below"
    text = (
        place
        if len(found) == 1
        else f"{len(found)} places in {len(paths)} file{'s' if len(paths) > 1 else ''}"
    )
    return text if len(text) < WHERE else f"\u2026{text[-(WHERE - 2) :]}"


def _cure(name: str, found: list[Finding]) -> str:
    codes = sorted({finding.code for finding in found})
    if name in CURES:
        return CURES[name][0]
    return f"page {codes[0].lower()}.md" if len(codes) == 1 else f"pages of {len(codes)} codes"


def listing(found: list[Finding]) -> Iterable[str]:
    """The findings, a line or two for each, and below those that share it the cure."""
    for (_, cure), findings in itertools.groupby(
        found, lambda finding: (finding.code, finding.cure)
    ):
        for finding in findings:
            place = f"{finding.path}:{finding.line}: " if finding.path else ""
            code = "" if finding.code in CURES else f"{finding.code} "
            yield from _wrapped(f"{place}{code}{finding.what}", 2, 6)
        yield from _wrapped(f"cure: {cure}", 6, 12)


def _wrapped(text: str, indent: int, hang: int) -> list[str]:
    return textwrap.wrap(
        text,
        width(),
        initial_indent=" " * indent,
        subsequent_indent=" " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )


def foot(answers: dict[str, list[Finding]]) -> str:
    """The last line: how many checks, how many with faults."""
    broken = sum(any(not finding.is_notice for finding in found) for found in answers.values())
    if not broken:
        return f"{len(answers)} checks, no fault"
    has_codes = any(finding.code in RULES for found in answers.values() for finding in found)
    pages = f"; each code has its page in {PAGES}/" if has_codes else ""
    return f"{len(answers)} checks, {broken} with faults{pages}"


def colored(text: str, found: list[Finding]) -> str:
    """*text* in red, yellow or as it is, on a terminal."""
    if not sys.stdout.isatty() or not found:
        return text
    color = 33 if all(finding.is_notice for finding in found) else 31
    return f"\x1b[{color}m{text}\x1b[0m"


def annotation(finding: Finding) -> str:
    """The workflow command that puts *finding* beside its line on GitHub.

    Escaped as GitHub's toolkit does it (``@actions/core``, command.ts): percent signs and
    line ends everywhere, in properties colons and commas too.
    """
    properties = {
        "file": finding.path,
        "line": str(finding.line) if finding.path and finding.line else "",
        "title": finding.code,
    }
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    kind = "notice" if finding.is_notice else "error"
    return f"::{kind} {given}::{_data(f'{finding.what} - {finding.cure}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
