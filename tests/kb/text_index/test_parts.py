"""The table of parts: every class in it is one that some page has, and every function one of the template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docutils import nodes

import typstbook
from kb.text_index.parts import PARTS, Part, part_of

TEMPLATE = Path(typstbook.__file__).with_name("book.typ").read_text(encoding="utf-8")
FUNCTIONS = set(re.findall(r"^#let ([\w-]+)(?:\(| = small$)", TEMPLATE, re.MULTILINE))
OF_OTHERS = {"toctree-wrapper", "sd-card", "sd-btn", "plain"}
"""Classes that Sphinx, sphinx-design and a role of ours give when a project has such a thing."""


def test_a_class_that_is_not_named_is_text_like_any_other():
    assert part_of(nodes.paragraph(classes=["odd"])) == part_of(nodes.Text("words")) == Part()


def test_what_one_class_rules_out_is_out():
    node = nodes.paragraph(classes=["page-info", "no-links"])
    assert part_of(node) == Part(links=False, in_search=False, print_as="byline")


@pytest.mark.parametrize("name", [name for name, part in PARTS.items() if part.print_as])
def test_each_function_is_one_of_the_template(name):
    assert PARTS[name].print_as in FUNCTIONS


@pytest.mark.parametrize("name", sorted(PARTS.keys() - OF_OTHERS))
def test_each_class_is_given_by_the_code_or_by_a_page(name, docs):
    files = [*docs.glob("_ext/kb/**/*.py"), *docs.glob("*.md")]
    given = re.compile(rf"""["' ]{name}["'\s]""")
    named = [path for path in files if given.search(path.read_text(encoding="utf-8"))]
    assert [path for path in named if path.name != "parts.py"], name
