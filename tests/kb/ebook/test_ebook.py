"""The small book for e-readers: what it holds and leaves out, how it is packed, what epubcheck says."""

from __future__ import annotations

import re
import shutil
import struct
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from sphinx.errors import ExtensionError
from sphinx.testing.util import SphinxTestApp

from ebooks import DC, OPF, OPS, XHTML, Ebook
from kb.ebook.builder import for_columns
from kb.ebook.cover import draw

EPOCH = "1795000000"
DAY = (2026, 11, 18, 11, 6, 40)


@pytest.fixture(scope="module")
def built(rootdir, tmp_path_factory):
    """The small book, built once; it must build without a warning."""
    source = tmp_path_factory.mktemp("ebook") / "source"
    shutil.copytree(rootdir / "test-ebook", source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        app = SphinxTestApp("epub", srcdir=source)
        app.build()
        app.cleanup()
    assert app.warning.getvalue() == ""
    return app.outdir / "small.epub"


@pytest.fixture
def book(built):
    return Ebook(built)


def test_the_archive(book):
    with ZipFile(book.path) as archive:
        entries = archive.infolist()
    assert (
        entries[0].filename == "mimetype"
        and entries[0].compress_type == ZIP_STORED
        and not entries[0].extra
    )
    rest = entries[1:]
    assert [entry.filename for entry in rest] == sorted(entry.filename for entry in rest)
    assert {entry.compress_type for entry in rest} == {ZIP_DEFLATED}
    assert {entry.date_time for entry in entries} == {DAY}


def test_the_same_bytes_in_two_places(book, tmp_path, monkeypatch, rootdir, make_app):
    other = tmp_path / "elsewhere/deeper"
    shutil.copytree(rootdir / "test-ebook", other)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    app = make_app("epub", srcdir=other)
    app.build()
    assert (app.outdir / "small.epub").read_bytes() == book.path.read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795086400")
    app.build(force_all=True)
    assert (app.outdir / "small.epub").read_bytes() != book.path.read_bytes()


def test_a_page_that_is_made_from_the_same_is_taken_from_the_last_build(
    built, tmp_path, monkeypatch, make_app, rootdir
):
    shutil.copytree(rootdir / "test-ebook", tmp_path / "source")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    written = []

    def build(out="_build"):
        # Sphinx packs whatever lies in the folder.
        shutil.rmtree(tmp_path / out / "epub", ignore_errors=True)
        app = make_app("epub", srcdir=tmp_path / "source", builddir=tmp_path / out)
        app.connect("doctree-resolved", lambda app, tree, name: written.append(name))
        app.build()
        pages, written[:] = sorted(written), []
        return (app.outdir / "small.epub").read_bytes(), pages

    first, pages = build()
    assert first == built.read_bytes() and len(pages) > 2
    again, pages = build()
    # Sphinx resolves the front page for the contents.
    assert (again == first, pages) == (True, ["index"])
    page = tmp_path / "source/sections/one.md"
    page.write_text(page.read_text() + "\nOne more sentence.\n")
    again, pages = build()
    assert (again != first, pages) == (True, ["index", "sections/one"])
    assert build("fresh")[0] == again


def test_without_a_date_the_clock_is_not_asked(tiny, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    book = Ebook(tiny(builder="epub", root="test-ebook").out / "small.epub")
    assert book.meta("dcterms:modified") == ["1970-01-01T00:00:00Z"]
    with ZipFile(book.path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_it_holds_and_what_it_leaves_out(book):
    assert sorted(book.files) == [
        "META-INF/container.xml",
        "_images/mark.svg",
        "_static/epub.css",
        "content.opf",
        "contents.xhtml",
        "cover.png",
        "edition.xhtml",
        "epub-cover.xhtml",
        "index.xhtml",
        "mimetype",
        "nav.xhtml",
        "sections/one.xhtml",
        "sections/two.xhtml",
        "toc.ncx",
        "words.xhtml",
    ]
    assert book.spine == [
        "epub-cover.xhtml",
        "edition.xhtml",
        "contents.xhtml",
        "index.xhtml",
        "sections/one.xhtml",
        "sections/two.xhtml",
        "words.xhtml",
    ]
    assert "and one to the notes." in book.text("sections/one.xhtml")
    assert not any("authoring" in address for _, address in book.links())
    assert book.dead_links() == []
    for name, page in book.pages.items():
        assert not list(page.iter(f"{XHTML}script")), name


def test_of_a_pair_for_light_and_dark_the_light_one_stays(book):
    """E-readers have a night mode, and no rule that takes a caption away with its picture."""
    assert "The mark by day." in book.text("sections/two.xhtml")
    assert "The mark by night." not in book.text("sections/two.xhtml")


def test_tabs_dropdowns_and_icons_are_plain(book):
    page = book.pages["sections/one.xhtml"]
    assert not [
        node.tag
        for node in page.iter()
        if node.tag.endswith(("}input", "}label", "}details", "}summary", "}svg"))
    ]
    boxes = [
        node
        for node in page.iter()
        if {"plain-tab", "plain-dropdown"} & set(node.get("class", "").split())
    ]
    titles = [[n.text for n in box if "plain-title" in n.get("class", "").split()] for box in boxes]
    assert titles == [["Cheese"], ["Natto"], ["What else?"], [], ["First fold"]]
    ids = {node.get("id") for node in page.iter()}
    assert {"tab-cheese", "drop-else"} <= ids
    assert "Aged, with mold." in book.text("sections/one.xhtml")


def test_notes_can_open_beside_their_mark(book):
    page = book.pages["sections/one.xhtml"]
    (mark,) = [node for node in page.iter() if node.get(f"{OPS}type") == "noteref"]
    (note,) = [node for node in page.iter() if node.get(f"{OPS}type") == "footnote"]
    assert mark.get("href") == f"#{note.get('id')}"
    assert "The words of the note." in "".join(note.itertext())


def test_what_the_package_says(book):
    facts = {
        node.tag.removeprefix(DC): node.text
        for node in book.package.iter()
        if node.tag.startswith(DC)
    }
    assert facts == {
        "language": "en-US",
        "title": "A small book",
        "description": "A book of a few pages.",
        "creator": "The testers",
        "publisher": "The testers",
        "rights": "2026, the testers",
        "identifier": "urn:uuid:00000000-0000-5000-8000-000000000000",
        "date": "2026-11-18T11:06:40Z",
    }
    assert book.meta("dcterms:modified") == ["2026-11-18T11:06:40Z"]
    assert book.meta("schema:accessMode") == ["textual", "visual"]
    assert book.meta("schema:accessModeSufficient") == ["textual"]
    assert "alternativeText" in book.meta("schema:accessibilityFeature")
    assert book.meta("schema:accessibilityHazard") == ["none"]
    assert book.meta("schema:accessibilitySummary") == ["Checked by machine & nobody else."]
    (link,) = book.package.iter(f"{OPF}link")
    assert (link.get("rel"), link.get("href")) == ("dcterms:license", "https://example.org/license")
    assert 'content="urn:uuid:00000000-0000-5000-8000-000000000000"' in book.source("toc.ncx")
    assert "ibooks" not in book.source("content.opf")


def test_contents_and_landmarks(book):
    nav = book.pages["nav.xhtml"]
    contents, landmarks = nav.iter(f"{XHTML}nav")
    assert [link.text for link in contents.iter(f"{XHTML}a")] == [
        "About this edition",
        "A small book",
        "1. Boxes",
        "2. Pictures & tables",
        "A section",
        "Words",
    ]
    assert [(link.get(f"{OPS}type"), link.get("href")) for link in landmarks.iter(f"{XHTML}a")] == [
        ("cover", "epub-cover.xhtml"),
        ("toc", "contents.xhtml"),
        ("bodymatter", "index.xhtml"),
        ("glossary", "words.xhtml"),
    ]


def test_the_page_of_contents_has_no_numbers_of_its_own(book):
    """An e-reader without styles would print "3. 1. Boxes" (`ol`); the menu wants just that list."""
    nav, page = book.pages["nav.xhtml"], book.pages["contents.xhtml"]
    assert next(nav.iter(f"{XHTML}nav")).get("role") == "doc-toc"
    assert not list(page.iter(f"{XHTML}ol")) and not list(page.iter(f"{XHTML}nav"))
    told = [(link.get("href"), link.text) for link in page.iter(f"{XHTML}a")]
    assert told == [
        (link.get("href"), link.text) for link in next(nav.iter(f"{XHTML}nav")).iter(f"{XHTML}a")
    ]


def test_places_stand_where_other_programs_keep_them(book):
    """Pandoc forgets the id of a `dt` and of a figure: links to terms and figures were dead there."""
    for page in book.pages.values():
        for node in page.iter():
            assert node.tag not in (f"{XHTML}dt", f"{XHTML}figure") or not node.get("id")
    assert book.dead_links() == []
    terms = list(book.pages["words.xhtml"].iter(f"{XHTML}dt"))
    assert terms and all(term[0].tag == f"{XHTML}span" and term[0].get("id") for term in terms)


def test_a_narrow_column_is_told_as_a_narrow_window_is():
    """Readers that lay pages side by side have a window as wide as all of them."""
    css = (
        "p { margin: 0; }\n@media (max-width: 34em) {\n  td { display: block; }\n}\np { top: 0; }\n"
    )
    told = "(max-width: 34em) {\n  td { display: block; }\n}\n"
    assert (
        for_columns(css) == f"p {{ margin: 0; }}\n@media {told}@container {told}p {{ top: 0; }}\n"
    )


def test_each_page_says_its_language_title_and_kind(book):
    for name, page in book.pages.items():
        assert (
            page.get("lang") == page.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-US"
        ), name
    assert book.pages["sections/two.xhtml"].findtext(f".//{XHTML}title") == "2. Pictures & tables"
    (chapter,) = [
        node for node in book.pages["sections/two.xhtml"].iter() if node.get(f"{OPS}type")
    ]
    assert (chapter.get(f"{OPS}type"), chapter.get("role")) == ("chapter", "doc-chapter")


def test_cover_and_edition(book):
    assert struct.unpack(">II", book.files["cover.png"][16:24]) == (1600, 2560)
    (item,) = [
        item for item in book.package.iter(f"{OPF}item") if item.get("properties") == "cover-image"
    ]
    assert item.get("href") == "cover.png"
    (picture,) = book.pages["epub-cover.xhtml"].iter(f"{XHTML}img")
    assert picture.get("alt") == "Cover: A small book"
    assert "Version 1.0, November 18, 2026 First paragraph. Free & open." in re.sub(
        r"\s+", " ", book.text("edition.xhtml")
    )


def test_the_cover_is_of_its_book_and_always_the_same(rootdir):
    mark = rootdir / "test-ebook/_static/mark.svg"
    picture = draw("A small book", "Every part", "The testers", mark)
    assert picture == draw("A small book", "Every part", "The testers", mark)
    others = [("A", "Every part", "The testers", mark), ("A small book", "", "The testers", mark)]
    others += [
        ("A small book", "Every part", "X", mark),
        ("A small book", "Every part", "The testers", None),
    ]
    assert len({picture, *(draw(*other) for other in others)}) == 5


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"ebook_cover": "_static/none.svg"},
            r"ebook_cover: there is no file none\.svg; name an SVG file, from the folder of conf\.py",
        ),
        (
            {"book_subtitle": "Word " * 400},
            "the cover does not fit on one page: shorten title or subtitle",
        ),
    ],
)
def test_a_cover_that_cannot_be_drawn_says_why(tiny, config, message):
    with pytest.raises(ExtensionError, match=message):
        tiny(builder="epub", root="test-ebook", **config)


@pytest.mark.prove
def test_epubcheck_finds_nothing(book, check):
    assert check(book.path) == []


@pytest.mark.prove
def test_epubcheck_would_tell(book, check, tmp_path):
    """The guard itself: a lost page and a broken element are found."""
    with ZipFile(tmp_path / "broken.epub", "w") as archive:
        for name, data in book.files.items():
            if name != "words.xhtml":
                archive.writestr(
                    name,
                    data.replace(b"</h1>", b"</h1><frame/>") if name == "index.xhtml" else data,
                )
    found = " ".join(check(tmp_path / "broken.epub"))
    assert "RSC-001" in found and "RSC-005" in found
