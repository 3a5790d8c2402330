"""Addresses that moved or went: ``docs/data/redirects.csv`` keeps each of them answered.

A row names an old address, the new one, and why; what went for good has no new one::

    old,new,reason
    sections/gut.html,sections/gut-health.html,Named after its subject.
    sections/gut-health.html#claim-c9,sections/gut-health.html#claim-c1,Both said the same.
    sections/gut-health.html#claim-c8,,The article dropped the claim.
    data/register.csv,data/claims.csv,"Renamed, with more fields."

In HTML only, since nobody links into a book from outside:

- an old page becomes a page that leads on (``kb-moved.html``): at once by a refresh, which needs no
  script, with the anchor by ``_static/moved.js``, and by a plain link; search engines do not list
  it;
- an old anchor whose place is still on its page becomes a further id of that place;
- any other old anchor gets a line at the foot of its page, with a link or the reason;
- an old download is named here alone: a program that asks for it needs other fields, and no file
  can lead on.

A row that does nothing or leads nowhere is reported with its line.
``docs/_tools/build/published.py`` compares the built site with the addresses of the last releases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import PageDependencies, needs_of
from kb.core.assets import add_assets
from kb.core.messages import did_you_mean
from kb.core.tables import Fault, Row, read_rows
from kb.input_checks.text_checks import MADE

logger = logging.getLogger(__name__)

FILE = "data/redirects.csv"
"""Where the file lies, seen from the folder of the sources."""
COLUMNS = ["old", "new", "reason"]
ADDRESS = re.compile(r"\A([\w-]+(?:/[\w-]+)*)\.html(?:#([\w.:-]+))?\Z")
"""A page of the site, seen from its top, with or without an anchor."""
DOWNLOAD = re.compile(r"\A[\w-]+(?:/[\w-]+)*(?:\.(?!html\b)\w+)+\Z")
"""A file of the site that is not a page."""


@dataclass(frozen=True)
class Place:
    """A page, without its suffix, and an anchor in it, or ''."""

    page: str
    anchor: str


@dataclass(frozen=True)
class Redirect:
    """One row: what was at *old* is at *new* now, or nowhere."""

    line: int
    old: Place
    new: Place | None
    reason: str


def read_redirects(path: Path) -> list[Redirect]:
    """Return the redirects of pages and anchors in *path*, checked; without a file there are none.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """
    return list(_redirects(read_rows(path, COLUMNS, _faults)))


def _redirects(rows: Iterable[Row]) -> Iterator[Redirect]:
    for line, row in rows:
        if not DOWNLOAD.match(row["old"]):
            new = _place(row["new"]) if row["new"] else None
            yield Redirect(line, _place(row["old"]), new, row["reason"].strip())


def _place(address: str) -> Place:
    match = ADDRESS.match(address)
    assert match
    return Place(match[1], match[2] or "")


def _faults(rows: list[Row]) -> Iterator[Fault]:
    sound = []
    for line, row in rows:
        faults = list(_row_faults(row))
        yield from ((line, fault) for fault in faults)
        sound += [] if faults else [(line, row)]
    yield from _pair_faults(list(_redirects(sound)))


def _row_faults(row: dict[str, str]) -> Iterator[str]:
    form, like = ADDRESS, "'sections/one.html' or 'sections/one.html#claim-a1'"
    if DOWNLOAD.match(row["old"]):
        form, like = DOWNLOAD, "'data/foods.csv'"
    for address in filter(None, (row["old"], row["new"])):
        if not form.match(address):
            yield f"{address!r} is not an address of the site; write {like}"
    if not row["old"]:
        yield "the old address is missing"
    if not row["reason"].strip():
        yield "say in a few words why it moved or went; readers see them"


def _pair_faults(redirects: list[Redirect]) -> Iterator[Fault]:
    """Name rows that speak of the same address, or lead to an address that moved on."""
    first: dict[Place, Redirect] = {}
    for one in redirects:
        if one.old in first:
            yield (
                one.line,
                f"{_address(one.old)!r} stands at line {first[one.old].line} too; keep one",
            )
        first.setdefault(one.old, one)
    for one in redirects:
        onward = one.new and (first.get(one.new) or first.get(Place(one.new.page, "")))
        if one.new and onward:
            cure = f"(line {onward.line}); lead to where it is now"
            yield one.line, f"{_address(one.new)!r} is gone itself {cure}"


def _address(place: Place) -> str:
    return f"{place.page}.html#{place.anchor}" if place.anchor else f"{place.page}.html"


def redirects_of(env: BuildEnvironment) -> list[Redirect]:
    """The checked redirects of the project that *env* builds."""
    return read_redirects(Path(env.srcdir, FILE))


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """Report rows whose old address is still there, or whose new one is not.

    Called by env-check-consistency.
    """
    found = redirects_of(env)
    redirected = {one.old.page for one in found if not one.old.anchor}
    for one in found:
        if is_made(app.config, one.old.page):
            _warn(env, one, f"{_address(one.old)!r} is made by the build; delete the row")
        elif _is_there(env, one.old):
            _warn(env, one, f"{_address(one.old)!r} is still there; delete the row")
        elif one.old.page not in env.found_docs and one.old.page not in redirected:
            _warn(env, one, f"the whole page '{one.old.page}.html' is gone; add a row for it")
        if one.new and not _is_there(env, one.new):
            _warn(env, one, f"{_address(one.new)!r} is not there{_nearest(env, one.new)}")


def is_made(config: Config, page: str) -> bool:
    """Whether the build writes *page* from no source: a row would put another in its place."""
    return page in MADE or page.startswith("_") or page in config.html_additional_pages


def _nearest(env: BuildEnvironment, place: Place) -> str:
    if place.page in env.found_docs:
        return did_you_mean(place.anchor, needs_of(env)[place.page].ids)
    return did_you_mean(place.page, env.found_docs)


def _is_there(env: BuildEnvironment, place: Place) -> bool:
    """Whether *place* was read; rows of the register are made later, one for each claim."""
    anchor, pages = place.anchor, {place.page}
    if anchor.startswith("register-"):
        anchor, pages = anchor.replace("register-", "claim-", 1), {*needs_of(env)}
    return place.page in env.found_docs and (
        not anchor or any(anchor in needs_of(env)[page].ids for page in pages)
    )


def _warn(env: BuildEnvironment, one: Redirect, message: str) -> None:
    location = f"{Path(env.srcdir, FILE)}:{one.line}"
    logger.warning(message, location=location, type="redirects", subtype="row")


def keep_anchors(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keep the anchors of a page that moved or went: as further ids, or as lines at its foot.

    Called by doctree-resolved.
    """
    if app.builder.name != "html":
        return
    found = [one for one in redirects_of(app.env) if one.old.page == docname]
    lines = [_line(app, one) for one in found if not _is_named(doctree, one)]
    if lines:
        head = nodes.paragraph("", "", nodes.strong("", "Moved from this page"))
        box = nodes.container("", head, nodes.bullet_list("", *lines), classes=["moved"])
        next(iter(doctree.findall(nodes.section)), doctree).append(box)


def _is_named(doctree: nodes.document, one: Redirect) -> bool:
    """Give the old id to the new place, if that is an anchor of this page."""
    if not one.new or one.new.page != one.old.page or not one.new.anchor:
        return False
    for node in doctree.findall(nodes.Element):
        if one.new.anchor in node["ids"]:
            # A further id becomes an empty span, which has no place between the cells of a row.
            place = node.children[0] if isinstance(node, nodes.row) else node
            place["ids"].append(one.old.anchor)  # type: ignore[index]
            return True
    return False


def _line(app: Sphinx, one: Redirect) -> nodes.list_item:
    text = nodes.paragraph("", f"{one.old.anchor}: ")
    if one.new:
        page = app.builder.get_relative_uri(one.old.page, one.new.page)
        address = f"{page}#{one.new.anchor}" if one.new.anchor else page
        title = nodes.inline("", _title(app.env, one))
        link = nodes.reference("", "", title, internal=True, refuri=address)
        text += [nodes.Text("now in "), link, nodes.Text(". ")]
    text += nodes.Text(one.reason)
    return nodes.list_item("", text, ids=[one.old.anchor])


def old_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield a page that leads on for each old page among the rows (html-collect-pages).

    An e-book, which Sphinx makes as it makes a site, has no addresses that others know.
    """
    if app.builder.name != "html":
        return
    found = redirects_of(app.env)
    for one in (one for one in found if not one.old.anchor):
        anchors = [other for other in found if other.old.page == one.old.page and other.old.anchor]
        yield one.old.page, _context(app, one, anchors), "kb-moved.html"


def _context(app: Sphinx, one: Redirect, anchors: list[Redirect]) -> dict[str, Any]:
    """What the template prints: where to, why, and the anchors that are elsewhere than the page."""
    here = app.builder.get_target_uri(one.old.page)

    def link(place: Place | None) -> str:
        address = relative_uri(here, app.builder.get_target_uri(place.page)) if place else ""
        return f"{address}#{place.anchor}" if place and place.anchor else address

    return {
        "moved_to": link(one.new),
        "moved_title": _title(app.env, one),
        "moved_reason": one.reason,
        "moved_anchors": [(other.old.anchor, link(other.new), other.reason) for other in anchors],
    }


def _title(env: BuildEnvironment, one: Redirect) -> str:
    """The title of the page where it is now."""
    return env.titles[one.new.page].astext() if one.new and one.new.page in env.titles else ""


def page_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
    """Return the rows of each page, with the titles that they print (page-dependencies)."""
    found: dict[str, list[Any]] = {}
    for one in redirects_of(env):
        shown = (one.old, one.new, one.reason, _title(env, one))
        found.setdefault(one.old.page, []).append(shown)
    return found


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    add_assets(app, __file__)
    app.connect("env-check-consistency", check)
    # After the post-transforms: no term links in these lines, and none of their words is counted.
    app.connect("doctree-resolved", keep_anchors)
    app.connect("html-collect-pages", old_pages)
    app.connect("page-dependencies", page_dependencies)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
