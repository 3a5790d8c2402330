"""Shapes and words of a chart as SVG, in the classes of ``figures.css``.

A chart is a list of elements, made by the functions below and put together by
:func:`drawing`.  Its shapes have classes and no colors of their own: on the site
``figures.css`` colors them by day and by night; in the book and on e-readers the style
element does, which holds the rules of the classes that the chart uses and no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from kb.claims import palette

WIDTH = 440
"""Units from left to right, of most charts; one is 1.2 px on a wide screen, 0.75 on a phone."""
SIZE = 15
"""Of the letters, where nothing else is said."""
FONTS = "'Source Sans Pro', 'Source Sans 3', Arial, sans-serif"
RULES = {
    "k-paper": "fill: #ffffff",
    "k-ink": "fill: #1d2b33",
    "k-muted": "fill: #4b5b63",
    "k-warn-ink": "fill: #8a4600",
    "k-accent-fill": "fill: #0a7d91",
    "k-accent2-fill": "fill: #34558b",
    "k-warn-fill": "fill: #b35c00",
    "k-muted-fill": "fill: #4b5b63",
    "k-line": "fill: none; stroke: #4b5b63; stroke-width: 2; "
    "stroke-linecap: round; stroke-linejoin: round",
    "k-accent": "fill: none; stroke: #0a7d91; stroke-width: 4; "
    "stroke-linecap: round; stroke-linejoin: round",
    "k-grid": "fill: none; stroke: #c9d3d7; stroke-width: 1",
    "k-ring": "fill: none; stroke: #0a7d91; stroke-width: 2.5",
    "k-muted-ring": "fill: none; stroke: #4b5b63; stroke-width: 2",
    "k-fine-dash": "stroke-dasharray: 3 3",
    "k-hit": "fill: none",
    "k-bold": "font-weight: 700",
    "k-thin": "stroke-width: 1.75",
    "k-sign": f"fill: {palette.ON_VERDICT['light']}",
    "k-sign-line": f"fill: none; stroke: {palette.ON_VERDICT['light']}; stroke-width: 2.2; "
    "stroke-linecap: round; stroke-linejoin: round",
    **{f"k-verdict-{verdict.slug}": f"fill: {verdict.light}" for verdict in palette.VERDICTS},
}
"""What a class looks like where the drawing is a file: on white, as the site has it by day."""
_NARROW, _WIDE = frozenset("ijlftrI.,:;'’|!()[]- "), frozenset("mwMW%@–—")
_CLASSES = re.compile(r'class="([^"]*)"')


def drawing(body: Iterable[str], height: float, width: float = WIDTH) -> str:
    """Return the elements of *body* as an SVG document of that *height*."""
    shapes = "\n".join(body)
    used = {name for names in _CLASSES.findall(shapes) for name in names.split()} | {"k-paper"}
    rules = "\n".join(f".{name} {{ {rule}; }}" for name, rule in RULES.items() if name in used)
    across, down = number(width), number(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" '
        f'font-family="{FONTS}" font-size="{SIZE}">\n<style>\n{rules}\n</style>\n'
        f'<rect class="k-paper" width="{across}" height="{down}"/>\n{shapes}\n</svg>\n'
    )


def number(value: float) -> str:
    """A length with at most one decimal."""
    return f"{round(value, 1):g}"


def group(body: Iterable[str], classes: str = "", **attributes: str) -> str:
    """The elements of *body* as one."""
    return f"<g{_class(classes)}{_more(attributes)}>{''.join(body)}</g>"


def text(x: float, y: float, words: str, classes: str = "k-ink", **attributes: object) -> str:
    """*words* on the line *y*, from *x* on."""
    place = f'x="{number(x)}" y="{number(y)}"'
    return f"<text{_class(classes)} {place}{_more(attributes)}>{escape(words)}</text>"


def line(x1: float, y1: float, x2: float, y2: float, classes: str = "k-line") -> str:
    """A straight line."""
    return f'<path{_class(classes)} d="M{number(x1)} {number(y1)} L{number(x2)} {number(y2)}"/>'


def box(x: float, y: float, width: float, height: float, classes: str, rx: float = 0) -> str:
    """A rectangle."""
    size = f'width="{number(width)}" height="{number(height)}"'
    rounded = f' rx="{number(rx)}"' if rx else ""
    return f'<rect{_class(classes)} x="{number(x)}" y="{number(y)}" {size}{rounded}/>'


def mark(shape: str, x: float, y: float, r: float, classes: str) -> str:
    """A mark of that *shape* and radius centered on *x*, *y*; all shapes look equally large."""
    if shape == "circle":
        place = f'cx="{number(x)}" cy="{number(y)}" r="{number(r)}"'
        return f"<circle{_class(classes)} {place}/>"
    corners = {
        "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
        "triangle": ((0, -1.15), (1.15, 0.85), (-1.15, 0.85)),
        "hexagon": (
            (-0.55, -0.95),
            (0.55, -0.95),
            (1.1, 0),
            (0.55, 0.95),
            (-0.55, 0.95),
            (-1.1, 0),
        ),
    }[shape]
    points = " ".join(f"{number(x + dx * r)},{number(y + dy * r)}" for dx, dy in corners)
    return f'<polygon{_class(classes)} points="{points}"/>'


def sign(char: str, x: float, y: float) -> str:
    """The sign of a verdict, centered on *x*, *y*: a shape, since few fonts have all signs."""
    at = f"translate({number(x)} {number(y)})"
    if char in _SIGNS:
        return group(_SIGNS[char], transform=at)
    return text(x, y + 5, char, "k-sign k-bold", text_anchor="middle")


_SIGNS = {
    "✓": ('<path class="k-sign-line" d="M-5 .5 L-1.5 4 L5 -4"/>',),
    "◐": (
        '<circle class="k-sign-line" r="5"/>',
        '<path class="k-sign" d="M0 -5 A5 5 0 0 0 0 5 Z"/>',
    ),
    "▲": ('<path class="k-sign" d="M0 -5.5 L6 5 H-6 Z"/>',),
    "✕": ('<path class="k-sign-line" d="M-4 -4 L4 4 M4 -4 L-4 4"/>',),
    "⇄": (
        '<path class="k-sign-line" d="M-5 -2.5 H5 M2 -5.5 L5 -2.5 L2 .5 '
        'M5 3 H-5 M-2 0 L-5 3 L-2 6"/>',
    ),
}


def width_of(words: str, size: float = SIZE) -> float:
    """About how wide *words* are, in a wide font of the kind that browsers fall back to."""
    return size * sum(map(_share, words))


def _share(char: str) -> float:
    if char in _NARROW:
        return 0.34
    if char in _WIDE:
        return 0.9
    return 0.72 if char.isupper() else 0.6


def wrapped(words: str, room: float, size: float = SIZE) -> list[str]:
    """*words* as lines that fit in *room*: as few as possible, and of about the same length."""
    lines = _filled(words, room, size)
    while len(closer := _filled(words, room - size / 2, size)) == len(lines) > 1:
        lines, room = closer, room - size / 2
    return lines


def _filled(words: str, room: float, size: float) -> list[str]:
    """*words* as lines, each as full as it gets."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def paragraph(
    x: float, y: float, lines: Iterable[str], classes: str = "k-ink", size: float = SIZE
) -> Iterator[str]:
    """*lines* one below the other, the first of them on *y*."""
    for index, words in enumerate(lines):
        size_given = {} if size == SIZE else {"font_size": number(size)}
        yield text(x, y + index * size * 1.2, words, classes, **size_given)


def _class(classes: str) -> str:
    return f' class="{classes}"' if classes else ""


def _more(attributes: dict[str, object] | dict[str, str]) -> str:
    """Attributes as text; an underscore in a name is a hyphen in SVG."""
    return "".join(
        f" {name.replace('_', '-')}={quoteattr(str(value))}" for name, value in attributes.items()
    )
