"""The report of what was asked of others: counts and a table in markdown, and an exit code.

``make check-sources`` and ``make linkcheck`` have the same three outcomes, and a weekly workflow
reads both reports.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

CLEAR, FLAGGED, OPEN = "clear", "flagged", "could not tell"
Row = tuple[str, ...]
"""An outcome, and a cell for each further column."""


def deliver(what: str, columns: Row, rows: Sequence[Row], file: Path | None) -> int:
    """Print the report, and write it into *file* if there is one; return the exit code.

    The code is 1 if anything is flagged, else 2 if anything could not be told, else 0.
    """
    text = table(what, columns, rows)
    print(text, end="")
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    outcomes = {row[0] for row in rows}
    return 1 if FLAGGED in outcomes else 2 if OPEN in outcomes else 0


def table(what: str, columns: Row, rows: Sequence[Row]) -> str:
    """Markdown: the counts, then what is flagged, then what could not be told."""
    counts = Counter(row[0] for row in rows)
    told = ", ".join(f"{word}: {counts[word]}" for word in (CLEAR, FLAGGED, OPEN))
    lines = [f"{what}: {len(rows)}; {told}."]
    shown = [row for word in (FLAGGED, OPEN) for row in rows if row[0] == word]
    if shown:
        lines += ["", _line("Outcome", *columns), "|" + "---|" * (len(columns) + 1)]
        lines += [_line(*map(cell, row)) for row in shown]
    return "\n".join(lines) + "\n"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def cell(text: str) -> str:
    """*text* of others, as a cell of a table that runs nothing and calls nobody."""
    plain = html.escape(" ".join(text.split()), quote=False)
    return plain.replace("|", "\\|").replace("@", "&#64;")
