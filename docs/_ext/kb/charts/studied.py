"""Who was studied, in each claim: marks by side and kind of study, and the same in words.

Nothing is written for it: it follows from the sides of a claim and from the records of its
sources.  For each side there is a line of marks, one for each source: a disk for people who
were given something, a ring for people who were observed, a triangle for animals, a square for
a laboratory, a hexagon for foods, a diamond for a review.  The more people, the larger the mark;
their number is read from the field ``population`` of ``sources.bib`` where that begins with one
("151 adults with long COVID", "45 people with ... and 29 controls").

Emits, before the sides of the claim, a container of class ``studied`` with the picture and a
line of text that says the same with the numbers, so the picture itself needs no longer words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util.typing import ExtensionMetadata

from kb.charts import svg
from kb.claims.domain import domain_of
from kb.claims.model import SIDE_LABELS, Claim
from kb.claims.register_data import KIND_OF, KINDS, Kind
from kb.core.drawn import drawn_image
from kb.sources.bibliography import Source, sources_of

WIDTH, LEFT, LINE = 330, 74, 32
"""Narrow, so that a phone shows it nearly as large as a wide screen does."""
PLAN = Kind("Plans of trials", "plan of a trial", "plans of trials", ("protocol",))
"""A plan counts as no study, and can stand on a side all the same."""
ALL = {**KINDS, "plan": PLAN}
LOOKS = {
    "human-trial": ("circle", "k-accent-fill", "people in trials"),
    "human-observational": ("circle", "k-ring", "people observed"),
    "animal": ("triangle", "k-muted-fill", "animals"),
    "laboratory": ("square", "k-muted-fill", "laboratory"),
    "food": ("hexagon", "k-muted-fill", "foods"),
    "review": ("diamond", "k-muted-ring", "reviews"),
    "plan": ("circle", "k-muted-ring k-fine-dash", "plans"),
}
"""Shape, class and word of each kind of study."""
PEOPLE = (
    "adults people persons women men children babies newborns volunteers patients participants "
    "subjects decedents outpatients members mothers Americans Australians Danes"
)
_ONE = rf"(?:[^\W\d_][\w'-]*,? ){{0,6}}?(?:{PEOPLE.replace(' ', '|')})\b"
_FIRST = re.compile(rf"(?:[^,;:.]*: )?(\d[\d,]*) {_ONE}(?P<rest>[^;:.]*)")
_MORE = re.compile(rf" and (\d[\d,]*) (?:with|without|matched|healthy|others|controls|{_ONE})")
_UNCLEAR = re.compile(r", \d[\d,]* (?:with|healthy)\b")
ALT = "The studies of the next line as marks"


@dataclass(frozen=True)
class Studied:
    """One source on a side: its kind of study, and how many people it studied, if known."""

    kind: str
    people: int | None


def people_in(population: str) -> int | None:
    """How many people a *population* names: at its beginning, as a plain number, else None."""
    found = _FIRST.match(population)
    if not found or _UNCLEAR.search(found["rest"]):
        return None
    return sum(_number(digits) for digits in (found[1], *_MORE.findall(found["rest"])))


def _number(digits: str) -> int:
    return int(digits.strip(",").replace(",", ""))


def studied(source: Source) -> Studied:
    """What *source* studied."""
    kind = KIND_OF.get(source.design, "plan")
    people = people_in(source.fields.get("population", ""))
    return Studied(kind, people if kind.startswith("human") else None)


def sides_of(claim: Claim, env: BuildEnvironment) -> list[tuple[str, list[Studied]]]:
    """The sides of *claim* that have sources, each with what was studied, people first."""
    known, order = sources_of(env), list(ALL)
    sides = (
        (side, [studied(known[key]) for key in keys if key in known]) for side, keys in claim.sides
    )
    return [
        (side, sorted(found, key=lambda one: (order.index(one.kind), -(one.people or 0))))
        for side, found in sides
        if found
    ]


def draw(sides: list[tuple[str, list[Studied]]]) -> str:
    """Return the lines of marks as an SVG document."""
    body, y = list[str](), 0.0
    for side, found in sides:
        body.append(svg.text(0, y + 21, SIDE_LABELS[side], "k-ink k-bold"))
        x = float(LEFT)
        for kind, group in groupby(found, key=lambda one: one.kind):
            pieces = _pieces(kind, list(group))
            # A kind begins a new line if it fits there whole, and breaks where it does not.
            whole = sum(width for width, _ in pieces)
            for index, (width, piece) in enumerate(pieces):
                asked = whole if index == 0 and whole <= WIDTH - LEFT else width
                if x > LEFT and x + asked > WIDTH:
                    x, y = float(LEFT), y + LINE
                body.append(piece(x, y + LINE / 2))
                x += width
            x += 10
        y += LINE
    return svg.drawing(body, y, WIDTH)


Piece = tuple[float, Callable[[float, float], str]]
"""How wide a part of a line is, and what draws it from *x* on, about the middle *y*."""


def _pieces(kind: str, marks: list[Studied]) -> list[Piece]:
    """The marks of a kind of study, and its word."""
    shape, classes, word = LOOKS[kind]

    def mark(radius: float) -> Piece:
        return 2 * radius + 4, lambda x, y: svg.mark(shape, x + radius, y, radius, classes)

    label = svg.width_of(word, 14) + 4
    return [
        *(mark(_radius(one)) for one in marks),
        (label, lambda x, y: svg.text(x + 1, y + 5, word, "k-muted", font_size="14")),
    ]


def _radius(one: Studied) -> float:
    """A step of 2.6 for ten times as many people; 5.5 where nobody is counted."""
    return min(14.0, 1.8 + 2.6 * math.log10(one.people)) if one.people else 5.5


def in_words(sides: list[tuple[str, list[Studied]]]) -> list[tuple[str, str]]:
    """Each side and what was studied on it: ('For', '2 human trials (60 and 151 people)')."""
    return [
        (
            SIDE_LABELS[side],
            ", ".join(
                _counted(kind, list(group))
                for kind, group in groupby(found, key=lambda one: one.kind)
            ),
        )
        for side, found in sides
    ]


def _counted(kind: str, marks: list[Studied]) -> str:
    words = f"{len(marks)} {ALL[kind].one if len(marks) == 1 else ALL[kind].many}"
    numbers = [f"{one.people:,}" for one in marks if one.people]
    if not numbers:
        return words
    listed = " and ".join(", ".join(numbers).rsplit(", ", 1))
    unit = "person" if numbers == ["1"] else "people"
    unknown = len(marks) - len(numbers)
    return f"{words} ({listed} {unit}{f'; {unknown} without a number' if unknown else ''})"


class StudiedTransform(SphinxTransform):
    """Put the marks into each claim once the page is parsed."""

    # After Markdown has become nodes, before anything walks them.
    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        claims = {claim.anchor: claim for claim in domain_of(self.env).claims.values()}
        for box in list(self.document.findall(nodes.container)):
            claim = claims.get(next(iter(box["ids"]), "")) if "claim" in box["classes"] else None
            if claim and (sides := sides_of(claim, self.env)):
                _insert(box, self._container(claim, sides))

    def _container(self, claim: Claim, sides: list[tuple[str, list[Studied]]]) -> nodes.container:
        image = drawn_image(self.env, f"studied-{claim.id.lower()}", draw(sides), ALT)
        line = nodes.paragraph("", "", nodes.strong("", "Who was studied."))
        for label, words in in_words(sides):
            line += [nodes.Text(" "), nodes.emphasis("", f"{label}:"), nodes.Text(f" {words}.")]
        line["classes"].append("studied-line")
        return nodes.container("", image, line, classes=["studied"])


def _insert(claim: nodes.container, part: nodes.container) -> None:
    """Put *part* before the sides of *claim*, or at its end."""
    for sides in claim.findall(nodes.container):
        if "claim-sides" in sides["classes"]:
            sides.parent.insert(sides.parent.index(sides), part)
            return
    claim += part


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.core.drawn")
    app.setup_extension("kb.claims.domain")
    app.setup_extension("kb.claims.register_data")
    app.add_transform(StudiedTransform)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
