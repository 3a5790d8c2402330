"""What ``make live`` asks of Sphinx: one page at once, and the whole site after it.

A build works as ``build.py`` does: on copies of what was read for the last good build
(``kept``) and of its pages, in a process that has made one ``Sphinx`` object and nothing
else.  So its output is that of ``make html``, byte for byte, and a build that fails or is
killed leaves nothing behind: the next one starts from the last good one again.

A preview reads one document anew and writes its page, in a process that is thrown away.
It takes numbers of figures, labels of sources and everything else that crosses pages from
the last good build, and settles what a page can settle alone (event ``page-preview``).

The modules of ``docs/_ext`` are imported where they are used: the settings say where they lie.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import traceback
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

from build import check_site, published
from live.folders import Folders, house, read, state

Say = Callable[..., None]
"""Tells the server something, as names and values."""
CURES = {
    "term not in glossary": "spell it as docs/reference/glossary.md does, or add it there",
    "could not find bibtex key": "spell the key as docs/data/sources.bib does, or add the source there",
    "document isn't included in any toctree": "list the page in docs/index.md",
    "Non-consecutive header level": "go down one level of headings at a time",
    "Unknown interpreted text role": "write cite:p, cite:t, term, claim or doc; docs/authoring/links.md shows them",
}
"""What an author can do where a message of Sphinx does not say."""
_COLORS = re.compile(r"\x1b\[[0-9;]*m")


class Book:
    """Sphinx with the book loaded, as it was read for the last good build."""

    def __init__(self, root: Path) -> None:
        """Start Sphinx on the project at *root*.

        :raises SphinxError: where the settings or the sources cannot be used.
        """
        self.folders, self.warnings = Folders(root), io.StringIO()
        self.words: set[str] = set()
        docs = root / "docs"
        self.site = self.folders.lend()
        # Kept as long as the book: what Sphinx registers with docutils goes with it.
        self.scope = ExitStack()
        self.scope.enter_context(patch_docutils(docs))
        self.scope.enter_context(docutils_namespace())
        self.app = Sphinx(
            docs,
            docs,
            self.folders.stage,
            self.folders.work,
            "html",
            status=io.StringIO(),
            warning=self.warnings,
            warningiserror=True,
        )

    @property
    def builder(self) -> StandaloneHTMLBuilder:
        """The builder of the site."""
        assert isinstance(self.app.builder, StandaloneHTMLBuilder)
        return self.app.builder

    def faults(self) -> list[str]:
        """What Sphinx has complained of, a line for each, with paths as an author writes them."""
        return located(self.warnings.getvalue(), self.folders.root)

    # -- The whole site --------------------------------------------------------------------------

    def build(self, looked_at: list[str], say: Say) -> None:
        """Build the site in ``stage``, the pages *looked_at* first; say each of them, then what came of it."""
        before, told = state(self.folders.root), house(self.folders.root)
        if not self._stage():
            say(kind="late")
            return
        self.app.builder.write_documents = self._first(looked_at, say)  # type: ignore[assignment,method-assign]
        faults = attempt(self.app.build, self.folders.root) or self.faults()
        if not faults:
            faults = [f"{fault} (_build/.live)" for fault in check_site.faults(self.folders.stage)]
            faults += published.faults(self.folders.stage, self.folders.root)
        if state(self.folders.root) != before:
            say(kind="late")
        else:
            say(kind="built", faults=faults, house=told)

    def _stage(self) -> bool:
        """Lay out what the build starts from: what was kept, and copies of the pages that Sphinx may leave as they are.

        Return whether what was kept is still what this process has in memory.
        """
        if (site := self.folders.lend()) != self.site:
            return False
        shutil.rmtree(self.folders.stage, ignore_errors=True)
        self.folders.stage.mkdir(parents=True)
        for name in sorted(self.app.env.all_docs) if site else ():
            page, copy = site / f"{name}.html", self.folders.stage / f"{name}.html"  # type: ignore[operator]
            if page.is_file():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(page, copy)
        return True

    def _first(self, looked_at: list[str], say: Say) -> Callable[[Set[str]], None]:
        builder = self.builder

        def write_documents(names: Set[str]) -> None:
            for name in (name for name in looked_at if name in names):
                builder._write_serial([name])
                if not self.warnings.getvalue():
                    say(kind="page", page=name, html=read(builder.get_output_path(name)))
            builder._write_serial(sorted(set(names) - set(looked_at)))

        return write_documents

    # -- One page --------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Do all that comes before the first preview: load templates, number sections, build the navigation."""
        if not self.site:
            return
        out = self.folders.preview(self.site)
        self.app.outdir = self.builder.outdir = out
        self.builder.prepare_writing(set())
        TocTreeCollector().assign_section_numbers(self.app.env)
        if "light" in self.app.extensions:
            from kb.site import asset_pruning as light

            pages = [
                read(path)
                for path in sorted(self.site.rglob("*.html"))
                if "_static" not in path.parts
            ]
            self.words = light.words_of(self.site, pages)
        self.page(self._typical())

    def _typical(self) -> str:
        """A page of no more than middling size that has most kinds of nodes: it meets what most pages meet."""
        from incremental_html.dependencies import needs_of

        env = self.app.env
        names = sorted(env.all_docs, key=lambda name: env.doc2path(name).stat().st_size)
        return max(names[: len(names) // 2 + 1], key=lambda name: len(needs_of(env)[name].kinds))

    def preview(self, names: list[str], say: Say) -> None:
        """Read the documents *names* anew and say their pages, unless something is wrong with them."""
        for name in names:
            html = ""
            self.warnings.truncate(self.warnings.seek(0))
            faults = attempt(lambda: self.page(name), self.folders.root) or self.faults()  # noqa: B023
            if not faults:
                html = read(self.builder.get_output_path(name))
            say(kind="page", page=name, html=html)

    def restyle(self, say: Say) -> None:
        """Say the one stylesheet of all pages, made anew of the stylesheets as they are now."""
        from kb.site import asset_pruning as light

        out = self.folders.live / "styled"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(Path(self.app.outdir, "_static"), out / "_static")
        for folder in self.app.config.html_static_path:
            for path in Path(self.app.confdir, folder).glob("*.css"):
                shutil.copy2(path, out / "_static")
        say(kind="sheet", css=light.sheet(self.builder, out, self.words))

    def page(self, name: str) -> None:
        """Read the document *name* anew and write its page."""
        app, env, builder = self.app, self.app.env, self.app.builder
        figures = env.toc_fignumbers.get(name)
        builder.phase = BuildPhase.READING
        with pending_warnings():
            app.emit("env-purge-doc", env, name)
            env.clear_doc(name)
            env._pickled_doctree_cache.pop(name, None)
            builder.read_doc(name)
        if figures is not None:
            env.toc_fignumbers[name] = figures
        TocTreeCollector().assign_section_numbers(env)
        if False in app.emit("page-preview", env, name):
            raise SphinxError(f"{name} is whole only when the whole book is read")
        builder._write_serial([name])


def located(text: str, root: Path) -> list[str]:
    """The lines of *text*, each once, without colors, with paths from the root, and with cures."""
    # The same fault may be met more than once.
    lines = dict.fromkeys(_COLORS.sub("", text).replace(f"{root}{os.sep}", "").splitlines())
    return [
        line + "".join(f": {cure}" for words, cure in CURES.items() if words in line)
        for line in lines
    ]


def attempt(act: Callable[[], object], root: Path) -> list[str]:
    """Do *act*; return what an author should know if it fails: the message, or the traceback of an error of the program."""
    try:
        act()
    except SphinxError as error:
        return located(f"{error.category}: {error}", root)
    except Exception:
        return located(traceback.format_exc(), root)
    return []
