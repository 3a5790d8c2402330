"""Tables of contents in which one page stands twice: file, line and cure, in every edition."""

from __future__ import annotations

import pytest

from kb.input_checks.toc_cycles import CycleError, circle

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


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ({}, []),
        ({"index": ["a", "b"], "a": ["b"]}, []),
        ({"index": ["a"], "a": ["a"]}, ["a", "a"]),
        ({"index": ["a"], "a": ["b"], "b": ["index"]}, ["a", "b", "index", "a"]),
        ({"index": ["a", "b"], "b": ["c"], "c": ["d", "b"]}, ["b", "c", "b"]),
        ({"z": ["y"], "y": ["x"], "x": ["y"]}, ["x", "y", "x"]),
        ({"a": ["c", "d"], "b": ["c"], "c": ["e"], "d": ["e"]}, []),
    ],
)
def test_what_runs_in_a_circle(lists, expected):
    assert circle(lists) == expected


def test_tables_of_contents_in_a_circle_stop_the_build_with_the_line_of_the_first(tiny):
    lists = {
        "reference/evidence.md": "\n```{toctree}\n../sections/one\n```\n",
        "sections/one.md": "\n```{toctree}\n../reference/evidence\n```\n",
    }
    with pytest.raises(CycleError) as caught:
        tiny({path: lambda text, add=add: text + add for path, add in lists.items()})
    assert str(caught.value) == (
        "docs/sections/one.md:47: sections/one lists reference/evidence lists sections/one; take"
        " one of them out of its toctree"
    )
    assert caught.value.category == "Contents error"
