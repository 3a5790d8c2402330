"""After the build behind the scenes, what `make live` shows is a build from nothing, byte for byte; memory does not grow."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from build import engine
from edits import CHAPTER, FACTS, SOURCE, SOURCES, TEXT, add_chapter, before_limits, change
from living import ROOT, Live, living, seen, waited

EDITS = {
    "a sentence": TEXT["a sentence"],
    "a title": TEXT["a title"],
    "a stylesheet": TEXT["a stylesheet changed"],
    "a new term": FACTS["a term"],
    "a definition": FACTS["a definition"],
    "a new source": FACTS["a source"],
    "a finding": FACTS["a finding"],
    "a cell of the foods": FACTS["a food row"],
    "a page more": add_chapter,
    "a page renamed": FACTS["a chapter renamed"],
}
"""In this order; then all are taken back."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The real knowledge base, elsewhere."""
    root = tmp_path_factory.mktemp("live") / "project"
    root.mkdir()
    # Without the list of published addresses, which some of the edits lose.
    left_out = shutil.ignore_patterns("__pycache__", "published-ids.txt")
    shutil.copytree(ROOT / "docs", root / "docs", ignore=left_out)
    for name in ("pyproject.toml", "requirements.lock", "package-lock.json"):
        shutil.copy2(ROOT / name, root / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1769990400")
        yield root


def contents(folder: Path) -> dict[str, str]:
    """The bytes of every file."""
    paths = (path for path in sorted(folder.resolve().rglob("*")) if path.is_file())
    return {
        str(path.relative_to(folder.resolve())): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def differing(live: Live) -> list[str]:
    """The files that are not as a build from nothing makes them, elsewhere."""
    other = live.root.parent / "cold"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(live.root, other, ignore=shutil.ignore_patterns("_build"), symlinks=True)
    assert engine.build(other, ["html"]) == 0
    here, there = contents(live.site), contents(other / "_build/html")
    assert here
    return sorted(name for name in {*here, *there} if here.get(name) != there.get(name))


@pytest.mark.prove
def test_after_each_kind_of_edit_the_site_is_that_of_a_build_from_nothing(book):
    saved = book.parent / "saved"
    shutil.copytree(book / "docs", saved)
    with living(book) as live:
        live.built(0)
        for name, edit in EDITS.items():
            since = len(live.said)
            edit(book / "docs")
            live.settled(since)
            assert differing(live) == [], name
        since = len(live.said)
        for path in sorted((book / "docs").rglob("*.md")):
            if not (saved / path.relative_to(book / "docs")).exists():
                path.unlink()
        for path in (path for path in sorted(saved.rglob("*")) if path.is_file()):
            now = book / "docs" / path.relative_to(saved)
            if not now.exists() or now.read_bytes() != path.read_bytes():
                shutil.copyfile(path, now)
        live.settled(since)
        assert differing(live) == [], "all taken back"


NAME = r"^@article\{(\w+),\n  author\s+= \{\w+"
PREVIEWED = {
    "a finding": change(SOURCES, r"(finding\s*= \{)", r"\1Remarkably: "),
    "a name that leads elsewhere": change(SOURCES, NAME, lambda match: f"{match[0]}zz"),
    "a year": FACTS["a year of an old source"],
    "a title": change(SOURCES, r"(title\s*= \{)", r"\1A "),
    "a status": change(SOURCES, r"(status\s*= \{)ok", r"\1corrected"),
    "a source that nobody cites": change(SOURCES, r"\A", SOURCE),
    "the first citation of it": before_limits(CHAPTER, "Nothing {cite:p}`aaaa2020test`."),
    "its last citation gone": change(CHAPTER, r"Nothing \{cite:p\}`aaaa2020test`\.\n", ""),
    "the source gone": change(SOURCES, re.escape(SOURCE), ""),
    "a drawing": TEXT["an image changed"],
    "a source and its citation": FACTS["a source"],
}
"""Each is made upon those before it."""
OPEN = [
    *("reference/sources", "reference/glossary", "reference/foods", "reference/evidence"),
    *("sections/vitamin-k2", "sections/gut-health", "sections/supplements", "sections/mechanisms"),
]


@pytest.mark.prove
def test_a_preview_of_edited_data_is_what_the_whole_build_then_gives(book):
    previewed = {}
    with living(book) as live:
        live.built(0)
        for edit, change_it in PREVIEWED.items():
            live.rest()
            with live.opened(OPEN) as sent:
                since = len(live.said)
                change_it(book / "docs")
                live.settled(since)
            previewed[edit] = {name for name, pages in sent.items() if is_preview(pages[:1])}
            for name in previewed[edit]:
                whole = (live.site / f"{name}.html").read_text()
                assert seen(sent[name][0]) == seen(whole), (edit, name)
    assert not previewed.pop("a source and its citation"), "its list was read, but not its page"
    assert previewed.pop("a drawing") == {"sections/mechanisms"}
    chapter = CHAPTER.removesuffix(".md")
    both = {"reference/sources", "sections/gut-health", chapter}
    assert all(both <= pages or pages == {chapter} for pages in previewed.values()), previewed


def is_preview(pages: list[str]) -> bool:
    """Whether the first page that was sent lacks what no eye sees."""
    return any('type="text/markdown"' not in page for page in pages)


def processes(live: Live) -> dict[Path, str]:
    """The server and all that it has started, and the state of each, as proc_pid_stat(5) names it."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, _, session = (place / "stat").read_text().rsplit(")", 1)[1].split()[:4]
            if int(session) == live.process.pid:
                found[place] = state
    return found


def resident(live: Live) -> int:
    """The memory of the server and all that it has started, in kB, each page of memory counted once.

    It is taken when none of them runs: on a busy machine, processes of the edit before may
    still be ending while those of this one begin, and each weighs 35 to 55 MB.
    Pages of files are left out: their share grows when any other Python on the machine ends.
    """

    def total() -> int:
        at_rest = processes(live)
        if not {*at_rest.values()} <= {"S", "Z"}:
            return 0
        sizes = []
        for place, state in at_rest.items():
            with suppress(OSError):
                if state == "S":
                    sizes.append(
                        int((place / "smaps_rollup").read_text().split("Pss_Anon:")[1].split()[0])
                    )
        return sum(sizes) if processes(live) == at_rest else 0

    return waited(total, lambda: f"never at rest: {processes(live)}")


@pytest.mark.prove
def test_fifty_edits_do_not_make_it_grow(book):
    with living(book) as live:
        live.built(0)
        sizes = []
        for turn in range(50):
            since = len(live.said)
            change(
                "sections/vitamin-k2.md",
                r"(Turn \d+\.)?\n\n## Limits",
                f"\n\nTurn {turn}.\n\n## Limits",
            )(book / "docs")
            live.settled(since)
            sizes.append(resident(live))
    early, late = max(sizes[5:15]), max(sizes[40:])
    print(f"kB: {sizes[0]} after the first edit, at most {early} after 15, at most {late} at last")
    assert late < 1.05 * early, sizes


@pytest.mark.prove
def test_killed_builds_leave_nothing_behind(book):
    with living(book) as live:
        live.built(0)
        since = len(live.said)
        for turn in range(12):
            # Each comes while the build of the one before is at work, at another place of it each time, and ends it.
            change(
                "sections/vitamin-k2.md", r"\n\n## Limits", f"\n\nQuick turn {turn}.\n\n## Limits"
            )(book / "docs")
            time.sleep(0.15 * turn)
        live.settled(since)
        assert "Quick turn 11" in (live.site / "sections/vitamin-k2.html").read_text()
        assert differing(live) == []
