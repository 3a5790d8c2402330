"""The front matter of each page, read once into one record for everybody: ``info_of``.

A chapter opens with ``summary``, ``searched_to``, ``checked``, ``check_due``, and
``reviewed_by`` once somebody has reviewed it; other pages have a summary or nothing.  A date
that is not one, or a prompt that nobody has answered, counts as not given: the schema of
chapters reports them (``kb.chapters.schema``), and readers see neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from kb.core import dates
from kb.core.messages import is_prompt


@dataclass(frozen=True)
class PageInfo:
    """What a page says of itself; each text is ``""`` where it says nothing.

    Dates are of the form 2026-11-22.  *fields* holds every field as it was written, unchecked.
    """

    summary: str = ""
    searched_to: str = ""
    checked: str = ""
    check_due: str = ""
    reviewed_by: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> PageInfo:
        """The record of what Sphinx found in the front matter of a page."""
        # MyST keeps the anchors of headings there as well, as a table.
        fields = {str(k): str(v) for k, v in metadata.items() if isinstance(v, (str, int))}
        summary = " ".join(fields.get("summary", "").split())
        return cls(
            summary="" if is_prompt(summary) else summary,
            searched_to=dates.iso(fields.get("searched_to")),
            checked=dates.iso(fields.get("checked")),
            check_due=dates.iso(fields.get("check_due")),
            reviewed_by=fields.get("reviewed_by", ""),
            fields=fields,
        )


class PageInfoDomain(Domain):
    """Keeps one :class:`PageInfo` for each document."""

    name = "page_info"
    label = "Front matter"
    initial_data: ClassVar[dict[str, Any]] = {"pages": {}}
    data_version = 1

    @property
    def pages(self) -> dict[str, PageInfo]:
        pages: dict[str, PageInfo] = self.data["pages"]
        return pages

    def clear_doc(self, docname: str) -> None:
        self.pages.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        self.pages.update(
            {name: info for name, info in otherdata["pages"].items() if name in docnames}
        )

    def resolve_any_xref(self, *args: object) -> list[Any]:
        return []


def infos_of(env: BuildEnvironment) -> Mapping[str, PageInfo]:
    """The front matter of every document, by name."""
    domain = env.get_domain("page_info")
    assert isinstance(domain, PageInfoDomain)
    return domain.pages


def info_of(env: BuildEnvironment, docname: str) -> PageInfo:
    """The front matter of a page; that of a page that is not a document is empty."""
    return infos_of(env).get(docname, PageInfo())


def newest_dates(env: BuildEnvironment) -> tuple[str, str]:
    """The newest ``checked`` and the newest ``searched_to`` of all pages; ``""`` for none."""
    infos = infos_of(env).values()
    return (
        dates.newest(info.checked for info in infos),
        dates.newest(info.searched_to for info in infos),
    )


def note(app: Sphinx, document: nodes.document) -> None:
    """Keep the front matter of the document that was just read (doctree-read)."""
    domain = app.env.get_domain("page_info")
    assert isinstance(domain, PageInfoDomain)
    docname = app.env.current_document.docname
    domain.pages[docname] = PageInfo.of(app.env.metadata[docname])


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_domain(PageInfoDomain)
    # After Sphinx has read the fields (500), before anybody asks for them.
    app.connect("doctree-read", note, priority=510)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
