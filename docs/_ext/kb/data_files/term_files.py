"""``glossary.json``: every term, with its names, sources, neighbors and places of use."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sphinx.application import Sphinx

from kb.core.text import curly
from kb.data_files.heads import address, head
from kb.glossary.autolink import used_in
from kb.glossary.domain import TAGS, Term, domain_of
from kb.glossary.identifiers import Identifier, identifiers_in


def terms_of(app: Sphinx) -> list[Term]:
    """All terms, by id."""
    return sorted(domain_of(app.env).terms.values(), key=lambda term: term.id)


def glossary(app: Sphinx) -> list[dict[str, Any]]:
    """One record for each term, by id."""
    uses, elsewhere = used_in(app.env), identifiers_in(app.env)
    return [
        _record(app, term, uses.get(term.id, []), elsewhere.get(term.id, []))
        for term in terms_of(app)
    ]


def _record(
    app: Sphinx, term: Term, uses: list[Any], elsewhere: list[Identifier]
) -> dict[str, Any]:
    return {
        "id": term.anchor,
        "name": term.name,
        "names": list(term.names),
        "definition": curly(term.definition),
        "sources": list(term.sources),
        "see_also": [f"term-{other}" for other in term.see_also],
        "tags": list(term.tags),
        "used_in": [_use(app, docname, mention.claim, mention.anchor) for docname, mention in uses],
        "same_as": [
            {
                name: value
                for name, value in {**asdict(row), "iri": row.iri}.items()
                if name != "term"
            }
            for row in elsewhere
        ],
        "url": address(app, term.docname, term.anchor),
    }


def _use(app: Sphinx, docname: str, claim: str, anchor: str) -> dict[str, Any]:
    return {
        "page": docname,
        "title": app.env.titles[docname].astext(),
        "claim": claim or None,
        "url": address(app, docname, claim or anchor),
    }


def whole(app: Sphinx, found: list[dict[str, Any]]) -> dict[str, Any]:
    """The file."""
    return {**head(app, "glossary", "glossary"), "tags": list(TAGS), "terms": found}
