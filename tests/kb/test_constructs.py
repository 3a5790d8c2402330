"""What an author may type, in every edition: printed, refused with its line, or left out by design.

``constructs.toml`` lists it.  Each construct is a page with a word of its own, and all pages are
built together, by each edition from nothing.  What differs between editions without being told is
a fault.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from construct_table import BUILDERS, EDITIONS, Construct, build, lay_out, previews, table, texts

QUICK = (
    "picture",
    "table",
    "link by reference that nothing defines",
    "footnote with a name",
    "formula in a sentence",
    "emoji",
    "emoji in a heading",
    "emoji in code",
    "Japanese",
    "role abbr",
    "role cite:p with words",
    "directive admonition",
    "directive dropdown",
    "directive footer",
    "directive header",
    "directive margin, title",
    "directive only, book",
    "directive tab-set",
    "text left out of paper",
)
"""What one edition once printed, dropped or refused alone."""


def test_the_table_gives_a_reason_for_whatever_is_left_out():
    rows = table()
    assert len({row.name for row in rows}) == len(rows) >= 120
    for row in rows:
        assert "MARK" in row.text or row.refused, row.name
        assert not (row.refused and row.without), row.name
        assert set(row.without) <= set(EDITIONS), row.name
        assert all(len(reason.split()) > 2 for reason in row.without.values()), row.name


def test_some_constructs_in_site_pdf_and_epub(tmp_path):
    rows = [row for row in table() if row.name in QUICK]
    assert len(rows) == len(QUICK)
    assert list(faults(tmp_path, rows)) == []


@pytest.mark.prove
def test_every_construct_in_every_edition(tmp_path):
    assert list(faults(tmp_path, table(), with_live=True)) == []


def faults(root: Path, rows: list[Construct], *, with_live: bool = False) -> Iterator[str]:
    """Yield what an edition does to one of the constructs *rows* that the table does not say."""
    stopped = refused_at_once(root / "all", rows)
    left = []
    for row in rows:
        if row.page in stopped:
            yield from differs(row, "every edition", stopped[row.page])
        else:
            left.append(row)
    lay_out(root / "left", left)
    said = {edition: build(root / "left", edition) for edition in BUILDERS}
    printed = {edition: texts(root / "left", edition) for edition in (*BUILDERS, "search", "text")}
    good = [row for row in left if not said["html"].by_page.get(row.page)]
    pages = {row.page for row in left}
    for edition in BUILDERS:
        others = {page: told for page, told in said[edition].by_page.items() if page not in pages}
        yield from (f"{edition} says of {page}: {told}" for page, told in others.items())
    for row in left:
        for edition in BUILDERS:
            yield from differs(row, edition, said[edition].by_page.get(row.page, []))
        if not row.refused:
            for edition, text in printed.items():
                yield from misses(row, edition, text)
    if with_live:
        bad = [row for row in left if row.refused]
        yield from in_live(root / "live", good, bad)


def refused_at_once(root: Path, rows: list[Construct]) -> dict[str, list[str]]:
    """The messages by page of a build that ends before a page is read."""
    lay_out(root, rows)
    said = build(root, "html")
    is_built = (root / "out/html/index.html").is_file()
    shutil.rmtree(root)
    return {} if is_built else said.by_page


def differs(row: Construct, edition: str, messages: list[str]) -> Iterator[str]:
    """Yield a fault where *messages* of an edition are not what the table says."""
    if row.refused:
        if not any(row.refusal in message for message in messages):
            yield f"{row.name}: {edition} does not refuse it by {row.refusal!r} but says {messages}"
        elif not all(message.partition(":")[0].isdecimal() for message in messages):
            yield f"{row.name}: {edition} names no line: {messages}"
    elif messages:
        yield f"{row.name}: {edition} says {messages}"


def misses(row: Construct, edition: str, text: str) -> Iterator[str]:
    if (row.mark in text) == (edition in row.without):
        yield f"{row.name}: {edition} {'prints' if edition in row.without else 'does not print'} it"


def in_live(root: Path, good: list[Construct], bad: list[Construct]) -> Iterator[str]:
    """Yield what a preview of `make live` does not show of *good* constructs, or shows of *bad* ones."""
    lay_out(root, good)
    for row in bad:
        (root / f"docs/{row.page}.md").write_text("# Page\n\nFirst words.\n", encoding="utf-8")
    with (root / "docs/index.md").open("a", encoding="utf-8") as front:
        front.write("\n```{toctree}\n" + "\n".join(row.page for row in bad) + "\n```\n")
    shown = previews(root, {row.page: row.source for row in (*good, *bad)})
    for row in good:
        yield from misses(row, "live", shown.get(row.page, ""))
    yield from (f"{row.name}: live shows it" for row in bad if row.page in shown)
