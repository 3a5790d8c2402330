"""The contents of a page, at its side: marked in one pass over the text.

The theme parses the list that Sphinx prints, marks it and prints it again with
BeautifulSoup, for every page.  This gives the same HTML by one expression.  In ``conf.py``,
with ``kb-page-toc.html`` in ``templates_path``::

    html_theme_options = {"secondary_sidebar_items": ["kb-page-toc.html"]}
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

TAG = re.compile(r'<(/?)(ul|li|a)((?: class="([^"]*)")?)([^>]*)>')
OPENING = re.compile(r"<(\w+)")
OTHER = re.compile(r"&(?!amp;|lt;|gt;)")
"""What BeautifulSoup prints otherwise than Sphinx: lists that hold it, or markup in a title, are left to the theme."""


def marked(toc: str, shown: int) -> str:
    """The list *toc* of a page as the theme marks it, without its title; lists down to level *shown* stand open."""
    level = 0

    def mark(tag: re.Match[str]) -> str:
        nonlocal level
        closing, name, _, classes, rest = tag.groups()
        if closing:
            level -= name == "ul"
            return tag[0]
        level += name == "ul"
        own = {
            "ul": ["nav section-nav flex-column"],
            "li": [f"toc-h{level} nav-item toc-entry"],
            "a": ["nav-link"],
        }[name]
        if name == "ul" and level <= shown + 1:
            own.insert(0, "pst-show_toc_level")
        return f'<{name} class="{" ".join(filter(None, (classes, *own)))}"{rest}>'

    return TAG.sub(mark, toc)


def below_title(toc: str) -> str | None:
    """What stands below the one title of a page (*toc* is marked), or nothing if there are several."""
    if toc.count('<li class="toc-h1 ') != 1:
        return None
    if '<li class="toc-h2 ' not in toc:
        return ""
    return toc[toc.index("<ul", 1) : toc.rindex("</ul>", 0, toc.rindex("</ul>")) + len("</ul>")]


def offer(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the template its list, where that is plain; else it asks the theme."""
    toc = context.get("toc", "").strip()
    if (
        "theme_show_toc_level" in context
        and set(OPENING.findall(toc)) <= {"ul", "li", "a"}
        and not OTHER.search(toc)
    ):
        context["kb_page_toc"] = below_title(marked(toc, int(context["theme_show_toc_level"])))


def setup(app: Sphinx) -> ExtensionMetadata:
    # Before the theme, which drops templates that print nothing.
    app.connect("html-page-context", offer, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
