"""Pictures without words: told as for a figure."""

from __future__ import annotations

import pytest
from docutils import nodes

from kb.input_checks.pictures import picture_fault

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\x00IEND\xaeB`\x82"
)
TOLD = {
    "![](one.png)": "write '![words](reference/one.png)'",
    "In a line ![ ](one.png).": "write '![words](reference/one.png)'",
    "```{image} one.png\n```": "write a line ':alt: words'",
    "```{figure} one.png\n\nA caption.\n```": "write a line ':alt: words'",
}


@pytest.fixture
def page(tiny, tmp_path):
    """Build a page that may show ``one.png``; return what was built."""

    def build(text: str):
        (tmp_path / "src/reference").mkdir(parents=True, exist_ok=True)
        (tmp_path / "src/reference/one.png").write_bytes(PNG)
        return tiny({"reference/evidence.md": lambda before: f"{before}\n{text}\n"})

    return build


@pytest.mark.parametrize("text", TOLD)
def test_a_picture_without_words_is_told(page, text):
    message = (
        f"the picture reference/one.png has no words for those who do not see it; {TOLD[text]}"
    )
    assert page(text).warnings == f"reference/evidence.md:12: WARNING: {message} [pictures.alt]\n"


def test_a_picture_with_words_passes(page):
    built = page("![A cell](one.png)\n\n```{image} one.png\n:alt: A cell\n```")
    assert built.warnings == ""
    tree = built.app.env.get_doctree("reference/evidence")
    assert [image["alt"] for image in tree.findall(nodes.image)] == ["A cell", "A cell"]


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("![A cell](<zwei wörter.png>)", "reference/zwei%20w%C3%B6rter.png"),
        ("```{image} zwei wörter.png\n:alt: A cell\n```", "reference/zweiwörter.png"),
    ],
)
def test_a_name_with_blanks_is_to_be_changed(page, tmp_path, text, uri):
    (tmp_path / "src/reference").mkdir(parents=True)
    (tmp_path / "src/reference/zwei wörter.png").write_bytes(PNG)
    not_found, told = page(text).warnings.splitlines()
    assert not_found.startswith(
        f"reference/evidence.md:12: WARNING: image file not readable: {uri}"
    )
    assert told == (
        f"reference/evidence.md:12: WARNING: the picture {uri}: a name with blanks or accents is not"
        " found; rename 'zwei wörter.png' [pictures.file]"
    )


JPEG, GIF = b"\xff\xd8\xff\xe0 \xff\xd9", b"GIF89a \x3b"
WEBP = b"RIFF\x04\x00\x00\x00WEBP"
CUT_OFF = "it is cut off in the middle; copy it again"


def other_kind(kind: str) -> str:
    return f"its bytes are not those of a {kind} file; give it the name of its kind, or export it again"


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.png", PNG, ""),
        ("a.png", PNG + b"\0\r\n", ""),
        ("a.png", PNG[:-1], CUT_OFF),
        ("a.png", JPEG, other_kind("PNG")),
        ("a.jpg", JPEG, ""),
        ("a.jpg", JPEG[:-2], CUT_OFF),
        ("a.jpg", PNG, other_kind("JPG")),
        ("a.jpeg", JPEG, ""),
        ("a.jpeg", JPEG[:-2], CUT_OFF),
        ("a.jpeg", PNG, other_kind("JPEG")),
        ("a.gif", GIF, ""),
        ("a.gif", GIF[:-1], CUT_OFF),
        ("a.gif", PNG, other_kind("GIF")),
        ("a.webp", WEBP, ""),
        ("a.webp", PNG, other_kind("WEBP")),
        ("a.svg", b"", ""),  # safe_svg reads it
        ("a.tif", b"II*", "'.tif' is no kind of picture for this book; use SVG, PNG or JPEG"),
        ("a", PNG, "'no ending' is no kind of picture for this book; use SVG, PNG or JPEG"),
    ],
)
def test_the_bytes_of_a_picture_are_those_of_its_kind_to_the_end(tmp_path, name, data, fault):
    (tmp_path / name).write_bytes(data)
    assert picture_fault(tmp_path / name) == fault


def test_a_folder_is_no_picture(tmp_path):
    (tmp_path / "a.png").mkdir()
    assert picture_fault(tmp_path / "a.png") == "it is a folder; name a file in it"


@pytest.mark.parametrize(
    ("data", "fault"),
    [(PNG[:-1], CUT_OFF), (JPEG, other_kind("PNG"))],
    ids=["cut off", "another kind"],
)
def test_a_picture_that_is_not_whole_is_told_and_taken_out(tiny, tmp_path, data, fault):
    (tmp_path / "src/reference").mkdir(parents=True)
    (tmp_path / "src/reference/two.png").write_bytes(data)
    built = tiny({"reference/evidence.md": lambda text: f"{text}\n![A cell](two.png)\n"})
    assert built.warnings == (
        f"reference/evidence.md:12: WARNING: the picture reference/two.png: {fault}"
        " [pictures.file]\n"
    )
    assert not list(built.app.env.get_doctree("reference/evidence").findall(nodes.image))


def test_a_picture_that_is_refused_takes_its_link_with_it(tiny):
    """A link around nothing would end the build in a traceback."""
    text = "\n```{image} ../../x.png\n:alt: x\n:target: https://example.org/\n```\n"
    built = tiny({"reference/evidence.md": lambda page: page + text})
    assert "reference/evidence.md:12: WARNING: image file not readable" in built.warnings
    assert "https://example.org/" not in built.page("reference/evidence.html")
