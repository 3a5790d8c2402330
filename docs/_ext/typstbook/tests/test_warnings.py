"""What spoils a book is said, with file and line; what is foreign can be taught."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sphinx.errors import ExtensionError

from typstbook.typesetter import TypesettingError

if TYPE_CHECKING:
    from books import Built


LAMP = """
from docutils import nodes
from docutils.parsers.rst import Directive

class lamp(nodes.General, nodes.TextElement):
    pass

class other(nodes.inline):
    pass

class Lamp(Directive):
    def run(self):
        node = lamp("", "a lamp")
        node.source, node.line = self.state_machine.get_source_and_line(self.lineno)
        return [node]

def visit(self, node):
    self.add("#t.bold[lit: ")

def depart(self, node):
    self.add("]")
"""
USE_LAMP = """
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from lamp import Lamp, depart, lamp, other, visit

def setup(app):
    app.add_directive("lamp", Lamp)
"""
LOST = """
from docutils import nodes
from docutils.parsers.rst import Directive

class Lost(Directive):
    def run(self):
        words = nodes.reference("", "some words", refuri="%index#nowhere", internal=True)
        line = nodes.paragraph("", "", words)
        line.source, line.line = self.state_machine.get_source_and_line(self.lineno)
        return [line]

def setup(app):
    app.add_directive("lost", Lost)
"""

Build = Callable[..., "Built"]


def in_index(line: int, message: str, built: Built) -> str:
    return f"{built.app.srcdir}/index.md:{line}: WARNING: {message}\n"


def test_missing_glyph(build_text: Build) -> None:
    built = build_text(
        {"index.md": "# Title\n\nPlain.\n\nSome \U00013000\U00013001, some more \U00013000.\n"}
    )
    man = "no font of the book can print '\U00013000' (U+13000, egyptian hieroglyph a001); write it in words [book.glyph]"
    other = "no font of the book can print '\U00013001' (U+13001, egyptian hieroglyph a002); write it in words [book.glyph]"
    assert built.warnings == in_index(5, man, built) + in_index(5, other, built)
    assert "Some ??, some more ?." in built.text


def test_japanese_is_printed(build_text: Build) -> None:
    built = build_text({"index.md": "# Title\n\nNatto is 納豆.\n"})
    assert built.warnings == ""
    assert "Natto is 納豆." in built.text


def test_unknown_node(build_text: Build) -> None:
    built = build_text({"lamp.py": LAMP, "index.md": "# Title\n\n```{lamp}\n```\n"}, USE_LAMP)
    message = "no visitor for the node 'lamp': give it one by app.add_node(lamp, typst=(visit, depart)) [book.node]"
    assert built.warnings == in_index(3, message, built)
    assert "a lamp" in built.text


@pytest.mark.parametrize("key", ["typst", "book"])
def test_foreign_node_with_visitors(build_text: Build, key: str) -> None:
    conf = (
        USE_LAMP
        + f"""
    app.add_node(lamp, {key}=(visit, depart))
    app.add_node(other, book=(visit, depart))
"""
    )
    built = build_text({"lamp.py": LAMP, "index.md": "# Title\n\n```{lamp}\n```\n"}, conf)
    assert built.warnings == ""
    assert "lit: a lamp" in built.text


def test_missing_anchor(build_text: Build) -> None:
    built = build_text({"index.md": "# Title\n\n```{lost}\n```\n"}, LOST)
    message = "no such place in the book: index#nowhere (the text is printed without a link) [book.anchor]"
    assert built.warnings == in_index(3, message, built)
    assert "some words" in built.text


def test_mathematics_that_cannot_be_set(build_text: Build) -> None:
    built = build_text({"index.md": "# Title\n\nText {math}`a^2 \\unknown`.\n"})
    message = 'the formula is printed as its source: Unknown LaTeX command "\\unknown". [book.math]'
    assert built.warnings == in_index(3, message, built)
    assert r"Text a^2 \unknown." in built.text


def test_picture_on_another_computer(build_text: Build) -> None:
    built = build_text({"index.md": "# Title\n\n![Words](https://example.org/a.png)\n"})
    message = (
        "no picture https://example.org/a.png to print: pictures from the network are not"
        " fetched; keep a copy beside the page [book.image]"
    )
    assert built.warnings == in_index(3, message, built)


def test_picture_without_alt_text(build_text: Build) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    )
    page = "# Title\n\n```{image} a.svg\n```\n\n```{image} a.svg\n:alt:\n```\n"
    built = build_text({"index.md": page, "a.svg": drawing})
    message = "a picture needs alt text, or an empty one if it only adorns [book.image]"
    assert built.warnings == in_index(3, message, built)


@pytest.mark.parametrize("line", [5, 9])
def test_a_failed_run_of_typst_ends_at_the_authors_line(build_text: Build, line: int) -> None:
    """One fault names its own line to Typst; the other is found in the finished PDF alone."""
    blocks = ["Text with a link to {ref}`end`."] * 5
    blocks[(line - 3) // 2] = "```{raw} typst\n#nonsense[x]\n```"
    files = {
        "index.md": "# Front\n\nText.\n\n```{toctree}\none\ntwo\n```\n",
        "one.md": "# One\n\n" + "\n\n".join(blocks) + "\n",
        "two.md": "# Two\n\n(end)=\n## The end\n\nText.\n",
    }
    with pytest.raises(TypesettingError) as raised:
        build_text(files)
    last = str(raised.value).splitlines()[-1]
    assert last.endswith(f"/source/one.md:{line}: unknown variable: nonsense")
    assert raised.value.category == "Typst could not set the book"


def test_a_fault_that_only_the_standard_knows(build_text: Build) -> None:
    figure = "#figure(rect(), kind: image, supplement: none)"
    page = f"# Title\n\nText.\n\n```{{raw}} typst\n{figure}\n```\n"
    with pytest.raises(
        TypesettingError, match=r"/index\.md:5: PDF/A-2a, PDF/UA-1 error: missing alt"
    ):
        build_text({"index.md": page})


def test_a_template_that_is_not_there(build_text: Build) -> None:
    with pytest.raises(ExtensionError, match=r"book_template: there is no file .*/other\.typ"):
        build_text({"index.md": "# Title\n\nText.\n"}, book_template="other.typ")


def test_no_garbage_is_collected_while_a_book_is_written(build_text: Build) -> None:
    conf = """
import gc

def setup(app):
    app.connect("book-settings", lambda app, settings: settings.update(author=f"{gc.isenabled()}"))
"""
    built = build_text({"index.md": "# Title\n\nText.\n"}, conf)
    assert "False" in built.pages[0]
    assert gc.isenabled()


def test_a_root_without_text_is_no_chapter(build_text: Build) -> None:
    toctree = "# Front\n\n```{toctree}\none\n```\n"
    built = build_text({"index.md": toctree, "one.md": "# One\n\nSee {doc}`index`.\n"})
    assert built.warnings == ""
    assert "About this book" not in built.text
    assert "See Front." in built.text


def test_documents_below_documents(build_text: Build) -> None:
    files = {
        "index.md": "# Front\n\n```{toctree}\n:numbered:\none\n```\n",
        "one.md": "# One\n\n```{toctree}\ntwo\n```\n\n## In one\n\nText.\n",
        "two.md": "# Two\n\n## In two\n\nMore.\n",
    }
    built = build_text(files)
    with built.pdf.open_outline() as tree:
        chapter = tree.root[1]
        assert chapter.title == "1 One"
        assert [item.title for item in chapter.children] == ["1.2 In one", "1.1 Two"]
        assert [item.title for item in chapter.children[1].children] == ["1.1.1 In two"]


def test_a_heading_that_is_only_a_picture(build_text: Build) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    page = "# Title\n\n## ![A shape](a.svg)\n\nText.\n"
    built = build_text({"index.md": page, "a.svg": drawing})
    message = "a heading needs words beside its picture [book.image]"
    assert built.warnings == in_index(3, message, built)
    with built.pdf.open_outline() as outline:
        assert [item.title for item in outline.root[1].children] == ["A shape"]


def test_a_section_in_a_description(build_text: Build) -> None:
    page = ".. py:function:: f()\n\n   Overview\n   --------\n\n   Words.\n"
    built = build_text({"index.rst": page})
    assert built.warnings == ""
    assert "Overview Words." in built.text
