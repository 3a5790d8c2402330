"""Drawings draw, and do nothing else: every SVG of the book is held to a list of what a drawing
needs.

An SVG file is a page of its own: it can hold scripts, handlers, HTML, style from other hosts,
entities that grow without end.  So what is not on the lists below is refused, with file and line:

* elements: shapes, text, groups, gradients, markers, clips and masks, and ``style``;
* attributes: geometry and presentation, ids, classes, names for screen readers; ``href`` and
  ``url(...)`` lead to a part of the same drawing (``#id``);
* style: no at-rule but ``@media``, no function that loads, no ``url(...)`` but ``url(#id)``, no
  backslash, which can hide them; in the attribute ``style`` the properties of ``PROPERTIES`` alone;
* in a drawing that is set into a page, classes that begin with ``k-``, and ids that begin with the
  first letters of the words of its name (``gba-`` in ``gut-brain-axis.svg``); nothing by which it
  would reach beyond its box (``overflow``, ``transform`` of the whole); no prefix or section of
  CDATA in which another parser could see, or miss, a style; titles and descriptions of words alone;
* no text that is turned around or holds invisible signs: "21" would be read "12";
* no more than ``MOST`` shapes when all parts that are used again are counted, and no depth of more
  than ``DEEPEST``: some lines can ask for more shapes than any browser draws;
* UTF-8; no document type, no entities, no processing instructions.

Held to it are the files of ``html_static_path`` (with logo and icon), every picture of a page, and
the icons that sphinx-design draws.  The cure for a drawing of an editor such as Inkscape is to save
it as plain SVG.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from xml.parsers import expat

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.core.messages import did_you_mean
from kb.core.text import line_at
from kb.input_checks.addresses import take_out
from kb.input_checks.lost_words import is_unseen

logger = logging.getLogger(__name__)

CURE = "remove scripts, handlers and outside addresses"
UNREADABLE = "what no parser of XML can read"
AGAIN = "export the drawing again, as plain SVG"
SVG, XLINK, XML = (
    "{http://www.w3.org/2000/svg}",
    "{http://www.w3.org/1999/xlink}",
    "{http://www.w3.org/XML/1998/namespace}",
)
_DRAWING = """
    svg g defs symbol use title desc style path rect circle ellipse line polyline polygon text
    tspan textPath
    linearGradient radialGradient stop pattern clipPath mask marker
"""
_NAMING = "id class lang role aria-label aria-labelledby aria-describedby"
_GEOMETRY = """
    viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d points
    pathLength transform
    dx dy rotate textLength lengthAdjust startOffset method spacing side
    refX refY markerWidth markerHeight markerUnits orient gradientUnits gradientTransform
    spreadMethod offset
    patternUnits patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits
"""
_PROPERTIES = """
    fill fill-opacity fill-rule stroke stroke-dasharray stroke-dashoffset stroke-linecap
    stroke-linejoin stroke-miterlimit stroke-opacity stroke-width color opacity display visibility
    overflow paint-order stop-color stop-opacity clip-path clip-rule mask marker-start marker-mid
    marker-end vector-effect shape-rendering text-rendering color-interpolation font-family
    font-size font-style font-variant font-weight font-stretch letter-spacing word-spacing
    text-anchor text-decoration dominant-baseline alignment-baseline baseline-shift writing-mode
    mix-blend-mode isolation
"""
_OTHERS = "style version aria-hidden focusable"
ELEMENTS = frozenset(_DRAWING.split())
"""What SVG 2 has for drawing: neither scripts, links, HTML (``foreignObject``) nor animation, which
can set addresses."""
NAMES = frozenset(_NAMING.split())
"""Attributes of free words, which no browser takes for style."""
PROPERTIES = frozenset(_PROPERTIES.split())
"""How a shape or a text looks (SVG 2, presentation attributes); none lays it over the page."""
ATTRIBUTES = (
    NAMES | PROPERTIES | {*_GEOMETRY.split(), *_OTHERS.split(), f"{XML}space", f"{XML}lang"}
)
LINKS = {"href", f"{XLINK}href"}
PART = re.compile(r"\s*#[\w.:-]+\s*\Z")
USED = re.compile(r"url\s*\(\s*['\"]?#([\w.:-]+)")
ROLES = ("img", "group", "none", "presentation")
"""What a drawing, or a part of one, is to those who hear it; not a landmark or an alarm."""
WORDS = ("title", "desc")
"""Elements of words, which a parser of HTML reads as a page of its own."""
MOST, DEEPEST = 20_000, 60
"""Shapes of a drawing with all that it uses again, and elements in each other; the largest drawing
of the book has some 300."""
HIDDEN = re.compile(r"@(?!media\b)[\w-]*|\\|</|behavior\s*:|-moz-binding", re.IGNORECASE)
URL = re.compile(r"url\s*\((?!\s*['\"]?#[\w.:-]+['\"]?\s*\))", re.IGNORECASE)
_FUNCTIONS = """
    url rgb rgba hsl hsla var calc min max clamp
    matrix translate translatex translatey rotate scale scalex scaley skewx skewy
    not is where nth-child nth-of-type and or media only
"""
FUNCTION = re.compile(r"(?<![\w-])([\w-]+)\s{0,99}\(")
"""A word before a bracket; it begins where a word begins, so that a long line is read once."""
FUNCTIONS = frozenset(_FUNCTIONS.split())
"""What may stand before a bracket in style: colors, sums, moves, selectors and conditions; none
loads anything but ``url``."""


OWN = "k-"
"""How the classes of drawings begin, so that no style of the page lays hands on them."""


class Inspector:
    """Notes each line of a drawing that holds what no drawing needs; a parser calls it.

    A drawing that is set *inline* into a page shares classes and ids with it; its ids begin with
    *prefix*.
    """

    def __init__(self, inline: bool = False, prefix: str = "") -> None:
        self.inline, self.prefix = inline, prefix
        self.parts: list[list[str]] = []
        self.shapes = Counter[str]()
        self.uses: defaultdict[str, list[str]] = defaultdict(list)
        self.known: dict[str, int] = {}
        self.faults: list[tuple[int, str]] = []
        self.line: Callable[[], int] = lambda: 1
        self.inside: list[str] = []
        self.style = ""

    def note(self, what: str) -> None:
        """Keep a fault with the line that the parser has come to."""
        self.faults.append((self.line(), what))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note an element that is not on the list."""
        name = tag.removeprefix(SVG)
        if not tag.startswith(SVG) or name not in ELEMENTS:
            self.note(f"the element <{tag.rpartition('}')[2]}>")
        elif not self.inside and name != "svg":
            self.note(f"the outermost element <{name}>")
        if self.inline and not self.inside and "transform" in attributes:
            self.note("the attribute transform of the whole drawing")
        if self.inside[-1:] and self.inside[-1] in WORDS:
            self.note(f"an element within <{self.inside[-1]}>")
        if len(self.inside) == DEEPEST:
            self.note(f"a depth of more than {DEEPEST} elements")
        self.inside.append(name)
        self.count(attributes)
        for key, value in attributes.items():
            if name == "style":
                self.note(f"the attribute {key} of a style element")
            else:
                self.attribute(key, value)

    def count(self, attributes: dict[str, str]) -> None:
        """Count the element for each part that it belongs to, with the parts that it uses."""
        own = [attributes["id"]] if "id" in attributes else []
        self.parts.append([*(self.parts[-1] if self.parts else [""]), *own])
        links = (value.strip() for key, value in attributes.items() if key in LINKS)
        used = [link[1:] for link in links if PART.match(link)]
        used += [name for value in attributes.values() for name in USED.findall(value)]
        for part in self.parts[-1]:
            self.shapes[part] += 1
            self.uses[part] += used

    def drawn(self, part: str = "", above: tuple[str, ...] = ()) -> int:
        """How many shapes the *part* has, with those that it uses again; the whole is ``""``.

        Each part is counted once, and a part that uses itself has no end.
        """
        if part in above:
            return MOST + 1
        if part not in self.known:
            below = (self.drawn(one, (*above, part)) for one in self.uses[part])
            self.known[part] = min(self.shapes[part] + sum(below), MOST + 1)
        return self.known[part]

    def attribute(self, key: str, value: str) -> None:
        """Note an attribute that is not on the list, or leads out of the drawing."""
        name = (
            f"xlink:{key.removeprefix(XLINK)}" if key.startswith(XLINK) else key.rpartition("}")[2]
        )
        if key in LINKS:
            if not PART.match(value):
                self.note(f"the address {name}={value[:40]!r}")
        elif key not in ATTRIBUTES:
            self.note(f"the attribute {name}{near(name)}")
        elif key == "role" and value not in ROLES:
            self.note(f"the role {value!r}")
        elif key not in NAMES and (fault := style_fault(value)):
            self.note(f"{fault!r} in the attribute {name}")
        elif key == "style":
            allowed = PROPERTIES - {"overflow"} if self.inline else PROPERTIES
            for strange in sorted(properties_of(value) - allowed):
                self.note(f"the property {strange!r} in the attribute style")
        elif self.inline:
            self.shared(key, value)
        self.unseen(value)

    def prefixed(self, name: str, prefix: str) -> None:
        """Note an element that is written with a prefix: by text it is not what it is by name."""
        self.note(f"the element <{prefix}:{name}>")

    def cdata(self) -> None:
        """Note a section that a parser of HTML may read otherwise."""
        if self.inline:
            self.note("a section of CDATA")

    def unseen(self, text: str) -> None:
        """Note a sign that nobody sees, such as one that turns the direction of text."""
        for sign in sorted(set(text)):
            if is_unseen(sign) and not sign.isspace():
                self.note(f"the invisible sign U+{ord(sign):04X}")

    def shared(self, key: str, value: str) -> None:
        """Note what the drawing would share with the page, or lay over it."""
        if key == "class":
            for strange in sorted(word for word in value.split() if not word.startswith(OWN)):
                self.note(f"the class {strange!r} (those of drawings begin with {OWN!r})")
        elif key == "id" and not value.startswith(self.prefix):
            self.note(f"the id {value!r} (those of this drawing begin with {self.prefix!r})")
        elif key == "overflow":
            self.note("the attribute overflow, by which it could lie over the page")

    def end(self, tag: str) -> None:
        """Note what a style element loads, once it is whole."""
        self.parts.pop()
        if self.inside.pop() == "style":
            if fault := style_fault(self.style):
                self.note(f"{fault!r} in the style")
            self.style = ""

    def data(self, text: str) -> None:
        """Gather the text of a style element, and look at the signs of all text."""
        self.unseen(text)
        if self.inside[-1:] == ["style"]:
            self.style += text

    def pi(self, target: str, text: str | None = None) -> None:
        """Note an instruction to programs, such as a stylesheet to fetch."""
        self.note(f"the instruction <?{target}>")


def near(name: str) -> str:
    """The attribute that may have been meant."""
    return "" if name.lower().startswith("on") else did_you_mean(name, ATTRIBUTES)


def style_fault(css: str) -> str:
    """What in *css* could load or run something, or hide that it does; else nothing."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    if found := HIDDEN.search(bare) or URL.search(bare):
        return found[0]
    return next(
        (f"{name}(" for name in FUNCTION.findall(bare) if name.lower() not in FUNCTIONS), ""
    )


def properties_of(css: str) -> set[str]:
    """The names of the properties in the declarations *css*."""
    return {part.partition(":")[0].strip().lower() for part in css.split(";") if part.strip()}


def svg_faults(text: str | bytes, inline: bool = False, prefix: str = "") -> list[tuple[int, str]]:
    """The faults of a drawing, each with its line: what stands there that no drawing needs."""
    inspector = Inspector(inline, prefix)
    parser = _parser(inspector)
    try:
        parser.Parse(text, True)
    except Forbidden:
        inspector.note("a document type, or an entity")
    except (expat.ExpatError, ValueError, LookupError) as error:
        # The last: an encoding that nobody knows.
        inspector.faults.append((getattr(error, "lineno", 1), f"{UNREADABLE} ({error})"))
    if inspector.drawn() > MOST:
        inspector.faults.append((1, f"parts that use each other, for more than {MOST} shapes,"))
    return inspector.faults


class Forbidden(Exception):
    """A drawing begins a document type: an entity of it could grow without end, or name a file."""


def _parser(inspector: Inspector) -> expat.XMLParserType:
    """Python's own parser, which tells *inspector* what it meets, and stops at a document type."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.namespace_prefixes = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        space, _, rest = tag.partition("}")
        name, _, prefix = rest.partition("}")
        if prefix and space == SVG[1:-1]:
            inspector.prefixed(name, prefix)
        inspector.start(_named(tag), {_named(key): value for key, value in attributes.items()})

    def forbid(*_: object) -> None:
        raise Forbidden

    parser.StartElementHandler = start
    parser.EndElementHandler = inspector.end
    parser.CharacterDataHandler = inspector.data
    parser.ProcessingInstructionHandler = inspector.pi
    parser.StartCdataSectionHandler = inspector.cdata
    # No entity is declared outside of a document type; the second is there for the day it is.
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = forbid
    inspector.line = lambda: parser.CurrentLineNumber
    return parser


def _named(name: str) -> str:
    """The *name* as ElementTree writes it: ``{space}name`` where it belongs to a space."""
    space, _, rest = name.partition("}")
    return f"{{{space}}}{rest.partition('}')[0]}" if rest else name


@lru_cache(maxsize=256)
def _faults_at(path: Path, inline: bool, _stamp: tuple[int, int]) -> list[tuple[int, str]]:
    data = path.read_bytes()
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return [(line_at(data, error.start), f"{UNREADABLE} (it is not UTF-8)")]
    return svg_faults(data, inline, id_prefix(path.stem))


def id_prefix(stem: str) -> str:
    """How the ids of a drawing of this name begin: ``gba-`` for ``gut-brain-axis``."""
    return "".join(word[0] for word in re.split(r"\W+", stem) if word) + "-"


def faults_at(path: Path, inline: bool = False) -> list[tuple[int, str]]:
    """The faults of the drawing at *path*; none if there is no such file, which Sphinx reports."""
    if not path.is_file():
        return []
    known = path.stat()
    return _faults_at(path, inline, (known.st_mtime_ns, known.st_size))


def report(path: Path, inline: bool = False) -> bool:
    """Warn of each fault of the drawing at *path*; return whether there is any."""
    found = faults_at(path, inline)
    for line, what in found:
        cure = AGAIN if what.startswith(UNREADABLE) else CURE
        message = f"{path.name}: {what} has no place in a drawing; {cure}"
        logger.warning(message, location=f"{path}:{line}", type="safe", subtype="drawing")
    return bool(found)


def static_drawings(app: Sphinx) -> Iterator[Path]:
    """The drawings that are copied into the site whole, and its mark and icon."""
    roots = [Path(app.confdir, name) for name in app.config.html_static_path]
    yield from (path for root in roots for path in sorted(root.rglob("*.[sS][vV][gG]")))
    marks = (
        Path(app.confdir, name) for name in (app.config.html_logo, app.config.html_favicon) if name
    )
    yield from (
        path
        for path in marks
        if path.suffix.lower() == ".svg" and not any(path.is_relative_to(root) for root in roots)
    )


def check_static(app: Sphinx) -> None:
    """Hold the drawings of the site to the lists before anything is read."""
    for path in static_drawings(app):
        report(path)


def check_pictures(app: Sphinx, document: nodes.document) -> None:
    """Hold the drawings of a page to the lists, and take those away that fail."""
    drawings = [
        image
        for image in document.findall(nodes.image)
        if str(image["uri"]).lower().endswith(".svg")
    ]
    told = set(static_drawings(app)) if drawings else set[Path]()
    for image in drawings:
        path, inline = Path(app.srcdir, str(image["uri"])), "kb-figure" in image["classes"]
        if (path in told and faults_at(path)) or report(path, inline):
            take_out(image)
    for icon in [node for node in document.findall(nodes.Element) if "svg" in node.attributes]:
        drawing = re.sub(r"^<svg ", f'<svg xmlns="{SVG[1:-1]}" ', str(icon["svg"]))
        for _, what in svg_faults(drawing):
            message = f"an icon with {what}; an icon has a name, a height and classes"
            logger.warning(message, location=icon, type="safe", subtype="drawing")
            icon["svg"] = ""


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("builder-inited", check_static)
    # When Sphinx has collected the pictures of the page (500), and before drawings are drawn by us.
    app.connect("doctree-read", check_pictures, priority=550)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
