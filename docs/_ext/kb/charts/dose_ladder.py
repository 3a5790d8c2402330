"""What was seen at each dose: ``{dose-ladder}``, from ``docs/data/doses.csv``.

::

    ug_per_day,ug_to,per,form,who,what_happened,kind,source_key,note
    10,,day,MK-7,healthy volunteers,the INR fell,harm on a drug,theuwissen2013anticoagulant,
    100,200,day,K1,"626 people, watched",no different,no change seen,pharmacotherapy2013lowdose,

``ug_per_day`` is the dose in micrograms, and ``ug_to`` the end of a range or empty.  ``per`` says
of what it is the dose; rows that are not per ``day`` stand in the table and not in the picture.
``kind`` is a word of the list below.

Emits a figure, one lane for each kind of result and one mark for each row, on a logarithmic
scale from 1 µg to 100 mg, and a table of all rows, each citing its source.
"""

from __future__ import annotations

import math
import re
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
from kb.sources.bibliography import source_faults

COLUMNS = ["ug_per_day", "ug_to", "per", "form", "who", "what_happened", "kind"]
COLUMNS += ["source_key", "note"]
KINDS = {
    "harm on a drug": "Upset a drug against clots",
    "benefit reported": "A gain was reported",
    "mixed": "Mixed",
    "unclear": "Unclear",
    "no change seen": "No change was seen",
    "marker only": "A marker moved",
    "blood level": "Level in the blood",
    "benefit in animals": "A gain in animals",
    "usual intake": "Usual intake",
    "official value": "Official values",
    "food": "What a food held",
    "running": "Still running",
}
"""What was seen, in the order of the lanes, and how readers see it."""
FORMS = (("MK-7", "circle"), ("MK-4", "square"), ("K1", "triangle"), ("Other", "diamond"))
"""The forms that the marks tell apart, and their shapes; all K2, or all vitamin K, is 'Other'."""
DAY = "day"
FIRST, LAST, LEFT, RIGHT, TOP = 0, 5, 158, 14, 76
"""Decades of the scale, 1 µg to 100 mg, and its place."""
RADIUS, STACK, PAD = 5.5, 13, 7
TICKS = ("1 µg", "10", "100", "1 mg", "10", "100")
NUMBER = re.compile(r"\A[0-9]+(\.[0-9]+)?\Z")
CAPTION = (
    "What was seen at each daily dose. Each step to the right is ten times as much; a mark is one "
    "study or official value, and a bar is a range. The forms differ: what holds for one of them "
    "need not hold for another."
)


@dataclass(frozen=True)
class Dose:
    """One checked row: a dose in micrograms, to the end of a range, and what was seen."""

    ug: float
    to: float
    per: str
    form: str
    who: str
    seen: str
    kind: str
    source: str
    note: str

    @property
    def shape(self) -> str:
        """The shape of its mark."""
        return next((shape for form, shape in FORMS if self.form.startswith(form)), "diamond")

    @property
    def printed(self) -> str:
        """The dose as readers see it: '45,000 µg (45 mg)', '100 to 200 µg per 100 g of food'."""
        low, high = f"{self.ug:,g}", f" to {self.to:,g}" if self.to > self.ug else ""
        milli = f" ({self.ug / 1000:g} mg)" if self.ug >= 1000 and not high else ""
        unit = "" if self.per == DAY else ", one dose" if "dose" in self.per else f" per {self.per}"
        return f"{low}{high} µg{milli}{unit}"


def read_doses(path: Path, usable: frozenset[str]) -> list[Dose]:
    """Read and check *path* against the *usable* keys of sources, smallest daily dose first.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """
    rows = read_rows(path, COLUMNS, lambda rows: _faults(rows, usable), COLUMNS[:2])
    doses = [_dose(row) for _, row in rows]
    return sorted(doses, key=lambda dose: (dose.per != DAY, dose.per, dose.ug, dose.to))


def _dose(row: dict[str, str]) -> Dose:
    low, high, *words = (row[column].strip() for column in COLUMNS)
    return Dose(float(low), float(high or low), *words)


def _faults(rows: list[Row], usable: frozenset[str]) -> Iterator[Fault]:
    for line, row in rows:
        for what in (*_word_faults(row, usable), *_number_faults(row)):
            yield line, what


def _word_faults(row: dict[str, str], usable: frozenset[str]) -> Iterator[str]:
    for column in ("per", "form", "who", "what_happened"):
        if not row[column].strip():
            yield f"column {column!r} is empty"
    if (kind := row["kind"]) not in KINDS:
        yield f"kind {not_in_list(kind, KINDS)}"
    yield from source_faults([row["source_key"]], usable)


def _number_faults(row: dict[str, str]) -> Iterator[str]:
    low, high = row["ug_per_day"].strip(), row["ug_to"].strip()
    given = {"ug_per_day": low, **({"ug_to": high} if high else {})}
    wrong = {name: value for name, value in given.items() if not NUMBER.match(value)}
    for name, value in wrong.items():
        yield f"{name} {value!r} is not a number; write micrograms with a decimal point"
    if wrong:
        return
    if high and float(high) <= float(low):
        yield f"ug_to {high!r} is not more than ug_per_day {low!r}; leave it empty for one dose"
    for name, value in given.items():
        if row["per"].strip() == DAY and not 1 <= float(value) <= 10**LAST:
            yield f"{name} {value!r} is off the scale of 1 µg to 100 mg; look at the unit"


def x_of(ug: float) -> float:
    """The place of a dose on the scale."""
    return LEFT + math.log10(ug) / (LAST - FIRST) * (svg.WIDTH - RIGHT - LEFT)


def lanes_of(doses: list[Dose]) -> list[tuple[str, list[list[Dose]]]]:
    """The daily doses by kind, each kind as rows in which no two marks touch."""
    lanes = []
    for kind in KINDS:
        rows: list[list[Dose]] = []
        for dose in (one for one in doses if one.kind == kind and one.per == DAY):
            free = (row for row in rows if x_of(row[-1].to) + 2 * RADIUS + 1.5 <= x_of(dose.ug))
            if (row := next(free, None)) is None:
                rows.append(row := [])
            row.append(dose)
        if rows:
            lanes.append((kind, rows))
    return lanes


def draw(doses: list[Dose]) -> str:
    """Return the lanes as an SVG document."""
    lanes, y = lanes_of(doses), float(TOP)
    body = list[str]()
    for kind, rows in lanes:
        words = svg.wrapped(KINDS[kind], LEFT - 18, 14)
        height = max(STACK * len(rows), 17 * len(words)) + 2 * PAD - 1
        body += _lane(y, height, kind, rows)
        y += height
    return svg.drawing([*_legend(), *_scale(y), *body], y + 2)


def _legend() -> Iterator[str]:
    for index, (form, shape) in enumerate(FORMS):
        x = LEFT + 70 * index
        yield svg.mark(shape, x + 6, 12, RADIUS, "k-accent-fill")
        yield svg.text(x + 17, 17, form)
    yield svg.text(0, 17, "Form of vitamin K", "k-muted")
    yield svg.text(0, TOP - 18, "Dose in a day", "k-muted")


def _scale(bottom: float) -> Iterator[str]:
    for decade, words in zip(range(FIRST, LAST + 1), TICKS, strict=True):
        x = x_of(10.0**decade)
        yield svg.line(x, TOP - 10, x, bottom, "k-grid")
        yield svg.text(x, TOP - 18, words, "k-muted", text_anchor="middle", font_size="13")


def _lane(y: float, height: float, kind: str, rows: list[list[Dose]]) -> Iterator[str]:
    warns = kind == "harm on a drug"
    yield svg.line(0, y, svg.WIDTH, y, "k-grid")
    lines = svg.wrapped(KINDS[kind], LEFT - 18, 14)
    first = y + height / 2 + 5 - 8.4 * (len(lines) - 1)
    ink = "k-warn-ink k-bold" if warns else "k-ink"
    yield from svg.paragraph(0, first, lines, ink, 14)
    for index, row in enumerate(rows):
        for dose in row:
            at = y + height / 2 + STACK * (index + 0.5 - len(rows) / 2)
            yield from _mark(dose, at, "k-warn" if warns else "k-accent")


def _mark(dose: Dose, y: float, color: str) -> Iterator[str]:
    if dose.to > dose.ug:
        yield svg.box(x_of(dose.ug), y - 2, x_of(dose.to) - x_of(dose.ug), 4, f"{color}-fill", 2)
    yield svg.mark(dose.shape, x_of(dose.ug), y, RADIUS, f"{color}-fill")


def describe(doses: list[Dose]) -> str:
    """The picture in words: the range of daily doses of each kind."""
    parts = []
    for kind, rows in lanes_of(doses):
        found = [dose for row in rows for dose in row]
        low, high = min(dose.ug for dose in found), max(dose.to for dose in found)
        count = "one row" if len(found) == 1 else f"{len(found)} rows"
        doses_of = f"{low:,g}" if low == high else f"{low:,g} to {high:,g}"
        parts.append(f"{KINDS[kind].lower()}, {count}, {doses_of} µg")
    return f"Daily doses of vitamin K by what was seen: {'; '.join(parts)}. The table has each row."


class DoseLadderDirective(DataChart):
    """``{dose-ladder}``: see the module."""

    file = "data/doses.csv"

    def run(self) -> list[nodes.Node]:
        doses = self.rows(read_doses)
        figure = self.figure(draw(doses), describe(doses), CAPTION)
        head = [text(words) for words in ("Dose, form and who", "What was seen")]
        rows = [self._row(dose) for dose in doses]
        whole = table(
            head, rows, [40, 60], "Doses and what was seen", classes=["dose-table", "no-links"]
        )
        self.set_source_info(whole)
        words = f"All {len(doses)} rows as a table, with their sources"
        return [chart(figure, facts(words, whole))]

    def _row(self, dose: Dose) -> list[nodes.Node]:
        cited, _ = self.parse_inline("{cite:p}`%s`" % dose.source, lineno=self.lineno)
        seen = nodes.paragraph("", "", nodes.strong("", KINDS[dose.kind]), nodes.Text(": "))
        seen += nodes.Text(f"{dose.seen}{f' ({dose.note})' if dose.note else ''} ")
        seen += cited
        amount = nodes.paragraph(
            "", "", nodes.strong("", dose.printed), nodes.Text(f" {dose.form}")
        )
        return [nodes.entry("", amount, text(dose.who)), seen]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.core.drawn")
    app.setup_extension("kb.sources.bibliography")
    app.add_directive("dose-ladder", DoseLadderDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
