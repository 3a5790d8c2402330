"""Resolved trees that an extension keeps from build to build."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from books import MINIMAL_CONF
from sphinx.testing.util import SphinxTestApp

DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
PAGES = {
    "index.md": "# Front\n\nText.\n\n```{toctree}\none\ntwo\n```\n",
    "one.md": "# One\n\nText {index}`of it`, and {ref}`place`.\n\n![Dot](dot.svg)\n",
    "two.md": "# Two\n\n(place)=\n\n## Place\n\nA note.[^1]\n\n[^1]: Of it.\n\n:::{only} book\nPrinted.\n:::\n",
    "dot.svg": DOT,
    "conf.py": MINIMAL_CONF + 'myst_enable_extensions = ["colon_fence"]\n',
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A book of two chapters with a link, a note and a picture."""
    folder = tmp_path / "source"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def build(source: Path, out: Path, trees: dict[str, bytes], *drawn: str) -> tuple[bytes, list[str]]:
    """Build the book with these *trees* kept; return it, and the documents that were resolved.

    Sphinx knows the pictures of *drawn* only once their document is resolved.
    """
    resolved: list[str] = []
    app = SphinxTestApp("book", srcdir=source, builddir=out)

    def begin(app: SphinxTestApp, builder: SimpleNamespace) -> None:
        builder.kept = SimpleNamespace(get=trees.get, put=trees.__setitem__)
        for name in drawn:
            del app.env.images[name]

    def note(app: SphinxTestApp, _tree: object, name: str) -> None:
        resolved.append(name)
        for each in drawn:
            app.env.images.add_file(name, each)

    app.connect("write-started", begin)
    app.connect("doctree-resolved", note)
    try:
        app.build()
    finally:
        app.cleanup()
    # A second builder in one process finds Sphinx's nodes registered.
    lines = app.warning.getvalue().splitlines()
    assert [line for line in lines if "[app.add_" not in line] == []
    return (app.outdir / "book.pdf").read_bytes(), resolved


def test_a_kept_tree_prints_what_the_document_would(source: Path, tmp_path: Path) -> None:
    trees: dict[str, bytes] = {}
    first, resolved = build(source, tmp_path / "build", trees)
    assert (resolved, sorted(trees)) == (["index", "one", "two"], ["index", "one", "two"])
    again, resolved = build(source, tmp_path / "build", trees)
    assert (resolved, again == first) == ([], True)
    assert len(trees["two"]) < 10_000  # without the settings of the run, and its first tree
    del trees["two"]
    again, resolved = build(source, tmp_path / "build", trees)
    assert (resolved, again == first) == (["two"], True)


def test_a_picture_drawn_while_its_document_is_resolved_is_there_again(
    source: Path, tmp_path: Path
) -> None:
    trees: dict[str, bytes] = {}
    first, _ = build(source, tmp_path / "build", trees, "dot.svg")
    again, resolved = build(source, tmp_path / "build", trees, "dot.svg")
    assert (resolved, again == first) == (["one"], True)
