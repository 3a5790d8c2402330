"""What each page is made from, in one digest: which pages to write again after an edit.

A page is made from its own document and from other pages: titles and numbers in the
navigation, the places and words of the targets it links to, lists that sum up the project.
Sphinx follows few of these, and so its incremental output is not that of a build from
nothing.  Here they are all collected, page by page, and a builder that keeps the digest of
what it wrote can say which pages are outdated.

An extension whose output depends on other pages reports it in the event
``page-dependencies``::

    def page_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
        return {"reference/glossary": used_in(env)}      # anything whose repr says it all

    def setup(app):
        app.setup_extension("incremental_html")
        app.connect("page-dependencies", page_dependencies)

An extension that computes something for all pages at ``env-updated`` can compute it for one
page alone, when a preview has read it again and everything else is as it was::

    app.connect("page-preview", update_page)             # (app, env, docname)

It returns false for a page that cannot be shown before the whole project is read.

A domain with links of its own says what a link depends on in a method
``link_dependency(typ, target)``.  A page with links of a domain that has no such method
depends on all that the domain keeps: slow, never outdated.

This could be offered to Sphinx, whose issue 12599 it cures (``sphinx.environment``:
``env-get-updated`` returns documents, and no builder keeps what they were made from).
"""

from __future__ import annotations

import hashlib
import pickle
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util import docname_join
from sphinx.util.typing import ExtensionMetadata

from incremental_html.figure_numbers import Note, count_notes, notes_of

PageDependencies = dict[str, Any]
"""By the name of a page, what it is made from."""
Link = tuple[str, str, str]
"""Domain, type and target of a link."""
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
"""What Python says of a function or an object, different in each run."""


@dataclass(frozen=True)
class Needs:
    """What a document asks of others (*links*) and offers to them (*ids*, *contents*)."""

    links: tuple[Link, ...]
    kinds: frozenset[str]
    """The kinds of nodes in it."""
    ids: tuple[str, ...]
    contents: str
    """The headings, as a table of contents in another page prints them."""
    figures: tuple[Note, ...]
    """What the numbers of figures are counted from."""


class DependenciesDomain(Domain):
    """Keeps the :class:`Needs` of each document, and the digests of the files it was read from."""

    name = "dependencies"
    label = "Dependencies of pages"
    initial_data: ClassVar[dict[str, Any]] = {"needs": {}, "inputs": {}}
    data_version = 1

    @property
    def needs(self) -> dict[str, Needs]:
        needs: dict[str, Needs] = self.data["needs"]
        return needs

    def clear_doc(self, docname: str) -> None:
        self.needs.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        self.needs.update(
            {name: needs for name, needs in otherdata["needs"].items() if name in docnames}
        )

    def resolve_any_xref(self, *args: object) -> list[Any]:
        return []


def domain_of(env: BuildEnvironment) -> DependenciesDomain:
    """The domain that keeps what documents need of each other."""
    domain = env.get_domain("dependencies")
    assert isinstance(domain, DependenciesDomain)
    return domain


def needs_of(env: BuildEnvironment) -> dict[str, Needs]:
    """The needs of every document, by name."""
    return domain_of(env).needs


def pages_with(env: BuildEnvironment, kind: type[nodes.Node]) -> list[str]:
    """The documents in which a node of just this *kind* was read."""
    return sorted(name for name, needs in needs_of(env).items() if kind.__name__ in needs.kinds)


def note_needs(app: Sphinx, document: nodes.document) -> None:
    """Keep what the document that was just read needs of others (doctree-read)."""
    docname = app.env.current_document.docname
    links, kinds, ids = set[Link](), set[str](), set[str]()
    for node in document.findall(nodes.Element):
        kinds.add(type(node).__name__)
        ids.update(node["ids"])
        if isinstance(node, addnodes.pending_xref):
            # A Markdown link to an anchor leaves its domain open.
            links.add((node.get("refdomain") or "", node["reftype"], node["reftarget"]))
    contents = str(app.env.tocs.get(docname, ""))
    needs_of(app.env)[docname] = Needs(
        tuple(sorted(links)),
        frozenset(kinds),
        tuple(sorted(ids)),
        contents,
        notes_of(app.env, document),
    )


# -- What every page may show --------------------------------------------------------------------


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


def settings(app: Sphinx) -> list[object]:
    """The values of conf.py, in their order, without the places in memory of what has no name.

    And the time of the newest template, of the project or its theme, by which Sphinx goes.
    """
    values = sorted((each.name, said(each.value)) for each in app.config)
    templates = getattr(app.builder, "templates", None)
    return [values, templates and templates.newest_template_mtime()]


def said(value: object) -> str:
    """A value as text that is the same in each run: sets are sorted, since their order is not."""
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(said, value)))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(said, value))}]"
    if isinstance(value, dict):
        return said([*value.items()])
    return ADDRESS.sub("", repr(value))


# -- What links depend on ------------------------------------------------------------------------


def link_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
    """Return where each link of a page leads, and what it prints besides titles.

    Called by page-dependencies.
    """

    @cache
    def of_any(domain: str) -> str:
        return _any(env, domain)

    @cache
    def dependency(link: Link) -> object:
        domain, typ, target = link
        if domain == "std":
            return _standard(env, typ, target)
        if domain == "doc":
            return _page(env, target)
        if of_link := getattr(env.domains.get(domain), "link_dependency", None):
            return of_link(typ, target)
        return of_any(domain)

    def dependencies(name: str, needs: Needs) -> Iterator[object]:
        for domain, typ, target in needs.links:
            if typ == "doc":
                yield docname_join(name, target) in env.titles
            else:
                yield dependency((domain, typ, target))

    return {name: list(dependencies(name, needs)) for name, needs in needs_of(env).items()}


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


def _any(env: BuildEnvironment, domain: str) -> str:
    """A digest of everything that a link may lead to: all targets, and all that *domain* keeps."""
    targets = repr([_page(env, name) for name in sorted(env.titles)]).encode()
    return hashlib.sha256(targets + pickle.dumps(env.domaindata.get(domain))).hexdigest()


def numbers(env: BuildEnvironment, docname: str) -> object:
    """The numbers of the sections, figures and tables of a document."""
    return env.toc_secnumbers.get(docname), env.toc_fignumbers.get(docname)


def contents_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
    """Return the headings that tables of contents within a page print (page-dependencies)."""
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
    shared = repr([navigation(env), assets(app), settings(app), sorted(app.tags)])
    found: dict[str, list[object]] = {
        name: [env.all_docs[name], numbers(env, name)] for name in sorted(env.all_docs)
    }
    for dependencies in app.emit("page-dependencies", env):
        for name in dependencies.keys() & found.keys():
            found[name].append(dependencies[name])
    digest = hashlib.sha256(shared.encode()).digest()
    return {
        name: hashlib.sha256(digest + repr(parts).encode()).hexdigest()
        for name, parts in found.items()
    }


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_event("page-dependencies")
    app.add_event("page-preview")
    app.add_domain(DependenciesDomain)
    # After all that changes a tree that was read, Sphinx's own collectors (500) among them.
    app.connect("doctree-read", note_needs, priority=800)
    count_notes(app, lambda env: {name: each.figures for name, each in needs_of(env).items()})
    app.connect("page-dependencies", link_dependencies)
    app.connect("page-dependencies", contents_dependencies)
    return {
        "version": "1",
        "env_version": 3,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
