"""Cards: what a term, a source or a claim is, at hand beside each link to it.

A link to a glossary entry, a source or a claim shows a small card when the pointer
rests on it, when the keyboard reaches it, or at the first tap of a finger.  Authors
write nothing for it: every link of the text whose address ends in ``#term-...``,
``#source-...`` or ``#claim-...`` has its card.  Without JavaScript the links are
plain links.

``cards.js`` shows the cards; this module writes what they say, once for each build,
into ``_static/kb-cards-data.js``, which the script loads at the first touch of such
a link.  Each entry is a list, under the anchor that links lead to::

    window.KB_CARDS = {
      "claim-c1": ["Claim C1", "plain sentence", "unsupported", "Very low certainty"],
      "source-karl2017fecal": ["Karl et al. 2017", "title", "authors (year)", "design", "status", "who or what", "DOI or URL"],
      "term-osteocalcin": ["osteocalcin", "definition"],
      "words": {"unsupported": "Unsupported", "rct": "Randomized controlled trial", ...}
    };

Only sources that are cited have an entry.  Where no address was seen, it is empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from kb.claims import domain as evidence
from kb.core.text import curly
from kb.glossary import domain as terms
from kb.sources.bibliography import DESIGNS, STATUSES, sources_of
from kb.sources.citation_style import UNDATED, authors, people_of
from kb.sources.latex import printed

DATA = "_static/kb-cards-data.js"
AUTHORS = 3
"""So many authors are named, then 'et al.'"""


def cards_of(env: BuildEnvironment) -> dict[str, Any]:
    """What all cards of the project say, by anchor, and the words of the slugs."""
    cards: dict[str, Any] = {"words": {**evidence.VERDICTS, **DESIGNS, **STATUSES}}
    cards.update(_claims(env))
    cards.update(_sources(env))
    cards.update(_terms(env))
    return cards


def _claims(env: BuildEnvironment) -> Iterator[tuple[str, list[str]]]:
    for claim in evidence.domain_of(env).claims.values():
        yield (
            claim.anchor,
            [f"Claim {claim.id}", curly(claim.plain), claim.verdict, claim.certainty_words],
        )


def _sources(env: BuildEnvironment) -> Iterator[tuple[str, list[str]]]:
    known, citations = sources_of(env), env.get_domain("cite").citations  # type: ignore[attr-defined]
    for citation in citations:
        if citation.key in known:
            source, title = known[citation.key], curly(printed(citation.entry.fields["title"]))
            told = f"{_authors(citation.entry)} ({source.fields.get('year', UNDATED)})"
            address = source.fields.get("doi") or source.url
            population = curly(source.fields.get("population", ""))
            label = citation.formatted_entry.label
            yield (
                citation.citation_id,
                [label, title, told, source.design, source.status, population, address],
            )


def _authors(entry: Any) -> str:
    listed = authors(entry)[:AUTHORS]
    if not listed:
        return "Authors not seen"
    return ", ".join(listed) + (" et al." if len(people_of(entry)) > len(listed) else "")


def _terms(env: BuildEnvironment) -> Iterator[tuple[str, list[str]]]:
    for term in terms.domain_of(env).terms.values():
        yield term.anchor, [curly(term.name), curly(term.definition)]


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the data of the cards, after a good build of the site."""
    if exception is None and app.builder.name == "html":
        path = Path(app.outdir, DATA)
        path.parent.mkdir(exist_ok=True)
        text = json.dumps(
            cards_of(app.env), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        path.write_text(f"window.KB_CARDS={text};\n", encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    for needed in (
        "kb.sources.citation_style",
        "kb.claims.domain",
        "kb.sources.bibliography",
        "kb.glossary.domain",
    ):
        app.setup_extension(needed)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
