"""Tables of contents in which one page stands twice: file, line and cure, in every edition."""

from __future__ import annotations

import pytest

DOUBLE = {
    "two toctrees of a page": (
        {"index.md": "\n```{toctree}\nAgain <sections/one>\n```\n"},
        ("index.md", "Again <sections/one>"),
    ),
    "two pages": (
        {"reference/evidence.md": "\n```{toctree}\n../sections/one.md\n```\n"},
        ("reference/evidence.md", "../sections/one.md"),
    ),
    "a pattern": (
        {"reference/evidence.md": "\n```{toctree}\n:glob:\n\n../sections/*\n```\n"},
        ("reference/evidence.md", "```{toctree}"),
    ),
}


@pytest.mark.parametrize("name", DOUBLE)
def test_a_page_that_two_toctrees_list_is_told_with_both_lines(tiny, name):
    more, (page, entry) = DOUBLE[name]
    built = tiny(
        {path: lambda text, add=add: text + add for path, add in more.items()}, builder="dummy"
    )
    first = _line(built, "index.md", "sections/one")
    assert built.warnings == (
        f"{page}:{_line(built, page, entry)}: WARNING: 'sections/one' stands in a toctree a second"
        f" time, after docs/index.md:{first}; take one of them out [toc.double]\n"
    )


def _line(built, page, entry):
    lines = (built.app.srcdir / page).read_text("utf-8").splitlines()
    return 1 + lines.index(entry)
