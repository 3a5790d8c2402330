"""Bad input ends in an error with file, line and cure, or in a correct build: never in a traceback, a hang or a loss."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bad_inputs import BIB, CASES, CHAPTER, CLASSES, EVIDENCE, FOODS, GLOSSARY, ONE, PAGE, Case
from kb.core.tables import DataError
from kb.search.synonyms import read_everyday
from trial import Outcome, Trial

# MyST's include asks Sphinx in a way that is to go.
pytestmark = pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning")
LOCATED = re.compile(r"^(?:[A-Z][a-z ]+ error: )?docs/[^:]+:(?:\d+:)? ", re.MULTILINE)
RULES = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("trial") / "kb")


def held(outcome: Outcome, case: Case) -> None:
    """The promise: the error that was foreseen, or a build that shows all."""
    assert "Traceback" not in outcome.said
    if case.said:
        assert outcome.code == 1, "it was built"
        assert case.said in outcome.said
        return
    assert (outcome.code, outcome.said) == (0, "")
    page = "reference/foods" if "data/foods.csv" in case.edits else EVIDENCE
    words = outcome.words(page)
    assert [word for word in case.shown if word not in words] == []


QUICK = [
    "front matter: a field twice",
    "unclosed: open note",
    "unclosed: rightly nested",
    "bytes: UTF-16",
    "bytes: NUL",
    "bytes: ten megabytes of words",
    "nesting: 500 quotations",
    "nesting: 500 emphases on 500 lines",
    "circles: two pages that list each other",
    "bibtex: too many commas",
    "csv: an open quotation",
    "pictures: a PNG named SVG",
    "paths: an include from outside",
    "tables: a cell too many",
]


@pytest.mark.parametrize("name", QUICK)
def test_one_of_each_class(trial, name):
    held(trial(CASES[name].edits), CASES[name])


@pytest.mark.prove
@pytest.mark.parametrize("kind", CLASSES)
def test_every_hand_picked_input(trial, kind):
    for name, case in CLASSES[kind].items():
        try:
            held(trial(case.edits), case)
        except BaseException as error:
            error.add_note(f"the input: {name}")
            raise


# -- What no edit of a text can make -------------------------------------------------------------


def with_files(trial: Trial, make) -> Outcome:
    trial.fresh()
    make(trial.docs)
    return trial.build()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda docs: (docs / "sections/two.md").symlink_to("/etc/hostname"),
            "docs/sections/two.md: a link to another place; put the file",
        ),
        (
            lambda docs: (docs / "sections/two.md").symlink_to("nowhere"),
            "docs/sections/two.md: a link to another place",
        ),
        (lambda docs: (docs / "loop").symlink_to(docs), "docs/loop: a link to another place"),
        (
            lambda docs: (docs / "data/more.csv").symlink_to(docs / "data/foods.csv"),
            "docs/data/more.csv: a link to another place",
        ),
        (
            lambda docs: os.mkfifo(docs / "sections/two.md"),
            "docs/sections/two.md: neither a file nor a folder; remove it",
        ),
    ],
    ids=["outside", "dangling", "cyclic", "inside", "pipe"],
)
def test_only_files_are_read(trial, make, said):
    outcome = with_files(trial, make)
    assert outcome.code == 1
    assert said in outcome.said


def test_the_lock_of_an_editor_is_no_page(trial):
    """Emacs keeps a link that leads nowhere beside a file that is being edited."""
    outcome = with_files(
        trial, lambda docs: (docs / "sections/.#one.md").symlink_to("someone@somewhere.1")
    )
    assert (outcome.code, outcome.said) == (0, "")


def test_everything_wrong_is_told_at_once(trial):
    outcome = trial(
        {
            CHAPTER: lambda text: text.replace("of bone", "of\0bone") + "\n```\n",
            f"{EVIDENCE}.md": PAGE + "\n:::{note}\n",
        }
    )
    assert outcome.said.count("\n") == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            b'said,meant\n"open,osteoporosis\n',
            "docs/data/words.csv:2: unexpected end of data in the row that begins here; look for a quotation",
        ),
        (
            "said,meant\né,x\n".encode("latin-1"),
            "docs/data/words.csv:2: a character here is not UTF-8 (byte 0xe9)",
        ),
        (
            b"said,meant\n" + b"x" * 10_000_000 + b",y\n",
            "docs/data/words.csv:2: field larger than field limit",
        ),
    ],
)
def test_files_of_readers_words(tmp_path: Path, data: bytes, said: str):
    (tmp_path / "words.csv").write_bytes(data)
    with pytest.raises(DataError) as error:
        read_everyday(tmp_path / "words.csv", ())
    assert said in str(error.value)


def test_words_with_a_mark_before_them_are_read(tmp_path: Path):
    (tmp_path / "words.csv").write_bytes(b"\xef\xbb\xbfsaid,meant\nbones,bone\n")
    assert read_everyday(tmp_path / "words.csv", {"bone"}) == {"bones": ["bone"]}


# -- Made by rules -------------------------------------------------------------------------------


def kept_or_told(outcome: Outcome, words: list[str]) -> None:
    """Either the author is told where the fault is, or the page shows every word."""
    if outcome.code:
        assert LOCATED.search(outcome.said), outcome.said
    else:
        shown = outcome.words(EVIDENCE)
        assert [word for word in words if word not in shown] == []


PIECES = st.one_of(
    st.integers(1, 12).map(lambda deep: "> " * deep + "WORD"),
    st.integers(1, 12).map(lambda deep: "\n".join("  " * i + "- WORD" for i in range(deep))),
    st.integers(1, 6).map(
        lambda deep: "\n".join("   " * i + f"{i + 1}. WORD" for i in range(deep))
    ),
    st.tuples(
        st.sampled_from(["```", "````", ":::", "::::", "~~~"]),
        st.sampled_from(["{note}", "{tip}", "", "python"]),
    ).map("".join),
    st.sampled_from(
        [
            "```",
            "````",
            ":::",
            "::::",
            "~~~",
            "$$",
            "---",
            "***",
            "<!-- WORD -->",
            "<!--",
            "-->",
            "WORD[^1]",
            "[^1]: WORD",
        ]
    ),
    st.lists(st.integers(1, 4), min_size=1, max_size=4).map(
        lambda rows: (
            "| WORD | WORD |\n|---|---|\n" + "\n".join("|" + " WORD |" * cells for cells in rows)
        )
    ),
    st.text(alphabet="*_`[](){}<>\\!#|~$&;:'\" -", max_size=20).map(
        lambda signs: f"WORD {signs} WORD"
    ),
    st.sampled_from(
        [
            "WORD",
            "## WORD",
            ":class: x",
            "    WORD",
            "\tWORD",
            "WORD\n: WORD",
            "{plain}`WORD`",
            "{plain}`WORD",
            "**WORD",
            "![WORD",
        ]
    ),
)


@pytest.mark.prove
def test_any_markdown_is_shown_whole_or_refused(trial):
    @settings(RULES, max_examples=150)
    @given(st.lists(st.tuples(PIECES, st.sampled_from(["\n", "\n\n"])), min_size=1, max_size=8))
    def check(pieces):
        text = "".join(piece + end for piece, end in pieces)
        parts = text.split("WORD")
        named = "".join(f"{part}zq{number}zq" for number, part in enumerate(parts[:-1])) + parts[-1]
        words = [f"zq{number}zq" for number in range(len(parts) - 1)]
        comments = "".join(re.findall(r"<!--.*?-->", named, re.DOTALL))
        kept_or_told(
            trial({f"{EVIDENCE}.md": f"{PAGE}\n{named}\n"}),
            [word for word in words if word not in comments],
        )

    check()


SPOILS = st.sampled_from(
    [
        b"\0",
        b"\xff",
        b"\xc3",
        b"\xe2\x80\xae",
        b"\xe2\x80\x8b",
        b"{",
        b"}",
        b'"',
        b",",
        b"\n",
        b"\n\n",
        b"```\n",
        b":::\n",
        b"---\n",
        b"=",
        b"@",
        b"|",
        b"\\",
        b"%",
        b"#",
        b"&",
        b"$",
        b"<",
        b"'",
        b"\r",
        b"\t",
        b":",
        b"- ",
        b"> ",
    ]
)
FILES = {
    CHAPTER: ONE,
    "reference/glossary.md": GLOSSARY,
    "data/sources.bib": BIB,
    "data/foods.csv": FOODS,
}


@pytest.mark.prove
@pytest.mark.parametrize("name", FILES)
def test_any_slip_in_a_file_is_told_or_does_no_harm(trial, name):
    whole = FILES[name].encode()
    places = st.integers(0, len(whole))

    @settings(RULES, max_examples=60)
    @given(
        st.lists(
            st.tuples(places, st.integers(0, 40), SPOILS | st.just(b"")), min_size=1, max_size=3
        )
    )
    def check(slips):
        data = whole
        for place, cut, more in slips:
            data = data[:place] + more + data[place + cut :]
        kept_or_told(trial({name: data} if data != whole else {name: data + b"\n"}), [])

    check()


@pytest.mark.prove
def test_any_front_matter_is_told_or_read(trial):
    fields = st.sampled_from(
        [
            "summary",
            "checked",
            "check_due",
            "searched_to",
            "reviewed_by",
            "tocdepth",
            "orphan",
            "myst",
            "x",
        ]
    )
    values = st.one_of(
        st.sampled_from(
            [
                "One.",
                "2026-02-02",
                "2026-02-31",
                "0000-00-00",
                "9999-12-31",
                "[a",
                "{a: b}",
                "'x",
                "!!x y",
                "&a *a",
                "|",
                ">",
                "~",
                "1e9",
            ]
        ),
        st.text(alphabet="abc:{}[]'\"#&*!|>%@`- ,\n", max_size=15),
        st.dates().map(str),
    )

    @settings(RULES, max_examples=80)
    @given(st.lists(st.tuples(fields, values), max_size=6))
    def check(pairs):
        head = "".join(f"{field}: {value}\n" for field, value in pairs)
        kept_or_told(trial({CHAPTER: f"---\n{head}---\n" + ONE.split("---\n", 2)[2]}), [])

    check()
