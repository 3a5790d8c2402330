"""Withdrawn papers: named only where they are explained.

A paper whose record in ``sources.bib`` says ``retracted`` or
``expression-of-concern`` may be cited nowhere but in a passage of its own::

    :::{retraction} sato2005alzheimer
    {cite:t}`sato2005alzheimer` claimed ... The journal withdrew it {cite:p}`iwamoto2018retraction`.
    :::

Emits an admonition of class ``retraction``.  A citation of a void paper anywhere
else, or a passage about a paper that stands, is an error.
"""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

from kb.core.messages import did_you_mean
from kb.sources.bibliography import STATUSES, Source, sources_of
from kb.sources.latex import printed
from kb.text_index.records import records_of

logger = logging.getLogger(__name__)


class RetractionDirective(SphinxDirective):
    """``{retraction} KEY``: the passage that explains why a paper is void."""

    has_content = True
    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        key, known = self.arguments[0], sources_of(self.env)
        source = known.get(key)
        if source and source.is_void:
            return [self._box(source)]
        if source:
            self._warn(
                f"{key!r} has the status {source.status!r} and needs no such passage; "
                "cite it plainly"
            )
        else:
            self._warn(
                f"unknown source {key!r}{did_you_mean(key, known)}; "
                "sources live in docs/data/sources.bib"
            )
        return self.parse_content_to_nodes()

    def _box(self, source: Source) -> nodes.Node:
        name = printed(source.fields["title"])
        title = nodes.title("", f"{STATUSES[source.status]}: {name}")
        box = nodes.admonition(
            "", title, *self.parse_content_to_nodes(), classes=["retraction"], explains=source.key
        )
        self.set_source_info(box)
        return box

    def _warn(self, message: str) -> None:
        logger.warning(message, location=self.get_location(), type="retractions", subtype="passage")


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """No void paper outside its own passage."""
    known = sources_of(env)
    for docname, record in sorted(records_of(env).items()):
        for cite in record.cites:
            source = known.get(cite.key)
            if source and source.is_void and cite.void != cite.key:
                logger.warning(
                    f"{cite.key!r} is {source.status.replace('-', ' ')} and cannot be cited "
                    "as support; cite another source, or explain the paper in a "
                    f"':::{{retraction}} {cite.key}' passage",
                    location=(docname, cite.line),
                    type="retractions",
                    subtype="cited",
                )


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.sources.bibliography")
    app.setup_extension("kb.text_index.records")
    app.add_directive("retraction", RetractionDirective)
    app.connect("env-check-consistency", check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
