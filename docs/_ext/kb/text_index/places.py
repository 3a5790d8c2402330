"""Where things stand: links to pages and to the claims in them, for lists of uses."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Protocol

from docutils import nodes
from sphinx.environment import BuildEnvironment

from kb.text_index.records import to_place


class Use(Protocol):
    """A place in a page: the id of the claim around it (or ``""``) and the nearest anchor."""

    @property
    def claim(self) -> str: ...
    @property
    def anchor(self) -> str: ...


def linked(env: BuildEnvironment, places: Iterable[tuple[str, Use]]) -> list[nodes.Node]:
    """Links to each page of *places* (name and use, in order) and to its claims: 'Brain health (D2,
    D4); Foods'."""
    found: list[nodes.Node] = []
    for docname, group in groupby(places, key=lambda place: place[0]):
        found += [nodes.Text("; ")] if found else []
        found += _page_and_claims(env.titles[docname].astext(), docname, [use for _, use in group])
    return found


def _page_and_claims(title: str, docname: str, uses: list[Use]) -> list[nodes.Node]:
    anchor = next((use.anchor for use in uses if not use.claim), uses[0].anchor)
    found: list[nodes.Node] = [to_place(docname, anchor, title)]
    claims = list(dict.fromkeys(use.claim for use in uses if use.claim))
    for index, claim in enumerate(claims):
        found.append(nodes.Text(", " if index else " ("))
        found.append(to_place(docname, claim, claim.removeprefix("claim-").upper()))
    return [*found, nodes.Text(")")] if claims else found
