"""reStructuredText within a page: what no edition would print is told with its line, and goes."""

from __future__ import annotations

import pytest

WHERE = "reference/evidence.md"
TOLD = {
    "Words [#]_.": "there is no footnote [#]; write '[^name]' in markdown",
    "Words [*]_.": "there is no footnote [*]; write '[^name]' in markdown",
    ".. [7] Never called.": "nothing calls the footnote [7]; call it, or delete it",
    ".. target-notes::": "'TargetNotes' is never carried out in a page; write its words into the text",
    ".. |name| replace:: words": "'|name|' is not replaced by anything; write the words themselves",
    ".. _name: https://example.org": "nothing links to 'name', so the line would not be printed",
}


@pytest.mark.parametrize("text", TOLD)
def test_each_is_told_with_its_line_and_taken_away(tiny, text):
    built = tiny({WHERE: lambda before: f"{before}\n```{{eval-rst}}\n{text}\n```\n"})
    assert built.warnings == f"{WHERE}:13: WARNING: {TOLD[text]} [text.restructured]\n"
    assert "Never" not in built.app.env.get_doctree("reference/evidence").astext()


def test_what_is_called_and_linked_passes(tiny):
    text = "Words [1]_ and a name_.\n\n.. [1] Called.\n.. _name: https://example.org"
    built = tiny({WHERE: lambda before: f"{before}\n```{{eval-rst}}\n{text}\n```\n"})
    assert built.warnings == ""
