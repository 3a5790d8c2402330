"""What each page is made from, in one digest: which pages to write again after an edit.

A page is made from its own document and from facts of other pages: titles and numbers
in the navigation, the places and words of the targets it links to, the terms that link
themselves, the lists that sum up the book.  Sphinx follows few of these, and so its
incremental output is not that of a clean build.  Here they are all told, page by page,
and a builder that keeps the digest of what it wrote can tell what is stale.

An extension that settles facts across pages tells them in the event ``page-facts``::

    def tell(app: Sphinx, env: BuildEnvironment) -> PageFacts:
        return {"reference/glossary": used_in(env)}      # anything whose repr says it all

    def setup(app):
        app.setup_extension("page_facts")
        app.connect("page-facts", tell)

An extension that settles them at ``env-updated`` can settle those of one page alone, when a
preview has read it anew and everything else is as it was (see ``live_pages``)::

    app.connect("page-preview", settle_page)             # (app, env, docname)

It returns false for a page that cannot be shown before the whole book is read.

A domain with links of its own says where they lead in a method ``link_fact(typ, target)``.
A page with links that nobody tells about depends on every target of the project: slow, never stale.

Nothing here knows this project; it could be offered to Sphinx, whose issue 12599 it cures
(``sphinx.environment``: ``env-get-updated`` returns documents, and no builder keeps what they were made from).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import docname_join
from sphinx.util.typing import ExtensionMetadata

PageFacts = dict[str, Any]
"""By the name of a page, what it is made from."""
Link = tuple[str, str, str]
"""Domain, type and target of a link."""


@dataclass(frozen=True)
class Needs:
    """What a document asks of others (*links*), the *kinds* of nodes in it, and the *ids* that it offers."""

    links: tuple[Link, ...]
    kinds: frozenset[str]
    ids: tuple[str, ...]
    contents: str
    """The headings, as a table of contents in another page prints them."""


class NeedsCollector(EnvironmentCollector):
    """Keeps the :class:`Needs` of each document."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        needs_of(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: Set[str], other: BuildEnvironment
    ) -> None:
        needs_of(env).update(
            {name: needs for name, needs in needs_of(other).items() if name in docnames}
        )

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        docname = app.env.current_document.docname
        links, kinds, ids = set[Link](), set[str](), set[str]()
        for node in doctree.findall(nodes.Element):
            kinds.add(type(node).__name__)
            ids.update(node["ids"])
            if isinstance(node, addnodes.pending_xref):
                # A Markdown link to an anchor leaves its domain open.
                links.add((node.get("refdomain") or "", node["reftype"], node["reftarget"]))
        contents = str(app.env.tocs.get(docname, ""))
        needs_of(app.env)[docname] = Needs(
            tuple(sorted(links)), frozenset(kinds), tuple(sorted(ids)), contents
        )


def needs_of(env: BuildEnvironment) -> dict[str, Needs]:
    """The needs of every document, by name."""
    needs: dict[str, Needs] = env.__dict__.setdefault("kb_needs", {})
    return needs


def pages_with(env: BuildEnvironment, kind: type[nodes.Node]) -> list[str]:
    """The documents in which a node of just this *kind* was read."""
    return sorted(name for name, needs in needs_of(env).items() if kind.__name__ in needs.kinds)


# -- Facts that every page may show --------------------------------------------------------------


def navigation(env: BuildEnvironment) -> list[object]:
    """What the navigation, the links to the next page, and titles quoted anywhere are made from."""
    holders = sorted(env.toctree_includes)
    return [
        [
            (name, str(title), env.metadata[name].get("tocdepth"))
            for name, title in sorted(env.titles.items())
        ],
        [(name, env.toc_secnumbers.get(name, {}).get("")) for name in sorted(env.titles)],
        [(name, env.toctree_includes[name]) for name in holders],
        [str(toctree) for name in holders for toctree in env.tocs[name].findall(addnodes.toctree)],
    ]


def assets(app: Sphinx) -> list[tuple[str, str]]:
    """The scripts and stylesheets of the project, since pages name them with a digest."""
    folders = [Path(app.confdir, name) for name in app.config.html_static_path]
    paths = sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix in (".css", ".js")
    )
    return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]


# -- Facts of links ------------------------------------------------------------------------------


def link_facts(app: Sphinx, env: BuildEnvironment) -> PageFacts:
    """Where each link of a page leads, and what it prints besides titles."""
    labels = _labels(env)

    @cache
    def fact(link: Link) -> object:
        domain, typ, target = link
        if domain == "std":
            return _standard(env, typ, target)
        if domain == "cite":
            return [labels.get(key.strip()) for key in target.split(",")]
        if domain == "doc":
            return _page(env, target)
        if tell := getattr(env.domains.get(domain), "link_fact", None):
            return tell(typ, target)
        return hashlib.sha256(
            repr([_page(env, name) for name in sorted(env.titles)]).encode()
        ).hexdigest()

    def facts(name: str, needs: Needs) -> Iterator[object]:
        for domain, typ, target in needs.links:
            yield (
                docname_join(name, target) in env.titles
                if typ == "doc"
                else fact((domain, typ, target))
            )

    return {name: list(facts(name, needs)) for name, needs in needs_of(env).items()}


def _labels(env: BuildEnvironment) -> dict[str, tuple[str, str, str]]:
    citations: Any = getattr(env.domains.get("cite"), "citations", ())
    return {
        c.key: (c.formatted_entry.label, c.citation_id, c.bibliography_key.docname)
        for c in citations
    }


def _standard(env: BuildEnvironment, typ: str, target: str) -> object:
    data = env.domaindata["std"]
    places = [
        data["labels"].get(target),
        data["anonlabels"].get(target),
        data["objects"].get((typ, target)),
        data.get("terms", {}).get(target.lower()),
    ]
    return [(place, numbers(env, place[0])) for place in places if place]


def _page(env: BuildEnvironment, docname: str) -> object:
    """Everything in a page that a link may lead to."""
    slugs = env.metadata[docname].get("myst_slugs", {}) if docname in env.metadata else {}
    needs = needs_of(env).get(docname)
    data = env.domaindata["std"]
    labels = sorted((name, *place) for name, place in data["labels"].items() if place[0] == docname)
    return [
        needs and needs.ids,
        [(slug, *place[1:]) for slug, place in slugs.items()],
        labels,
        numbers(env, docname),
    ]


def numbers(env: BuildEnvironment, docname: str) -> object:
    """The numbers of the sections, figures and tables of a document."""
    return env.toc_secnumbers.get(docname), env.toc_fignumbers.get(docname)


def contents_facts(app: Sphinx, env: BuildEnvironment) -> PageFacts:
    """The headings that tables of contents within a page print."""
    return {name: list(_contents(env, name, set())) for name in sorted(env.toctree_includes)}


def _contents(env: BuildEnvironment, docname: str, seen: set[str]) -> Iterator[object]:
    for toctree in env.tocs[docname].findall(addnodes.toctree):
        for _, name in toctree["entries"] if not toctree["hidden"] else ():
            if name in env.titles and name not in seen:
                seen.add(name)
                yield name, needs_of(env)[name].contents, numbers(env, name)
                yield from _contents(env, name, seen)


# -- The digests ---------------------------------------------------------------------------------


def digests(app: Sphinx) -> dict[str, str]:
    """One digest for each page, of all that it is made from."""
    env = app.env
    shared = hashlib.sha256(
        repr([navigation(env), assets(app), sorted(app.tags)]).encode()
    ).digest()
    told: dict[str, list[object]] = {
        name: [env.all_docs[name], numbers(env, name)] for name in sorted(env.all_docs)
    }
    for facts in app.emit("page-facts", env):
        for name in facts.keys() & told.keys():
            told[name].append(facts[name])
    return {
        name: hashlib.sha256(shared + repr(facts).encode()).hexdigest()
        for name, facts in told.items()
    }


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_event("page-facts")
    app.add_event("page-preview")
    app.add_env_collector(NeedsCollector)
    app.connect("page-facts", link_facts)
    app.connect("page-facts", contents_facts)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
