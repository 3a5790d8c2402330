"""The picture of the foods, drawn at build time: ``{food-chart}``.

One line for each kind of food, one mark for each figure of K2 in
``docs/data/foods.csv``, on a logarithmic scale in µg per 100 g; a bar joins the
lowest and the highest.  The shape of a mark says what was measured.  Rows whose
figure includes K1 are left out.  The drawing is an SVG file; colors come from
classes, so that a page can recolor it for the dark (see ``figures``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from kb.core.drawn import drawn_image
from kb.foods.table import Food, foods_of

WIDTH, LEFT, RIGHT, TOP, STEP = 440, 164, 14, 92, 26
FIRST, LAST = -1, 3
"""Powers of ten between which the scale lies at least: 0.1 to 1,000 µg per 100 g."""
ZERO = LEFT + 12
"""Where figures of 0 stand, left of the scale: a logarithm has no zero."""
SHAPES = {
    "total": ("circle", "K2, all forms counted"),
    "sum": ("diamond", "K2, sum of forms given"),
    "mk4-only": ("triangle", "MK-4 only"),
    "mk7-only": ("square", "MK-7 only"),
}
STYLE = """
.k-ink{fill:#1f2d33}.k-muted{fill:#4f6169}.k-grid{stroke:#d3dde0;stroke-width:1}.k-range{stroke:#7fa9b3;stroke-width:6}
.k-mark{fill:#0b6375;stroke:#ffffff;stroke-width:1}
text{font-family:'Source Sans Pro','Source Sans 3',Arial,sans-serif;font-size:15px}
.k-end{text-anchor:end}.k-mid{text-anchor:middle}.k-small{font-size:13px}
"""


def ends_of(foods: list[Food]) -> tuple[int, int]:
    """The powers of ten at which the scale of *foods* begins and ends: none lies beside it."""
    powers = [math.log10(_number(food)) for food in foods if food.is_k2 and _number(food)]
    return min([FIRST, *map(math.floor, powers)]), max([LAST, *map(math.ceil, powers)])


def x_of(value: float, first: int = FIRST, last: int = LAST) -> float:
    """The place of *value* (µg per 100 g) on the scale; 0 has a column of its own."""
    start = LEFT + 40
    if value <= 0:
        return ZERO
    share = (math.log10(value) - first) / (last - first)
    return round(start + share * (WIDTH - RIGHT - start), 1)


def by_kind(foods: list[Food]) -> list[tuple[str, list[Food]]]:
    """The K2 figures of each kind of food, the kind with the highest figure first."""
    k2 = sorted((food for food in foods if food.is_k2), key=lambda food: food.kind)
    kinds = [
        (kind, sorted(group, key=_number))
        for kind, group in groupby(k2, key=lambda food: food.kind)
    ]
    return sorted(kinds, key=lambda pair: (-_number(pair[1][-1]), pair[0]))


def _number(food: Food) -> float:
    return float(food.value)


def draw(foods: list[Food]) -> str:
    """Return the chart as an SVG document."""
    kinds, ends = by_kind(foods), ends_of(foods)
    height = TOP + STEP * len(kinds) + 12
    body = "\n".join(
        [
            *_legend(),
            *_grid(height, *ends),
            *(line for i, pair in enumerate(kinds) for line in _line(i, *pair, ends)),
        ]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"<title>Vitamin K2 in foods</title>\n<desc>{escape(describe(foods))}</desc>\n"
        f"<style>{STYLE}</style>\n{body}\n</svg>\n"
    )


def describe(foods: list[Food]) -> str:
    """The chart in words: the range of each kind of food, computed from the same rows."""
    ranges = []
    for kind, group in by_kind(foods):
        low, high = group[0].value, group[-1].value
        ranges.append(f"{kind} {low}" if low == high else f"{kind} {low} to {high}")
    scale = "Vitamin K2 in µg per 100 g, on a logarithmic scale, lowest to highest figure"
    return f"{scale}: {'; '.join(ranges)}."


def _legend() -> Iterator[str]:
    for index, (shape, words) in enumerate(SHAPES.values()):
        x, y = 14 + 216 * (index % 2), 18 + 22 * (index // 2)
        yield mark(shape, x, y - 5)
        yield f'<text class="k-ink k-small" x="{x + 12}" y="{y}">{escape(words)}</text>'


def _grid(height: int, first: int, last: int) -> Iterator[str]:
    for value, words in [
        (0.0, "0"),
        *((10.0**n, f"{10.0**n:,.{max(0, -n)}f}") for n in range(first, last + 1)),
    ]:
        x = x_of(value, first, last)
        yield f'<line class="k-grid" x1="{x}" y1="{TOP - 12}" x2="{x}" y2="{height - 8}"/>'
        anchor, shift = ("k-end", 8) if value == 10.0**last else ("k-mid", 0)
        place = f'x="{x + shift}" y="{TOP - 18}"'
        yield f'<text class="k-muted k-small {anchor}" {place}>{words}</text>'
    yield f'<text class="k-muted k-small" x="4" y="{TOP - 18}">µg per 100 g</text>'


def _line(index: int, kind: str, foods: list[Food], ends: tuple[int, int]) -> Iterator[str]:
    y = TOP + STEP * index + 8
    yield f'<text class="k-ink k-end" x="{LEFT - 6}" y="{y + 5}">{escape(kind)}</text>'
    low, high = x_of(_number(foods[0]), *ends), x_of(_number(foods[-1]), *ends)
    if high > low:
        yield f'<line class="k-range" x1="{low}" y1="{y}" x2="{high}" y2="{y}"/>'
    for food in foods:
        yield mark(SHAPES[food.basis][0], x_of(_number(food), *ends), y)


def mark(shape: str, x: float, y: float) -> str:
    """One mark of *shape* centered on *x*, *y*."""
    if shape == "circle":
        return f'<circle class="k-mark" cx="{x}" cy="{y}" r="5.5"/>'
    corners = {
        "square": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
        "diamond": ((0, -7), (7, 0), (0, 7), (-7, 0)),
        "triangle": ((0, -6.5), (6.5, 5), (-6.5, 5)),
    }[shape]
    points = " ".join(f"{round(x + dx, 1)},{round(y + dy, 1)}" for dx, dy in corners)
    return f'<polygon class="k-mark" points="{points}"/>'


class FoodChartDirective(SphinxDirective):
    """``{food-chart}``: a figure of the drawing, its caption and its words."""

    def run(self) -> list[nodes.Node]:
        foods = foods_of(self.env)
        image = drawn_image(self.env, "food-chart", draw(foods), describe(foods))
        figure = nodes.figure(
            "", image, nodes.caption("", CAPTION), classes=["kb-figure-frame"], ids=["food-chart"]
        )
        self.set_source_info(figure)
        return [figure]


CAPTION = (
    "Vitamin K2 in foods, in µg per 100 g. Each step to the right is ten times as much. "
    "Each mark is one figure of one table or study; a bar joins the lowest and the highest. "
    "Tables measure different forms, so a mark far from the others may be another method "
    "and not another food. Left out are figures that include K1, and foods for which a source "
    "gives only a range or a trace."
)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.core.drawn")
    app.setup_extension("kb.foods.table")
    app.add_directive("food-chart", FoodChartDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
