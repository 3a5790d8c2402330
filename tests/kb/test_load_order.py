"""The order in which features, and modules in them, are loaded changes nothing: priorities decide.

One root has a part of everything that handlers of several features write to: the heads of pages,
their bodies, moved anchors, drawings, a table with its chart, the register, terms and citations.
"""

from __future__ import annotations

import random
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from kb import BOOK, CORE, SITE

# The theme asks for what Sphinx 11 will drop.
pytestmark = pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning")

FEATURES = [*CORE, *SITE, *BOOK]
MODULES = [
    f"{feature}.{module}"
    for feature in FEATURES
    for module in getattr(import_module(feature), "MODULES", ())
]
OTHERS = ["incremental_html", "typstbook"]
FOREIGN = ["myst_parser", "sphinx_design", "sphinxcontrib.bibtex"]
"""Extensions of other projects; ours are loaded after them."""


def shuffled(names: list[str]) -> list[str]:
    """Return *names* in one other order, the same each time."""
    order = names.copy()
    random.Random(14).shuffle(order)
    return order


LISTED = [*OTHERS, *MODULES, *FEATURES]
ORDERS = {
    "as listed": [*OTHERS, *FEATURES],
    "reversed": LISTED[::-1],
    "shuffled": shuffled(LISTED),
}
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">
<title>One</title><text x="2" y="9" font-weight="600">Gut</text></svg>
"""
FIGURE = "\n![A gut.](gut.svg){.kb-figure}\n"
EDITS = {
    "sections/one.md": lambda text: text.replace("## The subject\n", f"## The subject\n{FIGURE}"),
    "sections/gut.svg": lambda _: DRAWING,
    "data/redirects.csv": lambda _: (
        "old,new,reason\nold.html,sections/one.html,Renamed.\n"
        "sections/one.html#claim-z9,sections/one.html#claim-a1,The same.\n"
        "sections/one.html#claim-z8,,Dropped.\n"
    ),
    "kb-footer.html": lambda _: "<p>{{ kb_report_url }}</p>",
}
SETTINGS = {
    "exclude_patterns": ["data", "_build"],
    "author": "The editors",
    "copyright": "2026, them",
    "version": "1.0",
    "myst_enable_extensions": ["colon_fence", "deflist", "attrs_inline"],
    "templates_path": ["."],
    "html_theme": "sphinx_book_theme",
    "html_baseurl": "https://example.org/k2/",
    "html_additional_pages": {"404": "kb-404.html", "search": "search.html"},
    "html_sidebars": {"**": ["navbar-logo.html", "search-button-field.html", "kb-nav.html"]},
    "html_theme_options": {
        "article_footer_items": ["kb-cite"],
        "footer_content_items": ["kb-footer"],
        "collapse_navbar": True,
    },
    "kb_description": "A whole in a sentence.",
    "kb_notices": ["No advice."],
    "kb_report_url": "https://example.org/issues?page={page}",
}


@pytest.fixture
def outputs(tiny, make_app, tmp_path, monkeypatch):
    """Build the same sources with the extensions in each order; return the bytes of every file."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1769990400")

    def build(builder: str) -> dict[str, dict[str, bytes]]:
        # The theme writes into its options.
        settings = {
            name: deepcopy(SETTINGS) | {"extensions": [*FOREIGN, *order]}
            for name, order in ORDERS.items()
        }
        first = tiny(EDITS, builder, **settings["as listed"])
        assert first.warnings == ""
        first.app.cleanup()
        found = {"as listed": contents(first.out)}
        for name in ("reversed", "shuffled"):
            app = make_app(
                builder,
                srcdir=first.app.srcdir,
                builddir=tmp_path / name,
                confoverrides=settings[name],
            )
            app.build(force_all=True)
            app.cleanup()
            found[name] = contents(Path(app.outdir))
        return found

    return build


@pytest.mark.parametrize("name", LISTED)
def test_every_module_says_its_version_and_that_pages_may_be_read_side_by_side(name):
    told = import_module(name).setup(MagicMock())
    assert (told["parallel_read_safe"], told["parallel_write_safe"]) == (True, True)
    assert told["version"]


def contents(out: Path) -> dict[str, bytes]:
    """Return every file below *out* by its name."""
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}


PARTS = {
    "html": (
        "sections/one.html",
        ["og:title", "application/ld+json", "kb-cite", "Content-Security-Policy", "site.css"],
    ),
    "text": ("sections/one.txt", ["Osteocalcin", "(Adams"]),
    "book": (".typst/chapters/00-sections-one.typ", ["osteocalcin"]),
}
"""A file of each builder, and what several features write into it."""


@pytest.mark.parametrize("builder", PARTS)
def test_every_order_of_loading_gives_the_same_bytes(outputs, builder):
    found = outputs(builder)
    listed = found.pop("as listed")
    name, parts = PARTS[builder]
    assert [part for part in parts if part not in listed[name].decode()] == []
    for order, files in found.items():
        names = sorted({*listed, *files})
        assert [n for n in names if files.get(n) != listed.get(n)] == [], order
