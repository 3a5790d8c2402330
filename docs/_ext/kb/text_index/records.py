"""What each page says, kept as small records: one set for everybody.

While a document is read, this domain notes its citations and its text, piece by
piece, each with the nearest section, claim or entry, and the text of each of those as a
whole (see ``passages``).  Lists that cross pages (where a term is used,
where a source is cited) are computed from these records and never collected
while pages are written, which would leave them empty in the first page written.

Other extensions call :func:`records_of` and read; nobody else walks doctrees to
make a second set.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata

from kb.core.page_info import info_of
from kb.text_index.parts import part_of
from kb.text_index.passages import Passage, is_claim, is_entry, passages

CLOSED = (
    nodes.title,
    nodes.rubric,
    nodes.caption,
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.label,
    nodes.term,
    nodes.thead,
    nodes.raw,
    nodes.comment,
    addnodes.pending_xref,
    addnodes.toctree,
    addnodes.index,
)
"""Nodes whose text is never linked to the glossary."""


@dataclass(frozen=True)
class Piece:
    """A run of running text, or an explicit link to a term (``term`` is then its target).

    *scope* is ``""`` for the page, a claim's id, or a glossary entry's id;
    *anchor* is the id of the nearest section, claim or entry.
    """

    text: str
    scope: str
    anchor: str
    term: bool = False


@dataclass(frozen=True)
class Cite:
    """One citation of *key*, inside a claim (its id) or not (``""``)."""

    key: str
    claim: str
    anchor: str
    void: str
    """The key that the enclosing retraction passage explains, if any."""
    line: int


@dataclass
class Record:
    """All records of one document."""

    pieces: list[Piece] = field(default_factory=list)
    cites: list[Cite] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)


class RecordsDomain(Domain):
    """Keeps one :class:`Record` for each document; purged and merged like any domain."""

    name = "records"
    label = "Records"
    initial_data: ClassVar[dict[str, Any]] = {"docs": {}}
    data_version = 3

    @property
    def docs(self) -> dict[str, Record]:
        docs: dict[str, Record] = self.data["docs"]
        return docs

    def clear_doc(self, docname: str) -> None:
        self.docs.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        self.docs.update(
            {name: record for name, record in otherdata["docs"].items() if name in docnames}
        )

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
        docname, _, anchor = target.partition("#")
        return make_refnode(builder, fromdocname, docname, anchor, contnode)

    def resolve_any_xref(self, *args: object) -> list[Any]:
        return []


def records_of(env: BuildEnvironment) -> dict[str, Record]:
    """The records of every document of the project, by name."""
    domain = env.get_domain("records")
    assert isinstance(domain, RecordsDomain)
    return domain.docs


def to_place(docname: str, anchor: str, words: str) -> addnodes.pending_xref:
    """A link with the text *words* to an anchor of a page, for lists made after reading."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", words),
        refdomain="records",
        reftype="place",
        reftarget=f"{docname}#{anchor}",
        refexplicit=True,
        refwarn=True,
    )


def in_order(env: BuildEnvironment) -> list[str]:
    """Document names in reading order: as the tables of contents list them, the rest by name."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in order:
            order[name] = None
            for child in env.toctree_includes.get(name, ()):
                visit(child)

    visit(env.config.root_doc)
    return [
        name for name in (*order, *sorted(env.found_docs - set(order))) if name in env.found_docs
    ]


def context_of(node: nodes.Node) -> tuple[str, str]:
    """Return scope and anchor of *node*: see :class:`Piece`."""
    anchor = ""
    parent = node.parent
    while parent is not None:
        if is_claim(parent):
            return parent["ids"][0], parent["ids"][0]
        if is_entry(parent):
            head = parent.next_node(nodes.term)
            return (head["ids"][0],) * 2 if head else ("", anchor)
        if isinstance(parent, nodes.section) and parent["ids"] and not anchor:
            anchor = parent["ids"][0]
        parent = parent.parent
    return "", anchor


def linkable(node: nodes.Node) -> Iterator[nodes.Text | addnodes.pending_xref]:
    """Yield, in order, the text within *node* that may be linked and the explicit links to terms.

    The order is the contract: the n-th node here is the n-th :class:`Piece`.
    """
    if isinstance(node, nodes.Text):
        if node.strip():
            yield node
    elif isinstance(node, addnodes.pending_xref) and node.get("reftype") == "term":
        yield node
    elif not isinstance(node, CLOSED) and part_of(node).links:
        for child in node.children:
            yield from linkable(child)


def _piece(node: nodes.Text | addnodes.pending_xref) -> Piece:
    scope, anchor = context_of(node)
    if isinstance(node, nodes.Text):
        return Piece(str(node), scope, anchor)
    return Piece(node["reftarget"], scope, anchor, term=True)


def _cites(document: nodes.document) -> Iterator[Cite]:
    for node in document.findall(addnodes.pending_xref):
        if node.get("refdomain") == "cite":
            scope, anchor = context_of(node)
            claim = scope if scope.startswith("claim-") else ""
            for key in node["reftarget"].split(","):
                yield Cite(key.strip(), claim, anchor, _explained(node), node.line or 0)


def _explained(node: nodes.Node) -> str:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, nodes.Element) and parent.get("explains"):
            return str(parent["explains"])
        parent = parent.parent
    return ""


def is_outside(config: Config, docname: str) -> bool:
    """Whether *docname* is a page for authors or programs, which is no part of the book."""
    return any(fnmatchcase(docname, pattern) for pattern in config.kb_outside)


def note(app: Sphinx, document: nodes.document) -> None:
    """Keep the records of the document that was just read; pages outside the book use no terms."""
    docname = app.env.current_document.docname
    if is_outside(app.config, docname):
        # The search leads to a page that has a summary, by its title and that.
        top = (
            [Passage("", app.env.titles[docname].astext(), "")]
            if info_of(app.env, docname).summary
            else []
        )
        records_of(app.env)[docname] = Record([], list(_cites(document)), top)
        return
    pieces = [_piece(node) for node in linkable(document)]
    records_of(app.env)[docname] = Record(pieces, list(_cites(document)), list(passages(document)))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_domain(RecordsDomain)
    app.add_config_value("kb_outside", [], "env", list)
    app.connect("doctree-read", note, priority=900)
    return {
        "version": "1",
        "env_version": 3,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
