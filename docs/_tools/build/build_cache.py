"""What was read for the last good build, kept so that the next need not read it again.

Sphinx works on a copy in ``.work``, always the same place, since doctrees name files
beside them.  Only after a good build it takes the place of ``.kept``; it says from which
code and for which build it was read, so that a crash in between costs one build from nothing.

``make`` keeps it in ``_build``, ``make live`` in ``_build/.live``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from build.publish import CURRENT, WORK

PAGES, STAMP = "pages-html.json", ".made-for"
"""In what is kept: the pages and what they were made from (see ``incremental_html``), and the stamp
of code and build."""


class BuildCache:
    """What was read for the last good build in the folder *out*."""

    def __init__(self, out: Path) -> None:
        self.out, self.kept, self.work = out, out / ".kept", out / WORK

    def checkout(self, code_digest: str) -> Path | None:
        """Copy what was kept into the folder of work; return the build that it belongs to.

        Where there is none, or it was read by other code, return nothing and leave no such folder.
        """
        shutil.rmtree(self.work, ignore_errors=True)
        if not self._fits(code_digest):
            return None
        # Copies, not links, since Sphinx writes over files in place.  The folder may be there
        # again: a preview of make live writes the doctree of its page whenever it is asked.
        shutil.copytree(self.kept, self.work, copy_function=shutil.copy2, dirs_exist_ok=True)
        return (self.out / CURRENT).resolve()

    def checkout_pages(self, build: Path, target: Path) -> None:
        """Copy the pages of *build* into the folder *target*."""
        for name in self._pages():
            page, copy = build / f"html/{name}.html", target / f"{name}.html"
            if page.is_file():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(page, copy)

    def save(self, code_digest: str) -> None:
        """Keep what was read for the build that was just published.

        Where that is not possible, the next build starts from nothing.
        """
        shutil.rmtree(self.kept, ignore_errors=True)
        try:
            (self.work / STAMP).write_text(self._stamp(code_digest), encoding="utf-8")
            self.work.rename(self.kept)
        except OSError:
            shutil.rmtree(self.work, ignore_errors=True)

    def _fits(self, code_digest: str) -> bool:
        stamp = self.kept / STAMP
        return stamp.is_file() and stamp.read_text(encoding="utf-8") == self._stamp(code_digest)

    def _stamp(self, code_digest: str) -> str:
        current = self.out / CURRENT
        return f"{code_digest} {current.readlink().name if current.exists() else 'none'}"

    def _pages(self) -> Iterator[str]:
        pages = self.work / PAGES
        yield from json.loads(pages.read_text(encoding="utf-8")) if pages.is_file() else ()
