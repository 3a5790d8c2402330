"""How many claims there are, in words: the role ``{claim-count}`` prints "forty-one".

A number that an author writes goes wrong with the next claim, so the text asks for it::

    The article makes {claim-count}`all` claims.
    {claim-count}`Overstated` of them are overstated.
    This chapter weighs {claim-count}`chapter` of them, {claim-count}`chapter unsupported`
    unsupported.

It counts the claims that fit every word: ``all``, ``chapter`` (those of the page at hand), a
verdict, a certainty or a strength.  A capital makes the number begin a sentence.

The role is a cross-reference of the domain, so a page is written again when its number changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata

from kb.claims.model import CERTAINTIES, STRENGTHS, VERDICTS, Claim
from kb.core.messages import not_in_list

logger = logging.getLogger(__name__)

WORDS = ("all", "chapter", *VERDICTS, *CERTAINTIES, *STRENGTHS)
SMALL = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def in_words(number: int) -> str:
    """*number* as prose writes it before a noun: 'no', 'forty-one'; digits from a hundred on."""
    small, tens = SMALL.split(), TENS.split()
    if number < len(small):
        return small[number]
    if number >= 100:
        return str(number)
    ten, one = divmod(number, 10)
    return f"{tens[ten - 2]}-{small[one]}" if one else tens[ten - 2]


def count(claims: Iterable[Claim], target: str) -> str:
    """How many of the *claims* fit *target*: words, and the name of a page (``all@index``)."""
    asked, _, docname = target.partition("@")
    wanted = asked.lower().split()
    fitting = sum(all(_fits(claim, word, docname) for word in wanted) for claim in claims)
    words = in_words(fitting)
    return words.capitalize() if asked[:1].isupper() else words


def _fits(claim: Claim, word: str, docname: str) -> bool:
    if word == "chapter":
        return claim.docname == docname
    return word == "all" or word in (claim.verdict, claim.certainty, claim.strength)


class CountRole(SphinxRole):
    """``{claim-count}`chapter overstated```: see the module."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        for fault in self._faults():
            location = self.get_location()
            logger.warning(
                f"claim-count: {fault}", location=location, type="evidence", subtype="count"
            )
        docname = self.env.current_document.docname
        asked = addnodes.pending_xref(
            self.rawtext,
            nodes.inline("", "?"),
            refdomain="evidence",
            reftype="count",
            reftarget=f"{self.text}@{docname}",
            refdoc=docname,
        )
        self.set_source_info(asked)
        return [asked], []

    def _faults(self) -> Iterator[str]:
        for word in self.text.lower().split():
            if word not in WORDS:
                yield not_in_list(word, WORDS)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_role("claim-count", CountRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
