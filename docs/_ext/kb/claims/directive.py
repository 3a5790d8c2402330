"""Claims: what the article says, and what the evidence shows.

An author writes::

    :::{claim} C1
    :verdict: unsupported
    :certainty: very-low
    :certainty-of: claim
    :for: zhang2023glycemic
    :mixed: ellis2021remodeled, fenn2017quinones, hojo2007bifidobacterium, wagatsuma2019diversity

    > K2 promotes the growth and diversity of beneficial gut bacteria.

    One plain sentence that answers it.

    The assessment, with its citations {cite:p}`karl2017fecal`.
    :::

Options hold keys and words of lists; sentences stand in the body.  The keys under
``for``, ``mixed`` and ``against`` are those whose record in ``sources.bib`` says so
in its field ``sides``: two entries of one fact, so that a slip in either is found.

Emits a ``container`` of class ``claim`` with standard nodes, so that every builder
can print it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

from kb.claims.domain import CERTAINTIES, CERTAINTY_OF, SIDE_LABELS, VERDICTS, Claim, domain_of
from kb.core.messages import did_you_mean, one_of, take_prompts
from kb.core.text import split_list
from kb.sources.bibliography import sources_of

logger = logging.getLogger(__name__)

_ID = re.compile(r"[A-Z]\d{1,2}\Z")
_SLID = re.compile(r"^:(verdict|certainty|certainty-of|for|mixed|against):", re.MULTILINE)


class ClaimDirective(SphinxDirective):
    """``{claim} ID``: see the module.  Reports every fault it finds and still emits the claim."""

    has_content = True
    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = dict.fromkeys(
        ("verdict", "certainty", "certainty-of", *SIDE_LABELS), directives.unchanged
    )

    def run(self) -> list[nodes.Node]:
        body = self.parse_content_to_nodes()
        unfilled = take_prompts(self.options, body)
        claim = self._claim(body)
        # Whoever is still filling in a new claim needs one line, and not one for each part that is not there yet.
        faults = (
            [unfilled]
            if unfilled
            else [
                *self._option_faults(claim),
                *self._side_faults(claim),
                *self._body_faults(claim, body),
            ]
        )
        for fault in faults:
            self._warn(f"claim {claim.id}: {fault}")
        domain_of(self.env).note(claim)
        node = self._node(claim, body)
        self.set_source_info(node)
        return [node]

    def _warn(self, message: str) -> None:
        logger.warning(message, location=self.get_location(), type="evidence", subtype="claim")

    def _claim(self, body: list[nodes.Node]) -> Claim:
        sides = tuple((side, split_list(self.options.get(side))) for side in SIDE_LABELS)
        quote, plain = (body[i].astext() if len(body) > i else "" for i in (0, 1))
        get = self.options.get
        return Claim(
            self.arguments[0],
            self.env.current_document.docname,
            self.lineno,
            get("verdict", ""),
            get("certainty", ""),
            get("certainty-of", ""),
            sides,
            quote,
            plain,
        )

    def _option_faults(self, claim: Claim) -> Iterator[str]:
        if not _ID.match(claim.id):
            yield "ids are a capital letter and a number, as in C1"
        if _SLID.search("\n".join(self.content)):
            yield "an option stands in the body; options follow the opening line directly, one line each"
        lists = {"verdict": VERDICTS, "certainty": CERTAINTIES, "certainty-of": CERTAINTY_OF}
        for name, words in lists.items():
            if not (word := self.options.get(name, "")):
                yield f"option {name!r} is missing; it is one of {one_of(words)}"
            elif word not in words:
                yield f"{name} {word!r} is not in the list{did_you_mean(word, words)} (it is one of {one_of(words)})"

    def _side_faults(self, claim: Claim) -> Iterator[str]:
        known, placed = sources_of(self.env), dict[str, str]()
        for side, keys in claim.sides:
            for key in keys:
                if key in placed:
                    yield f"{key!r} stands under {placed[key]!r} and under {side!r}; a record is on one side"
                placed[key] = side
                if key not in known:
                    yield f"unknown source {key!r} under {side!r}{did_you_mean(key, known)}; see docs/data/sources.bib"
                elif (recorded := known[key].sides.get(claim.id, "no side")) != side:
                    yield (
                        f"{key!r} stands under {side!r}, but docs/data/sources.bib:{known[key].line} says {recorded!r} "
                        f"in its field 'sides'; make the two agree"
                    )
        for key, source in known.items():
            recorded = source.sides.get(claim.id, "")
            if recorded and key not in placed:
                yield f"docs/data/sources.bib:{source.line} puts {key!r} under {recorded!r}, but the claim leaves it out; add it"

    def _body_faults(self, claim: Claim, body: list[nodes.Node]) -> Iterator[str]:
        if not body or not isinstance(body[0], nodes.block_quote):
            yield "the body must begin with what the article says, as a quotation: a line that starts with '> '"
            return
        if len(body) < 2 or not isinstance(body[1], nodes.paragraph):
            yield "after the quotation comes one plain sentence in a paragraph of its own"
            return
        if any(node.get("refdomain") == "cite" for node in body[1].findall(addnodes.pending_xref)):
            yield "the plain sentence carries a citation; the assessment after it is the place for that"
        if len(body) < 3:
            yield "the assessment is missing: one or more paragraphs after the plain sentence"
        elif claim.certainty != "none" and not any(_cites(node) for node in body[2:]):
            yield "the assessment cites nothing although its certainty is not 'none'; cite what it rests on: {cite:p}`key`"

    def _node(self, claim: Claim, body: list[nodes.Node]) -> nodes.container:
        classes = ["claim", f"verdict-{claim.verdict}", f"certainty-{claim.certainty}"]
        node = nodes.container(classes=classes, ids=[claim.anchor])
        node += heading(claim)
        node += nodes.paragraph("", "The article says", classes=["claim-label"])
        if body and isinstance(body[0], nodes.Element):
            body[0]["classes"].append("claim-says")
            node += body[0]
        node += nodes.paragraph("", "The evidence", classes=["claim-label"])
        if len(body) > 1 and isinstance(body[1], nodes.Element):
            body[1]["classes"].append("claim-plain")
            node += body[1]
        node += nodes.container("", *body[2:], classes=["claim-assessment"])
        node += self._sides(claim)
        return node

    def _sides(self, claim: Claim) -> nodes.container:
        box = nodes.container(classes=["claim-sides"])
        known = sources_of(self.env)
        for side, keys in claim.sides:
            if keys := tuple(key for key in keys if key in known):
                cited, _ = self.parse_inline("{cite:alp}`%s`" % ",".join(keys), lineno=self.lineno)
                label = nodes.strong("", SIDE_LABELS[side] + ":", classes=["side-label"])
                classes = ["claim-side", f"side-{side}"]
                box += nodes.paragraph("", "", label, nodes.Text(" "), *cited, classes=classes)
        link = addnodes.pending_xref(
            "",
            nodes.inline("", "Compare with the other claims"),
            refdomain="evidence",
            reftype="row",
            reftarget=claim.id,
            refexplicit=True,
            refwarn=False,
            refdoc=claim.docname,
        )
        box += nodes.paragraph("", "", link, classes=["claim-more", "no-book"])
        return box


def heading(claim: Claim) -> nodes.rubric:
    """The head of a claim: its id and, as color and word, verdict and certainty."""
    badge, certainty = (
        ["badge", "verdict", f"verdict-{claim.verdict}"],
        ["badge", "certainty", f"certainty-{claim.certainty}"],
    )
    verdict = VERDICTS.get(claim.verdict, "?")
    return nodes.rubric(
        "",
        "",
        nodes.inline("", f"Claim {claim.id}", classes=["claim-id"]),
        nodes.Text(" "),
        nodes.inline("", verdict, classes=badge),
        nodes.Text(" "),
        nodes.inline("", claim.certainty_words, classes=certainty),
        classes=["claim-head"],
        **{"heading-level": 3},
    )


def _cites(node: nodes.Node) -> bool:
    return any(xref.get("refdomain") == "cite" for xref in node.findall(addnodes.pending_xref))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.claims.domain")
    app.setup_extension("kb.sources.bibliography")
    app.add_directive("claim", ClaimDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
