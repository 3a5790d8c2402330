"""Measure builds: ``make bench``, or ``python tests/bench/bench.py [--sizes 15 100] [--runs 3]``.

Builds synthetic knowledge bases (see ``corpus``) in a temporary folder, from nothing and after
edits, and this site with its cures on and off; prints the tables and writes them into
``docs/authoring/performance.md``, below its last heading.

CPU seconds are user and system time of the command and all its children; peak is the
largest single process.  What is compared is run in turns, so that the ratios hold where
the machine is busy; absolute seconds need not.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import corpus

ROOT = corpus.ROOT
sys.path.insert(0, str(ROOT / "tests/support"))

from cures import BUILDER, CURES, OFF  # noqa: E402

NOTE = ROOT / "docs/authoring/performance.md"
HEAD = "## The last measurement\n"
TOOLS = ROOT / "docs/_tools"
MAKE = (
    "import sys, pathlib; from build import engine; "
    "sys.exit(engine.build(pathlib.Path(sys.argv[1]), sys.argv[2:]))"
)
LARGEST_PDF = 200
"""So many chapters are printed; 1,000 would be a book of 5,000 pages."""
STOCK_AT_1000 = 1175
"""CPU seconds of the theme as it comes at 1,000 chapters, from the study of peers of November 2026; not run again here."""


@dataclass(frozen=True)
class Cost:
    """What a command cost."""

    cpu: float
    wall: float
    peak: float

    def __str__(self) -> str:
        return f"{self.cpu:.2f}"


def run(command: list[str], folder: Path, settings: Mapping[str, str] | None = None) -> Cost:
    """Run *command* in *folder*, with *settings* in its environment; anything but success ends the
    measurement."""
    environment = os.environ | {
        "SOURCE_DATE_EPOCH": "1769990400",
        "PYTHONPATH": f"{TOOLS}{os.pathsep}{ROOT / 'docs/_ext'}",
        "PYTHONHASHSEED": "0",
        **(settings or {}),
    }
    begin = time.monotonic()
    child = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"failed: {' '.join(command)} in {folder}")
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - begin, used.ru_maxrss / 1024)


def make(project: Path, *forms: str) -> Cost:
    """What ``make html``, ``make pdf`` or ``make`` runs."""
    return run([sys.executable, "-c", MAKE, str(project), *forms], project)


def plain(project: Path, cured: bool) -> Cost:
    """A build from nothing of a plain book: by Sphinx's command, or by ours with the cures."""
    for name in ("out", "trees"):
        shutil.rmtree(project / name, ignore_errors=True)
    ours = ["-m", "build.run_sphinx", "trees", "--", "html", "out"]
    stock = ["-m", "sphinx", "-q", "-b", "html", "-d", "trees", "docs", "out"]
    return run([sys.executable, *(ours if cured else stock)], project)


def size(folder: Path) -> float:
    """The size of all files below *folder*, in MB."""
    return sum(path.stat().st_size for path in folder.resolve().rglob("*") if path.is_file()) / 1e6


# -- Edits ---------------------------------------------------------------------------------------


def edits(turn: int) -> Iterator[tuple[str, str, str, str]]:
    """Name, file, pattern and replacement of each edit; each *turn* gives other words."""
    yield "a sentence", "sections/ch-0007.md", r"marked sentence\S*", f"marked sentence{turn}."
    yield (
        "a title",
        "sections/ch-0007.md",
        r"(?m)^# (.*?)( \w+ turn)?$",
        rf"# \1 {'xyz'[turn % 3]} turn",
    )
    yield "a definition", "reference/glossary.md", r"\.( Turn \d+\.)?\n:::", f". Turn {turn}.\n:::"
    yield "a source", "data/sources.bib", r"year = \{\d+\}", f"year = {{{1950 + turn}}}"
    figure = str(turn + 100.5)
    yield (
        "a food row",
        "data/foods.csv",
        r",cheese,[\d.]+,total,,,,,,,,[\d.]+,",
        f",cheese,{figure},total,,,,,,,,{figure},",
    )


def edit(project: Path, name: str, pattern: str, new: str) -> None:
    """Change one place of a file."""
    path = project / "docs" / name
    before = path.read_text(encoding="utf-8")
    after = re.sub(pattern, new, before, count=1)
    if after == before:
        sys.exit(f"the edit of {name} changes nothing")
    path.write_text(after, encoding="utf-8")


# -- What is measured ----------------------------------------------------------------------------


def book(work: Path, count: int, runs: int) -> dict[str, Cost | str]:
    """Our own dialect with all features, at one size."""
    project = work / f"book-{count}"
    corpus.write("book", count, project)
    found: dict[str, Cost | str] = {}
    forms = {
        "PDF from nothing": ["pdf"],
        "HTML and PDF from nothing": ["html", "pdf"],
        "HTML from nothing": ["html"],
    }
    for name, wanted in forms.items():
        shutil.rmtree(project / "_build", ignore_errors=True)
        found[name] = make(project, *wanted) if wanted == ["html"] or count <= LARGEST_PDF else "-"
    found["nothing changed"] = middle([make(project, "html") for _ in range(3)])
    costs: dict[str, list[Cost]] = {}
    for turn in range(1, 1 + runs):
        for name, *where in edits(turn):
            edit(project, *where)
            costs.setdefault(name, []).append(make(project, "html"))
    found |= {f"HTML after {name}": middle(all_) for name, all_ in costs.items()}
    peaks = {form: cost.peak for form, cost in found.items() if isinstance(cost, Cost)}
    found["peak of HTML, MB"] = f"{peaks['HTML from nothing']:.0f}"
    found["output, MB"] = f"{size(project / '_build/html'):.1f}"
    found["a chapter's page, kB"] = (
        f"{(project / '_build/html/sections/ch-0007.html').stat().st_size / 1000:.1f}"
    )
    return found


def middle(costs: list[Cost]) -> Cost:
    """The cost of the run in the middle."""
    return sorted(costs, key=lambda cost: cost.cpu)[len(costs) // 2]


def in_turns(runs: int, *measures: Callable[[], Cost]) -> tuple[list[float], ...]:
    """Run each of *measures* in turns."""
    rounds = [[measure().cpu for measure in measures] for _ in range(runs)]
    return tuple(list(column) for column in zip(*rounds, strict=True))


def cured_conf(project: Path) -> None:
    """Give a plain book the cures, with nothing else of ours."""
    with (project / "docs/conf.py").open("a") as conf:
        conf.write(
            f"extensions += {[BUILDER, *CURES]}\ntemplates_path = [{str(project / 'templates')!r}]\n"
            'html_sidebars = {"**": ["navbar-logo.html", "icon-links.html", "search-button-field.html", "kb-nav.html"]}\n'
            'html_theme_options = {"collapse_navbar": True}\n'
        )
    (project / "templates").mkdir()
    shutil.copy2(
        ROOT / "docs/_ext/kb/site/templates/kb-nav.html", project / "templates/kb-nav.html"
    )


def plain_books(work: Path, count: int, runs: int, stock: bool) -> tuple[list[float], ...]:
    """Plain books, the theme as it comes (unless it would take too long) and with the cures, in turns."""
    projects = work / f"plain-{count}", work / f"cured-{count}"
    for project in projects:
        corpus.write("plain", count, project)
    cured_conf(projects[1])
    cured = lambda: plain(projects[1], True)  # noqa: E731
    return (
        in_turns(runs, lambda: plain(projects[0], False), cured)
        if stock
        else ([], *in_turns(runs, cured))
    )


def this_site(work: Path, runs: int) -> tuple[list[float], ...]:
    """This site with the cures and without them, in turns; then as `make html` and `make` build it."""
    on, off = work / "on", work / "off"
    for project in (on, off):
        shutil.copytree(
            ROOT / "docs",
            project / "docs",
            ignore=shutil.ignore_patterns("__pycache__", "published-ids.txt"),
        )
    with (off / "docs/conf.py").open("a") as conf:
        conf.write(OFF + 'del html_theme_options["collapse_navbar"]\n')

    def whole(*forms: str) -> Callable[[], Cost]:
        def measure() -> Cost:
            shutil.rmtree(on / "_build", ignore_errors=True)
            return make(on, *forms)

        return measure

    return in_turns(
        runs,
        lambda: plain(off, False),
        lambda: plain(on, True),
        whole("html"),
        whole("html", "pdf"),
    )


# -- The tables ----------------------------------------------------------------------------------


def ratio(above: list[float], below: list[float]) -> str:
    """The ratio of the middles of pairs, and how far it ranges."""
    found = sorted(one / two for one, two in zip(above, below, strict=True))
    return f"{statistics.median(found):.2f} ({found[0]:.2f} to {found[-1]:.2f})"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


def machine() -> str:
    """The machine, named."""
    names = (
        re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
        if Path("/proc/cpuinfo").exists()
        else []
    )
    return f"{os.cpu_count()} × {names[0] if names else platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def grown(name: str, costs: dict[int, Cost | str]) -> list[str]:
    """How much more each size costs than the one before."""
    known = [(count, cost.cpu) for count, cost in costs.items() if isinstance(cost, Cost)]
    return [
        f"{name}, {a:,} to {b:,} chapters × {over / under:.1f}"
        for (a, under), (b, over) in itertools.pairwise(known)
    ]


def report(
    books: dict[int, dict[str, Cost | str]],
    plains: dict[int, tuple[list[float], ...]],
    site: tuple[list[float], ...],
) -> str:
    """All tables, and the ratios that are goals."""
    sizes = list(books)
    growth = [
        step
        for name in ("HTML from nothing", "PDF from nothing")
        for step in grown(name, {n: books[n][name] for n in sizes})
    ]
    names = list(next(iter(books.values())))
    first = table(
        ["CPU seconds", *(f"{n:,} chapters" for n in sizes)],
        [[name, *(str(books[n][name]) for n in sizes)] for name in names],
    )
    second = table(
        ["plain chapters", "the theme as it comes", "with the cures", "ratio"],
        [
            [
                f"{n:,}",
                f"{statistics.median(s):.2f}"
                if s
                else f"{STOCK_AT_1000} (cited)"
                if n == 1000
                else "not run",
                f"{statistics.median(c):.2f}",
                ratio(c, s) if s else "-",
            ]
            for n, (s, c) in plains.items()
        ],
    )
    off, on, html, both = site
    plain_growth = grown(
        "HTML", {n: Cost(statistics.median(cured), 0, 0) for n, (_, cured) in plains.items()}
    )
    lines = [
        f"Machine: {machine()}.",
        "",
        "Our own dialect, all features, built as `make` does:",
        "",
        first,
        "",
        f"Growth: {', '.join(growth) or '-'}.",
        "",
        "The same kind of words for the theme as it comes, from nothing:",
        "",
        second,
        "",
        f"Growth with the cures: {', '.join(plain_growth) or '-'}.",
        "",
        "This site, HTML from nothing:",
        "",
        table(
            ["measure", "CPU seconds", "ratio"],
            [
                ["cures off", f"{statistics.median(off):.2f}", "1"],
                ["cures on", f"{statistics.median(on):.2f}", ratio(on, off)],
                ["`make html`", f"{statistics.median(html):.2f}", "1"],
                ["`make` (HTML and PDF)", f"{statistics.median(both):.2f}", ratio(both, html)],
            ],
        ),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[15, 100])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = Path(folder)
        site = this_site(work, given.runs)
        plains = {
            n: plain_books(work, n, given.runs if n < 1000 else 1, stock=n < 1000)
            for n in given.sizes
        }
        books = {n: book(work, n, given.runs if n < 1000 else 1) for n in given.sizes}
    text = report(books, plains, site)
    print(text)
    note = NOTE.read_text(encoding="utf-8")
    NOTE.write_text(note[: note.index(HEAD) + len(HEAD)] + "\n" + text, encoding="utf-8")


if __name__ == "__main__":
    main()
