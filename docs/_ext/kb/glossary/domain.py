"""The glossary: one entry for one term, with its other names, sources and neighbors.

An author writes, in ``docs/reference/glossary.md``::

    :::{definition} osteocalcin
    :id: osteocalcin
    :names: BGP; BGLAP; bone Gla protein
    :explicit: BGP
    :sources: gundberg2012friend, moriishi2020osteocalcin
    :see-also: gamma-carboxylation, hormone
    :tags: protein

    A small protein that bone-forming cells make ...
    :::

``names`` are separated by semicolons, since some hold commas.  Every name feeds
Sphinx's own ``{term}`` role.  Mentions link themselves (see ``autolink``), but for
the names under ``explicit``: words of every page, or abbreviations with a second
meaning.  The anchor is ``term-<id>`` and never changes.

Emits a standard glossary entry; its last lines are paragraphs with the classes
``term-names``, ``term-sources`` and ``term-see-also``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.domains.std import make_glossary_term
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata, OptionSpec

from kb.core.messages import did_you_mean, not_in_list, option_in_body, take_prompts
from kb.core.text import fold_name, split_list
from kb.sources.bibliography import sources_of
from kb.text_index.passages import made_later, words

logger = logging.getLogger(__name__)

TAGS = ("brain", "food", "gut", "medicine", "method", "nutrient", "protein")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
OPTIONS = ("id", "names", "explicit", "sources", "see-also", "tags")


@dataclass(frozen=True)
class Term:
    """One entry of the glossary; *names* does not repeat *name*."""

    id: str
    name: str
    names: tuple[str, ...]
    explicit: tuple[str, ...]
    definition: str
    sources: tuple[str, ...]
    see_also: tuple[str, ...]
    tags: tuple[str, ...]
    docname: str
    line: int

    @property
    def anchor(self) -> str:
        """The id of the entry in its page."""
        return f"term-{self.id}"

    @property
    def all_names(self) -> tuple[str, ...]:
        """The displayed name and every other."""
        return (self.name, *self.names)


class DefinitionDirective(SphinxDirective):
    """``{definition} NAME``: see the module."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = dict.fromkeys(OPTIONS, directives.unchanged)

    def run(self) -> list[nodes.Node]:
        body = self.parse_content_to_nodes()
        unfilled = take_prompts(self.options, body)
        term = self._term(body)
        domain = domain_of(self.env)
        faults = [*([unfilled] if unfilled else self._faults(term, body)), *domain.clashes(term)]
        for fault in faults:
            _warn(term, fault, self.get_location())
        domain.note(term)
        return [self._entry(term, body)]

    def _term(self, body: list[nodes.Node]) -> Term:
        get = self.options.get
        return Term(
            get("id", ""),
            self.arguments[0],
            split_list(get("names"), ";"),
            split_list(get("explicit"), ";"),
            words(body[0]) if body else "",
            split_list(get("sources")),
            split_list(get("see-also")),
            split_list(get("tags")),
            self.env.current_document.docname,
            self.lineno,
        )

    def _faults(self, term: Term, body: list[nodes.Node]) -> Iterator[str]:
        if fault := option_in_body(OPTIONS, self.content):
            yield fault
        if not _ID.match(term.id):
            cure = "write small letters, digits and hyphens"
            yield f"option 'id' is missing or not a slug ({term.id!r}); {cure}"
        if len(body) != 1 or not isinstance(body[0], nodes.paragraph):
            yield "the body is one paragraph: one definition of the form 'a B that Cs'"
        elif found := made_later(body[0]):
            cure = (
                "write them out"
                if found.startswith("words")
                else "name the source in the option 'sources'"
                if found == "a citation"
                else "write it into the sentence"
            )
            yield f"the definition carries {found}; {cure}"
        known = sources_of(self.env)
        if not term.sources:
            cure = "name at least one record in which the term is at work"
            yield f"option 'sources' is missing; {cure}"
        for key in term.sources:
            if key not in known:
                where = "sources live in docs/data/sources.bib"
                yield f"unknown source {key!r}{did_you_mean(key, known)}; {where}"
            elif known[key].is_void:
                yield f"source {key!r} is {known[key].status}; name another"
        for tag in term.tags:
            if tag not in TAGS:
                yield f"tag {not_in_list(tag, TAGS)}"
        for name in term.explicit:
            if name not in term.all_names:
                cure = "add it to 'names' too"
                yield f"'explicit' holds {name!r}, which is not a name of the term; {cure}"

    def _entry(self, term: Term, body: list[nodes.Node]) -> nodes.Node:
        source, line = self.get_source_info()
        head = make_glossary_term(
            self.env, [nodes.Text(term.name)], None, source, line, term.anchor, self.state.document
        )
        definition = nodes.definition("", *body, *self._more(term))
        item = nodes.definition_list_item("", head, definition, classes=["term-entry"])
        glossary = addnodes.glossary(
            "", nodes.definition_list("", item, classes=["glossary"]), sorted=False
        )
        self.state.document.note_explicit_target(head)
        return glossary

    def _more(self, term: Term) -> Iterator[nodes.paragraph]:
        if term.names:
            yield nodes.paragraph(
                "", f"Also called: {', '.join(term.names)}.", classes=["term-names"]
            )
        if term.see_also:
            yield _see_also(term)
        known = sources_of(self.env)
        if keys := [key for key in term.sources if key in known]:
            cited, _ = self.parse_inline("{cite:alp}`%s`" % ",".join(keys), lineno=self.lineno)
            yield nodes.paragraph("", "", nodes.Text("Sources: "), *cited, classes=["term-sources"])


def _warn(term: Term, fault: str, location: str | tuple[str, int]) -> None:
    logger.warning(
        f"term {term.name!r}: {fault}", location=location, type="glossary", subtype="definition"
    )


def _see_also(term: Term) -> nodes.paragraph:
    line = nodes.paragraph("", "See also: ", classes=["term-see-also"])
    for index, other in enumerate(term.see_also):
        line += nodes.Text(", " if index else "")
        line += addnodes.pending_xref(
            "",
            nodes.inline("", other),
            refdomain="terms",
            reftype="id",
            reftarget=other,
            refexplicit=False,
            refwarn=True,
            refdoc=term.docname,
        )
    return line


class TermsDomain(Domain):
    """All terms by id; resolves the ids of *see also* to displayed names."""

    name = "terms"
    label = "Terms"
    initial_data: ClassVar[dict[str, Any]] = {
        "terms": {},
        # Which mentions link, by document: computed after reading (see autolink).
        "mentions": {},
        # With which names they were found.
        "names": [],
    }
    data_version = 3
    dangling_warnings: ClassVar[dict[str, str]] = {
        "id": "'see-also' names no term %(target)r; "
        "it holds ids of entries, as in gamma-carboxylation"
    }

    @property
    def terms(self) -> dict[str, Term]:
        terms: dict[str, Term] = self.data["terms"]
        return terms

    def clashes(self, term: Term) -> Iterator[str]:
        """Yield a fault for each name or id of *term* that an entry already has."""
        taken = {
            fold_name(name): other
            for other in self.terms.values()
            for name in other.all_names
            if other.id != term.id
        }
        if (other := self.terms.get(term.id)) and (other.docname, other.line) != (
            term.docname,
            term.line,
        ):
            yield f"the id {term.id!r} is taken by {other.name!r} ({other.docname}.md:{other.line})"
        seen: set[str] = set()
        for name in term.all_names:
            if clash := taken.get(fold_name(name)):
                owner = f"{clash.name!r} ({clash.docname}.md:{clash.line})"
                yield f"the name {name!r} belongs to {owner}; a name leads to one entry"
            if fold_name(name) in seen:
                yield f"the name {name!r} is given twice"
            seen.add(fold_name(name))

    def note(self, term: Term) -> None:
        """Keep *term*, and give its names to Sphinx's ``{term}`` role.

        The displayed name is there already.
        """
        self.terms[term.id] = term
        standard = self.env.domains.standard_domain
        for name in term.names:
            if ("term", name) not in standard.objects:
                standard._note_term(name, term.anchor, location=(term.docname, term.line))

    def clear_doc(self, docname: str) -> None:
        for key in [key for key, term in self.terms.items() if term.docname == docname]:
            del self.terms[key]
        self.data["mentions"].pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        for term in otherdata["terms"].values():
            if term.docname in docnames:
                for clash in self.clashes(term):
                    _warn(term, clash, (term.docname, term.line))
                self.terms[term.id] = term

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Any,
        typ: str,
        target: str,
        node: addnodes.pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        if (term := self.terms.get(target)) is None:
            return None
        return make_refnode(
            builder, fromdocname, term.docname, term.anchor, nodes.inline("", term.name)
        )

    def resolve_any_xref(self, *args: object) -> list[Any]:
        return []

    def link_dependency(self, typ: str, target: str) -> object:
        """Where a link leads and what it prints (see ``incremental_html``)."""
        term = self.terms.get(target)
        return term and (term.docname, term.anchor, term.name)


def domain_of(env: BuildEnvironment) -> TermsDomain:
    """The domain that keeps the terms."""
    domain = env.get_domain("terms")
    assert isinstance(domain, TermsDomain)
    return domain


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.sources.bibliography")
    app.add_domain(TermsDomain)
    app.add_directive("definition", DefinitionDirective)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
