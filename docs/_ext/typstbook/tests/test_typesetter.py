"""What stands between the markup and Typst: its folder, its fonts, and who is to blame."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
import typst
from docutils import nodes
from sphinx.errors import ExtensionError

from typstbook import typesetter
from typstbook.assembly import place_of
from typstbook.builder import timestamp
from typstbook.compiling import compiled
from typstbook.coverage import ask
from typstbook.failures import Piece, culprit
from typstbook.typesetter import Typesetter, TypesettingError, first_line, font_files


def contains(
    bad: Piece, pieces: list[Piece], asked: list[bool], tried: Sequence[Piece], others: list[Piece]
) -> bool:
    """Whether *bad* is among those that are *tried*; the rest are the *others*."""
    assert sorted([*tried, *others], key=pieces.index) == pieces
    asked.append(bad in tried)
    return asked[-1]


@pytest.mark.parametrize("number", [1, 2, 3, 7, 8, 40])
def test_the_piece_that_fails_is_found_by_halves(number: int) -> None:
    pieces = [Piece(f"page:{index}", f"text {index}", ()) for index in range(number)]
    for bad in pieces:
        asked: list[bool] = []
        assert culprit(pieces, partial(contains, bad, pieces, asked)) == bad
        assert len(asked) <= 2 + number.bit_length()
    assert culprit(pieces, lambda tried, others: False) is None


@pytest.fixture
def setter(tmp_path: Path) -> Typesetter:
    """A folder with its fonts."""
    made = Typesetter(tmp_path)
    made.prepare()
    return made


def test_the_folder_holds_the_fonts_and_what_was_written(setter: Typesetter) -> None:
    assert {path.name for path in font_files()} == {
        *(f"SourceSansPro-{cut}.otf" for cut in ("Regular", "It", "Semibold", "SemiboldIt")),
        *("SourceSansPro-Bold.otf", "SourceSansPro-BoldIt.otf", "NotoSansCJKjp-Regular.otf"),
    }
    for font in font_files():
        assert (setter.folder / "fonts" / font.name).read_bytes() == font.read_bytes()
    setter.write("chapters/00.typ", "é")
    setter.copy(setter.folder / "chapters/00.typ", "images/a.png")
    assert (setter.folder / "images/a.png").read_bytes() == "é".encode()


def test_what_has_its_bytes_keeps_its_date_and_what_is_of_an_earlier_build_goes(
    setter: Typesetter,
) -> None:
    for name in ("same", "changed", "gone"):
        setter.write(name, "old")
        os.utime(setter.folder / name, (1, 1))
    later = Typesetter(setter.folder)
    later.prepare()
    later.write("same", "old")
    later.write("changed", "new")
    later.sweep()
    assert (setter.folder / "same").stat().st_mtime == 1
    assert (setter.folder / "changed").read_text() == "new"
    assert not (setter.folder / "gone").exists()
    assert (setter.folder / "fonts" / font_files()[0].name).exists()


def test_a_book_that_typst_cannot_set_is_told_in_its_words(setter: Typesetter) -> None:
    setter.write("main.typ", '#set document(title: "T")\n#nothing\n')
    with pytest.raises(TypesettingError) as caught:
        setter.compile(["ua-1"], 0)
    message = str(caught.value)
    assert message.startswith("error: unknown variable: nothing\n") and message == message.strip()
    assert caught.value.category == "Typst could not set the book"
    assert first_line(message) == "unknown variable: nothing"
    assert setter.fails_alike("#nothing", ["ua-1"], message)
    assert not setter.fails_alike("#other", ["ua-1"], message)
    assert not setter.fails_alike('#set document(title: "T")\nA', ["ua-1"], message)


def test_a_book_that_typst_sets_is_a_pdf_of_its_date(setter: Typesetter) -> None:
    setter.write("main.typ", '#set document(title: "T", date: auto)\nA\n')
    pdf, _ = setter.compile(["ua-1"], 0)
    assert pdf.startswith(b"%PDF-") and b"19700101000000" in pdf


CUNEIFORM, SIGN = "\U00013000", "\U00013001"


def test_what_no_font_has_is_told_from_what_one_has(setter: Typesetter) -> None:
    assert setter.unprintable(["a", "é", "骨", CUNEIFORM, SIGN, CUNEIFORM]) == {CUNEIFORM, SIGN}
    assert setter.unprintable(["a"]) == setter.unprintable([]) == set()


def test_another_program_answers_alike(setter: Typesetter) -> None:
    """One that forks afterward asks in this way."""
    assert ask(["a", CUNEIFORM, "骨"], font_files()) == {CUNEIFORM}
    assert ask(["a"], []) == set()


@pytest.mark.parametrize(
    ("place", "package"),
    [("font_of_nobody/files", "font-of-nobody"), ("font_source_sans_pro", "font-source-sans-pro")],
)
def test_a_font_that_is_not_there_is_told_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, place: str, package: str
) -> None:
    monkeypatch.setattr(typesetter, "_FONTS", {place: ("Lost.otf",)})
    with pytest.raises(ExtensionError) as caught:
        font_files()
    assert str(caught.value) == f"the font Lost.otf is missing: pip install {package}"


@pytest.mark.parametrize(
    ("given", "seconds"), [("86400", 86400), ("0", 0), ("", 0), ("-5", 0), ("today", 0), (None, 0)]
)
def test_the_date_of_the_book(
    monkeypatch: pytest.MonkeyPatch, given: str | None, seconds: int
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if given is not None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    assert timestamp() == seconds


def node(line: int | None, source: str | None, *children: nodes.Node) -> nodes.paragraph:
    made = nodes.paragraph("", "", *children)
    made.line, made.source = line, source
    return made


def test_the_place_of_a_node_is_its_own_or_that_of_what_is_in_it_or_around_it() -> None:
    inner = node(7, None)
    outer = node(None, "a.md", node(None, None), inner, node(9, "b.md"))
    node(3, "c.md", outer)
    assert place_of(outer) == "a.md:7"
    assert place_of(inner) == "a.md:7", "its line, and the file around it"
    assert place_of(outer[0]) == "a.md:3"
    assert place_of(node(None, "d.md")) == "d.md"
    assert place_of(node(None, None)) == ""


def test_a_package_of_the_name_of_a_module_of_python_hides_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    own = Path(typst.__file__).parent
    (packages / "typst").symlink_to(own)
    for name in ("pathlib", "json", "enum"):
        (packages / f"{name}.py").write_text("raise ImportError('an old copy')\n")
    monkeypatch.setattr(typst, "__file__", str(packages / "typst/__init__.py"))
    (tmp_path / "fonts").mkdir()
    (tmp_path / "main.typ").write_text("")
    said, pdf = compiled(tmp_path, [], 0)
    assert "error" not in said and pdf.startswith(b"%PDF")
