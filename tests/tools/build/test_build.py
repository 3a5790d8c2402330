"""The build tool: nothing for nothing, whole or not at all, the same bytes twice."""

from __future__ import annotations

import hashlib
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sphinx.util.matching import Matcher

from build import engine
from build.inputs import epoch, input_digest
from build.publish import BOOK, EBOOK
from projects import EPUB

ROOTS = Path(__file__).parents[2] / "roots"
EXT = Path(__file__).parents[3] / "docs/_ext"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one chapter, outside git."""
    root = tmp_path / "project"
    shutil.copytree(ROOTS / "test-kb", root / "docs")
    shutil.copytree(EXT.parent / "_static", root / "docs/_static")
    conf = root / "docs/conf.py"
    conf.write_text(
        conf.read_text()
        + 'extensions += ["typstbook"]\nhtml_static_path = ["_static"]\nbook_filename = "vitamin-k2-gut-brain-axis.pdf"\n'
    )
    monkeypatch.setenv("PYTHONPATH", str(EXT))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return root


@pytest.fixture
def with_epub(project: Path) -> Path:
    """The same project, for e-readers too."""
    with (project / "docs/conf.py").open("a") as file:
        file.write(EPUB)
    return project


def digest(folder: Path) -> dict[str, str]:
    """The bytes of every published file."""
    paths = sorted(path for path in folder.resolve().rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder.resolve())): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def edit(project: Path, old: str, new: str) -> None:
    page = project / "docs/sections/one.md"
    text = page.read_text()
    assert old in text
    page.write_text(text.replace(old, new, 1))


def test_both_formats_are_published_and_named(project, capsys):
    assert engine.build(project, ["html", "pdf"]) == 0
    assert (project / "_build/html/index.html").is_file()
    assert (project / "_build" / BOOK).read_bytes().startswith(b"%PDF-")
    assert capsys.readouterr().out.splitlines() == [
        "built       _build/html/index.html",
        f"built       _build/{BOOK}",
    ]
    names = {path.name for path in (project / "_build").iterdir()}
    assert names == {".builds", ".current", ".kept", ".lock", "html", BOOK}
    assert len(list((project / "_build/.builds").iterdir())) == 1


def test_nothing_is_done_when_nothing_has_changed(project, capsys, monkeypatch):
    engine.build(project, ["html"])
    before = (project / "_build/.current").readlink(), digest(project / "_build/html")
    monkeypatch.setattr(engine, "sphinx", lambda *_: pytest.fail("Sphinx was started"))
    capsys.readouterr()
    assert engine.build(project, ["html"]) == 0
    assert capsys.readouterr().out == "up to date  _build/html/index.html\n"
    assert before == ((project / "_build/.current").readlink(), digest(project / "_build/html"))


@pytest.mark.parametrize("change", ["edit", "new", "gone", "lock"])
def test_any_change_of_the_inputs_builds_anew(project, change):
    (project / "docs/notes.txt").write_text("x")
    (project / "requirements.lock").write_text("x")
    before = input_digest(project)
    path = {
        "edit": "docs/index.md",
        "new": "docs/new.txt",
        "gone": "docs/notes.txt",
        "lock": "requirements.lock",
    }[change]
    if change == "gone":
        (project / path).unlink()
    else:
        with (project / path).open("a") as file:
            file.write("y")
    assert input_digest(project) != before


def test_what_editors_leave_is_neither_an_input_nor_published(project):
    before = input_digest(project)
    settings = runpy.run_path(str(EXT.parent / "conf.py"))
    for name in ("sections/one.md~", "_static/kb.css~", "_static/kb.css.bak", "index.md.orig"):
        (project / "docs" / name).write_text("x")
        assert Matcher(settings["exclude_patterns"])(name), name
    assert input_digest(project) == before


def test_a_failed_build_says_why_and_leaves_the_last_good_one_whole(project, capsys):
    engine.build(project, ["html", "pdf"])
    before = digest(project / "_build/.current")
    edit(project, ":verdict: overstated", ":verdict: overrated")
    assert engine.build(project, ["html", "pdf"]) == 1
    errors = capsys.readouterr().err
    assert (
        "docs/sections/one.md:16: WARNING: claim A1: verdict 'overrated' is not in the list (did you mean 'overstated'?)"
        in errors
    )
    assert "the last good build stays in place" in errors
    assert digest(project / "_build/.current") == before
    assert [path.name for path in (project / "_build/.builds").iterdir()] == ["1"]


def test_a_broken_source_file_ends_in_a_message_and_no_traceback(project, capsys):
    bib = project / "docs/data/sources.bib"
    bib.write_text(bib.read_text().replace("{animal}", "{animals}"))
    assert engine.build(project, ["html"]) == 1
    errors = capsys.readouterr().err
    assert (
        "docs/data/sources.bib:1: adams2001bone: design 'animals' is not in the list (did you mean 'animal'?)"
        in errors
    )
    assert "Traceback" not in errors


def test_a_message_of_sphinx_gets_a_cure(project, capsys):
    edit(project, "Two studies are few.", "Two studies are few {cite:p}`nobody2020x`.")
    assert engine.build(project, ["html"]) == 1
    page = (project / "docs/sections/one.md").read_text()
    line = 1 + page[: page.index("{cite:p}`nobody2020x`")].count("\n")
    assert capsys.readouterr().err.splitlines() == [
        f'docs/sections/one.md:{line}: WARNING: could not find bibtex key "nobody2020x" '
        "[bibtex.key_not_found]: spell the key as docs/data/sources.bib does, or add the source there",
        "html: not built; the last good build stays in place",
    ]


def test_a_dead_link_of_the_built_site_stops_it(project, capsys):
    with (project / "docs/conf.py").open("a") as conf:
        conf.write('\nkb_raw_html = {"sections/one": "holds the dead link of a test"}\n')
    edit(
        project, "## See also", "## See also\n\n```{raw} html\n<a href='nowhere.html'>x</a>\n```\n"
    )
    assert engine.build(project, ["html"]) == 1
    assert "sections/one.html: line" in capsys.readouterr().err
    assert not (project / "_build/html").exists()


def test_one_format_alone_carries_the_other_over(project):
    engine.build(project, ["html", "pdf"])
    book = (project / "_build" / BOOK).read_bytes()
    edit(project, "Two studies are few.", "Two studies are very few.")
    assert engine.build(project, ["html"]) == 0
    assert "Two studies are very few." in (project / "_build/html/sections/one.html").read_text()
    assert (project / "_build" / BOOK).read_bytes() == book
    assert not engine.is_fresh(project / "_build", "pdf", input_digest(project))


@pytest.mark.prove
def test_the_site_is_the_same_whether_the_book_came_with_it_or_later(project, tmp_path):
    other = tmp_path / "elsewhere"
    shutil.copytree(project, other)
    edit_front(project), edit_front(other)
    engine.build(project, ["html", "pdf"])
    engine.build(other, ["html"])
    assert "the book" not in (other / "_build/html/index.html").read_text()
    engine.build(other, ["html", "pdf"])
    assert "the book" in (other / "_build/html/index.html").read_text()
    assert digest(project / "_build/.current") == digest(other / "_build/.current")


def edit_front(project: Path) -> None:
    with (project / "docs/index.md").open("a") as file:
        file.write("\n:::{only} html and pdf\nDownload the book.\n:::\n")


def test_all_formats_are_published_at_once_and_the_site_offers_the_books(with_epub, capsys):
    with (with_epub / "docs/index.md").open("a") as file:
        file.write("\n::::{only} html and not epub\n:::{only} ebook\nTake the EPUB.\n:::\n::::\n")
    assert engine.build(with_epub, ["html", "pdf", "epub"]) == 0
    out = with_epub / "_build"
    assert f"built       _build/{EBOOK}" in capsys.readouterr().out
    assert (out / EBOOK).read_bytes().startswith(b"PK")
    assert (out / "html" / EBOOK).read_bytes() == (out / EBOOK).read_bytes()
    assert "Take the EPUB." in (out / "html/index.html").read_text()
    assert {path.name for path in (out / ".current").iterdir()} == {
        "html",
        BOOK,
        EBOOK,
        ".files",
        ".made-html",
        ".made-pdf",
        ".made-epub",
    }


@pytest.mark.prove
def test_the_epub_is_carried_over_and_not_made_for_nothing(with_epub, monkeypatch):
    assert engine.build(with_epub, ["html", "epub"]) == 0
    before = (with_epub / "_build" / EBOOK).read_bytes()
    edit(with_epub, "Two studies are few.", "Two studies are very few.")
    assert engine.build(with_epub, ["html"]) == 0
    assert (with_epub / "_build" / EBOOK).read_bytes() == before
    assert not engine.is_fresh(with_epub / "_build", "epub", input_digest(with_epub))
    assert engine.build(with_epub, ["epub"]) == 0
    assert (with_epub / "_build" / EBOOK).read_bytes() != before
    monkeypatch.setattr(engine, "sphinx", lambda *_: pytest.fail("Sphinx was started"))
    assert engine.build(with_epub, ["epub"]) == 0


@pytest.mark.prove
def test_an_epub_that_fails_leaves_everything_as_it_was(with_epub, capsys):
    assert engine.build(with_epub, ["html", "pdf", "epub"]) == 0
    before = digest(with_epub / "_build/.current")
    with (with_epub / "docs/conf.py").open("a") as file:
        file.write('ebook_cover = "_static/lost.svg"\n')
    assert engine.build(with_epub, ["html", "pdf", "epub"]) == 1
    errors = capsys.readouterr().err
    assert (
        "ebook_cover: there is no file lost.svg" in errors
        and "epub: not built; the last good build stays" in errors
    )
    assert digest(with_epub / "_build/.current") == before


def test_two_builds_in_two_places_give_the_same_bytes(with_epub, tmp_path):
    other = tmp_path / "elsewhere/deeper"
    shutil.copytree(with_epub, other)
    for root in (with_epub, other):
        assert engine.build(root, ["html", "pdf", "epub"]) == 0
    assert digest(with_epub / "_build/.current") == digest(other / "_build/.current")


def test_make_clean_runs_on_a_python_without_packages(tmp_path):
    shutil.copytree(Path(engine.__file__).parent, tmp_path / "docs/_tools/build")
    (tmp_path / "_build/html").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-S", "-m", "build", "clean"],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "docs/_tools")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tmp_path / "_build").exists()


def test_without_git_the_newest_check_dates_the_output(project):
    assert epoch(project) == "1769990400"  # 2026-02-02, midnight UTC
