"""What was read for the last good build, kept so that the next need not read it again.

Sphinx works on a copy in ``.work``, always the same place, since doctrees name files
beside them.  Only after a good build it takes the place of ``.kept``; it says from which
code and for which build it was read, so that a crash in between costs one build from nothing.
So does damage of it, or of the published build, which the lists of their files show.

``make`` keeps it in ``_build``, ``make live`` in ``_build/.live``.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from build import file_list
from build.publish import BUILDS, CURRENT, PARTS, WORK, current_build, is_there, remove

PAGES, STAMP = "pages-html.json", ".made-for"
"""In what is kept: the pages and what they were made from (see ``incremental_html``), and the stamp
of code and build."""


class BuildCache:
    """What was read for the last good build in the folder *out*."""

    def __init__(self, out: Path) -> None:
        self.out, self.kept, self.work = out, out / ".kept", out / WORK

    def heal(self) -> list[str]:
        """Say what of the published build is damaged, and return the formats that it belongs to.

        Then nothing is kept, so that the next build starts from nothing.
        """
        if not (build := current_build(self.out)):
            if os.path.lexists(self.out / CURRENT) or any((self.out / BUILDS).glob("*[0-9]")):
                self._forget(f"{CURRENT} leads to no build")
            return []
        if not (names := file_list.damaged(build)):
            return []
        forms = [form for form in PARTS if any(_is_damaged(build, form, name) for name in names)]
        first = f"{CURRENT}/{names[0]}" if names[0].startswith(".") else names[0]
        more = f" (and {len(names) - 1} more)" if names[1:] else ""
        self._forget(f"{first}{more} is not as it was built", ", ".join(forms))
        return forms

    def _forget(self, reason: str, what: str = "") -> None:
        """Remove what was kept, and say why the next build starts from nothing."""
        place, what = os.path.relpath(self.out), f"{what} " if what else ""
        print(f"{place}/{reason}: building {what}from nothing", file=sys.stderr)
        remove(self.kept)

    def checkout(self, code_digest: str) -> Path | None:
        """Copy what was kept into the folder of work; return the build that it belongs to.

        Where there is none, or it was read by other code, return nothing and leave no such folder;
        so too where it is damaged, which is said.
        """
        shutil.rmtree(self.work, ignore_errors=True)
        build = current_build(self.out)
        if not (build and os.path.lexists(self.kept)):
            return None
        if names := file_list.damaged(self.kept):
            self._forget(f"{self.kept.name}/{names[0]} is not as it was written")
            return None
        if (self.kept / STAMP).read_text(encoding="utf-8") != _stamp(code_digest, build):
            return None
        # Copies, not links, since Sphinx writes over files in place.  The folder may be there
        # again: a preview of make live writes the doctree of its page whenever it is asked.
        shutil.copytree(self.kept, self.work, copy_function=shutil.copy2, dirs_exist_ok=True)
        return build.resolve()

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
        build = current_build(self.out)
        assert build, "what was read is kept after a build is published"
        try:
            remove(self.kept)
            (self.work / STAMP).write_text(_stamp(code_digest, build), encoding="utf-8")
            file_list.write(self.work)
            self.work.rename(self.kept)
        except OSError:
            shutil.rmtree(self.work, ignore_errors=True)

    def _pages(self) -> Iterator[str]:
        pages = self.work / PAGES
        yield from json.loads(pages.read_text(encoding="utf-8")) if pages.is_file() else ()


def _stamp(code_digest: str, build: Path) -> str:
    return f"{code_digest} {build.name}"


def _is_damaged(build: Path, form: str, name: str) -> bool:
    """Whether damage of the file *name* of *build* is damage of *form*; the list is that of all."""
    part = PARTS[form]
    if name == file_list.LIST:
        return is_there(build / part)
    return name in (part, f".made-{form}") or name.startswith(f"{part}/")
