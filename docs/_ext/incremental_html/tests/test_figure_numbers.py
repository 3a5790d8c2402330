"""Figures get the numbers that Sphinx gives them, from nothing and after edits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.testing.util import SphinxTestApp

CONF = """
from docutils import nodes
from sphinx.domains import Domain

extensions = ["incremental_html"]
html_theme = "basic"
numfig, numfig_secnum_depth = True, {depth}


class Quotations(Domain):
    name = "quotations"

    def get_enumerable_node_type(self, node):
        return "figure" if isinstance(node, nodes.block_quote) else None

    def merge_domaindata(self, docnames, otherdata):
        pass


def give_ids(app, document):
    for number, node in enumerate(document.findall(nodes.block_quote)):
        node["ids"] = [f"quotation-{{number}}"]


def setup(app):
    app.add_domain(Quotations)
    app.add_crossref_type("plate", "plate")
    app.connect("doctree-read", give_ids)
"""
FRONT = """
Front
=====

.. figure:: drawing.png

   Of the front

.. toctree::
   :numbered:

   one
   An address <https://example.org>
   self
   two

Part
----

.. figure:: drawing.png

   After the list

.. toctree::

   three
   genindex
"""
PAGE = """
{name}
=====

.. figure:: drawing.png

   First of {name}

Part
----

.. table:: A table

   == ==
   a  b
   == ==
   1  2
   == ==

.. code-block:: python
   :caption: Code
   :name: code-{name}

   print()

.. figure:: drawing.png

.. math:: a = b
   :label: formula-{name}

Deeper
~~~~~~

.. figure:: drawing.png

   Second of {name}

..

   A quotation
"""
NESTED = PAGE + "\n.. toctree::\n\n   four\n\n.. figure:: drawing.png\n\n   Last\n"


@pytest.fixture(params=[0, 1, 2])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project with numbered and other lists of contents, and figures before, after and in them."""
    names = {"one": PAGE, "two": NESTED, "three": PAGE, "four": PAGE}
    files = {name: text.format(name=name) for name, text in names.items()} | {"index": FRONT}
    (tmp_path / "conf.py").write_text(CONF.format(depth=request.param), encoding="utf-8")
    (tmp_path / "drawing.png").write_bytes(b"")
    for name, text in files.items():
        (tmp_path / f"{name}.rst").write_text(text, encoding="utf-8")
    return tmp_path


Make = Callable[..., SphinxTestApp]


def of_sphinx(env: BuildEnvironment) -> dict[str, object]:
    """The numbers that Sphinx counts, which opens every document."""
    ours = env.toc_fignumbers
    TocTreeCollector().assign_figure_numbers(env)
    right, env.toc_fignumbers = env.toc_fignumbers, ours
    return dict(right)


def numbered(make_app: Make, folder: Path, parallel: int = 0) -> BuildEnvironment:
    app = make_app("html", srcdir=folder, parallel=parallel)
    app.build()
    env = app.env
    assert env.toc_fignumbers == of_sphinx(env)
    return env


@pytest.mark.parametrize("parallel", [0, 2])
def test_the_numbers_are_those_of_sphinx(make_app, folder, parallel):
    counted = numbered(make_app, folder, parallel).toc_fignumbers["two"]
    assert {kind: len(ids) for kind, ids in counted.items()} == {
        "figure": 4,
        "table": 1,
        "code-block": 1,
        "displaymath": 1,
    }


EDITS: dict[str, tuple[str, Callable[[str], str]]] = {
    "a figure more": ("one", lambda text: text + "\n.. figure:: drawing.png\n\n   More\n"),
    "a figure less": ("one", lambda text: text.replace("   First of one\n", "")),
    "a heading more": ("one", lambda text: text.replace("Deeper", "New\n----\n\nDeeper")),
    "another order": (
        "index",
        lambda text: text.replace("one", "x").replace("two", "one").replace("x", "two"),
    ),
    "no numbers": ("index", lambda text: text.replace("   :numbered:\n", "")),
    "a list less": ("two", lambda text: text.replace(".. toctree::\n\n   four\n", "")),
}


@pytest.mark.parametrize("edit", EDITS)
def test_after_an_edit_they_are_those_of_sphinx(make_app, folder, edit):
    before = numbered(make_app, folder).toc_fignumbers
    name, change = EDITS[edit]
    page = folder / f"{name}.rst"
    text = page.read_text(encoding="utf-8")
    page.write_text(change(text), encoding="utf-8")
    assert change(text) != text
    after = numbered(make_app, folder).toc_fignumbers
    if edit in ("a figure more", "a figure less"):
        assert after != before


def test_only_changed_numbers_are_told(make_app, folder):
    env = numbered(make_app, folder)
    collector = next(
        listener.handler.__self__
        for listener in env.events.listeners["env-get-updated"]
        if isinstance(getattr(listener.handler, "__self__", None), TocTreeCollector)
    )
    assert collector.assign_figure_numbers(env) == []
    env.toc_fignumbers["three"] = {}
    assert collector.assign_figure_numbers(env) == ["three"]


def test_without_numbers_there_are_none(make_app, folder):
    with (folder / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write("\nnumfig = False\n")
    assert numbered(make_app, folder).toc_fignumbers == {}
