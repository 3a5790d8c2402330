"""What each source leaves out: the table, and the message for each slip in its file."""

from __future__ import annotations

import pytest

from kb.core.tables import DataError
from kb.foods.limits import BY_BASIS, leaves_out, read_limits
from kb.foods.table import Food

HEAD = "source_key,rows,leaves_out\n"
USABLE = frozenset({"adams2001bone", "baker2002gut"})
BAD = {
    "another head": (
        "source,says\n",
        "1: columns missing source_key, rows, leaves_out; the head is source_key,rows,leaves_out",
    ),
    "a cell too many": (
        HEAD + "adams2001bone,,One, two.\n",
        "2: 4 cells where the head has 3; quote a cell that holds a comma",
    ),
    "an unknown source": (
        HEAD + "adams2001bon,,One.\n",
        "2: source 'adams2001bon' is unknown or withdrawn (did you mean 'adams2001bone'?)",
    ),
    "unknown rows": (
        HEAD + "adams2001bone,mk7,One.\n",
        "2: rows 'mk7' is not in the list (did you mean 'mk7-only'?) (it is one of empty, mk7-included, none, total, sum, mk4-only, mk7-only or unspecified-vitamin-k)",
    ),
    "told twice": (
        HEAD + "adams2001bone,,One.\nadams2001bone,,Two.\n",
        "3: the rows 'all' of 'adams2001bone' have a sentence already; keep one",
    ),
    "no sentence": (
        HEAD + "adams2001bone,,\n",
        "2: leaves_out is one or two whole sentences, with a full stop",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_each_slip_names_line_and_cure(tmp_path, name):
    text, message = BAD[name]
    path = tmp_path / "food-limits.csv"
    path.write_text(text)
    with pytest.raises(DataError) as error:
        read_limits(path, USABLE)
    assert str(error.value) == f"docs/data/food-limits.csv:{message}"


def test_a_withdrawn_source_is_refused(tiny):
    with pytest.raises(DataError, match="source 'dodd2004void' is unknown or withdrawn"):
        tiny(
            {
                "data/food-limits.csv": lambda text: text + "dodd2004void,,One.\n",
                "reference/foods.md": lambda text: text + "\n:::{food-limits}\n:::\n",
            }
        )


@pytest.mark.parametrize("builder", ["html", "text"])
def test_the_sentences_stand_in_a_table_with_their_source(tiny, builder):
    built = tiny(
        {"reference/foods.md": lambda text: text + "\n:::{food-limits}\n:::\n"}, builder=builder
    )
    page = built.page(f"reference/foods.{'html' if builder == 'html' else 'txt'}")
    assert built.warnings == ""
    for words in (
        "What it leaves out",
        "Adams et al. 2001",
        "MK-7 only",
        "Only MK-7 was measured.",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("basis", "note", "says"),
    [
        ("sum", "", "Sums."),
        ("total", "", "All."),
        ("", "", "None."),
        ("unspecified-vitamin-k", "MK-7 is included.", "Seven."),
    ],
)
def test_the_narrower_sentence_wins(basis, note, says):
    cells = {"id": "x-y"}
    food = Food("x-y", "X", "X", "cheese", "1", basis, "", "adams2001bone", "Japan", note, 2, cells)
    limits = {
        (food.source, ""): "All.",
        (food.source, "sum"): "Sums.",
        (food.source, "none"): "None.",
        (food.source, "mk7-included"): "Seven.",
    }
    assert leaves_out(food, limits) == says
    assert leaves_out(food, {}) == BY_BASIS[basis]
