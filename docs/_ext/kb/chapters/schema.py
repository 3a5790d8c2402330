"""The schema of chapters: front matter, outline, and the line of dates under its title.

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
come one title with a scene or a question below it, *In plain words*, *What the article
claims, and what the evidence shows*, the story behind in sections of its own, *Limits of the
evidence*, *See also*: who reads one screen has met every verdict.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from itertools import pairwise

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.claims.domain import domain_of
from kb.core import dates
from kb.core.messages import is_prompt
from kb.core.page_info import PageInfo, info_of

logger = logging.getLogger(__name__)

CHAPTERS = "sections/"
PLAIN = "In plain words"
CLAIMS = "What the article claims, and what the evidence shows"
OPENING = (PLAIN, CLAIMS)
CLOSING = ("Limits of the evidence", "See also")
DATES = ("searched_to", "checked", "check_due")
"""In this order in time: the search comes first, the next check last."""
NOT_REVIEWED = "not yet reviewed by a clinician"


def front_matter_faults(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the faults of a chapter's front matter: missing fields, bad or disordered dates."""
    if not any(fields.get(name) for name in ("summary", *DATES)):
        yield (
            "the front matter is missing or unreadable; a chapter opens with '---', summary, "
            "checked, check_due and searched_to, and '---'; "
            "dates are days of the calendar, as in 2026-11-22"
        )
        return
    for name in ("summary", *DATES):
        if not fields.get(name):
            wanted = "a chapter has summary, checked, check_due and searched_to"
            yield f"front matter lacks {name!r}; {wanted}"
    yield from _summary_faults(fields.get("summary", "").strip())
    yield from _date_faults({name: fields[name] for name in DATES if fields.get(name)})


def _summary_faults(summary: str) -> Iterator[str]:
    if is_prompt(summary):
        cure = "write one sentence that says what the chapter finds in its place"
        yield f"a prompt is left in summary; {cure}"
    elif summary and not summary.endswith("."):
        yield "the summary is one sentence and ends with a full stop"


def _date_faults(given: dict[str, str]) -> Iterator[str]:
    found: dict[str, datetime.date] = {}
    for name, text in given.items():
        if (day := dates.parse(text)) is None:
            yield dates.not_a_date(name, text)
        else:
            found[name] = day
            if not 2000 <= day.year < 2100:
                yield f"{name} {text!r} is not a day of this century; correct the year"
    for earlier, later in pairwise(DATES):
        if earlier in found and later in found and found[earlier] > found[later]:
            what = f"{earlier} ({found[earlier]}) lies after {later} ({found[later]})"
            yield f"{what}; put the dates in order"


def outline_faults(titles: list[str], inner: list[str]) -> Iterator[str]:
    """Yield the faults of a chapter's outline: *titles* of level one, *inner* of level two."""
    if len(titles) != 1:
        yield f"a chapter has one title (a line '# Title'), this page has {len(titles)}"
    if tuple(inner[:2]) != OPENING:
        yield f"the first two sections must be {_listed(OPENING)}, in this order"
    if tuple(inner[-2:]) != CLOSING:
        yield f"the last two sections must be {_listed(CLOSING)}, in this order"
    if len(inner) < 5:
        yield (
            "between the opening and the closing sections the subject needs "
            "at least one section of its own"
        )


def _listed(titles: tuple[str, ...]) -> str:
    return " and ".join(f"'## {title}'" for title in titles)


def check(app: Sphinx, document: nodes.document) -> None:
    """Report where the chapter that was just read differs from the schema, and print its dates.

    Called by doctree-read.
    """
    docname = app.env.current_document.docname
    info = info_of(app.env, docname)
    if not docname.startswith(CHAPTERS):
        for fault in _date_faults(
            {name: info.fields[name] for name in DATES if info.fields.get(name)}
        ):
            logger.warning(fault, location=(docname, 1), type="chapter", subtype="front-matter")
        return
    top = [node for node in document if isinstance(node, nodes.section)]
    titles = [_title(node) for node in top]
    inner = [_title(node) for node in top[0] if isinstance(node, nodes.section)] if top else []
    line = (top[0].line or 1) if top else 1
    for fault in front_matter_faults(info.fields):
        logger.warning(fault, location=(docname, 1), type="chapter", subtype="front-matter")
    for fault in outline_faults(titles, inner):
        logger.warning(fault, location=(docname, line), type="chapter", subtype="outline")
    if top:
        top[0].insert(1, dates_line(info))


def _title(section: nodes.section) -> str:
    return section[0].astext().replace("’", "'")


def dates_line(info: PageInfo) -> nodes.paragraph:
    """'Last checked against its sources on November 22, 2026; ...', as far as known."""
    words = [
        (info.checked, "Last checked against its sources on {}"),
        (info.searched_to, "evidence searched to {}"),
        (info.check_due, "next check by {}"),
    ]
    parts = [form.format(dates.long_form(day)) for day, form in words if day]
    reviewed = f"reviewed by {info.reviewed_by}" if info.reviewed_by else NOT_REVIEWED
    text = "; ".join([*parts, reviewed])
    return nodes.paragraph("", f"{text}.", classes=["page-info", "no-links"])


def check_claims(app: Sphinx, env: BuildEnvironment) -> None:
    """Report chapters without claims, and claims outside of chapters (env-check-consistency)."""
    claims = domain_of(env).claims.values()
    for docname in sorted(name for name in env.found_docs if name.startswith(CHAPTERS)):
        if not any(claim.docname == docname for claim in claims):
            cure = "each chapter carries those of its part of the article"
            _warn_of_claims(f"the chapter states no claim; {cure}", (docname, 1))
    for claim in claims:
        if not claim.docname.startswith(CHAPTERS):
            cure = "move it to a page of docs/sections/"
            message = f"claim {claim.id} stands outside the chapters; {cure}"
            _warn_of_claims(message, (claim.docname, claim.line))


def _warn_of_claims(message: str, location: tuple[str, int]) -> None:
    logger.warning(message, location=location, type="chapter", subtype="claims")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.claims.domain")
    # After Sphinx has read the front matter (500).
    app.connect("doctree-read", check, priority=520)
    app.connect("env-check-consistency", check_claims)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
