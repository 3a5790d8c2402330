"""Who was studied: numbers are read where they are plain, and marks and words say the same."""

from __future__ import annotations

import re

import pytest

from kb.charts.studied import Studied, draw, in_words, people_in
from kb.charts.svg import width_of
from kb.input_checks.safe_svg import svg_faults


@pytest.mark.parametrize(
    ("population", "people"),
    [
        ("151 adults with long COVID: 98 took MK-7, 53 had usual care", 151),
        ("4,378 women with osteoporosis, Japan", 4378),
        ("381 non-osteoporotic postmenopausal North American women, 12 months", 381),
        ("45 people with multiple sclerosis and 29 matched controls", 74),
        ("18,991 men and 22,456 women in Japan", 41447),
        ("Autopsy sub-study: 325 deceased participants of a project", 325),
        ("80 men and postmenopausal women aged 40-65", 80),
        ("38,094 Dutch adults, 918 new cases", 38094),
        ("Healthy volunteers", None),
        ("One woman of 31", None),
        ("Mice", None),
        ("C57BL/6J mice, 12 a group", None),
        ("22 human post-mortem livers: 9 after antibiotics", None),
        ("47 patients with Crohn's disease, 40 with colitis, 41 healthy volunteers", None),
        ("Adults in remission; 43 per group", None),
        ("", None),
    ],
)
def test_a_number_is_read_where_it_is_plain(population, people):
    assert people_in(population) == people


SIDES = [
    ("for", [Studied("human-trial", 60), Studied("animal", None), Studied("animal", None)]),
    ("mixed", [Studied("human-trial", 4378), Studied("human-trial", None), Studied("plan", None)]),
]


def test_the_words_count_studies_and_people():
    assert in_words(SIDES) == [
        ("For", "1 human trial (60 people), 2 animal studies"),
        ("Mixed", "2 human trials (4,378 people; 1 without a number), 1 plan of a trial"),
    ]
    assert in_words([("for", [Studied("human-observational", 1)])]) == [
        ("For", "1 human observational study (1 person)")
    ]
    three = [Studied("human-trial", n) for n in (300, 20, 10)]
    assert in_words([("against", three)]) == [("Against", "3 human trials (300, 20 and 10 people)")]


def test_there_is_a_mark_for_each_study_and_more_people_make_a_larger_one():
    drawn = draw(SIDES)
    assert svg_faults(drawn, inline=True) == []
    radii = [
        float(r) for r in re.findall(r'<circle class="k-accent-fill"[^>]* r="([\d.]+)"', drawn)
    ]
    assert len(radii) == 3 and radii[1] > radii[0] > radii[2]
    assert (
        drawn.count("<polygon") == 2 and drawn.count("k-fine-dash") == 2
    )  # its rule, and the plan


def test_marks_go_on_in_the_next_line_where_a_line_is_full():
    kinds = ("human-trial", "human-observational", "animal", "laboratory", "review")
    drawn = draw([("for", [Studied(kind, None) for kind in kinds for _ in range(4)])])
    ends = [float(x) for x in re.findall(r'<text class="k-muted" x="([\d.]+)"', drawn)]
    assert len(ends) == 5 and max(ends) < 330
    assert len(re.findall(r">(?:For|Mixed|Against)<", drawn)) == 1


def test_a_kind_with_more_marks_than_a_line_holds_breaks():
    drawn = draw([("mixed", [Studied("human-observational", 5000) for _ in range(14)])])
    ends = [float(x) + float(r) for x, r in re.findall(r'cx="([\d.]+)" [^>]*r="([\d.]+)"', drawn)]
    assert len(ends) == 14 and max(ends) <= 330
    [word] = re.findall(r'<text class="k-muted" x="([\d.]+)"', drawn)
    assert float(word) + width_of("people observed", 14) <= 330


def test_each_claim_says_who_was_studied_before_its_sides(tiny):
    people = {
        "data/sources.bib": lambda text: text.replace(
            "  status     = {corrected},",
            "  status     = {corrected},\n  population = {60 adults},",
        )
    }
    built = tiny(people)
    assert built.warnings == ""
    page = built.page("sections/one.html")
    claim = page[page.index('id="claim-a1"') :]
    words = re.sub("<[^>]+>", "", claim[claim.index("Who was studied.") :].partition("</p>")[0])
    assert words == "Who was studied. For: 1 animal study. Against: 1 human trial (60 people)."
    assert claim.index('class="studied') < claim.index("claim-sides")
    assert 'aria-label="The studies of the next line as marks"' in claim


def test_a_claim_without_sources_says_nothing_of_it(tiny):
    def bare(text: str) -> str:
        text = re.sub(r":(?:for|against): .*\n", "", text).replace(
            "certainty: low", "certainty: none"
        )
        return re.sub(r"In mice osteocalcin did.*", "Nothing is known.", text)

    sides = {"data/sources.bib": lambda text: re.sub(r" *sides *= .*\n", "", text)}
    built = tiny({"sections/one.md": bare} | sides)
    assert built.warnings == ""
    assert "Who was studied" not in built.page("sections/one.html")
