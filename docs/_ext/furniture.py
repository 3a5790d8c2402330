"""The furniture of a page: reading time, how to cite it, where to report a mistake, its description.

Reading time stands in the line of dates of a chapter, in HTML: the words of its
text, citations left out, at 220 a minute, rounded up.

How to cite a page stands in a closed box at its end, as text, BibTeX and RIS.
Author, title and version come from ``conf.py``, the date from ``checked`` in the
front matter, else the year from ``copyright``; nothing asks the clock.  An address
is printed only if ``html_baseurl`` says where the book is.

Settings in ``conf.py``::

    kb_cite_pages = ["sections/*", "reference/*", "about/method"]   # pages with such a box
    kb_report_url = "https://example.org/issues/new?title={page}"   # "" prints no link
    kb_description = "One sentence on the whole."                   # for pages without a summary
    html_theme_options = {"article_footer_items": ["kb-cite"]}      # where the box stands

``{page}`` is replaced by the name of the page.  The description of a chapter is its
``summary``.  With ``html_baseurl`` set, pages also carry what social networks read,
with the picture ``_static/preview.png`` (made from ``preview.svg``).

The page for addresses that lead nowhere is the template ``kb-404.html``, named in
``html_additional_pages``.  It needs no stylesheet and no script, because a server
shows it under addresses of any depth.  Its links work there only if ``html_baseurl``
is set; without it they work at the top of the site.
"""

from __future__ import annotations

import datetime
import html
import math
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
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

from contract import CHAPTERS, long_date
from records import in_order

WORDS_A_MINUTE = 220
PREVIEW = "_static/preview.png"
NOT_FOUND = "404"
_AS_TEX = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}"}
_WORD = re.compile(r"\w[\w'’.,%-]*")
_UNREAD = (nodes.comment, nodes.raw, addnodes.toctree, addnodes.index, nodes.citation)


@dataclass(frozen=True)
class Citation:
    """What a citation of a page is made of; ``checked`` and ``url`` may be empty."""

    name: str
    author: str
    title: str
    book: str
    year: str
    checked: str
    url: str

    def forms(self) -> list[tuple[str, str]]:
        """The citation in each form, with the name of the form."""
        return [("Text", self.text()), ("BibTeX", self.bibtex()), ("RIS", self.ris())]

    def text(self) -> str:
        """The citation as a sentence of a list of sources."""
        checked = f" Last checked {long_date(self.checked)}." if self.checked else ""
        return f"{self.author} ({self.year or 'n.d.'}). {self.title}. In: {self.book}.{checked} {self.url}".rstrip()

    def bibtex(self) -> str:
        """The citation for BibTeX: an entry of the type that demands no field."""
        fields = {
            "author": f"{{{_escaped(self.author)}}}",
            # Braces of their own keep styles from lowering the capitals of a name.
            "title": f"{{{_escaped(self.title)}}}",
            "howpublished": f"In: {_escaped(self.book)}",
            "year": self.year,
            "note": f"Last checked {long_date(self.checked)}" if self.checked else "",
            "url": self.url,
        }
        lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
        return f"@misc{{{self.name},\n{''.join(lines)}}}"

    def ris(self) -> str:
        """The citation for reference managers."""
        fields = [
            ("TY", "CHAP"), ("AU", self.author), ("TI", self.title), ("T2", self.book), ("PY", self.year),
            ("DA", self.checked.replace("-", "/")), ("LA", "en"), ("UR", self.url),
        ]  # fmt: skip
        return "".join(f"{tag}  - {value}\n" for tag, value in fields if value) + "ER  - "


def _escaped(text: str) -> str:
    """*text* as TeX prints it: none of its signs is a command."""
    return re.sub(r"[&%$#_{}\\^~]", lambda sign: _AS_TEX.get(sign[0], f"\\{sign[0]}"), text)


def citation_of(app: Sphinx, pagename: str, url: str) -> Citation:
    """The citation of a page of the project, which stands at *url* (or ``""``)."""
    config = app.config
    checked = _iso(app.env.metadata[pagename].get("checked"))
    found = re.search(r"\b\d{4}\b", str(config.copyright))
    year = checked[:4] or (found[0] if found else "")
    book = f"{config.project}, version {config.version}" if config.version else config.project
    name = "-".join(filter(None, (posixpath.basename(pagename), year)))
    return Citation(name, config.author, app.env.titles[pagename].astext(), book, year, checked, url)


def _iso(value: object) -> str:
    """*value* if it is a day of the calendar, else nothing: ``contract`` reports it."""
    try:
        return datetime.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return ""


class ReadingTime(SphinxPostTransform):
    """Open the line of dates of a chapter with the time that reading takes, in HTML only."""

    # Before references are resolved: citations are still keys, and no list is filled in yet.
    default_priority = 2
    builders = ("html", "dirhtml")

    def run(self, **kwargs: Any) -> None:
        docname = self.env.current_document.docname
        lines = (line for line in self.document.findall(nodes.paragraph) if "page-info" in line["classes"])
        if docname.startswith(CHAPTERS) and (line := next(lines, None)):
            line.insert(0, nodes.Text(f"Reading time: {time_words(minutes(count_words(self.document)))}. "))


def count_words(document: nodes.document) -> int:
    """The words that a reader of *document* reads: no citations, no line of dates."""
    texts = (node for node in document.findall(nodes.Text) if not _is_unread(node.parent))
    return sum(len(_WORD.findall(str(text))) for text in texts)


def _is_unread(node: nodes.Node | None) -> bool:
    while isinstance(node, nodes.Element):
        if isinstance(node, _UNREAD) or node.get("refdomain") == "cite" or "page-info" in node["classes"]:
            return True
        node = node.parent
    return False


def minutes(words: int) -> int:
    """How long *words* take to read, in whole minutes, at least one."""
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def time_words(count: int) -> str:
    """*count* minutes as a reader says it: 'about 7 minutes'."""
    return f"about {count} minute{'' if count == 1 else 's'}"


def furnish(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Give the templates of a page what they print."""
    url = str(context.get("pageurl") or "")
    if doctree is not None and any(fnmatch(pagename, pattern) for pattern in app.config.kb_cite_pages):
        context["kb_cite"] = citation_of(app, pagename, url).forms()
        app.add_js_file("furniture.js", defer="defer")
    context["kb_report_url"] = app.config.kb_report_url.replace("{page}", quote(pagename))
    if pagename == NOT_FOUND:
        context["kb_contents"] = list(contents(app.env))
    else:
        context["metatags"] = context.get("metatags", "") + meta_tags(app, pagename, url)


def contents(env: BuildEnvironment) -> Iterator[tuple[str, str]]:
    """Name and title of each chapter and each page of reference, in reading order."""
    for name in in_order(env):
        if name.startswith((CHAPTERS, "reference/")):
            yield name, env.titles[name].astext()


def meta_tags(app: Sphinx, pagename: str, url: str) -> str:
    """The description of a page, and, if its address is known, what social networks read."""
    summary = str(app.env.metadata.get(pagename, {}).get("summary", "") or app.config.kb_description).strip()
    tags = [("name", "description", summary)]
    if url:
        is_chapter = pagename.startswith(CHAPTERS)
        title = app.env.titles[pagename].astext() if pagename in app.env.titles else app.config.project
        tags += [
            ("property", "og:type", "article" if is_chapter else "website"),
            ("property", "og:site_name", app.config.project),
            ("property", "og:title", title),
            ("property", "og:description", summary),
            ("property", "og:url", url),
            ("property", "og:image", posixpath.join(app.config.html_baseurl, PREVIEW)),
            ("property", "og:image:width", "1200"),
            ("property", "og:image:height", "630"),
            ("property", "og:image:alt", f"{app.config.project}: a drawing of brain and gut, joined by four lines"),
            ("name", "twitter:card", "summary_large_image"),
        ]
    return "".join(f'\n    <meta {kind}="{name}" content="{html.escape(value)}" />' for kind, name, value in tags if value)


def check(app: Sphinx, config: Config) -> None:
    """Hold the address for reports to what a link may be."""
    address = config.kb_report_url
    if address and not address.startswith(("https://", "mailto:")):
        raise ConfigError(f"kb_report_url: {address!r} is no address; write one that begins with 'https://' or 'mailto:', or ''")
    if stray := re.search(r"[{}]\w*}?", address.replace("{page}", "")):
        raise ConfigError(f"kb_report_url: {stray[0]!r} is not known; the one word in braces is {{page}}")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("contract")
    app.setup_extension("records")
    app.add_config_value("kb_cite_pages", ["sections/*", "reference/*", "about/method"], "html", list)
    app.add_config_value("kb_report_url", "", "html", str)
    app.add_config_value("kb_description", "", "html", str)
    app.add_post_transform(ReadingTime)
    app.connect("config-inited", check)
    # Before the theme, which drops templates that print nothing.
    app.connect("html-page-context", furnish, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
