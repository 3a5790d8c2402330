"""The evidence domain: all claims of the project.

A claim is written with the directive of ``claim``; ``{claim}`C1``` links to it from
anywhere, and prints 'claim C1'.  The domain keeps one ``Claim`` (see ``model``) for each, which
the register, the search and the data files read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
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
from kb.sources.bibliography import SIDES, Source, sources_of

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
    lost: dict[str, list[Source]] = {}
    for source in sources_of(env).values() if claims else ():
        for claim in source.sides.keys() - claims.keys():
            lost.setdefault(claim, []).append(source)
    gone = {letter for letter in {claim[:1] for claim in lost} if _is_gone(letter, claims, lost)}
    for letter in sorted(gone):
        claims_of = sorted(_number(one) for one in lost if one[:1] == letter)
        _warn_of_sides(_chapter_fault(app, [f"{letter}{number}" for number in claims_of], lost))
    for claim in sorted(claim for claim in lost if claim[:1] not in gone):
        for source in lost[claim]:
            place = f"docs/data/sources.bib:{source.line}: {source.key}: sides:"
            _warn_of_sides(f"{place} there is no claim {claim}{did_you_mean(claim, claims)}")


def _is_gone(letter: str, known: Iterable[str], lost: Iterable[str]) -> bool:
    """Whether a chapter went with its claims: several are missed, and none is left."""
    missed = [claim for claim in lost if claim[:1] == letter]
    return len(missed) > 1 and not any(claim[:1] == letter for claim in known)


def _chapter_fault(app: Sphinx, claims: list[str], lost: dict[str, list[Source]]) -> str:
    """Tell of all claims of a chapter that is gone at once."""
    sources = sorted({source.key: source for claim in claims for source in lost[claim]}.items())
    keys = ", ".join(key for key, _ in sources[:3])
    more = f" and {len(sources) - 3} more" if len(sources) > 3 else ""
    some = f"{len(sources)} sources name them" if len(sources) > 1 else "a source names them"
    return (
        f"docs/data/sources.bib:{min(source.line for _, source in sources)}: claims "
        f"{_listed(claims)} went with {_chapter_of(app, claims[0])}; {some} in 'sides': "
        f"{keys}{more}; take the claims out there, or bring the chapter back"
    )


def _number(claim: str) -> int:
    return int(re.sub(r"\D", "", claim) or 0)


def _listed(claims: list[str]) -> str:
    """Claims of one letter, in order: 'C1 to C5' if they follow each other."""
    if len(claims) > 2 and _number(claims[-1]) - _number(claims[0]) == len(claims) - 1:
        return f"{claims[0]} to {claims[-1]}"
    return ", ".join(claims)


def _chapter_of(app: Sphinx, claim: str) -> str:
    """The page on which *claim* was published, as far as that is known."""
    path = Path(app.srcdir, "data/published-ids.txt")
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = re.search(rf"^(\S+)\.html#claim-{claim.lower()}$", text, re.MULTILINE)
    return f"docs/{found[1]}.md" if found else "their chapter"


def _warn_of_sides(message: str) -> None:
    logger.warning(message, type="evidence", subtype="sides")


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
