"""Hover cards: what a term, a source or a claim is, beside each link to it.

A link to a glossary entry, a source or a claim shows a small card when the pointer
rests on it, when the keyboard reaches it, or at the first tap of a finger.  Authors
write nothing for it: every link of the text whose address ends in ``#term-...``,
``#source-...`` or ``#claim-...`` has its card.  Without JavaScript the links are
plain links.

There is one card for the page.  It is in the document right after its link, so that Tab leads into
it and on, and it describes the link to screen readers while it is open.  WCAG 1.4.13: Escape closes
it without moving the focus, the pointer may enter it, and it stays until pointer and focus have
left.

``cards.js`` shows the cards; this module writes what they say, once for each build,
into ``_static/kb-cards-data.js``, which the script loads at the first touch of such a link, by the
digest that :mod:`kb.core.late_scripts` lists.  (A script and not a fetch, which browsers refuse for
pages from disk.)  It has an entry under each anchor that links lead to::

    window.KB_CARDS = {
      "claim-c1": {"name": "Claim C1", "answer": "...", "verdict": "unsupported", ...},
      "source-karl2017fecal": {"name": "Karl et al. 2017", "title": "...", "authors": "...", ...},
      "term-osteocalcin": {"name": "osteocalcin", "definition": "..."},
      "words": {"unsupported": "Unsupported", "rct": "Randomized controlled trial", ...}
    };

``words`` are what the slugs of verdicts, designs and statuses mean.  Only sources that are cited
have an entry; where no address was seen, it is empty.
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
from kb.claims.model import OPTIONS, VERDICTS
from kb.core.assets import add_assets
from kb.core.text import curly
from kb.glossary import domain as terms
from kb.sources.bibliography import DESIGNS, STATUSES, sources_of
from kb.sources.citation_style import UNDATED, authors, people_of, title_of

DATA = "_static/kb-cards-data.js"
AUTHORS = 3
"""So many authors are named, then 'et al.'"""

Card = dict[str, str]


def cards_of(env: BuildEnvironment) -> dict[str, Card]:
    """Return what all cards of the project say, by anchor, and the words of the slugs."""
    words = {**VERDICTS, **DESIGNS, **STATUSES}
    return {"words": words, **dict(_claims(env)), **dict(_sources(env)), **dict(_terms(env))}


def _claims(env: BuildEnvironment) -> Iterator[tuple[str, Card]]:
    for claim in evidence.domain_of(env).claims.values():
        more = [
            f"{field.label}: {curly(claim.line_of(field))}"
            for field in OPTIONS.values()
            if field.in_card and claim.line_of(field)
        ]
        yield (
            claim.anchor,
            {
                "name": f"Claim {claim.id}",
                "answer": curly(claim.answer),
                "verdict": claim.verdict,
                "certainty": claim.certainty_words,
                **({"more": "\n".join(more)} if more else {}),
            },
        )


def _sources(env: BuildEnvironment) -> Iterator[tuple[str, Card]]:
    known, citations = sources_of(env), env.get_domain("cite").citations  # type: ignore[attr-defined]
    for citation in citations:
        if source := known.get(citation.key):
            foreign, title = (curly(str(part)) for part in title_of(citation.entry))
            own = {"foreign": foreign, "language": source.fields["language"]} if foreign else {}
            yield (
                citation.citation_id,
                {
                    "name": citation.formatted_entry.label,
                    **own,
                    "title": title,
                    "authors": f"{_authors(citation.entry)} ({source.fields.get('year', UNDATED)})",
                    "design": source.design,
                    "status": source.status,
                    "population": curly(source.fields.get("population", "")),
                    "address": source.fields.get("doi") or source.url,
                },
            )


def _authors(entry: Any) -> str:
    listed = authors(entry)[:AUTHORS]
    if not listed:
        return "Authors not seen"
    return ", ".join(listed) + (" et al." if len(people_of(entry)) > len(listed) else "")


def _terms(env: BuildEnvironment) -> Iterator[tuple[str, Card]]:
    for term in terms.domain_of(env).terms.values():
        yield term.anchor, {"name": curly(term.name), "definition": curly(term.definition)}


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Write the data of the cards after a good build of the site (``build-finished``)."""
    if exception is None and app.builder.name == "html":
        path = Path(app.outdir, DATA)
        path.parent.mkdir(exist_ok=True)
        text = json.dumps(
            cards_of(app.env), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        path.write_text(f"window.KB_CARDS={text};\n", encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    for needed in (
        "kb.core.late_scripts",
        "kb.sources.citation_style",
        "kb.claims.domain",
        "kb.sources.bibliography",
        "kb.glossary.domain",
    ):
        app.setup_extension(needed)
    add_assets(app, __file__, css={"cards.css": 820}, js={"cards.js": 810})
    app.connect("build-finished", on_build_finished)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
