"""Python values as Typst source: text, strings, arrays and calls of the template.

>>> call("badge", ["badge", "new"], outline=True)
'#t.badge(("badge", "new",), outline: true)'
"""

from __future__ import annotations

import re
import string

#: All of ASCII's punctuation means something somewhere in Typst's markup, and a
#: backslash takes the meaning away.  Line ends (Unicode knows seven) are spaces.
_ESCAPES = {ord(mark): "\\" + mark for mark in string.punctuation}
_ESCAPES |= dict.fromkeys(map(ord, "\n\r\v\f\x85\u2028\u2029"), " ")

_LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))\s*(px|%|em|ex|pt|pc|cm|mm|in)?")
#: Units that Typst lacks; a CSS pixel is three quarters of a point, an x about .43 em high.
_UNITS = {None: (0.75, "pt"), "px": (0.75, "pt"), "pc": (12, "pt"), "ex": (0.43, "em")}


class Code(str):
    """Typst code, to be written as it is."""


class Content(str):
    """Typst markup, to be written between square brackets."""


def escape(text: str) -> str:
    """Text as markup that prints that text."""
    return text.translate(_ESCAPES)


def quote(text: str) -> str:
    """Text as a Typst string literal."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\n", "\\n").replace("\t", "\\t") + '"'


def value(item: object) -> str:
    """A Python value as a Typst expression."""
    if isinstance(item, Code):
        return item
    if isinstance(item, Content):
        return f"[{item}]"
    if isinstance(item, bool):
        return str(item).lower()
    if isinstance(item, str):
        return quote(item)
    if isinstance(item, (list, tuple)):
        return "(" + ", ".join(value(each) for each in item) + ("," if item else "") + ")"
    return str(item)


def arguments(*positional: object, **named: object) -> str:
    """The arguments of a call, without the parentheses."""
    named_parts = [f"{key.replace('_', '-')}: {value(item)}" for key, item in named.items()]
    return ", ".join([*map(value, positional), *named_parts])


def call(name: str, *positional: object, **named: object) -> str:
    """A call of a function of the template, which chapters import as ``t``."""
    return f"#t.{name}({arguments(*positional, **named)})"


def length(size: object) -> Code:
    """A width of docutils or MathML as a Typst length, ``auto`` if it is none."""
    match = _LENGTH.fullmatch(str(size or "").strip())
    if match is None:
        return Code("auto")
    number, unit = match.groups()
    factor, unit = _UNITS.get(unit, (1, unit))
    return Code(f"{float(number) * factor:g}{unit}")
