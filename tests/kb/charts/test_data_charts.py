"""The charts of data files: what they emit, each fault with file, line and cure, the same bytes twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.charts.dose_ladder import draw as draw_doses
from kb.charts.dose_ladder import lanes_of, read_doses, x_of
from kb.charts.tested_map import draw as draw_tested
from kb.charts.tested_map import read_tested
from kb.charts.timeline import draw as draw_events
from kb.charts.timeline import read_events
from kb.core.tables import DataError
from kb.input_checks.safe_svg import svg_faults

KEYS = frozenset({"adams2001bone", "baker2002gut", "clark2003gut"})
DOSES = """ug_per_day,ug_to,per,form,who,what_happened,kind,source_key,note
10,,day,MK-7,volunteers,the INR fell,harm on a drug,adams2001bone,
100,200,day,K1,60 adults,no different,no change seen,baker2002gut,under watch
45000,,day,MK-4 as a drug,women,no different,no change seen,baker2002gut,
420,,one dose,MK-7,women,found in blood,blood level,adams2001bone,
775,900,100 g of food,MK-7 in natto,food,what it held,food,adams2001bone,
"""
EVENTS = """year,event,kind,source_key
1961,A shot at birth,ruling,adams2001bone
2018,A review is taken back,withdrawn,baker2002gut
2018,A trial is done,trial,baker2002gut
"""
TESTED = """question,claim,cells,cells_sources,animals,animals_sources,people,people_sources
Does it work?,A1,none,,seen,"adams2001bone, clark2003gut",mixed,baker2002gut
Does it harm?,A1,untested,,not-seen,adams2001bone,untested,
"""
KINDS = {
    "doses": (DOSES, read_doses, draw_doses),
    "timeline": (EVENTS, read_events, draw_events),
    "tested": (TESTED, read_tested, draw_tested),
}
NAMES = {"doses": "dose-ladder", "timeline": "timeline", "tested": "tested-map"}


def edits(name: str, text: str | None = None):
    return {
        f"data/{name}.csv": lambda _: text or KINDS[name][0],
        "reference/foods.md": lambda page: f"{page}\n\n:::{{{NAMES[name]}}}\n:::\n",
    }


def figure_of(page: str, name: str) -> str:
    return page[page.index(f'id="{NAMES[name]}"') :].partition("</figure>")[0]


def plain(html: str) -> list[str]:
    """The texts of the cells of a table."""
    cells = re.findall(r"<(?:td|th scope)[^>]*>(.*?)</t[dh]>", html, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


@pytest.mark.parametrize("name", KINDS)
def test_a_chart_is_set_into_the_page_with_words_and_without_colors(tiny, name):
    built = tiny(edits(name))
    assert built.warnings == ""
    figure = figure_of(built.page("reference/foods.html"), name)
    assert 'role="img" aria-label="' in figure and "<style" not in figure
    assert "<figcaption>" in figure


@pytest.mark.parametrize("name", KINDS)
def test_a_drawing_is_safe_and_the_same_twice(name, tmp_path):
    text, read, draw = KINDS[name]
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(text), second.write_text(text)
    assert draw(read(first, KEYS)) == draw(read(second, KEYS))
    assert svg_faults(draw(read(first, KEYS)), inline=True) == []


@pytest.mark.parametrize("name", KINDS)
def test_without_the_file_there_are_no_rows(name, tmp_path):
    assert KINDS[name][1](tmp_path / "none.csv", KEYS) == []


# -- Doses ---------------------------------------------------------------------------------------


def test_the_words_of_the_ladder_give_the_range_of_each_kind(tiny):
    page = tiny(edits("doses")).page("reference/foods.html")
    assert (
        'aria-label="Daily doses of vitamin K by what was seen: upset a drug against clots, '
        "one row, 10 µg; no change was seen, 2 rows, 100 to 45,000 µg. The table has each row."
    ) in page


def test_the_table_has_every_row_with_its_source_folded_on_the_site(tiny):
    page = tiny(edits("doses")).page("reference/foods.html")
    facts = page[page.index('<details class="chart-facts">') :].partition("</details>")[0]
    assert "<summary>All 5 rows as a table, with their sources</summary>" in facts
    assert plain(facts) == [
        "10 µg MK-7 volunteers",
        "Upset a drug against clots : the INR fell ( Adams et al. 2001 )",
        "100 to 200 µg K1 60 adults",
        "No change was seen : no different (under watch) ( Baker and Clark 2002 )",
        "45,000 µg (45 mg) MK-4 as a drug women",
        "No change was seen : no different ( Baker and Clark 2002 )",
        "775 to 900 µg per 100 g of food MK-7 in natto food",
        "What a food held : what it held ( Adams et al. 2001 )",
        "420 µg, one dose MK-7 women",
        "Level in the blood : found in blood ( Adams et al. 2001 )",
    ]


def test_elsewhere_the_table_is_open(tiny):
    text = tiny(edits("doses"), builder="text").page("reference/foods.txt")
    assert "All 5 rows as a table, with their sources" in text and "the INR fell" in text


def test_the_scale_is_logarithmic_and_no_two_marks_touch(tmp_path):
    assert round(x_of(10) - x_of(1), 6) == round(x_of(1000) - x_of(100), 6)
    path = tmp_path / "doses.csv"
    same = "".join(f"{ug},,day,MK-7,w,x,mixed,adams2001bone,\n" for ug in (90, 90, 100, 400, 5000))
    path.write_text(DOSES.splitlines()[0] + "\n" + same)
    [(kind, rows)] = lanes_of(read_doses(path, KEYS))
    assert kind == "mixed" and [[dose.ug for dose in row] for row in rows] == [
        [90, 400, 5000],
        [90],
        [100],
    ]


def test_the_lane_of_harm_stands_out(tmp_path):
    path = tmp_path / "doses.csv"
    path.write_text(DOSES)
    drawn = draw_doses(read_doses(path, KEYS))
    assert drawn.index("k-warn-ink k-bold") < drawn.index("No change")
    assert drawn.count("k-warn-fill") == 2  # its rule and one mark


# -- Years ---------------------------------------------------------------------------------------


def test_the_words_of_the_timeline_are_the_whole_list(tiny):
    page = tiny(edits("timeline")).page("reference/foods.html")
    assert (
        'aria-label="Vitamin K2 through the years. 1961, ruled: A shot at birth. '
        '2018, withdrawn: A review is taken back. 2018, tried in people: A trial is done."'
    ) in page
    line = page[page.index('<p class="chart-sources">') :].partition("</p>")[0]
    assert re.sub("<[^>]+>", "", line) == (
        "Sources. 1961: Adams et al. 2001; 2018: Baker and Clark 2002; 2018: Baker and Clark 2002."
    )


def test_a_year_is_printed_once(tmp_path):
    path = tmp_path / "timeline.csv"
    path.write_text(EVENTS)
    drawn = draw_events(read_events(path, KEYS))
    assert drawn.count(">2018<") == 1 and drawn.count(">1961<") == 1
    assert "k-fine-dash" in drawn  # the years of silence between them


# -- What was tested -----------------------------------------------------------------------------


def test_the_table_gives_each_answer_a_sign_words_and_sources(tiny):
    page = tiny(edits("tested")).page("reference/foods.html")
    facts = page[page.index('<details class="chart-facts">') :].partition("</details>")[0]
    assert plain(facts) == [
        "Does it work? ( claim A1 )",
        "Cells: cannot be asked Animals: ● effect seen ( Adams et al. 2001 ; PGBM 2003 ) "
        "People: ◐ mixed ( Baker and Clark 2002 )",
        "Does it harm? ( claim A1 )",
        "Cells: – not tested Animals: ○ no effect seen ( Adams et al. 2001 ) People: – not tested",
    ]
    assert 'href="../sections/one.html#claim-a1"' in facts


def test_the_words_of_the_picture_say_every_answer(tiny):
    page = tiny(edits("tested")).page("reference/foods.html")
    assert (
        'aria-label="Tests in cells, in animals and in people. '
        "Does it work? cells, cannot be asked; animals, effect seen; people, mixed. "
        'Does it harm? cells, not tested; animals, no effect seen; people, not tested."'
    ) in page


def test_an_unknown_claim_is_reported(tiny):
    built = tiny(edits("tested", TESTED.replace("A1", "A7")))
    assert "no claim A7; claims are written in docs/sections/ as :::{claim} ID" in built.warnings


# -- Faults --------------------------------------------------------------------------------------

FAULTS = {
    "doses, not a number": (
        "doses",
        "10,,day",
        "ten,,day",
        "2: ug_per_day 'ten' is not a number; write micrograms with a decimal point",
    ),
    "doses, no number": (
        "doses",
        "10,,day",
        ",,day",
        "2: ug_per_day '' is not a number; write micrograms with a decimal point",
    ),
    "doses, end before begin": (
        "doses",
        "100,200",
        "100,90",
        "3: ug_to '90' is not more than ug_per_day '100'; leave it empty for one dose",
    ),
    "doses, off the scale": (
        "doses",
        "45000,,day",
        "450000,,day",
        "4: ug_per_day '450000' is off the scale of 1 µg to 100 mg; look at the unit",
    ),
    "doses, a range that ends off the scale": (
        "doses",
        "100,200",
        "100,200000",
        "3: ug_to '200000' is off the scale of 1 µg to 100 mg; look at the unit",
    ),
    "doses, of a day with a blank": (
        "doses",
        "45000,,day",
        "0,, day",
        "4: ug_per_day '0' is off the scale of 1 µg to 100 mg; look at the unit",
    ),
    "doses, kind": (
        "doses",
        "harm on a drug",
        "harm on drugs",
        "2: kind 'harm on drugs' is not in the list (did you mean 'harm on a drug'?) (it is one "
        "of harm on a drug, benefit reported, mixed, unclear, no change seen, marker only, "
        "blood level, benefit in animals, usual intake, official value, food or running)",
    ),
    "doses, source": (
        "doses",
        "harm on a drug,adams2001bone",
        "harm on a drug,adams2001bones",
        "2: source 'adams2001bones' is unknown or withdrawn (did you mean 'adams2001bone'?)",
    ),
    "doses, nobody": ("doses", ",volunteers,", ",,", "2: column 'who' is empty"),
    "timeline, year": (
        "timeline",
        "1961",
        "61",
        "2: year '61' is not a year of four digits\n"
        "docs/data/timeline.csv:3: year '2018' stands after '61'; sort the rows",
    ),
    "timeline, order": (
        "timeline",
        "1961",
        "2020",
        "3: year '2018' stands after '2020'; sort the rows",
    ),
    "timeline, full stop": (
        "timeline",
        "A shot at birth",
        "A shot at birth.",
        "2: event is one sentence of at most 110 signs, without a full stop",
    ),
    "timeline, too long": (
        "timeline",
        "A shot at birth",
        "A" * 111,
        "2: event is one sentence of at most 110 signs, without a full stop",
    ),
    "timeline, kind": (
        "timeline",
        ",withdrawn,",
        ",withdrew,",
        "3: kind 'withdrew' is not in the list (did you mean 'withdrawn'?) "
        "(it is one of finding, trial, ruling or withdrawn)",
    ),
    "timeline, source": (
        "timeline",
        "ruling,adams2001bone",
        "ruling,dodd2004void",
        "2: source 'dodd2004void' is unknown or withdrawn",
    ),
    "tested, question": (
        "tested",
        "Does it work?",
        "It works",
        "2: question 'It works' has no question mark at its end",
    ),
    "tested, word": (
        "tested",
        "untested,,not-seen",
        "not tested,,not-seen",
        "3: cells 'not tested' is not in the list (did you mean 'untested'?) "
        "(it is one of seen, mixed, not-seen, untested or none)",
    ),
    "tested, sources without a test": (
        "tested",
        "untested,,not-seen",
        "untested,adams2001bone,not-seen",
        "3: cells is 'untested' and has sources; take them out, or say what they saw",
    ),
    "tested, a test without sources": (
        "tested",
        "mixed,baker2002gut",
        "mixed,",
        "2: people is 'mixed' without a source; name what was seen where",
    ),
    "tested, source": (
        "tested",
        "mixed,baker2002gut",
        "mixed,baker2002",
        "2: source 'baker2002' is unknown or withdrawn (did you mean 'baker2002gut'?)",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_names_file_line_and_cure(fault, tmp_path):
    name, old, new, message = FAULTS[fault]
    text, read, _ = KINDS[name]
    assert old in text
    path = tmp_path / f"{name}.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read(path, KEYS)
    told = str(caught.value)
    assert told == f"docs/data/{name}.csv:{message}" or told.startswith(
        f"docs/data/{name}.csv:{message} (did you mean"
    )


def test_the_files_of_the_book_can_be_read(docs: Path):
    from kb.sources.bibliography import read_sources

    sources = read_sources(docs / "data/sources.bib")
    usable = frozenset(key for key, source in sources.items() if not source.is_void)
    for name, (_, read, draw) in KINDS.items():
        rows = read(docs / f"data/{name}.csv", usable)
        assert len(rows) >= 14 and svg_faults(draw(rows), inline=True) == []
