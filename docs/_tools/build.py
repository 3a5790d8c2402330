"""Build the site and the book (PDF and EPUB), and publish them whole or not at all.

``python docs/_tools/build.py html pdf epub`` builds what is named, into
``_build/.builds/<n>/`` and then swings the one link ``_build/.current`` to it, by one
rename.  ``_build/html``, the PDF and the EPUB are links through that link, so that a
reader sees the last good build or the new one, never a half of either.  A format that
was not asked for is carried over.

Nothing is done when nothing has changed: each build keeps a fingerprint of all it
was made from.  Exit code 1 and the errors of Sphinx when a build fails.

What was read for the last good build is kept in ``_build/.kept``, and a build after an
edit starts from copies of it and of the pages: only what changed is read and written
(see ``kept_pages``).  The output is the same, byte for byte.  A build starts from
nothing when anything but text, data and static files has changed (settings, code,
templates, packages, the date), or a page was added, removed or renamed, which changes
every page; ``make clean`` forces it.
"""

from __future__ import annotations

import argparse
import datetime
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import check_site
import published

ROOT = Path(__file__).resolve().parents[2]
BOOK = "vitamin-k2-gut-brain-axis.pdf"
EBOOK = "vitamin-k2-gut-brain-axis.epub"
PARTS = {"pdf": BOOK, "epub": EBOOK, "html": "html"}
"""What each format leaves in a build; the site comes last, since it offers the others for download."""
BUILDERS = {"html": "html", "pdf": "book", "epub": "epub"}
TAGS = {"pdf": "pdf", "epub": "ebook"}
"""The tag that says to the site what it can offer ('epub' itself is a tag of Sphinx: the builder's name)."""
PAGES, STAMP = "pages-html.json", ".made-for"
"""In what is kept: what the pages were made from (see ``kept_pages``), and which build it belongs to."""
RUNNER = Path(__file__).with_name("run_sphinx.py")


def inputs(root: Path) -> Iterator[Path]:
    """Yield every file that the output depends on, in a fixed order."""
    for path in sorted((root / "docs").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
    yield from (root / name for name in ("requirements.lock", "pyproject.toml", "package-lock.json") if (root / name).is_file())


def epoch(root: Path) -> str:
    """The date that stands in the output, in seconds: given, else the last commit's, else the newest check's."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return given
    command = ["git", "-C", str(root), "log", "-1", "--format=%ct"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False) if (root / ".git").exists() else None
    if answer and answer.returncode == 0 and answer.stdout.strip():
        return answer.stdout.strip()
    return _newest_check(root)


def _newest_check(root: Path) -> str:
    pages = (path.read_text(encoding="utf-8") for path in sorted((root / "docs/sections").glob("*.md")))
    days = [day for page in pages for day in re.findall(r"^checked: (\d{4}-\d\d-\d\d)$", page, re.MULTILINE)]
    newest = max(filter(None, map(_day, days)), default=datetime.date(2026, 1, 1))
    return str(int(datetime.datetime.combine(newest, datetime.time(), datetime.UTC).timestamp()))


def _day(text: str) -> datetime.date | None:
    """The day, or nothing: the build itself tells the author of a day that is not in the calendar."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def fingerprint(root: Path) -> str:
    """A digest of everything that a build is made from."""
    return _digest(root, lambda path: True)


def house(root: Path) -> str:
    """A digest of what every page is made from: all but the words of the pages, the data and static files."""
    return _digest(root, lambda path: not _is_content(path.relative_to(root).parts))


def _is_content(parts: tuple[str, ...]) -> bool:
    """Whether the last build can be mended after an edit of this file."""
    if parts[0] != "docs" or len(parts) < 2:
        return False
    return parts[1] in ("data", "_static") or (parts[-1].endswith(".md") and not parts[1].startswith("_"))


def _digest(root: Path, is_read: Callable[[Path], bool]) -> str:
    """A digest of the names of all inputs, and of the bytes of those that are read."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {epoch(root)}\n".encode())
    for path in inputs(root):
        digest.update(f"{path.relative_to(root)}\0".encode())
        if is_read(path):
            digest.update(f"{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_fresh(out: Path, form: str, mark: str) -> bool:
    """Whether the published *form* was made from just these inputs."""
    kept = out / ".current" / f".made-{form}"
    whole = out / ".current" / PARTS[form]
    return kept.is_file() and kept.read_text() == mark and whole.exists()


@contextmanager
def only_one(out: Path) -> Iterator[None]:
    """Let one build run at a time; a second waits for the first."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(root: Path, forms: list[str]) -> int:
    """Build *forms* of the project at *root*; return the exit code."""
    out = root / "_build"
    with only_one(out):
        marks = _marks(root, forms)
        wanted = [form for form in forms if not is_fresh(out, form, marks[form])]
        if wanted:
            stage, kept = _new_stage(out), Kept(root, out)
            try:
                kept.lend(stage, wanted)
                if not _make(root, stage, wanted, marks):
                    return 1
                _publish(out, stage)
                kept.renew()
            finally:
                shutil.rmtree(stage, ignore_errors=True)
                shutil.rmtree(kept.work, ignore_errors=True)
        for form in forms:
            print(f"{'built     ' if form in wanted else 'up to date'}  {_shown(out, form)}")
    return 0


class Kept:
    """What was read for the last good build, so that the next need not read it again.

    Sphinx works on a copy in ``_build/.work``, always the same place, since doctrees name
    files beside them.  Only after a good build it takes the place of what was kept; it
    says from which build it is, so that a crash in between costs one build from nothing.
    """

    def __init__(self, root: Path, out: Path) -> None:
        self.root, self.out = root, out
        self.kept, self.work = out / ".kept", out / ".work"
        self.before = fingerprint(root)

    def lend(self, stage: Path, wanted: list[str]) -> None:
        """Give the build at *stage* copies of what was read and, if they are *wanted*, of the pages, or nothing."""
        shutil.rmtree(self.work, ignore_errors=True)
        if self._stamp() != self._told(self.out / ".current"):
            return
        # Copies and no links: Sphinx writes over files in place, and would write into what readers see.
        shutil.copytree(self.kept, self.work, copy_function=shutil.copy2)
        pages = self.work / PAGES
        for name in json.loads(pages.read_text(encoding="utf-8")) if "html" in wanted and pages.is_file() else ():
            page, copy = self.out / f".current/html/{name}.html", stage / f"html/{name}.html"
            if page.is_file():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(page, copy)

    def renew(self) -> None:
        """Keep what was read for the build that was just published, unless files changed while it ran."""
        shutil.rmtree(self.kept, ignore_errors=True)
        if fingerprint(self.root) == self.before:
            (self.work / STAMP).write_text(self._told(self.out / ".current"), encoding="utf-8")
            self.work.rename(self.kept)

    def _stamp(self) -> str:
        stamp = self.kept / STAMP
        return stamp.read_text(encoding="utf-8") if stamp.is_file() else ""

    def _told(self, current: Path) -> str:
        return f"{house(self.root)} {current.readlink().name if current.is_symlink() else 'none'}"


def _marks(root: Path, forms: list[str]) -> dict[str, str]:
    """What each format was made from; for the site that includes the books beside it, to which it links."""
    mark = fingerprint(root)
    offered = [form for form in TAGS if form in forms or (root / "_build/.current" / PARTS[form]).exists()]
    return {**dict.fromkeys(TAGS, mark), "html": f"{mark} with {offered}"}


def _shown(out: Path, form: str) -> Path:
    return (out / "html/index.html" if form == "html" else out / PARTS[form]).relative_to(out.parent)


def _new_stage(out: Path) -> Path:
    builds = out / ".builds"
    builds.mkdir(exist_ok=True)
    for left in builds.glob("*.partial"):
        shutil.rmtree(left)
    number = 1 + max((int(path.name) for path in builds.iterdir() if path.name.isdigit()), default=0)
    stage = builds / f"{number}.partial"
    stage.mkdir()
    return stage


def _make(root: Path, stage: Path, wanted: list[str], marks: dict[str, str]) -> bool:
    """Fill *stage* with the *wanted* formats, new, and the others, carried over."""
    current = root / "_build/.current"
    for form in PARTS:
        if form not in wanted and (current / PARTS[form]).exists():
            _carry(current, stage, form)
    for form in (form for form in PARTS if form in wanted):
        if not _sphinx(root, stage, form):
            return False
        (stage / f".made-{form}").write_text(marks[form])
    for book in (PARTS[form] for form in TAGS):
        if (stage / book).exists() and (stage / "html").exists():
            (stage / "html" / book).unlink(missing_ok=True)
            os.link(stage / book, stage / "html" / book)
    faults = check_site.faults(stage / "html") + published.faults(stage / "html", root) if "html" in wanted else []
    for fault in faults:
        print(fault, file=sys.stderr)
    return not faults


def _carry(current: Path, stage: Path, form: str) -> None:
    old = (current / PARTS[form]).resolve()
    if old.is_dir():
        shutil.copytree(old, stage / PARTS[form], copy_function=os.link)
    else:
        os.link(old, stage / PARTS[form])
    shutil.copy2(current / f".made-{form}", stage / f".made-{form}")


def _sphinx(root: Path, stage: Path, form: str) -> bool:
    """Run Sphinx once; print its warnings, which are errors, with paths as an author writes them."""
    doctrees, target = root / "_build/.work", stage / ("html" if form == "html" else f".{form}")
    tags = [tag for book, tag in TAGS.items() if form == "html" and (stage / PARTS[book]).exists()]
    command = [sys.executable, str(RUNNER), BUILDERS[form], str(doctrees), str(target), *tags]
    environment = os.environ | {
        "SOURCE_DATE_EPOCH": epoch(root), "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    print(said.replace(f"{root}/", ""), end="", file=sys.stderr)
    if done.returncode:
        print(f"{form}: not built; the last good build stays in place", file=sys.stderr)
        return False
    if form in TAGS:
        (target / PARTS[form]).replace(stage / PARTS[form])
        shutil.rmtree(target)
    return True


def _publish(out: Path, stage: Path) -> None:
    """Give *stage* its number and swing the link to it, then drop the builds before it."""
    final = stage.with_suffix("")
    stage.rename(final)
    _link(out / ".current", f".builds/{final.name}")
    for part in PARTS.values():
        if (final / part).exists() and not (out / part).is_symlink():
            _link(out / part, f".current/{part}")
    for path in (out / ".builds").iterdir():
        if path != final:
            shutil.rmtree(path)


def _link(place: Path, target: str) -> None:
    """Point the link *place* to *target* by one rename."""
    new = place.with_name(f"{place.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(place)


def main() -> int:
    """Read the formats to build from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("forms", nargs="+", choices=sorted(PARTS), help="what to build")
    return build(ROOT, parser.parse_args().forms)


if __name__ == "__main__":
    sys.exit(main())
