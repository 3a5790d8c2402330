"""Run Sphinx, once and strictly: warnings are errors, and a mistake of the author's is one message.

``python -m build.run_sphinx DOCTREES BUILDER OUT [TAG ...] [-- BUILDER OUT [TAG ...] ...]`` builds
``docs``.  Sphinx knows one builder for each run; of several, the first reads, and each of the
others is made from what it has read, in a process that starts as a copy of the first: nothing is
imported, set up or read twice, and all cores work.  The exit code has a bit for each that was not
built, the lowest for the first.

Sphinx's own command prints the whole state of the program under every error; an
author needs file, line and cure.  So does a full disk, or a file that may not be read.
Errors of the program itself keep their traceback.

``make live`` starts Sphinx by the same functions (see ``live.snapshot``), in the same
environment, and its messages get the same cures.

``KB_JOBS=2`` makes Sphinx read and write in two processes, with the same bytes (``reproduce``
compares them); the default is one, since small books gain nothing by more.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import re
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable
from itertools import groupby
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from build.inputs import InputError

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder

TOOLS = Path(__file__).parents[1]
FIXED = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
"""What the bytes of the output could depend on."""
COLORS = re.compile(r"\x1b\[[0-9;]*m")
NO_FILE = (
    "copy the file into docs, where a path that begins with / starts, or rename it: blanks and"
    " accents in a name do not work"
)
MESSAGE_CURES = {
    "term not in glossary": "spell it as docs/reference/glossary.md does, or add it there",
    "could not find bibtex key": (
        "spell the key as docs/data/sources.bib does, or add the source there"
    ),
    "unknown document": (
        "write the name of its file without .md, from the folder of this page, or from docs, with"
        " a / before it"
    ),
    "cross-reference target not found": "write a file, as in other.md, or an anchor, as in #words",
    "document isn't included in any toctree": "list the page in docs/index.md",
    "Non-consecutive header level": "go down one level of headings at a time",
    "Unknown interpreted text role": (
        "write cite:p, cite:t, term, claim or doc; docs/authoring/links.md shows them"
    ),
    "Unknown directive type": "docs/authoring/ shows those that there are",
    "image file not readable": NO_FILE,
    "download file not readable": NO_FILE,
}
"""What an author can do where a message of Sphinx does not say, by words of the message."""
TOLD_TWICE = re.compile(r"WARNING: unknown role name: ")
"""Sphinx says this without a place; MyST says it again, with one."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system answers where the disk, or the author's part of it, is full."""
ERRNO_CURES = dict.fromkeys(NO_ROOM, "make room on the disk, then build again") | dict.fromkeys(
    (errno.EACCES, errno.EPERM, errno.EROFS),
    "see that you may read it, and write into the folder _build",
)
"""What to do about errors of the machine, by their number."""
NONE_BUILT = 0xFF
"""The exit code for an error of the program itself: the bits of all editions."""
NO_END = (
    "docs/{page}.md: the page has no end or goes too deep: look for a file that includes itself, "
    "or marks, lists or boxes in each other by the dozen; take them apart"
)


def environment() -> dict[str, str]:
    """Return the environment in which Sphinx runs, without the date of the output."""
    paths = (str(TOOLS), str(TOOLS.with_name("_ext")), os.environ.get("PYTHONPATH", ""))
    return os.environ | FIXED | {"PYTHONPATH": os.pathsep.join(paths)}


def tune_gc() -> None:
    """Collect garbage seldom.

    Trees of nodes are many small objects that live long: going through them at every 700 new
    ones, as Python does, costs a tenth of a build.
    """
    gc.set_threshold(100_000, 20, 20)


def start(
    docs: Path,
    builder: str,
    doctrees: Path,
    out: Path,
    warnings: TextIO,
    tags: tuple[str, ...] = (),
    jobs: int = 1,
) -> Sphinx:
    """Load Sphinx with the project at *docs*; it writes its messages to *warnings*.

    :raises SphinxError: if the settings or the sources cannot be used.
    """
    # Those who only start a process that runs Sphinx need not wait for the import.
    from sphinx.application import Sphinx

    return Sphinx(
        docs,
        docs,
        out,
        doctrees,
        builder,
        status=io.StringIO(),
        warning=warnings,
        warningiserror=True,
        tags=list(tags),
        parallel=jobs,
    )


# -- Messages --------------------------------------------------------------------------------------


def explain(error: Exception, app: Sphinx | None) -> str:
    """Return what an author should know of *error*, or nothing for an error of the program."""
    from sphinx.errors import SphinxError

    # Sphinx wraps what goes wrong in an extension.
    if isinstance(inner := getattr(error, "orig_exc", None), OSError):
        error = inner
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, SphinxError):
        return f"{error.category}: {error}"
    if isinstance(error, RecursionError) and app and app.env.current_document.docname:
        return NO_END.format(page=app.env.current_document.docname)
    if isinstance(error, OSError) and error.errno in ERRNO_CURES:
        where = f" ({os.fspath(error.filename)})" if error.filename else ""
        return f"{error.strerror}{where}: {ERRNO_CURES[error.errno]}"
    if isinstance(error, shutil.Error):
        # A folder was copied in part: it tells of each file that was not, as text.
        numbers = (number for number in ERRNO_CURES if f"[Errno {number}]" in str(error))
        return next((f"{os.strerror(number)}: {ERRNO_CURES[number]}" for number in numbers), "")
    return ""


def lacks_room(line: str) -> bool:
    """Whether a *line* of messages says that the disk is full."""
    return any(os.strerror(number) in line for number in NO_ROOM)


def failure(error: Exception, app: Sphinx | None, root: Path) -> list[str]:
    """Return the lines by which an author is told of *error*: its message, or the traceback."""
    text = explain(error, app) or "".join(traceback.format_exception(error))
    return author_messages(text, root)


def author_messages(text: str, root: Path) -> list[str]:
    """Return the lines of *text* without colors, with paths from *root*, and with cures.

    A message that comes twice is kept once; a traceback is kept as it is.
    """
    lines = COLORS.sub("", text).replace(f"{root}{os.sep}", "").splitlines()
    if "[toc.double]" in text:
        # The EPUB says the same of each heading of the page, without a place.
        lines = [line for line in lines if "[epub.duplicated_toc_entry]" not in line]
    if not any(line.startswith("Traceback ") for line in lines):
        lines = list(dict.fromkeys(lines))
    return [line + _cure(line) for line in lines if not TOLD_TWICE.match(line)]


def _cure(line: str) -> str:
    return "".join(f": {cure}" for words, cure in MESSAGE_CURES.items() if words in line)


# -- The program -----------------------------------------------------------------------------------


def run(
    docs: Path,
    builder: str,
    doctrees: Path,
    out: Path,
    *tags: str,
    make: Callable[[Sphinx], None] = methodcaller("build"),
) -> int:
    """Build *docs* and print messages; return 0, or 1 if anything was warned of or wrong.

    *make* says what Sphinx does when it is loaded.

    :raises Exception: any error of the program itself.
    """
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    app, jobs = None, int(os.environ.get("KB_JOBS") or 1)
    try:
        with patch_docutils(docs), docutils_namespace():
            app = start(docs, builder, doctrees, out, sys.stderr, tags, jobs)
            make(app)
            return app.statuscode
    except Exception as error:
        if not (message := explain(error, app)):
            raise
        print(message, file=sys.stderr)
        return 1


class _Aside(BaseException):
    """Leave the first edition to the first process, and make that of this *number*."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _Others:
    """A process for each of the other editions, which begins where the first has read all."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self.numbers = numbers
        self.running: list[tuple[int, int, TextIO]] = []

    def start(self, app: Sphinx, _builder: Builder) -> None:
        """Begin them (``write-started``), unless an author has to mend something first.

        :raises _Aside: in each new process.
        """
        if app._warncount:
            return
        # What waits to be printed would be printed by all.
        sys.stdout.flush()
        sys.stderr.flush()
        for number in self.numbers:
            # What it says is not to be mingled with what the others say meanwhile.
            said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
            process = os.fork()
            if not process:
                for stream in (1, 2):
                    os.dup2(said.fileno(), stream)
                self.numbers, self.running = (), []
                raise _Aside(number)
            self.running.append((number, process, said))

    def wait(self) -> int:
        """Wait for their ends, print what they said, and return the bits of those that failed."""
        failed = 0
        for number, process, said in self.running:
            code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            with said:
                said.seek(0)
                sys.stderr.write(said.read())
            if code < 0:
                print(f"Sphinx was ended by signal {-code}", file=sys.stderr)
            failed |= bool(code) << number
        return failed


def _turn(app: Sphinx, builder: str, out: str, *tags: str) -> None:
    """Let *app*, which has read and numbered all, make another edition of it."""
    from sphinx.environment.collectors import EnvironmentCollector
    from sphinx.util.tags import Tags

    app.outdir, app.tags = Path(out), Tags(tags)
    app.outdir.mkdir(parents=True, exist_ok=True)
    app.preload_builder(builder)
    app.builder = app.create_builder(builder)
    app.env._builder_cls = type(app.builder)
    app._init_builder()
    # Nothing is left to read, or to number, for which Sphinx would open every document.
    app.builder.read = list  # type: ignore[method-assign,misc]
    for listener in list(app.events.listeners["env-get-updated"]):
        if isinstance(getattr(listener.handler, "__self__", None), EnvironmentCollector):
            app.disconnect(listener.id)


def run_all(docs: Path, doctrees: Path, editions: list[list[str]]) -> int:
    """Build each of the *editions* (builder, place, tags), and return their bits.

    :raises Exception: any error of the program itself.
    """
    (builder, out, *tags), number = editions[0], 0
    others = _Others(range(1, len(editions)))

    def make(app: Sphinx) -> None:
        nonlocal number
        app.connect("write-started", others.start)
        try:
            app.build()
        except _Aside as aside:
            number = aside.number
            _turn(app, *editions[number])
            app.build()

    try:
        failed = run(docs, builder, doctrees, Path(out), *tags, make=make) << number
    finally:
        others_failed = others.wait()
    return failed | others_failed


def main() -> None:
    """Build what the command line names, and exit."""
    tune_gc()
    doctrees, *words = sys.argv[1:]
    groups = groupby(words, "--".__eq__)
    editions = [list(words) for is_mark, words in groups if not is_mark]
    try:
        code = run_all(Path.cwd() / "docs", Path(doctrees), editions)
    except Exception:
        traceback.print_exc()
        code = NONE_BUILT
    sys.stdout.flush()
    sys.stderr.flush()
    # All is written; taking the trees apart, node by node, would cost as much as a few pages.
    os._exit(code)


if __name__ == "__main__":
    main()
