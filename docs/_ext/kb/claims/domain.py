"""The evidence domain: all claims of the project.

A claim is written with the directive of ``claim``; ``{claim}`C1``` links to it from
anywhere, and prints 'claim C1'.  The domain keeps one ``Claim`` (see ``model``) for each, which
the register, the search and the data files read.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata

from kb.claims.counts import count
from kb.claims.model import SIDE_LABELS, Claim
from kb.core.messages import did_you_mean
from kb.sources.bibliography import SIDES, sources_of

logger = logging.getLogger(__name__)


class ClaimRole(XRefRole):
    """``{claim}`C1``` prints 'claim C1' and links to it."""

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: nodes.Element,
        has_explicit_title: bool,
        title: str,
        target: str,
    ) -> tuple[str, str]:
        refnode["refdomain"] = "evidence"
        refnode["reftype"] = "claim"
        return (title if has_explicit_title else f"claim {target}"), target


class EvidenceDomain(Domain):
    """All claims of the project; ``row`` links from a claim to its row of the register."""

    name = "evidence"
    label = "Evidence"
    object_types: ClassVar[dict[str, ObjType]] = {"claim": ObjType("claim", "claim")}
    roles: ClassVar[dict[str, Any]] = {
        "claim": ClaimRole(innernodeclass=nodes.inline, warn_dangling=True)
    }
    initial_data: ClassVar[dict[str, Any]] = {
        "claims": {},
        "register": "",
        # What the list of sources was made from last (see source_list).
        "cited": None,
        "sources": {},
    }
    data_version = 4
    dangling_warnings: ClassVar[dict[str, str]] = {
        "claim": "no claim %(target)s; claims are written in docs/sections/ as :::{claim} ID"
    }

    @property
    def claims(self) -> dict[str, Claim]:
        claims: dict[str, Claim] = self.data["claims"]
        return claims

    def note(self, claim: Claim) -> None:
        """Keep *claim*; an id may stand once."""
        other = self.claims.get(claim.id)
        if other and (other.docname, other.line) != (claim.docname, claim.line):
            logger.warning(
                f"claim {claim.id} stands here and in {other.docname}.md:{other.line}; "
                "give one of them another id",
                location=(claim.docname, claim.line),
                type="evidence",
                subtype="duplicate",
            )
        self.claims[claim.id] = claim

    def clear_doc(self, docname: str) -> None:
        for key in [key for key, claim in self.claims.items() if claim.docname == docname]:
            del self.claims[key]
        if self.data["register"] == docname:
            self.data["register"] = ""

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        for claim in otherdata["claims"].values():
            if claim.docname in docnames:
                self.note(claim)
        if otherdata["register"] in docnames:
            self.data["register"] = otherdata["register"]

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: addnodes.pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        if typ == "count":
            # Sphinx puts any node in the place of a link.
            return nodes.inline("", count(self.claims.values(), target))  # type: ignore[return-value]
        claim = self.claims.get(target)
        if claim is None:
            return None
        if typ == "row":
            page = self.data["register"]
            return (
                make_refnode(builder, fromdocname, page, f"register-{target.lower()}", contnode)
                if page
                else None
            )
        return make_refnode(builder, fromdocname, claim.docname, claim.anchor, contnode)

    def resolve_any_xref(self, *args: object) -> list[Any]:
        return []

    def link_dependency(self, typ: str, target: str) -> object:
        """Where a link leads, or the number that it prints (see ``incremental_html``)."""
        if typ == "count":
            return count(self.claims.values(), target)
        claim = self.claims.get(target)
        return claim and (
            claim.docname,
            claim.anchor,
            self.data["register"] if typ == "row" else "",
        )

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield what the inventory lists: the line of a claim must stay one line."""
        for claim in self.claims.values():
            yield (
                claim.id,
                f"Claim {claim.id}: {' '.join(claim.quote.split())}",
                "claim",
                claim.docname,
                claim.anchor,
                1,
            )


def domain_of(env: BuildEnvironment) -> EvidenceDomain:
    """The domain that keeps the claims."""
    domain = env.get_domain("evidence")
    assert isinstance(domain, EvidenceDomain)
    return domain


def check_sides(app: Sphinx, env: BuildEnvironment) -> None:
    """Report a record on a side of a claim that does not exist (``env-check-consistency``)."""
    claims = domain_of(env).claims
    for source in sources_of(env).values():
        for claim in source.sides:
            if claims and claim not in claims:
                logger.warning(
                    f"docs/data/sources.bib:{source.line}: {source.key}: sides: "
                    f"there is no claim {claim}{did_you_mean(claim, claims)}",
                    type="evidence",
                    subtype="sides",
                )


def setup(app: Sphinx) -> ExtensionMetadata:
    assert tuple(SIDE_LABELS) == SIDES
    app.setup_extension("kb.sources.bibliography")
    app.add_domain(EvidenceDomain)
    app.add_role("claim", ClaimRole(innernodeclass=nodes.inline, warn_dangling=True))
    app.connect("env-check-consistency", check_sides)
    return {
        "version": "1",
        "env_version": 3,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
