"""The food explorer: ``{food-table}`` on the web sorts, filters and sets foods side by side.

In HTML only, each row of the table carries what ``foods.js`` needs, as data
attributes computed from ``docs/data/foods.csv``::

    <tr data-food="emmental-nevo" data-category="cheese" data-kind="Emmental"
        data-basis="total" data-value="43.3" data-lacks="7" data-k1="no">

``data-lacks`` is the place of a sentence in a list of its own: what the row's table or
study leaves out (see ``limits``); ``data-k1`` says whether the figure counts K1 as well.
The sentences and the words of the panel are in ``data-words`` of the ``div.food-explorer``
before the table, so that the script holds no facts.

The page is whole without the script: the ``div`` then shows a link to
``data/foods.csv``, which ``kb.data_files`` writes.  A page without the
table loads neither script nor style.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata

from kb.core.assets import add_assets
from kb.foods.limits import FILE, includes_k1, leaves_out, limits_in
from kb.foods.table import BASES, CATEGORIES, Food, foods_in

DOWNLOAD = "data/foods.csv"
"""Where the data file lies in the site."""

MIXED = (
    "These rows do not count the same thing. "
    "A higher figure here can be another form or another method, and need not be more K2."
)
FORMS = (
    "Rows are sorted within each form measured, "
    "since figures for different forms cannot be ranked against each other."
)
FOOT = (
    "An amount is the figure times the grams, divided by 100, with as many digits as the figure "
    "has and at least two. Each stands alone: figures of different tables cannot be added up.",
    "There is no intake value for K2 to set an amount against: "
    "the adequate intakes are for vitamin K1 or for all vitamin K.",
    "Do not use these amounts to change your diet if you take warfarin or another vitamin K "
    "antagonist: ask the clinic that steers the treatment.",
)


class food_row(nodes.row):
    """A row of the table whose attribute ``data`` becomes data attributes."""


class food_tools(nodes.General, nodes.Element):
    """The place of the tools before the table, with the link to the data file.

    The attribute ``words`` is for the script.
    """


def data_of(food: Food, lacks: str, sentences: list[str]) -> dict[str, str]:
    """The data attributes of the row of *food*, whose source leaves out what *lacks* says."""
    return {
        "food": food.id,
        "category": food.category,
        "kind": food.kind,
        "basis": food.basis or "none",
        "value": food.value,
        "lacks": str(sentences.index(lacks)),
        "k1": "yes" if includes_k1(food) else "no",
    }


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
    """Give the rows of a food table their data, and set what the script needs before it."""

    default_priority = 190
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        for table in [
            t for t in self.document.findall(nodes.table) if "food-table" in t["classes"]
        ]:
            limits = limits_in(self.env)
            foods = {f"food-{food.id}": food for food in foods_in(self.env)}
            lacks = {name: leaves_out(food, limits) for name, food in foods.items()}
            sentences = sorted(set(lacks.values()))
            for row in list(table.findall(nodes.row)):
                name = next(iter(_ids(row)), "")
                if food := foods.get(name):
                    data = data_of(food, lacks[name], sentences)
                    row.replace_self(food_row("", *row.children, classes=row["classes"], data=data))
            tools = food_tools(words=words(sentences), count=len(foods))
            table.parent.insert(table.parent.index(table), tools)


def _ids(row: nodes.row) -> Iterator[str]:
    return (ident for inline in row.findall(nodes.inline) for ident in inline["ids"])


def visit_food_row(self: Any, node: food_row) -> None:
    """Write the row as every other row, with its data in the tag."""
    self.visit_row(node)
    tag: str = self.body.pop()
    data = "".join(
        f' data-{name}="{html.escape(value)}"' for name, value in sorted(node["data"].items())
    )
    self.body.append(tag.replace(">", f"{data}>", 1))


def depart_food_row(self: Any, node: food_row) -> None:
    """End the row."""
    self.depart_row(node)


def visit_food_tools(self: Any, node: food_tools) -> None:
    """Write the link that everybody sees, in the box that the script fills."""
    here = self.builder.get_target_uri(self.builder.current_docname)
    link = f'<a href="{relative_uri(here, DOWNLOAD)}" download>Download the table as CSV</a>'
    data = html.escape(node["words"])
    shown = f"<p>{link} ({node['count']} rows).</p>"
    self.body.append(f'<div class="food-explorer" data-words="{data}">\n{shown}\n</div>\n')
    raise nodes.SkipNode


def on_html_page_context(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load script and style on a page with the table, and on no other (html-page-context)."""
    if app.builder.name == "html" and doctree and next(doctree.findall(food_row), None):
        app.add_css_file("foods.css")
        app.add_js_file("foods.js", loading_method="defer")


def note_limits(app: Sphinx, doctree: nodes.document) -> None:
    """Have a page with the table read again when a sentence has changed (doctree-read)."""
    if any("food-table" in table["classes"] for table in doctree.findall(nodes.table)):
        app.env.note_dependency(str(Path(app.srcdir, FILE)))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.foods.table")
    app.setup_extension("kb.foods.limits")
    add_assets(app, __file__)
    app.add_node(food_row, html=(visit_food_row, depart_food_row))
    app.add_node(food_tools, html=(visit_food_tools, None))
    app.add_post_transform(Explorer)
    app.connect("html-page-context", on_html_page_context)
    app.connect("doctree-read", note_limits)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
