"""``claims.json`` and ``claims.csv``: every claim, in the order of the book.

The assessment is its text with the keys of its sources, as pandoc writes citations:
``[@karl2017fecal; @zhang2023glycemic]``, or ``@karl2017fecal`` as part of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx

from kb.claims.domain import domain_of
from kb.claims.model import CERTAINTIES, FIELDS, STRENGTHS, VERDICTS, Claim
from kb.claims.register_data import KINDS, Entry, entries
from kb.core.text import curly
from kb.data_files.heads import address, head
from kb.search.places import Words
from kb.sources.bibliography import DESIGNS
from kb.text_index.passages import settled
from kb.text_index.records import records_of

LISTS = (*(field.name for field in FIELDS if field.kind == "keys"), "sources")


class Keys(Words):
    """The words of the marks in a passage, with citations as keys."""

    def _cite(self, target: str) -> str:
        role, _, keys = target.partition(" ")
        listed = "; ".join(f"@{key.strip()}" for key in keys.split(","))
        return f"[{listed}]" if role == "p" else listed


def claims(app: Sphinx) -> list[dict[str, Any]]:
    """One record for each claim."""
    words = Keys(app.env, {})
    texts = {
        passage.anchor: passage.text
        for record in records_of(app.env).values()
        for passage in record.passages
    }
    return [
        _record(app, entry, settled(texts.get(entry.claim.anchor, ""), words))
        for entry in entries(app.env)
    ]


def _record(app: Sphinx, entry: Entry, assessment: str) -> dict[str, Any]:
    claim, register = entry.claim, domain_of(app.env).data["register"]
    return {
        "id": claim.anchor,
        "claim": claim.id,
        "chapter": entry.chapter,
        "chapter_title": entry.title,
        **dict(_fields(claim, assessment)),
        "sources": list(entry.sources),
        "kinds": dict(entry.kinds),
        "url": address(app, claim.docname, claim.anchor),
        "register_url": address(app, register, f"register-{claim.id.lower()}")
        if register
        else None,
    }


def _fields(claim: Claim, assessment: str) -> Iterator[tuple[str, object]]:
    """Name and value of each field that an author writes."""
    for field in FIELDS:
        value = assessment if field.name == "assessment" else claim.value(field)
        is_curly = field.kind in ("part", "text") and field.name != "assessment"
        yield field.attribute, curly(str(value)) if is_curly else value


def whole(app: Sphinx, found: list[dict[str, Any]]) -> dict[str, Any]:
    """The file: the records, and the words behind each slug."""
    kinds = {
        slug: {"name": kind.name, "designs": {d: DESIGNS[d] for d in kind.designs}}
        for slug, kind in KINDS.items()
    }
    return {
        **head(app, "claims", "claims"),
        "strengths": STRENGTHS,
        "verdicts": VERDICTS,
        "certainties": CERTAINTIES,
        "kinds": kinds,
        "claims": found,
    }


def rows(app: Sphinx, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records as rows: keys side by side in a cell, a column for each kind of study."""
    return [_row(record) for record in found]


def _row(record: dict[str, Any]) -> dict[str, Any]:
    plain = {
        name: " ".join(value) if name in LISTS else value
        for name, value in record.items()
        if name != "kinds"
    }
    return {
        **plain,
        **{f"{slug.replace('-', '_')}_sources": record["kinds"].get(slug, 0) for slug in KINDS},
    }
