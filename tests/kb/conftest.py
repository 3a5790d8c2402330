"""Fixtures only: the tiny knowledge base with all that stands around the text of a page."""

from __future__ import annotations

import pytest

from kb import CORE

EXTENSIONS = ["myst_parser", "sphinxcontrib.bibtex", *CORE, "kb.outlets"]


@pytest.fixture
def tiny_site_extensions() -> list[str]:
    """The extensions of that knowledge base."""
    return EXTENSIONS


@pytest.fixture
def tiny_site(tiny, docs):
    """The tiny knowledge base with all that stands around the text of a page."""
    footer = {"kb-footer.html": lambda _: (docs / "_templates/kb-footer.html").read_text("utf-8")}
    theme = {"article_footer_items": ["kb-cite"], "footer_content_items": ["kb-footer"]}

    def build(edits=None, **config):
        settings = {
            "extensions": EXTENSIONS,
            "author": "The editors",
            "copyright": "2026, them",
            "version": "1.0",
            "templates_path": ["."],
            "html_theme": "sphinx_book_theme",
            "html_theme_options": theme,
            "html_additional_pages": {"404": "kb-404.html"},
            "kb_description": "A whole in a sentence.",
        }
        return tiny({**footer, **(edits or {})}, **{**settings, **config})

    return build
