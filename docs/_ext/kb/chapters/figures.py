"""Our own drawings, set into the page so that they follow its colors.

An image of class ``kb-figure`` is an SVG file whose shapes are colored by classes
(``k-ink``, ``k-line`` ...) and a style element for use as a file.  In HTML the
drawing is put into the page without that style element, and ``figures.css`` colors
the classes for light and dark; every other builder uses the file.

Parts of a drawing can be links in HTML.  In the SVG, a part is a group with an id,
with its label and a ``<rect class="k-hit">`` for the finger and the focus ring.
Beside ``axis.svg`` lies ``axis.json``, which says where each part leads::

    {
      "gba-nerves": "sections/gut-brain-axis#nerves"
    }

A link is named by the words of its part, or by the ``aria-label`` of the group.  The drawing is
then a group under the text alternative of the page, and its other words are hidden from screen
readers, which would read them as loose scraps.  A part or a target that does not exist is a
warning with the line of the JSON file.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import PageDependencies, needs_of
from kb.core.assets import add_assets
from kb.core.messages import did_you_mean
from kb.core.text import line_at
from kb.input_checks.safe_svg import report
from kb.text_index.records import to_place

logger = logging.getLogger(__name__)

_GROUP = re.compile(r"<g\b[^>]*\sid=\"([^\"]+)\"")
_SVG = "{http://www.w3.org/2000/svg}"
_SPACES = {"": _SVG[1:-1], "xlink": "http://www.w3.org/1999/xlink"}
"""The prefixes by which a browser knows the attributes of a drawing."""
_TARGET = re.compile(r"[^#\s]+#[^#\s]+")


@dataclass(frozen=True)
class PartLink:
    """Where the part *id* of a drawing leads: a page and an anchor, written at *line* of *path*."""

    id: str
    docname: str
    anchor: str
    path: Path
    line: int

    def warn(self, message: str) -> None:
        """Report a fault of this link, with the cure."""
        logger.warning(message, location=f"{self.path}:{self.line}", type="figures", subtype="link")


def links_file(image: nodes.image, srcdir: Path) -> Path:
    """The file that says where the parts of *image* lead; most drawings have none."""
    return Path(srcdir, image["uri"]).with_suffix(".json")


def part_links(path: Path) -> Iterator[PartLink]:
    """Read the links of a drawing from *path*, and report lines that are not links."""
    text = path.read_text(encoding="utf-8") if path.is_file() else "{}"
    try:
        entries = json.loads(text)
        pairs = [(str(part), str(target)) for part, target in entries.items()]
    except (ValueError, AttributeError):
        message = 'not a list of links; write {"id of the part": "page#anchor", ...}'
        logger.warning(message, location=f"{path}:1", type="figures", subtype="link")
        return
    for part, target in pairs:
        line = line_at(text, text.index(json.dumps(part, ensure_ascii=False)))
        docname, _, anchor = target.partition("#")
        link = PartLink(part, docname, anchor, path, line)
        if _TARGET.fullmatch(target):
            yield link
        else:
            link.warn(
                f"{target!r} is not a place; write a page and an anchor, "
                "as in 'sections/gut-health#claim-c1'"
            )


class LinkParts(SphinxPostTransform):
    """Add to each drawing a link for each of its parts, before Sphinx resolves links."""

    # Sphinx resolves links at 10.
    default_priority = 8
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        for image in self.document.findall(nodes.image):
            path = links_file(image, self.env.srcdir)
            if "kb-figure" in image["classes"] and path.is_file():
                drawing = Path(self.env.srcdir, image["uri"]).read_text(encoding="utf-8")
                parts = set(_GROUP.findall(drawing))
                image.extend(
                    to_place(link.docname, link.anchor, link.id)
                    for link in part_links(path)
                    if self._holds(link, parts)
                )

    def _holds(self, link: PartLink, parts: set[str]) -> bool:
        """Whether both ends of *link* exist; if not, say so."""
        if link.id not in parts:
            link.warn(
                f"the drawing has no group with the id {link.id!r}{did_you_mean(link.id, parts)}"
            )
            return False
        if link.docname not in self.env.found_docs:
            nearest = did_you_mean(link.docname, self.env.found_docs)
            link.warn(f"there is no page {link.docname!r}{nearest}")
            return False
        anchors = needs_of(self.env)[link.docname].ids
        if link.anchor not in anchors:
            link.warn(
                f"{link.docname} has no anchor {link.anchor!r}{did_you_mean(link.anchor, anchors)}"
            )
        return link.anchor in anchors


class InlineDrawings(SphinxPostTransform):
    """Replace images of class ``kb-figure`` by their SVG, in HTML only."""

    default_priority = 180
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        for image in list(self.document.findall(nodes.image)):
            if "kb-figure" in image["classes"]:
                image.replace_self(self._inline(image))

    def _inline(self, image: nodes.image) -> nodes.Node:
        path = Path(self.env.srcdir, image["uri"])
        links = {link.astext(): link for link in image.findall(nodes.reference)}
        image.clear()
        # Those of authors were taken out when read; those that the build draws come here.
        if report(path, inline=True):
            return image
        if not image.get("alt"):
            message = f"{path.name}: no text alternative; add ':alt:' with what the drawing says"
            logger.warning(message, location=image, type="figures", subtype="alt")
        # ``safe_svg`` lets no document type come so far, and so no entity.
        svg = ET.fromstring(path.read_bytes())
        _drop_styles(svg)
        if links:
            _add_links(svg, links)
        # The role 'img' hides what is inside it, so a drawing with links is a group.
        role, drawing = "group" if links else "img", _written(svg)
        label = html.escape(image.get("alt", ""))
        drawing = f'<div class="kb-figure" role="{role}" aria-label="{label}">{drawing}</div>'
        # The words stay at hand for editions in text.
        return nodes.raw("", drawing, format="html", alt=image.get("alt", ""))


def _drop_styles(svg: ET.Element) -> None:
    """Take the style elements out of *svg*; a parser has left comments out already."""
    for parent in svg.iter():
        for child in [child for child in parent if child.tag == f"{_SVG}style"]:
            parent.remove(child)


def _written(svg: ET.Element) -> str:
    """*svg* as text, as a parser of HTML reads it."""
    # Here and not once: others of this process, such as the EPUB, give no prefix to other spaces.
    for prefix, space in _SPACES.items():
        ET.register_namespace(prefix, space)
    return ET.tostring(svg, encoding="unicode")


def _add_links(svg: ET.Element, links: dict[str, nodes.reference]) -> None:
    """Make the parts of *svg* links, and take the rest out of the way of screen readers."""
    for part in list(svg.iter(f"{_SVG}g")):
        if link := links.get(part.get("id", "")):
            _make_link(part, link.get("refuri") or f"#{link['refid']}")
    # Named by the group around it: a title of its own would show as a tooltip over the whole.
    for child in [child for child in svg if child.tag in (f"{_SVG}title", f"{_SVG}desc")]:
        svg.remove(child)
    svg.attrib.pop("aria-labelledby", None)
    svg.set("role", "none")
    _hide_rest(svg)


def _make_link(part: ET.Element, address: str) -> None:
    """Turn the group *part* into a link, named by its label or else by its words."""
    words = part.get("aria-label") or " ".join(
        " ".join(text.itertext()) for text in part.iter(f"{_SVG}text")
    )
    part.tag = f"{_SVG}a"
    part.attrib |= {
        "class": f"kb-part {part.get('class', '')}".strip(),
        "href": address,
        "aria-label": " ".join(words.split()),
    }


def _hide_rest(element: ET.Element) -> None:
    """Hide from screen readers whatever below *element* neither is a link nor holds one."""
    for child in element:
        if child.tag == f"{_SVG}a":
            continue
        if child.find(f".//{_SVG}a") is not None:
            _hide_rest(child)
        else:
            child.set("aria-hidden", "true")


def note_links(app: Sphinx, document: nodes.document) -> None:
    """Read a page again when the links of its drawings change (doctree-read)."""
    for image in document.findall(nodes.image):
        if "kb-figure" in image["classes"] and (path := links_file(image, app.srcdir)).is_file():
            app.env.note_dependency(path)


def page_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
    """Whether the places to which drawings lead are there (page-dependencies)."""
    needs = needs_of(env)

    def facts(paths: set[Any]) -> list[bool]:
        links = [
            link
            for path in sorted(paths)
            if Path(path).suffix == ".json"
            for link in part_links(Path(env.srcdir, path))
        ]
        return [link.docname in needs and link.anchor in needs[link.docname].ids for link in links]

    return {name: facts(paths) for name, paths in env.dependencies.items()}


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    app.setup_extension("kb.text_index.records")
    app.setup_extension("kb.input_checks.safe_svg")
    # Before the look of the site as a whole (800).
    add_assets(app, __file__, css={"figures.css": 780})
    app.add_post_transform(LinkParts)
    app.add_post_transform(InlineDrawings)
    app.connect("doctree-read", note_links)
    app.connect("page-dependencies", page_dependencies)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
