"""What was read for the last good build, kept so that the next need not read it again.

Sphinx works on a copy in ``_build/.work``, always the same place, since doctrees name
files beside them.  Only after a good build it takes the place of ``_build/.kept``; it
says from which build it is, so that a crash in between costs one build from nothing.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from build.inputs import fingerprint, house, moment
from build.publish import WORK

PAGES, STAMP = "pages-html.json", ".made-for"
"""In what is kept: what the pages were made from (see ``incremental_html``), and which build it belongs to."""


class Kept:
    """What was read for the last good build of *root*, and the state of the sources at its begin."""

    def __init__(self, root: Path, out: Path) -> None:
        self.root, self.out = root, out
        self.kept, self.work = out / ".kept", out / WORK
        self.moment = moment(root)
        self.mark, self.house = fingerprint(root), house(root)

    def is_of_now(self) -> bool:
        """Whether no source was written since: otherwise the formats may be of different texts."""
        return moment(self.root) == self.moment

    def lend(self, stage: Path, wanted: list[str]) -> None:
        """Give the build at *stage* copies of what was read and, if they are *wanted*, of the pages, or nothing."""
        shutil.rmtree(self.work, ignore_errors=True)
        if self._stamp() != self._told(self.out / ".current"):
            return
        # Copies and no links: Sphinx writes over files in place, and would write into what readers see.
        shutil.copytree(self.kept, self.work, copy_function=shutil.copy2)
        pages = self.work / PAGES
        for name in (
            json.loads(pages.read_text(encoding="utf-8"))
            if "html" in wanted and pages.is_file()
            else ()
        ):
            page, copy = self.out / f".current/html/{name}.html", stage / f"html/{name}.html"
            if page.is_file():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(page, copy)

    def renew(self) -> None:
        """Keep what was read for the build that was just published; where it does not fit, the next starts from nothing."""
        shutil.rmtree(self.kept, ignore_errors=True)
        try:
            (self.work / STAMP).write_text(self._told(self.out / ".current"), encoding="utf-8")
            self.work.rename(self.kept)
        except OSError:
            shutil.rmtree(self.work, ignore_errors=True)

    def _stamp(self) -> str:
        stamp = self.kept / STAMP
        return stamp.read_text(encoding="utf-8") if stamp.is_file() else ""

    def _told(self, current: Path) -> str:
        return f"{self.house} {current.readlink().name if current.is_symlink() else 'none'}"
