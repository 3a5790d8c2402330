"""Constructs that an author may type, each on a page of its own, built by every edition."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pypdfium2
from books import elements

from build.run_sphinx import COLORS
from ebooks import Ebook
from live import FOLDER
from projects import KB, ROOT, environment, run

TABLE = ROOT / "tests/kb/constructs.toml"
BUILDERS = {"html": "html", "pdf": "book", "epub": "epub"}
"""The builder of each edition that is built from nothing."""
EDITIONS = (*BUILDERS, "search", "text", "live")
MARK = "MARK"


@dataclass(frozen=True)
class Construct:
    """A construct: its text, the words that refuse it, and the editions that leave it out with the reason."""

    name: str
    text: str
    refused: str = ""
    without: dict[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def refusal(self) -> str:
        return self.refused.replace(MARK, self.mark)

    @property
    def mark(self) -> str:
        """A word that stands nowhere else, which no program breaks at a line's end."""
        return f"q{self.number:03d}z"

    @property
    def page(self) -> str:
        return f"about/c{self.number:03d}"

    @property
    def source(self) -> str:
        return f"# Page\n\nFirst words.\n\n{self.text}\n".replace(MARK, self.mark)


def table() -> list[Construct]:
    """The constructs of the table."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["construct"]
    return [Construct(**row, number=number) for number, row in enumerate(rows, 1)]


def lay_out(root: Path, constructs: list[Construct]) -> None:
    """A small project at *root* with the settings of the book, and a page for each of the *constructs*."""
    docs = root / "docs"
    shutil.copytree(KB, docs)
    for name in ("_static", "_templates", "_tools"):
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "docs" / name, docs / name, ignore=left_out)
    shutil.copy2(ROOT / "docs/conf.py", docs / "conf.py")
    (docs / "data/piece.md").write_text("A piece of text.\n", encoding="utf-8")
    (docs / "about").mkdir()
    # Where the foot of every page leads.
    for name in ("method", "changes"):
        (docs / f"about/{name}.md").write_text("# Page\n\nWords.\n", encoding="utf-8")
    with (docs / "reference/foods.md").open("a", encoding="utf-8") as foods:
        foods.write("\n## Licenses and attribution\n\nWords.\n")
    for construct in constructs:
        (docs / f"{construct.page}.md").write_text(construct.source, encoding="utf-8")
    pages = ["about/method", "about/changes", *(construct.page for construct in constructs)]
    listed = "\n".join(pages)
    with (docs / "index.md").open("a", encoding="utf-8") as front:
        front.write(f"\n```{{toctree}}\n{listed}\n```\n")


@dataclass
class Said:
    """What an edition said: its messages by page, and the others."""

    by_page: dict[str, list[str]]
    others: list[str]


PREVIEWS = """
import json, sys
from pathlib import Path
from live.snapshot import Snapshot

root, pages = Path(sys.argv[1]), json.load(sys.stdin)
snapshot = Snapshot(root)
snapshot.warm_up("")
shown = {}
for page, text in pages.items():
    path = root / f"docs/{page}.md"
    before = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    snapshot.preview([page], lambda sent, page=page: shown.update({page: sent.html}))
    path.write_text(before, encoding="utf-8")
print(json.dumps(shown))
"""
"""A program that previews each page with a text, as `make live` does, and prints what it would show."""
MESSAGE = re.compile(r"(?:[\w ]+: )?docs/([\w./-]+)\.md:(\d*):? ?(.*)")


def build(root: Path, edition: str) -> Said:
    """Build the project at *root* from nothing as one *edition*."""
    paths = os.pathsep.join(str(ROOT / "docs" / name) for name in ("_tools", "_ext"))
    out = root / "out" / edition
    done = subprocess.run(
        [sys.executable, "-m", "build.run_sphinx", f"{out}-trees", BUILDERS[edition], str(out)],
        cwd=root,
        env=environment(PYTHONPATH=paths, PYTHONHASHSEED="0"),
        capture_output=True,
        text=True,
        check=False,
    )
    said = Said({}, [])
    for line in COLORS.sub("", done.stderr).replace(f"{root}/", "").splitlines():
        if match := MESSAGE.match(line):
            said.by_page.setdefault(match[1], []).append(f"{match[2]}: {match[3]}")
        else:
            said.others.append(line)
    return said


def previews(root: Path, pages: dict[str, str]) -> dict[str, str]:
    """What `make live` shows of each of the *pages* of a project that it has built, given its text.

    A page that has a fault is not shown.
    """
    code, said = run(root, "html")
    assert code == 0, said
    out = root / "_build"
    shutil.copytree(out, root / "live", symlinks=True)
    (root / "live").rename(root / FOLDER)
    paths = os.pathsep.join(str(ROOT / "docs" / name) for name in ("_tools", "_ext"))
    done = subprocess.run(
        [sys.executable, "-c", PREVIEWS, str(root)],
        input=json.dumps(pages),
        env=environment(PYTHONPATH=paths),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    return {page: _spoken(text) for page, text in shown.items()}


def texts(root: Path, edition: str) -> str:
    """All that an *edition* prints, as text; pictures by the words beside them, and code as it is read."""
    out = root / "out" / edition
    if edition == "pdf":
        document = pypdfium2.PdfDocument(next(out.glob("*.pdf")))
        read = " ".join(page.get_textpage().get_text_range() for page in document)
        return read + _alternatives(next(out.glob("*.pdf")))
    if edition == "epub":
        book = Ebook(next(out.glob("*.epub")))
        return " ".join(_spoken(book.source(name)) for name in book.pages)
    if edition == "search":
        files = (root / f"out/html/_static/kb-{name}.js" for name in ("records", "texts"))
        return "".join(path.read_text(encoding="utf-8") for path in files)
    if edition == "text":
        pages = sorted((root / "out/html/about").glob("c*.html.md"))
        return " ".join(page.read_text(encoding="utf-8") for page in pages)
    pages = sorted((root / "out/html/about").glob("c*.html"))
    return " ".join(_spoken(page.read_text(encoding="utf-8")) for page in pages)


def _spoken(page: str) -> str:
    """What a reader of a *page* meets: its words, and those beside pictures."""
    body = page[page.index("<body") :]
    beside = " ".join(re.findall(r'alt="([^"]*)"', body))
    return html.unescape(re.sub(r"<[^>]+>", "", body)) + beside


def _alternatives(path: Path) -> str:
    """The words beside pictures and formulas in a PDF."""
    with pikepdf.open(path) as pdf:
        return " ".join(
            str(node.Alt) for node in elements(pdf.Root.StructTreeRoot.K) if "/Alt" in node
        )
