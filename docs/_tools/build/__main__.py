"""Build the site and the book (PDF and EPUB), and publish them whole or not at all.

``python -m build html pdf epub`` builds what is named, into
``_build/.builds/<n>/`` and then swings the one link ``_build/.current`` to it, by one
rename (see ``publish``).  A reader sees the last good build or the new one, never a
half of either.  A format that was not asked for is carried over.  ``clean`` in place of
formats removes all that was built.

Nothing is done when nothing has changed: each build keeps a fingerprint of all it
was made from (see ``inputs``).  A file that is saved while the build runs starts it
again, so that site and books are always of one text.  Exit code 1 and the errors of
Sphinx when a build fails; 128 and the number of the signal when it is stopped by Ctrl-C or otherwise.

What was read for the last good build is kept (see ``kept``), and a build after an edit
starts from copies of it and of the pages: only what changed is read and written
(see ``incremental_html``).  The output is the same, byte for byte.  A build starts from
nothing when anything but text, data and static files has changed (settings, code,
templates, packages, the date), or a page was added, removed or renamed, which changes
every page; ``make clean`` forces it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

from build import check_site, published, stopping
from build.inputs import InputError, epoch, fingerprint, house
from build.kept import Kept
from build.publish import (
    BOOK,
    EBOOK,
    PARTS,
    carry,
    clean,
    holds,
    name_parts,
    new_stage,
    only_one,
    publish,
    share,
    sweep,
)

__all__ = [
    "BOOK",
    "EBOOK",
    "PARTS",
    "ROOT",
    "Kept",
    "build",
    "epoch",
    "fingerprint",
    "house",
    "is_fresh",
]


ROOT = Path(__file__).resolve().parents[3]
BUILDERS = {"html": "html", "pdf": "book", "epub": "epub"}
TAGS = {"pdf": "pdf", "epub": "ebook"}
"""The tag that says to the site what it can offer ('epub' itself is a tag of Sphinx: the builder's name)."""
TRIES = 3
"""How often a build starts again because files were saved while it ran."""
STAYS = "the last good build stays in place"
TOOLS = Path(__file__).parents[1]


def is_fresh(out: Path, form: str, mark: str) -> bool:
    """Whether the published *form* was made from just these inputs."""
    kept = out / ".current" / f".made-{form}"
    whole = out / ".current" / PARTS[form]
    return kept.is_file() and kept.read_text() == mark and whole.exists()


def build(root: Path, forms: list[str]) -> int:
    """Build *forms* of the project at *root*; return the exit code."""
    out = root / "_build"
    try:
        with only_one(out) as lock:
            sweep(out)
            wanted = _renewed(root, forms, lock)
            name_parts(out)
    except (OSError, InputError) as error:
        print(f"{error}; {STAYS}".replace(f"{root}/", ""), file=sys.stderr)
        return 1
    if wanted is None:
        return 1
    for form in forms:
        print(f"{'built     ' if form in wanted else 'up to date'}  {_shown(out, form)}")
    return 0


def _renewed(root: Path, forms: list[str], lock: int) -> list[str] | None:
    """Publish what of *forms* is not fresh; return their names, or nothing if that failed."""
    out = root / "_build"
    for _ in range(TRIES):
        kept = Kept(root, out)
        marks = _marks(out, forms, kept.mark)
        wanted = [form for form in forms if not is_fresh(out, form, marks[form])]
        if not wanted or _published(kept, wanted, marks, lock):
            return wanted
        if kept.is_of_now():
            return None
    print(
        f"files below docs/ were saved while they were read, {TRIES} times; build again; {STAYS}",
        file=sys.stderr,
    )
    return None


def _published(kept: Kept, wanted: list[str], marks: dict[str, str], lock: int) -> bool:
    """Make and publish *wanted*, unless a source is wrong or was saved meanwhile."""
    stage = new_stage(kept.out)
    try:
        kept.lend(stage, wanted)
        if not _make(kept.root, stage, wanted, marks, lock) or not kept.is_of_now():
            return False
        if not holds(kept.out, lock):
            raise InputError("the folder _build was removed while the build ran; build again")
        publish(kept.out, stage)
        kept.renew()
        return True
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        shutil.rmtree(kept.work, ignore_errors=True)


def _marks(out: Path, forms: list[str], mark: str) -> dict[str, str]:
    """What each format was made from; for the site that includes the books beside it, to which it links."""
    offered = [form for form in TAGS if form in forms or (out / ".current" / PARTS[form]).exists()]
    return {**dict.fromkeys(TAGS, mark), "html": f"{mark} with {offered}"}


def _shown(out: Path, form: str) -> Path:
    return (out / "html/index.html" if form == "html" else out / PARTS[form]).relative_to(
        out.parent
    )


def _make(root: Path, stage: Path, wanted: list[str], marks: dict[str, str], lock: int) -> bool:
    """Fill *stage* with the *wanted* formats, new, and the others, carried over."""
    current = root / "_build/.current"
    for form in PARTS:
        if form not in wanted and (current / PARTS[form]).exists():
            carry(current, stage, form)
    for form in (form for form in PARTS if form in wanted):
        if not _sphinx(root, stage, form, lock):
            return False
        (stage / f".made-{form}").write_text(marks[form])
    for book in (PARTS[form] for form in TAGS):
        if (stage / book).exists() and (stage / "html").exists():
            (stage / "html" / book).unlink(missing_ok=True)
            share(stage / book, stage / "html" / book)
    faults = (
        check_site.faults(stage / "html") + published.faults(stage / "html", root)
        if "html" in wanted
        else []
    )
    for fault in faults:
        print(fault, file=sys.stderr)
    return not faults


def _sphinx(root: Path, stage: Path, form: str, lock: int) -> bool:
    """Run Sphinx once; print its warnings, which are errors, with paths as an author writes them."""
    doctrees, target = root / "_build/.work", stage / ("html" if form == "html" else f".{form}")
    tags = [tag for book, tag in TAGS.items() if form == "html" and (stage / PARTS[book]).exists()]
    command = [
        sys.executable,
        "-m",
        "build.run_sphinx",
        BUILDERS[form],
        str(doctrees),
        str(target),
        *tags,
    ]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(TOOLS), os.environ.get("PYTHONPATH", ""))),
        "SOURCE_DATE_EPOCH": epoch(root),
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }
    done = stopping.run(
        command, cwd=root, env=environment, encoding="utf-8", errors="replace", pass_fds=[lock]
    )
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    print(said.replace(f"{root}/", ""), end="", file=sys.stderr)
    if done.returncode:
        killed = f" (Sphinx was ended by signal {-done.returncode})" if done.returncode < 0 else ""
        print(f"{form}: not built{killed}; {STAYS}", file=sys.stderr)
        return False
    if form in TAGS:
        (target / PARTS[form]).replace(stage / PARTS[form])
        shutil.rmtree(target)
    return True


def main() -> int:
    """Read the formats to build from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "forms",
        nargs="+",
        choices=[*sorted(PARTS), "clean"],
        help="what to build; 'clean' removes all",
    )
    forms = parser.parse_args().forms
    stopping.listen()
    try:
        if "clean" in forms:
            clean(ROOT / "_build")
            return 0
        return build(ROOT, forms)
    except stopping.Stopped as stopped:
        print(f"stopped; {STAYS}", file=sys.stderr)
        return 128 + stopped.number


if __name__ == "__main__":
    sys.exit(main())
