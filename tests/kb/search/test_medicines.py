"""Names of medicines: the faults of their file, and that every name leads to the warning."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from kb.core.tables import DataError
from kb.search.medicines import (
    ALONE,
    MedicineClass,
    Warned,
    packed,
    read_classes,
    read_medicines,
    read_warning_words,
)
from quality import answers_of_scripts, needs_node

DOCS = Path(__file__).parents[3] / "docs"
HEAD = "name,kind,medicine,class,where_used,leads_to,how_known\n"
CLASSES = "class,action,leads_to,term,what_to_say,source_keys\nantagonist,warn,I4,vka,Ask.,a2001b\nharm,warn,I4,vka,Ask.,\n"
GOOD = "Marcumar,brand,phenprocoumon,antagonist,Germany,I4,known\n"
FAULTS = {
    "head": (
        "name\n",
        "1: columns missing kind, medicine, class, where_used, leads_to, how_known; "
        "the head is name,kind,medicine,class,where_used,leads_to,how_known",
    ),
    "no kind": (f"{HEAD}Marcumar,,,antagonist,,I4,known\n", "2: column 'kind' is empty"),
    "nowhere": (
        f"{HEAD}Marcumar,brand,,antagonist,,I5,known\n",
        "2: leads_to 'I5' is not known (it is one of I4 or not-looked-at)",
    ),
    "no class": (
        f"{HEAD}Marcumar,brand,,agonists,,I4,known\n",
        "2: class 'agonists' is not known (did you mean 'antagonist'?)",
    ),
    "not known": (
        f"{HEAD}Marcumar,brand,,antagonist,,I4,guess\n",
        "2: how_known 'guess' is not known (it is one of known or seen)",
    ),
    "twice": (
        f"{HEAD}{GOOD}{GOOD.lower()}",
        "3: 'marcumar' stands in line 2 already; keep one of them",
    ),
}
PLACES = {"I4": 3, "not-looked-at": 5}


def written(folder: Path, text: str) -> Path:
    (folder / "drug-classes.csv").write_text(CLASSES, encoding="utf-8")
    (folder / "drug-names.csv").write_text(text, encoding="utf-8")
    return folder / "drug-names.csv"


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_line_and_cure(tmp_path, text, message):
    with pytest.raises(DataError) as caught:
        read_medicines(written(tmp_path, text), PLACES, {"antagonist"})
    lines = [line for line in str(caught.value).split("\n") if "'i4'" not in line]
    assert lines == [f"docs/data/drug-names.csv:{message}"]


def test_names_with_their_place(tmp_path):
    rows = f"{HEAD}{GOOD}Lipitor,brand,,antagonist,,not-looked-at,seen\n"
    found = read_medicines(written(tmp_path, rows), PLACES, {"antagonist"})
    assert found == [
        Warned("Marcumar", "antagonist", "I4"),
        Warned("Lipitor", "antagonist", "not-looked-at"),
    ]
    assert read_medicines(tmp_path / "none.csv", PLACES, {"antagonist"}) == []


VKA = {"antagonist": MedicineClass("I4", "vka"), "harm": MedicineClass("I4", "vka")}
WORD_FAULTS = {
    "no class": ("said,class,unless\nclots,,\n", "2: column 'class' is empty"),
    "never": (
        "said,class,unless\nwarfare,no warning,games\n",
        "2: a word with 'no warning' never warns; leave column 'unless' empty",
    ),
    "strange": (
        "said,class,unless\nclots,antagonists,\n",
        "2: class 'antagonists' is not known (did you mean 'antagonist'?)",
    ),
    "twice": (
        "said,class,unless\nclots,harm,\nClots,harm,\n",
        "3: 'Clots' stands in line 2 already; keep one of them",
    ),
}


@pytest.mark.parametrize(("text", "message"), WORD_FAULTS.values(), ids=WORD_FAULTS)
def test_a_fault_of_a_word_of_danger_names_line_and_cure(tmp_path, text, message):
    path = tmp_path / "warning-words.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_warning_words(path, VKA)
    assert str(caught.value) == f"docs/data/warning-words.csv:{message}"


def test_names_and_words_are_packed_by_place_and_term(tmp_path):
    path = tmp_path / "warning-words.csv"
    rows = [
        "clots,antagonist,",
        "side effects,harm,",
        "stroke,antagonist,golf; engine",
        "thinner,antagonist,anything else",
        "warfare,no warning,",
    ]
    path.write_text("\n".join(["said,class,unless", *rows, ""]), encoding="utf-8")
    said = [Warned("Alli", "antagonist", "I4"), *read_warning_words(path, VKA)]
    taken = ["side effects", "thinner"]
    assert packed(said, VKA, {"I4": 3}, {"vka": 7}) == [
        {"records": [3, 7], "names": ["clots"], "alone": ["Alli"], "taken": taken},
        {
            "records": [3, 7],
            "unless": ["engine", "golf"],
            "names": ["stroke"],
            "alone": [],
            "taken": [],
        },
        {"records": [], "names": ["warfare"], "alone": [], "taken": []},
    ]


def test_names_that_are_no_danger_stand_behind_the_best_result(tmp_path):
    path = written(tmp_path, "").parent / "drug-classes.csv"
    rows = "antagonist,warn,I4,vka,Ask.,\nantibiotic,two-sided,I4,,Ask.,\n"
    path.write_text(CLASSES.splitlines()[0] + "\n" + rows, encoding="utf-8")
    found = read_classes(path, set(), PLACES, {"vka"})
    assert {name: one.warns for name, one in found.items()} == {
        "antagonist": True,
        "antibiotic": False,
    }
    said = [Warned("penicillin", "antibiotic", "I4")]
    assert packed(said, found, PLACES, {}) == [
        {"records": [3], "second": 1, "names": ["penicillin"], "alone": [], "taken": []}
    ]


CLASS_FAULTS = {
    "source": (({"a2001bone"}, {"I4"}, {"vka"}), "source 'a2001b' (did you mean 'a2001bone'?)"),
    "place": (({"a2001b"}, {"I5"}, {"vka"}), "leads_to 'I4' is not known (it is one of I5)"),
    "term": (({"a2001b"}, {"I4"}, {"vkas"}), "term 'vka' is not known (did you mean 'vkas'?)"),
}


@pytest.mark.parametrize(("known", "message"), CLASS_FAULTS.values(), ids=CLASS_FAULTS)
def test_a_class_names_places_terms_and_sources_that_are_there(tmp_path, known, message):
    path = written(tmp_path, "").parent / "drug-classes.csv"
    assert read_classes(path, {"a2001b"}, {"I4"}, {"vka"}) == VKA
    with pytest.raises(DataError) as caught:
        read_classes(path, *known)
    first_line = str(caught.value).splitlines()[0]
    assert first_line.startswith("docs/data/drug-classes.csv:2: ") and message in first_line


# -- The search ------------------------------------------------------------------------------------


def medicines() -> list[dict[str, str]]:
    with (DOCS / "data/drug-names.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def classes() -> str:
    """The classes of the book for the tiny root: without sources, one term for all."""
    with (DOCS / "data/drug-classes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    places = {"I4": "A1", "not-looked-at": "about"}
    lines = [f'"{row["class"]}",warn,{places[row["leads_to"]]},,Ask.,' for row in rows]
    return "\n".join(["class,action,leads_to,term,what_to_say,source_keys", *lines, ""])


@pytest.fixture
def first(tiny):
    """The first result of each query, on a tiny knowledge base whose claim A1 and page 'about' take the names of the book."""
    names = (DOCS / "data/drug-names.csv").read_text(encoding="utf-8-sig")
    edits = {
        "conf.py": lambda t: t.replace('"kb.outlets', '"kb.search", "kb.outlets', 1),
        "data/drug-names.csv": lambda _: re.sub(
            ",not-looked-at,", ",about,", names.replace(",I4,", ",A1,")
        ),
        "data/drug-classes.csv": lambda _: classes(),
        "about.md": lambda _: "---\norphan:\n---\n\n# About\n\nOf statins nobody knows.\n",
    }
    built = tiny(edits)

    def ask(queries: list[str]) -> list[str]:
        found = answers_of_scripts(built.out, queries)
        firsts = (next(iter(found[query]), None) for query in queries)
        return ["" if one is None else one.partition("#")[2] or "page" for one in firsts]

    return ask


@needs_node
def test_every_name_leads_to_its_place_first(first):
    rows = medicines()
    assert len(rows) > 200
    names = [row["name"] for row in rows]
    wanted = ["claim-a1" if row["leads_to"] == "I4" else "page" for row in rows]
    for form in ("{}", "{}?", "  {} ", "{} gut osteocalcin"):
        asked = list(zip(names, wanted, strict=True))
        if form.endswith("osteocalcin"):
            asked = [(name, place) for name, place in asked if name.casefold() not in ALONE]
        got = first([form.format(name) for name, _ in asked])
        assert [
            (name, place, found)
            for (name, place), found in zip(asked, got, strict=True)
            if found != place
        ] == []


LEADS = (
    "is k2 safe with blood thinners",
    "anticoagulant",
    "MARCUMAR und Natto",
    "βαρφαρινη",
    "我服用华法林可以吃纳豆吗",
    "와파린을 먹어요",
    "وارفارين",
    "alli",
    "Luminal",
)
LEADS_NOT = (
    "is alli safe for the gut",
    "the luminal side of the gut",
    "allies of the gut",
    "mascara and the gut",
    "gut",
)


@needs_node
def test_whole_words_only(first):
    asked = [*LEADS, *LEADS_NOT]
    warned = [
        query for query, place in zip(asked, first(asked), strict=True) if place == "claim-a1"
    ]
    assert warned == list(LEADS)
