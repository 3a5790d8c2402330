"""From the root document and its toctrees to the chapters of the book, in order.

Each document is resolved on its own, as for the web, so that post-transforms
that count per document count the same.  What print leaves out is taken out
here, before anything else looks at the trees.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typstbook.builder import BookBuilder

#: A title that stands in so many chapters is a refrain.
_MANY_CHAPTERS = 4
_WEB_ONLY = frozenset({"no-book", "only-dark"})
_SILENT = (addnodes.toctree, nodes.comment, nodes.meta, nodes.system_message)


@dataclass(frozen=True)
class Chapter:
    """One document of the book; ``depth`` 1 begins a new page."""

    docname: str
    depth: int
    part: str
    tree: nodes.document


@dataclass
class Book:
    """The chapters, and every place in them that a link may lead to.

    ``anchors`` maps ``docname#id`` to what stands there: "document",
    "section", "panel", "term" or "other".  ``hidden`` are the places left out of print.
    ``refrains`` are the titles that so many chapters have that a list of contents
    which named them each time would say little; bookmarks name them.
    """

    chapters: list[Chapter] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    refrains: frozenset[str] = frozenset()

    def holds(self, docname: str) -> bool:
        return docname in self.anchors


class Assembly:
    """One walk over the toctrees."""

    def __init__(self, builder: BookBuilder) -> None:
        self.builder = builder
        self.seen: set[str] = set()
        self.book = Book()

    def make(self) -> Book:
        root = self.builder.config.root_doc
        self.seen.add(root)
        self._visit(root, 0, "")
        for chapter in self.book.chapters:
            self._note_anchors(chapter)
        self.book.refrains = frozenset(_refrains(self.book.chapters))
        return self.book

    def _visit(self, docname: str, depth: int, part: str) -> None:
        tree = self._resolve(docname)
        listed = list(self._listed(tree))
        self._prune(tree, docname)
        if depth or not is_empty(tree):
            self.book.chapters.append(Chapter(docname, max(depth, 1), part, tree))
        for child, caption in listed:
            self._visit(child, depth + 1, "" if depth else caption)

    def _resolve(self, docname: str) -> nodes.document:
        """A resolved document, as a copy: bibtex lends the same nodes to each resolution."""
        env = self.builder.env
        tree = env.get_doctree(docname)
        env.resolve_references(tree, docname, self.builder)
        self.builder.post_process_images(tree)
        return tree.deepcopy()

    def _listed(self, tree: nodes.document) -> Iterator[tuple[str, str]]:
        """The documents listed in a tree, the first of a captioned list with its caption."""
        for toctree in tree.findall(addnodes.toctree):
            caption = toctree.get("caption") or ""
            for _title, docname in toctree["entries"]:
                if docname in self.seen or not self._wanted(docname):
                    continue
                self.seen.add(docname)
                yield docname, caption
                caption = ""

    def _wanted(self, docname: str) -> bool:
        if docname not in self.builder.env.all_docs:
            return False  # an address, "self", or a document that Sphinx warned of
        return not any(fnmatchcase(docname, glob) for glob in self.builder.config.book_exclude)

    def _prune(self, tree: nodes.document, docname: str) -> None:
        for node in list(tree.findall(is_left_out)):
            for inner in node.findall(nodes.Element):
                self.book.hidden.update(f"{docname}#{name}" for name in inner["ids"])
            if node.parent is not None:
                node.parent.remove(node)

    def _note_anchors(self, chapter: Chapter) -> None:
        self.book.anchors[chapter.docname] = "document"
        for node in chapter.tree.findall(nodes.Element):
            for name in ids_of(node):
                self.book.anchors.setdefault(f"{chapter.docname}#{name}", self._kind_of(node))

    def _kind_of(self, node: nodes.Element) -> str:
        """What a link to this node leads to, as far as print cares."""
        if isinstance(node, nodes.container) and self._is_panel(node):
            return "panel"
        kinds = {nodes.section: "section", nodes.term: "term"}
        return next((name for kind, name in kinds.items() if isinstance(node, kind)), "other")

    def _is_panel(self, node: nodes.container) -> bool:
        functions: dict[str, str] = self.builder.config.book_classes
        return any(functions.get(name) == "panel" for name in node["classes"])


def _refrains(chapters: list[Chapter]) -> Iterator[str]:
    titles = Counter(
        title
        for chapter in chapters
        for title in {section[0].astext() for section in chapter.tree.findall(nodes.section)}
    )
    yield from (title for title, count in titles.items() if count >= _MANY_CHAPTERS)


def is_left_out(node: nodes.Node) -> bool:
    """Whether print leaves out a node and all it holds."""
    if isinstance(node, nodes.raw):
        return "typst" not in node["format"].split()
    if isinstance(node, _SILENT):
        return True
    return isinstance(node, nodes.Element) and not _WEB_ONLY.isdisjoint(node.get("classes", ()))


def is_empty(tree: nodes.document) -> bool:
    """Whether a document has nothing to print but its title."""
    for node in tree.findall():
        if isinstance(node, nodes.image):
            return False
        if isinstance(node, nodes.Text) and node.strip() and not _in_title(node):
            return False
    return True


def _in_title(node: nodes.Node) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.title):
            return isinstance(node.parent.parent, nodes.document)
    return False


def ids_of(node: nodes.Element) -> list[str]:
    """The ids of a node; those of index entries stand in the entries."""
    ids: list[str] = list(node["ids"])
    if isinstance(node, addnodes.index):
        ids += [entry[2] for entry in node["entries"] if entry[2]]
    return ids
