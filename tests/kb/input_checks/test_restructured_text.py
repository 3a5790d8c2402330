"""reStructuredText within a page: what no edition would print is told with its line, and goes."""

from __future__ import annotations

WHERE = "reference/evidence.md"
TOLD = {
    "Words [#]_.": "there is no footnote [#]; write '[^name]' in markdown",
    "Words [*]_.": "there is no footnote [*]; write '[^name]' in markdown",
    ".. [7] Never called.": "nothing calls the footnote [7]; call it, or delete it",
    ".. |name| replace:: words": "'|name|' is not replaced by anything; write the words themselves",
    ".. _name: https://example.org": ("nothing links to 'name', so the line would not be printed"),
}


def test_each_is_told_with_its_line_and_taken_away(tiny):
    for text, message in TOLD.items():
        page = f"\n```{{eval-rst}}\n{text}\n```\n"
        built = tiny({WHERE: lambda before, page=page: before + page})
        told = [line for line in built.warnings.splitlines() if "[text.restructured]" in line]
        assert [line.partition(": WARNING: ")[2] for line in told] == [
            f"{message} [text.restructured]"
        ], text
        assert told[0].startswith(f"{WHERE}:13: "), told
        tree = built.app.env.get_doctree("reference/evidence")
        assert "Never" not in tree.astext()


def test_what_is_called_and_linked_passes(tiny):
    text = "Words [1]_ and a name_.\n\n.. [1] Called.\n.. _name: https://example.org"
    built = tiny({WHERE: lambda before: f"{before}\n```{{eval-rst}}\n{text}\n```\n"})
    assert "[text.restructured]" not in built.warnings
