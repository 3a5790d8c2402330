"""Sphinx with the last good build loaded: builds of the whole site, and previews of single pages.

A build works as ``make html`` does: on copies of what was read for the last good build and
of its pages (see ``build.build_cache``), in a process that has made one ``Sphinx`` object
and nothing else.  So its output is the same, byte for byte, and a build that fails or is
killed leaves nothing behind: the next one starts from the last good one again.

A preview reads one document again and writes its page, in a process that is thrown away.
It takes numbers of figures and everything else that crosses pages from the last good build,
and settles what a page can settle alone (event ``page-preview``), labels of sources among it.
It leaves out what no eye sees; the build behind it makes that.

The modules of ``docs/_ext`` are imported where they are used: the settings name their folder.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Set
from contextlib import ExitStack
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.errors import SphinxError
from sphinx.util.build_phase import BuildPhase
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.logging import pending_warnings

from build.build_cache import BuildCache
from build.engine import site_faults
from build.inputs import code_digest, epoch, stat_snapshot
from build.publish import next_stage, share
from build.run_sphinx import author_messages, failure, start
from live import FOLDER
from live.messages import (
    BuildFinished,
    PageWritten,
    PreviewPages,
    Send,
    SourcesChanged,
    StylesheetWritten,
)

UNSEEN = ("kb.outlets.llms", "kb.outlets.structured_data", "kb.data_files.schema_org")
"""Modules whose handlers of ``html-page-context`` serve programs alone."""
PRUNING = "kb.site.asset_pruning"
"""The extension that makes one stylesheet of all."""
_GIVEN = os.environ.get("SOURCE_DATE_EPOCH")


class Snapshot:
    """Sphinx with the project as it was read for the last good build."""

    def __init__(self, root: Path) -> None:
        """Start Sphinx on the project at *root*.

        :raises SphinxError: if the settings or the sources cannot be used.
        """
        self.root, self.out, self.warnings = root, root / FOLDER, io.StringIO()
        self.cache, self.target = BuildCache(self.out), next_stage(self.out) / "html"
        self.words: set[str] = set()
        """The classes and ids of the last good build."""
        set_date(root)
        self.code_digest = code_digest(root)
        self.cache.heal()
        self.last = self.cache.checkout(self.code_digest)
        """The last good build, if its code is that of now."""
        # Open as long as the snapshot: what Sphinx registers with docutils goes with it.
        self.scope = ExitStack()
        self.scope.enter_context(patch_docutils(root / "docs"))
        self.scope.enter_context(docutils_namespace())
        self.app = start(root / "docs", "html", self.cache.work, self.target, self.warnings)

    @property
    def builder(self) -> StandaloneHTMLBuilder:
        """The builder of the site."""
        assert isinstance(self.app.builder, StandaloneHTMLBuilder)
        return self.app.builder

    def _attempt(self, act: Callable[[], None]) -> list[str]:
        """Do *act*; return what Sphinx warned of, and why it failed, for the author."""
        try:
            act()
            failed = []
        except Exception as error:
            failed = failure(error, self.app, self.root)
        return [*author_messages(self.warnings.getvalue(), self.root), *failed]

    # -- The whole site --------------------------------------------------------------------------

    def build(self, open_pages: list[str], send: Send) -> None:
        """Build the site and *send* the *open_pages*, which come first, then what came of it."""
        set_date(self.root)
        before, digest = stat_snapshot(self.root), code_digest(self.root)
        if digest != self.code_digest or self.cache.checkout(digest) != self.last:
            send(SourcesChanged())
            return
        self.builder.write_documents = self._open_first(open_pages, send)  # type: ignore[assignment,method-assign]
        faults = self._attempt(self._build_all) or site_faults(self.target, self.root)
        if faults:
            # A full disk needs the room.
            shutil.rmtree(self.target.parent, ignore_errors=True)
        if stat_snapshot(self.root) != before:
            send(SourcesChanged())
        else:
            send(BuildFinished(faults, digest))

    def _build_all(self) -> None:
        self._prepare_target()
        self.app.build()

    def _prepare_target(self) -> None:
        """Copy the pages of the last good build, which Sphinx may leave as they are."""
        shutil.rmtree(self.target.parent, ignore_errors=True)
        self.target.mkdir(parents=True)
        if self.last:
            self.cache.checkout_pages(self.last, self.target)

    def _open_first(self, open_pages: list[str], send: Send) -> Callable[[Set[str]], None]:
        builder = self.builder

        def write_documents(names: Set[str]) -> None:
            for name in (name for name in open_pages if name in names):
                builder._write_serial([name])
                if not self.warnings.getvalue():
                    send(self._written(name))
            builder._write_serial(sorted(set(names) - set(open_pages)))

        return write_documents

    def _written(self, name: str) -> PageWritten:
        return PageWritten(name, self.builder.get_output_path(name).read_text(encoding="utf-8"))

    # -- Previews --------------------------------------------------------------------------------

    def warm_up(self, page: str) -> None:
        """Do what comes before the first preview: templates, numbers of sections, navigation.

        It is likely to be that of *page*, which is half as soon there when it was written before.
        """
        assert self.last
        leave_out_unseen(self.app)
        self.app.outdir = self.builder.outdir = self._preview_folder(self.last)
        self.builder.prepare_writing(set())
        TocTreeCollector().assign_section_numbers(self.app.env)
        if PRUNING in self.app.extensions:
            from kb.site.asset_pruning import used_names

            pages = sorted((self.last / "html").rglob("*.html"))
            texts = [path.read_text("utf-8") for path in pages if "_static" not in path.parts]
            self.words = used_names(self.last / "html", texts)
        # A page that cannot be shown alone has loaded the templates as well.
        name = page if page in self.app.env.all_docs else self._typical_page()
        self._attempt(lambda: self._write_page(name))

    def _preview_folder(self, build: Path) -> Path:
        """Return a folder with the scripts and styles of *build*, whose digests pages name."""
        folder = self.out / f"preview-{build.name}"
        folders = sorted(self.out.glob("preview-*"), key=lambda path: path.stat().st_mtime_ns)
        # The previewer before this one may still use its folder.
        for old in folders[:-1]:
            shutil.rmtree(old)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(build / "html/_static", folder / "_static", copy_function=share)
        return folder

    def _typical_page(self) -> str:
        """Return a page of no more than middling size that has most kinds of nodes."""
        from incremental_html.dependencies import needs_of

        env = self.app.env
        names = sorted(env.all_docs, key=lambda name: env.doc2path(name).stat().st_size)
        return max(names[: len(names) // 2 + 1], key=lambda name: len(needs_of(env)[name].kinds))

    def preview(self, request: PreviewPages, send: Send) -> None:
        """Write the pages that are asked for and *send* each that has no fault."""
        edited = {Path(self.app.srcdir, name) for name in request.edited}
        for name in request.pages:
            if not self._is_made_from(name, edited):
                continue
            self.warnings.truncate(self.warnings.seek(0))
            if not self._attempt(lambda name=name: self._write_page(name)):  # type: ignore[misc]
                send(self._written(name))

    def _is_made_from(self, name: str, edited: set[Path]) -> bool:
        """Whether the document *name*, or a citation in it, may be made from one of these files."""
        from incremental_html.dependencies import needs_of

        env = self.app.env
        if not (needs := needs_of(env).get(name)):
            return True  # its last reading broke off: any edit may mend it
        files = [env.doc2path(name), *env.dependencies.get(name, ())]
        if any(domain == "cite" for domain, _, _ in needs.links):
            files += self.app.config.bibtex_bibfiles
        return not edited.isdisjoint(Path(self.app.srcdir, file) for file in files)

    def _write_page(self, name: str) -> None:
        """Read the document *name* again and write its page.

        :raises SphinxError: if the page is whole only when the whole book is read.
        """
        figures = self.app.env.toc_fignumbers.get(name)
        try:
            self._read(name)
        finally:
            if figures is not None:
                self.app.env.toc_fignumbers[name] = figures
        TocTreeCollector().assign_section_numbers(self.app.env)
        if False in self.app.emit("page-preview", self.app.env, name):
            raise SphinxError(f"{name} is whole only when the whole book is read")
        self.builder._write_serial([name])

    def _read(self, name: str) -> None:
        self.builder.phase = BuildPhase.READING
        with pending_warnings():
            self.app.emit("env-purge-doc", self.app.env, name)
            self.app.env.clear_doc(name)
            self.app.env._pickled_doctree_cache.pop(name, None)
            self.builder.read_doc(name)

    def preview_stylesheet(self, send: Send) -> None:
        """Make the one stylesheet of the stylesheets as they are now, and *send* it."""
        if PRUNING not in self.app.extensions:
            return
        from kb.site.asset_pruning import STYLESHEET, pruned_stylesheets, read_stylesheets

        out = self.out / "styled"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(Path(self.app.outdir, "_static"), out / "_static")
        for folder in self.app.config.html_static_path:
            for path in Path(self.app.confdir, folder).glob("*.css"):
                shutil.copy2(path, out / "_static")
        sheets = read_stylesheets(self.builder, out)
        left, fonts = pruned_stylesheets(self.builder, sheets, self.words)
        send(StylesheetWritten(left[STYLESHEET], fonts))


def set_date(root: Path) -> None:
    """Put the date of the output into the environment, where Sphinx and the digests find it.

    It may have changed: that of the last commit, if none is given.
    """
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    if _GIVEN:
        os.environ["SOURCE_DATE_EPOCH"] = _GIVEN
    os.environ["SOURCE_DATE_EPOCH"] = epoch(root)


def leave_out_unseen(app: Sphinx) -> None:
    """Disconnect the handlers that add to a page what no eye sees."""
    for listener in list(app.events.listeners["html-page-context"]):
        if listener.handler.__module__ in UNSEEN:
            app.disconnect(listener.id)
