"""The table of foods, from ``docs/data/foods.csv``: ``{food-table}``.

Each row says what was measured.  A figure for all vitamin K (``basis`` is
``unspecified-vitamin-k``) includes K1 and is never printed as K2.  The anchor of a
row is ``food-<id>``.  Faults of the file are named by line, before anything is
drawn from it.
"""

from __future__ import annotations

import functools
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from kb.claims.register import table, text
from kb.core.messages import not_in_list
from kb.core.tables import DataError, Fault, Row, read_rows, stamp
from kb.sources.bibliography import Source, source_faults, sources_of, usable_keys

FILE = "data/foods.csv"
"""Where the file lies, seen from the folder of the sources."""
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
SHOWN = {
    "food": ("Food", 27),
    "country": ("Country", 13),
    "value": ("µg per 100 g", 42),
    "source": ("Source", 18),
}
"""Head and width of each column of the table on the page.

Each cell has the class ``column-<name>``, by which ``foods.js`` and the stylesheets know it.
"""
NAME = "Vitamin K in foods"
"""What the table is called for those who listen."""
LONGEST_KIND = 19
"""Letters that fit beside the chart on a phone."""
ESTIMATED = "zero is an estimate"
"""What the note of a row says where its table marks a zero as estimated."""
CLAIM = re.compile(r"\bclaim ([A-Z]\d{1,2})\b")
"""How a note names a claim."""
MOST = 100_000
"""Micrograms per 100 g, a hundred times what natto holds: above it the unit is wrong."""
APART = 100
"""So many times more, or less, than the other foods of its kind: a slip, unless the note says that
the source has it so.  Today's rows are 62 times apart at most."""
AS_PRINTED = "as printed"
"""What the note of such a row says."""
EQUAL = {"total": "total_k2", "mk4-only": "mk4", "mk7-only": "mk7"}
"""The column that holds the main figure once more, by its basis."""
FORMS = ("mk4", "mk5_to_mk6", "mk7", "mk8", "mk9", "mk10")
UNTOLD = 0.2
"""The part of a sum of forms that may be told elsewhere, as in the spread."""
NUMBERS = tuple(name for name in COLUMNS if name.endswith("_per_100g"))
_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_RANGE = re.compile(r"\brange ([0-9.]+)-([0-9.]+)")
_DATE = re.compile(
    r"(?:[0-9]{1,4}[. /-]{1,2})?(?:jan|feb|m[aä]r|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])"
    r"[a-z]{0,6}\.?(?:[. /-]{1,2}[0-9]{1,4})?|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}",
    re.IGNORECASE,
)
"""What a spreadsheet makes of a range such as 3-5: a day."""
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+\Z")


@dataclass(frozen=True)
class Food:
    """One row of the table.

    *value* is in micrograms per 100 g as printed in its source, ``""`` if it gives none.
    """

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

    :raises DataError: with one line for each fault, each naming file, line and cure.
    """
    if not path.is_file():
        raise DataError(f"{path.name}: no such file; it belongs in docs/data/")
    return list(_read(path, stamp(path), usable_keys(known)))


@functools.lru_cache(maxsize=4)
def _read(path: Path, _stamp: int, usable: frozenset[str]) -> tuple[Food, ...]:
    rows = read_rows(path, COLUMNS, lambda rows: _faults(rows, usable), NUMBERS)
    return tuple(_food(line, row) for line, row in rows)


def _faults(rows: list[Row], usable: frozenset[str]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    sound: list[Row] = []
    for line, row in rows:
        numbers = [*_number_faults(row)]
        yield from ((line, fault) for fault in (*_word_faults(row), *numbers, *_figure_faults(row)))
        if not numbers:
            sound.append((line, row))
            yield from ((line, fault) for fault in _disagreements(row))
        yield from ((line, fault) for fault in source_faults([row["source_key"]], usable))
        if row["id"] in first:
            yield (
                line,
                f"id {row['id']!r} stands at line {first[row['id']]} already; ids are unique",
            )
        first.setdefault(row["id"], line)
    yield from _far_from_others(sound)


def _word_faults(row: dict[str, str]) -> Iterator[str]:
    if not _ID.match(row["id"]):
        yield f"id {row['id']!r} is not <food>-<table> in small letters, digits and hyphens"
    for column in ("food", "kind", "country"):
        if not row[column].strip():
            yield f"column {column!r} is empty"
    if len(row["kind"]) > LONGEST_KIND:
        cure = "would be cut off in the chart; shorten it"
        yield f"kind {row['kind']!r} is longer than {LONGEST_KIND} letters and {cure}"
    for column, words in (("category", CATEGORIES), ("basis", BASES)):
        if (word := row[column]) not in words:
            yield f"{column} {not_in_list(word, words)}"


def _number_faults(row: dict[str, str]) -> Iterator[str]:
    for column in NUMBERS:
        what, unit = f"{column} {row[column]!r}", "micrograms per 100 g"
        if row[column] and not _NUMBER.fullmatch(row[column]):
            yield f"{what} is not a number; write {unit} with a decimal point, or leave it empty"
        elif float(row[column] or 0) > MOST:
            yield f"{what} is more than {MOST} {unit}, which no food holds; look at the unit"


def _disagreements(row: dict[str, str]) -> Iterator[str]:
    """Yield where the main figure is not what another column of its row says."""
    text, basis = row["k2_ug_per_100g"], row["basis"]
    if not text:
        return
    figure = float(text)
    if column := EQUAL.get(basis):
        again = row[f"{column}_ug_per_100g"]
        if not again or float(again) != figure:
            yield (
                f"k2_ug_per_100g is {text!r} and {column}_ug_per_100g {again!r}; where the basis is"
                f" {basis} both are the figure of the source"
            )
    forms = sum(float(row[f"{name}_ug_per_100g"] or 0) for name in FORMS)
    if basis == "sum" and not (1 - UNTOLD) * figure <= forms <= figure * 1.01:
        yield f"k2_ug_per_100g is {text!r} and its forms add up to {forms:g}; look at both"
    if (found := _RANGE.search(row["range_or_sd"])) and not (
        float(found[1]) <= figure <= float(found[2])
    ):
        yield f"k2_ug_per_100g {text!r} is outside of its range, {found[1]}-{found[2]}"


def _far_from_others(rows: list[Row]) -> Iterator[Fault]:
    """Yield figures that are a hundred times more, or less, than others of their kind."""
    kinds: dict[str, list[tuple[int, float]]] = {}
    for line, row in rows:
        if figure := float(row["k2_ug_per_100g"] or 0):
            kinds.setdefault(row["kind"], []).append((line, figure))
    notes = {line: row["note"] for line, row in rows}
    for kind, figures in kinds.items():
        for line, figure in figures:
            others = [other for at, other in figures if at != line]
            middle = statistics.median(others) if others else figure
            if max(figure / middle, middle / figure) >= APART and AS_PRINTED not in notes[line]:
                yield (
                    line,
                    (
                        f"k2_ug_per_100g {figure:g} is far from the {middle:g} of other rows of the"
                        f" kind {kind!r}; look at the decimal point, or write {AS_PRINTED!r} into"
                        " the note"
                    ),
                )


def _figure_faults(row: dict[str, str]) -> Iterator[str]:
    figure, basis = row["k2_ug_per_100g"], row["basis"]
    if figure and not basis:
        yield "a figure needs a basis: what it counts"
    if not re.fullmatch(r"(?:[1-9][0-9]*)?", row["n_samples"]):
        yield f"n_samples {row['n_samples']!r} is not a whole number"
    if _DATE.fullmatch(row["range_or_sd"]):
        yield (
            f"range_or_sd {row['range_or_sd']!r} is a date, which a spreadsheet makes of a range;"
            " write it again, and have the column be text"
        )
    if not figure and not (row["range_or_sd"] or (row["note"] and not basis)):
        yield (
            "no figure: say in range_or_sd what was seen (trace, a range), "
            "or leave the basis empty and write a note"
        )


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


def foods_in(env: BuildEnvironment) -> list[Food]:
    """The checked foods of the project."""
    return read_foods(Path(env.srcdir, FILE), sources_of(env))


def foods_of(env: BuildEnvironment) -> list[Food]:
    """The checked foods of the project, and a note that the page at hand depends on them."""
    env.note_dependency(str(Path(env.srcdir, FILE)))
    return foods_in(env)


class FoodTableDirective(SphinxDirective):
    """``{food-table}``: every row, by category, the largest figures first."""

    def run(self) -> list[nodes.Node]:
        foods = sorted(foods_of(self.env), key=_rank)
        rows = [
            row
            for category, group in groupby(foods, key=lambda f: f.category)
            for row in self._group(category, list(group))
        ]
        head, widths = zip(*SHOWN.values(), strict=True)
        whole = table(map(text, head), rows, [*widths], NAME, [*SHOWN].index("food"))
        whole["classes"] += ["food-table", "no-links"]
        for row in whole.findall(nodes.row):
            if len(row) == 1:
                row[0].attributes["morecols"] = len(head) - 1  # type: ignore[attr-defined]
                row["classes"].append("food-group")
            else:
                for name, cell in zip(SHOWN, row, strict=True):
                    cell["classes"].append(f"column-{name}")  # type: ignore[index]
        self.set_source_info(whole)
        return [whole]

    def _group(self, category: str, foods: list[Food]) -> Iterator[list[nodes.Node]]:
        yield [nodes.paragraph("", "", nodes.strong("", CATEGORIES[category]))]
        for food in foods:
            yield self._row(food)

    def _row(self, food: Food) -> list[nodes.Node]:
        """The cells, in the order of the columns."""
        cited, _ = self.parse_inline("{cite:alp}`%s`" % food.source, lineno=self.lineno)
        name = nodes.paragraph("", "", nodes.inline("", food.food, ids=[f"food-{food.id}"]))
        value = nodes.entry("", _value(food), _form(food), *self._warning(food))
        cells = {
            "food": name,
            "country": text(food.country),
            "value": value,
            "source": nodes.paragraph("", "", *cited),
        }
        return [cells[column] for column in SHOWN]

    def _warning(self, food: Food) -> Iterator[nodes.paragraph]:
        """What the note says of a claim, with a link to it."""
        if said := warning(food):
            marked = CLAIM.sub(r"{claim}`\1`", said)
            linked, _ = self.parse_inline(marked, lineno=self.lineno)
            yield nodes.paragraph("", "", *linked, classes=["food-warning"])


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


def _form(food: Food) -> nodes.paragraph:
    """What the figure counts, in its cell: a page may end and a row may fold between two cells."""
    is_of_all = food.basis == "unspecified-vitamin-k"
    return text(BASES[food.basis], "food-form", *(["not-k2"] if is_of_all else []))


def warning(food: Food) -> str:
    """The sentences of the note that send a reader to a claim: 'Not with ...: see claim I4.'"""
    return " ".join(s for s in re.split(r"(?<=[.;]) ", food.note) if CLAIM.search(s))


def printed(food: Food) -> tuple[str, str]:
    """The figure as the table prints it, and the words behind it.

    A row without a figure has words alone.
    """
    if not food.value:
        return "", tidy(food.spread or food.note.split(";")[0].split(". ")[0])
    # A spread that repeats the figure ("506 ± 63 ...") stands for both.
    if food.spread.startswith(f"{food.value} "):
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
    app.add_directive("food-table", FoodTableDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
