"""What the head of a page says to search engines and social networks.

The description of a chapter is its ``summary``, that of any other page the whole's.
Every page carries it once for search engines and once, with title and picture, in the form of
the Open Graph protocol (https://ogp.me), which networks read for their previews.  The
picture is ``_static/preview.png``, made from ``preview.svg``.

Settings in ``conf.py``::

    html_baseurl = "https://example.org/k2/"         # the public address; "" leaves addresses out
    kb_description = "One sentence on the whole."    # for pages without a summary
    # Of text and data, in files for programs.
    kb_license = "https://creativecommons.org/licenses/by/4.0/"

The one public address feeds the canonical address of each page (by Sphinx's own template),
``og:url``, the picture's whole address, ``sitemap.xml`` and ``robots.txt`` (see ``sitemap``) and
all addresses in files of data.  While it is empty no page prints one, and the picture is
named by its place beside the page.

The page for lost addresses has none of this: nobody finds or shares it.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util.typing import ExtensionMetadata

from kb.chapters.schema import CHAPTERS
from kb.core.page_info import info_of

PREVIEW, WIDTH, HEIGHT = "_static/preview.png", 1200, 630
NOT_FOUND = "404"
Tag = tuple[str, str, str]
"""The kind of name ('name' or 'property'), the name, and what it says."""
VIEWPORT = re.compile(r"<meta name=\"viewport\"[^>]*>\s*")
"""What docutils says of the viewport in the head of every page."""


def public_address(config: Config, uri: str = "") -> str:
    """The whole address of *uri*, a place from the root of the site.

    It is ``""`` while the public address is not set.
    """
    return posixpath.join(config.html_baseurl, uri) if config.html_baseurl else ""


def summary_of(app: Sphinx, pagename: str) -> str:
    """What a page is about in one sentence: its own summary, else that of the whole."""
    return info_of(app.env, pagename).summary or " ".join(app.config.kb_description.split())


def tags(app: Sphinx, pagename: str, title: str, url: str, picture: str) -> Iterator[Tag]:
    """Yield the tags of a page with this *title*; *url* may be empty, *picture* is an address."""
    summary, is_chapter = summary_of(app, pagename), pagename.startswith(CHAPTERS)
    yield "name", "description", summary
    yield "property", "og:type", "article" if is_chapter else "website"
    yield "property", "og:site_name", app.config.project
    yield "property", "og:title", title
    yield "property", "og:description", summary
    yield "property", "og:url", url
    yield "property", "og:image", picture
    yield "property", "og:image:width", str(WIDTH)
    yield "property", "og:image:height", str(HEIGHT)
    yield (
        "property",
        "og:image:alt",
        f"{app.config.project}: a drawing of brain and gut, joined by four lines",
    )
    if is_chapter:
        yield "property", "article:modified_time", info_of(app.env, pagename).checked
    yield "name", "twitter:card", "summary_large_image"


def add_tags(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Add the tags to the head of a page (html-page-context)."""
    if pagename == NOT_FOUND:
        return
    title = app.env.titles[pagename].astext() if pagename in app.env.titles else app.config.project
    picture = public_address(app.config, PREVIEW) or context["pathto"](PREVIEW, True)
    found = tags(app, pagename, title, str(context.get("pageurl") or ""), picture)
    lines = (
        f'\n    <meta {kind}="{name}" content="{html.escape(value)}" />'
        for kind, name, value in found
        if value
    )
    # Sphinx names the viewport too, in its own template.
    context["metatags"] = VIEWPORT.sub("", context.get("metatags", "")) + "".join(lines)


def check_address(app: Sphinx, config: Config) -> None:
    """Check that the public address has the form of one (config-inited)."""
    address = config.html_baseurl
    if address and not re.match(r"https?://[^/\s?#]+(/[^\s?#]*)?\Z", address):
        cure = "write one as in 'https://example.org/k2/', or ''"
        raise ConfigError(f"html_baseurl: {address!r} is not a public address; {cure}")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("kb_description", "", "html", str)
    app.add_config_value("kb_license", "", "html", str)
    app.connect("config-inited", check_address)
    app.connect("html-page-context", add_tags, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
