r"""Formulas: LaTeX mathematics, set by browsers and e-readers themselves, without any script.

``{math}`` as role and directive, and dollars in their place::

    The intake is $x^2$.

    $$
    k = \frac{1}{2} x
    $$ (intake)

Sites and EPUBs get MathML, which is made while pages are written (``typstbook.mathematics`` makes
it, and what the book prints, from the same source), with the source as text alternative.  A
formula that cannot be set is a warning with file and line in every edition, and its source is
printed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from docutils import nodes
from docutils.utils.math import MathError
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.util.typing import ExtensionMetadata

from kb.core.messages import shortened
from typstbook.mathematics import formula, mathml

logger = logging.getLogger(__name__)

CURE = "docs/authoring/chapter.md says what formulas may hold"


@lru_cache(maxsize=1024)
def markup(tex: str, as_block: bool) -> str:
    """Return *tex* as an element ``math`` with its text alternative.

    :raises MathError: if any edition cannot set it.
    """
    formula(tex, as_block)
    made = mathml(tex, as_block)
    alternative = escape(" ".join(tex.split()), {'"': "&quot;"})
    return made.replace("<math ", f'<math alttext="{alternative}" ', 1)


def check(app: Sphinx, document: nodes.document) -> None:
    """Report formulas that cannot be set, and put code in their place (``doctree-read``)."""
    for node in [*document.findall(nodes.math), *document.findall(nodes.math_block)]:
        as_block = isinstance(node, nodes.math_block)
        try:
            markup(node.astext(), as_block)
        except MathError as error:
            reason = " ".join(str(error).split()).rstrip(".")
            tex = shortened(" ".join(node.astext().split()))
            logger.warning(
                f"the formula {tex!r} cannot be set: {reason}; {CURE}",
                location=node,
                type="text",
                subtype="formula",
            )
            kind = nodes.literal_block if as_block else nodes.literal
            node.replace_self(kind("", node.astext()))


def visit_math(self: Any, node: nodes.math) -> None:
    self.body.append(markup(node.astext(), False))
    raise nodes.SkipNode


def visit_math_block(self: Any, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math notranslate"))
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(markup(node.astext(), True) + "</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    # Before records of the text are made.
    app.connect("doctree-read", check, priority=50)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
