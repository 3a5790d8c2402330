"""Trees of nodes are walked by one generator, not by one for each node.

docutils looks for nodes with a generator for each node, and whatever is found passes through all
those above it.  Sphinx and its extensions look through each tree about a hundred times, so that a
twentieth of a build is spared by a walk that keeps the way back in a list.

The order is that of docutils, and so is what happens to a tree that is changed on the way: the
children of a node are asked for when it has been handed out.  Could be offered to docutils
(``nodes.Node.findall``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

DOCUTILS = nodes.Node.findall
Condition = type | Callable[[nodes.Node], bool] | None


def of_kind(node: nodes.Node, kind: type) -> Iterator[Any]:
    """Yield a node and all below it that are of a kind."""
    if isinstance(node, kind):
        yield node
    above, row = [], iter(node.children)
    while True:
        for child in row:
            if isinstance(child, kind):
                yield child
            if below := child.children:
                above.append(row)
                row = iter(below)
                break
        else:
            if not above:
                return
            row = above.pop()


def that_are(node: nodes.Node, condition: Callable[[nodes.Node], bool]) -> Iterator[Any]:
    """Yield a node and all below it for which the condition holds."""
    return (each for each in of_kind(node, nodes.Node) if condition(each))


def findall(
    self: nodes.Node,
    condition: Condition = None,
    include_self: bool = True,
    descend: bool = True,
    siblings: bool = False,
    ascend: bool = False,
) -> Iterator[Any]:
    """Do what ``docutils.nodes.Node.findall`` does, which is asked for the rarer walks."""
    if not (include_self and descend) or siblings or ascend:
        return DOCUTILS(self, condition, include_self, descend, siblings, ascend)
    if condition is None or isinstance(condition, type):
        return of_kind(self, condition or nodes.Node)
    return that_are(self, condition)


def setup(app: Sphinx) -> ExtensionMetadata:
    nodes.Node.findall = findall  # type: ignore[assignment, method-assign]
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
