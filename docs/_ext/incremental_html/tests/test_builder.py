"""The incremental builder on somebody else's project: what it writes, and what it leaves as it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from incremental_html.dependencies import said

CONF = '''
from docutils import nodes
from sphinx.domains import Domain
from sphinx.roles import XRefRole
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

extensions = ["incremental_html"]
html_theme = "basic"


class Thing(SphinxDirective):
    """``.. thing:: NAME WORDS``: a paragraph to which ``:thing:`NAME``` links by its words."""

    required_arguments, final_argument_whitespace = 1, True

    def run(self):
        name, _, words = self.arguments[0].partition(" ")
        self.env.get_domain("things").data["things"][name] = (self.env.current_document.docname, words)
        return [nodes.paragraph("", words, ids=[f"thing-{name}"])]


class Things(Domain):
    name = "things"
    roles = {"thing": XRefRole()}
    directives = {"thing": Thing}
    initial_data = {"things": {}}

    def clear_doc(self, docname):
        for name in [name for name, (page, _) in self.data["things"].items() if page == docname]:
            del self.data["things"][name]

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        page, words = self.data["things"][target]
        return make_refnode(builder, fromdocname, page, f"thing-{target}", nodes.Text(words))

    def resolve_any_xref(self, *args):
        return []


def setup(app):
    app.add_domain(Things)
'''
KNOWING = """
Things.link_dependency = lambda self, typ, target: self.data["things"].get(target)
"""
PAGES = {
    "index": "Index\n=====\n\n.. toctree::\n\n   a\n   b\n   c\n",
    "a": "A\n=\n\nSee :things:thing:`one` and :ref:`there`.\n",
    "b": "B\n=\n\n.. things:thing:: one First words\n\n.. things:thing:: two Other words\n",
    "c": "C\n=\n\n.. _there:\n\nThere\n-----\n\nText.\n",
}
Build = Callable[..., set[str]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A project of four pages and a domain of its own."""
    for name, text in PAGES.items():
        (tmp_path / f"{name}.rst").write_text(text)
    (tmp_path / "conf.py").write_text(CONF)
    return tmp_path


@pytest.fixture
def build(make_app: Callable[..., SphinxTestApp], source: Path) -> Build:
    """Build the project; return the pages that were written, the front page left out."""

    def run(out: str = "_build", **config: object) -> set[str]:
        pages = source / out / "html"
        for page in pages.glob("*.html"):
            os.utime(page, (0, 0))
        app = make_app("html", srcdir=source, builddir=source / out, confoverrides=config)
        app.build()
        # A second builder in one process finds Sphinx's nodes registered.
        warnings = app.warning.getvalue().splitlines()
        assert [line for line in warnings if "[app.add_" not in line] == []
        # Sphinx itself writes the parent of each page that is written.
        return {page.stem for page in pages.glob("*.html") if page.stat().st_mtime} - {"index"}

    return run


def edit(source: Path, name: str, old: str, new: str) -> None:
    path = source / f"{name}.rst"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def contents(source: Path, out: str) -> dict[str, bytes]:
    """The bytes of the pages in *out*."""
    return {path.name: path.read_bytes() for path in (source / out / "html").glob("*.html")}


@pytest.mark.parametrize(
    ("name", "old", "new", "pages"),
    [
        ("c", "Text.", "Another text.", {"c"}),
        ("c", "There\n-----", "Elsewhere\n---------", {"a", "c"}),
        ("a", "A\n=", "Ah\n==", {"a", "b", "c"}),
        ("b", "First words", "Changed words", {"a", "b"}),
    ],
)
def test_pages_are_written_if_what_they_are_made_from_has_changed(
    build: Build, source: Path, name: str, old: str, new: str, pages: set[str]
):
    build()
    assert build() & {*PAGES} == set()
    edit(source, name, old, new)
    assert build() & {*PAGES} == pages
    build("cold")
    assert contents(source, "_build") == contents(source, "cold")


FIGURE = "\n.. _fig-{0}:\n\n.. figure:: one.png\n\n   Words.\n"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("index", ":numbered: 1", ":numbered:"),  # in c, and in the link of a
        ("b", "B\n=\n", f"B\n=\n{FIGURE.format('b')}"),
        ("index", "   b\n   c\n", "   c\n   b\n"),
    ],
)
def test_pages_are_written_if_their_numbers_have_changed(
    build: Build, source: Path, name: str, old: str, new: str
):
    (source / "one.png").write_bytes(b"")
    (source / "conf.py").write_text(f"{CONF}\nnumfig = True\nnumfig_secnum_depth = 0\n")
    edit(source, "index", ".. toctree::\n", ".. toctree::\n   :numbered: 1\n")
    edit(source, "a", ":things:thing:`one` and :ref:`there`", ":numref:`there` and :numref:`fig-c`")
    edit(source, "c", "Text.\n", f"Text.\n{FIGURE.format('c')}")
    build()
    edit(source, name, old, new)
    assert {"a", "c"} <= build()
    build("cold")
    assert contents(source, "_build") == contents(source, "cold")


def test_a_link_of_a_domain_that_says_nothing_depends_on_all_that_the_domain_keeps(
    build: Build, source: Path
):
    build()
    edit(source, "b", "Other words", "Changed words")
    assert build() & {*PAGES} == {"a", "b"}


def test_a_domain_may_say_what_a_link_depends_on(build: Build, source: Path):
    (source / "conf.py").write_text(CONF + KNOWING)
    build()
    edit(source, "b", "Other words", "Changed words")
    assert build() & {*PAGES} == {"b"}
    edit(source, "b", "First words", "Changed words")
    assert build() & {*PAGES} == {"a", "b"}


def test_an_extension_reports_what_its_pages_are_made_from(build: Build, source: Path):
    (source / "conf.py").write_text(
        CONF + '    app.connect("page-dependencies", lambda app, env: {"c": sorted(env.titles)})\n'
    )
    build()
    edit(source, "b", "B\n=", "B\n=\n\nMore.\n")
    assert build() & {*PAGES} == {"b"}


def test_a_page_goes_with_its_document(build: Build, source: Path):
    build()
    (source / "c.rst").unlink()
    edit(source, "index", "   c\n", "")
    edit(source, "a", " and :ref:`there`", "")
    build()
    assert "c.html" not in contents(source, "_build")


def test_there_is_no_search_index_unless_the_project_asks_for_one(build: Build, source: Path):
    build()
    assert not (source / "_build/html/searchindex.js").exists()
    assert "search" not in {path.stem for path in (source / "_build/html").glob("*.html")}
    asked = "    app.connect('builder-inited', lambda app: setattr(app.builder, 'search', True))\n"
    (source / "conf.py").write_text(CONF + asked)
    build("searched")
    assert (source / "searched/html/searchindex.js").is_file()
    assert build("searched") >= {"a", "b", "c", "search"}


def test_a_project_may_leave_static_files_of_the_theme_out(build: Build, source: Path):
    build()
    assert (source / "_build/html/_static/doctools.js").is_file()
    value = "('**/doctools.js',)"
    (source / "conf.py").write_text(
        CONF
        + "    app.connect('builder-inited', "
        + f"lambda app: setattr(app.builder, 'excluded_theme_files', {value}))\n"
    )
    build("bare")
    assert not (source / "bare/html/_static/doctools.js").exists()
    assert (source / "bare/html/_static/basic.css").is_file()


@pytest.mark.parametrize("value", ["'Another title'", "{'of': len, 'by': [setup]}"])
def test_pages_are_written_if_a_value_of_the_settings_has_changed(
    build: Build, source: Path, value: str
):
    conf = f"{CONF}\nsuppress_warnings = ['config.cache']\nhtml_title = 'A title'\n"
    (source / "conf.py").write_text(conf)
    build()
    name = "html_context" if "len" in value else "html_title"
    (source / "conf.py").write_text(f"{conf}{name} = {value}\n")
    assert build() >= {"a", "b", "c"}
    build("fresh")
    assert contents(source, "_build") == contents(source, "fresh")
    assert build() <= {"genindex"}


def test_pages_are_written_if_a_template_has_changed(build: Build, source: Path):
    (source / "conf.py").write_text(f"{CONF}\ntemplates_path = ['templates']\n")
    (source / "templates").mkdir()
    template = source / "templates/layout.html"
    template.write_text("{% extends '!layout.html' %}")
    build()
    template.write_text("{% extends '!layout.html' %}{% block footer %}Foot{% endblock %}")
    assert build() >= {"a", "b", "c"}
    assert b"Foot" in contents(source, "_build")["a.html"]


def test_a_page_of_a_build_that_was_stopped_is_written_again(build: Build, source: Path):
    build()
    stopped = "    app.connect('build-finished', stop, priority=1)\n\n\ndef stop(*_):\n    raise KeyboardInterrupt\n"
    edit(source, "c", "There\n-----", "Elsewhere\n---------")
    (source / "conf.py").write_text(CONF + stopped)
    with pytest.raises(KeyboardInterrupt):
        build()
    (source / "conf.py").write_text(CONF)
    edit(source, "c", "Elsewhere\n---------", "There\n-----")
    build()
    build("fresh")
    assert contents(source, "_build") == contents(source, "fresh")


@pytest.mark.parametrize("damage", [b"", b'{"a": {"dig', b"\xff", b"[]"])
def test_digests_that_cannot_be_read_are_as_good_as_none(build: Build, source: Path, damage: bytes):
    build()
    (source / "_build/doctrees/pages-html.json").write_bytes(damage)
    assert build() >= {"a", "b", "c"}
    assert build() <= {"genindex"}


def test_a_value_is_said_alike_in_each_run() -> None:
    # Python keeps 8 before 0 where it came first; of words the order changes with each process.
    one, other = {0, 8}, {8, 0}
    assert repr(one) != repr(other)
    assert said({"a": [frozenset(one)], "b": said}) == said({"a": [frozenset(other)], "b": said})
    assert said([0, 8]) != said([8, 0])
    assert " at 0x" not in said({"b": said, "c": object()})
