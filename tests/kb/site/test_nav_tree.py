"""The navigation: the theme's own, but for white space and the names of its toggles."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

# The theme asks for what Sphinx 11 will drop.
pytestmark = pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning")
TEMPLATES = Path(__file__).parents[3] / "docs/_ext/kb/site/templates"
CONF = """
extensions = ["myst_parser", "kb.site.nav_tree"]
html_theme = "sphinx_book_theme"
templates_path = ["_templates", {templates!r}]
html_sidebars = {{"**": ["both.html"]}}
html_theme_options = {{"max_navbar_depth": {depth}, "show_navbar_depth": {opened}, "collapse_navbar": {collapsed}}}
"""
BOTH = '<div>THEME{% include "sbt-sidebar-nav.html" %}OURS{% include "kb-nav.html" %}END</div>'
PAGES = {
    "index": "# Front *page*\n\n{toc}`:caption: One & two|:numbered:||a/index|Own <name> <d>|Not <used> <b>`\n\n"
    "{toc}`:caption: Elsewhere|:hidden:||self|Site <https://example.org/?a=1&b=2>|genindex|c`\n",
    "a/index": '# Part `A` & "quotes" it\'s\n\n## Inside\n\n{toc}`:maxdepth: 1||one|deep/index`\n\n'
    "::::{only} latex\n\n{toc}`|only-latex`\n\n::::\n\n::::{only} html\n\n{toc}`|only-html`\n\n::::\n",
    "a/one": "# A *one*\n\n## A heading\n\nText.\n",
    "a/only-latex": "# For LaTeX\n",
    "a/only-html": "# For HTML\n",
    "a/deep/index": "# Deep\n\n{toc}`|deeper`\n\n## Then\n\n{toc}`:hidden:||hidden`\n",
    "a/deep/deeper": "# Deeper\n\n{toc}`|deepest`\n",
    "a/deep/deepest": "# Deepest\n\n{toc}`|bottom`\n",
    "a/deep/bottom": "# Bottom\n",
    "a/deep/hidden": "# Hidden\n",
    "d": "# D\n",
    "b": "# B with two titles\n\n# Another title\n\nText.\n",
    "c": "---\ntocdepth: 1\n---\n# C\n\n{toc}`|c-below`\n",
    "c-below": "# Below C\n",
    "lost": "---\norphan: true\n---\n# Lost\n",
}


@pytest.fixture
def navigations(
    make_app: Callable[..., SphinxTestApp], tmp_path: Path
) -> Callable[..., dict[str, tuple[str, str]]]:
    """Build the pages; return for each the theme's navigation and ours, without white space between tags."""

    def build(**options: object) -> dict[str, tuple[str, str]]:
        source = tmp_path / "src"
        for name, text in PAGES.items():
            path = source / f"{name}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(re.sub(r"\{toc\}`(.*?)`", _toctree, text))
        (source / "_templates").mkdir()
        (source / "_templates/both.html").write_text(BOTH)
        (source / "conf.py").write_text(CONF.format(templates=str(TEMPLATES), **options))
        app = make_app("html", srcdir=source)
        app.build(force_all=True)
        pages = sorted(Path(app.outdir).rglob("*.html"))
        found = {
            str(path.relative_to(app.outdir)): path.read_text()
            for path in pages
            if "_static" not in path.parts
        }
        return {name: _pair(text) for name, text in found.items()}

    return build


def _toctree(match: re.Match[str]) -> str:
    return "```{toctree}\n%s\n```" % match[1].replace("|", "\n")


NAME = re.compile(r'(?<=<summary) aria-label="([^"]*)"')


def _pair(page: str) -> tuple[str, str]:
    theme, ours = re.search("THEME(.*)OURS(.*)END", page, re.DOTALL).groups()
    return tuple(
        re.sub(r"\s+", " ", re.sub(r"\s*(<[^>]*>)\s*", r"\1", text)).strip()
        for text in (theme, ours)
    )


@pytest.mark.parametrize(
    ("depth", "opened", "collapsed"),
    [(4, 1, False), (4, 1, True), (2, 2, False), (3, 2, True), (0, 1, False)],
)
def test_every_navigation_is_the_themes_but_for_white_space(navigations, depth, opened, collapsed):
    pairs = navigations(depth=depth, opened=opened, collapsed=collapsed)
    assert len(pairs) == len(PAGES) + 2
    for name, (theme, ours) in pairs.items():
        lines = (NAME.sub("", text).replace("<", "\n<").split("\n") for text in (theme, ours))
        assert "\n".join(difflib.unified_diff(*lines, lineterm="", n=1)) == "", name
    assert "Part" in pairs["a/deep/deepest.html"][1]


def test_the_branch_at_hand_is_marked_and_the_others_are_folded(navigations):
    pairs = navigations(depth=4, opened=1, collapsed=True)
    assert re.search(
        r'<a class="current reference internal" href="#">[\d.]+ Deep</a>',
        pairs["a/deep/index.html"][1],
    )
    assert "Deepest" not in pairs["b.html"][1] and "Below C" not in pairs["lost.html"][1]


def test_every_toggle_has_a_name(navigations):
    """The theme's have none (axe: summary-name)."""
    theme, ours = navigations(depth=4, opened=1, collapsed=False)["a/one.html"]
    assert "Pages below: 1. Part A &amp; " in ours.replace("“", '"').replace("&quot;", '"')
    assert len(NAME.findall(ours)) == ours.count("<summary") == theme.count("<summary") > 2
