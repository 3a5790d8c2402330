"""Where pages end: what belongs together stays together; and what a second build does again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from books import Built

Build = Callable[..., "Built"]

LINE = "Some words of a paragraph, so many that it fills about two lines of the page when it is set in the type of the book. "
PANEL = """
from docutils import nodes
from docutils.parsers.rst import Directive

book_classes = {"box": "panel", "box-head": "panel-head", "box-lead": "panel-lead", "box-foot": "panel-foot"}
book_colors = {"box": "#1b6e3c"}

class Box(Directive):
    has_content = True

    def run(self):
        box = nodes.container(classes=["box"])
        rest = nodes.container("", nodes.paragraph("", " ".join(self.content)))
        sides = (nodes.paragraph("", f"{side}: names") for side in ("For", "Against"))
        box += nodes.rubric("", "Head of it", classes=["box-head"])
        box += nodes.paragraph("", "Plain answer.", classes=["box-lead"])
        box += [rest, nodes.container("", *sides, classes=["box-foot"])]
        return [box]

def setup(app):
    app.add_directive("box", Box)
"""


def pushed(count: int, what: str) -> str:
    """A page that begins with so many short paragraphs before something."""
    return "# Title\n\n" + "Short words.\n\n" * count + what


def test_the_foot_of_a_panel_never_begins_a_page(build_text: Build) -> None:
    """Forty long panels, each a little lower on its page: some must break just before their feet."""
    words = " ".join(f"term{number:03d}" for number in range(200))
    boxes = (
        f"```{{raw}} typst\n#pagebreak()\n#v({12 * step}pt)\n```\n\n```{{box}}\n{words}\n```\n"
        for step in range(40)
    )
    built = build_text({"index.md": "# Title\n\n" + "\n".join(boxes)}, PANEL)
    pages = [text for text in built.pages if "For: names" in text]
    assert len(pages) == 40
    assert all(re.search(r"term199.*For: names Against: names", text) for text in pages)
    assert sum("Head of it" not in text for text in pages) > 10, "some panels break"


@pytest.mark.parametrize("count", range(14, 32, 3))
def test_a_short_panel_stays_on_one_page(build_text: Build, count: int) -> None:
    words = " ".join(f"term{number:03d}" for number in range(90))
    built = build_text({"index.md": pushed(count, f"```{{box}}\n{words}\n```\n")}, PANEL)
    (page,) = [text for text in built.pages if "term0" in text]
    assert (
        "Head of it" in page
        and "term000" in page
        and "term089" in page
        and "Against: names" in page
    )


@pytest.mark.parametrize("count", range(20, 36, 2))
def test_a_heading_never_ends_a_page(build_text: Build, count: int) -> None:
    built = build_text({"index.md": pushed(count, f"## A heading\n\n{LINE * 3}\n")})
    page = next(text for text in built.pages[2:] if "A heading" in text)
    assert "A heading Some words" in page


def test_contents_leave_out_what_every_chapter_has(build_text: Build) -> None:
    names = ("one", "two", "three", "four")
    files = {
        f"{name}.md": f"# Chapter {name}\n\n## In plain words\n\nText.\n\n## On {name}\n\nText.\n"
        for name in names
    }
    files["index.md"] = "# Front\n\n```{toctree}\n" + "\n".join(names) + "\n```\n"
    built = build_text(files)
    contents = next(text for text in built.pages if text.startswith("Contents"))
    assert "On three" in contents and "In plain words" not in contents
    with built.pdf.open_outline() as outline:
        assert [item.title for item in outline.root[1].children] == ["In plain words", "On one"]


def test_a_figure_that_text_leads_to_makes_room_for_the_text_after_it(build_text: Build) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="500"><path d="M0 0h300v500z"/></svg>'
    figure = "```{figure} tall.svg\n:alt: A shape\n\nIts caption.\n```\n\nThe text after it.\n"
    built = build_text({"index.md": pushed(18, figure), "tall.svg": drawing})
    before = next(number for number, text in enumerate(built.pages) if "Its caption." in text)
    assert "The text after it." in built.pages[before - 1]


def test_a_table_without_a_head_is_warned_of(build_text: Build) -> None:
    page = "# Title\n\n```{list-table}\n* - a\n  - b\n* - c\n  - d\n```\n"
    message = "a table needs a head: without one, nobody who listens to it learns what a cell is about [book.table]"
    built = build_text({"index.md": page})
    assert f"index.md:7: WARNING: {message}" in built.warnings


def edges(built: Built, letter: str) -> tuple[float, float]:
    """How far to the left and to the right one letter of the last page reaches."""
    text = built.document[len(built.document) - 1].get_textpage()
    written = text.get_text_range()
    boxes = [text.get_charbox(at) for at, each in enumerate(written) if each == letter]
    return min(box[0] for box in boxes), max(box[2] for box in boxes)


@pytest.mark.parametrize(
    "name", ["qqq_" * 10, "qqq.qqqqqqqqqqqq/" * 3, "classification_of_equations_q"]
)
def test_a_long_name_stays_in_its_cell(build_text: Build, name: str) -> None:
    cells = "| 1000000 " * 10
    head = "| A " + "| Z " * 10 + "|\n" + "|---" * 11 + "|\n"
    built = build_text({"index.md": f"# Title\n\n{head}| {name} {cells}|\n"})
    assert edges(built, "q")[1] < edges(built, "Z")[0]
    assert name in built.pages[-1].replace(" ", ""), "a hyphen would change it"


def test_a_long_name_of_a_field_stays_beside_its_value(build_text: Build) -> None:
    page = f"Title\n=====\n\n:{'qqqq_' * 8}q: Zed\n"
    built = build_text({"index.rst": page})
    assert edges(built, "q")[1] < edges(built, "Z")[0]


def test_a_picture_stands_where_its_author_puts_it(build_text: Build) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><path d="M0 0h90v60z"/></svg>'
    sides = ("left", "center", "right")
    pictures = (f".. image:: a.svg\n   :alt: A shape\n   :align: {side}\n" for side in sides)
    figured = "\n.. figure:: a.svg\n   :alt: A shape\n\n   Its caption\n"
    page = "Title\n=====\n\n" + "\n".join(pictures) + figured
    built = build_text({"index.rst": page, "a.svg": drawing})
    objects = built.document[len(built.document) - 1].get_objects(max_depth=1)
    shapes = sorted(each.get_bounds() for each in objects)
    left, center, figure, right = [shape[0] for shape in shapes if shape[3] - shape[1] > 40]
    assert left + 100 < center == figure < right - 100


def test_an_extension_may_complete_the_cover(build_text: Build) -> None:
    conf = """
def setup(app):
    app.connect("book-settings", lambda app, settings: settings["edition"].append("The third printing"))
"""
    built = build_text({"index.md": "# Title\n\nText.\n"}, conf, release="7")
    assert "Version 7 The third printing" in built.pages[0]


def test_a_second_build_writes_only_what_changed(build_text: Build, rebuild: Build) -> None:
    files = {
        "index.md": "# Front\n\n```{toctree}\none\ntwo\n```\n",
        "one.md": "# One\n\nText.\n",
        "two.md": "# Two\n\nText.\n",
    }
    built = build_text(files)
    folder = built.path.parent / ".typst"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    (Path(built.app.srcdir) / "two.md").write_text("# Two\n\nOther text.\n", encoding="utf-8")
    (folder / "chapters/99-gone.typ").write_text("left by a build of old", encoding="utf-8")
    again = rebuild(built)
    after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert {path.name for path in before if before[path] != after[path]} == {"01-two.typ"}
    assert set(after) == set(before)
    assert "Other text." in again.text


def test_an_edited_book_is_the_book_built_anew(build_text: Build, rebuild: Build) -> None:
    built = build_text(
        {
            "index.md": "# Front\n\nText.\n\n```{toctree}\none\n```\n",
            "one.md": "# One\n\nText {index}`of it`.\n",
        }
    )
    (Path(built.app.srcdir) / "one.md").write_text(
        "# One and more\n\nOther {index}`words`.\n", encoding="utf-8"
    )
    again = rebuild(built).path.read_bytes()
    assert again == rebuild(built, "fresh").path.read_bytes()
