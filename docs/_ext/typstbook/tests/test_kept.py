"""What an extension keeps of each document from build to build."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from books import MINIMAL_CONF
from sphinx.testing.util import SphinxTestApp

from typstbook.assembly import Resolved
from typstbook.builder import BookBuilder
from typstbook.typesetter import TypesettingError

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


def build(
    source: Path, out: Path, trees: dict[str, Resolved], *drawn: str
) -> tuple[bytes, list[str], list[str]]:
    """Build the book with these *trees* kept.

    Return it, and the documents that were resolved, and those that were translated.
    Sphinx knows the pictures of *drawn* only once their document is resolved.
    """
    resolved: list[str] = []
    translated: list[str] = []
    app = SphinxTestApp("book", srcdir=source, builddir=out)

    def begin(app: SphinxTestApp, builder: SimpleNamespace) -> None:
        builder.kept = SimpleNamespace(get=trees.get, put=trees.__setitem__)
        builder.create_translator = create_translator
        for name in drawn:
            del app.env.images[name]

    def create_translator(*args: Any) -> Any:
        translated.append(args[-1].docname)
        return BookBuilder.create_translator(app.builder, *args)

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
    return (app.outdir / "book.pdf").read_bytes(), resolved, translated


ALL = ["index", "one", "two"]


def change(source: Path, trees: dict[str, Resolved], old: str, new: str) -> None:
    """Edit a chapter, whose tree is then not kept."""
    page = source / "two.md"
    page.write_text(page.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    del trees["two"]


def test_a_kept_tree_prints_what_the_document_would(source: Path, tmp_path: Path) -> None:
    trees: dict[str, Resolved] = {}
    first, *made = build(source, tmp_path / "build", trees)
    assert (made, sorted(trees)) == ([ALL, ALL], ALL)
    again, *made = build(source, tmp_path / "build", trees)
    assert (made, again == first) == ([[], []], True)
    assert len(trees["two"].tree) < 10_000  # without the settings of the run, and its first tree
    del trees["two"]
    again, *made = build(source, tmp_path / "build", trees)
    assert (made, again == first) == ([["two"], ["two"]], True)


def test_after_a_word_that_chapter_alone_is_translated(source: Path, tmp_path: Path) -> None:
    trees: dict[str, Resolved] = {}
    build(source, tmp_path / "build", trees)
    change(source, trees, "A note", "One note")
    again, *made = build(source, tmp_path / "build", trees)
    assert made == [["two"], ["two"]]
    assert again == build(source, tmp_path / "anew", {})[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A note", "(more)=\n\n## More\n\nA note"),
        ("(place)=\n\n## Place", ":::{container} no-book\n(place)=\nPlace\n:::"),
    ],
    ids=["a place more", "a place left out"],
)
def test_after_a_change_of_places_all_are_translated(
    source: Path, tmp_path: Path, old: str, new: str
) -> None:
    (source / "one.md").write_text("# One\n\n{ref}`Words <place>`\n", encoding="utf-8")
    trees: dict[str, Resolved] = {}
    build(source, tmp_path / "build", trees)
    change(source, trees, old, new)
    again, *made = build(source, tmp_path / "build", trees)
    assert made == [["two"], ALL]
    assert again == build(source, tmp_path / "anew", {})[0]


def test_a_book_of_kept_chapters_that_fails_names_the_line(source: Path, tmp_path: Path) -> None:
    trees: dict[str, Resolved] = {}
    build(source, tmp_path / "build", trees)
    change(source, trees, "A note", '```{raw} typst\n#panic("no")\n```\n\nA note')
    with pytest.raises(TypesettingError, match=r"two\.md:7: panicked with: no$"):
        build(source, tmp_path / "build", trees)


def test_a_picture_drawn_while_its_document_is_resolved_is_there_again(
    source: Path, tmp_path: Path
) -> None:
    trees: dict[str, Resolved] = {}
    first, *_ = build(source, tmp_path / "build", trees, "dot.svg")
    again, *made = build(source, tmp_path / "build", trees, "dot.svg")
    assert (made, again == first) == ([["one"], ["one"]], True)
