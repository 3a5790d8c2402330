"""What each source of the food table leaves out: ``docs/data/food-limits.csv``.

Each row is one or two plain sentences on a source, and rests on its record in
``docs/data/sources.bib``::

    source_key,rows,leaves_out
    rivm2023nevo,,"One total for K2: the forms are not split, ..."
    dunlop2022foods,mk4-only,The figure is MK-4 alone. Other forms are not given here.

``rows`` says for which rows of ``foods.csv`` the sentence holds: empty for all of the source, a
basis for those that count it, ``none`` for those without a figure, ``mk7-included`` for those whose
note says that MK-7 is included.  The narrower sentence wins; a row without one gets that of its
basis.

``{food-limits}`` prints all sentences as a table, in every format; the food explorer shows one
beside each food, and the data files have it in the column ``leaves_out``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from kb.claims.register import table, text
from kb.core.messages import not_in_list
from kb.core.tables import Fault, Row, read_rows, stamp
from kb.foods.table import BASES, Food
from kb.sources.bibliography import source_faults, sources_of, usable_keys

FILE = "data/food-limits.csv"
"""Where the file lies, seen from the folder of the sources."""
COLUMNS = ["source_key", "rows", "leaves_out"]
WHICH = {
    "": "All rows",
    "mk7-included": "Rows that include MK-7",
    "none": "Rows without a figure",
    **{basis: words for basis, words in BASES.items() if basis},
}
"""What the column ``rows`` may hold, and how readers see it."""
BY_BASIS = {
    "total": "One total for K2, without the single forms.",
    "sum": "The figure adds up the forms that the source names. Others are not given.",
    "mk4-only": "The figure is MK-4 alone. Longer menaquinones were not measured or not given.",
    "mk7-only": "The figure is MK-7 alone. Other forms were not given.",
    "unspecified-vitamin-k": "One figure for all vitamin K, K1 included. "
    "It must never be read as K2.",
    "": "The source gives no single figure for K2.",
}
"""The sentence for a row whose source has none of its own, by what its figure counts."""
Limits = dict[tuple[str, str], str]
"""By key of the source and kind of rows: the sentence."""


def read_limits(path: Path, usable: frozenset[str]) -> Limits:
    """Read and check *path* against the *usable* keys of sources; without a file there are no rows.

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """
    return _read(path, stamp(path), usable)


@functools.lru_cache(maxsize=4)
def _read(path: Path, _stamp: int, usable: frozenset[str]) -> Limits:
    rows = read_rows(path, COLUMNS, lambda rows: _faults(rows, usable))
    return {(row["source_key"], row["rows"]): row["leaves_out"] for _, row in rows}


def _faults(rows: list[Row], usable: frozenset[str]) -> Iterator[Fault]:
    found: set[tuple[str, str]] = set()
    for line, row in rows:
        key, which, sentence = (row[column] for column in COLUMNS)
        yield from ((line, fault) for fault in source_faults([key], usable))
        if which not in WHICH:
            yield line, f"rows {not_in_list(which, WHICH)}"
        if (key, which) in found:
            yield line, f"the rows {which or 'all'!r} of {key!r} have a sentence already; keep one"
        if not sentence.endswith("."):
            yield line, "leaves_out is one or two whole sentences, with a full stop"
        found.add((key, which))


def limits_in(env: BuildEnvironment) -> Limits:
    """The checked sentences of the project."""
    return read_limits(Path(env.srcdir, FILE), usable_keys(sources_of(env)))


def leaves_out(food: Food, limits: Limits) -> str:
    """What the table or study of *food* leaves out."""
    narrow = "mk7-included" if "MK-7 is included" in food.note else food.basis or "none"
    return (
        limits.get((food.source, narrow)) or limits.get((food.source, "")) or BY_BASIS[food.basis]
    )


def includes_k1(food: Food) -> bool:
    """Whether the figure, or the words in its place, count K1 as well."""
    return (
        food.basis == "unspecified-vitamin-k" or "K1 included" in food.spread or "PKeq" in food.note
    )


class FoodLimitsDirective(SphinxDirective):
    """``{food-limits}``: every sentence, by source."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(Path(self.env.srcdir, FILE)))
        limits = limits_in(self.env)
        narrowed = {key for key, which in limits if which}
        told = [
            (key, which or ("other" if key in narrowed else ""), says)
            for (key, which), says in sorted(limits.items())
        ]
        rows = [self._row(*one) for one in told]
        whole = table(
            [text(words) for words in ("Source", "Rows", "What it leaves out")],
            rows,
            [20, 25, 55],
            "What each source leaves out",
            classes=["food-limits", "no-links"],
        )
        self.set_source_info(whole)
        return [whole]

    def _row(self, key: str, which: str, sentence: str) -> list[nodes.Node]:
        cited, _ = self.parse_inline("{cite:alp}`%s`" % key, lineno=self.lineno)
        return [
            nodes.paragraph("", "", *cited),
            text(WHICH.get(which, "All other rows")),
            text(sentence),
        ]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.foods.table")
    app.add_directive("food-limits", FoodLimitsDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
