"""Notes in the margin: known to every builder, whichever theme it has."""

from __future__ import annotations

import pytest

NOTE = ":::{margin}\nA zqnote.\n:::\n\n:::{margin} A zqtitle\nWords.\n:::\n"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("builder", ["text", "html"])
@pytest.mark.parametrize("theme", ["basic", "sphinx_book_theme"])
def test_a_note_in_the_margin(tiny, builder, theme):
    edits = {"reference/evidence.md": lambda text: f"{text}\n{NOTE}"}
    built = tiny(edits, builder, html_theme=theme)
    assert built.warnings == ""
    page = built.page(f"reference/evidence.{'txt' if builder == 'text' else 'html'}")
    assert "A zqnote." in page and "A zqtitle" in page
    if builder == "html":
        assert page.count('<aside class="margin sidebar">') == 2
        assert page.count('<p class="sidebar-title">') == 1
