"""The table of foods, from ``docs/data/foods.csv``: ``{food-table}``.

Each row says what was measured.  A figure for all vitamin K (``basis`` is
``unspecified-vitamin-k``) includes K1 and is never printed as K2.  The anchor of a
row is ``food-<id>``.  Faults of the file are named by line, before anything is
drawn from it.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

from kb.claims.register import table, text
from kb.core.messages import did_you_mean, one_of
from kb.sources.bibliography import Source, sources_of

CATEGORIES = {
    "fermented-soy": "Fermented soy",
    "cheese": "Cheese",
    "other-dairy": "Milk, butter and other dairy",
    "egg": "Eggs",
    "organ-meat": "Liver",
    "meat": "Meat and sausage",
    "fish": "Fish and shellfish",
    "fermented-vegetable": "Fermented vegetables",
    "plant": "Soybeans, not fermented",
    "oil-fat": "Oils and fats",
}
BASES = {
    "total": "K2, all forms the table counts",
    "sum": "K2, sum of the forms given",
    "mk4-only": "MK-4 only",
    "mk7-only": "MK-7 only",
    "unspecified-vitamin-k": "All vitamin K, K1 included",
    "": "No single K2 figure",
}
COLUMNS = (
    "id",
    "food",
    "kind",
    "category",
    "k2_ug_per_100g",
    "basis",
    "vitamin_k1_ug_per_100g",
    "mk4_ug_per_100g",
    "mk5_to_mk6_ug_per_100g",
    "mk7_ug_per_100g",
    "mk8_ug_per_100g",
    "mk9_ug_per_100g",
    "mk10_ug_per_100g",
    "total_k2_ug_per_100g",
    "n_samples",
    "range_or_sd",
    "source_key",
    "country",
    "note",
)
LONGEST_KIND = 19
"""Letters that fit beside the chart on a phone."""
ESTIMATED = "zero is an estimate"
"""What the note of a row says where its table marks a zero as estimated."""
MOST = 100_000
"""Micrograms per 100 g, a hundred times what natto holds: above it the unit is wrong."""
NUMBERS = tuple(name for name in COLUMNS if name.endswith("_per_100g"))
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+\Z")


class FoodsError(SphinxError):
    """The file of foods cannot be used; the message lists every fault by line."""

    category = "Foods error"


@dataclass(frozen=True)
class Food:
    """One row: *value* in micrograms per 100 g as printed in its source, ``""`` if it gives none."""

    id: str
    food: str
    kind: str
    category: str
    value: str
    basis: str
    spread: str
    source: str
    country: str
    note: str
    line: int
    cells: dict[str, str] = field(hash=False)
    """The whole row, by the names of its columns."""

    @property
    def is_k2(self) -> bool:
        """Whether the figure is one of K2 alone."""
        return bool(self.value) and self.basis != "unspecified-vitamin-k"


def read_foods(path: Path, known: dict[str, Source]) -> list[Food]:
    """Read and check *path* against the *known* sources.

    :raises FoodsError: with one line for each fault, each naming file, line and cure.
    """
    if not path.is_file():
        raise FoodsError(f"{path.name}: no such file; it belongs in docs/data/")
    return list(
        _read(
            path,
            path.stat().st_mtime_ns,
            tuple(sorted(k for k, s in known.items() if not s.is_void)),
        )
    )


@functools.lru_cache(maxsize=4)
def _read(path: Path, _stamp: int, usable: tuple[str, ...]) -> tuple[Food, ...]:
    # Spreadsheets put a mark (BOM) before the text.
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows: list[tuple[int, dict[str, str]]] = []
        try:
            head = tuple(reader.fieldnames or ())
            rows.extend((reader.line_num, row) for row in reader)
        except (csv.Error, UnicodeDecodeError) as error:
            line = 1 + (rows[-1][0] if rows else 1)
            cure = "look for a quotation mark that is not closed, and save it as UTF-8 with commas"
            raise FoodsError(
                f"docs/data/{path.name}:{line}: {error} in the row that begins here; {cure}"
            ) from error
    faults = _head_faults(head, path.name) or list(_all_faults(rows, usable, path.name))
    if faults:
        raise FoodsError("\n".join(faults))
    return tuple(_food(line, row) for line, row in rows)


def _head_faults(head: tuple[str, ...], name: str) -> list[str]:
    if head == COLUMNS:
        return []
    lost, new = [c for c in COLUMNS if c not in head], [c for c in head if c not in COLUMNS]
    what = (
        f"missing {', '.join(lost)}"
        if lost
        else f"unknown {', '.join(new)}"
        if new
        else "in another order"
    )
    return [f"docs/data/{name}:1: columns {what}; the head is {','.join(COLUMNS)}"]


def _all_faults(
    rows: list[tuple[int, dict[str, str]]], usable: tuple[str, ...], name: str
) -> Iterator[str]:
    first: dict[str, int] = {}
    for line, row in rows:
        for fault in _row_faults(row, usable):
            yield f"docs/data/{name}:{line}: {fault}"
        if row["id"] in first:
            yield f"docs/data/{name}:{line}: id {row['id']!r} stands at line {first[row['id']]} already; ids are unique"
        first.setdefault(row["id"], line)


def _row_faults(row: dict[str, str], usable: tuple[str, ...]) -> Iterator[str]:
    if None in row or None in row.values():
        count = sum(value is not None for key, value in row.items() if key) + len(row.get(None, ()))  # type: ignore[call-overload]
        yield f"{count} cells where the head has {len(COLUMNS)}; quote a cell that holds a comma"
        return
    if not _ID.match(row["id"]):
        yield f"id {row['id']!r} is not <food>-<table> in small letters, digits and hyphens"
    for column in ("food", "kind", "country"):
        if not row[column].strip():
            yield f"column {column!r} is empty"
    if len(row["kind"]) > LONGEST_KIND:
        yield f"kind {row['kind']!r} is longer than {LONGEST_KIND} letters and would be cut off in the chart; shorten it"
    for column, words in (("category", CATEGORIES), ("basis", BASES)):
        if (word := row[column]) not in words:
            choice = one_of(w or "empty" for w in words)
            yield f"{column} {word!r} is not in the list{did_you_mean(word, words)} (it is one of {choice})"
    for column in NUMBERS:
        if row[column] and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", row[column]):
            yield f"{column} {row[column]!r} is not a number; write micrograms per 100 g with a decimal point, or leave it empty"
        elif float(row[column] or 0) > MOST:
            yield f"{column} {row[column]!r} is more than {MOST} micrograms per 100 g, which no food holds; look at the unit"
    if row["k2_ug_per_100g"] and not row["basis"]:
        yield "a figure needs a basis: what it counts"
    if not row["k2_ug_per_100g"] and not (row["range_or_sd"] or (row["note"] and not row["basis"])):
        yield "no figure: say in range_or_sd what was seen (trace, a range), or leave the basis empty and write a note"
    if row["source_key"] not in usable:
        yield f"source {row['source_key']!r} is unknown or withdrawn{did_you_mean(row['source_key'], usable)}"


def _food(line: int, row: dict[str, str]) -> Food:
    return Food(
        row["id"],
        row["food"],
        row["kind"],
        row["category"],
        row["k2_ug_per_100g"],
        row["basis"],
        row["range_or_sd"],
        row["source_key"],
        row["country"],
        row["note"],
        line,
        row,
    )


def foods_of(env: BuildEnvironment) -> list[Food]:
    """The checked foods of the project, and a note that the page at hand depends on them."""
    path = Path(env.srcdir, env.config.kb_foods)
    env.note_dependency(str(path))
    return read_foods(path, sources_of(env))


class FoodTableDirective(SphinxDirective):
    """``{food-table}``: every row, by category, the largest figures first."""

    option_spec: ClassVar[OptionSpec] = {"caption": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        foods = sorted(foods_of(self.env), key=_rank)
        rows = [
            row
            for category, group in groupby(foods, key=lambda f: f.category)
            for row in self._group(category, list(group))
        ]
        head = [
            text(words) for words in ("Food", "Country", "Form measured", "µg per 100 g", "Source")
        ]
        whole = table(head, rows, [27, 13, 19, 23, 18], classes=["food-table", "no-links"])
        for row in whole.findall(nodes.row):
            if len(row) == 1:
                row[0].attributes["morecols"] = len(head) - 1  # type: ignore[attr-defined]
                row["classes"].append("food-group")
        self.set_source_info(whole)
        return [whole]

    def _group(self, category: str, foods: list[Food]) -> Iterator[list[nodes.Node]]:
        yield [nodes.paragraph("", "", nodes.strong("", CATEGORIES[category]))]
        for food in foods:
            yield self._row(food)

    def _row(self, food: Food) -> list[nodes.Node]:
        cited, _ = self.parse_inline("{cite:alp}`%s`" % food.source, lineno=self.lineno)
        name = nodes.paragraph("", "", nodes.inline("", food.food, ids=[f"food-{food.id}"]))
        basis = text(
            BASES[food.basis], *(["not-k2"] if food.basis == "unspecified-vitamin-k" else [])
        )
        return [name, text(food.country), basis, _value(food), nodes.paragraph("", "", *cited)]


def _rank(food: Food) -> tuple[int, float, str, str]:
    return (
        list(CATEGORIES).index(food.category),
        -float(food.value or -1),
        food.food.casefold(),
        food.id,
    )


def _value(food: Food) -> nodes.paragraph:
    figure, aside = printed(food)
    if not figure:
        return text(aside, "food-note")
    cell = nodes.paragraph(
        "", "", nodes.inline("", figure, classes=["food-figure"]), classes=["food-value"]
    )
    if aside:
        cell += nodes.inline("", f" {aside}", classes=["food-note"])
    return cell


def printed(food: Food) -> tuple[str, str]:
    """The figure as the table prints it, and the words behind it; a row without a figure has words alone."""
    if not food.value:
        return "", tidy(food.spread or food.note.split(";")[0].split(". ")[0])
    if food.spread.startswith(
        f"{food.value} "
    ):  # a spread that repeats the figure ("506 ± 63 ...") stands for both
        figure, bracket, rest = tidy(food.spread).partition(" (")
        return figure, bracket.strip() + rest
    aside = tidy(food.spread) or ("estimate" if ESTIMATED in food.note else "")
    return food.value, f"({aside})" if aside else ""


def tidy(words: str) -> str:
    """Print signs for what a data file spells: plus or minus, micro, ranges."""
    words = re.sub(r"(?<=\d)\s*-\s*(?=\d)", "–", words)
    return words.replace("+/-", "±").replace("ug ", "µg ").replace("ug/", "µg/").strip(".")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.sources.bibliography")
    app.add_config_value("kb_foods", "data/foods.csv", "env", str)
    app.add_directive("food-table", FoodTableDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
