"""Figures are numbered from what was noted of each document when it was read.

Sphinx opens every document, and asks each domain of each node, in every build: a tenth of a build
after an edit of a site of 70 pages, a third at 400 chapters.  Here each document that is read
notes its sections, lists of contents and numbered nodes (see ``dependencies``), and the numbers
are counted from these notes, as ``TocTreeCollector.assign_figure_numbers`` counts them.  It passes
over documents of the names of its own pages (``search``, ``genindex``, ``modindex``); here they
count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

if TYPE_CHECKING:
    from sphinx.application import Sphinx

Note = tuple[tuple[str, ...], str, Any]
"""The ids of the sections around it, outermost first; a kind and an id, or "" and the documents
of a list of contents."""
Numbers = dict[str, dict[str, dict[str, tuple[int, ...]]]]
"""By document, kind and id."""


def notes_of(env: BuildEnvironment, document: nodes.document) -> tuple[Note, ...]:
    """What the numbers of figures are counted from, in the order of the *document*."""
    domains = [each for each in env.domains.sorted() if _numbers_nodes(each)]
    return tuple(_notes_below(document, (), domains))


def _numbers_nodes(domain: Domain) -> bool:
    own = type(domain).get_enumerable_node_type is not Domain.get_enumerable_node_type
    return own or bool(domain.enumerable_nodes)


def _notes_below(
    node: nodes.Element, sections: tuple[str, ...], domains: list[Domain]
) -> Iterator[Note]:
    for child in node.children:
        if isinstance(child, nodes.section):
            yield from _notes_below(child, (*sections, child["ids"][0]), domains)
        elif isinstance(child, addnodes.toctree):
            yield sections, "", tuple(name for _, name in child["entries"])
        elif isinstance(child, nodes.Element):
            if (kind := _kind(child, domains)) and child["ids"]:
                yield sections, kind, child["ids"][0]
            yield from _notes_below(child, sections, domains)


def _kind(node: nodes.Element, domains: list[Domain]) -> str | None:
    """The kind of a node that gets a number; what has no caption is not numbered by ``std``."""
    for domain in domains:
        kind = domain.get_enumerable_node_type(node)
        if kind and not (isinstance(domain, StandardDomain) and not domain.get_numfig_title(node)):
            return kind
    return None


class _Count:
    """One count through all documents, in the order of the lists of contents."""

    def __init__(self, env: BuildEnvironment, notes: Mapping[str, tuple[Note, ...]]) -> None:
        self.env, self.notes = env, notes
        self.counts: Counter[tuple[str, tuple[int, ...]]] = Counter()
        self.numbers: Numbers = {}
        self.seen: set[str] = set()

    def document(self, docname: str, around: tuple[int, ...] = ()) -> None:
        """Number the figures of a document, and of those that it lists; *around* is the number of
        the section that lists it."""
        if docname in self.seen:
            return
        self.seen.add(docname)
        for sections, kind, what in self.notes[docname]:
            section = self._section_number(docname, sections, around)
            if kind:
                self._number(docname, section, kind, what)
                continue
            for listed in what:
                # What is no document is an address, "self" or a page that Sphinx makes.
                if listed in self.notes:
                    self.document(listed, section)

    def _section_number(
        self, docname: str, sections: tuple[str, ...], around: tuple[int, ...]
    ) -> tuple[int, ...]:
        known = self.env.toc_secnumbers.get(docname, {})
        for name in sections:
            around = known.get(f"#{name}", known.get("")) or around
        return around

    def _number(self, docname: str, section: tuple[int, ...], kind: str, name: str) -> None:
        section = section[: self.env.config.numfig_secnum_depth]
        self.counts[kind, section] += 1
        of_kind = self.numbers.setdefault(docname, {}).setdefault(kind, {})
        of_kind[name] = (*section, self.counts[kind, section])


def assign(env: BuildEnvironment, notes: Mapping[str, tuple[Note, ...]]) -> list[str]:
    """Number the figures of all documents, and return the documents whose numbers changed."""
    count, last = _Count(env, notes), env.toc_fignumbers
    if env.config.numfig:
        count.document(env.config.root_doc)
    env.toc_fignumbers = count.numbers
    return [name for name, numbers in count.numbers.items() if numbers != last.get(name)]


def count_notes(
    app: Sphinx, notes: Callable[[BuildEnvironment], Mapping[str, tuple[Note, ...]]]
) -> None:
    """Let Sphinx's collector, which numbers sections as well, count figures from the *notes*."""
    for listener in app.events.listeners["env-get-updated"]:
        collector = getattr(listener.handler, "__self__", None)
        if isinstance(collector, TocTreeCollector):
            collector.assign_figure_numbers = lambda env: assign(env, notes(env))  # type: ignore[method-assign]
