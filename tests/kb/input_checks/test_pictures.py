"""Pictures without words: told as for a figure."""

from __future__ import annotations

import pytest
from docutils import nodes

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
