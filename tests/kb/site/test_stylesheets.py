"""What no stylesheet may say, since an engine reads it otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.site.asset_pruning import APART, NESTS, TOKEN, rules

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


PREFIX = re.compile(r"(?<![-\w])-(?:moz|ms|webkit)-")
UNKNOWN = "(pairs) => pairs.filter(([name, value]) => !CSS.supports(name, value))"


def declarations(css: str) -> Iterator[tuple[str, str]]:
    """Each property with its value, of the rules of elements, at any depth."""
    for rule in rules(css):
        if rule.body and NESTS.match(rule.head):
            yield from declarations(rule.body)
        elif rule.body and not rule.head.startswith("@"):
            ends = [token for token in TOKEN.finditer(f"{rule.body};") if token[0] == ";"]
            starts = [0, *(token.end() for token in ends)]
            for start, end in zip(starts, ends, strict=False):
                name, colon, value = rule.body[start : end.start()].partition(":")
                if colon and not name.strip().startswith("--"):
                    yield name.strip(), value.replace("!important", "").strip()


def unknown(visit, site: Path, css: str) -> list[list[str]]:
    """The declarations of *css* that Chromium does not take, but for those of one engine."""
    page = visit.open((site / "index.html").as_uri())
    asked = {pair for pair in declarations(css) if not PREFIX.search(" ".join(pair))}
    return page.evaluate(UNKNOWN, sorted(asked))


def test_what_no_engine_takes_is_seen(visit, site: Path):
    css = """a{color:red;transition:opacity .4s,visibility 0s linear "0s"}
    @media print{b{colour:red;background:url("a;b")}i{width:var(--x, 2px);-moz-hyphens:auto;--y:"0s"}}"""
    wrong = [["colour", "red"], ["transition", 'opacity .4s,visibility 0s linear "0s"']]
    assert unknown(visit, site, css) == wrong


def test_every_declaration_says_something(visit, site: Path):
    """One with a slip is left out by every engine, without a word."""
    sheets = {
        name: (site / "_static" / name).read_text(encoding="utf-8")
        for name in ("site.css", *(name for name, _ in APART.values()))
    }
    assert all(len(set(declarations(css))) > 10 for css in sheets.values())
    assert [unknown(visit, site, css) for css in sheets.values()] == [[]] * len(sheets)
