"""Aids for readers: reading time, where to report a mistake, the page for lost addresses.

Reading time stands in the line of dates of a chapter, in HTML: the words of its
text, citations left out, at 220 a minute, rounded up.

Setting in ``conf.py``::

    kb_report_url = "https://example.org/issues/new?title={page}"   # "" prints no link

``{page}`` is replaced by the name of the page.

The page for addresses that lead nowhere is the template ``kb-404.html``, named in
``html_additional_pages``.  It needs no stylesheet and no script, because a server
shows it under addresses of any depth.  Its links work there only if ``html_baseurl``
is set; without it they work at the top of the site.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata

from kb.chapters.page_head import NOT_FOUND
from kb.chapters.schema import CHAPTERS
from kb.text_index.records import in_order

WORDS_A_MINUTE = 220
_WORD = re.compile(r"\w[\w'’.,%-]*")
_UNREAD = (nodes.comment, nodes.raw, addnodes.toctree, addnodes.index, nodes.citation)


class ReadingTime(SphinxPostTransform):
    """Open the line of dates of a chapter with the time that reading takes, in HTML only."""

    # Before references are resolved: citations are still keys, and no list is filled in yet.
    default_priority = 2
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        docname = self.env.current_document.docname
        lines = (
            line
            for line in self.document.findall(nodes.paragraph)
            if "page-info" in line["classes"]
        )
        if docname.startswith(CHAPTERS) and (line := next(lines, None)):
            line.insert(
                0, nodes.Text(f"Reading time: {time_words(minutes(count_words(self.document)))}. ")
            )


def count_words(document: nodes.document) -> int:
    """The words that a reader of *document* reads: no citations, no line of dates."""
    texts = (node for node in document.findall(nodes.Text) if not _is_unread(node.parent))
    return sum(len(_WORD.findall(str(text))) for text in texts)


def _is_unread(node: nodes.Node | None) -> bool:
    while isinstance(node, nodes.Element):
        if (
            isinstance(node, _UNREAD)
            or node.get("refdomain") == "cite"
            or "page-info" in node["classes"]
        ):
            return True
        node = node.parent
    return False


def minutes(words: int) -> int:
    """How long *words* take to read, in whole minutes, at least one."""
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def time_words(count: int) -> str:
    """*count* minutes as a reader says it: 'about 7 minutes'."""
    return f"about {count} minute{'' if count == 1 else 's'}"


def add_addresses(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the templates the address for reports, and the contents (html-page-context)."""
    context["kb_report_url"] = app.config.kb_report_url.replace("{page}", quote(pagename))
    if pagename == NOT_FOUND:
        context["kb_contents"] = list(contents(app.env))


def contents(env: BuildEnvironment) -> Iterator[tuple[str, str]]:
    """Name and title of each chapter and each page of reference, in reading order."""
    for name in in_order(env):
        if name.startswith((CHAPTERS, "reference/")):
            yield name, env.titles[name].astext()


def check_address(app: Sphinx, config: Config) -> None:
    """Check that the address for reports is what a link may be (config-inited)."""
    address = config.kb_report_url
    if address and not address.startswith(("https://", "mailto:")):
        cure = "write one that begins with 'https://' or 'mailto:', or ''"
        raise ConfigError(f"kb_report_url: {address!r} is not an address; {cure}")
    if stray := re.search(r"[{}]\w*}?", address.replace("{page}", "")):
        raise ConfigError(
            f"kb_report_url: {stray[0]!r} is not known; the one word in braces is {{page}}"
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    for needed in (
        "kb.chapters.schema",
        "kb.chapters.how_to_cite",
        "kb.chapters.page_head",
        "kb.text_index.records",
    ):
        app.setup_extension(needed)
    app.add_config_value("kb_report_url", "", "html", str)
    app.add_post_transform(ReadingTime)
    app.connect("config-inited", check_address)
    # Before the theme, which drops templates that print nothing.
    app.connect("html-page-context", add_addresses, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
