"""All claims on one sheet: a mark and a link for each, words for those who do not see it."""

from __future__ import annotations

import re
from pathlib import Path

from kb.charts.claim_map import IN_ROW, describe, draw
from kb.claims.model import Claim
from kb.input_checks.safe_svg import id_prefix, svg_faults

MAP = {"index.md": lambda text: f"{text}\n:::{{claim-map}}\n:::\n"}


def claim(name: str, verdict: str = "overstated") -> Claim:
    return Claim(name, "sections/one", 1, verdict=verdict)


def parts(count: int):
    return [("A", "One", [claim(f"A{n}") for n in range(1, count + 1)])]


def test_each_claim_is_a_link_named_by_number_and_verdict(tiny):
    built = tiny(MAP)
    assert built.warnings == ""
    page = built.page("index.html")
    figure = page[page.index('id="claim-map"') :].partition("</figure>")[0]
    assert (
        'role="group" aria-label="All claims by part of the article, each a link with its verdict"'
    ) in figure
    link = re.search(r"<a [^>]*>", figure)[0]
    assert 'href="sections/one.html#claim-a1"' in link and 'aria-label="A1: overstated"' in link
    assert "All claims of the article on one sheet" in figure and "<style" not in figure


def test_elsewhere_the_words_say_every_claim(tiny):
    built = tiny(MAP, builder="xml")
    assert (
        'alt="All claims by part of the article, each with its verdict. One: A1 overstated."'
    ) in built.page("index.xml")


def test_the_drawing_is_safe_and_the_same_twice(tiny):
    drawn = Path(tiny(MAP).app.doctreedir, "drawn/claim-map.svg").read_text(encoding="utf-8")
    assert svg_faults(drawn, inline=True, prefix=id_prefix("claim-map")) == []
    assert drawn == draw([("A", "One", [claim("A1")])])


def test_a_changed_verdict_changes_the_sheet(tiny):
    grade = {"sections/one.md": lambda text: text.replace(": overstated", ": supported")}
    page = tiny(MAP | grade).page("index.html")
    assert 'aria-label="A1: supported"' in page and "k-verdict-overstated" not in page


def test_many_claims_of_a_part_go_on_in_the_next_row():
    heights = [
        int(re.search(r'viewBox="0 0 440 (\d+)"', draw(parts(count)))[1])
        for count in (1, IN_ROW, IN_ROW + 1)
    ]
    assert heights[0] == heights[1] < heights[2]


def test_the_legend_names_only_verdicts_that_occur():
    drawn = draw([("A", "One", [claim("A1"), claim("A2", "supported")])])
    assert re.findall(r"<text[^>]*>([A-Z][a-z ]+)<", drawn) == ["Supported", "Overstated", "One"]


def test_the_words_name_each_part():
    sheet = [("A", "One", [claim("A1")]), ("B", "Two", [claim("B1", "supported")])]
    assert describe(sheet) == (
        "All claims by part of the article, each with its verdict. "
        "One: A1 overstated; Two: B1 supported."
    )
