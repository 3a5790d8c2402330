"""The evidence domain: all claims of the project, and the words in which they are graded.

A claim is written with the directive of ``claim``; ``{claim}`C1``` links to it from
anywhere, and prints 'claim C1'.  The domain keeps one :class:`Claim` for each, which
the register, the search and the data files read.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
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

from kb.core.messages import did_you_mean
from kb.sources.bibliography import SIDES, sources_of

logger = logging.getLogger(__name__)

VERDICTS = {
    "supported": "Supported",
    "partly-supported": "Partly supported",
    "overstated": "Overstated",
    "unsupported": "Unsupported",
    "reversed": "Reversed",
    "not-verifiable": "Not verifiable",
}
CERTAINTIES = {
    "high": "High",
    "moderate": "Moderate",
    "low": "Low",
    "very-low": "Very low",
    "none": "None",
}
CERTAINTY_OF = ("claim", "correction")
SIDE_LABELS = {"for": "For", "mixed": "Mixed", "against": "Against"}


@dataclass(frozen=True)
class Claim:
    """One claim as the register, the search and the data files read it."""

    id: str
    docname: str
    line: int
    verdict: str
    certainty: str
    certainty_of: str
    sides: tuple[tuple[str, tuple[str, ...]], ...]
    says: str
    plain: str

    @property
    def anchor(self) -> str:
        """The id of the claim in its page: ``claim-c1``."""
        return f"claim-{self.id.lower()}"

    @property
    def certainty_words(self) -> str:
        """The certainty as a reader sees it: 'Very low certainty'."""
        return certainty_words(self.certainty, self.certainty_of)


def certainty_words(certainty: str, certainty_of: str) -> str:
    """Print the grade: whose certainty it is stands beside it."""
    if certainty == "none":
        return "No direct evidence"
    of = "" if certainty_of == "claim" else " of the correction"
    return f"{CERTAINTIES.get(certainty, '?')} certainty{of}"


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
    data_version = 2
    dangling_warnings: ClassVar[dict[str, str]] = {
        "claim": "no claim %(target)s; claims are written in docs/sections/ as :::{claim} ID"
    }

    @property
    def claims(self) -> dict[str, Claim]:
        claims: dict[str, Claim] = self.data["claims"]
        return claims

    def note(self, claim: Claim) -> None:
        """Keep *claim*; an id may stand once."""
        if (other := self.claims.get(claim.id)) and (other.docname, other.line) != (
            claim.docname,
            claim.line,
        ):
            logger.warning(
                f"claim {claim.id} stands here and in {other.docname}.md:{other.line}; give one of them another id",
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
        """Where a link leads (see ``incremental_html``)."""
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
                f"Claim {claim.id}: {' '.join(claim.says.split())}",
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
    """A record may take a side only of a claim that exists."""
    claims = domain_of(env).claims
    for source in sources_of(env).values():
        for claim in source.sides:
            if claims and claim not in claims:
                logger.warning(
                    f"docs/data/sources.bib:{source.line}: {source.key}: sides: there is no claim {claim}"
                    f"{did_you_mean(claim, claims)}",
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
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
