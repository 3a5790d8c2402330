"""Where ``make live`` works, what belongs to the project, and what a build is made from.

Everything lies below ``_build/.live``: ``kept`` is what was read for the last good build,
``site-<n>`` its pages; ``work`` and ``stage`` are the same of the build at hand.  What was kept
says which house it was made from; where that is another one, a build starts from nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from build import inputs as build_inputs

STAMP = ".made-for"
_GIVEN = os.environ.get("SOURCE_DATE_EPOCH")
_NOISE = re.compile(
    r"(^[.#])|(~$)|(^4913$)|(\.(sw[a-p]|tmp|temp|bak|orig|part|pyc)$)|(___jb_\w+___$)|(^__pycache__$)"
)
"""Names of files that editors leave beside what they save."""


def is_noise(path: Path) -> bool:
    """Whether *path*, relative to the project, is a file of an editor or of Python."""
    return any(_NOISE.search(part) for part in path.parts)


@dataclass(frozen=True)
class Folders:
    """Where ``make live`` works: below ``_build/.live``, never in the published build."""

    root: Path

    @property
    def live(self) -> Path:
        return self.root / "_build/.live"

    @property
    def kept(self) -> Path:
        """What was read for the last good build."""
        return self.live / "kept"

    @property
    def work(self) -> Path:
        """The doctrees of the build at hand, always at the same place, since doctrees name files beside them."""
        return self.live / "work"

    @property
    def stage(self) -> Path:
        """The pages of the build at hand."""
        return self.live / "stage"

    def preview(self, site: Path) -> Path:
        """A folder for previews after the build of *site*, with its scripts and styles, whose digests pages name."""
        mine = self.live / f"preview-{site.name}"
        # The one before may still be in use.
        for old in sorted(self.live.glob("preview-*"), key=lambda path: path.stat().st_mtime_ns)[
            :-1
        ]:
            shutil.rmtree(old)
        shutil.rmtree(mine, ignore_errors=True)
        shutil.copytree(site / "_static", mine / "_static", copy_function=os.link)
        return mine

    def site(self) -> Path | None:
        """The pages of the last good build, or nothing where what was kept does not fit the project of now."""
        told, _, name = read(self.kept / STAMP).partition(" ")
        return (
            self.live / name if told == house(self.root) and (self.live / name).is_dir() else None
        )

    def lend(self) -> Path | None:
        """Make a fresh copy of what was kept for the next build; return the pages that belong to it.

        A preview may write the doctree of its page here meanwhile; a build reads that page anew in any case.
        """
        shutil.rmtree(self.work, ignore_errors=True)
        if site := self.site():
            shutil.copytree(self.kept, self.work, dirs_exist_ok=True)
        return site

    def publish(self, told: str) -> Path:
        """Make the build at hand, of the house *told*, the last good one; return its pages."""
        last = max((int(path.name[5:]) for path in self.live.glob("site-*")), default=0)
        site = self.live / f"site-{last + 1}"
        (self.work / STAMP).write_text(f"{told} {site.name}", encoding="utf-8")
        shutil.rmtree(self.kept, ignore_errors=True)
        self.stage.rename(site)
        self.work.rename(self.kept)
        for old in self.live.glob("site-*"):
            if old != site:
                shutil.rmtree(old)
        return site


def read(path: Path) -> str:
    """The text of the file at *path*, or nothing where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def inputs(root: Path) -> Iterator[Path]:
    """Every file that the site is made from, without those that editors leave."""
    return (path for path in build_inputs.inputs(root) if not is_noise(path.relative_to(root)))


def is_content(path: Path) -> bool:
    """Whether the last build can be mended after an edit of *path*, relative to the project: a page, data or a static file."""
    return build_inputs.is_content(path.parts)


def epoch(root: Path) -> str:
    """The date of the output, in seconds, as ``build.py`` finds it; from now on Sphinx finds it in the environment."""
    if not _GIVEN:
        # Else the date of an earlier commit would count as given.
        os.environ.pop("SOURCE_DATE_EPOCH", None)
    os.environ["SOURCE_DATE_EPOCH"] = build_inputs.epoch(root)
    return os.environ["SOURCE_DATE_EPOCH"]


def house(root: Path) -> str:
    """A digest of what every page is made from: code, settings and templates, the date, and the names of all files."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {epoch(root)}".encode())
    for path in inputs(root):
        digest.update(f"{path.relative_to(root)}\0".encode())
        if not is_content(path.relative_to(root)):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def state(root: Path) -> dict[Path, tuple[int, int, int]]:
    """What tells whether a file was written again while a build ran."""
    found = ((path, path.stat()) for path in inputs(root))
    return {path: (one.st_mtime_ns, one.st_size, one.st_ino) for path, one in found}
