"""The food explorer: ``{food-table}`` on the web sorts, filters and sets foods side by side.

In HTML only, each row of the table carries what ``foods.js`` needs, as data
attributes computed from ``docs/data/foods.csv``::

    <tr data-food="emmental-nevo" data-category="cheese" data-kind="Emmental"
        data-basis="total" data-value="43.3" data-lacks="7">

``data-lacks`` is the place of a sentence in a list of its own: what the row's table or
study did not measure.  The sentences stand in ``LACKS`` below, one for each source, or
for one kind of figure of a source (``source:basis``); a source without one gets
that of its kind of figure.  They and the words of the panel are in ``data-words``
of the ``div.food-explorer`` before the table, so that the script holds no facts.

The page stays whole without the script: the ``div`` then shows a link to
``data/foods.csv``, which is written here when the build ends.  A page without the
table loads neither script nor style.
"""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import ensuredir, relative_uri
from sphinx.util.typing import ExtensionMetadata

from foods import BASES, CATEGORIES, Food, read_foods
from hints import harmless
from sources import sources_of

BUILDERS = ("html", "dirhtml")
DOWNLOAD = "data/foods.csv"
"""Where the data file lies in the site."""

LACKS = {
    "anses2020ciqual": "One total for K2: the forms are not split. Several values of this table equal the Dutch ones, "
    "so the two tables are not independent.",
    "chollet2017cheese:mk4-only": "The figure is MK-4 in young cheese. MK-9(4H), which leads after 90 days, is not counted.",
    "chollet2017cheese:sum": "The figure adds up two medians, of MK-8 and of MK-9. Other forms are not given here.",
    "dunlop2022foods:": "Only K1 is given for this food. Its K2 is not given in the abstract.",
    "dunlop2022foods:mk4-only": "The figure is MK-4 alone. Other forms are not given here.",
    "dunlop2022foods:sum": "The figure adds up MK-5, MK-8 and MK-9. MK-6 was not given.",
    "fu2016pork": "The source adds up the menaquinones and gives a range over several products, far above Dutch pork.",
    "fu2017dairy": "One figure for all vitamin K, K1 included. It lies far above the results of other countries, "
    "and the reason is unknown.",
    "hojo2007cheese": "Only MK-9(4H) is given here, a form that most food tables do not count.",
    "jensen2021cheese": "One range over eight cheeses, for all forms together, K1 included.",
    "jensen2025danes": "The unit is phylloquinone equivalent (PKeq), which includes all vitamin K. It is not µg of K2.",
    "kamao2007foods": "The figure is MK-7 alone. Of the menaquinones, this study measured MK-4 and MK-7 only.",
    "mext2020stfc": "One figure for all vitamin K: K1 and K2 are not told apart, and MK-7 to MK-10 may not be counted.",
    "mext2020stfc+mk7": "One figure for all vitamin K: K1 and K2 are not told apart. The table says that MK-7 is included.",
    "nakajima2021natto": "The figure is MK-7 alone, worked out here from 46 µg in 20 g. Other forms were not given.",
    "rivm2023nevo": "One total for K2: the forms are not split, and measured values are not told apart from borrowed ones.",
    "sungur2021hatay": "One total for K2, without the single forms.",
    "tsukamoto2000natto": "The figure is MK-7 alone. Other forms were not given.",
    "usda2013sr26": "Of the menaquinones, this table gives MK-4 only: longer ones were not measured. Samples per food are few.",
}
"""What a table or study did not measure, in one or two plain sentences."""
BY_BASIS = {
    "total": "One total for K2, without the single forms.",
    "sum": "The figure adds up the forms that the source names. Others are not given.",
    "mk4-only": "The figure is MK-4 alone. Longer menaquinones were not measured or not given.",
    "mk7-only": "The figure is MK-7 alone. Other forms were not given.",
    "unspecified-vitamin-k": "One figure for all vitamin K, K1 included. It must never be read as K2.",
    "": "The source gives no single figure for K2.",
}
MIXED = (
    "These rows do not count the same thing. A higher figure here can be another form or another method, and need not be more K2."
)
FORMS = "Rows are sorted within each form measured, since figures for different forms cannot be ranked against each other."
FOOT = (
    "An amount is the figure times the grams, divided by 100, with as many digits as the figure has and at least two. "
    "Each stands alone: figures of different tables cannot be added up.",
    "There is no intake value for K2 to set an amount against: the adequate intakes are for vitamin K1 or for all vitamin K.",
    "Do not use these amounts to change your diet if you take warfarin or another vitamin K antagonist: "
    "ask the clinic that steers the treatment.",
)


class food_row(nodes.row):
    """A row of the table whose attribute ``data`` becomes data attributes."""


class food_tools(nodes.General, nodes.Element):
    """The place of the tools before the table: ``words`` for the script, and the link to the data file."""


def lacks(food: Food) -> str:
    """What the table or study of *food* did not measure."""
    variant = "+mk7" if "MK-7 is included" in food.note else f":{food.basis}"
    return LACKS.get(food.source + variant) or LACKS.get(food.source) or BY_BASIS[food.basis]


def includes_k1(food: Food) -> bool:
    """Whether the figure, or the words in its place, count K1 as well."""
    return food.basis == "unspecified-vitamin-k" or "K1 included" in food.spread or "PKeq" in food.note


def data_of(food: Food, sentences: list[str]) -> dict[str, str]:
    """The data attributes of the row of *food*."""
    return {
        "food": food.id, "category": food.category, "kind": food.kind, "basis": food.basis or "none",
        "value": food.value, "lacks": str(sentences.index(lacks(food))), "k1": "yes" if includes_k1(food) else "no",
    }  # fmt: skip


def words(sentences: list[str]) -> str:
    """All that the script says about foods, as JSON."""
    bases = [(slug or "none", name) for slug, name in BASES.items()]
    said = {
        "bases": bases,
        "categories": list(CATEGORIES.items()),
        "foot": FOOT,
        "forms": FORMS,
        "lacks": sentences,
        "mixed": MIXED,
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Explorer(SphinxPostTransform):
    """Give the rows of a food table their data, and set what the script needs before it; HTML only."""

    default_priority = 190
    builders = BUILDERS

    def run(self, **kwargs: Any) -> None:
        for table in [t for t in self.document.findall(nodes.table) if "food-table" in t["classes"]]:
            foods = {f"food-{food.id}": food for food in foods_in(self.env)}
            sentences = sorted({lacks(food) for food in foods.values()})
            for row in list(table.findall(nodes.row)):
                if food := foods.get(next(iter(_ids(row)), "")):
                    row.replace_self(food_row("", *row.children, classes=row["classes"], data=data_of(food, sentences)))
            tools = food_tools(words=words(sentences), count=len(foods))
            table.parent.insert(table.parent.index(table), tools)


def foods_in(env: BuildEnvironment) -> list[Food]:
    """The checked foods; the page that prints them noted the file when it was read."""
    return read_foods(Path(env.srcdir, env.config.kb_foods), sources_of(env))


def _ids(row: nodes.row) -> Iterator[str]:
    return (ident for inline in row.findall(nodes.inline) for ident in inline["ids"])


def visit_food_row(self: Any, node: food_row) -> None:
    """Write the row as every other row, with its data in the tag."""
    self.visit_row(node)
    tag: str = self.body.pop()
    data = "".join(f' data-{name}="{html.escape(value)}"' for name, value in sorted(node["data"].items()))
    self.body.append(tag.replace(">", f"{data}>", 1))


def depart_food_row(self: Any, node: food_row) -> None:
    """End the row."""
    self.depart_row(node)


def visit_food_tools(self: Any, node: food_tools) -> None:
    """Write the link that everybody sees, in the box that the script fills."""
    here = self.builder.get_target_uri(self.builder.current_docname)
    link = f'<a href="{relative_uri(here, DOWNLOAD)}" download>Download the table as CSV</a>'
    data = html.escape(node["words"])
    self.body.append(f'<div class="food-explorer" data-words="{data}">\n<p>{link} ({node["count"]} rows).</p>\n</div>\n')
    raise nodes.SkipNode


def load(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Load script and style on a page with the table, and on no other."""
    if app.builder.name in BUILDERS and doctree and next(doctree.findall(food_row), None):
        app.add_css_file("foods.css")
        app.add_js_file("foods.js", loading_method="defer")


def spreadsheet(text: str) -> str:
    """The data file as a spreadsheet may open it: no cell is taken for a formula, letters are not garbled."""
    out = io.StringIO()
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in csv.reader(io.StringIO(text)))
    whole = out.getvalue()
    return whole if whole.isascii() else f"\ufeff{whole}"


def publish(app: Sphinx, error: Exception | None) -> None:
    """Write the data file beside the pages, once, when all is built."""
    source = Path(app.srcdir, app.config.kb_foods)
    if error or app.builder.name not in BUILDERS or not source.is_file():
        return
    target = Path(app.outdir, DOWNLOAD)
    ensuredir(target.parent)
    target.write_text(spreadsheet(source.read_text(encoding="utf-8")), encoding="utf-8", newline="")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("foods")
    app.add_node(food_row, html=(visit_food_row, depart_food_row))
    app.add_node(food_tools, html=(visit_food_tools, None))
    app.add_post_transform(Explorer)
    app.connect("html-page-context", load)
    app.connect("build-finished", publish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
