"""The HTML builder that keeps the pages of the last build and writes only those that changed.

It is Sphinx's own ``html`` in all but three things:

- It writes a page if and only if what the page is made from has changed (see ``dependencies``),
  whatever the time of a file says.  Beside the doctrees it keeps ``pages-html.json``: for each
  page its digest, and the images that it shows, since Sphinx copies only those of pages that
  it writes.
- It builds no search index: one that is mended page by page loses the terms of the glossary
  (Sphinx issue 12599).  Where a project sets the builder's ``search`` to true at
  ``builder-inited``, there is an index, and every page is written.
- It copies no static files of the theme that match ``excluded_theme_files``, globs that a
  project may set at ``builder-inited``.
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
from incremental_html.kept import write_whole

DIGESTS = "pages-html.json"
"""Where the builder keeps what its pages were made from, in the folder of doctrees."""


class IncrementalHTMLBuilder(StandaloneHTMLBuilder):
    """Sphinx's ``html``, which writes a page if and only if what it is made from has changed."""

    search = False
    excluded_theme_files: tuple[str, ...] = ()

    def init(self) -> None:
        super().init()
        self.previous = self._saved()
        self.digests: dict[str, str] = {}
        self.images_of: dict[str, list[str]] = {
            name: page["images"] for name, page in self.previous.items()
        }

    def get_outdated_docs(self) -> Iterator[str]:
        """Name nothing yet: before reading nobody knows which pages change."""
        return iter(())

    def outdated_pages(self, app: Sphinx) -> list[str]:
        """The pages to write, once all is read and numbered."""
        self.digests = digests(app)
        outdated = [
            name
            for name, digest in self.digests.items()
            if self.search or not self._is_current(name, digest)
        ]
        # Of the pages that a stopped build leaves nobody knows what they were made from.
        self._save({name: each for name, each in self.previous.items() if name not in outdated})
        return outdated

    def _is_current(self, name: str, digest: str) -> bool:
        return (
            name in self.previous
            and self.previous[name]["digest"] == digest
            and self.get_output_path(name).is_file()
        )

    def write_doc_serialized(self, docname: str, doctree: nodes.document) -> None:
        """Note which images the page shows."""
        super().write_doc_serialized(docname, doctree)
        shown = {image["uri"] for image in doctree.findall(nodes.image)}
        self.images_of[docname] = sorted(str(uri) for uri in shown if uri in self.images)

    def copy_image_files(self) -> None:
        """Copy the images of the pages that were not written as well."""
        for name in sorted(self.env.found_docs):
            for uri in self.images_of.get(name, ()):
                self.images.setdefault(uri, self.env.images[uri][1])
        super().copy_image_files()

    def copy_theme_static_files(self, context: dict[str, Any]) -> None:
        """Copy what the theme brings, without what the project excludes."""
        excluded = Matcher([*self.excluded_theme_files, "**/.*"])
        for folder in reversed(self.theme.get_theme_dirs()):
            static = Path(folder, "static")
            copy_asset(static, self._static_dir, excluded, context, self.templates, force=True)

    def save_digests(self) -> None:
        """Keep what the pages were made from, and delete those of documents that are gone."""
        for name in self.previous.keys() - self.env.found_docs:
            self.get_output_path(name).unlink(missing_ok=True)
        pages = {
            name: {"digest": digest, "images": self.images_of.get(name, [])}
            for name, digest in self.digests.items()
        }
        self._save(pages)

    def _saved(self) -> dict[str, Any]:
        """What the last build kept, or nothing where that cannot be read."""
        try:
            pages = json.loads(Path(self.doctreedir, DIGESTS).read_bytes())
        except (OSError, ValueError):
            return {}
        return pages if isinstance(pages, dict) else {}

    def _save(self, pages: dict[str, Any]) -> None:
        text = json.dumps(pages, indent=0, sort_keys=True)
        write_whole(Path(self.doctreedir, DIGESTS), text.encode())


def outdated_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Ask the builder which pages to write again (env-get-updated)."""
    builder = app.builder
    return builder.outdated_pages(app) if isinstance(builder, IncrementalHTMLBuilder) else []


def save_digests(app: Sphinx, exception: Exception | None) -> None:
    """Keep what the pages were made from, after a good build (build-finished)."""
    if exception is None and isinstance(app.builder, IncrementalHTMLBuilder):
        app.builder.save_digests()


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    app.setup_extension("incremental_html.rereading")
    app.add_builder(IncrementalHTMLBuilder, override=True)
    # After Sphinx has given its numbers (500).
    app.connect("env-get-updated", outdated_pages, priority=900)
    app.connect("build-finished", save_digests)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
