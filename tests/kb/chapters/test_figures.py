"""Drawings that are set into a page: those that break the rules are told, and stay pictures."""

from __future__ import annotations

DRAWS = """
from sphinx.util.docutils import SphinxDirective
from kb.core.drawn import drawn_image

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\\n'
    '<path id="x" d="M0 0h9v9z"/>\\n<script/></svg>'
)

class Draw(SphinxDirective):
    def run(self):
        return [drawn_image(self.env, "one", SVG, "Words")]

def setup(app):
    app.setup_extension("kb.core.drawn")
    app.add_directive("draw", Draw)
"""


def test_a_drawing_made_by_the_build_that_breaks_the_rules_is_told(tiny):
    edits = {
        "conf.py": lambda text: text + DRAWS,
        "reference/evidence.md": lambda text: f"{text}\n```{{draw}}\n```\n",
    }
    built = tiny(edits)
    place, cure = "_build/doctrees/drawn/one.svg", "remove scripts, handlers and outside addresses"
    told = [
        f"{place}:2: WARNING: one.svg: the id 'x' (those of this drawing begin with 'o-') has no"
        f" place in a drawing; {cure} [safe.drawing]",
        f"{place}:3: WARNING: one.svg: the element <script> has no place in a drawing; {cure} [safe.drawing]",
    ]
    assert [line for line in built.warnings.splitlines() if "one.svg" in line] == told
