"""The list of sources: for each entry the kind of work, what it found, and where it is cited.

``{bibliography}`` makes the list, in the order of its labels; this adds to each entry.

Two cures for sphinxcontrib-bibtex 2.7, which keeps citation nodes between uses and
appends to them: their children are dropped before each resolution (else a page
written twice lists each source twice), and the page of sources is written again
when the set of cited keys has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata
from sphinxcontrib.bibtex.directives import BibliographyKey
from sphinxcontrib.bibtex.nodes import bibliography

from incremental_html.dependencies import PageDependencies
from kb.claims.domain import domain_of
from kb.core.text import with_stop
from kb.sources.bibliography import DESIGNS, NOT_SEEN, STATUSES, Source, sources_of
from kb.text_index.places import linked
from kb.text_index.records import Cite, in_order, records_of


class FreshCitations(SphinxPostTransform):
    """Empty the kept citation nodes of this page's lists before bibtex (priority 5) fills them.

    Only this page's: a parallel build resolves several pages before it writes the
    first of them, and would lose a list that is already filled.
    """

    default_priority = 4

    def run(self, **kwargs: Any) -> None:
        kept: Any = self.env.get_domain("cite")
        for place in self.document.findall(bibliography):
            key = BibliographyKey(docname=place["docname"], id_=place["ids"][0])
            for node in kept.bibliographies[key].citation_nodes.values():
                node.children.clear()


class ExplainedSources(SphinxPostTransform):
    """Add to each entry the kind of work, what it found, and where it is cited."""

    default_priority = 6

    def run(self, **kwargs: Any) -> None:
        entries = [
            n
            for n in self.document.findall(nodes.citation)
            if n["ids"] and n["ids"][0].startswith("source-")
        ]
        if not entries:
            return
        sources, places = sources_of(self.env), cited_in(self.env)
        for node in entries:
            # "source-content": what reader views ask for, see kb.text_index.sections.
            node["classes"] += ["no-links", "source-content"]
            key = node["ids"][0].removeprefix("source-")
            node.extend(self._explain(sources[key], places.get(key, [])))

    def _explain(self, source: Source, places: list[tuple[str, Cite]]) -> Iterator[nodes.Element]:
        yield _badges(source)
        parts = (
            ("Who or what:", "population"),
            ("Finding:", "finding"),
            ("Main outcome:", "primary"),
            ("Most favorable result:", "most-favorable"),
            ("Least favorable result:", "least-favorable"),
            ("Limits:", "limits"),
            ("Notice:", "notice"),
        )
        for label, name in parts:
            if text := source.fields.get(name):
                words = [nodes.strong("", label), nodes.Text(f" {with_stop(text)}")]
                yield nodes.paragraph("", "", *words, classes=["source-note"])
        if unseen := " ".join(NOT_SEEN[word] for word in source.not_seen):
            yield nodes.paragraph("", unseen, classes=["source-note"])
        if places:
            yield self._where(places)

    def _where(self, places: list[tuple[str, Cite]]) -> nodes.paragraph:
        head = [nodes.strong("", "Cited in:"), nodes.Text(" ")]
        return nodes.paragraph("", "", *head, *linked(self.env, places), classes=["source-links"])


def _badges(source: Source) -> nodes.paragraph:
    badges = nodes.paragraph(classes=["source-badges"])
    badges += nodes.inline(
        "", DESIGNS[source.design], classes=["badge", "design", f"design-{source.design}"]
    )
    if status := STATUSES[source.status]:
        badges += nodes.Text(" ")
        badges += nodes.inline("", status, classes=["badge", "status", f"status-{source.status}"])
    if about := source.fields.get("about"):
        badges += nodes.inline("", f" About: {about}.", classes=["source-about"])
    return badges


def cited_in(env: BuildEnvironment) -> dict[str, list[tuple[str, Cite]]]:
    """Where each source is cited: document and record, in reading order."""
    places: dict[str, list[tuple[str, Cite]]] = {}
    records = records_of(env)
    for docname in in_order(env):
        for cite in records[docname].cites if docname in records else ():
            places.setdefault(cite.key, []).append((docname, cite))
    return places


def stale_lists(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages that list sources when the set of cited keys has changed."""
    domain: Any = env.get_domain("cite")
    now = sorted({citation.key for citation in domain.citations})
    kept = domain_of(env).data
    then, kept["cited"] = kept["cited"], now
    return [] if then in (None, now) else sorted({key.docname for key in domain.bibliographies})


def page_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
    """What the lists of sources are made from, besides the file of sources that they depend on."""
    domain: Any = env.get_domain("cite")
    labels = [(citation.key, citation.formatted_entry.label) for citation in domain.citations]
    places = {
        key: [(page, cite.claim, cite.anchor) for page, cite in found]
        for key, found in cited_in(env).items()
    }
    return {key.docname: (labels, sorted(places.items())) for key in domain.bibliographies}


def readers(
    app: Sphinx, env: BuildEnvironment, added: set[str], newer: set[str], removed: set[str]
) -> list[str]:
    """Return the pages to read again: they cite a changed source, or it is on a side of a claim."""
    now, then = _told(env), domain_of(env).data["sources"]
    changed = {key for key in {*now, *then} if now.get(key) != then.get(key)}
    claims = {
        claim for key in changed for told in (now, then) if key in told for claim in told[key].sides
    }
    citing = {
        name
        for name, record in records_of(env).items()
        if any(cite.key in changed for cite in record.cites)
    }
    return sorted(
        citing | {claim.docname for claim in domain_of(env).claims.values() if claim.id in claims}
    )


def keep_told(app: Sphinx, env: BuildEnvironment) -> None:
    """Keep what the sources said to the pages that were read."""
    domain_of(env).data["sources"] = _told(env)


def _told(env: BuildEnvironment) -> dict[str, Source]:
    return {key: replace(source, line=0) for key, source in sources_of(env).items()}


def replace_withdrawn_role(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Make the entries that docutils writes plain items of a list (html-page-context).

    Their role was withdrawn by ARIA 1.2, and without it the list would have no items.
    """
    body = context.get("body", "")
    context["body"] = body.replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("sphinxcontrib.bibtex")
    app.setup_extension("kb.sources.bibliography")
    app.setup_extension("kb.text_index.records")
    app.setup_extension("kb.claims.domain")
    app.setup_extension("incremental_html.dependencies")
    app.add_post_transform(FreshCitations)
    app.add_post_transform(ExplainedSources)
    app.connect("env-updated", stale_lists, priority=900)
    app.connect("env-updated", keep_told)
    app.connect("env-get-outdated", readers)
    app.connect("page-dependencies", page_dependencies)
    app.connect("html-page-context", replace_withdrawn_role)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
