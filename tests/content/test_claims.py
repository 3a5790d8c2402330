"""The claims of the article: their ids, and their sides as the records give them.

How many have which grade is in ``docs/data/grades.csv``, and the rules KB034 and KB035 of
`make check` hold the numbers and the table of the article.
"""

from __future__ import annotations


def test_a_letter_belongs_to_one_chapter(chapters):
    letters = {chapter.slug: {claim.id[:1] for claim in chapter.claims} for chapter in chapters}
    for slug, own in letters.items():
        assert len(own) == 1, f"the claims of {slug} begin with one letter, not with {sorted(own)}"
        others = [other for other in letters if other != slug and letters[other] & own]
        assert not others, f"the letter of {slug} is that of {others[0]} too"


def test_the_sides_are_those_of_the_records(claims, sources):
    for claim in claims.values():
        for side in ("for", "mixed", "against"):
            recorded = sorted(
                key for key, source in sources.items() if source.sides.get(claim.id) == side
            )
            assert sorted(claim.keys(side)) == recorded, (
                f"claim {claim.id}, {side!r}: the claim and docs/data/sources.bib differ"
            )
