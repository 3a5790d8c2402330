"""What the index at the back of the book lists: terms, claims and foods.

There is nothing to write for an author.  Each term of the glossary stands in the
index with the page of its entry and of its first mention in each chapter, and, set
apart, of its first mention in each claim: the same mentions that link to the
glossary (see ``autolink``).  Its other names lead to it by "see".  Claims are listed
by their ids, and each row of the table of foods by its name.

Emits standard ``index`` nodes into the pages of the book, and of the book alone;
``typstbook`` prints them.  Entries of Sphinx's own ``{index}`` join them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata

from kb.claims.domain import domain_of as claims_of
from kb.core.text import fold_name
from kb.foods.table import foods_in
from kb.glossary.autolink import mentions_of
from kb.glossary.domain import Term
from kb.glossary.domain import domain_of as terms_of
from kb.text_index.records import context_of
from typstbook.assembly import is_left_out

ALIKE = 5
"""Names that begin with so many equal letters stand side by side and need no "see"."""
_COMMA = re.compile(
    r", (?![^(]*\))"
)  # the first outside parentheses: "Milk, whole" stands below "Milk"


class IndexPlaces(SphinxPostTransform):
    """Put an index entry at each place that the index names, once links are resolved and ``only``
    has chosen."""

    default_priority = 60
    builders = ("book",)

    def run(self, **kwargs: Any) -> None:
        docname = self.env.current_document.docname
        self._note_entries(docname)
        self._note_claims(docname)
        self._note_foods()
        self._note_mentions(docname)

    def _note_entries(self, docname: str) -> None:
        """The entry of each term in the glossary, in bold, and its other names."""
        entries = {name: node for node in self.document.findall(nodes.term) for name in node["ids"]}
        for term in terms_of(self.env).terms.values():
            if term.docname == docname and term.anchor in entries:
                names = [
                    ("see", f"{_head(name)}; {_head(term.name)}") for name in _other_names(term)
                ]
                main = ("single", _head(term.name))
                entries[term.anchor].insert(0, _index(term.anchor, main, *names, main="main"))

    def _note_claims(self, docname: str) -> None:
        claims = {
            claim.anchor: claim.id
            for claim in claims_of(self.env).claims.values()
            if claim.docname == docname
        }
        for node in list(self.document.findall(nodes.container)):
            for anchor in claims.keys() & {*node["ids"]}:
                node.insert(0, _index(anchor, ("single", f"Claims; {claims[anchor]}")))

    def _note_foods(self) -> None:
        rows = {
            name: node
            for node in self.document.findall(nodes.inline)
            for name in node["ids"]
            if name.startswith("food-")
        }
        for food in foods_in(self.env) if rows else ():
            if node := rows.get(f"food-{food.id}"):
                node.insert(
                    0,
                    _index(
                        f"food-{food.id}", ("single", _head(_COMMA.sub("; ", food.food, count=1)))
                    ),
                )

    def _note_mentions(self, docname: str) -> None:
        """The mentions that are settled for this page, at the links that they became."""
        terms = terms_of(self.env).terms
        if any(term.docname == docname for term in terms.values()):
            return
        mentions = mentions_of(self.env).get(docname, ())
        wanted = {
            (terms[m.term].anchor, claim): terms[m.term].name
            for m in mentions
            for claim in {"", m.claim}
        }
        for link in [
            node for node in self.document.findall(nodes.reference) if not _is_unprinted(node)
        ]:
            anchor = link.get("refid") or link.get("refuri", "").rpartition("#")[2]
            for claim in sorted({"", context_of(link)[0]}):
                if name := wanted.pop((anchor, claim), ""):
                    entry = ("single", _head(name) + ("; in claims" if claim else ""))
                    link.parent.insert(
                        link.parent.index(link), _index(f"index-{claim}-{anchor}", entry)
                    )


def _index(anchor: str, *entries: tuple[str, str], main: str = "") -> addnodes.index:
    """A node that prints nothing, and is the *anchor* of its entries."""
    return addnodes.index(entries=[(kind, value, anchor, main, None) for kind, value in entries])


def _is_unprinted(node: nodes.Node | None) -> bool:
    while node is not None:
        if is_left_out(node):
            return True
        node = node.parent
    return False


def _head(name: str) -> str:
    """A name as an index prints it: with a capital, unless it has others of its own ("dp-ucMGP") or
    begins in Greek."""
    has_capitals = any(char.isupper() for char in name.split(" ")[0])
    return name if has_capitals or not name[:1].isascii() else name[:1].upper() + name[1:]


def _other_names(term: Term) -> Iterator[str]:
    """The names of a term that stand elsewhere in the order, the first of those that stand
    together."""
    seen = [_start(term.name)]
    for name in term.names:
        start = _start(name)
        if not any(start.startswith(other) or other.startswith(start) for other in seen):
            yield name
        seen.append(start)


def _start(name: str) -> str:
    return re.sub(r"[\W_]", "", fold_name(name))[:ALIKE]


def setup(app: Sphinx) -> ExtensionMetadata:
    for name in ("kb.glossary.autolink", "kb.claims.domain", "kb.foods.table"):
        app.setup_extension(name)
    app.add_post_transform(IndexPlaces)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
