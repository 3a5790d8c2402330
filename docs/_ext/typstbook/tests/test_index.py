"""The index at the back of the tiny book, and of books of a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from typstbook.assembly import Book, Chapter, Resolved
from typstbook.index import index_of

if TYPE_CHECKING:
    from books import Built

from docutils.utils import new_document


def printed(*entries: tuple[str, str, str]) -> str:
    """The markup of an index of these entries: kind, value, "main" or nothing."""
    known = Resolved(b"", [])
    known.entries = [
        (kind, value, f"at-{n}", main, None) for n, (kind, value, main) in enumerate(entries)
    ]
    return index_of(Book([Chapter("one", 1, "", "", known, lambda: new_document("one"))]))


def names(markup: str) -> list[str]:
    return re.findall(r"#t\.index-(?:letter\(|entry\(\d, )[\"\[](.*?)[\"\]]", markup)


def test_order_folds_capitals_accents_locants_and_greek() -> None:
    markup = printed(
        *(
            ("single", name, "")
            for name in ("zeta", "Éclair", "1,4-acid", "γ-bond", "echo", "gamma", "2024")
        )
    )
    assert names(markup) == [
        "0–9",
        "2024",
        "A",
        "1\\,4\\-acid",
        "E",
        "echo",
        "Éclair",
        "G",
        "gamma",
        "γ\\-bond",
        "Z",
        "zeta",
    ]


def test_entries_that_differ_in_capitals_are_one() -> None:
    assert names(printed(("single", "natto", ""), ("single", "Natto", "main"))) == ["N", "natto"]


def test_a_lone_entry_below_another_shares_its_line() -> None:
    assert names(printed(("single", "milk; whole", ""))) == ["M", "milk\\, whole"]
    assert names(printed(("single", "milk; whole", ""), ("single", "milk; fresh", ""))) == [
        "M",
        "milk",
        "fresh",
        "whole",
    ]


def test_short_names_run_in() -> None:
    markup = printed(("single", "claims; A1", ""), ("single", "claims; A2", ""))
    assert names(markup) == ["C", "claims"]
    assert 'run-in: (([A1], ("one#at-0",), (),), ([A2], ("one#at-1",), (),),)' in markup


def test_see_leads_nowhere_if_it_says_the_same() -> None:
    assert printed(("see", "γ-bond; gamma-bond", "")) == ""


def test_a_triple_stands_in_three_places() -> None:
    assert names(printed(("triple", "a; b; c", ""))) == [
        "A",
        "a\\, b c",
        "B",
        "b\\, c\\, a",
        "C",
        "c\\, a b",
    ]


def test_a_book_without_entries_has_no_index(build_text: Callable[..., Built]) -> None:
    built = build_text({"index.md": "# Title\n\nText.\n"})
    assert not (built.path.parent / ".typst/index.typ").exists()
    assert "In bold" not in built.text
