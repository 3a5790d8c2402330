"""The guide for authors does what it says: each example is built, each message is provoked, each command exists."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sphinx.deprecation import RemovedInSphinx11Warning
from sphinx.errors import SphinxError
from sphinx.testing.util import SphinxTestApp

from build import engine, run_sphinx
from build.inputs import InputState
from checks.reading import cited
from guide import ROOT, Example, examples, pages, unnumbered, unwrapped, words
from kb.charts.tested_map import read_tested
from kb.claims import model as evidence
from kb.foods import table as foods
from kb.glossary import domain as terms
from kb.search.places import all_records
from kb.search.records import place_of, vocabulary
from kb.search.synonyms import read_everyday, read_questions
from kb.sources import bibliography as sources
from scaffold import __main__ as new

ALL = examples()
HAND = "sections/vitamin-k2-and-sleep.md"
"""Where the loose examples are tried: the chapter of the guide itself."""


def of(pattern: str) -> list[Example]:
    """The examples whose kind matches *pattern* as a whole."""
    return [example for example in ALL if example.kind and re.fullmatch(pattern, example.kind)]


def each(found: list[Example]):
    assert found, "no example of this kind is left: delete its test"
    return pytest.mark.parametrize(
        "example", found, ids=[f"{example.page}:{example.line}" for example in found]
    )


# -- Which examples there are ----------------------------------------------------------------------

COMMANDS, NEW, WRITTEN = "commands", r"make new .*", r"written by make new .*"
PUT = r"a chapter|a claim of .*|a term|a source|a passage of .*|a figure of .*|rows of .*|markup|style.*"
"""Kinds that are put into a copy of the book and built."""
ALONE = (
    "what plain make prints",
    "what a failed make html says last",
    r"fields of .*",
    r"options of .*",
    r"grades of .*",
    r"paper\.bib",
    "words to leave out",
    "a test of the tiny root",
)
KINDS = (COMMANDS, NEW, WRITTEN, PUT, *ALONE)


def test_no_example_is_skipped():
    tested = [example for kind in KINDS for example in of(kind)]
    provoked = [example for example in ALL if example.mistakes]
    untested = [example for example in ALL if example.reason]
    assert Counter(tested) + Counter(provoked) + Counter(untested) == Counter(ALL)
    assert len(ALL) >= 45 and len(provoked) >= 12, (
        "the guide has lost its examples, or the reading of them is broken"
    )
    assert [example.where.split(":")[0] for example in untested] == [
        "docs/authoring/architecture.md"
    ]
    assert all(len(example.reason) > 10 for example in untested)


# -- One build of all that is right, and one of all that is wrong ----------------------------------


@dataclass
class Guided:
    """The copy of the book with the right examples in it, what the build said, and what the search knows."""

    docs: Path
    right: str
    known: set[str]
    places: set[str]


@pytest.fixture(scope="module")
def guided(tmp_path_factory: pytest.TempPathFactory) -> Guided:
    """Build a copy of the book with the right examples in it."""
    docs = tmp_path_factory.mktemp("guided") / "docs"
    shutil.copytree(ROOT / "docs", docs, ignore=shutil.ignore_patterns("__pycache__"))
    for example in [
        *of("a chapter"),
        *(example for example in of(PUT) if example.kind != "a chapter"),
    ]:
        put(docs, example)
    for links in re.findall(
        r"^\| `` (.*?) `` \|",
        (ROOT / "docs/authoring/links.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    ):
        put_markup(docs, f"A sample: {links}\n")
    right, app = built(docs)
    found = all_records(app.env)
    app.cleanup()
    return Guided(docs, right, vocabulary(found), {place_of(record) for record in found})


@pytest.fixture(scope="module")
def wrong(guided: Guided) -> tuple[list[str], dict[str, str]]:
    """Make all mistakes in the copy and build again: what is said, and which mistakes could not be made."""
    unmade = {}
    for example in ALL:
        for mistake in example.mistakes:
            if not mistake.name.startswith("data/"):
                try:
                    mistake.make(guided.docs)
                except AssertionError as error:
                    unmade[example.where] = str(error)
    said, app = built(guided.docs)
    app.cleanup()
    return said.split("\n"), unmade


def built(docs: Path) -> tuple[str, SphinxTestApp]:
    """What a build of *docs* says, with paths as an author reads them."""
    with warnings.catch_warnings():
        # The theme asks Sphinx 9 for what Sphinx 11 will not have.
        warnings.simplefilter("ignore", RemovedInSphinx11Warning)
        app = SphinxTestApp("html", srcdir=docs, freshenv=False)
        app.build()
    said = re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue())
    return said.replace(f"{docs.parent}/", "").strip(), app


def put(docs: Path, example: Example) -> None:
    """Put an example where it belongs: in the place of the thing of its name, or into the chapter of the guide."""
    kind, _, name = example.kind.partition(" of ")
    if kind == "a chapter":
        (docs / HAND).write_text(example.text, encoding="utf-8")
        swap(
            docs / "index.md",
            r"^sections/supplements$",
            "sections/supplements\nsections/vitamin-k2-and-sleep",
        )
    elif kind in ("a claim", "a passage"):
        swap(
            docs / name,
            rf"^{re.escape(example.text.split(chr(10))[0])}\n.*?^:::$",
            example.text.rstrip("\n"),
        )
    elif kind == "a term":
        swap(
            docs / "reference/glossary.md",
            rf"^{re.escape(example.text.split(chr(10))[0])}\n.*?^:::$",
            example.text.rstrip("\n"),
        )
    elif kind == "a figure":
        anchor = re.search(r"^:name: (.*)$", example.text, re.MULTILINE)[1]
        swap(
            docs / name,
            rf"^```\{{figure\}}(?:(?!```).)*^:name: {anchor}$.*?^```$",
            example.text.rstrip("\n"),
        )
    elif kind == "a source":
        swap(
            docs / "data/sources.bib",
            rf"^{re.escape(example.text.split(chr(10))[0])}\n.*?^}}$",
            example.text.rstrip("\n"),
        )
    elif kind == "rows":
        for row in example.text.strip().split("\n"):
            put_row(docs / "data" / name, row)
    elif kind.startswith("style"):
        put_markup(docs, wrong_and_right(example)[1])
    else:
        put_markup(docs, example.text)


def put_row(path: Path, row: str) -> None:
    """Put a row in the place of the one that begins as it does, else at the end."""
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line]
    same = [number for number, line in enumerate(lines) if line.split(",")[0] == row.split(",")[0]]
    lines[same[0] if same else len(lines) :] = [row, *lines[same[0] + 1 :]] if same else [row]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def swap(path: Path, pattern: str, text: str) -> None:
    """Replace the one match of *pattern* in a file by *text*."""
    whole = path.read_text(encoding="utf-8")
    found = re.findall(
        pattern,
        whole,
        re.MULTILINE | re.DOTALL if pattern.endswith(("^:::$", "^```$", "^}$")) else re.MULTILINE,
    )
    assert len(found) == 1, f"{path.name} holds {len(found)} of {pattern!r}"
    flags = (
        re.MULTILINE | re.DOTALL if pattern.endswith(("^:::$", "^```$", "^}$")) else re.MULTILINE
    )
    path.write_text(
        re.sub(pattern, lambda match: text, whole, count=1, flags=flags), encoding="utf-8"
    )


def put_markup(docs: Path, text: str) -> None:
    swap(
        docs / HAND,
        r"^## What the article claims, and what the evidence shows$",
        f"{text}\n## What the article claims, and what the evidence shows",
    )


def wrong_and_right(example: Example) -> tuple[str, str]:
    found = re.fullmatch(r"Wrong: (.+)\n\nRight: (.+)\n", example.text)
    assert found, (
        f"{example.where}: a pair is one line 'Wrong: ...', an empty line, and one line 'Right: ...'"
    )
    return found[1], f"{found[2]}\n"


def test_what_the_guide_calls_right_builds_without_a_word(guided):
    assert guided.right == ""
    page = (guided.docs / "_build/html/sections/vitamin-k2-and-sleep.html").read_text(
        encoding="utf-8"
    )
    assert (
        'id="claim-z1"' in page
        and "This stands on the site." in page
        and "This stands in the PDF." not in page
    )


@each(
    [
        example
        for example in ALL
        if example.mistakes and not example.mistakes[0].name.startswith("data/")
    ]
)
def test_a_message_is_the_one_that_the_mistake_brings(wrong, example):
    lines, unmade = wrong
    assert example.where not in unmade, unmade[example.where]
    said = {unnumbered(line) for line in lines}
    for message in unwrapped(example.text):
        assert unnumbered(message) in said, "\n".join([message, *lines])


@each(
    [
        example
        for example in ALL
        if example.mistakes and example.mistakes[0].name.startswith("data/")
    ]
)
def test_a_message_of_a_file_of_data_is_the_one_that_the_mistake_brings(guided, example, tmp_path):
    shutil.copytree(guided.docs / "data", tmp_path / "data")
    for mistake in example.mistakes:
        mistake.make(tmp_path)
    with pytest.raises(SphinxError) as caught:
        read(tmp_path / example.mistakes[0].name, guided)
    said = f"{caught.value.category}: {caught.value}"
    assert [unnumbered(line) for line in unwrapped(example.text)] == [
        unnumbered(line) for line in said.split("\n")
    ]


def read(path: Path, guided: Guided) -> None:
    """Read a file of data as the build does."""
    if path.name == "sources.bib":
        sources.read_sources(path)
    elif path.name == "foods.csv":
        foods.read_foods(path, sources.read_sources(guided.docs / "data/sources.bib"))
    elif path.name == "tested.csv":
        read_tested(path, frozenset(sources.read_sources(guided.docs / "data/sources.bib")))
    elif path.name == "everyday-words.csv":
        read_everyday(path, guided.known)
    else:
        read_questions(path, guided.places)


@each(of(r"style.*"))
def test_a_right_sentence_has_its_numbers_from_its_source(example, docs):
    right = wrong_and_right(example)[1]
    records = sources.read_sources(docs / "data/sources.bib")
    pool = " ".join(value for key in cited(right) for value in records[key].fields.values())
    if "kamao2007foods" in right:
        pool += (docs / "data/foods.csv").read_text(encoding="utf-8")
    numbers = re.findall(r"(?<![\w-])\d[\d,.-]*(?![\w-])", re.sub(r"\{[a-z:]+\}`[^`]*`", "", right))
    assert [number for number in numbers if number not in pool] == []


# -- Words ------------------------------------------------------------------------------------------


(LEFT_OUT,) = of("words to leave out")
UNWANTED = re.compile(
    "|".join(
        rf"(?<![\w-]){re.escape(form)}(?![\w-])"
        for form in [
            *LEFT_OUT.text.strip().split(", "),
            *(row[0].strip("`") for row in words()["forms"].rows),
        ]
    ),
    re.IGNORECASE,
)
"""What is not to be written: the words to leave out, and the left column of the forms."""


@each(of(r"style.*"))
def test_a_wrong_sentence_is_caught_or_left_to_a_reader(example):
    wrong, right = wrong_and_right(example)
    assert bool(UNWANTED.findall(wrong)) != ("for a reader to see: " in example.kind), (
        example.where,
        UNWANTED.findall(wrong),
    )
    assert UNWANTED.findall(right) == []


def test_the_book_keeps_to_its_own_list(docs):
    """But for what the article says (quotations), other names of terms, and the data."""
    for path in [
        docs / "index.md",
        *sorted((docs / "sections").glob("*.md")),
        *sorted((docs / "about").glob("*.md")),
    ]:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if not line.startswith((">", ":names:", ":strength:")):
                assert UNWANTED.findall(re.sub(r"\{[a-z:]+\}`[^`]*`|\"[^\"]*\"", "", line)) == [], (
                    f"{path.name}:{number}: {line}"
                )


def test_tables_and_lists_are_those_of_the_code():
    found = words()
    assert sorted(found) == [
        "certainties",
        "designs",
        "forms",
        "options of a claim",
        "sides of C1",
        "statuses",
        "strengths",
        "verdicts",
    ]
    assert {row[0].strip("`"): row[1] for row in found["verdicts"].rows} == evidence.VERDICTS
    assert {row[0].strip("`"): row[1] for row in found["strengths"].rows} == {
        slug: evidence.strength_words(slug) for slug in evidence.STRENGTHS
    }
    printed = {row[0].strip("`"): row[1] for row in found["certainties"].rows}
    assert printed == {
        slug: evidence.certainty_words(slug, "claim") for slug in evidence.CERTAINTIES
    }
    assert dict(found["options of a claim"].rows) == {
        f"`{name}`": field.help + ("; needed" if field.required else "")
        for name, field in evidence.OPTIONS.items()
    }
    assert [row[0] for row in found["designs"].rows] == list(sources.DESIGNS)
    assert [row[0] for row in found["statuses"].rows] == list(sources.STATUSES)
    guide = {path.name: path.read_text(encoding="utf-8") for path in pages()}
    assert f"separated by commas: {', '.join(terms.TAGS)} |" in guide["terms.md"]
    for slug in (*foods.CATEGORIES, *filter(None, foods.BASES)):
        assert f"`{slug}`" in guide["foods.md"]
    for name in ("id", "names", "explicit", "sources", "see-also", "tags"):
        assert f"\n| `{name}` |" in guide["terms.md"]
    for name in sources.REQUIRED:
        row = next(
            line
            for line in guide["sources.md"].split("\n")
            if line.startswith("| ") and f"`{name}`" in line.split("|")[1]
        )
        assert row.endswith("; needed |")


def test_the_worked_example_stands_on_its_records(docs):
    records = sources.read_sources(docs / "data/sources.bib")
    rows = words()["sides of C1"].rows
    told = {row[0]: (row[1], row[2]) for row in rows}
    sides = {key: source.sides["C1"] for key, source in records.items() if "C1" in source.sides}
    assert told == {
        key: (sources.DESIGNS[records[key].design].lower(), side) for key, side in sides.items()
    }
    assert all(len(row[3]) > 20 and len(row[4]) > 20 for row in rows), "finding and limits, both"


@each(of(r"grades of .*"))
def test_the_grade_that_is_explained_is_the_one_in_the_book(example, docs):
    page = next(
        path
        for path in (docs / "sections").glob("*.md")
        if example.text.split("\n")[0] + "\n" in path.read_text(encoding="utf-8")
    )
    assert example.text in page.read_text(encoding="utf-8")


@each(of(r"options of .*"))
def test_options_are_those_of_the_entry(example, docs):
    name = example.kind.removeprefix("options of ")
    text = (docs / "reference/glossary.md").read_text(encoding="utf-8")
    entry = re.search(
        rf"^:::\{{definition\}} {re.escape(name)}\n.*?^:::$", text, re.MULTILINE | re.DOTALL
    )[0]
    assert all(line in entry.split("\n") for line in example.text.strip().split("\n"))


@each(of(r"fields of .*"))
def test_fields_are_those_of_the_entry(example, docs, tmp_path):
    record = sources.read_sources(docs / "data/sources.bib")[
        example.kind.removeprefix("fields of ")
    ]
    (tmp_path / "x.bib").write_text(f"@misc{{x,\n{example.text}}}\n", encoding="utf-8")
    ((*_, fields),) = sources.entries(tmp_path / "x.bib")
    assert fields and fields.items() <= record.fields.items()


# -- Commands ---------------------------------------------------------------------------------------


def verbs() -> set[str]:
    return set(
        re.search(
            r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
        )[1].split()
    )


def test_every_command_that_the_guide_names_is_a_verb():
    named = {
        verb
        for path in pages()
        for verb in re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8"))
    }
    named |= {
        verb
        for example in of(COMMANDS)
        for verb in re.findall(r"^make ([a-z-]+)", example.text, re.MULTILINE)
    }
    assert named - verbs() == set()
    table = re.search(
        r"^\| Command \|.*?\n\n",
        (ROOT / "docs/authoring/index.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )[0]
    assert verbs() - {"all", "clean", "lock"} <= set(
        re.findall(r"^\| `make ([\w-]+)` \|", table, re.MULTILINE)
    )


@each(of(COMMANDS))
def test_every_line_of_a_block_of_commands_can_be_run(example, workshop):
    for line in example.text.strip().split("\n"):
        if line.startswith("make new "):
            code, _, said = asked(workshop(), line)
            assert code == 0, said
        elif line.startswith(".venv/bin/python "):
            words = [word for word in line.split()[1:] if word not in ("-m", "pytest")]
            assert (ROOT / words[0]).is_file(), line
        else:
            verb = re.fullmatch(r"make(?: (\w+))?", line)
            if verb is None:
                assert line in ("git clone ADDRESS knowledge-base", "cd knowledge-base"), line
            else:
                assert verb[1] is None or verb[1] in verbs(), line


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """Makes fresh copies of what `make new` works on, with the BibTeX of the guide beside it."""
    (paper,) = of(r"paper\.bib")
    count = iter(range(99))

    def make() -> Path:
        root = tmp_path / str(next(count))
        for name in ("docs/sections", "docs/reference", "docs/data"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy2(ROOT / "docs/index.md", root / "docs/index.md")
        (root / "paper.bib").write_text(paper.text, encoding="utf-8")
        monkeypatch.chdir(root)
        return root

    return make


def asked(root: Path, line: str) -> tuple[int, str, str]:
    """Run `make new ...` as the line of a shell says, without make: exit code, output, errors."""
    given = shlex.split(line)[2:]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = new.main(
            [word for word in given if "=" not in word],
            dict(word.split("=", 1) for word in given if "=" in word),
            root,
        )
    return code, out.getvalue(), err.getvalue()


@each(of(NEW))
def test_make_new_says_what_the_guide_says(example, workshop):
    _, out, err = asked(workshop(), example.kind)
    assert unwrapped(unnumbered(example.text)) == unnumbered(out + err).strip("\n").split("\n")


@each(of(WRITTEN))
def test_make_new_writes_what_the_guide_shows(example, workshop):
    root = workshop()
    code, out, err = asked(root, example.kind.removeprefix("written by "))
    assert code == 0, err
    assert example.text in (root / out.split(":")[0]).read_text(encoding="utf-8")


@each(of("what plain make prints"))
def test_make_prints_what_was_built(example):
    goals = re.search(
        r"^all:.*?\$\(BUILD\) ([a-z ]+)$",
        (ROOT / "Makefile").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )[1].split()
    assert example.text == "".join(f"built       {engine.shown(form)}\n" for form in goals)
    assert "{'built     ' if form in built" in Path(engine.__file__).read_text(encoding="utf-8")


@each(of("what a failed make html says last"))
def test_a_failed_build_says_that_the_last_one_stays(example, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(run_sphinx, "TOOLS", tmp_path / "no-such-tools")
    job = engine.Job(tmp_path, InputState(tmp_path, [], "", ""), ("html",), 0)
    assert not engine.sphinx(job, tmp_path, ["html"])
    assert capsys.readouterr().err.endswith(f"\n{example.text}")


# -- The code --------------------------------------------------------------------------------------

PATH = re.compile(r"`((?:docs|tests|kb|incremental_html|data)/[\w./-]*)`")


@pytest.mark.parametrize(
    "page", ["docs/authoring/architecture.md", "docs/authoring/testing.md", "README.md"]
)
def test_every_path_that_a_page_names_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    named = PATH.findall(text)
    gone = [
        path
        for path in named
        if not ((ROOT / path).exists() or (ROOT / "docs/_ext" / path).exists())
    ]
    assert named and gone == []


@each(of("a test of the tiny root"))
def test_the_test_in_the_page_on_tests_passes(example, tiny):
    space: dict[str, object] = {}
    exec(example.text, space)
    (test,) = [value for name, value in space.items() if name.startswith("test_")]
    test(tiny)
