"""``foods.json`` and ``foods.csv``: every row of the food table, and what its source leaves out."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from kb.data_files.heads import address, head
from kb.foods.limits import includes_k1, leaves_out, limits_in
from kb.foods.table import BASES, CATEGORIES, NUMBERS, Food, foods_in
from kb.search.places import foods_shown

Row = dict[str, Any]
RIGHTS = (
    "Values of national food tables keep the licenses of those tables, "
    "which the page of foods names; name them again."
)


def foods(app: Sphinx) -> list[Row]:
    """One record for each row, in the order of the file; none where no page prints the table."""
    page, found = foods_shown(app.env)
    limits = limits_in(app.env) if found else {}
    return [
        _record(food, leaves_out(food, limits), address(app, page, f"food-{food.id}"))
        for food in found
    ]


def _record(food: Food, left_out: str, url: str) -> Row:
    cells = {
        name: _number(cell) if name in (*NUMBERS, "n_samples") else cell or None
        for name, cell in food.cells.items()
    }
    return {
        **cells,
        "id": f"food-{food.id}",
        "k1_included": includes_k1(food),
        "leaves_out": left_out,
        "url": url,
    }


def _number(cell: str) -> float | int | str | None:
    """The figure of a *cell*; the words where it holds no figure, nothing where it is empty."""
    if not cell:
        return None
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        return cell


def rows(app: Sphinx, found: list[Row]) -> list[Row]:
    """The records as rows, each figure with the digits that its source printed."""
    printed = {f"food-{food.id}": food.cells for food in foods_in(app.env)}
    return [
        {**record, **{name: printed[record["id"]][name] for name in NUMBERS}} for record in found
    ]


def whole(app: Sphinx, found: list[Row]) -> dict[str, Any]:
    """The file: the records, and the words behind each slug."""
    bases = {slug or "none": words for slug, words in BASES.items()}
    return {
        **head(app, "foods", "foods", RIGHTS),
        "categories": CATEGORIES,
        "bases": bases,
        "foods": found,
    }
