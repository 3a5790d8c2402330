"""The processes behind ``make live``: Sphinx stays loaded, and each task gets a fresh copy of it.

``python -m live.processes FD`` loads Sphinx and the extensions once, and then
forks, whenever the server asks for it over the socket *FD*, a process that reads in what
was kept of the last good build and waits::

    loader ──> book (waits) ──> a build          forked for each edit, ends with it
                   └──> previewer            one after each good build

A fork costs milliseconds and copies no memory until it is written to.  The loader and the
book are never changed, so no build can see what another has left, memory does not grow
with the number of edits, and the server may kill a build whenever a newer edit comes.
The previewer reads single pages anew, and is replaced after each good build.

Messages are lines of JSON over one socket for each of those who wait.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

# As in run_sphinx: trees are many small objects that live long.
gc.set_threshold(100_000, 20, 20)

from live import pages as live_pages

LATE = (
    "docutils.languages.en",
    "docutils.parsers.rst.directives.admonitions",
    "docutils.parsers.rst.directives.body",
    "docutils.parsers.rst.directives.misc",
    "docutils.parsers.rst.directives.tables",
    "fontTools.ttLib.woff2",
    "jinja2.ext",
    "latexcodec.codec",
    "markdown_it.main",
    "myst_parser.parsers.sphinx_",
    "pybtex.style.formatting.unsrt",
    "pydata_sphinx_theme",
    "sphinx.builders.html",
    "sphinx.environment.adapters.indexentries",
    "sphinx_book_theme",
    "a11y_pygments",
    "pygments.lexers.bibtex",
    "xml.dom.minidom",
)
"""What a build would load while it runs; where a name is not there, the build does without."""


def say_to(line: socket.socket) -> live_pages.Say:
    """Return a function that says names and values over *line*; one who listens no more ends this process."""

    def say(**told: Any) -> None:
        try:
            line.sendall(json.dumps(told).encode() + b"\n")
        except OSError:
            os._exit(0)

    return say


def forked(act: Callable[[], None]) -> int:
    """Do *act* in a new process, which then ends; return its number."""
    if number := os.fork():
        return number
    try:
        act()
    except BaseException:
        traceback.print_exc()
    finally:
        # Nothing of the parent's is this process's to tidy up.
        sys.stderr.flush()
        os._exit(0)


def obey(line: socket.socket, orders: dict[str, Callable[[list[str]], None]]) -> None:
    """Carry out each order that comes over *line*, until the line is closed."""
    with suppress(ConnectionError):
        for told in line.makefile("r", encoding="utf-8"):
            order = json.loads(told)
            orders[order["do"]](order["pages"])
            say_to(line)(kind="ended")
            gc.collect()


def serve_book(root: Path, lines: tuple[socket.socket, socket.socket], previewing: bool) -> None:
    """Read in what was kept and wait for orders: builds over the first of *lines*, previews, if wanted, over the second."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    builds, previews = lines
    say = say_to(builds)
    books: list[live_pages.Book] = []
    if faults := live_pages.attempt(lambda: books.append(live_pages.Book(root)), root):
        say(kind="refused", faults=faults)
        return
    book = books[0]
    gc.freeze()

    def serve_previews() -> None:
        builds.close()
        if book.site and not live_pages.attempt(book.warm_up, root):
            # What is left to collect is little, and a preview is no time for it.
            gc.freeze()
            gc.disable()
            tell = say_to(previews)
            tell(kind="ready")
            obey(
                previews,
                {
                    "preview": lambda pages: book.preview(pages, tell),
                    "restyle": lambda _: book.restyle(tell),
                },
            )

    def build(pages: list[str]) -> None:
        number = forked(lambda: book.build(pages, say))
        say(kind="started", process=number)
        os.waitpid(number, 0)

    if previewing:
        forked(serve_previews)
    previews.close()
    say(kind="ready")
    obey(builds, {"build": build})


def load(root: Path) -> None:
    """Load what every build needs, so that forks have it."""
    from sphinx.config import Config
    from sphinx.util.tags import Tags

    settings = Config.read(root / "docs", overrides={}, tags=Tags())
    for name in (*settings.extensions, *LATE):
        try:
            importlib.import_module(name)
        except Exception:
            # Sphinx itself will say what is wrong, in words for authors.
            continue
    if "citation_style" in settings.extensions:
        decode(root / "docs/data/sources.bib")


def decode(path: Path) -> None:
    """Decode the sources of now, so that builds decode only what is changed later."""
    from pybtex.database import parse_file

    from kb.sources import citation_style

    with suppress(Exception):
        citation_style.decode_all(parse_file(str(path), "bibtex").entries.values())


def main() -> None:
    """Fork a process that serves the book for each pair of lines that comes in."""
    # Ctrl-C is the server's to answer; children are nobody's to wait for.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    asked = socket.socket(fileno=int(sys.argv[1]))
    root = Path.cwd()
    live_pages.attempt(lambda: load(root), root)
    gc.freeze()
    while True:
        told, numbers, _, _ = socket.recv_fds(asked, 1, 2)
        if not told:
            return
        builds, previews = (socket.socket(fileno=number) for number in numbers)

        def serve() -> None:
            asked.close()
            serve_book(root, (builds, previews), told == b"p")  # noqa: B023

        say_to(builds)(kind="process", process=forked(serve))
        builds.close()
        previews.close()


if __name__ == "__main__":
    main()
