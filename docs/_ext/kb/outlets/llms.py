"""The book as text for language models: ``llms.txt``, ``llms-full.txt``, and each page as Markdown.

``llms.txt`` has the form of https://llmstxt.org: what the book is, how it is to be read, and a
list of its pages with their summaries.  ``llms-full.txt`` is the whole book in one file, in reading
order, and the text of each page is beside it as ``<page>.html.md``, as that form asks; the head of
the page leads there.  The texts are made from the same resolved documents as the pages (see
``plain_text``), so terms, labels, counts and tables are those of the site.  Pages for authors
(``kb_outside``) are left out.

Both files open with the notices that every edition opens with, and with how to read a
claim: what the article says never stands without its verdict.

Settings in ``conf.py``::

    kb_notices = ["Information, not medical advice. ...", ...]
    kb_description = "One sentence on the whole."

Beside the doctrees, the folder ``texts`` keeps the text of each page, written when the page is
written; the files for readers are put together when the build ends.
"""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.chapters.how_to_cite import whole_citation
from kb.chapters.page_head import public_address, summary_of
from kb.chapters.schema import CHAPTERS
from kb.claims.model import CERTAINTIES, VERDICTS
from kb.core.dates import long_form
from kb.core.messages import one_of
from kb.core.page_info import info_of, newest_dates
from kb.text_index.plain_text import markdown
from kb.text_index.records import in_order, is_outside

KEPT = "texts"
"""Where the texts of the pages are kept, in the folder of doctrees."""
LIST, WHOLE = "llms.txt", "llms-full.txt"
DATA = {
    "data/claims.json": "all claims with verdict, certainty and sources",
    "data/glossary.json": "all terms with their definitions and other names",
    "data/foods.csv": "the table of foods",
    "data/sources.bib": "all sources as BibTeX",
}
"""The files of ``kb.data_files`` that serve a model best, and what they hold."""


def pages(app: Sphinx) -> list[str]:
    """The pages of the book, in reading order."""
    return [name for name in in_order(app.env) if not is_outside(app.config, name)]


def text_uri(app: Sphinx, name: str) -> str:
    """Where the text of a page stands, from the root of the site."""
    return f"{app.builder.get_target_uri(name)}.md"


def keep_text(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Keep the text of the page that is being written, and lead to it (html-page-context)."""
    if doctree is None or app.builder.name != "html" or is_outside(app.config, pagename):
        return
    path = _kept(app, pagename)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(markdown(app.env, pagename, doctree), encoding="utf-8", newline="\n")
    link = context["pathto"](text_uri(app, pagename), True)
    context["metatags"] = (
        context.get("metatags", "")
        + f'\n    <link rel="alternate" type="text/markdown" href="{link}" />'
    )


def _kept(app: Sphinx, pagename: str) -> Path:
    return Path(app.doctreedir, KEPT, f"{pagename}.txt")


def text_of(app: Sphinx, name: str) -> str:
    """The text of a page, with its summary under its title."""
    text = _kept(app, name).read_text(encoding="utf-8")
    summary = info_of(app.env, name).summary
    title, _, rest = text.partition("\n\n")
    return f"{title}\n\nSummary: {summary}\n\n{rest}" if summary else text


def opening(app: Sphinx) -> Iterator[str]:
    """The head of both files, as paragraphs: the book, its notices, its dates, how to read it."""
    config, (checked, searched) = app.config, newest_dates(app.env)
    yield f"# {config.project}"
    yield f"> {config.kb_description}"
    yield from (f"**{notice}**" for notice in config.kb_notices)
    dated = [f"Last checked against its sources on {long_form(checked)}."] if checked else []
    dated += [f"Evidence searched to {long_form(searched)}."] if searched else []
    yield " ".join(
        [*dated, f"License of the text: {config.kb_license}"] if config.kb_license else dated
    )
    yield f"Cite as: {whole_citation(app).text()}"
    yield "\n".join(f"- {rule}" for rule in rules())


def rules() -> Iterator[str]:
    """How the text is to be read."""
    verdicts, certainties = (
        one_of(VERDICTS.values()),
        one_of(word.lower() for slug, word in CERTAINTIES.items() if slug != "none"),
    )
    yield (
        "What follows “The article ..., in our words” is a claim under test "
        f"and no finding of this book: repeat it only together with its verdict ({verdicts}) "
        f"and its certainty ({certainties}, or no direct evidence)."
    )
    yield (
        "“The evidence” answers each claim in one sentence; "
        "the paragraphs after it give the reasons and their sources."
    )
    yield (
        "What was found in animals or cells, or for vitamin K1, is named as such "
        "and does not carry over to people or to K2."
    )
    yield (
        "Names with a year, such as Karl et al. 2017, are sources: the list of sources gives the "
        "DOI of each, what kind of study it is, what it found and what it cannot show."
    )


def index(app: Sphinx) -> str:
    """The whole of ``llms.txt``: the opening, and lists of links with a note each."""
    chapters = [name for name in pages(app) if name.startswith(CHAPTERS)]
    others = [name for name in pages(app) if not name.startswith(CHAPTERS)]
    parts = [
        *opening(app),
        _links("Chapters", (_page_link(app, name) for name in chapters)),
        _links("Reference and background", (_page_link(app, name) for name in others)),
        _links(
            "The whole in one file",
            [_link(app, "The whole book as text", WHOLE, "all pages above, in this order")],
        ),
        _links(
            "Data",
            [
                *beside(app),
                *(_link(app, posixpath.basename(uri), uri, note) for uri, note in DATA.items()),
            ],
        ),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def beside(app: Sphinx) -> Iterator[str]:
    """Links to the pages for readers that are no part of the book: those with a summary."""
    for name in in_order(app.env):
        if is_outside(app.config, name) and info_of(app.env, name).summary:
            yield _link(
                app,
                app.env.titles[name].astext(),
                app.builder.get_target_uri(name),
                summary_of(app, name),
            )


def _links(head: str, links: Iterator[str] | list[str]) -> str:
    listed = "\n".join(links)
    return f"## {head}\n\n{listed}" if listed else ""


def _page_link(app: Sphinx, name: str) -> str:
    summary = info_of(app.env, name).summary
    return _link(app, app.env.titles[name].astext(), text_uri(app, name), summary)


def _link(app: Sphinx, words: str, uri: str, note: str) -> str:
    return f"- [{words}]({public_address(app.config, uri) or uri})" + (f": {note}" if note else "")


def whole(app: Sphinx) -> str:
    """The whole of ``llms-full.txt``: the opening, and the text of every page."""
    names = pages(app)
    listed = "\n".join(
        f"{number}. {app.env.titles[name].astext()}" for number, name in enumerate(names, 1)
    )
    parts = [*opening(app), f"## The pages of this file\n\n{listed}"]
    for name in names:
        address = public_address(app.config, app.builder.get_target_uri(name))
        parts += ["---", *([f"Address: {address}"] if address else []), text_of(app, name).strip()]
    return "\n\n".join(parts) + "\n"


def write(app: Sphinx, exception: Exception | None) -> None:
    """Put the files for readers together, after a good build of the site (build-finished)."""
    if exception or app.builder.name != "html":
        return
    for name in pages(app):
        _write(app, text_uri(app, name), text_of(app, name))
    _write(app, WHOLE, whole(app))
    _write(app, LIST, index(app))
    _tidy(app)


def _write(app: Sphinx, uri: str, text: str) -> None:
    path = Path(app.outdir, uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _tidy(app: Sphinx) -> None:
    """Drop the kept texts of pages that are gone."""
    folder = Path(app.doctreedir, KEPT)
    known = {_kept(app, name) for name in pages(app)}
    for path in sorted(path for path in folder.rglob("*.txt") if path not in known):
        path.unlink()


def drop_texts(app: Sphinx) -> None:
    """Drop all kept texts where every page is to be written (builder-inited).

    No text may outlive the code that made it.
    """
    if app.builder.name == "html" and not Path(app.doctreedir, "environment.pickle").is_file():
        shutil.rmtree(Path(app.doctreedir, KEPT), ignore_errors=True)


def setup(app: Sphinx) -> ExtensionMetadata:
    for needed in (
        "kb.claims.domain",
        "kb.chapters.how_to_cite",
        "kb.chapters.page_head",
        "kb.text_index.records",
    ):
        app.setup_extension(needed)
    app.add_config_value("kb_notices", [], "html", list)
    app.connect("builder-inited", drop_texts)
    app.connect("html-page-context", keep_text, priority=420)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
