"""Claims: what the article says, and what the evidence shows.

An author writes::

    :::{claim} C1
    :strength: states
    :verdict: unsupported
    :certainty: very-low
    :certainty-of: claim
    :for: zhang2023glycemic
    :mixed: ellis2021remodeled, fenn2017quinones, hojo2007bifidobacterium, wagatsuma2019diversity

    > K2 promotes the growth and diversity of beneficial gut bacteria.

    The answer, in one plain sentence.

    The assessment, which cites each source on a side {cite:p}`karl2017fecal`.

    What would change this: a trial of K2 in healthy people.
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
from dataclasses import dataclass
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

from kb.claims.domain import domain_of
from kb.claims.model import CHANGE, OPTIONS, SIDE_LABELS, VERDICTS, Claim, Field
from kb.core.messages import did_you_mean, not_in_list, one_of, option_in_body, take_prompts
from kb.core.text import split_list
from kb.sources.bibliography import sources_of
from kb.text_index.passages import made_later, words

logger = logging.getLogger(__name__)

_ID = re.compile(r"[A-Z]\d{1,2}\Z")


@dataclass(frozen=True)
class Body:
    """The parts of what stands below the options, as nodes; None for one that is missing."""

    quote: nodes.block_quote | None
    answer: nodes.paragraph | None
    assessment: list[nodes.Node]
    change: nodes.paragraph | None

    @classmethod
    def of(cls, found: list[nodes.Node]) -> Body:
        """The parts of a body, by their kind and place."""
        rest = list(found)
        quote = rest.pop(0) if rest and isinstance(rest[0], nodes.block_quote) else None
        answer = rest.pop(0) if rest and isinstance(rest[0], nodes.paragraph) else None
        change = rest.pop() if rest and _is_change(rest[-1]) else None
        return cls(quote, answer, rest, change)  # type: ignore[arg-type]

    def texts(self) -> dict[str, str]:
        """The texts that the record of the claim keeps."""
        quote, answer, change = (
            words(part) if part else "" for part in (self.quote, self.answer, self.change)
        )
        change = change.removeprefix(CHANGE).strip()
        return {"quote": quote, "answer": answer, "would_change": change}


def _is_change(node: nodes.Node) -> bool:
    """Whether *node* is the paragraph that says what would change the answer."""
    is_text = isinstance(node, nodes.paragraph) and isinstance(node[0], nodes.Text)
    return is_text and node.astext().startswith(CHANGE)


class ClaimDirective(SphinxDirective):
    """``{claim} ID``: see the module.  Reports every fault it finds and still emits the claim."""

    has_content = True
    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = dict.fromkeys(OPTIONS, directives.unchanged)

    def run(self) -> list[nodes.Node]:
        found = self.parse_content_to_nodes()
        unfilled = take_prompts(self.options, found)
        body = Body.of(found)
        claim = self._claim(body)
        # Who is still filling in a new claim needs one line, not one for each missing part.
        for fault in [unfilled] if unfilled else self._faults(claim, body):
            self._warn(f"claim {claim.id}: {fault}")
        domain_of(self.env).note(claim)
        node = self._node(claim, body)
        self.set_source_info(node)
        return [node]

    def _warn(self, message: str) -> None:
        logger.warning(message, location=self.get_location(), type="evidence", subtype="claim")

    def _faults(self, claim: Claim, body: Body) -> Iterator[str]:
        yield from self._option_faults(claim)
        yield from self._side_faults(claim)
        yield from self._body_faults(claim, body)

    def _claim(self, body: Body) -> Claim:
        sides = tuple((side, split_list(self.options.get(side))) for side in SIDE_LABELS)
        given = {
            field.attribute: self.options.get(name, "")
            for name, field in OPTIONS.items()
            if field.kind != "keys"
        }
        docname = self.env.current_document.docname
        # One small letter is one fault, and not one more at each place that names the claim.
        given_id = self.arguments[0]
        name = given_id.upper() if _ID.match(given_id.upper()) else given_id
        return Claim(name, docname, self.lineno, sides, **body.texts(), **given)

    def _option_faults(self, claim: Claim) -> Iterator[str]:
        if not _ID.match(self.arguments[0]):
            yield f"ids are a capital letter and a number, as in C1, not {self.arguments[0]!r}"
        if fault := option_in_body(OPTIONS, self.content):
            yield fault
        for field in OPTIONS.values():
            yield from _option_faults(field, self.options.get(field.name, ""))

    def _side_faults(self, claim: Claim) -> Iterator[str]:
        known, placed = sources_of(self.env), dict[str, str]()
        for side, keys in claim.sides:
            for key in keys:
                if key in placed:
                    yield (
                        f"{key!r} stands under {placed[key]!r} and under {side!r}; "
                        "a record is on one side"
                    )
                placed[key] = side
                if key not in known:
                    yield (
                        f"unknown source {key!r} under {side!r}{did_you_mean(key, known)}; "
                        "see docs/data/sources.bib"
                    )
                elif (recorded := known[key].sides.get(claim.id, "no side")) != side:
                    yield (
                        f"{key!r} stands under {side!r}, but "
                        f"docs/data/sources.bib:{known[key].line} says {recorded!r} "
                        "in its field 'sides'; make the two agree"
                    )
        for key, source in known.items():
            recorded = source.sides.get(claim.id, "")
            if recorded and key not in placed:
                yield (
                    f"docs/data/sources.bib:{source.line} puts {key!r} under {recorded!r}, "
                    "but the claim leaves it out; add it"
                )

    def _body_faults(self, claim: Claim, body: Body) -> Iterator[str]:
        if not body.quote:
            yield (
                "the body must begin with what the article says, as a quotation: "
                "a line that starts with '> '"
            )
            return
        if not body.answer:
            yield "after the quotation comes the answer, one sentence in a paragraph of its own"
            return
        yield from self._bare_faults(body)
        if not body.assessment:
            yield "the assessment is missing: one or more paragraphs after the answer"
        elif claim.certainty != "none" and not cited(*body.assessment):
            yield (
                "the assessment cites nothing although its certainty is not 'none'; "
                "cite what it rests on: {cite:p}`key`"
            )
        yield from self._uncited(claim, cited(*body.assessment))
        if not body.change:
            yield (
                f"the last paragraph must begin with {CHANGE!r} and say in one sentence "
                "what finding would change the answer"
            )

    def _bare_faults(self, body: Body) -> Iterator[str]:
        """Report what the sentences cannot hold that lists and data files repeat by themselves."""
        parts = {
            "quotation": body.quote,
            "answer": body.answer,
            f"sentence that begins with {CHANGE!r}": body.change,
        }
        for name, part in parts.items():
            if part and (found := made_later(part)):
                cure = (
                    "write them out"
                    if found.startswith("words")
                    else "the assessment is the place for that"
                )
                yield f"the {name} carries {found}; {cure}"

    def _uncited(self, claim: Claim, keys: set[str]) -> Iterator[str]:
        """Report each source on a side that the assessment does not cite."""
        known = sources_of(self.env)
        for side, named in claim.sides:
            for key in named:
                if key in known and key not in keys:
                    yield (
                        f"{key!r} stands under {side!r}, but the assessment does not cite it; "
                        f"say there what it found, with {{cite:p}}`{key}`, or take it off the side"
                    )

    def _node(self, claim: Claim, body: Body) -> nodes.container:
        classes = ["claim", f"verdict-{claim.verdict}", f"certainty-{claim.certainty}"]
        node = nodes.container(classes=classes, ids=[claim.anchor])
        node += heading(claim)
        label = f"{claim.strength_words}, in our words"
        node += nodes.paragraph("", label, classes=["claim-label"])
        if body.quote:
            body.quote["classes"].append("claim-quote")
            node += body.quote
        node += nodes.paragraph("", "The evidence", classes=["claim-label"])
        if body.answer:
            body.answer["classes"].append("claim-answer")
            node += body.answer
        node += [_line(claim, field) for field in OPTIONS.values() if claim.line_of(field)]
        node += self._whole(claim, body)
        return node

    def _whole(self, claim: Claim, body: Body) -> nodes.container:
        """What stands behind the answer: a card of the web folds it."""
        whole = nodes.container(classes=["claim-whole"])
        whole += nodes.rubric("", "The whole assessment", classes=["claim-open"])
        whole += nodes.container("", *body.assessment, classes=["claim-assessment"])
        if body.change:
            whole += _change(body.change)
        whole += self._sides(claim)
        return whole

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
            refdoc=claim.docname,
        )
        box += nodes.paragraph("", "", link, classes=["claim-more", "no-book"])
        return box


def _option_faults(field: Field, value: str) -> Iterator[str]:
    """Yield what is wrong with the *value* of an option: missing, or not one of its words."""
    if field.required and not value:
        cure = f"it is one of {one_of(field.words)}" if field.words else "write it, one line"
        yield f"option {field.name!r} is missing; {cure}"
    elif value and field.words and value not in field.words:
        yield f"{field.name} {not_in_list(value, field.words)}"


def _line(claim: Claim, field: Field) -> nodes.paragraph:
    """The line of a field that has a label."""
    classes = ["claim-field", f"claim-{field.name}", *([] if field.in_search else ["unsearched"])]
    label = nodes.strong("", f"{field.label}:", classes=["side-label"])
    text = nodes.Text(f" {claim.line_of(field)}")
    return nodes.paragraph("", "", label, text, classes=classes)


def heading(claim: Claim) -> nodes.rubric:
    """The head of a claim: its id and, as color and word, verdict and certainty."""
    badge = ["badge", "verdict", f"verdict-{claim.verdict}"]
    certainty = ["badge", "certainty", f"certainty-{claim.certainty}"]
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


def _change(paragraph: nodes.paragraph) -> nodes.paragraph:
    """The last paragraph, its opening words as a label."""
    text = str(paragraph[0]).removeprefix(CHANGE)
    label = nodes.strong("", CHANGE, classes=["side-label"])
    rest = [nodes.Text(f" {text.lstrip()}"), *paragraph.children[1:]]
    return nodes.paragraph("", "", label, *rest, classes=["claim-change"])


def cited(*parts: nodes.Node) -> set[str]:
    """The keys of the sources that *parts* cite."""
    return {
        key
        for part in parts
        for xref in part.findall(addnodes.pending_xref)
        if xref.get("refdomain") == "cite"
        for key in split_list(xref["reftarget"])
    }


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.claims.domain")
    app.setup_extension("kb.sources.bibliography")
    app.add_directive("claim", ClaimDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
