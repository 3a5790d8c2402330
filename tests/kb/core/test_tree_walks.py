"""Trees are walked as docutils walks them, also where they are changed on the way."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from docutils import nodes

from kb.core.tree_walks import DOCUTILS, findall

KINDS = (nodes.section, nodes.paragraph, nodes.emphasis, nodes.container)


def tree(dice: random.Random, depth: int = 0) -> nodes.Element:
    """A tree of up to five levels; its nodes are numbered in the order of their making."""
    node = dice.choice(KINDS)("", n=next(numbers))
    for _ in range(dice.randrange(4) if depth < 5 else 0):
        node += (
            tree(dice, depth + 1) if dice.random() < 0.7 else nodes.Text(f"text {next(numbers)}")
        )
    return node


numbers = iter(range(10**9))


def is_even(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Element) and node["n"] % 2 == 0


CONDITIONS = (None, nodes.Text, nodes.Element, nodes.emphasis, nodes.Inline, is_even)


@pytest.mark.parametrize("seed", range(20))
def test_each_walk_is_that_of_docutils(seed: int) -> None:
    dice = random.Random(seed)
    whole = tree(dice)
    for node in whole.findall():
        for condition in CONDITIONS:
            for options in ({}, {"include_self": False}, {"descend": False}, {"ascend": True}):
                found = [*findall(node, condition, **options)]
                assert [*map(id, found)] == [*map(id, DOCUTILS(node, condition, **options))]


def changed(whole: nodes.Element, walk: Iterator[nodes.Node], dice: random.Random) -> list[str]:
    """Change a tree as it is walked; return what is met, and at last the tree."""
    met = []
    for node in walk:
        met.append(repr(node))
        if isinstance(node, nodes.Text) or dice.random() < 0.5:
            continue
        if node.children and dice.random() < 0.5:
            node.remove(dice.choice(node.children))
        elif node.parent is not None and dice.random() < 0.5:
            node.replace_self(nodes.strong("", "new", n=0))
        else:
            node += nodes.paragraph("", "", nodes.Text("more"), n=1)
        assert len(met) < 10_000
    return [*met, whole.pformat()]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("condition", [None, nodes.paragraph, nodes.Element])
def test_a_tree_that_is_changed_on_the_way_is_walked_alike(seed: int, condition: type) -> None:
    whole = nodes.document(None, None)
    whole += tree(random.Random(seed))
    both = []
    for walk in (findall, DOCUTILS):
        copy = whole[0].deepcopy()
        both.append(changed(copy, walk(copy, condition), random.Random(seed)))
    assert both[0] == both[1]
