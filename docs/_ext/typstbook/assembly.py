"""From the root document and its toctrees to the chapters of the book, in order.

Each document is resolved on its own, as for the web, so that post-transforms
that count per document count the same.  What print leaves out is taken out
here, before anything else looks at the trees.
"""

from __future__ import annotations

import hashlib
import pickle
import re
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import LoggingReporter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sphinx.builders import Builder

#: A title that stands in so many chapters counts as repeated.
_MANY_CHAPTERS = 4
_WEB_ONLY = frozenset({"no-book", "only-dark"})
_SILENT = (addnodes.toctree, nodes.meta, nodes.system_message)
_BREAK = re.compile(r"<br\s*/?>\s*", re.IGNORECASE)


@dataclass
class Resolved:
    """What the book must know of a resolved document; it is kept from build to build."""

    tree: bytes
    """Pickled, with all that print leaves out."""
    lists: list[tuple[str, str, list[str]]]
    """Each of its toctrees: caption, file and line, documents."""
    is_empty: bool = False
    hidden: set[str] = field(default_factory=set)
    anchors: dict[str, str] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    characters: set[str] = field(default_factory=set)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    """What it has in the index, as Sphinx writes it."""
    images: dict[str, str] = field(default_factory=dict)
    """The pictures in it, each with the name of its copy."""
    text: tuple[str, str] = ("", "")
    """Its markup, after the digest of the book that it was written for."""


@dataclass(frozen=True)
class Chapter:
    """One document of the book; ``depth`` 1 begins a new page.

    ``part`` is the caption of the list that it is the first of, at ``part_place``.
    """

    docname: str
    depth: int
    part: str
    part_place: str
    resolved: Resolved
    load: Callable[[], nodes.document]

    @property
    def tree(self) -> nodes.document:
        """What is printed of the document; a tree that was kept is read when it is asked for."""
        return self.load()


@dataclass
class Book:
    """The chapters, and every place in them that a link may lead to.

    ``anchors`` maps ``docname#id`` to what stands there: "document",
    "section", "panel", "term" or "other".  ``hidden`` are the places left out of print.
    ``repeated`` are the titles that many chapters share: the list of contents leaves
    them out, and the bookmarks name them.
    """

    chapters: list[Chapter] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    repeated: frozenset[str] = frozenset()

    def holds(self, docname: str) -> bool:
        return docname in self.anchors

    def digest(self) -> str:
        """A digest of all that the translator of a chapter may ask the book."""
        chapters = [(each.docname, each.depth, each.part) for each in self.chapters]
        asked = [chapters, self.anchors, sorted(self.hidden), sorted(self.repeated)]
        return hashlib.sha256(repr(asked).encode()).hexdigest()


class Assembly:
    """One walk over the toctrees; what is resolved is *kept* from build to build, or not."""

    def __init__(self, builder: Builder, kept: Any = None) -> None:
        self.builder, self.kept = builder, kept
        self.seen: set[str] = set()
        self.book = Book()

    def make(self) -> Book:
        root = self.builder.config.root_doc
        self.seen.add(root)
        self._visit(root, 0, "", "")
        titles = Counter(title for each in self.book.chapters for title in each.resolved.titles)
        self.book.repeated = frozenset(
            title for title, count in titles.items() if count >= _MANY_CHAPTERS
        )
        return self.book

    def _visit(self, docname: str, depth: int, part: str, part_place: str) -> None:
        resolved, load = self._document(docname)
        self.book.hidden |= resolved.hidden
        if depth or not resolved.is_empty:
            chapter = Chapter(docname, max(depth, 1), part, part_place, resolved, load)
            self.book.chapters.append(chapter)
            self.book.anchors.update(resolved.anchors)
        for child, caption, place in list(self._listed(resolved)):
            self._visit(child, depth + 1, "" if depth else caption, place)

    def _document(self, docname: str) -> tuple[Resolved, Callable[[], nodes.document]]:
        """A document and its tree, from an earlier build if it is kept there."""
        known = self.builder.env.images
        kept: Resolved | None = self.kept and self.kept.get(docname)
        # A picture that is drawn when a document is resolved is told to Sphinx only then.
        if kept and all(
            path in known and known[path][1] == kept.images[path] for path in kept.images
        ):
            self.builder.images.update(kept.images)
            return kept, cache(partial(self._kept_tree, docname, kept.tree))
        tree = self._resolved(docname)
        resolved = Resolved(_pickled(tree) if self.kept else b"", _lists(tree))
        resolved.hidden = self._pruned(tree, docname)
        self._note(tree, docname, resolved)
        if self.kept:
            self.kept.put(docname, resolved)
        return resolved, lambda: tree

    def _kept_tree(self, docname: str, data: bytes) -> nodes.document:
        tree: nodes.document = pickle.loads(data)
        tree.settings.env = self.builder.env
        tree.reporter = LoggingReporter(str(self.builder.env.doc2path(docname)))
        self._pruned(tree, docname)
        return tree

    def _resolved(self, docname: str) -> nodes.document:
        """Resolve a document, and return a copy: bibtex gives each resolution the same nodes."""
        env = self.builder.env
        tree = env.get_doctree(docname)
        env.resolve_references(tree, docname, self.builder)
        return tree.deepcopy()

    def _listed(self, document: Resolved) -> Iterator[tuple[str, str, str]]:
        """The documents that a document lists, the first of a captioned list with its caption.

        The third is the file and line of the list.
        """
        for caption, place, docnames in document.lists:
            for docname in docnames:
                if docname in self.seen or not self._wanted(docname):
                    continue
                self.seen.add(docname)
                yield docname, caption, place
                caption = ""

    def _wanted(self, docname: str) -> bool:
        if docname not in self.builder.env.all_docs:
            return False  # an address, "self", or a document that Sphinx warned of
        return not any(fnmatchcase(docname, glob) for glob in self.builder.config.book_exclude)

    def _pruned(self, tree: nodes.document, docname: str) -> set[str]:
        """Leave in a tree what is printed, its pictures chosen; return the places left out."""
        hidden = set[str]()
        for node in list(tree.findall(is_left_out)):
            for inner in node.findall(nodes.Element):
                hidden.update(f"{docname}#{name}" for name in inner["ids"])
            if node.parent is not None:
                take_out(node)
        self.builder.post_process_images(tree)
        return hidden

    def _note(self, tree: nodes.document, docname: str, resolved: Resolved) -> None:
        """Note what the book must know of a tree."""
        resolved.is_empty = is_empty(tree)
        resolved.anchors[docname] = "document"
        for node in tree.findall():
            if isinstance(node, nodes.Text):
                resolved.characters.update(node)
            elif isinstance(node, nodes.Element):
                for name in ids_of(node):
                    resolved.anchors.setdefault(f"{docname}#{name}", self._kind_of(node))
            if isinstance(node, addnodes.index):
                resolved.entries += node["entries"]
                resolved.characters.update(*(entry[1] for entry in node["entries"]))
            elif isinstance(node, nodes.section):
                resolved.titles.add(node[0].astext())
            elif isinstance(node, nodes.image) and node["uri"] in self.builder.images:
                resolved.images[node["uri"]] = self.builder.images[node["uri"]]

    def _kind_of(self, node: nodes.Element) -> str:
        """What a link to this node leads to, as far as print cares."""
        if isinstance(node, nodes.container) and self._is_panel(node):
            return "panel"
        kinds = {nodes.section: "section", nodes.term: "term"}
        return next((name for kind, name in kinds.items() if isinstance(node, kind)), "other")

    def _is_panel(self, node: nodes.container) -> bool:
        functions: dict[str, str] = self.builder.config.book_classes
        return any(functions.get(name) == "panel" for name in node["classes"])


def _lists(tree: nodes.document) -> list[tuple[str, str, list[str]]]:
    return [
        (
            toctree.get("caption") or "",
            place_of(toctree),
            [docname for _title, docname in toctree["entries"]],
        )
        for toctree in tree.findall(addnodes.toctree)
    ]


def _pickled(tree: nodes.document) -> bytes:
    """A tree as bytes, without what belongs to this run, as Sphinx keeps its own."""
    for node in tree.findall():
        node.document = tree  # not the one that it is a copy of
    whole = {name: getattr(tree, name) for name in ("settings", "reporter", "transformer")}
    bare = tree.settings.copy()
    vars(bare).update(env=None, warning_stream=None, record_dependencies=None)
    vars(tree).update(settings=bare, reporter=None, transformer=None)
    data = pickle.dumps(tree, pickle.HIGHEST_PROTOCOL)
    vars(tree).update(whole)
    return data


def place_of(node: nodes.Node) -> str:
    """The file and line of a node, of the first node in it that knows them, or of its parents."""
    above = [node]
    while above[-1].parent is not None:
        above.append(above[-1].parent)
    near = [*node.findall(), *above]
    line = next((each.line for each in near if each.line), None)
    source = next((each.source for each in near if each.source), "")
    return f"{source}:{line}" if line else source


def is_left_out(node: nodes.Node) -> bool:
    """Whether print leaves out a node and all it holds."""
    if isinstance(node, nodes.raw):
        return "typst" not in node["format"].split() and not is_break(node)
    if isinstance(node, _SILENT) or type(node) is nodes.comment:
        return True
    return isinstance(node, nodes.Element) and not _WEB_ONLY.isdisjoint(node.get("classes", ()))


def is_break(node: nodes.raw) -> bool:
    """Whether a node is a line break, which Markdown's parser hands over as raw HTML."""
    return "html" in node["format"].split() and bool(_BREAK.fullmatch(node.astext()))


def take_out(node: nodes.Node) -> None:
    """Take a node out of its tree, and a figure with the last of its pictures."""
    figure = node.parent
    while isinstance(figure, nodes.reference):
        figure = figure.parent
    node.parent.remove(node)
    was_picture = isinstance(node, nodes.image) and isinstance(figure, nodes.figure)
    if was_picture and not any(figure.findall(nodes.image)) and figure.parent is not None:
        figure.parent.remove(figure)


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
