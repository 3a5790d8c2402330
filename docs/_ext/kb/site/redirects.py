"""Addresses that moved or went: ``docs/data/redirects.csv`` keeps each of them answered.

A row names an old address, the new one, and why; what went for good has no new one::

    old,new,reason
    sections/gut.html,sections/gut-health.html,Named after its subject.
    sections/gut-health.html#claim-c9,sections/gut-health.html#claim-c1,Both said the same.
    sections/gut-health.html#claim-c8,,The article dropped the claim.
    data/register.csv,data/claims.csv,"Renamed, with more fields."

In HTML only, since nobody links into a book from outside:

- an old page becomes a page that leads on (``kb-moved.html``): at once by a refresh, which needs no
  script, with the anchor by ``_static/moved.js``, and by a plain link; search engines are told not to list it;
- an old anchor whose place is still on its page becomes a further id of that place;
- any other old anchor gets a line at the foot of its page, with a link or the reason;
- an old download is told here alone: a program that asks for it needs other fields, and no file can lead on.

A row that does nothing or leads nowhere is reported with its line.  ``docs/_tools/build/published.py``
holds the built site to the addresses of the last releases.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import PageFacts, needs_of
from kb.core.messages import did_you_mean

logger = logging.getLogger(__name__)

HEAD = ["old", "new", "reason"]
ADDRESS = re.compile(r"([\w-]+(?:/[\w-]+)*)\.html(?:#([\w.:-]+))?\Z")
"""A page of the site, seen from its top, with or without an anchor."""
DOWNLOAD = re.compile(r"[\w-]+(?:/[\w-]+)*(?:\.(?!html\b)\w+)+\Z")
"""A file of the site that is no page."""


class RedirectsError(SphinxError):
    """The file of redirects cannot be used; the message lists every fault by line."""

    category = "Redirects error"


@dataclass(frozen=True)
class Place:
    """A page, without its suffix, and an anchor in it, or ''."""

    page: str
    anchor: str


@dataclass(frozen=True)
class Move:
    """One row: what was at *old* is at *new* now, or nowhere."""

    line: int
    old: Place
    new: Place | None
    reason: str


def read_moves(path: Path) -> list[Move]:
    """The moves of pages and anchors that *path* tells, checked; no file, no moves.

    :raises RedirectsError: with one line for each fault, each naming file, line and cure.
    """
    if not path.is_file():
        return []
    where, moves, faults = f"docs/data/{path.name}", list[Move](), list[str]()
    rows = csv.reader(path.read_text(encoding="utf-8").splitlines(), strict=True)
    try:
        if next(rows, []) != HEAD:
            raise RedirectsError(f"{where}:1: the first line is '{','.join(HEAD)}'")
        for row in filter(None, rows):
            faults += [f"{where}:{rows.line_num}: {fault}" for fault in _row_faults(row)]
            if not faults and not DOWNLOAD.match(row[0]):
                moves.append(
                    Move(
                        rows.line_num,
                        _place(row[0]),
                        _place(row[1]) if row[1] else None,
                        row[2].strip(),
                    )
                )
    except csv.Error as error:
        raise RedirectsError(
            f"{where}:{rows.line_num}: {error}; put cells with commas into quotation marks"
        ) from error
    faults += [f"{where}:{line}: {fault}" for line, fault in _pair_faults(moves)]
    if faults:
        raise RedirectsError("\n".join(faults))
    return moves


def _place(address: str) -> Place:
    match = ADDRESS.match(address)
    assert match
    return Place(match[1], match[2] or "")


def _row_faults(row: list[str]) -> Iterator[str]:
    if len(row) != len(HEAD):
        yield f"{len(row)} cells where there should be three: old, new, reason; a cell with a comma stands in quotation marks"
        return
    form = DOWNLOAD if DOWNLOAD.match(row[0]) else ADDRESS
    for address in filter(None, row[:2]):
        if not form.match(address):
            like = (
                "'data/foods.csv'"
                if form is DOWNLOAD
                else "'sections/one.html' or 'sections/one.html#claim-a1'"
            )
            yield f"{address!r} is no address of the site; write {like}"
    if not row[0]:
        yield "the old address is missing"
    if not row[2].strip():
        yield "say in a few words why it moved or went; readers see them"


def _pair_faults(moves: list[Move]) -> Iterator[tuple[int, str]]:
    """Name rows that speak of the same address, or lead to an address that moved on."""
    first: dict[Place, Move] = {}
    for move in moves:
        if move.old in first:
            yield (
                move.line,
                f"{_address(move.old)!r} stands at line {first[move.old].line} too; keep one",
            )
        first.setdefault(move.old, move)
    for move in moves:
        onward = move.new and (first.get(move.new) or first.get(Place(move.new.page, "")))
        if move.new and onward:
            yield (
                move.line,
                f"{_address(move.new)!r} is gone itself (line {onward.line}); lead to where it is now",
            )


def _address(place: Place) -> str:
    return f"{place.page}.html#{place.anchor}" if place.anchor else f"{place.page}.html"


def moves_of(env: BuildEnvironment) -> list[Move]:
    """The checked moves of the project that *env* builds."""
    return read_moves(Path(env.srcdir, env.config.kb_redirects)) if env.config.kb_redirects else []


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """Report rows whose old address is still there, and rows whose new one is not."""
    moves = moves_of(env)
    led_on = {move.old.page for move in moves if not move.old.anchor}
    for move in moves:
        if _is_there(env, move.old):
            _warn(env, move, f"{_address(move.old)!r} is still there; delete the row")
        elif move.old.page not in env.found_docs and move.old.page not in led_on:
            _warn(
                env, move, f"the whole page {move.old.page + '.html'!r} is gone; add a row for it"
            )
        if move.new and not _is_there(env, move.new):
            _warn(env, move, f"{_address(move.new)!r} is not there{_nearest(env, move.new)}")


def _nearest(env: BuildEnvironment, place: Place) -> str:
    is_page = place.page in env.found_docs
    return (
        did_you_mean(place.anchor, needs_of(env)[place.page].ids)
        if is_page
        else did_you_mean(place.page, env.found_docs)
    )


def _is_there(env: BuildEnvironment, place: Place) -> bool:
    """Whether *place* was read; rows of the register are made later, one for each claim."""
    anchor = (
        place.anchor.replace("register-", "claim-", 1)
        if place.anchor.startswith("register-")
        else place.anchor
    )
    pages = needs_of(env) if anchor != place.anchor else {place.page}
    return place.page in env.found_docs and (
        not anchor or any(anchor in needs_of(env)[page].ids for page in pages)
    )


def _warn(env: BuildEnvironment, move: Move, message: str) -> None:
    path = Path(env.srcdir, env.config.kb_redirects)
    logger.warning(message, location=f"{path}:{move.line}", type="moved", subtype="row")


def keep_anchors(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keep the anchors of a page that moved or went: as further ids, or as lines at its foot."""
    if app.builder.format != "html" or app.builder.name == "epub":
        return
    moves = [move for move in moves_of(app.env) if move.old.page == docname]
    lines = [_line(app, move) for move in moves if not _is_named(doctree, move)]
    if lines:
        head = nodes.paragraph("", "", nodes.strong("", "Moved from this page"))
        box = nodes.container("", head, nodes.bullet_list("", *lines), classes=["moved"])
        next(iter(doctree.findall(nodes.section)), doctree).append(box)


def _is_named(doctree: nodes.document, move: Move) -> bool:
    """Give the old id to the new place, if that is an anchor of this page."""
    if not move.new or move.new.page != move.old.page or not move.new.anchor:
        return False
    for node in doctree.findall(nodes.Element):
        if move.new.anchor in node["ids"]:
            # A further id becomes an empty span, which has no place between the cells of a row.
            place = node.children[0] if isinstance(node, nodes.row) else node
            place["ids"].append(move.old.anchor)  # type: ignore[index]
            return True
    return False


def _line(app: Sphinx, move: Move) -> nodes.list_item:
    text = nodes.paragraph("", f"{move.old.anchor}: ")
    if move.new:
        page = app.builder.get_relative_uri(move.old.page, move.new.page)
        address = f"{page}#{move.new.anchor}" if move.new.anchor else page
        link = nodes.reference(
            "", "", nodes.inline("", _title(app.env, move)), internal=True, refuri=address
        )
        text += [nodes.Text("now in "), link, nodes.Text(". ")]
    text += nodes.Text(move.reason)
    return nodes.list_item("", text, ids=[move.old.anchor])


def moved_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Make, of the old pages among the rows, pages that lead on."""
    moves = moves_of(app.env)
    for move in moves:
        if not move.old.anchor:
            anchors = [
                other for other in moves if other.old.page == move.old.page and other.old.anchor
            ]
            yield move.old.page, _context(app, move, anchors), "kb-moved.html"


def _context(app: Sphinx, move: Move, anchors: list[Move]) -> dict[str, Any]:
    """What the template prints: where to, why, and the anchors that went elsewhere than their page."""
    here = app.builder.get_target_uri(move.old.page)

    def link(place: Place | None) -> str:
        address = relative_uri(here, app.builder.get_target_uri(place.page)) if place else ""
        return f"{address}#{place.anchor}" if place and place.anchor else address

    return {
        "moved_to": link(move.new),
        "moved_title": _title(app.env, move),
        "moved_reason": move.reason,
        "moved_anchors": [(other.old.anchor, link(other.new), other.reason) for other in anchors],
    }


def _title(env: BuildEnvironment, move: Move) -> str:
    """The title of the page where it is now."""
    return env.titles[move.new.page].astext() if move.new and move.new.page in env.titles else ""


def page_facts(app: Sphinx, env: BuildEnvironment) -> PageFacts:
    """Which rows each page answers for, with the titles that they print."""
    facts: dict[str, list[Any]] = {}
    for move in moves_of(env):
        facts.setdefault(move.old.page, []).append(
            (move.old, move.new, move.reason, _title(env, move))
        )
    return facts


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    app.add_config_value("kb_redirects", "data/redirects.csv", "html", str)
    app.connect("env-check-consistency", check)
    # After the post-transforms: no term links in these lines, and none of their words is counted.
    app.connect("doctree-resolved", keep_anchors)
    app.connect("html-collect-pages", moved_pages)
    app.connect("page-facts", page_facts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
