"""Print other people's Sphinx projects: ``python tests/bench/foreign.py --python PYTHON FOLDER ...``.

Each FOLDER holds a ``conf.py``, which stays as it is.  PYTHON is that of an environment with the
project's extensions and with what is measured: ``pip install docs/_ext/typstbook`` for ``--builder
book`` (the default), or another package for the builder of PDFs that it brings.

For each project the text builder and then the builder run from nothing, and a row of a table says
how many pages were made, which words are lost, and how much CPU (user and system) it took, as a
multiple of that of the text builder.  Below the table stands what stopped a build, and each text
that lost a word.

Words are those of the documents in the toctrees, as the builder resolves them.  Each text between
two formulas, notes or pictures is looked for in the PDF, letters and digits alone.  One that is not
found is cut into windows of three words, for pages end and notes stand within it; a word is lost
that no window shows, nor it with its neighbor.  Formulas are not compared.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

LIMIT = 1800
"""Seconds after which a build is given up."""
PAGE_OF_LINK = re.compile(r"\(p\.\s*[\divxlc]+\)")
BREAKS = (nodes.math, nodes.math_block, nodes.footnote_reference, nodes.image, nodes.raw)
"""Nodes where a book may print something else, or nothing."""
UNSEEN = (
    nodes.comment,
    nodes.substitution_definition,
    nodes.meta,
    nodes.system_message,
    nodes.label,
    addnodes.toctree,
    addnodes.index,
)
"""Nodes without words of an author, or with words that each edition makes anew."""
WEB_ONLY = frozenset({"no-book", "only-dark"})
"""Classes by which authors leave something out of print."""
BREAK = "\ue000"
TEXTS = "texts-of-the-project.json"


@dataclass(frozen=True)
class Run:
    """What a builder did with a project: CPU in seconds, what it said, and the PDF if it made one."""

    cpu: float
    output: str
    whole: bool
    pdf: Path | None


def built(python: str, builder: str, source: Path, out: Path) -> Run:
    """Run a builder from nothing."""
    command = [
        python,
        "-m",
        "sphinx",
        "-E",
        "-b",
        builder,
        "-d",
        f"{out}/doctrees",
        f"{source}",
        f"{out}",
    ]
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONHASHSEED": "0"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(command, capture_output=True, env=environment, timeout=LIMIT)
        output, whole = (done.stdout + done.stderr).decode("utf-8", "replace"), not done.returncode
    except subprocess.TimeoutExpired:
        output, whole = f"given up after {LIMIT} seconds", False
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    pdfs = [
        path for path in out.rglob("*.pdf") if path.stat().st_size and "_images" not in path.parts
    ]
    return Run(cpu, output, whole, max(pdfs, key=lambda path: path.stat().st_size, default=None))


# -- Words -----------------------------------------------------------------------------------------


def print_texts(builder: str, source: str, out: str) -> None:
    """Write the texts of a project that was built, as JSON; runs in the project's environment."""

    app = Sphinx(source, source, out, f"{out}/doctrees", builder, status=None, warning=None)
    app.builder.read()
    texts = [text for name in _listed(app) for text in _texts(_resolved(app, name))]
    told = {"documents": len(_listed(app)), "texts": texts, "version": app.config.release}
    (Path(out) / TEXTS).write_text(json.dumps(told), encoding="utf-8")


def _listed(app: Sphinx) -> list[str]:
    """The root document and those that toctrees lead to from it."""
    found = [app.config.root_doc]
    for name in found:
        children = app.env.toctree_includes.get(name, [])
        found += [each for each in children if each not in found and each in app.env.found_docs]
    return found


def _resolved(app: Sphinx, name: str) -> nodes.document:
    tree = app.env.get_doctree(name)
    app.env.resolve_references(tree, name, app.builder)
    return tree


def _texts(document: nodes.document) -> Iterator[str]:
    for node in document.findall(_is_outermost_text):
        for part in _text_of(node).split(BREAK):
            if text := " ".join(part.split()):
                yield text


def _is_outermost_text(node: nodes.Node) -> bool:
    if not isinstance(node, nodes.TextElement):
        return False
    above = list(_above(node))
    return not any(
        isinstance(each, nodes.TextElement) or _is_unseen(each) for each in above
    ) and not _is_unseen(node)


def _above(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _is_unseen(node: nodes.Node) -> bool:
    if isinstance(node, UNSEEN):
        return True
    return isinstance(node, nodes.Element) and not WEB_ONLY.isdisjoint(node.get("classes", ()))


def _text_of(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, BREAKS) or _is_unseen(node):
        return BREAK
    if isinstance(node, nodes.literal_block) and node.get("linenos"):
        return node.astext().replace("\n", BREAK)  # a number stands before each line
    parts = [_text_of(child) for child in node.children]
    is_line = isinstance(node, nodes.Inline) and not isinstance(node, nodes.abbreviation)
    return "".join(parts) if is_line else f"{BREAK}{''.join(parts)}{BREAK}"


def squeezed(text: str) -> str:
    """The letters and digits of a text."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, plain))


def pages_of(path: Path) -> list[str]:
    """The text of each page of a PDF."""
    import pypdfium2  # the environment of a project need not have it

    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]


class Printed:
    """The text of a PDF, in which texts are looked for, each near the last one first."""

    def __init__(self, pages: list[str]) -> None:
        self.pages = [squeezed(PAGE_OF_LINK.sub("", page)) for page in pages]
        self.text = "".join(self.pages)
        self.place = 0

    def holds(self, text: str) -> bool:
        place = self.text.find(text, self.place, self.place + 20_000)
        if place < 0:
            return text in self.text
        self.place = place
        return True

    def lost(self, text: str) -> list[str]:
        """The words of a text that are not there."""
        if self.holds(squeezed(text)):
            return []
        words = [word for word in map(squeezed, text.split()) if word]
        return [word for place, word in enumerate(words) if not self._shows(words, place)]

    def _shows(self, words: list[str], place: int) -> bool:
        spans = [(place - 1, place + 2), (place, place + 3), (place - 2, place + 1)]
        spans += [(place - 1, place + 1), (place, place + 2)]
        whole = [words[low:high] for low, high in spans if low >= 0 and high <= len(words)]
        found = any(self.holds("".join(each)) for each in whole)
        return found or any(map(self._goes_on, ["".join(each) for each in whole]))

    def _goes_on(self, text: str) -> bool:
        """Whether the beginning of a text stands on a page, and its end on the next."""
        pairs = list(itertools.pairwise(self.pages))
        splits = [(text[:place], text[place:]) for place in range(1, len(text))]
        return any(one in here and two in there for one, two in splits for here, there in pairs)


# -- The table -------------------------------------------------------------------------------------


@dataclass
class Row:
    """What is said of a project."""

    name: str
    made: Run
    text: Run
    documents: str = ""
    words: int = 0
    pages: str = ""
    lost: str = ""
    notes: tuple[str, ...] = ()

    def cells(self) -> list[str]:
        ratio = (
            f"{self.made.cpu / self.text.cpu:.2f}"
            if self.text.whole
            else f"{self.made.cpu:.1f} s, text fails"
        )
        made = "yes" if self.made.whole and self.made.pdf else "no"
        warnings = Counter(re.findall(r"\[book\.(\w+)\]", self.made.output))
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(warnings.items()))
        return [
            self.name,
            self.documents,
            f"{self.words:,}",
            made,
            self.pages,
            self.lost,
            ratio,
            told,
        ]


HEAD = ["Project", "documents", "words", "made", "pages", "words lost", "CPU to text", "warnings"]


def measured(python: str, builder: str, source: Path, scratch: Path) -> Row:
    """Build a project with both builders, and compare."""
    text = built(python, "text", source, scratch / "text")
    made = built(python, builder, source, scratch / "made")
    row = Row(source.as_posix(), made, text)
    if not made.whole or made.pdf is None:
        row.notes = tuple(made.output.strip().splitlines()[-6:])
        return row
    command = [python, __file__, "--texts", builder, str(source), str(scratch / "made")]
    subprocess.run(command, capture_output=True, check=True)
    told = json.loads((scratch / "made" / TEXTS).read_text(encoding="utf-8"))
    printed = Printed(pages_of(made.pdf))
    lost = [(text, words) for text in told["texts"] if (words := printed.lost(text))]
    row.name += f" {told['version']}"
    row.documents, row.pages = str(told["documents"]), str(len(printed.pages))
    row.words = sum(len(text.split()) for text in told["texts"])
    row.lost = str(sum(len(words) for _, words in lost))
    row.notes = tuple(f"lost {words} of {text[:200]!r}" for text, words in lost)
    return row


def main() -> None:
    if sys.argv[1:2] == ["--texts"]:
        print_texts(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--builder", default="book")
    parser.add_argument("--keep", type=Path, help="folder for what is built")
    parser.add_argument("folders", nargs="+", type=Path)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        for number, folder in enumerate(options.folders):
            scratch = (options.keep or Path(temporary)) / f"{number:02d}"
            scratch.mkdir(parents=True)
            rows.append(measured(options.python, options.builder, folder.resolve(), scratch))
            print("|", " | ".join(rows[-1].cells()), "|", flush=True)
    print("\n|", " | ".join(HEAD), "|\n|", " | ".join("-" for _ in HEAD), "|")
    for row in rows:
        print("|", " | ".join(row.cells()), "|")
    for row in rows:
        print(
            "\n".join(["", row.name, *row.notes]) if row.notes else "",
            end="\n" if row.notes else "",
        )


if __name__ == "__main__":
    main()
