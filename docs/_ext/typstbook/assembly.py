"""From the root document and its toctrees to the chapters of the book, in order.

Each document is resolved on its own, as for the web, so that post-transforms
that count per document count the same.  What print leaves out is taken out
here, before anything else looks at the trees.
"""

from __future__ import annotations

import pickle
import re
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import LoggingReporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.builders import Builder

#: A title that stands in so many chapters counts as repeated.
_MANY_CHAPTERS = 4
_WEB_ONLY = frozenset({"no-book", "only-dark"})
_SILENT = (addnodes.toctree, nodes.meta, nodes.system_message)
_BREAK = re.compile(r"<br\s*/?>\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Chapter:
    """One document of the book; ``depth`` 1 begins a new page.

    ``part`` is the caption of the list that it is the first of, at ``part_place``.
    """

    docname: str
    depth: int
    part: str
    tree: nodes.document
    part_place: str = ""


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


class Assembly:
    """One walk over the toctrees; resolved trees are *kept* from build to build, or not."""

    def __init__(self, builder: Builder, kept: Any = None) -> None:
        self.builder, self.kept = builder, kept
        self.seen: set[str] = set()
        self.book = Book()

    def make(self) -> Book:
        root = self.builder.config.root_doc
        self.seen.add(root)
        self._visit(root, 0, "", "")
        for chapter in self.book.chapters:
            self._note_anchors(chapter)
        self.book.repeated = frozenset(_repeated(self.book.chapters))
        return self.book

    def _visit(self, docname: str, depth: int, part: str, part_place: str) -> None:
        tree = self._resolve(docname)
        listed = list(self._listed(tree))
        self._prune(tree, docname)
        if depth or not is_empty(tree):
            chapter = Chapter(docname, max(depth, 1), part, tree, part_place)
            self.book.chapters.append(chapter)
        for child, caption, place in listed:
            self._visit(child, depth + 1, "" if depth else caption, place)

    def _resolve(self, docname: str) -> nodes.document:
        """Return a resolved document, from an earlier build if it is kept there."""
        tree = self._kept_tree(docname)
        if not tree:
            tree = self._resolved(docname)
            if self.kept:
                self.kept.put(docname, _pickled(tree))
        self.builder.post_process_images(tree)
        return tree

    def _kept_tree(self, docname: str) -> nodes.document | None:
        env, data = self.builder.env, self.kept and self.kept.get(docname)
        if not data:
            return None
        tree: nodes.document = pickle.loads(data)
        images = [image["candidates"].items() for image in tree.findall(nodes.image)]
        # A picture that is drawn when a document is resolved is told to Sphinx only then.
        if any(kind != "?" and path not in env.images for image in images for kind, path in image):
            return None
        tree.settings.env = env
        tree.reporter = LoggingReporter(str(env.doc2path(docname)))
        return tree

    def _resolved(self, docname: str) -> nodes.document:
        """Resolve a document, and return a copy: bibtex gives each resolution the same nodes."""
        env = self.builder.env
        tree = env.get_doctree(docname)
        env.resolve_references(tree, docname, self.builder)
        return tree.deepcopy()

    def _listed(self, tree: nodes.document) -> Iterator[tuple[str, str, str]]:
        """The documents listed in a tree, the first of a captioned list with its caption.

        The third is the file and line of the list.
        """
        for toctree in tree.findall(addnodes.toctree):
            caption = toctree.get("caption") or ""
            for _title, docname in toctree["entries"]:
                if docname in self.seen or not self._wanted(docname):
                    continue
                self.seen.add(docname)
                yield docname, caption, place_of(toctree)
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
                take_out(node)

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


def _repeated(chapters: list[Chapter]) -> Iterator[str]:
    titles = Counter(
        title
        for chapter in chapters
        for title in {section[0].astext() for section in chapter.tree.findall(nodes.section)}
    )
    yield from (title for title, count in titles.items() if count >= _MANY_CHAPTERS)


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
