"""How to cite a page, and the whole: as text, as BibTeX and as RIS.

A closed box at the end of a page holds its citation in each form; the box of the front
page cites the whole, and so do the files ``cite.bib`` and ``cite.ris`` at the root of the
site, to which every box leads.  Author, title and version come from ``conf.py``, the date from
``checked`` in the front matter (of the whole: the newest), else the year from
``copyright``; nothing asks the clock.  An address is printed only if ``html_baseurl``
says where the book is.

Setting in ``conf.py``::

    html_theme_options = {"article_footer_items": ["kb-cite"]}   # where the box stands
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import PageDependencies
from kb.core import dates
from kb.core.assets import add_assets
from kb.core.page_info import info_of, newest_dates
from kb.core.text import as_tex

PAGES = ("index", "sections/*", "reference/*", "about/method")
"""The pages with such a box."""
FILES = "cite"
"""The name of the files that cite the whole, without its ending."""


@dataclass(frozen=True)
class Citation:
    """What a citation is made of; ``checked`` and ``url`` may be empty.

    A page stands in a ``book`` (its title and version); of the whole, ``book`` is empty and
    ``version`` is its own.
    """

    name: str
    author: str
    title: str
    book: str
    year: str
    checked: str
    url: str
    version: str = ""

    def forms(self) -> list[tuple[str, str]]:
        """The citation in each form, with the name of the form."""
        return [("Text", self.text()), ("BibTeX", self.bibtex()), ("RIS", self.ris())]

    def _within(self) -> str:
        return (
            f"In: {self.book}" if self.book else f"Version {self.version}" if self.version else ""
        )

    def text(self) -> str:
        """The citation as a sentence of a list of sources."""
        parts = [f"{self.author} ({self.year or 'n.d.'}). {self.title}."]
        parts += [f"{within}."] if (within := self._within()) else []
        parts += [f"Last checked {dates.long_form(self.checked)}."] if self.checked else []
        return " ".join([*parts, self.url]).rstrip()

    def bibtex(self) -> str:
        """The citation for BibTeX: an entry of the type that demands no field."""
        fields = {
            "author": f"{{{as_tex(self.author)}}}",
            # Braces of their own keep styles from lowering the capitals of a name.
            "title": f"{{{as_tex(self.title)}}}",
            "howpublished": as_tex(self._within()),
            "year": self.year,
            "note": f"Last checked {dates.long_form(self.checked)}" if self.checked else "",
            "url": self.url,
        }
        lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
        return f"@misc{{{self.name},\n{''.join(lines)}}}"

    def ris(self) -> str:
        """The citation for reference managers."""
        fields = [
            ("TY", "CHAP" if self.book else "BOOK"),
            # Without the comma, readers take the last word of a corporate name for a family name.
            ("AU", f"{self.author},"),
            ("TI", self.title),
            ("T2", self.book),
            ("ET", self.version),
            ("PY", self.year),
            ("DA", self.checked.replace("-", "/")),
            ("LA", "en"),
            ("UR", self.url),
        ]
        return "".join(f"{tag}  - {value}\n" for tag, value in fields if value) + "ER  - "


def page_citation(app: Sphinx, pagename: str, url: str) -> Citation:
    """The citation of a page of the project, which stands at *url* (or ``""``)."""
    config = app.config
    checked = info_of(app.env, pagename).checked
    year = checked[:4] or _year(str(config.copyright))
    book = f"{config.project}, version {config.version}" if config.version else config.project
    name = "-".join(filter(None, (posixpath.basename(pagename), year)))
    title = app.env.titles[pagename].astext()
    return Citation(name, config.author, title, book, year, checked, url)


def whole_citation(app: Sphinx) -> Citation:
    """The citation of the whole, under the title that the printed book bears, if there is one."""
    config = app.config
    title = str(getattr(config, "book_title", "") or config.project)
    subtitle = str(getattr(config, "book_subtitle", ""))
    author = str(getattr(config, "book_author", "") or config.author)
    checked, _ = newest_dates(app.env)
    year = checked[:4] or _year(str(config.copyright))
    name = "-".join(filter(None, (re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"), year)))
    whole = f"{title}: {subtitle}" if subtitle else title
    return Citation(name, author, whole, "", year, checked, config.html_baseurl, config.version)


def _year(text: str) -> str:
    found = re.search(r"\b\d{4}\b", text)
    return found[0] if found else ""


def add_citation(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the template of a page its citation (html-page-context)."""
    if doctree is None or not any(fnmatch(pagename, pattern) for pattern in PAGES):
        return
    is_front = pagename == app.config.root_doc
    url = str(context.get("pageurl") or "")
    citation = whole_citation(app) if is_front else page_citation(app, pagename, url)
    context["kb_cite"] = citation.forms()
    context["kb_cite_what"] = "book" if is_front else "page"
    context["kb_cite_files"] = FILES
    app.add_js_file("how_to_cite.js", defer="defer")


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the citation of the whole for BibTeX and for reference managers (build-finished)."""
    if exception is None and app.builder.name == "html":
        whole = whole_citation(app)
        for ending, text in (("bib", whole.bibtex()), ("ris", whole.ris())):
            path = Path(app.outdir, f"{FILES}.{ending}")
            path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def page_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
    """The front page shows the newest date of all pages (page-dependencies)."""
    return {app.config.root_doc: newest_dates(env)[0]}


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    add_assets(app, __file__, css={"how_to_cite.css": 830})
    # Before the theme, which drops templates that print nothing.
    app.connect("html-page-context", add_citation, priority=400)
    app.connect("build-finished", write_files)
    app.connect("page-dependencies", page_dependencies)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
