"""What lies in ``_build`` may be damaged at any time: the next verb finds it, says so in one line, and builds it anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from build import engine
from build.publish import BOOK
from projects import contents, leftovers, run, small
from tiers import rest_in_prove

Damage = Callable[[Path], None]
ALL = ["html", "pdf"]


def cut(name: str, to: int = 3) -> Damage:
    """As a power cut leaves a file."""
    return lambda out: os.truncate(out / name, to)


def zeros(name: str) -> Damage:
    """As some disks leave it: the size is right, and so is the time."""

    def act(out: Path) -> None:
        path, known = out / name, (out / name).stat()
        path.write_bytes(bytes(known.st_size))
        os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))

    return act


def gone(name: str) -> Damage:
    return lambda out: (
        shutil.rmtree(out / name)
        if (out / name).is_dir() and not (out / name).is_symlink()
        else (out / name).unlink()
    )


def closed(name: str) -> Damage:
    """A folder that nobody may open."""
    return lambda out: (out / name).chmod(0)


def leads(name: str, to: str) -> Damage:
    def act(out: Path) -> None:
        (out / name).unlink()
        (out / name).symlink_to(to)

    return act


def is_folder(name: str) -> Damage:
    def act(out: Path) -> None:
        (out / name).unlink()
        (out / name).mkdir()

    return act


def is_pipe(name: str) -> Damage:
    """Who reads it waits until somebody writes."""

    def act(out: Path) -> None:
        (out / name).unlink()
        os.mkfifo(out / name)

    return act


def said_of(name: str, forms: str) -> str:
    return f"_build/{name} is not as it was built: building {forms} from nothing\n"


PAGE, LIST = "html/index.html", ".current/.files"
OF_THE_LIST = said_of(LIST, "pdf, html")
NO_BUILD = "_build/.current leads to no build: building from nothing\n"
DAMAGES: list[tuple[str, Damage, str]] = [
    ("a page that is cut off", cut(PAGE), said_of(PAGE, "html")),
    ("a page of zeros", zeros(PAGE), said_of(PAGE, "html")),
    ("a page of nothing", cut(PAGE, 0), said_of(PAGE, "html")),
    ("a page that is gone", gone(PAGE), said_of(PAGE, "html")),
    ("a page that is a pipe", is_pipe(PAGE), said_of(PAGE, "html")),
    ("a page that is a folder", is_folder(PAGE), said_of(PAGE, "html")),
    ("a list that is a pipe", is_pipe(LIST), OF_THE_LIST),
    ("a book of nothing", cut(BOOK, 0), said_of(f"html/{BOOK} (and 1 more)", "pdf, html")),
    ("a book that is gone", gone(f".current/{BOOK}"), said_of(BOOK, "pdf")),
    ("a stamp that is cut off", cut(".current/.made-html"), said_of(".current/.made-html", "html")),
    ("a list of nothing", cut(LIST, 0), OF_THE_LIST),
    ("a list that is cut off", cut(LIST, 100), OF_THE_LIST),
    ("a list of zeros", zeros(LIST), OF_THE_LIST),
    ("a list that is gone", gone(LIST), OF_THE_LIST),
    ("a site that is gone", gone(".current/html"), said_of(f"{PAGE} (and 1 more)", "html")),
    ("a build that is gone", gone(".builds/1"), NO_BUILD),
    ("a link that is gone", gone(".current"), NO_BUILD),
    ("a link to nothing", leads(".current", ".builds/77"), NO_BUILD),
    ("a link to nonsense", leads(".current", "nonsense"), NO_BUILD),
    ("a link out of it", leads(".current", "/"), NO_BUILD),
    ("a folder for a link", is_folder(".current"), NO_BUILD),
]


def healed(toy: Path, damage: Damage, capfd: pytest.CaptureFixture[str]) -> str:
    """What the build after a *damage* says of it; it, and the next, leave all as it was."""
    (toy / "log").unlink()
    damage(toy / "_build")
    assert engine.build(toy, ALL) == 0
    said = capfd.readouterr().err
    assert (toy / "_build" / PAGE).read_text() == "<html>old"
    assert (toy / "_build" / BOOK).read_text() == "old"
    assert leftovers(toy) == []
    assert engine.build(toy, ALL) == 0
    heard = capfd.readouterr()
    assert (heard.out.count("up to date"), heard.err) == (2, "")
    return said


@pytest.mark.parametrize(
    ("damage", "message"), [case[1:] for case in DAMAGES], ids=[case[0] for case in DAMAGES]
)
def test_what_is_published_is_built_anew_and_once(toy, capfd, damage, message):
    assert engine.build(toy, ALL) == 0
    capfd.readouterr()
    assert healed(toy, damage, capfd) == message
    assert "after an edit" not in (toy / "log").read_text()


def test_a_format_that_was_not_asked_for_is_mended_too(toy, capfd):
    assert engine.build(toy, ALL) == 0
    cut(BOOK, 0)(toy / "_build")
    capfd.readouterr()
    assert engine.build(toy, ["html"]) == 0
    assert capfd.readouterr().out == (
        f"built       _build/html/index.html\nbuilt       _build/{BOOK}\n"
    )
    assert (toy / "_build" / BOOK).read_text() == "old"


def test_damage_does_not_come_into_the_build_after_an_edit(toy, capfd):
    assert engine.build(toy, ALL) == 0
    cut(BOOK, 0)(toy / "_build")
    (toy / "docs/index.md").write_text("new")
    assert engine.build(toy, ["html"]) == 0
    assert (toy / "_build" / BOOK).read_text() == "new"
    assert "is not as it was built" in capfd.readouterr().err


KEPT: list[tuple[str, Damage, str]] = [
    ("what was read, cut off", cut(".kept/html", 1), "html"),
    ("what was read, of zeros", zeros(".kept/html"), "html"),
    ("what was read, gone", gone(".kept/html"), "html"),
    ("its list, cut off", cut(".kept/.files", 40), ".files"),
    ("its list, gone", gone(".kept/.files"), ".files"),
    (
        "its stamp, not text",
        lambda out: (out / ".kept/.made-for").write_bytes(b"\xff"),
        ".made-for",
    ),
    ("its stamp, a folder", is_folder(".kept/.made-for"), ".made-for"),
]


@pytest.mark.parametrize(
    ("damage", "name"), [case[1:] for case in KEPT], ids=[case[0] for case in KEPT]
)
def test_what_was_kept_is_left_where_it_is_damaged(toy, capfd, damage, name):
    assert engine.build(toy, ALL) == 0
    capfd.readouterr()
    damage(toy / "_build")
    (toy / "docs/index.md").write_text("new")
    (toy / "log").unlink()
    assert engine.build(toy, ALL) == 0
    assert capfd.readouterr().err == (
        f"_build/.kept/{name} is not as it was written: building from nothing\n"
    )
    assert (toy / "log").read_text() == "pdf from nothing\nhtml from nothing\n"
    (toy / "docs/index.md").write_text("newer")
    assert engine.build(toy, ALL) == 0
    assert (toy / "log").read_text().endswith("pdf after an edit\nhtml after an edit\n")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("to", ["nowhere", ".builds/1"])
def test_a_name_that_leads_elsewhere_is_set_right(toy, capfd, to):
    assert engine.build(toy, ALL) == 0
    leads("html", to)(toy / "_build")
    leads(BOOK, to)(toy / "_build")
    capfd.readouterr()
    assert engine.build(toy, ALL) == 0
    assert (toy / "_build/html").readlink() == Path(".current/html")
    assert (toy / "_build" / BOOK).readlink() == Path(f".current/{BOOK}")
    assert capfd.readouterr().err == ""


def test_a_failed_build_says_again_what_is_damaged(toy, capfd, monkeypatch):
    assert engine.build(toy, ALL) == 0
    cut(PAGE)(toy / "_build")
    with monkeypatch.context() as patch:
        patch.setattr(engine, "sphinx", lambda *_: False)
        for _ in range(2):
            capfd.readouterr()
            assert engine.build(toy, ALL) == 1
            assert capfd.readouterr().err == said_of(PAGE, "html")
    assert engine.build(toy, ALL) == 0


# -- Without the rights of root ------------------------------------------------------------------


@pytest.fixture
def as_nobody(toy: Path) -> Callable[[Callable[[], int]], int]:
    """Do something as a user to whom rights apply, in a child; return how it ends."""

    def act(what: Callable[[], int]) -> int:
        if child := os.fork():
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        code = 70
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            code = what()
        finally:
            os._exit(code)

    if os.getuid() == 0:
        for folder in (toy, *toy.parents[:3], toy / "docs"):
            folder.chmod(0o777)
    return act


@pytest.mark.parametrize(
    "name", [".kept", ".builds/1", ".builds/1/html", ".work", ".builds/3.partial"]
)
def test_a_folder_that_nobody_may_open_is_made_anew(toy, as_nobody, name):
    assert as_nobody(lambda: engine.build(toy, ALL)) == 0
    place = toy / "_build" / name

    def close() -> int:
        (place / "x").mkdir(parents=True, exist_ok=True)
        (place / "x/y").touch()
        place.chmod(0)
        return 0

    assert as_nobody(close) == 0
    for text in ("new", "newer", "newest"):
        (toy / "docs/index.md").write_text(text)
        assert as_nobody(lambda: engine.build(toy, ALL)) == 0
        assert (toy / "_build" / PAGE).read_text() == f"<html>{text}"
    assert leftovers(toy) == []


@pytest.mark.parametrize("name", [".", ".builds"])
def test_what_cannot_be_mended_says_what_to_remove(toy, as_nobody, capfd, name):
    assert as_nobody(lambda: engine.build(toy, ALL)) == 0
    assert as_nobody(lambda: (toy / "_build" / name).chmod(0o100) or 0) == 0
    (toy / "docs/index.md").write_text("new")
    capfd.readouterr()
    assert as_nobody(lambda: engine.build(toy, ALL)) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("Permission denied (_build")
    assert line.endswith("; the last good build stays in place")
    assert "write into the folder _build" in line


@pytest.mark.parametrize(
    "damage", [is_folder(".lock"), lambda out: shutil.rmtree(out) or out.touch()]
)
def test_what_is_no_build_at_all_says_what_to_remove(toy, capfd, damage):
    assert engine.build(toy, ALL) == 0
    damage(toy / "_build")
    capfd.readouterr()
    assert engine.build(toy, ALL) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert "remove the folder _build, then build again" in line


# -- Real builds ---------------------------------------------------------------------------------

REAL = {
    "the environment": (cut(".kept/environment.pickle", 1000), True),
    "a doctree": (cut(".kept/sections/one.doctree", 100), True),
    "the list of pages": (cut(".kept/pages-html.json", 10), True),
    "a page": (cut("html/sections/one.html", 0), False),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small(tmp_path_factory.mktemp("healing") / "project")
    assert run(root, "html")[0] == 0
    return root


@pytest.mark.parametrize("what", rest_in_prove(REAL, lambda what: what == "the environment"))
def test_a_real_build_heals_and_blames_nobody(project, what):
    damage, needs_edit = REAL[what]
    before = contents(project)
    index = project / "docs/index.md"
    text = index.read_text()
    damage(project / "_build")
    if needs_edit:
        index.write_text(f"{text}\n% A comment.\n")
    code, said = run(project, "html")
    assert (code, said.count("\n")) == (0, 2), said
    assert ": building " in said and "from nothing\n" in said
    index.write_text(text)
    assert run(project, "html")[0] == 0
    assert contents(project) == before
