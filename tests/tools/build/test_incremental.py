"""A build after an edit gives the bytes of a build from nothing, and does less."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from build import engine, publish
from build.build_cache import BuildCache
from edits import FACTS, SOURCE, TEXT, Edit, both, change
from projects import small
from random_edits import edit as random_edit
from random_edits import restore, snapshot
from tiers import rest_in_prove

ROOT = Path(__file__).parents[3]
KB = Path(__file__).parents[2] / "roots/test-kb"
FORMS = sorted(publish.PARTS)
CHAPTER, GLOSSARY = "sections/one.md", "reference/glossary.md"


EDIT_WHILE_BUILDING = """
import os, pathlib

def edit(app, env):
    path = pathlib.Path(app.srcdir, "data/foods.csv")
    if ",72.9,total" in path.read_text() or os.environ["EDIT_WHILE_BUILDING"] == "always":
        path.write_text(path.read_text().replace("72.9", "74.9"))
        os.utime(path, (0, 0))

def setup(app):
    if os.environ.get("EDIT_WHILE_BUILDING"):
        app.connect("env-updated", edit, priority=1)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A project of one chapter and a few more pages, built by our builder, and a copy of it all."""
    root = tmp_path_factory.mktemp("small") / "project"
    shutil.copytree(KB, root / "docs")
    shutil.copytree(ROOT / "docs/_static", root / "docs/_static")
    (root / "docs/reference/dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (root / "docs/data/identifiers.csv").write_text(
        "term,scheme,identifier,label,seen_on,seen\nosteocalcin,mesh,D015675,Osteocalcin,https://example.org/,2026-02-02\n"
    )
    with (root / "docs/reference/foods.md").open("a") as page:
        page.write("\n![A dot](dot.svg)\n\n{download}`The dot <dot.svg>`\n")
    with (root / "docs/conf.py").open("a") as conf:
        conf.write(
            'extensions += ["incremental_html", "kb.outlets.sitemap"]\n'
            'extensions += ["kb.outlets.structured_data", "kb.outlets.llms"]\nhtml_static_path = ["_static"]\n'
            'html_baseurl = "https://example.org/k2/"\n'
            'html_additional_pages = {"search": "page.html"}\n'
        )
        conf.write(EDIT_WHILE_BUILDING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT / "docs/_ext"))
        patch.setenv("SOURCE_DATE_EPOCH", "1769990400")
        assert engine.build(root, ["html"]) == 0
        shutil.copytree(root, root.parent / "saved", symlinks=True)
        yield root, root.parent / "saved"


@pytest.fixture
def project(built: tuple[Path, Path]) -> Path:
    """That project, as it was after its first build, at the same place."""
    root, saved = built
    shutil.rmtree(root)
    shutil.copytree(saved, root, symlinks=True)
    return root


def contents(folder: Path) -> dict[str, str]:
    """The bytes of every published file, but for the marks of what they were made from."""
    base = folder.resolve()
    paths = sorted(
        path for path in base.rglob("*") if path.is_file() and not path.name.startswith(".made-")
    )
    return {
        str(path.relative_to(base)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }


def cold(project: Path, forms: list[str]) -> dict[str, str]:
    """What a build from nothing gives of the same sources, elsewhere."""
    other = project.parent / "cold"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(project, other, ignore=shutil.ignore_patterns("_build"), symlinks=True)
    assert engine.build(other, forms) == 0
    return contents(other / "_build/.current")


def differing(project: Path, forms: list[str]) -> list[str]:
    """Build after an edit; name the files that are not as a build from nothing makes them."""
    assert engine.build(project, forms) == 0
    here, there = contents(project / "_build/.current"), cold(project, forms)
    return sorted(name for name in {*here, *there} if here.get(name) != there.get(name))


def written(project: Path, edit: Edit) -> set[str]:
    """The pages that a build after *edit* wrote."""
    pages = project / "_build/html"
    before = {
        str(path.relative_to(pages)): path.stat().st_mtime_ns for path in pages.rglob("*.html")
    }
    edit(project / "docs")
    assert engine.build(project, ["html"]) == 0
    return {name for name in before if (pages / name).stat().st_mtime_ns != before[name]} - {
        "search.html",
        "genindex.html",
    }


SMALL = {
    "a sentence": change(CHAPTER, "Two studies are few", "Two studies on bone are few"),
    "a title": change(CHAPTER, "^# (.*?)$", r"# \1 anew"),
    "a new section": change(CHAPTER, "^## Limits", "## More\n\nGut.\n\n## Limits"),
    "a synonym": change(GLOSSARY, "^:names: bowel; guts$", ":names: bowel; guts; studies"),
    "a source": change("data/sources.bib", r"year( *)= \{2001\}", r"year\1= {1999}"),
    "a food row": change("data/foods.csv", r",72\.9,(total.*?),72\.9,", r",73.9,\1,73.9,"),
    "what a source leaves out": change("data/food-limits.csv", "Only MK-7 was", "MK-7 alone was"),
    "an identifier": change("data/identifiers.csv", "D015675", "D015676"),
    "a citation": change("index.md", r"\Z", "\nMore is known {cite:p}`clark2003gut`.\n"),
    "a label that becomes equal": both(
        change(
            "data/sources.bib",
            r"\Z",
            SOURCE.replace("Aaaa, Anna and Bbbb, Bert", "Adams, A. and B, B. and C, C.").replace(
                "2020", "2001"
            ),
        ),
        change("index.md", r"\Z", "\nMore is known {cite:p}`aaaa2001test`.\n"),
    ),
    "a verdict": change(CHAPTER, ":verdict: overstated", ":verdict: reversed"),
    "the day of a check": change(CHAPTER, "^checked: 2026-02-02", "checked: 2026-02-03"),
    "a name of a term": change(
        GLOSSARY, r"\{definition\} osteocalcin", "{definition} osteocalcin of bone"
    ),
    "a new page": lambda docs: (docs / "more.md").write_text(
        "---\norphan: true\n---\n# More\n\nGut.\n"
    ),
}


QUICK = ("a sentence", "a title", "a source", "a label that becomes equal", "a new page")
"""One of each kind, for `make test`: text, what other pages repeat, data, a fact across pages, a page."""


@pytest.mark.parametrize("name", rest_in_prove(SMALL, lambda name: name in QUICK))
def test_a_build_after_an_edit_equals_one_from_nothing(project, name):
    before = contents(project / "_build/html")
    SMALL[name](project / "docs")
    assert differing(project, ["html"]) == []
    assert contents(project / "_build/html") != before


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("a sentence", {"sections/one"}),
        ("a synonym", {"sections/one", "reference/glossary"}),
        ("a food row", {"reference/foods"}),
        ("an identifier", {"reference/glossary"}),
        (
            "a source",
            {"sections/one", "reference/foods", "reference/glossary", "reference/sources"},
        ),
    ],
)
def test_only_what_an_edit_changes_is_written(project, name, pages):
    # Sphinx itself writes the pages whose table of contents lists a written one.
    assert written(project, SMALL[name]) - {"index.html"} == {f"{page}.html" for page in pages}


def test_a_file_that_comes_back_with_an_older_time_is_read(project):
    page = project / "docs" / CHAPTER
    old, age = page.read_text(), page.stat().st_mtime
    SMALL["a sentence"](project / "docs")
    assert engine.build(project, ["html"]) == 0
    page.write_text(old)
    os.utime(page, (age - 3600, age - 3600))
    assert differing(project, ["html"]) == []
    assert "Two studies are few" in (project / "_build/html/sections/one.html").read_text()


def test_a_table_of_contents_that_loses_its_numbers_takes_them_from_the_pages(project):
    change("index.md", ":numbered: 1\n", "")(project / "docs")
    assert differing(project, ["html"]) == []
    assert "1. One" not in (project / "_build/html/sections/one.html").read_text()


def test_a_no_op_writes_no_file(project):
    def state() -> dict[Path, int]:
        return {path: path.lstat().st_mtime_ns for path in (project / "_build").rglob("*")}

    before = state()
    assert engine.build(project, ["html"]) == 0
    assert state() == before


def test_after_a_failed_build_the_next_goes_on_from_the_last_good_one(project, capsys):
    bad = change(CHAPTER, ":certainty: low", ":certainty: lowish")
    bad(project / "docs")
    before = contents(project / "_build/.current")
    assert engine.build(project, ["html"]) == 1
    assert contents(project / "_build/.current") == before
    assert not (project / "_build/.work").exists()
    change(CHAPTER, ":certainty: lowish", ":certainty: low")(project / "docs")
    assert written(project, SMALL["a sentence"]) - {"index.html"} == {"sections/one.html"}
    assert differing(project, ["html"]) == []


STEPS = [(publish, "link"), (BuildCache, "save"), (engine, "make"), (engine, "publish")]


@pytest.mark.parametrize(("holder", "step"), rest_in_prove(STEPS, lambda case: case in STEPS[:2]))
def test_a_crash_leaves_the_last_good_build_and_the_next_is_right(
    project, monkeypatch, holder, step
):
    before = contents(project / "_build/.current")
    SMALL["a sentence"](project / "docs")
    with monkeypatch.context() as broken:
        broken.setattr(holder, step, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            engine.build(project, ["html"])
    if step != "save":
        assert contents(project / "_build/.current") == before
    assert differing(project, ["html"]) == []


def test_a_side_that_only_the_sources_change_is_an_error_of_the_claim(project, capsys):
    change("data/sources.bib", r"\{A1 for\}", "{A1 against}")(project / "docs")
    assert engine.build(project, ["html"]) == 1
    assert (
        "'adams2001bone' stands under 'for', but docs/data/sources.bib:1 says 'against'"
        in capsys.readouterr().err
    )


def test_a_file_edited_while_the_build_runs_is_not_taken_for_read(project, monkeypatch):
    with monkeypatch.context() as late:
        late.setenv("EDIT_WHILE_BUILDING", "once")
        SMALL["a sentence"](project / "docs")
        assert engine.build(project, ["html"]) == 0
    assert "74.9" in (project / "_build/html/reference/foods.html").read_text()
    assert differing(project, ["html"]) == []


def test_files_that_never_rest_are_not_published(project, monkeypatch, capsys):
    before = contents(project / "_build/.current")
    monkeypatch.setenv("EDIT_WHILE_BUILDING", "always")
    SMALL["a sentence"](project / "docs")
    assert engine.build(project, ["html"]) == 1
    assert (
        "files below docs/ were saved while they were read, 3 times; build again"
        in capsys.readouterr().err
    )
    assert contents(project / "_build/.current") == before


def test_what_is_published_shares_no_file_with_what_the_next_build_works_on(project, monkeypatch):
    shared: list[Path] = []
    make = engine.make

    def look(job: engine.Job, stage: Path) -> bool:
        mine = [
            path
            for folder in (stage, job.out / ".work")
            for path in folder.rglob("*")
            if path.is_file()
        ]
        shared.extend(path for path in mine if path.stat().st_nlink > 1)
        assert mine
        return make(job, stage)

    SMALL["a sentence"](project / "docs")
    monkeypatch.setattr(engine, "make", look)
    assert engine.build(project, ["html"]) == 0
    assert shared == []


@pytest.mark.parametrize("change_of", ["docs/conf.py", "docs/_ext/one.py", "requirements.lock"])
def test_a_change_of_the_code_builds_from_nothing(project, change_of):
    path = project / change_of
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as file:
        file.write("# one more line\n")
    assert written(project, lambda docs: None) >= {"sections/one.html", "reference/foods.html"}


def test_the_books_after_an_edit_equal_those_from_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "docs/_ext"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1769990400")
    root = small(tmp_path / "project")
    assert engine.build(root, FORMS) == 0
    before = contents(root / "_build/.current")
    both(SMALL["a sentence"], SMALL["a name of a term"])(root / "docs")
    assert differing(root, FORMS) == []
    after = contents(root / "_build/.current")
    assert not any(
        before[publish.PARTS[book]] == after[publish.PARTS[book]] for book in engine.TAGS
    )


# -- Edits at random ---------------------------------------------------------------------------------


@pytest.mark.prove
@pytest.mark.parametrize(("forms", "share"), [(["html"], 1), (FORMS, 10)], ids=["html", "books"])
def test_edits_at_random_equal_builds_from_nothing(tmp_path, monkeypatch, capfd, forms, share):
    """``KB_EDITS=300 KB_SEED=5`` makes as many by that seed, and a tenth with the books.

    A failure names the number and the edit.
    """
    count = int(os.environ.get("KB_EDITS", "40")) // share
    dice = random.Random(int(os.environ.get("KB_SEED", "1")))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "docs/_ext"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1769990400")
    root = small(tmp_path / "project")
    assert engine.build(root, forms) == 0
    older, equal, refused = [snapshot(root / "docs")], 0, 0
    while equal < count:
        if dice.random() < 0.1:  # as `git checkout` of an older state
            restore(root / "docs", dice.choice(older))
            what = "an older state"
        else:
            what = random_edit(root / "docs", dice)
        number = f"{equal + refused} ({what})"
        if engine.build(root, forms) == 0:
            here, there = contents(root / "_build/.current"), cold(root, forms)
            assert {n for n in {*here, *there} if here.get(n) != there.get(n)} == set(), number
            older.append(snapshot(root / "docs"))
            equal += 1
        else:
            with pytest.raises(AssertionError):
                cold(root, forms)
            restore(root / "docs", older[-1])
            refused += 1
        with capfd.disabled():
            print(f"edit {number}: {equal} equal, {refused} refused", flush=True)
    assert refused < 2 * count


# -- The real content ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The real knowledge base, built in every format."""
    root = tmp_path_factory.mktemp("book") / "project"
    shutil.copytree(
        ROOT / "docs",
        root / "docs",
        ignore=shutil.ignore_patterns("__pycache__", "published-ids.txt"),
    )
    for name in ("pyproject.toml", "requirements.lock", "package-lock.json"):
        shutil.copy2(ROOT / name, root / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1769990400")
        assert engine.build(root, FORMS) == 0
        yield root


@pytest.mark.prove
@pytest.mark.parametrize("edits", [TEXT, FACTS], ids=["text", "facts"])
def test_every_kind_of_edit_of_the_real_book_equals_a_build_from_nothing(book, edits, tmp_path):
    for name, edit in edits.items():
        edit(book / "docs")
        assert differing(book, FORMS) == [], name
