"""A feature brings scripts, styles and templates: in the site, each at its priority, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.core.assets import small_script

FEATURE = """
from kb.core.assets import add_assets, add_templates

def setup(app):
    add_assets(app, __file__, css={{"{name}.css": {css}}}, js={{"{name}.js": {js}}})
    add_templates(app, __file__)
    return {{"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}}
"""
CONF = """
import sys
sys.path.insert(0, {lib!r})
extensions = {features}
html_css_files = [("own.css", {{"priority": 800}})]
html_static_path = ["_static"]
copyright, version = "2026, the testers", "1"
html_theme, html_copy_source, html_sidebars = "basic", False, {{"**": ["asset-b-side.html"]}}
"""


@pytest.fixture
def build(make_app, tmp_path, monkeypatch):
    """Build a page with the features, loaded in this order, in a folder of this name."""
    for name, css, js in (("asset_a", 900, 820), ("asset_b", 790, 810)):
        folder = tmp_path / "lib" / name
        (folder / "static").mkdir(parents=True)
        (folder / "templates").mkdir()
        (folder / "__init__.py").write_text(FEATURE.format(name=name, css=css, js=js))
        (folder / f"static/{name}.css").write_text("a { color: red }\n")
        (folder / f"static/{name}.js").write_text("'use strict';\n")
    (tmp_path / "lib/asset_b/templates/asset-b-side.html").write_text("<p>Beside.</p>\n")
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))

    def build(features=("asset_a", "asset_b"), folder="src", builder="html") -> Path:
        source = tmp_path / folder
        (source / "_static").mkdir(parents=True)
        (source / "_static/own.css").write_text("b { color: red }\n")
        (source / "conf.py").write_text(
            CONF.format(lib=str(tmp_path / "lib"), features=list(features))
        )
        (source / "index.rst").write_text("One\n===\n\nText.\n")
        app = make_app(builder, srcdir=source)
        app.build(force_all=True)
        app.cleanup()
        assert app.warning.getvalue() == ""
        return Path(app.outdir)

    return build


def contents(out: Path) -> dict[str, bytes]:
    paths = [path for path in out.rglob("*") if path.is_file() and path.suffix != ".pickle"]
    return {str(path.relative_to(out)): path.read_bytes() for path in paths}


def test_every_page_has_them_in_the_order_of_their_priorities(build):
    out = build()
    page = (out / "index.html").read_text(encoding="utf-8")
    css = re.findall(r'<link rel="stylesheet" [^>]*?href="_static/([\w.]+)', page)
    assert css[-3:] == ["asset_b.css", "own.css", "asset_a.css"]
    scripts = re.findall(r'<script defer="defer" src="_static/([\w.]+)\?v=\w{8}">', page)
    assert scripts == ["asset_b.js", "asset_a.js"]
    assert (out / "_static/asset_a.js").read_text() == "'use strict';\n"


def test_the_order_of_loading_and_the_place_of_the_project_change_no_byte(build):
    first, second = contents(build()), contents(build(("asset_b", "asset_a"), "else/where"))
    assert [name for name in first if first[name] != second.get(name)] == []


def test_a_template_of_a_feature_is_found(build):
    assert "<p>Beside.</p>" in (build() / "index.html").read_text(encoding="utf-8")


def test_other_builders_take_none_of_it(build):
    assert not list(build(builder="epub").rglob("asset_*"))


SCRIPTS = [
    ("let a = `x  ${b ? 'c  d' : \"\"}  // e`; // f", [], "let a=`x  ${b ? 'c  d' : \"\"}  // e`;"),
    ("/* f */\nf(`${g({ h: 1 })}`, `i`);", [], "f(`${g({ h: 1 })}`,`i`);"),
    ("a();\nb(`${c ? ` d` : e}`);", ["own.js:2"], None),
    ("a(`${b.map((c) => `${c}  // d`)}`);", ["own.js:1"], None),
    ("a(`${b(\n  { c: 1 }, `d`)}`);", ["own.js:2"], None),
]


@pytest.mark.parametrize(("script", "places", "small"), SCRIPTS)
def test_a_template_within_another_is_told_with_its_line(script, places, small, caplog):
    found = small_script(script, "own.js")
    assert [record.location for record in caplog.records] == places
    assert found == small or places
