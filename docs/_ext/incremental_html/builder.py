"""The HTML builder that keeps the pages of the last build and writes only those that changed.

It is Sphinx's own ``html`` in all but two things.  It leaves out static files of the theme that
no page asks for (``left_out``).  And which pages are written is decided
by what they are made from (see ``page_facts``), and not by the time of a file.  Beside
the doctrees it keeps ``pages-html.json``: for each page its digest, and the images that it
shows, since Sphinx copies only those of pages that it writes.

Where Sphinx's search index is built, every page is written: an index that is mended page
by page loses the terms of the glossary (Sphinx issue 12599).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.util.fileutil import copy_asset
from sphinx.util.matching import Matcher
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import digests

KEPT = "pages-html.json"
"""Where the builder keeps what its pages were made from, in the folder of doctrees."""


class KeptPagesBuilder(StandaloneHTMLBuilder):
    """Sphinx's ``html``, which writes a page if and only if what it is made from has changed."""

    left_out: tuple[str, ...] = ("**/*.map", "locales/**")
    """Patterns of static files of the theme that no page asks for."""

    def init(self) -> None:
        super().init()
        path = Path(self.doctreedir, KEPT)
        self.kept: dict[str, Any] = (
            json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        )
        self.digests: dict[str, str] = {}
        self.images_of: dict[str, list[str]] = {
            name: page["images"] for name, page in self.kept.items()
        }

    def get_outdated_docs(self) -> Iterator[str]:
        """Name nothing yet: before reading nobody knows which pages change."""
        return iter(())

    def stale_pages(self, app: Sphinx) -> list[str]:
        """Name the pages to write, once all is read and numbered."""
        self.digests = digests(app)
        return [
            name
            for name, digest in self.digests.items()
            if self.search or not self._holds(name, digest)
        ]

    def _holds(self, name: str, digest: str) -> bool:
        return (
            name in self.kept
            and self.kept[name]["digest"] == digest
            and self.get_output_path(name).is_file()
        )

    def write_doc_serialized(self, docname: str, doctree: nodes.document) -> None:
        """Note which images the page shows."""
        super().write_doc_serialized(docname, doctree)
        shown = {image["uri"] for image in doctree.findall(nodes.image)}
        self.images_of[docname] = sorted(str(uri) for uri in shown if uri in self.images)

    def copy_image_files(self) -> None:
        """Copy the images of the pages that were kept as well."""
        for name in sorted(self.env.found_docs):
            for uri in self.images_of.get(name, ()):
                self.images.setdefault(uri, self.env.images[uri][1])
        super().copy_image_files()

    def copy_theme_static_files(self, context: dict[str, Any]) -> None:
        """Copy what the theme brings, without what no page asks for."""
        for folder in reversed(self.theme.get_theme_dirs()):
            copy_asset(
                Path(folder, "static"),
                self._static_dir,
                Matcher([*self.left_out, "**/.*"]),
                context,
                self.templates,
                force=True,
            )

    def note_kept(self) -> None:
        """Keep what the pages were made from, and take away those of documents that are gone."""
        for name in self.kept.keys() - self.env.found_docs:
            self.get_output_path(name).unlink(missing_ok=True)
        told = {
            name: {"digest": digest, "images": self.images_of.get(name, [])}
            for name, digest in self.digests.items()
        }
        Path(self.doctreedir, KEPT).write_text(
            json.dumps(told, indent=0, sort_keys=True), encoding="utf-8"
        )


def stale_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Ask the builder which pages to write again."""
    return app.builder.stale_pages(app) if isinstance(app.builder, KeptPagesBuilder) else []


def note_kept(app: Sphinx, exception: Exception | None) -> None:
    """After a good build, keep what the pages were made from."""
    if exception is None and isinstance(app.builder, KeptPagesBuilder):
        app.builder.note_kept()


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    app.setup_extension("incremental_html.rereading")
    app.add_builder(KeptPagesBuilder, override=True)
    # After Sphinx has given its numbers (500).
    app.connect("env-get-updated", stale_pages, priority=900)
    app.connect("build-finished", note_kept)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
