"""What no stylesheet may say, since an engine reads it otherwise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DECORATION = re.compile(r"(?<![-\w])text-decoration\s*:\s*([^;}]*)")


def lost_lines(css: str) -> list[str]:
    """The values of ``text-decoration`` that take the line away where only that is known.

    WebKit before Safari 26.2 takes the property for ``text-decoration-line``.  What it cannot parse
    it leaves out, and the rule before holds; but a ``var()`` it parses later, and then resets all.
    """
    return [
        value.strip()
        for value in DECORATION.findall(css)
        if "var(" in value and len(value.split()) > 1
    ]


@pytest.mark.parametrize(
    ("css", "lost"),
    [
        ("a { text-decoration: underline dotted var(--x); }", ["underline dotted var(--x)"]),
        ("a{text-decoration:var(--a)  var(--b)}", ["var(--a)  var(--b)"]),
        ("a { text-decoration: underline; text-decoration-color: var(--x); }", []),
        ("a { text-decoration: var(--line); }", []),
        ("a { text-decoration: underline dotted red; }", []),
    ],
)
def test_what_takes_a_line_away(css, lost):
    assert lost_lines(css) == lost


def test_no_stylesheet_takes_a_line_away(docs: Path, site: Path):
    ours = sorted(path for path in docs.rglob("*.css"))
    built = sorted(site.rglob("*.css"))
    assert len(ours) > 8 and site / "_static/site.css" in built
    found = {path.name: lost_lines(path.read_text(encoding="utf-8")) for path in [*ours, *built]}
    assert {name: lost for name, lost in found.items() if lost} == {}
