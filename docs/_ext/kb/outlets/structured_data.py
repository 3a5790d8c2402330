"""What a chapter is, for programs: schema.org's ``Article`` as JSON-LD in the head of the page.

It names the headline, the summary, the date of the last check (``dateModified``), the license,
the book it is part of, the terms that it mentions (``about``, under the addresses of their
entries) and the works that it cites (``citation``, under their DOIs, with what became of those
that do not stand).  Names, years and addresses only: authors and findings stand in the list of
sources.

It says no more than is true: no ``reviewedBy``, ``lastReviewed`` or ``ClaimReview``, since nobody
with that standing has reviewed the book.

Addresses in the book are whole if ``html_baseurl`` is set, else relative to the page, as
JSON-LD resolves them (https://www.w3.org/TR/json-ld11/#inheriting-base-iri-from-html-s-base-element).
The script element is a block of data: browsers run nothing of it, whatever the policy on scripts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import PageDependencies
from kb.chapters.page_head import public_address, summary_of
from kb.chapters.schema import CHAPTERS
from kb.core.page_info import info_of
from kb.core.text import curly
from kb.glossary import domain as terms
from kb.glossary.autolink import mentions_of
from kb.sources.bibliography import STATUSES, Source, sources_of
from kb.sources.latex import printed
from kb.text_index.records import records_of

Thing = dict[str, Any]
"""An object of JSON-LD."""


def article(app: Sphinx, docname: str) -> Thing:
    """The chapter *docname* as an ``Article``, without properties of which nothing is known."""
    config, env = app.config, app.env
    uri = app.builder.get_target_uri(docname)
    book = {
        "@type": "Book",
        "name": config.project,
        "bookEdition": config.version,
        "url": public_address(config),
    }
    told = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": public_address(config, uri),
        "url": public_address(config, uri),
        "headline": env.titles[docname].astext(),
        "description": summary_of(app, docname),
        "inLanguage": config.language,
        "dateModified": info_of(env, docname).checked,
        "license": config.kb_license,
        "author": {"@type": "Organization", "name": config.author},
        "isPartOf": _known(book),
        "about": list(_terms(app, docname)),
        "citation": list(_works(env, docname)),
    }
    return _known(told)


def _known(told: Thing) -> Thing:
    return {name: value for name, value in told.items() if value}


def _terms(app: Sphinx, docname: str) -> Iterator[Thing]:
    """The terms that a chapter mentions, in the order of their first mention."""
    known = terms.domain_of(app.env).terms
    for id in dict.fromkeys(mention.term for mention in mentions_of(app.env).get(docname, ())):
        page = known[id].docname
        place = public_address(
            app.config, app.builder.get_target_uri(page)
        ) or app.builder.get_relative_uri(docname, page)
        yield {
            "@type": "DefinedTerm",
            "@id": f"{place}#{known[id].anchor}",
            "name": curly(known[id].name),
        }


def _works(env: BuildEnvironment, docname: str) -> Iterator[Thing]:
    """The works that a chapter cites, in the order of their first citation."""
    known, record = sources_of(env), records_of(env).get(docname)
    for key in dict.fromkeys(cite.key for cite in record.cites) if record else ():
        if key in known:
            yield work(known[key])


def work(source: Source) -> Thing:
    """A source as a work of schema.org: what appeared in a journal is a ``ScholarlyArticle``."""
    kind = "ScholarlyArticle" if "journal" in source.fields else "CreativeWork"
    name = curly(printed(source.fields["title"]))
    told = {
        "@type": kind,
        "@id": source.url,
        "name": name,
        "datePublished": source.fields.get("year", ""),
        "creativeWorkStatus": STATUSES[source.status],
    }
    return _known(told)


def script(thing: Thing) -> str:
    """*thing* as an element of a page; no text in it can end the element."""
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'\n    <script type="application/ld+json">{text}</script>'


def add_article(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Add the article to the head of a chapter (html-page-context)."""
    if doctree is not None and pagename.startswith(CHAPTERS) and app.builder.name == "html":
        context["metatags"] = context.get("metatags", "") + script(article(app, pagename))


def page_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
    """What the articles say of other pages and of the sources (page-dependencies)."""
    if app.builder.name != "html":
        return {}
    return {
        name: article(app, name) for name in sorted(env.found_docs) if name.startswith(CHAPTERS)
    }


def setup(app: Sphinx) -> ExtensionMetadata:
    for needed in (
        "kb.glossary.autolink",
        "incremental_html.dependencies",
        "kb.chapters.page_head",
        "kb.text_index.records",
        "kb.sources.bibliography",
        "kb.glossary.domain",
    ):
        app.setup_extension(needed)
    app.connect("html-page-context", add_article, priority=410)
    app.connect("page-dependencies", page_dependencies)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
