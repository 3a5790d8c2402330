"""The contents at the side of a page: the theme's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

# The theme asks for what Sphinx 11 will drop.
pytestmark = pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning")
TEMPLATES = Path(__file__).parents[3] / "docs/_templates"
BOTH = 'THEME{% include "page-toc.html" %}OURS{% include "kb-page-toc.html" %}END'
PAGES = {
    "index": "# One\n\n## Two & <two>\n\n### Three\n\n#### Four\n\n## Again\n\n```{toctree}\nflat\ntwo\nmarkup\nquotes\nlist\nempty\n```\n",
    "flat": "# Flat\n\nText.\n",
    "two": "# One title\n\n## Below\n\n# And another\n\n## Below that\n",
    "markup": "# Markup\n\n## With *stress* and `code`\n\n### Plain\n",
    "quotes": '# Quotes\n\n## He said "yes" & it\'s 5 < 6\n',
    "list": "# List\n\n```{toctree}\nbelow\n```\n",
    "below": "# Below\n\n## Inside\n",
    "empty": "Text without a title, and\n\n## a section\n",
}


@pytest.mark.parametrize("level", [1, 2])
def test_every_list_is_the_themes(make_app: Callable[..., SphinxTestApp], tmp_path, level):
    for name, text in PAGES.items():
        (tmp_path / f"{name}.md").write_text(text)
    (tmp_path / "_templates").mkdir()
    (tmp_path / "_templates/both.html").write_text(BOTH)
    (tmp_path / "conf.py").write_text(
        f'extensions = ["myst_parser", "kb.site.page_toc"]\nhtml_theme = "sphinx_book_theme"\nsmartquotes = False\n'
        f'templates_path = ["_templates", {str(TEMPLATES)!r}]\nsuppress_warnings = ["myst.header"]\n'
        f'html_theme_options = {{"show_toc_level": {level}, "secondary_sidebar_items": ["both.html"]}}\n'
    )
    app = make_app("html", srcdir=tmp_path)
    app.build(force_all=True)
    for name in PAGES:
        page = (Path(app.outdir) / f"{name}.html").read_text()
        theme, ours = re.search("THEME(.*)OURS(.*)END", page, re.DOTALL).groups()
        # The ids of the two headings differ in one page.
        theme, ours = (
            re.sub(r"(pst-page-navigation-heading)(-\d+)?", r"\1", text) for text in (theme, ours)
        )
        assert ours == theme, name
    assert "toc-h3" in (Path(app.outdir) / "index.html").read_text()
