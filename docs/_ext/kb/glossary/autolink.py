"""Terms link themselves: the first mention on a page, and the first in each claim.

Authors write plain words.  Matching folds apostrophes, dashes and white space,
takes plurals, and minds case only for names that are all capitals (up to six
letters: IBS, GABA).  The longest name wins.  Nothing links in headings, links,
code, captions or table heads, and no term in its own definition; ``{plain}`GABA``` keeps a
word unlinked; ``{term}`` links one where the author wants it, and counts as the
mention.

Each glossary entry then says where its term is used.  Which mention links is
computed from the records before any page is written; writing looks it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import PageDependencies
from kb.glossary.domain import domain_of
from kb.glossary.matching import Matcher
from kb.text_index.places import linked
from kb.text_index.records import Piece, in_order, linkable, records_of


@dataclass(frozen=True)
class Mention:
    """A linked mention: piece number, span in it, term id; ``claim`` and ``anchor`` say where."""

    piece: int
    start: int
    end: int
    term: str
    claim: str
    anchor: str


def first_mentions(pieces: list[Piece], matcher: Matcher) -> Iterator[Mention]:
    """Yield the mentions to link in a document: the first of each term in each scope."""
    seen: set[tuple[str, str]] = set()
    for number, piece in enumerate(pieces):
        hits = [(0, 0, matcher.term_of(piece.text))] if piece.term else matcher.find(piece.text)
        for start, end, term in hits:
            own = piece.scope == f"term-{term}"
            scopes = {piece.scope} if piece.scope.startswith("term-") else {piece.scope, ""}
            if term and not own and any((scope, term) not in seen for scope in scopes):
                claim = piece.scope if piece.scope.startswith("claim-") else ""
                yield Mention(number, start, end, term, claim, piece.anchor)
            seen |= {(scope, term) for scope in scopes}


def update_mentions(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Find, before writing, which mentions link in every document (env-updated).

    Those of a document that was not read again stand, while no name has changed.
    """
    terms, data = domain_of(env).terms, domain_of(env).data
    names = sorted((term.id, term.all_names, term.explicit) for term in terms.values())
    last = data["mentions"] if data["names"] == names else {}
    matcher = Matcher(terms)
    data["mentions"] = {
        name: last[name] if name in last else list(first_mentions(record.pieces, matcher))
        for name, record in sorted(records_of(env).items())
    }
    data["names"] = names
    return []


def update_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Find which mentions link in one document that was read alone (page-preview)."""
    pieces = records_of(env)[docname].pieces
    mentions_of(env)[docname] = list(first_mentions(pieces, Matcher(domain_of(env).terms)))


def mentions_of(env: BuildEnvironment) -> dict[str, list[Mention]]:
    """The mentions that link, by document."""
    mentions: dict[str, list[Mention]] = domain_of(env).data["mentions"]
    return mentions


class LinkTerms(SphinxPostTransform):
    """Turn the mentions into links, before references are resolved (priority 10)."""

    default_priority = 3

    def run(self, **kwargs: Any) -> None:
        docname = self.env.current_document.docname
        wanted: dict[int, list[Mention]] = {}
        for mention in mentions_of(self.env).get(docname, ()):
            wanted.setdefault(mention.piece, []).append(mention)
        if not wanted:
            return
        for number, node in enumerate(list(linkable(self.document))):
            if number in wanted and isinstance(node, nodes.Text):
                node.parent.replace(
                    node, list(_linked(str(node), wanted[number], docname, self.env))
                )


def _linked(
    text: str, mentions: list[Mention], docname: str, env: BuildEnvironment
) -> Iterator[nodes.Node]:
    last = 0
    for mention in mentions:
        yield nodes.Text(text[last : mention.start])
        shown = nodes.inline("", text[mention.start : mention.end], classes=["std", "std-term"])
        name = domain_of(env).terms[mention.term].name
        yield addnodes.pending_xref(
            "",
            shown,
            refdomain="std",
            reftype="term",
            reftarget=name,
            refexplicit=True,
            refwarn=True,
            refdoc=docname,
        )
        last = mention.end
    yield nodes.Text(text[last:])


class WhereUsed(SphinxPostTransform):
    """Add to each entry of the glossary the pages and claims that use its term."""

    default_priority = 7

    def run(self, **kwargs: Any) -> None:
        entries = [
            n
            for n in self.document.findall(nodes.definition_list_item)
            if "term-entry" in n["classes"]
        ]
        uses = used_in(self.env) if entries else {}
        for item in entries:
            head, body = item.next_node(nodes.term), item.next_node(nodes.definition)
            if head and body and (places := uses.get(head["ids"][0].removeprefix("term-"))):
                body.append(self._line(places))

    def _line(self, places: list[tuple[str, Mention]]) -> nodes.paragraph:
        links = linked(self.env, places)
        return nodes.paragraph("", "", nodes.Text("Used in: "), *links, classes=["term-used-in"])


def used_in(env: BuildEnvironment) -> dict[str, list[tuple[str, Mention]]]:
    """Where each term is first mentioned, by page and by claim, in reading order.

    Mentions within the glossary are left out.
    """
    places: dict[str, list[tuple[str, Mention]]] = {}
    glossaries = {term.docname for term in domain_of(env).terms.values()}
    for docname in in_order(env):
        for mention in () if docname in glossaries else mentions_of(env).get(docname, ()):
            places.setdefault(mention.term, []).append((docname, mention))
    return places


class PlainRole(SphinxRole):
    """``{plain}`GABA``` prints the words and links nothing."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [nodes.inline(self.rawtext, self.text, classes=["plain"])], []


def page_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
    """Return what the links of each page, and the lists of the glossary, are made from.

    Called by page-dependencies.
    """
    terms, uses = domain_of(env).terms, used_in(env)
    names = {term.id: (term.name, term.docname) for term in terms.values()}
    found: PageDependencies = {
        page: [(m, names[m.term]) for m in mentions] for page, mentions in mentions_of(env).items()
    }
    for term in terms.values():
        places = [(page, m.claim, m.anchor) for page, m in uses.get(term.id, ())]
        found[term.docname].append((term.id, places))
    return found


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    app.setup_extension("kb.glossary.domain")
    app.setup_extension("kb.text_index.records")
    app.add_role("plain", PlainRole())
    app.add_post_transform(LinkTerms)
    app.add_post_transform(WhereUsed)
    app.connect("env-updated", update_mentions)
    app.connect("page-dependencies", page_dependencies)
    app.connect("page-preview", update_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
