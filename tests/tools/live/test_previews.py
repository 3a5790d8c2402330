"""Previews of one page after each other, in one process."""

from __future__ import annotations

import io

from live.messages import PreviewPages
from live.snapshot import Snapshot

CONF = """
from docutils.parsers.rst import Directive
from sphinx.errors import SphinxError

extensions, html_theme, numfig = ["incremental_html"], "basic", True


class Fails(Directive):
    def run(self):
        raise SphinxError("no")


def setup(app):
    app.add_directive("fails", Fails)
"""
PAGE = "Page\n====\n\n.. figure:: drawing.png\n   :name: plate\n\n   A plate\n"


def test_a_page_that_could_not_be_read_is_previewed_whole_when_it_is_mended(make_app, tmp_path):
    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    (tmp_path / "drawing.png").write_bytes(b"")
    page = tmp_path / "index.rst"
    page.write_text(PAGE, encoding="utf-8")
    snapshot = Snapshot.__new__(Snapshot)
    snapshot.app, snapshot.root = make_app("html", srcdir=tmp_path), tmp_path
    snapshot.warnings = io.StringIO()
    snapshot.app.config.add("bibtex_bibfiles", [], "env", list)
    snapshot.app.build()
    sent = []
    for text in (PAGE, f"{PAGE}\n.. fails::\n", PAGE):
        page.write_text(text, encoding="utf-8")
        snapshot.preview(PreviewPages(["index"], ["index.rst"]), sent.append)
    first, mended = sent
    assert "Fig. 1" in str(first)
    assert mended == first
