"""The media types of the data files, and how each is written as bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kb.core.tables import harmless


@dataclass(frozen=True)
class MediaType:
    """The *name* that is registered for it, and the function that writes what a file holds."""

    name: str
    encode: Callable[[Any], bytes]


def as_json(whole: Any) -> bytes:
    """*whole* as JSON, its fields in the order in which they were made."""
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """The *rows* as a spreadsheet may open them: no cell is taken for a formula.

    The file begins with a byte order mark, without which Excel misreads µ.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else harmless(str(value))


JSON = MediaType("application/json", as_json)
JSON_LD = MediaType("application/ld+json", as_json)
CSV = MediaType("text/csv", as_csv)
TURTLE = MediaType("text/turtle", str.encode)
BIBTEX = MediaType("application/x-bibtex", str.encode)
