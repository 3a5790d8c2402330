r"""From LaTeX mathematics to Typst, by way of docutils' own converter to MathML.

>>> formula(r"\frac{1}{2} x_i")
'frac(1, 2) attach(x, b: i)'

docutils parses the LaTeX; this module walks over the MathML tree.  What it prepares
first are names that docutils does not know, each as one that it knows.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import zip_longest

from docutils.utils.math import MathError, toplevel_code
from docutils.utils.math.latex2mathml import tex2mathml

from typstbook.markup import length, quote

#: What begins a text that stands for the columns of an array, or for a line between its rows:
#: docutils reads neither.
_COLUMNS, _LINE = "\ue000", "\ue001"
#: LaTeX that docutils does not know or misreads, as LaTeX that it knows.
_PREPARED: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"(?<!\\)%.*", ""),
    (r"\\(label|tag)\*?\{[^{}]*\}", ""),
    (
        r"\\mathop\s*\{\s*(?:\\mathrm\s*\{([\w ]+)\}|\\rm\s+([\w ]+)|([\w ]+))\s*\}",
        lambda match: rf"\operatorname*{{{match[1] or match[2] or match[3]}}}",
    ),
    (r"\\([bB]igg?)(?![a-zA-Z])", r"\\\1l"),
    (r"(\\operatorname\*?\s*\{)([^{}]*)\}", lambda match: match[1] + _spaced(match[2]) + "}"),
    (r"\\operatorname\*\s*\{([^{}]*)\}", r"\\operatorname{\1}\\limits"),
    (r"\\(nonumber|notag|hfill|limits(?![_^\s]))(?![a-zA-Z])", ""),
    (r"\\(begin|end)\{(align|split|eqnarray|gather|gathered|multline)\*?\}", r"\\\1{aligned}"),
    (r"\\begin\{alignat(ed)?\*?\}\s*\{\d+\}", r"\\begin{aligned}"),
    (r"\\end\{alignat(ed)?\*?\}", r"\\end{aligned}"),
    (r"\\begin\{aligned\}\[\w\]", r"\\begin{aligned}"),
    (
        r"\\begin\{array\}(?:\[\w\])?\s*\{((?:[^{}]|\{[^{}]*\})*)\}",
        lambda match: rf"\begin{{matrix}}\text{{{_COLUMNS}{_columns(match[1])}}}",
    ),
    (r"\\hline(?![a-zA-Z])", lambda match: rf"\text{{{_LINE}}}"),
    (r"\\end\{array\}", r"\\end{matrix}"),
    (r"\\(begin|end)\{dcases\}", r"\\\1{cases}"),
    (r"\\begin\{rcases\}", r"\\left.\\begin{matrix}"),
    (r"\\end\{rcases\}", r"\\end{matrix}\\right\\}"),
    (r"\\(begin|end)\{(equation|displaymath|math)\*?\}", ""),
    (r"\\cr(?![a-zA-Z])", r"\\\\"),
    (r"\\\\\s*\[[^\]]*\]", r"\\\\"),
    (r"\\(rm|bf|it|cal)(?![a-zA-Z])\s*([^{}\\]+)", r"\\math\1{\2}"),
    (r"\\color\{\w+\}|\\textcolor\{\w+\}", ""),
    (r"\\(mathds|mathbbm)(?![a-zA-Z])", r"\\mathbb"),
    (r"\\(bm|boldsymbol|pmb)(?![a-zA-Z])", r"\\mathbfit"),
    (r"\\(mathop|mathrel|mathbin|mathord|mathopen|mathclose|mathpunct|mathstrut)(?![a-zA-Z])", ""),
    (r"\\stackrel(?![a-zA-Z])", r"\\overset"),
    (r"\\(h?dots)(?![a-zA-Z])", r"\\ldots"),
    (r"\\hspace\*", r"\\hspace"),
    (
        r"\\substack\s*\{((?:[^{}]|\{[^{}]*\})*)\}",
        r"{\\begin{smallmatrix}\1\\end{smallmatrix}}",
    ),
    (r"\\([cdt]?frac|[dt]?binom)\s*(\d)\s*(\d)", r"\\\1{\2}{\3}"),
    (r"\\middle(?![a-zA-Z])\s*", ""),
    (r"'+", lambda match: "^{" + r"\prime" * len(match[0]) + "}"),
]
#: Names of characters that HTML knows, and XML does not.
_ENTITY = re.compile(r"&(?!lt;|gt;|amp;|quot;)\w+;")
#: Text in a formula, which nothing is done to; docutils knows it by three names.
_TEXTS = re.compile(r"(\\(?:text|mbox|textrm)\s*\{[^{}]*\})")
_TEXT_NAMES = re.compile(r"\\text(bf|it|sf|tt|normal)(?![a-zA-Z])")

#: Marks that mean something in Typst's mathematics; a backslash takes the meaning away.
_MARKS = "\\#$\"_^&/()[]{},;:~'!.`@*|<>=-+?%⟨⟩⌈⌉⌊⌋⟦⟧⌜⌝⌞⌟⎰⎱⟮⟯"
_ESCAPED = str.maketrans({mark: "\\" + mark for mark in _MARKS})
_FENCES = frozenset("()[]{}|‖⟨⟩⌈⌉⌊⌋⟦⟧∣∥/\\↑↓↕⇑⇓⇕⌜⌝⌞⌟⎰⎱⟮⟯⏐")
#: Bars outside of a pair do not grow, and have no room around them.
_BARS = ("|", "‖")
_ACCENTS = {
    "´": "acute",
    "ˉ": "macron",
    "˘": "breve",
    "ˇ": "caron",
    "˙": "dot",
    "¨": "dot.double",
    "˙˙˙": "dot.triple",
    "˙˙˙˙": "dot.quad",
    "`": "grave",
    "ˆ": "hat",
    "˚": "circle",
    "~": "tilde",
    "→": "arrow",
}
_ABOVE = {
    "⏞": "overbrace({})",
    "_": "overline({})",
    "^": "accent({}, hat)",
    "~": "accent({}, tilde)",
    "←": "accent({}, arrow.l)",
    "→": "accent({}, arrow)",
    "↔": "accent({}, arrow.l.r)",
}
_BELOW = {"⏟": "underbrace({})", "_": "underline({})"}
_LONG_ARROWS = frozenset("⟵⟶⟷⟸⟹⟺")
#: Characters that docutils writes and the fonts draw otherwise.
_ALIKE = {"\u2061": "", "⌀": "∅", "⬝": "⋅", "◁": "⊲", "▷": "⊳"}
#: Sizes smaller than that of display, by their level in MathML.
_SIZES = {"0": "inline", "1": "script", "2": "sscript"}
#: A width that MathML knows: without a blank, and never a number alone.
_WIDTH = re.compile(r"[-.\d]+[a-z]+")


def formula(tex: str, as_block: bool = False) -> str:
    """Return LaTeX mathematics as Typst mathematics.

    :raises MathError: if the source holds what cannot be converted; says what.
    """
    with _incomplete_is_an_error():
        root = _parsed(tex, as_block)[1]
        for each in root.iter():
            for child in each:
                if each.tag != "mrow" and child.text in _BARS:
                    child.set("stretchy", "false")
        table = _only_table(root)
        return _lines(table) if as_block and table is not None else _node(root)


def mathml(tex: str, as_block: bool = False) -> str:
    """Return LaTeX mathematics as an element ``math`` of MathML, without entities of HTML.

    :raises MathError: if the source holds what cannot be converted; says what.
    """
    with _incomplete_is_an_error():
        return _parsed(tex, as_block)[0]


def _parsed(tex: str, as_block: bool) -> tuple[str, ET.Element]:
    """Return LaTeX mathematics as MathML, and the tree of that."""
    made = tex2mathml(_prepared(tex, as_block), as_block)
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), made)
    root = ET.fromstring(text)
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
    if _unstacked(root) | _ruled(root):
        root.set("xmlns", "http://www.w3.org/1998/Math/MathML")
        text = re.sub(r' [hv]lines="[^"]*"', "", ET.tostring(root, encoding="unicode"))
    return text, root


def _unstacked(root: ET.Element) -> bool:
    r"""Put scripts beside a letter with an accent, and return whether there was any to move.

    docutils sets the script of ``\bar x_i`` below the letter, as if the bar were a limit.
    """
    moved = []
    for node in root.iter("munderover"):
        base, below, above = node
        if _is_mark(above) and base.tag != "mo":
            kinds, mark, script = ("mover", "msub"), above, below
        elif below.text == "_":
            kinds, mark, script = ("munder", "msup"), below, above
        else:
            continue
        marked = ET.Element(kinds[0], accent=str(mark.get("stretchy") == "false").lower())
        marked.extend([base, mark])
        node.tag, node[:] = kinds[1], [marked, script]
        moved.append(node)
    for node in root.iter():
        if node.tag in ("msub", "msup") and node[0] in moved and node[0].tag != node.tag:
            (marked, inner), outer = node[0], node[1]
            scripts = [inner, outer] if node.tag == "msup" else [outer, inner]
            node.tag, node[:] = "msubsup", [marked, *scripts]
    return bool(moved)


def _ruled(root: ET.Element) -> bool:
    """Tell a table of its lines and columns by attributes, and return whether there were any.

    ``hlines`` and ``vlines``, which MathML has not, hold the numbers of the rows and columns that a
    line precedes; MathML's own say nothing of the edges.
    """
    above = {child: node for node in root.iter() for child in node}
    marks = [node for node in root.iter("mtext") if (node.text or "")[:1] in (_COLUMNS, _LINE)]
    for mark in marks:
        row = above[mark]
        row.remove(mark)
        while row.tag != "mtr" and row in above:
            row = above[row]
        if row.tag == "mtr":
            _rule(above[row], row, mark.text or "")
    return bool(marks)


def _rule(table: ET.Element, row: ET.Element, mark: str) -> None:
    """Note what a mark in a row says: the columns of the table, or a line above the row."""
    if mark[0] == _COLUMNS:
        parts = mark[1:]
        names = {"l": "left", "c": "center", "r": "right"}
        columns = [names[each] for each in parts if each != "|"]
        bars = (place for place, each in enumerate(parts) if each == "|")
        lines = [place - number for number, place in enumerate(bars)]
        table.set("columnalign", " ".join(columns))
        _set_lines(table, "column", lines, len(columns))
        return
    number = list(table).index(row)
    if number and row is table[-1] and not "".join(row.itertext()).strip():
        table.remove(row)
    lines = [*map(int, table.get("hlines", "").split()), number]
    _set_lines(table, "row", lines, len(table))


def _set_lines(table: ET.Element, kind: str, lines: list[int], count: int) -> None:
    """Note before which rows or columns, of so many, a line stands."""
    table.set("hlines" if kind == "row" else "vlines", " ".join(map(str, dict.fromkeys(lines))))
    between = ["solid" if number in lines else "none" for number in range(1, count)]
    if "solid" in between:
        table.set(f"{kind}lines", " ".join(between))


def _is_mark(node: ET.Element) -> bool:
    """Whether a node is an accent or a line above, and no brace, which has limits."""
    is_accent = node.get("stretchy") == "false" or node.get("accent") == "true"
    return node.tag == "mo" and is_accent and node.text != "⏞"


@contextmanager
def _incomplete_is_an_error() -> Iterator[None]:
    """Report as MathError what docutils, or this module, fails at in an incomplete source."""
    try:
        yield
    except MathError:
        raise
    except (
        IndexError,
        AttributeError,
        TypeError,
        ValueError,
        UnboundLocalError,
        ET.ParseError,
    ):
        raise MathError("unbalanced or incomplete") from None


def _prepared(tex: str, as_block: bool) -> str:
    """Return the source with what docutils does not know put in other words."""
    parts = _TEXTS.split(_TEXT_NAMES.sub(r"\\text", tex.strip()))
    for pattern, words in _PREPARED:
        parts[::2] = [re.sub(pattern, words, part) for part in parts[::2]]
    code = "".join(parts).strip()
    if as_block:
        code = r" \\ ".join(part for part in re.split(r"\n[ \t]*\n", code) if part.strip())
    if r"\\" in toplevel_code(code):
        code = r"\begin{aligned}" + code + r"\end{aligned}"
    return code


def _columns(spec: str) -> str:
    """Return the columns of an array as letters (l, c, r) and bars, one bar for several."""
    repeated = re.sub(r"\*\{(\d+)\}\{?([^{}])\}?", lambda match: match[2] * int(match[1]), spec)
    plain = re.sub(r"[pmb]\{[^{}]*\}", "l", re.sub(r"[@!<>]\{[^{}]*\}", "", repeated))
    return re.sub(r"\|+", "|", re.sub("[^lcr|]", "", plain))


def _spaced(name: str) -> str:
    r"""Return the name of a function with a blank of docutils' kind for ``\,`` and ``\ ``."""
    return re.sub(r"\\[, ]", "\u202f", name)


def _node(node: ET.Element) -> str:
    return _styled(node, _VISITORS.get(node.tag, _row)(node))


def _styled(node: ET.Element, text: str) -> str:
    """Return markup in the size that its node asks for."""
    display = node.get("displaystyle")
    if not text or not display:
        return text
    return f"{'display' if display == 'true' else _SIZES[node.get('scriptlevel', '0')]}({text})"


def _only_table(node: ET.Element) -> ET.Element | None:
    """Return the table of lines that is all that a formula holds; the innermost of nested ones."""
    if len(node) != 1:
        return None
    child = node[0]
    if child.tag == "mtable" and "ams-align" in child.get("class", ""):
        single = len(child) == len(child[0]) == 1
        inner = _only_table(child[0][0]) if single else None
        return child if inner is None else inner
    return _only_table(child) if child.tag == "mrow" and not child.attrib else None


def _row(node: ET.Element) -> str:
    text = ""
    for child in _joined(list(node)):
        part = _node(child)
        # Typst prints a blank beside a text if the source has one there.
        glue = " " if text and part and '"' not in (text[-1], part[0]) else ""
        text += glue + part
    return text


def _group(node: ET.Element) -> str:
    if node.get("class") == "binom":
        _, (above, below), _ = node
        return f"binom({_argument(above)}, {_argument(below)})"
    text = _row(node)
    return f"lr({text})" if any(map(_is_stretched, (*node[:1], *node[-1:]))) else text


def _joined(children: list[ET.Element]) -> list[ET.Element]:
    """Return children with scripts of a function on its name, not on the empty mark behind it."""
    found: list[ET.Element] = []
    for child in children:
        if found and len(child) > 1 and child[0].text == "\u2061":
            child[0] = found.pop()
        found.append(child)
    return found


def _is_stretched(node: ET.Element) -> bool:
    sizes = ("stretchy", "minsize")
    return _is_fence(node) and not any(node.get(name) for name in sizes)


def _is_fence(node: ET.Element) -> bool:
    return node.tag == "mo" and (node.text or "") in _FENCES


def _argument(node: ET.Element) -> str:
    """Return one argument of a call; an empty one would be none."""
    return _node(node) or '""'


def _identifier(node: ET.Element) -> str:
    text = _ALIKE.get(node.text or "", node.text or "")
    if len(text) > 1:
        is_name = text.isascii() or "\u202f" in text
        return f"op({quote(text)})" if is_name else quote(text)
    is_upright = text and node.get("mathvariant") == "normal"
    return f"upright({_symbol(text)})" if is_upright else _symbol(text)


def _number(node: ET.Element) -> str:
    return _symbol(node.text or "")


def _operator(node: ET.Element) -> str:
    text = _ALIKE.get(node.text or "", node.text or "")
    if text == "mod":
        return 'class("binary", "mod")'
    if len(text) > 1 and text.isalpha():
        return f'op("{text}", limits: #true)'
    size = node.get("minsize")
    if size and text in _FENCES:
        return f"lr({_symbol(text)}, size: #{size})"
    if text in _BARS and node.get("stretchy"):
        return f'class("normal", {_symbol(text)})'
    return _symbol(text)


def _symbol(text: str) -> str:
    return text.translate(_ESCAPED)


def _text(node: ET.Element) -> str:
    return quote(node.text.replace("\n", " ")) if node.text else ""


def _space(node: ET.Element) -> str:
    width = node.get("width", "")
    size = length(width) if _WIDTH.fullmatch(width) else "auto"
    if size == "auto":
        raise MathError(f"{width!r} is not a length; write one such as 1em or 3pt")
    return f"#h({size})"


def _fraction(node: ET.Element) -> str:
    above, below = map(_argument, node)
    if node.get("linethickness") == "0":
        return f"mat(delim: #none, {above}; {below})"
    return f"frac({above}, {below})"


def _root(node: ET.Element) -> str:
    base, index = map(_argument, node)
    return f"root({index}, {base})"


def _attached(*places: str) -> Callable[[ET.Element], str]:
    """Return the converter of a base with scripts at these places."""

    def convert(node: ET.Element) -> str:
        base, *scripts = node
        brace = base.tag in ("mover", "munder") and base[-1].text in ("⏞", "⏟")
        start = f"limits({_argument(base)})" if brace else _argument(base)
        named = zip(places, scripts, strict=False)
        named_scripts = ", ".join(f"{place}: {_argument(each)}" for place, each in named)
        return f"attach({start}, {named_scripts})"

    return convert


def _around(table: dict[str, str], place: str) -> Callable[[ET.Element], str]:
    """Return the converter of a base with something above it or below it."""

    def convert(node: ET.Element) -> str:
        base, mark = node
        text = (mark.text or "") if mark.tag == "mo" else ""
        if text in _ACCENTS and node.get("accent") == "true":
            return f"accent({_argument(base)}, {_ACCENTS[text]})"
        if text in table:
            return table[text].format(_argument(base))
        return _with_limits(base, f"{place}: {_argument(mark)}")

    return convert


def _around_both(node: ET.Element) -> str:
    base, below, above = node
    if above.text == "⏞":
        return f"attach(limits(overbrace({_argument(base)})), b: {_argument(below)})"
    if below.text == "⏟":
        return f"attach(limits(underbrace({_argument(base)})), t: {_argument(above)})"
    return _with_limits(base, f"b: {_argument(below)}, t: {_argument(above)}")


def _with_limits(base: ET.Element, scripts: str) -> str:
    """Return a base whose scripts stand above and below it."""
    text = base.text or ""
    if base.tag == "mo" and base.get("movablelimits") == "true":
        return f"attach({_argument(base)}, {scripts})"
    if base.tag == "mi" and len(text) > 1:
        return f"attach(limits({_argument(base)}, inline: #false), {scripts})"
    start = f"stretch({text})" if text in _LONG_ARROWS else _argument(base)
    placed = f"attach(limits({start}), {scripts})"
    return f'class("relation", {placed})' if base.tag == "mo" else placed


def _cells(table: ET.Element) -> list[list[str]]:
    return [[_node(cell) for cell in row] for row in table]


def _lines(table: ET.Element) -> str:
    """Return a table as lines that are aligned at marks."""
    return " \\ ".join(" & ".join(row) for row in _cells(table))


def _table(table: ET.Element) -> str:
    kind, rows = table.get("class", ""), _cells(table)
    if "cases" in kind:
        return f"mat(delim: #none, align: #left, {_matrix(rows)})"
    if "ams-align" in kind:
        rows = [[f"display({cell})" if cell else "" for cell in row] for row in rows]
        rows = [
            [f'& "" {cell}' if n % 2 else f"{cell} &" for n, cell in enumerate(row)] for row in rows
        ]
        return f"mat(delim: #none, column-gap: #0em, row-gap: #.6em, {_matrix(rows)})"
    kinds = table.get("columnalign", "").split()
    for row in rows:
        row[:] = [_aligned(cell, kind) for cell, kind in zip_longest(row, kinds[: len(row)])]
    text = f"mat(delim: #none, {_lines_of(table, rows)}{_matrix(rows)})"
    return f"script({text})" if table.get("scriptlevel") == "1" else text


def _lines_of(table: ET.Element, rows: list[list[str]]) -> str:
    """Return the option for the lines of a matrix; Typst knows none beyond its cells."""
    sizes = {"hline": len(rows), "vline": max(map(len, rows), default=0)}
    found = {
        name: [f"{place}," for place in table.get(f"{name}s", "").split() if int(place) <= size]
        for name, size in sizes.items()
    }
    told = [f"{name}: ({' '.join(places)})" for name, places in found.items() if places]
    return f"augment: #({', '.join(told)}, stroke: .5pt), " if told else ""


def _aligned(cell: str, kind: str | None) -> str:
    """Return a cell of a column that is set to one side, by a mark that stands at its edge."""
    if not cell or kind in (None, "center"):
        return cell
    return f'& "" {cell}' if kind == "left" else f"{cell} &"


def _matrix(rows: list[list[str]]) -> str:
    width = max(map(len, rows), default=0)
    full = [[cell or '""' for cell in row] + ['""'] * (width - len(row)) for row in rows]
    return "; ".join(", ".join(row) for row in full)


def _boxed(node: ET.Element) -> str:
    return f"#box(stroke: .5pt, inset: 3pt, outset: (y: 1pt), ${_row(node)}$)"


_VISITORS: dict[str, Callable[[ET.Element], str]] = {
    "mrow": _group,
    "mi": _identifier,
    "mn": _number,
    "mo": _operator,
    "mtext": _text,
    "mspace": _space,
    "mfrac": _fraction,
    "mroot": _root,
    "msqrt": lambda node: f"sqrt({_row(node) or quote('')})",
    "mphantom": lambda node: f"#hide[${_row(node)}$]",
    "menclose": _boxed,
    "msub": _attached("b"),
    "msup": _attached("t"),
    "msubsup": _attached("b", "t"),
    "munder": _around(_BELOW, "b"),
    "mover": _around(_ABOVE, "t"),
    "munderover": _around_both,
    "mtable": _table,
}
