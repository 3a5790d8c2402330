"""What other Sphinx projects can link to: ``objects.inv`` with claims, terms and sources.

Sphinx writes the inventory from all domains.  Chapters and terms are in it as in every
project, claims as ``evidence:claim``.  Roles of another project reach only kinds of objects that
Sphinx knows there, so each claim and each cited source is a label as well, under its anchor.
Somebody else writes, with the name ``k2`` for us in ``intersphinx_mapping``::

    :term:`k2:osteocalcin`
    :external+k2:ref:`claim-c1`                     prints "Claim C1"
    :external+k2:ref:`source-karl2017fecal`         prints "Karl et al. 2017"

and in MyST Markdown, which reaches every kind, also ``<inv:k2:evidence:claim#C1>``.

A line of the inventory is read from left to right: the name, a domain and a role, a number.  A
name in which a number follows two words, as "growth arrest-specific 6" or "human interleukin 6
receptor", is taken apart there, and its line is lost to every reader.  Such a name is offered
with a hyphen before the number as well::

    :term:`k2:growth arrest-specific-6`

Sphinx lists an index of Python modules in every inventory; where no module is written about that
page is not there, and its line is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from kb.claims.domain import domain_of

ANCHORS = ("claim-", "source-")
MODULES = "py-modindex"
"""The page of the index of Python modules."""
Label = tuple[str, str, str]
"""Page, anchor, and what a link prints."""


def labels(env: BuildEnvironment) -> Iterator[tuple[str, Label]]:
    """Yield a label for each claim and each source that a list of sources shows."""
    for claim in domain_of(env).claims.values():
        yield claim.anchor, (claim.docname, claim.anchor, f"Claim {claim.id}")
    for citation in env.get_domain("cite").citations:  # type: ignore[attr-defined]
        place = citation.bibliography_key.docname
        yield citation.citation_id, (place, citation.citation_id, citation.formatted_entry.label)


def add_labels(app: Sphinx, env: BuildEnvironment) -> None:
    """Make claims and sources labels, and remove those of the last build (env-updated)."""
    standard = env.domains.standard_domain
    for name in [
        name for name, (_, anchor, _) in standard.labels.items() if anchor.startswith(ANCHORS)
    ]:
        del standard.labels[name]
    standard.labels.update(labels(env))
    for kept in (
        (standard.labels, standard.anonlabels) if not env.domains.python_domain.modules else ()
    ):
        for name in [name for name, place in kept.items() if place[0] == MODULES]:
            del kept[name]


def read_back(name: str) -> str:
    """*name*, or in its place one that is read as it was written: with hyphens before numbers.

    The readers of Sphinx and MyST take the first number that follows two words for a priority
    (``sphinx.util.inventory``).
    """
    words: list[str] = []
    for word in name.split():
        if len(words) > 1 and re.fullmatch(r"-?\d+", word):
            words[-1] += f"-{word}"
        else:
            words.append(word)
    return " ".join(words)


def add_hyphened_names(app: Sphinx, env: BuildEnvironment) -> None:
    """Offer names that no reader of the inventory can find with a hyphen too (env-updated)."""
    objects = env.domains.standard_domain.objects
    for (kind, name), place in list(objects.items()):
        if (offered := read_back(name)) != name:
            objects.setdefault((kind, offered), place)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.claims.domain")
    app.setup_extension("sphinxcontrib.bibtex")
    # After bibtex has given its labels (500).
    app.connect("env-updated", add_labels, priority=900)
    app.connect("env-updated", add_hyphened_names, priority=910)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
