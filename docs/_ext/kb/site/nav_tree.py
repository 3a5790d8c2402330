"""The navigation beside every page: the tree read once, and only marked for each page.

The theme has Sphinx copy, render and parse the contents of the whole site for each page,
so that the cost grows with the square of the number of pages: 95% of a build of 1,000.
Here the tree is read once, an entry is printed once for each folder of pages, and a page
gets its own branch printed afresh.  The HTML is the theme's but for white space and the
names of the toggles, which the theme leaves without one for those who listen, with
its options ``max_navbar_depth``, ``collapse_navbar`` and ``show_navbar_depth`` (1 or more).

In ``conf.py``, in place of ``sbt-sidebar-nav.html``::

    html_sidebars = {"**": ["navbar-logo.html", "search-button-field.html", "kb-nav.html"]}

with ``kb-nav.html`` in ``templates_path``.  With ``collapse_navbar`` a page holds the top
level and its own branch, and its size no longer grows with the site.

A patch for pydata-sphinx-theme (issues 364, 381 and 876) that gains most of the time is
``docs/authoring/upstream/pydata-sidebar-siblings.patch``; it names no toggles.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.util import url_re
from sphinx.util.typing import ExtensionMetadata

TOGGLE = (
    '<span class="toctree-toggle" role="presentation">'
    '<i class="fa-solid fa-chevron-down"></i></span>'
)
CAPTION = (
    '<p aria-level="2" class="caption" role="heading"><span class="caption-text">%s</span></p>\n'
)


@dataclass
class Entry:
    """A link of the tree: its words as HTML, its page or address, and the entries below."""

    words: str
    target: str
    is_page: bool
    depth: int
    entries: list[Entry] = field(default_factory=list)
    below: set[str] = field(default_factory=set)
    """The pages it leads to, itself or below."""
    printed: dict[str, str] = field(default_factory=dict)
    """As it stands in a page of a folder that it does not lead to."""


@dataclass(frozen=True)
class Options:
    """The theme's options for the tree."""

    depth: int
    opened: int
    is_collapsed: bool


class Tree:
    """The navigation of the whole site."""

    def __init__(self, builder: StandaloneHTMLBuilder, options: Options) -> None:
        self.builder, self.options = builder, options
        self.env: BuildEnvironment = builder.env
        root = self.env.config.root_doc
        toctrees = self.env.master_doctree.findall(addnodes.toctree)
        self.lists = [
            (toctree.get("caption") or "", self._entries(toctree, 1, (root,)))
            for toctree in toctrees
        ]

    def _entries(
        self, toctree: addnodes.toctree, depth: int, above: tuple[str, ...]
    ) -> list[Entry]:
        found = (
            self._entry(title, target, toctree["parent"], depth, above)
            for title, target in toctree["entries"]
        )
        return [entry for entry in found if entry]

    def _entry(
        self, title: str | None, target: str, holder: str, depth: int, above: tuple[str, ...]
    ) -> Entry | None:
        if url_re.match(target):
            return Entry(_text(title or target), target, False, depth)
        if target == "self":
            return self._page(title or self.env.titles[holder].astext(), holder, depth)
        if target in StandardDomain._virtual_doc_names:
            page, name = StandardDomain._virtual_doc_names[target]
            return self._page(title or str(name), page, depth)
        link = (
            next(self.env.tocs[target].findall(nodes.reference), None)
            if target in self.env.tocs
            else None
        )
        if link is None or target in above:
            return None
        entry = self._page("", target, depth)
        # As Sphinx has it: a title of the list's own counts for pages with one title alone.
        own = title if title and len(self.env.tocs[target].children) == 1 else ""
        entry.words = _number(link) + (_text(own) or self._words(link))
        entry.entries = self._below(target, depth + 1, (*above, target))
        entry.below.update(*(child.below for child in entry.entries))
        return entry

    def _page(self, title: str, page: str, depth: int) -> Entry:
        return Entry(_text(title), page, True, depth, below={page})

    def _below(self, page: str, depth: int, above: tuple[str, ...]) -> list[Entry]:
        if self.env.metadata[page].get("tocdepth", 0) == 1:
            return []
        toctrees = _toctrees(self.env.tocs[page], self.builder.tags)
        return [entry for toctree in toctrees for entry in self._entries(toctree, depth, above)]

    def _words(self, link: nodes.reference) -> str:
        if all(isinstance(child, nodes.Text) for child in link.children):
            return _text(link.astext())
        # Markup in a title, printed as the theme prints it.
        inner = nodes.inline("", "", *(child.deepcopy() for child in link.children))
        soup = BeautifulSoup(self.builder.render_partial(inner)["fragment"], "html.parser")
        return soup.span.decode_contents() if soup.span else ""

    def html(self, page: str) -> str:
        """The navigation as it stands in *page*."""
        return "".join(
            self._list(page, caption, entries) for caption, entries in self.lists if entries
        )

    def _list(self, page: str, caption: str, entries: list[Entry]) -> str:
        here = "current " if any(page in entry.below for entry in entries) else ""
        head = CAPTION % _text(caption) if caption else ""
        items = "".join(self._item(page, entry) for entry in entries)
        return f'{head}<ul class="{here}nav bd-sidenav">\n{items}</ul>\n'

    def _item(self, page: str, entry: Entry) -> str:
        if page in entry.below:
            return "".join(self._printed(page, entry))
        folder = posixpath.dirname(page)
        if folder not in entry.printed:
            entry.printed[folder] = "".join(self._printed(page, entry))
        return entry.printed[folder]

    def _printed(self, page: str, entry: Entry) -> Iterator[str]:
        here, inner = page in entry.below, ""
        is_deep = 0 < self.options.depth <= entry.depth
        shown = entry.entries if not is_deep and (here or not self.options.is_collapsed) else []
        mark = (" current active" if here else "") + (" has-children" if shown else "")
        if shown:
            opened = ' open="open"' if here or entry.depth < self.options.opened else ""
            items = "".join(self._item(page, child) for child in shown)
            inside = ' class="current"' if any(page in child.below for child in shown) else ""
            inner = f"<details{opened}>{_opener(entry)}<ul{inside}>\n{items}</ul>\n</details>"
        yield f'<li class="toctree-l{entry.depth}{mark}">{self._link(page, entry)}{inner}</li>\n'

    def _link(self, page: str, entry: Entry) -> str:
        if not entry.is_page:
            return f'<a class="reference external" href="{_text(entry.target)}">{entry.words}</a>'
        address = "#" if entry.target == page else self.builder.get_relative_uri(page, entry.target)
        here = "current " if entry.target == page else ""
        return f'<a class="{here}reference internal" href="{_text(address)}">{entry.words}</a>'


def _text(words: str) -> str:
    return escape(words, quote=False)


def _opener(entry: Entry) -> str:
    name = " ".join(re.sub(r"<[^>]*>", "", entry.words).split()).replace('"', "&quot;")
    return f'<summary aria-label="Pages below: {name}">{TOGGLE}</summary>'


def _number(link: nodes.reference) -> str:
    return f"{'.'.join(map(str, link['secnumber']))}. " if link.get("secnumber") else ""


def _toctrees(node: nodes.Element, tags: Any) -> Iterator[addnodes.toctree]:
    """The tables of contents of a page, without those for other builders."""
    for child in node.children:
        if isinstance(child, addnodes.toctree):
            yield child
        elif isinstance(child, addnodes.only) and not tags.eval_condition(child["expr"]):
            continue
        elif isinstance(child, nodes.Element):
            yield from _toctrees(child, tags)


def add_navigation(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the template of the sidebar its tree (html-page-context)."""
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder) or "theme_max_navbar_depth" not in context:
        return
    if (tree := getattr(builder, "kb_tree", None)) is None:
        is_collapsed = str(context["theme_collapse_navbar"]).lower() in ("true", "yes", "1")
        options = Options(
            int(context["theme_max_navbar_depth"]),
            int(context["theme_show_navbar_depth"]),
            is_collapsed,
        )
        tree = builder.kb_tree = Tree(builder, options)  # type: ignore[attr-defined]
    context["kb_nav"] = tree.html(pagename)


def setup(app: Sphinx) -> ExtensionMetadata:
    # Before the theme, which drops templates that print nothing.
    app.connect("html-page-context", add_navigation, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
