"""Measure `make live`: ``make bench-live``, or ``python tests/bench/live.py [--kinds sentence,source] [--edits 5] [--sizes 0 100]``.

Opens a page in the system's Chromium, saves an edit, and takes the time until the page
shows it, for each kind of edit; beside it sphinx-autobuild as it comes, on the same
content, in turns with ours.  Size 0 is this site, others are synthetic books (see
``corpus``).  Each edit waits until the build behind the one before is done, so that 20 edits of
all kinds take a quarter of an hour at 100 chapters, and some times as long with sphinx-autobuild.

Prints the tables; a whole run (all kinds) measures both servers and writes them into
``docs/authoring/performance.md``, in the section that it owns; some kinds alone are measured of
ours.  Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as Late

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import corpus
from bench import machine, table

from living import ROOT, living, quiet, used
from upkeep import programs

NOTE = ROOT / "docs/authoring/performance.md"
HEAD = "### The last measurement of `make live`\n"
LONGEST = 300_000
"""So many milliseconds an edit, or the end of a build, may take."""


@dataclass(frozen=True)
class Kind:
    """An edit: in which file what is replaced by what, and on which page it is seen."""

    file: str
    page: str
    pattern: str
    new: str
    seen: str = "document.querySelector('article')?.textContent.includes('{mark}')"


TERM = ":::{{definition}} marked word {mark}\n:id: marked-word\n:sources: {source}\n:tags: food\n\nA word that is marked with {mark}.\n:::\n\n"
KINDS = {
    "sentence": Kind(
        "{chapter}.md",
        "{chapter}",
        r"\n\n(Marked \d+\.\n\n)?## Limits",
        "\n\nMarked {mark}.\n\n## Limits",
    ),
    "definition": Kind(
        "reference/glossary.md",
        "reference/glossary",
        r"\.( Marked \d+\.)?\n:::",
        ". Marked {mark}.\n:::",
    ),
    "source": Kind(
        "data/sources.bib",
        "reference/sources",
        r"(finding\s*= \{{)(Marked \d+\. )?",
        r"\g<1>Marked {mark}. ",
    ),
    "term": Kind(
        "reference/glossary.md",
        "reference/glossary",
        r"(:::\{{definition\}} marked.*?\n:::\n\n)?(?=:::\{{definition\}} )",
        TERM,
    ),
    # The name of the first food: a figure that is far from its like is a fault.
    "cell": Kind(
        "data/foods.csv",
        "reference/foods",
        r"(?<=\n)([\w-]+,\"?)(Marked \d+ )?",
        r"\g<1>Marked {mark} ",
    ),
    "stylesheet": Kind(
        "_static/kb.css",
        "{chapter}",
        r"\A(h1 \{{ outline-offset: .*? \}}\n)?",
        "h1 {{ outline-offset: {mark}px; }}\n",
        "document.querySelector('h1') && getComputedStyle(document.querySelector('h1')).outlineOffset === '{mark}px'",
    ),
}


def project(folder: Path, size: int) -> tuple[Path, str]:
    """A project of so many chapters below *folder* (0: this site), and the name of a chapter."""
    root = folder / f"book-{size}"
    if size:
        corpus.write("book", size, root)
    else:
        shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "requirements.lock", "package-lock.json"):
            shutil.copy2(ROOT / name, root / name)
    return root, "sections/ch-0007" if size else "sections/gut-health"


@contextmanager
def autobuild(root: Path, port: int) -> Iterator[tuple[str, int]]:
    """sphinx-autobuild, as it comes; its address and its group of processes."""
    command = [
        sys.executable,
        "-m",
        "sphinx_autobuild",
        "-q",
        "--port",
        str(port),
        "docs",
        str(root / "_auto"),
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "docs/_ext")}
    server = subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield f"http://127.0.0.1:{port}/", server.pid
    finally:
        server.terminate()
        server.wait()


def reach(page: Page, address: str) -> None:
    """Open *address* as soon as it is there, built."""
    end = time.monotonic() + 300
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                if answer.status == 200:
                    break
        except OSError:
            time.sleep(0.5)
    page.goto(address, wait_until="networkidle")


def seconds(page: Page, root: Path, kind: Kind, chapter: str, mark: int) -> float:
    """Save one edit; return after how many seconds the page shows it."""
    path = root / "docs" / kind.file.format(chapter=chapter)
    before = path.read_text(encoding="utf-8")
    source = re.search(r":sources: (\w+)", before)
    new = kind.new.format(mark=mark, source=source[1] if source else "")
    after = re.sub(
        kind.pattern.replace("{{", "{").replace("}}", "}"), new, before, count=1, flags=re.DOTALL
    )
    if after == before:
        sys.exit(f"the edit of {path.name} changes nothing")
    begun = time.time()
    path.write_text(after, encoding="utf-8")
    found = page.wait_for_function(
        f"() => ({kind.seen.format(mark=mark)}) && Date.now()", polling="raf", timeout=LONGEST
    )
    return float(found.json_value()) / 1000 - begun


def measure(
    page: Page,
    root: Path,
    server: tuple[str, int],
    chapter: str,
    kind: Kind,
    edits: int,
    first: int,
) -> list[tuple[float, float]]:
    """The times of so many edits of one *kind*, and the processor time of the server until then."""
    address, group = server
    reach(page, f"{address}{kind.page.format(chapter=chapter)}.html")
    took = []
    for turn in range(edits):
        quiet(group, LONGEST / 1000)
        try:
            before = used(group)
            clock = seconds(page, root, kind, chapter, first + turn)
            after = used(group)
            took.append((clock, sum(after.values()) - sum(before.get(one, 0) for one in after)))
        except Late:
            fault = page.evaluate("document.querySelector('.live-faults')?.innerText")
            sys.exit(f"an edit of {kind.file} was not shown: {fault or 'no fault was told'}")
    quiet(group, LONGEST / 1000)
    return took


def shown(took: list[tuple[float, float]]) -> str:
    """Median and 95th percentile, in seconds, and the median of processor time."""
    if not took:
        return "-"
    clock, cpu = (sorted(column) for column in zip(*took, strict=True))
    last = clock[round(0.95 * (len(clock) - 1))]
    return f"{statistics.median(clock):.3f} ({last:.3f}), CPU {statistics.median(cpu):.2f}"


def book(
    folder: Path, size: int, kinds: list[str], edits: int, page: Page, others: bool
) -> list[list[str]]:
    """A row for each kind of edit of one book: ours, then sphinx-autobuild."""
    rows = []
    ours, chapter = project(folder, size)
    with living(ours, "--port", "8411") as live:
        server = live.address, live.process.pid
        mine = {
            name: measure(page, ours, server, chapter, KINDS[name], edits, 100000) for name in kinds
        }
    theirs: dict[str, list[tuple[float, float]]] = {}
    if others:
        shutil.rmtree(ours)
        root, chapter = project(folder, size)
        with autobuild(root, 8412) as server:
            theirs = {
                name: measure(page, root, server, chapter, KINDS[name], edits, 200000)
                for name in kinds
            }
    for name in kinds:
        rows.append([name, shown(mine[name]), shown(theirs.get(name, []))])
        print(size or "this site", *rows[-1], flush=True)
    return rows


def main() -> None:
    """Measure, print, and write what was measured whole."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kinds", default=",".join(KINDS), help=f"of {', '.join(KINDS)}")
    parser.add_argument("--edits", type=int, default=20)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[0, 100], help="numbers of chapters; 0 is this site"
    )
    parser.add_argument("--ours", action="store_true", help="leave sphinx-autobuild out")
    given = parser.parse_args()
    kinds = given.kinds.split(",")
    whole = kinds == list(KINDS)
    others = whole and not given.ours and importlib.util.find_spec("sphinx_autobuild") is not None
    chromium = programs.places()["chromium"]
    parts = [
        f"Machine: {machine()}, Chromium. Seconds from save to sight: the median of {given.edits} edits (95th percentile), and processor seconds of the server until then.",
        "",
    ]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for size in given.sizes:
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            rows = book(Path(folder), size, kinds, given.edits, page, others)
            title = f"{size:,} chapters" if size else "This site"
            parts += [table([title, "`make live`", "sphinx-autobuild"], rows), ""]
            page.context.close()
        browser.close()
    text = "\n".join(parts)
    print(text)
    if others:
        note = NOTE.read_text(encoding="utf-8")
        start = note.index(HEAD) + len(HEAD)
        end = note.index("\n## ", start)
        NOTE.write_text(f"{note[:start]}\n{text.rstrip()}\n{note[end:]}", encoding="utf-8")


if __name__ == "__main__":
    main()
