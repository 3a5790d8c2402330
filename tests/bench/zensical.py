"""Measure this beside Zensical, on the same words: ``python tests/bench/zensical.py --sizes 15 100``.

Zensical makes HTML with a search, and nothing else.  pip installs it into a temporary folder, in
the version below.  It gets the synthetic book (see ``corpus``) as plain Markdown: claims and terms
under headings, citations as links to a list of sources, the foods as a table.

CPU seconds are those of ``bench``.  Sight is when the server answers with the edit, asked every
10 ms; both servers in turns, each when the build behind the edit before is done.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import bench
import corpus

import living

VERSION = "0.0.73"
PORT, CHAPTER = 8413, "sections/ch-0007"
LONGEST = living.LONGEST = 900
"""So many seconds anything may take."""
MARK = re.compile(r"\n\n(Marked \w+\.\n\n)?## Limits")
FIELD = re.compile(r"^  (\w+) = \{(.*)\},$", re.MULTILINE)
BODY, OPTIONS = r"((?s:.*?))", r"((?::.*\n)*)"
RULES = {
    rf"\A---\n{BODY}\n---\n": r"",
    rf"```\{{table\}} (.*)\n{OPTIONS}\n{BODY}```": r"*\1*\n\n\3",
    rf"```\{{figure\}} /(.*)\n:alt: (.*)\n{OPTIONS}\n{BODY}```": r"![\2](../\1)\n\n*\4*",
    rf"```\{{toctree\}}{BODY}```|```\{{bibliography\}}\n```|:::\{{[\w-]+\}}\n:::": r"",
    rf":::\{{definition\}} (.*)\n{OPTIONS}\n{BODY}\n:::": r"## \1\n\n\2\n\3",
    rf":::\{{claim\}} (\w+)\n{OPTIONS}\n{BODY}\n:::": r"### Claim \1\n\n\2\n\3",
    r"(?m)^:([\w-]+): (.*)$": r"- \1: \2",
    r"\{cite:\w+\}`(\w+)[^`]*`": r"[\1](../reference/sources.md#\1)",
    r"\{doc\}`/(.*?)`": r"[\1](../\1.md)",
    r"\{\w+\}`(.*?)`": r"\1",
}
"""From our dialect to plain Markdown."""


def translate(book: Path, out: Path) -> None:
    """Write the *book* as a project of Zensical."""
    more = {"sources": sources, "foods": foods}
    for path in (book / "docs").glob("[!_]*/*.md"):
        text = path.read_text(encoding="utf-8")
        for pattern, new in RULES.items():
            text = re.sub(pattern, new, text)
        target = out / path.relative_to(book)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n".join([text, *more.get(path.stem, lambda _: ())(book), ""]))
    shutil.copytree(book / "docs/_static/figures", out / "docs/_static/figures")
    (out / "docs/index.md").write_text("# A synthetic book\n")
    (out / "zensical.toml").write_text('[project]\nsite_name = "A synthetic book"\n')


def sources(book: Path) -> Iterator[str]:
    """A paragraph for each field of each source, under its key."""
    for entry in (
        (book / "docs/data/sources.bib").read_text(encoding="utf-8").split("@article{")[1:]
    ):
        yield f"## {entry.partition(',')[0]}\n"
        yield from (f"{name}: {text}\n" for name, text in FIELD.findall(entry))


def foods(book: Path) -> Iterator[str]:
    """The foods, as a table."""
    head, *rows = csv.reader((book / "docs/data/foods.csv").read_text("utf-8").splitlines())
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def save(project: Path, mark: str) -> None:
    """Save a sentence more, or in place of the last one."""
    path = project / f"docs/{CHAPTER}.md"
    path.write_text(MARK.sub(f"\n\nMarked {mark}.\n\n## Limits", path.read_text("utf-8"), count=1))


def seconds(address: str, text: str) -> float:
    """Ask for a page until it holds *text*; return how long that took."""
    begun = time.monotonic()
    while (now := time.monotonic() - begun) < LONGEST:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                if text in answer.read().decode():
                    return now
        except OSError:
            pass
        time.sleep(0.01)
    sys.exit(f"{address} never said {text!r}")


def sight(ours: Path, theirs: Path, zensical: str, edits: int) -> Iterator[tuple[float, float]]:
    """Yield the seconds to sight of both, for each of so many sentences."""
    command = [zensical, "serve", "-a", f"127.0.0.1:{PORT}"]
    with living.living(ours, "--port", "8411") as live, ExitStack() as stack:
        server = subprocess.Popen(command, cwd=theirs, stdout=subprocess.DEVNULL)
        stack.callback(server.wait)
        stack.callback(server.kill)
        places = f"{live.address}{CHAPTER}.html", f"http://127.0.0.1:{PORT}/{CHAPTER}/"
        for place in places:
            seconds(place, "Limits")
        stack.enter_context(live.opened([CHAPTER]))
        for turn in range(edits):
            # The process for previews of a large book takes seconds to load it.
            living.quiet(live.process.pid, LONGEST)
            since = len(live.said)
            save(ours, f"turn{turn}")
            mine = seconds(places[0], f"Marked turn{turn}")
            live.settled(since)
            save(theirs, f"turn{turn}")
            yield mine, seconds(places[1], f"Marked turn{turn}")


def measure(folder: Path, zensical: str, size: int, edits: int) -> None:
    """Print what a book of *size* chapters costs both."""
    ours, theirs = folder / f"ours-{size}", folder / f"theirs-{size}"
    corpus.write("book", size, ours)
    translate(ours, theirs)
    cold = bench.make(ours, "html").cpu, bench.run([zensical, "build", "--clean"], theirs).cpu
    again = []
    for turn in range(edits):
        save(ours, f"cold{turn}")
        save(theirs, f"cold{turn}")
        again.append((bench.make(ours, "html").cpu, bench.run([zensical, "build"], theirs).cpu))

    def row(name: str, pairs: Iterable[tuple[float, float]]) -> None:
        mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"| {size} | {name} | {mine:.2f} | {other:.2f} | {mine / other:.1f} |", flush=True)

    row("from nothing, CPU", [cold])
    row("after a sentence, CPU", again)
    row("a sentence, to sight", sight(ours, theirs, zensical, edits))


def main() -> None:
    """Install Zensical, and measure each size."""
    parser = argparse.ArgumentParser(description="Measure this beside Zensical.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[15, 100])
    parser.add_argument("--edits", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        subprocess.run([sys.executable, "-m", "venv", f"{folder}/venv"], check=True)
        pip = [f"{folder}/venv/bin/pip", "install", "--quiet", f"zensical=={VERSION}"]
        subprocess.run(pip, check=True)
        for size in given.sizes:
            measure(Path(folder), f"{folder}/venv/bin/zensical", size, given.edits)


if __name__ == "__main__":
    main()
