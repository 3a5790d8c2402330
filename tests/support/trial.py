"""Build the tiny knowledge base with one file spoiled, in this process, and say how that ended."""

from __future__ import annotations

import contextlib
import html
import io
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from build.run_sphinx import run
from projects import KB, ROOT

LIMIT = 30
"""Seconds that any input may take."""
CONF = """
extensions += ["incremental_html"]
exclude_patterns += ["**/.*"]
html_additional_pages = {"search": "page.html"}
"""
CHAPTER = "sections/one.md"
Spoil = bytes | str | Callable[[str], str]


@dataclass(frozen=True)
class Outcome:
    """How a build ended: its exit code, what it said with paths as an author reads them, and its pages."""

    code: int
    said: str
    out: Path

    def words(self, page: str) -> str:
        """The text of a built page, without its tags."""
        text = (self.out / page).with_suffix(".html").read_text(encoding="utf-8")
        return html.unescape(re.sub(r"<[^>]+>", "", text))


class Trial:
    """A folder in which one build after another is tried."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.docs = folder, folder / "docs"

    def fresh(self) -> None:
        """Lay the files anew."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(KB, self.docs)
        shutil.copytree(ROOT / "docs/_static", self.docs / "_static")
        with (self.docs / "conf.py").open("a", encoding="utf-8") as conf:
            conf.write(CONF)

    def build(self, builder: str = "html") -> Outcome:
        """Build what lies there.

        :raises TimeoutError: after 30 seconds; any other exception is a traceback that an author would see.
        """
        out, errors = self.folder / "out", io.StringIO()
        with contextlib.redirect_stderr(errors), at_most(LIMIT):
            code = run(self.docs, builder, str(self.folder / "trees"), str(out))
        said = re.sub(r"\x1b\[[0-9;]*m", "", errors.getvalue()).replace(f"{self.docs.parent}/", "")
        return Outcome(code, said, out)

    def __call__(self, edits: dict[str, Spoil], builder: str = "html") -> Outcome:
        """Build with the files of *edits* spoiled: bytes, a text, or a change of the text."""
        self.fresh()
        for name, spoil in edits.items():
            path = self.docs / name
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_bytes() if path.exists() else b""
            if callable(spoil):
                spoil = spoil(before.decode())
            after = spoil if isinstance(spoil, bytes) else spoil.encode()
            assert after != before, f"the edit of {name} changes nothing"
            path.write_bytes(after)
        return self.build(builder)


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raise TimeoutError after *seconds*."""

    def late(*_: object) -> None:
        raise TimeoutError(f"no end after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
