"""The story in years: ``{timeline}``, from ``docs/data/timeline.csv``.

::

    year,event,kind,source_key
    1997,Mice that lack one protein of vitamin K die of calcified arteries,finding,luo1997mgp

An event is one short sentence without a full stop, and holds only what the record of its source
says.  ``kind`` is a word of the list below.  Rows stand in the order of the years.

Emits a figure whose text alternative is the whole list, and a line with the source of each year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.charts import svg
from kb.charts.data_chart import DataChart
from kb.charts.facts import chart
from kb.core.messages import not_in_list
from kb.core.tables import Fault, Row, read_rows
from kb.sources.bibliography import source_faults

COLUMNS = ["year", "event", "kind", "source_key"]
KINDS = {
    "finding": ("Observed", "circle", "k-accent-fill", 7.0),
    "trial": ("Tried in people", "diamond", "k-accent2-fill", 7.0),
    "ruling": ("Ruled", "square", "k-muted-fill", 7.0),
    "withdrawn": ("Withdrawn", "triangle", "k-warn-fill", 7.5),
}
"""What an event is: its word, and the shape, class and radius of its mark."""
YEAR = re.compile(r"(19|20)[0-9]{2}\Z")
LONGEST = 110
"""Signs of an event; the picture has three lines for it on a phone."""
AXIS, LEFT, TOP, STEP = 64, 84, 70, 18
CAPTION = "Vitamin K2 through the years: what was observed, tried, ruled and withdrawn."


@dataclass(frozen=True)
class Event:
    """One checked row: what happened in a year, and the key of the source that says so."""

    year: int
    words: str
    kind: str
    source: str


def read_events(path: Path, usable: frozenset[str]) -> list[Event]:
    """Read and check *path* against the *usable* keys of sources.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """
    rows = read_rows(path, COLUMNS, lambda rows: _faults(rows, usable))
    return [
        Event(int(row["year"]), row["event"], row["kind"], row["source_key"]) for _, row in rows
    ]


def _faults(rows: list[Row], usable: frozenset[str]) -> Iterator[Fault]:
    for line, row in rows:
        for what in _row_faults(row, usable):
            yield line, what
    for (_, before), (line, row) in pairwise(rows):
        if row["year"] < before["year"]:
            yield line, f"year {row['year']!r} stands after {before['year']!r}; sort the rows"


def _row_faults(row: dict[str, str], usable: frozenset[str]) -> Iterator[str]:
    if not YEAR.match(row["year"]):
        yield f"year {row['year']!r} is not a year of four digits"
    if not 0 < len(row["event"]) <= LONGEST or row["event"].endswith("."):
        yield f"event is one sentence of at most {LONGEST} signs, without a full stop"
    if (kind := row["kind"]) not in KINDS:
        yield f"kind {not_in_list(kind, KINDS)}"
    yield from source_faults([row["source_key"]], usable)


def draw(events: list[Event]) -> str:
    """Return the events, the oldest on top, as an SVG document."""
    body, y, before = list[str](), float(TOP), 0
    for event in events:
        # A long silence is a longer way, up to a line and a half.
        gap = min(27, 2 * (event.year - before - 1)) if before and event.year > before else 0
        if gap:
            body.append(svg.line(AXIS, y - 18, AXIS, y + gap - 6, "k-line k-thin k-fine-dash"))
        y += gap
        body += _event(y, event, is_first=event.year != before)
        y += STEP * len(_lines(event)) + 12
        before = event.year
    return svg.drawing([*_legend(), *body], y - 14)


def _lines(event: Event) -> list[str]:
    return svg.wrapped(event.words, svg.WIDTH - LEFT)


def _event(y: float, event: Event, is_first: bool) -> Iterator[str]:
    """An event whose first line stands on *y*; a year is printed once."""
    lines = _lines(event)
    _, shape, color, radius = KINDS[event.kind]
    yield svg.line(AXIS, y - 5, AXIS, y + STEP * len(lines) + 3, "k-line k-thin")
    if is_first:
        yield svg.text(0, y, str(event.year), "k-ink k-bold", font_size="17")
    yield svg.mark(shape, AXIS, y - 5, radius, color)
    yield from svg.paragraph(LEFT, y, lines)


def _legend() -> Iterator[str]:
    for index, (words, shape, color, radius) in enumerate(KINDS.values()):
        x, y = (AXIS, LEFT + 176)[index % 2], 12 + 24 * (index // 2)
        yield svg.mark(shape, x, y, radius, color)
        yield svg.text(x + LEFT - AXIS, y + 5, words, "k-muted")


def describe(events: list[Event]) -> str:
    """The whole list in words."""
    told = (f"{event.year}, {KINDS[event.kind][0].lower()}: {event.words}" for event in events)
    return f"Vitamin K2 through the years. {'. '.join(told)}."


class TimelineDirective(DataChart):
    """``{timeline}``: see the module."""

    file = "data/timeline.csv"

    def run(self) -> list[nodes.Node]:
        events = self.rows(read_events)
        figure = self.figure(draw(events), describe(events), CAPTION)
        return [chart(figure, self._sources(events))]

    def _sources(self, events: list[Event]) -> nodes.paragraph:
        line = nodes.paragraph("", "", nodes.strong("", "Sources."), classes=["chart-sources"])
        for event in events:
            cited, _ = self.parse_inline("{cite:alp}`%s`" % event.source, lineno=self.lineno)
            end = ";" if event is not events[-1] else "."
            line += [nodes.Text(f" {event.year}: "), *cited, nodes.Text(end)]
        return line


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.core.drawn")
    app.setup_extension("kb.sources.bibliography")
    app.add_directive("timeline", TimelineDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
