"""The front matter of each page, which Sphinx keeps, as one record for everybody: ``info_of``.

A chapter opens with ``summary``, ``searched_to``, ``checked``, ``check_due``, and
``reviewed_by`` once somebody has reviewed it; other pages have a summary or nothing.  A date
that is not one, or a prompt that nobody has answered, counts as not given: the schema of
chapters reports them (``kb.chapters.schema``), and readers see neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sphinx.environment import BuildEnvironment

from kb.core import dates
from kb.core.messages import is_prompt


@dataclass(frozen=True)
class PageInfo:
    """What a page says of itself; each text is ``""`` where it says nothing.

    Dates are of the form 2026-11-22.  *fields* holds every field as it was written, unchecked.
    """

    summary: str = ""
    searched_to: str = ""
    checked: str = ""
    check_due: str = ""
    reviewed_by: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> PageInfo:
        """The record of what Sphinx found in the front matter of a page."""
        # MyST keeps the anchors of headings there as well, as a table.
        fields = {str(k): str(v) for k, v in metadata.items() if isinstance(v, (str, int))}
        summary = " ".join(fields.get("summary", "").split())
        return cls(
            summary="" if is_prompt(summary) else summary,
            searched_to=dates.iso(fields.get("searched_to")),
            checked=dates.iso(fields.get("checked")),
            check_due=dates.iso(fields.get("check_due")),
            reviewed_by=fields.get("reviewed_by", ""),
            fields=fields,
        )


def info_of(env: BuildEnvironment, docname: str) -> PageInfo:
    """The front matter of a page; that of a page that is not a document is empty."""
    return PageInfo.of(env.metadata.get(docname, {}))


def newest_dates(env: BuildEnvironment) -> tuple[str, str]:
    """The newest ``checked`` and the newest ``searched_to`` of all pages; ``""`` for none."""
    infos = [info_of(env, docname) for docname in env.found_docs]
    return (
        dates.newest(info.checked for info in infos),
        dates.newest(info.searched_to for info in infos),
    )
