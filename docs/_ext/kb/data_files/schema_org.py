"""``glossary.jsonld``: the terms as ``DefinedTermSet`` of schema.org.

The same stands in the page of the glossary, as a block of data (``application/ld+json``), which no
browser runs or fetches.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from incremental_html.dependencies import PageDependencies
from kb.core.text import curly
from kb.data_files.heads import address, day, iri
from kb.data_files.term_files import terms_of
from kb.glossary.domain import Term, domain_of
from kb.glossary.identifiers import identifiers_in
from kb.outlets.structured_data import script

CONTEXT = "https://schema.org"


def linked_data(app: Sphinx, found: list[Term]) -> dict[str, Any]:
    """The terms *found*, all of the glossary, as a file in ``data/``."""
    listed = [_term(app, term, iri(app, term.docname, term.anchor)) for term in found]
    return _set(app, iri(app, found[0].docname), listed)


def _set(app: Sphinx, place: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    config = app.config
    told = {
        "@context": CONTEXT,
        "@id": place,
        "@type": "DefinedTermSet",
        "creator": {"@type": "Organization", "name": config.author},
        "dateModified": day(),
        "hasDefinedTerm": found,
        "inLanguage": config.language,
        "license": config.kb_license,
        "name": f"{config.project}: glossary",
        "version": config.version,
    }
    return {key: value for key, value in told.items() if value}


def _term(app: Sphinx, term: Term, place: str) -> dict[str, Any]:
    told = {
        "@id": place,
        "@type": "DefinedTerm",
        "alternateName": list(term.names),
        "description": curly(term.definition),
        "name": term.name,
        "sameAs": [row.iri for row in identifiers_in(app.env).get(term.id, ())],
        "termCode": term.anchor,
    }
    return {key: value for key, value in told.items() if value}


def embed(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Put the terms of a page into its head (html-page-context)."""
    found = [term for term in terms_of(app) if term.docname == page]
    if not found or doctree is None or app.builder.name != "html":
        return
    whole = address(app, page) if app.config.html_baseurl else ""
    here = app.builder.get_target_uri(page).rpartition("/")[2]
    listed = [_term(app, term, f"{whole}#{term.anchor}") for term in found]
    told = _set(app, whole or here, listed)
    context["metatags"] = context.get("metatags", "") + script(told)


def page_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
    """Return the names elsewhere and the date, which pages of terms show (page-dependencies)."""
    elsewhere = sorted(identifiers_in(env).items())
    return {term.docname: (elsewhere, day()) for term in domain_of(env).terms.values()}
