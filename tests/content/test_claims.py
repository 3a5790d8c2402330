"""The claims of the article, their grades, and their sides as the records give them."""

from __future__ import annotations

from collections import Counter

CLAIMS = {
    "gut-brain-axis": "A1 A2 A3 A4 A5",
    "vitamin-k2": "B1 B2 B3 B4",
    "gut-health": "C1 C2 C3 C4 C5",
    "brain-health": "D1 D2 D3 D4 D5 D6",
    "imbalances": "E1 E2 E3 E4",
    "mechanisms": "F1 F2 F3 F4",
    "deficiency": "G1 G2 G3 G4 G5",
    "food-sources": "H1 H2 H3 H4",
    "supplements": "I1 I2 I3 I4",
}
VERDICTS = {
    "overstated": 14,
    "partly-supported": 12,
    "unsupported": 7,
    "supported": 6,
    "not-verifiable": 2,
}
CERTAINTIES = {"high": 6, "moderate": 9, "low": 6, "very-low": 14, "none": 6}


def test_every_claim_stands_in_its_chapter(chapters):
    assert {c.slug: " ".join(claim.id for claim in c.claims) for c in chapters} == CLAIMS


def test_the_grades_as_agreed(claims):
    assert len(claims) == 41
    assert Counter(claim.options["verdict"] for claim in claims.values()) == VERDICTS
    assert Counter(claim.options["certainty"] for claim in claims.values()) == CERTAINTIES


def test_the_sides_are_those_of_the_records(claims, sources):
    for claim in claims.values():
        for side in ("for", "mixed", "against"):
            recorded = sorted(
                key for key, source in sources.items() if source.sides.get(claim.id) == side
            )
            assert sorted(claim.keys(side)) == recorded, (claim.id, side)


def test_the_table_of_the_article_names_every_claim(docs):
    import re

    text = (docs / "about/article.md").read_text(encoding="utf-8")
    assert (
        re.findall(r"\{claim\}`(?:[^`<]*<)?([A-I]\d)>?`", text) == " ".join(CLAIMS.values()).split()
    )
