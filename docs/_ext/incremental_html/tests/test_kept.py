"""What another builder makes of each document, kept from build to build."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError
from sphinx.testing.util import SphinxTestApp

from incremental_html.kept import kept

EXTENSION = '''
from sphinx.builders import Builder


class Words(Builder):
    """Says how often a document was made, and keeps it."""

    name, kept = "words", None

    def get_outdated_docs(self):
        return "all documents"

    def get_target_uri(self, docname, typ=None):
        return docname

    def write_documents(self, docnames):
        self.made = []
        for name in sorted(docnames):
            if not self.kept.get(name):
                self.made.append(name)
                self.kept.put(name, self.env.get_doctree(name).astext())


def setup(app):
    app.add_builder(Words)
'''
CONF = """
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
extensions = ["incremental_html", "builder_of_words"]
"""
PAGES = {
    "index": "Index\n=====\n\n.. toctree::\n\n   a\n   b\n",
    "a": "A\n=\n\nSee :ref:`there`.\n",
    "b": "B\n=\n\n.. _there:\n\nThere\n-----\n\nText.\n",
}
Made = Callable[..., list[str]]


@pytest.fixture
def made(make_app: Callable[..., SphinxTestApp], tmp_path: Path) -> Made:
    """Build the project; return the documents that were made anew."""
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "builder_of_words.py").write_text(EXTENSION)
    for name, text in PAGES.items():
        (tmp_path / f"{name}.rst").write_text(text)

    def build(name: str = "", old: str = "", new: str = "") -> list[str]:
        if name:
            path = tmp_path / f"{name}.rst"
            text = path.read_text()
            assert old in text
            path.write_text(text.replace(old, new))
        app = make_app("words", srcdir=tmp_path)
        app.build()
        return app.builder.made  # type: ignore[attr-defined, no-any-return]

    return build


def test_what_is_made_from_the_same_is_not_made_again(made: Made) -> None:
    assert made() == ["a", "b", "index"]
    assert made() == []
    assert made("b", "Text.", "Another text.") == ["b"]
    assert made("b", "There\n-----", "Elsewhere\n---------") == ["a", "b", "index"]
    assert made() == []


def test_a_document_that_is_gone_is_not_kept(made: Made, tmp_path: Path) -> None:
    made()
    kept = tmp_path / "_build/doctrees/kept-words.pickle"
    assert b"Text." in kept.read_bytes()
    (tmp_path / "b.rst").unlink()
    made("a", "See :ref:`there`.", "Alone.")
    assert b"Text." not in kept.read_bytes() and b"Alone." in kept.read_bytes()


def test_after_a_failed_build_what_was_kept_before_stays(
    made: Made, make_app: Callable[..., SphinxTestApp], tmp_path: Path
) -> None:
    made()
    before = (tmp_path / "_build/doctrees/kept-words.pickle").read_bytes()
    app = make_app("words", srcdir=tmp_path)
    app.env.all_docs["a"] += 1
    app.connect("write-started", lambda *_: 1 / 0, priority=900)
    with pytest.raises(ExtensionError, match="division by zero"):
        app.build()
    assert (tmp_path / "_build/doctrees/kept-words.pickle").read_bytes() == before


def test_what_is_made_under_other_settings_is_made_again(made: Made, tmp_path: Path) -> None:
    made()
    (tmp_path / "conf.py").write_text(f"{CONF}\nepub_show_urls = 'footnote'\n")
    assert made() == ["a", "b", "index"]
    assert made() == []


@pytest.mark.parametrize("damage", ["half", "nothing", "noise", "a class that is gone"])
def test_a_file_that_cannot_be_read_is_as_good_as_none(
    made: Made, tmp_path: Path, damage: str
) -> None:
    made()
    kept = tmp_path / "_build/doctrees/kept-words.pickle"
    whole = kept.read_bytes()
    kept.write_bytes(
        {
            "half": whole[: len(whole) // 2],
            "nothing": b"",
            "noise": b"\xff" * 99,
            "a class that is gone": b"cno_such_module\nGone\n.",
        }[damage]
    )
    assert made() == ["a", "b", "index"]
    assert made() == []
    assert kept.read_bytes() == whole
    assert not list(kept.parent.glob("*.part"))


def test_what_all_documents_make_is_made_again_from_something_else(tmp_path: Path) -> None:
    app, made = SimpleNamespace(doctreedir=tmp_path), list[str]()

    def make(text: str) -> str:
        made.append(text)
        return text.upper()

    for text in ("a", "a", "b", "a"):
        assert kept(app, "list.txt", text, partial(make, text)) == text.upper()  # type: ignore[arg-type]
    assert made == ["a", "b", "a"]
    (tmp_path / "kept-list.txt.pickle").write_bytes(b"half")
    assert kept(app, "list.txt", "a", partial(make, "a")) == "A" and len(made) == 4  # type: ignore[arg-type]
