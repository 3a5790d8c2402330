"""Build the site and the books, and publish them whole or not at all.

A build is made in ``_build/.builds/<n>.partial``; then one rename points the link
``_build/.current`` to it (see ``publish``).  A reader sees the last good build or the new
one, never a half of either.  A format that was not asked for is carried over.

Nothing is done when nothing has changed: each build keeps a digest of all it was made
from (see ``inputs``).  A file that is saved while the build runs starts it again, so that
site and books are always of one text.

What was read for the last good build is kept (see ``build_cache``), and a build after an
edit starts from copies of it and of the pages: only what changed is read and written (see
``incremental_html``).  The output is the same, byte for byte.  A build starts from nothing
when anything but text, data and static files has changed (settings, code, templates,
packages, the date), or a page was added, removed or renamed, which changes every page;
``make clean`` forces it.  So does damage of what was published or kept: each build looks for
it first, by the digests of all files, and builds what is damaged, once, asked for or not.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from build import run_sphinx, stopping
from build.build_cache import BuildCache
from build.inputs import InputError, InputState, epoch
from build.publish import (
    CURRENT,
    PARTS,
    STAYS,
    WORK,
    carry,
    holds,
    is_there,
    name_parts,
    next_stage,
    only_one,
    publish,
    share,
    sweep,
)

BUILDERS = {"html": "html", "pdf": "book", "epub": "epub"}
TAGS = {"pdf": "pdf", "epub": "ebook"}
"""The tags by which the site offers the books; Sphinx itself has a tag 'epub', for the builder."""
TRIES = 3
"""How often a build starts again because files were saved while it ran."""
REMOVE = "remove the folder _build, then build again"
RESTLESS = f"files below docs/ were saved while they were read, {TRIES} times; build again; {STAYS}"


def build(root: Path, forms: list[str]) -> int:
    """Build *forms* of the project at *root* and print what came of it; return the exit code."""
    out = root / "_build"
    try:
        with only_one(out) as lock:
            damaged = BuildCache(out).heal()
            forms = list(dict.fromkeys([*forms, *damaged]))
            sweep(out)
            built = _build_stale(root, forms, damaged, lock)
            name_parts(out)
    except (OSError, InputError) as error:
        print(f"{_told(error)}; {STAYS}".replace(f"{root}/", ""), file=sys.stderr)
        return 1
    if built is None:
        return 1
    for form in forms:
        print(f"{'built     ' if form in built else 'up to date'}  {shown(form)}")
    return 0


def _told(error: Exception) -> str:
    """Return what went wrong outside of the sources, with its cure."""
    cure = f": {REMOVE}" if isinstance(error, OSError) and error.errno else ""
    return run_sphinx.explain(error, None) or f"{error}{cure}"


def shown(form: str) -> Path:
    """Return the file to open for *form*, from the root of the project."""
    return Path("_build", "html/index.html" if form == "html" else PARTS[form])


def is_fresh(out: Path, form: str, stamp: str) -> bool:
    """Whether the published *form* was made from what *stamp* tells."""
    try:
        made = (out / CURRENT / f".made-{form}").read_bytes()
    except OSError:
        return False
    return made == stamp.encode() and is_there(out / CURRENT / PARTS[form])


def _build_stale(root: Path, forms: list[str], damaged: list[str], lock: int) -> list[str] | None:
    """Publish what of *forms* is not fresh; return their names, or nothing if that failed."""
    for _ in range(TRIES):
        job = Job(root, InputState.read(root), tuple(forms), lock, tuple(damaged))
        if not job.stale or job.run():
            return job.stale
        if job.state.is_current():
            return None
    print(RESTLESS, file=sys.stderr)
    return None


@dataclass(frozen=True)
class Job:
    """One build of the project at *root*, of the inputs in *state*; *lock* keeps others waiting.

    What is published of the formats *damaged* is not used.
    """

    root: Path
    state: InputState
    forms: tuple[str, ...]
    lock: int
    damaged: tuple[str, ...] = ()

    @property
    def out(self) -> Path:
        """The folder of the output."""
        return self.root / "_build"

    @cached_property
    def stamps(self) -> dict[str, str]:
        """What each format is made from; for the site also the books that it offers."""
        books = [form for form in TAGS if form in self.forms or self.is_published(form)]
        digest = self.state.input_digest
        return {**dict.fromkeys(TAGS, digest), "html": f"{digest} with {books}"}

    @cached_property
    def stale(self) -> list[str]:
        """The formats to build."""
        return [
            form
            for form in self.forms
            if form in self.damaged or not is_fresh(self.out, form, self.stamps[form])
        ]

    def is_published(self, form: str) -> bool:
        """Whether the last good build has *form*."""
        return is_there(self.out / CURRENT / PARTS[form])

    def run(self) -> bool:
        """Make and publish what is stale, unless a source is wrong or was saved meanwhile.

        :raises InputError: if somebody removed the folder of the output meanwhile.
        """
        stage, cache = next_stage(self.out), BuildCache(self.out)
        stage.mkdir(parents=True)
        try:
            self._check_out(cache, stage)
            if not make(self, stage) or not self.state.is_current():
                return False
            if not holds(self.out, self.lock):
                raise InputError("the folder _build was removed while the build ran; build again")
            publish(self.out, stage)
            cache.save(self.state.code_digest)
            return True
        finally:
            shutil.rmtree(stage, ignore_errors=True)
            shutil.rmtree(cache.work, ignore_errors=True)

    def _check_out(self, cache: BuildCache, stage: Path) -> None:
        last = cache.checkout(self.state.code_digest)
        if last and "html" in self.stale:
            cache.checkout_pages(last, stage / "html")


def make(job: Job, stage: Path) -> bool:
    """Fill *stage* with the stale formats, new, and the others, carried over; print faults."""
    for form in PARTS:
        if form not in job.stale and job.is_published(form):
            carry(job.out / CURRENT, stage, form)
    if not sphinx(job, stage, [form for form in PARTS if form in job.stale]):
        return False
    for form in job.stale:
        (stage / f".made-{form}").write_text(job.stamps[form])
    _offer_books(stage)
    faults = site_faults(stage / "html", job.root) if "html" in job.stale else []
    for fault in faults:
        print(fault, file=sys.stderr)
    return not faults


def site_faults(site: Path, root: Path) -> list[str]:
    """Return a line for each dead link of *site*, and for each published address that is gone."""
    # Where there is nothing to do, these are not imported.
    from build import check_site, published

    return check_site.faults(site) + published.faults(site, root)


def sphinx(job: Job, stage: Path, forms: list[str]) -> bool:
    """Run Sphinx once; print its warnings, which are errors, as an author reads them."""
    environment = run_sphinx.environment() | {"SOURCE_DATE_EPOCH": epoch(job.root)}
    done = stopping.run(
        _command(job, stage, forms),
        cwd=job.root,
        env=environment,
        encoding="utf-8",
        errors="replace",
        pass_fds=[job.lock],
    )
    for line in run_sphinx.author_messages(done.stdout + done.stderr, job.root):
        print(line, file=sys.stderr)
    killed = f" (Sphinx was ended by signal {-done.returncode})" if done.returncode < 0 else ""
    for number, form in enumerate(forms):
        if done.returncode < 0 or done.returncode >> number & 1:
            print(f"{form}: not built{killed}; {STAYS}", file=sys.stderr)
        elif form in TAGS and not done.returncode:
            _take_book(stage, form)
    return done.returncode == 0


def _command(job: Job, stage: Path, forms: list[str]) -> list[str]:
    tags = [tag for book, tag in TAGS.items() if book in forms or (stage / PARTS[book]).exists()]
    editions = [
        [BUILDERS[form], str(_target(stage, form)), *(tags if form == "html" else ())]
        for form in forms
    ]
    words = [word for edition in editions for word in ("--", *edition)]
    return [sys.executable, "-m", "build.run_sphinx", str(job.out / WORK), *words]


def _target(stage: Path, form: str) -> Path:
    return stage / ("html" if form == "html" else f".{form}")


def _take_book(stage: Path, form: str) -> None:
    """Move the book out of the folder into which Sphinx wrote it."""
    target = _target(stage, form)
    (target / PARTS[form]).replace(stage / PARTS[form])
    shutil.rmtree(target)


def _offer_books(stage: Path) -> None:
    """Put the books of *stage* into its site, for download."""
    for book in (PARTS[form] for form in TAGS):
        if (stage / book).exists() and (stage / "html").exists():
            (stage / "html" / book).unlink(missing_ok=True)
            share(stage / book, stage / "html" / book)
