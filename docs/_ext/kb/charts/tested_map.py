"""What has been tested in cells, animals and people: ``{tested-map}``.

From ``docs/data/tested.csv``, one question a row::

    question,claim,cells,cells_sources,animals,animals_sources,people,people_sources
    Does K2 ease anxiety?,G3,none,,seen,gancheva2016vitamin,untested,

Each of the three has a word of the list below, and the keys of the sources behind it, separated
by commas; what was not tested, or cannot be asked of cells, has none.  ``claim`` is the claim that
weighs the answer.

Emits a figure, one row for each question and one mark for each answer, and the same in words as
a table, with the sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.charts import svg
from kb.charts.data_chart import DataChart
from kb.charts.facts import chart, facts
from kb.claims.register import table, text
from kb.core.messages import not_in_list
from kb.core.tables import Fault, Row, read_rows
from kb.core.text import split_list
from kb.sources.bibliography import source_faults

SYSTEMS = {"cells": "Cells", "animals": "Animals", "people": "People"}
COLUMNS = ["question", "claim"]
COLUMNS += [column for system in SYSTEMS for column in (system, f"{system}_sources")]
ANSWERS = {
    "seen": ("●", "Effect seen"),
    "mixed": ("◐", "Mixed"),
    "not-seen": ("○", "No effect seen"),
    "untested": ("–", "Not tested"),
    "none": ("", "Cannot be asked"),
}
"""What a test came to: its sign in the table, and its words."""
WITHOUT = ("untested", "none")
"""Answers that have no source."""
PLACES = dict(zip(SYSTEMS, (272, 340, 408), strict=True))
"""Where the marks of a column stand."""
ROOM, TOP, STEP, RADIUS = 234, 92, 17, 9
CAPTION = (
    "Has anybody looked? An effect seen means that at least one study that tested the question saw "
    "it, however small or early; mixed, that studies differ or that the one study cannot tell; "
    "not tested, that our searches met no such study. No mark: the question cannot be asked there."
)


@dataclass(frozen=True)
class Tested:
    """One checked row: a question, its claim, and by system the answer and its sources."""

    question: str
    claim: str
    answers: dict[str, tuple[str, tuple[str, ...]]]


def read_tested(path: Path, usable: frozenset[str]) -> list[Tested]:
    """Read and check *path* against the *usable* keys of sources.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """
    rows = read_rows(path, COLUMNS, lambda rows: _faults(rows, usable))
    return [_tested(row) for _, row in rows]


def _tested(row: dict[str, str]) -> Tested:
    answers = {system: (row[system], split_list(row[f"{system}_sources"])) for system in SYSTEMS}
    return Tested(row["question"], row["claim"], answers)


def _faults(rows: list[Row], usable: frozenset[str]) -> Iterator[Fault]:
    for line, row in rows:
        if not row["question"].endswith("?"):
            yield line, f"question {row['question']!r} has no question mark at its end"
        for system in SYSTEMS:
            for what in _answer_faults(system, row, usable):
                yield line, what


def _answer_faults(system: str, row: dict[str, str], usable: frozenset[str]) -> Iterator[str]:
    answer, keys = row[system], split_list(row[f"{system}_sources"])
    if answer not in ANSWERS:
        yield f"{system} {not_in_list(answer, ANSWERS)}"
    elif answer in WITHOUT and keys:
        yield f"{system} is {answer!r} and has sources; take them out, or say what they saw"
    elif answer not in WITHOUT and not keys:
        yield f"{system} is {answer!r} without a source; name what was seen where"
    yield from source_faults(keys, usable)


def draw(rows: list[Tested]) -> str:
    """Return the questions and their marks as an SVG document."""
    body, y = [*_legend(), *_heads()], float(TOP)
    for one in rows:
        lines = svg.wrapped(one.question, ROOM, 14)
        height = STEP * max(2, len(lines)) + 10
        body.append(svg.line(0, y, svg.WIDTH, y, "k-grid"))
        middle = y + height / 2
        first = middle + 5 - STEP / 2 * (len(lines) - 1)
        body += svg.paragraph(0, first, lines, size=14)
        for system, (answer, _) in one.answers.items():
            body += _mark(answer, PLACES[system], middle)
        y += height
    return svg.drawing(body, y)


def _legend() -> Iterator[str]:
    for index, answer in enumerate(answer for answer in ANSWERS if answer != "none"):
        x, y = 10 + 200 * (index % 2), 12 + 26 * (index // 2)
        yield from _mark(answer, x, y)
        yield svg.text(x + 17, y + 5, ANSWERS[answer][1])


def _heads() -> Iterator[str]:
    for system, words in SYSTEMS.items():
        place = {"text_anchor": "middle"}
        yield svg.text(PLACES[system], TOP - 12, words, "k-muted k-bold", **place)


def _mark(answer: str, x: float, y: float) -> Iterator[str]:
    """A disk, half a disk in a ring, a ring, a dash, or nothing."""
    if answer == "seen":
        yield svg.mark("circle", x, y, RADIUS, "k-accent-fill")
    elif answer in ("mixed", "not-seen"):
        yield svg.mark("circle", x, y, RADIUS - 1.25, "k-ring")
    elif answer == "untested":
        yield svg.line(x - 6, y, x + 6, y, "k-line")
    if answer == "mixed":
        top, radius = svg.number(y - RADIUS + 1), svg.number(RADIUS - 1)
        arc = f"a{radius} {radius} 0 0 0 0 {svg.number(2 * RADIUS - 2)} Z"
        yield f'<path class="k-accent-fill" d="M{svg.number(x)} {top} {arc}"/>'


def describe(rows: list[Tested]) -> str:
    """The picture in words."""
    told = (
        f"{one.question} {'; '.join(_said(*pair) for pair in one.answers.items())}" for one in rows
    )
    return f"Tests in cells, in animals and in people. {'. '.join(told)}."


def _said(system: str, answer: tuple[str, tuple[str, ...]]) -> str:
    return f"{SYSTEMS[system].lower()}, {ANSWERS[answer[0]][1].lower()}"


class TestedMapDirective(DataChart):
    """``{tested-map}``: see the module."""

    file = "data/tested.csv"

    def run(self) -> list[nodes.Node]:
        found = self.rows(read_tested)
        figure = self.figure(draw(found), describe(found), CAPTION)
        head = [text(words) for words in ("Question", "What was found")]
        rows = [self._row(one) for one in found]
        whole = table(head, rows, [38, 62], "What was tested", classes=["tested-table", "no-links"])
        self.set_source_info(whole)
        return [chart(figure, facts("The same in words, with the sources", whole))]

    def _row(self, one: Tested) -> list[nodes.Node]:
        asked, _ = self.parse_inline("{claim}`%s`" % one.claim, lineno=self.lineno)
        question = nodes.entry(
            "", nodes.paragraph("", f"{one.question} (", *asked, nodes.Text(")"))
        )
        lines = [self._line(system, *answer) for system, answer in one.answers.items()]
        return [question, nodes.entry("", *lines)]

    def _line(self, system: str, answer: str, keys: tuple[str, ...]) -> nodes.paragraph:
        sign, words = ANSWERS[answer]
        line = nodes.paragraph("", "", nodes.strong("", f"{SYSTEMS[system]}:"))
        line += nodes.Text(f" {sign} {words.lower()} " if sign else f" {words.lower()}")
        if keys:
            cited, _ = self.parse_inline("{cite:p}`%s`" % ",".join(keys), lineno=self.lineno)
            line += cited
        return line


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.claims.domain")
    app.setup_extension("kb.core.drawn")
    app.setup_extension("kb.sources.bibliography")
    app.add_directive("tested-map", TestedMapDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
