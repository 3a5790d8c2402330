"""What the cards say: the data that the script loads."""

from __future__ import annotations

import json

import pytest


def swap(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


CARDS = {"conf.py": swap('"kb.outlets.inventory"', '"kb.outlets.inventory", "kb.site.hover_cards"')}
DATA = "_static/kb-cards-data.js"


def data(built) -> dict:
    text = built.page(DATA)
    assert text.startswith("window.KB_CARDS={") and text.endswith("};\n")
    return json.loads(text.removeprefix("window.KB_CARDS=").removesuffix(";\n"))


def test_what_is_linked_has_a_card_and_nothing_else(tiny):
    built = tiny(CARDS)
    assert built.warnings == ""
    cards = data(built)
    words = cards.pop("words")
    assert cards == {
        "claim-a1": {
            "name": "Claim A1",
            "answer": "It does something.",
            "verdict": "overstated",
            "certainty": "Low certainty",
        },
        "source-adams2001bone": {
            "name": "Adams et al. 2001",
            "title": "Bone and more",
            "authors": "Adams, Baker et al. (2001)",
            "design": "animal",
            "status": "ok",
            "population": "Mice",
            "address": "10.1000/bone.1",
        },
        "source-baker2002gut": {
            "name": "Baker and Clark 2002",
            "title": "Does the gut care?",
            "authors": "Baker, Clark (2002)",
            "design": "rct",
            "status": "corrected",
            "population": "",
            "address": "https://pubmed.ncbi.nlm.nih.gov/1234567/",
        },
        "source-clark2003gut": {
            "name": "PGBM 2003",
            "title": "An opinion",
            "authors": "Panel on Guts, Bowels and More (2003)",
            "design": "guideline",
            "status": "ok",
            "population": "",
            "address": "https://example.org/opinion",
        },
        "term-gut": {"name": "gut", "definition": "The tube that digests food."},
        "term-osteocalcin": {
            "name": "osteocalcin",
            "definition": "A small protein of bone, not of the bowel.",
        },
    }
    assert (words["overstated"], words["rct"], words["corrected"]) == (
        "Overstated",
        "Randomized controlled trial",
        "Corrected",
    )


def test_every_slug_has_its_word(tiny):
    cards = data(tiny(CARDS))
    words = cards.pop("words")
    assert {
        card["verdict"] for anchor, card in cards.items() if anchor.startswith("claim-")
    } <= set(words)
    sources = [card for anchor, card in cards.items() if anchor.startswith("source-")]
    assert {card[slug] for card in sources for slug in ("design", "status")} <= set(words)


def test_the_text_is_that_of_the_pages(tiny):
    """One line, curly quotation marks, no LaTeX; a paper that is cited nowhere has no card."""
    edits = {
        "reference/glossary.md": swap(
            "The tube that digests food.", 'The body\'s "tube"\nthat digests food.'
        ),
        "data/sources.bib": swap("{Bone and more}", "{{Bone} \\& more}"),
    }
    cards = data(tiny({**CARDS, **edits}))
    assert cards["term-gut"]["definition"] == "The body’s “tube” that digests food."
    assert cards["source-adams2001bone"]["title"] == "Bone & more"
    assert "source-dodd2004void" not in cards


def test_a_title_in_another_language_is_kept_apart_from_its_translation(tiny):
    title = swap("{Bone and more}", "{骨と食 2001 [Bone and food]}, language = {ja}")
    card = data(tiny({**CARDS, "data/sources.bib": title}))["source-adams2001bone"]
    assert (card["language"], card["foreign"]) == ("ja", "骨と食 2001")
    assert card["title"] == "[Bone and food]"


def test_more_than_three_authors_are_cut_short(tiny):
    more = swap(
        "{Baker, Bob and Clark, Cora}", "{Baker, Bob and Clark, C. and Dodd, D. and Ek, E.}"
    )
    assert (
        data(tiny({**CARDS, "data/sources.bib": more}))["source-baker2002gut"]["authors"]
        == "Baker, Clark, Dodd et al. (2002)"
    )


def test_the_same_bytes_each_time_and_in_order(tiny):
    built = tiny(CARDS)
    before = built.page(DATA)
    built.app.build(force_all=True)
    assert built.page(DATA) == before
    assert list(data(built)) == sorted(data(built))


def test_an_edit_and_a_deletion_arrive(tiny):
    built = tiny(CARDS)
    glossary = built.app.srcdir / "reference/glossary.md"
    glossary.write_text(
        glossary.read_text(encoding="utf-8").replace("digests food", "digests meals"),
        encoding="utf-8",
    )
    chapter = built.app.srcdir / "sections/one.md"
    text = chapter.read_text(encoding="utf-8").replace("{cite:t}`clark2003gut` found nothing.", "")
    chapter.write_text(text, encoding="utf-8")
    built.app.build(force_all=False, filenames=[str(glossary), str(chapter)])
    cards = data(built)
    assert cards["term-gut"]["definition"] == "The tube that digests meals."
    assert "source-clark2003gut" not in cards


@pytest.mark.parametrize("builder", ["text", "epub"])
def test_other_builders_write_no_cards(tiny, builder):
    assert not (tiny(CARDS, builder=builder).out / DATA).exists()
