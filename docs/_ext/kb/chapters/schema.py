"""The contract of a chapter: front matter, outline, and the line of dates under its title.

A chapter (a page of ``docs/sections/``) opens with::

    ---
    summary: One sentence.
    checked: 2026-11-22
    check_due: 2027-11-22
    searched_to: 2026-11-22
    ---

``checked`` is the day on which the editors last compared every sentence with its
sources, ``searched_to`` the last day of the search for evidence.  ``reviewed_by``
names a clinician who has reviewed the page, and is left out until one has.  Then
come one title, *In plain words*, the subject in sections of its own, *What the
article claims, and what the evidence shows*, *Limits of the evidence*, *See also*.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.claims.domain import domain_of
from kb.core.messages import did_you_mean, is_prompt

logger = logging.getLogger(__name__)

CHAPTERS = "sections/"
OPENING = "In plain words"
CLOSING = (
    "What the article claims, and what the evidence shows",
    "Limits of the evidence",
    "See also",
)
DATES = ("searched_to", "checked", "check_due")
"""In this order in time: the search comes first, the next check last."""
FIELDS = ("summary", *DATES, "reviewed_by", "orphan", "tocdepth")


def front_matter_faults(fields: dict[str, Any]) -> Iterator[str]:
    """Yield the faults of a chapter's front matter: missing fields, bad or disordered dates."""
    if not any(fields.get(name) for name in ("summary", *DATES)):
        yield (
            "the front matter is missing or unreadable; a chapter opens with '---', summary, checked, check_due and "
            "searched_to, and '---'; dates are days of the calendar, as in 2026-11-22"
        )
        return
    for name in ("summary", *DATES):
        if not fields.get(name):
            yield f"front matter lacks {name!r}; a chapter has summary, checked, check_due and searched_to"
    summary = str(fields.get("summary", "")).strip()
    if is_prompt(summary):
        yield "a prompt is left in summary; write one sentence that says what the chapter finds in its place"
    elif summary and not summary.endswith("."):
        yield "the summary is one sentence and ends with a full stop"
    for name in sorted(set(map(str, fields)) - set(FIELDS)):
        if nearest := did_you_mean(name, FIELDS):
            yield f"the field {name!r} is not known{nearest}"
    dates: dict[str, datetime.date] = {}
    for name in DATES:
        if value := fields.get(name):
            try:
                dates[name] = _day(str(value))
            except ValueError:
                yield f"{name} {str(value)!r} is not a date; write year, month and day, as in 2026-11-22"
                continue
            if not 2000 <= dates[name].year < 2100:
                yield f"{name} {str(value)!r} is not a day of this century; correct the year"
    for earlier, later in pairwise(DATES):
        if earlier in dates and later in dates and dates[earlier] > dates[later]:
            yield f"{earlier} ({dates[earlier]}) lies after {later} ({dates[later]}); put the dates in order"


def _day(text: str) -> datetime.date:
    """The day that *text* writes as year, month and day; weeks and bare digits are refused, though ISO knows them."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return datetime.date.fromisoformat(text)


def outline_faults(titles: list[str], inner: list[str]) -> Iterator[str]:
    """Yield the faults of a chapter's outline: *titles* of level one, *inner* of level two."""
    if len(titles) != 1:
        yield f"a chapter has one title (a line '# Title'), this page has {len(titles)}"
    if not inner or inner[0] != OPENING:
        yield f"the first section must be '## {OPENING}'"
    if tuple(inner[-3:]) != CLOSING:
        wanted = ", ".join(f"'## {title}'" for title in CLOSING)
        yield f"the last three sections must be {wanted}, in this order"
    if len(inner) < 5:
        yield "between the opening and the closing sections the subject needs at least one section of its own"


def check(app: Sphinx, document: nodes.document) -> None:
    """Hold the chapter that was just read to the contract, and print its dates under the title."""
    env = app.env
    docname = env.current_document.docname
    if not docname.startswith(CHAPTERS):
        return
    fields = env.metadata.get(docname, {})
    top = [node for node in document if isinstance(node, nodes.section)]
    titles = [_title(node) for node in top]
    inner = [_title(node) for node in top[0] if isinstance(node, nodes.section)] if top else []
    line = (top[0].line or 1) if top else 1
    for fault in front_matter_faults(fields):
        logger.warning(fault, location=(docname, 1), type="contract", subtype="front-matter")
    for fault in outline_faults(titles, inner):
        logger.warning(fault, location=(docname, line), type="contract", subtype="outline")
    if top:
        top[0].insert(1, dates_line(fields))


def _title(section: nodes.section) -> str:
    return section[0].astext().replace("’", "'")


def dates_line(fields: dict[str, Any]) -> nodes.paragraph:
    """'Last checked against its sources on 22 November 2026, next check by ...', as far as known."""
    words = [
        (fields.get("checked"), "Last checked against its sources on {}"),
        (fields.get("searched_to"), "evidence searched to {}"),
        (fields.get("check_due"), "next check by {}"),
    ]
    parts = [form.format(long_date(str(value))) for value, form in words if value]
    reviewer = fields.get("reviewed_by")
    parts.append(f"reviewed by {reviewer}" if reviewer else "not yet reviewed by a clinician")
    return nodes.paragraph("", "; ".join(parts) + ".", classes=["page-info", "no-links"])


def long_date(iso: str) -> str:
    """``2026-11-22`` as 'November 22, 2026'; other text as it is."""
    try:
        day = datetime.date.fromisoformat(iso)
    except ValueError:
        return iso
    months = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    return f"{months[day.month - 1]} {day.day}, {day.year}"


def check_claims(app: Sphinx, env: BuildEnvironment) -> None:
    """Every chapter carries claims, and every claim stands in a chapter."""
    claims = domain_of(env).claims.values()
    for docname in sorted(name for name in env.found_docs if name.startswith(CHAPTERS)):
        if not any(claim.docname == docname for claim in claims):
            message = (
                "the chapter states no claim; each chapter carries those of its part of the article"
            )
            logger.warning(message, location=(docname, 1), type="contract", subtype="claims")
    for claim in claims:
        if not claim.docname.startswith(CHAPTERS):
            message = (
                f"claim {claim.id} stands outside the chapters; move it to a page of docs/sections/"
            )
            logger.warning(
                message, location=(claim.docname, claim.line), type="contract", subtype="claims"
            )


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.claims.domain")
    app.connect("doctree-read", check, priority=500)
    app.connect("env-check-consistency", check_claims)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
