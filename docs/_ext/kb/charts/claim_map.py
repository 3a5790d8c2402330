"""All claims on one sheet: ``{claim-map}``.

::

    :::{claim-map}
    :::

One row for each part of the article, with the title of the chapter that weighs it; one mark
for each claim, with its number and the color and sign of its verdict.  On the site each mark
is a link to its claim.

Emits a figure with a caption.  Its picture is drawn when the page is written, since only then
every chapter has been read; the text alternative names each claim and its verdict, in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import PageDependencies, pages_with
from kb.charts import svg
from kb.claims import palette
from kb.claims.model import VERDICTS, Claim
from kb.claims.register_data import ordered_claims
from kb.core.drawn import drawn_image, place
from kb.text_index.records import to_place

LEFT, TOP, ROW = 168, 68, 44
ACROSS, HIGH = 45, 34
"""From one mark to the next, and the height of one: 24 px and more on a phone."""
COLUMNS = (0, 134, 312)
"""Where the words of the legend begin."""
IN_ROW = (svg.WIDTH - LEFT) // ACROSS
SIGNS = {verdict.slug: verdict.sign for verdict in palette.VERDICTS}
CAPTION = (
    "All claims of the article on one sheet: a row for each part, a mark for each claim, "
    "and our verdict as color and sign."
)
LINKED = "All claims by part of the article, each a link with its verdict"
"""The text alternative where each mark has a name of its own."""
Parts = list[tuple[str, str, list[Claim]]]
"""Letter, title of the chapter, and claims of each part of the article."""


class claim_map(nodes.General, nodes.Element):
    """Becomes the picture of all claims."""


class ClaimMapDirective(SphinxDirective):
    """``{claim-map}``: see the module."""

    def run(self) -> list[nodes.Node]:
        caption = nodes.caption("", CAPTION)
        figure = nodes.figure(
            "", claim_map(), caption, classes=["kb-figure-frame"], ids=["claim-map"]
        )
        self.set_source_info(figure)
        return [figure]


def parts_in(env: BuildEnvironment) -> Parts:
    """The parts of the article, by letter."""
    claims = sorted(ordered_claims(env), key=lambda claim: claim.id[:1])
    return [
        (letter, env.titles[group[0].docname].astext(), group)
        for letter, found in groupby(claims, key=lambda claim: claim.id[:1])
        for group in [list(found)]
    ]


def draw(parts: Parts) -> str:
    """Return the sheet as an SVG document."""
    body, y = [*_legend(claim for *_, claims in parts for claim in claims)], TOP
    for letter, title, claims in parts:
        body += _row(y, letter, title, claims)
        y += ROW * -(-len(claims) // IN_ROW)
    return svg.drawing(body, y)


def _legend(claims: Iterable[Claim]) -> Iterator[str]:
    """The verdicts that occur, three in a line."""
    present = {claim.verdict for claim in claims}
    for index, slug in enumerate(slug for slug in VERDICTS if slug in present):
        x, y = COLUMNS[index % 3], 28 * (index // 3)
        chip = [svg.box(x, y, 22, 22, "k-verdict", 4), svg.sign(SIGNS[slug], x + 11, y + 11)]
        yield svg.group(chip, f"k-verdict-{slug}")
        yield svg.text(x + 29, y + 16, VERDICTS[slug])


def _row(y: float, letter: str, title: str, claims: list[Claim]) -> Iterator[str]:
    yield svg.text(0, y + 23, letter, "k-muted k-bold", font_size="19")
    lines = svg.wrapped(title, LEFT - 26, 14)
    yield from svg.paragraph(20, y + (22 if len(lines) == 1 else 13), lines, size=14)
    for index, claim in enumerate(claims):
        down, across = divmod(index, IN_ROW)
        yield _chip(LEFT + ACROSS * across, y + ROW * down, claim)


def _chip(x: float, y: float, claim: Claim) -> str:
    """The mark of a claim: a group with an id, which the site makes a link."""
    inside = [
        svg.box(x, y, ACROSS - 3, HIGH, "k-verdict", 5),
        svg.sign(SIGNS.get(claim.verdict, "?"), x + 10.5, y + HIGH / 2),
        svg.text(x + 19, y + HIGH / 2 + 5, claim.id, "k-sign k-bold"),
        svg.box(x, y, ACROSS - 3, HIGH, "k-hit", 5),
    ]
    return svg.group(
        inside, f"k-verdict-{claim.verdict}", id=part_id(claim), aria_label=words_of(claim)
    )


def part_id(claim: Claim) -> str:
    """The id of the mark of *claim* in the drawing."""
    return f"cm-{claim.id.lower()}"


def words_of(claim: Claim) -> str:
    """The mark of *claim* in words: 'A1: supported'."""
    return f"{claim.id}: {VERDICTS.get(claim.verdict, '?').lower()}"


def describe(parts: Parts) -> str:
    """The sheet in words."""
    rows = (
        f"{title}: {', '.join(words_of(claim).replace(':', '') for claim in claims)}"
        for _, title, claims in parts
    )
    return f"All claims by part of the article, each with its verdict. {'; '.join(rows)}."


class ClaimMaps(SphinxPostTransform):
    """Draw the sheet, since only when a page is written all others have been read."""

    default_priority = 6

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(claim_map)):
            parts = parts_in(self.env)
            image = drawn_image(self.env, "claim-map", draw(parts), describe(parts))
            image["classes"].append("claim-map")
            place(self.env, image)
            node.replace_self(image)


class ClaimMapLinks(SphinxPostTransform):
    """On the site, make each mark a link, before links are resolved (10)."""

    default_priority = 7
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        for image in self.document.findall(nodes.image):
            if "claim-map" in image["classes"]:
                # Each link is read out by its own words.
                image["alt"] = LINKED
                image.extend(
                    to_place(claim.docname, claim.anchor, part_id(claim))
                    for claim in ordered_claims(self.env)
                )


def page_dependencies(app: Sphinx, env: BuildEnvironment) -> PageDependencies:
    """What the sheet is made from (``page-dependencies``)."""
    facts = [
        (letter, title, [(claim.docname, claim.id, claim.verdict) for claim in claims])
        for letter, title, claims in parts_in(env)
    ]
    return dict.fromkeys(pages_with(env, claim_map), facts)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    app.setup_extension("kb.core.drawn")
    app.setup_extension("kb.claims.register_data")
    app.add_node(claim_map)
    app.add_directive("claim-map", ClaimMapDirective)
    app.add_post_transform(ClaimMaps)
    app.add_post_transform(ClaimMapLinks)
    app.connect("page-dependencies", page_dependencies)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
