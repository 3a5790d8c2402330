"""Compare this checkout with an earlier one: ``make bench-beside OTHER=../earlier [RUNS=3]``.

Both build their own text in copies, each with the environment of its checkout (``make setup`` there
first), in turns: site, PDF and EPUB, and the site alone, from nothing, after a sentence, and when
nothing has changed.  A build that is not counted comes first, so that all byte code is there.  The table is printed and written into
``docs/authoring/performance.md``, below "The last comparison".
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from bench import NOTE, ROOT, Cost, edit, machine, ratio, run, table

HEAD = "### The last comparison\n"
SECTION_END = re.compile(r"^##+ ", re.MULTILINE)
SENTENCE = ("sections/gut-health.md", r"\n\n## ", "\n\nA plain sentence more stands here.\n\n## ")
INSTALLED = (".venv", "node_modules")
KINDS = {"HTML, PDF and EPUB": ("html", "pdf", "epub"), "HTML": ("html",)}
STATES = ("from nothing", "after a sentence", "nothing changed")


class Checkout:
    """A copy of the checkout at *root* in the folder *work*, and what its builds cost."""

    def __init__(self, root: Path, work: Path) -> None:
        self.project = work / root.name
        left_out = shutil.ignore_patterns(".*", "_build", *INSTALLED, "__pycache__")
        shutil.copytree(root, self.project, ignore=left_out)
        for name in INSTALLED:
            (self.project / name).symlink_to(root / name)
        self.costs: dict[tuple[str, str], list[Cost]] = {}

    def words(self) -> int:
        """How many words its text has."""
        pages = (self.project / "docs").rglob("*.md")
        return sum(len(page.read_text(encoding="utf-8").split()) for page in pages)

    def measure(self, kind: str) -> None:
        """Build once from nothing, once after a sentence, and once when nothing has changed."""
        shutil.rmtree(self.project / "_build", ignore_errors=True)
        page = self.project / "docs" / SENTENCE[0]
        before = page.read_text(encoding="utf-8")
        for state in STATES:
            if state == "after a sentence":
                edit(self.project, *SENTENCE)
            self.costs.setdefault((kind, state), []).append(self._built(KINDS[kind]))
        page.write_text(before, encoding="utf-8")

    def _built(self, forms: Iterable[str]) -> Cost:
        docs = self.project / "docs"
        paths = os.pathsep.join([str(docs / "_tools"), str(docs / "_ext")])
        # Containers often forbid byte code: each build would compile a thousand modules.
        settings = {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": ""}
        return run([".venv/bin/python", "-m", "build", *forms], self.project, settings)

    def of(self, kind: str, state: str, what: Callable[[Cost], float]) -> list[float]:
        """A figure of each run."""
        return [what(cost) for cost in self.costs[kind, state]]


def cpu(cost: Cost) -> float:
    return cost.cpu


def wall(cost: Cost) -> float:
    return cost.wall


def peak(cost: Cost) -> float:
    return cost.peak


def rows(ours: Checkout, theirs: Checkout) -> list[list[str]]:
    """A line for each goal: ratio, seconds or MB of both, aim."""
    all_, html = KINDS
    nothing, sentence, same = STATES

    def line(
        name: str, kind: str, state: str, what: Callable[[Cost], float], aim: str
    ) -> list[str]:
        one, other = ours.of(kind, state, what), theirs.of(kind, state, what)
        middles = statistics.median(one), statistics.median(other)
        unit = "MB" if what is peak else "s"
        figures = " and ".join(f"{each:.0f}" if what is peak else f"{each:.2f}" for each in middles)
        return [name, ratio(one, other), f"{figures} {unit}", aim]

    def to_nothing(checkout: Checkout) -> str:
        return ratio(checkout.of(all_, sentence, cpu), checkout.of(all_, nothing, cpu))

    return [
        line(f"{all_} {nothing}, processor time", all_, nothing, cpu, "0.6"),
        line("the same, on the clock", all_, nothing, wall, "0.5"),
        line(f"{all_} {sentence}, processor time", all_, sentence, cpu, ""),
        line("the same, on the clock", all_, sentence, wall, ""),
        ["the same, processor time, to from nothing", to_nothing(ours), f"then {to_nothing(theirs)}", "0.3"],
        line("the largest process", all_, nothing, peak, "0.5"),
        line(f"{html} {nothing}", html, nothing, cpu, "0.75"),
        line(f"`make html` {sentence}", html, sentence, cpu, "0.5"),
        line(f"`make html`, {same}, on the clock", html, same, wall, "not above 1"),
    ]  # fmt: skip


def write(text: str) -> None:
    """Put *text* into the page in place of the last comparison."""
    note = NOTE.read_text(encoding="utf-8")
    begin = note.index(HEAD) + len(HEAD)
    end = SECTION_END.search(note, begin)
    rest = note[end.start() :] if end else ""
    NOTE.write_text(f"{note[:begin]}\n{text}\n{rest}", encoding="utf-8")


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("other", type=Path, help="the earlier checkout, with its .venv")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="beside-") as folder:
        checkouts = (
            Checkout(ROOT, Path(folder, "ours")),
            Checkout(given.other.resolve(), Path(folder, "theirs")),
        )
        for turn in range(given.runs + 1):
            for kind in KINDS:
                for checkout in checkouts:
                    checkout.measure(kind)
            if turn == 0:
                for checkout in checkouts:
                    checkout.costs.clear()
        head = ["Measure", "Ratio", "Now and then", "Aim"]
        words = [f"{checkout.words():,}" for checkout in checkouts]
        text = "\n".join(
            [
                f"Machine: {machine()}; {given.runs} runs in turns; text of {' and '.join(words)} words.",
                "",
                table(head, rows(*checkouts)),
                "",
            ]
        )
    print(text)
    write(text)


if __name__ == "__main__":
    main()
