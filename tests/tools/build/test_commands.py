"""The commands behind the Makefile: what each is given, prints and answers, without its work."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest

from build import __main__ as command_line
from build import check_site, engine, environment, node, published, run_sphinx, stopping
from build.inputs import InputError, InputState

ROOT = Path(__file__).parents[3]
Command = Callable[..., tuple[object, str, str]]


@pytest.fixture
def command(monkeypatch, capsys) -> Command:
    """Run the ``main`` of a module with arguments; return its answer and what it prints."""

    def run(module, *arguments: str):
        monkeypatch.setattr(sys, "argv", ["program", *arguments])
        return (module.main(), *capsys.readouterr())

    return run


def raising(error: BaseException) -> Callable[..., object]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_the_check_of_a_site(command, tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html">\n<a href="c.html">')
    assert command(check_site, str(tmp_path)) == (
        1,
        "a.html: line 1: 'b.html' leads nowhere\na.html: line 2: 'c.html' leads nowhere\n",
        "",
    )
    (tmp_path / "b.html").write_text("")
    (tmp_path / "c.html").write_text("")
    assert command(check_site, str(tmp_path)) == (0, "every link of the site leads somewhere\n", "")


def test_the_check_of_published_addresses(command, monkeypatch):
    asked: list[tuple[Path, Path]] = []
    found = ["one", "two"]
    monkeypatch.setattr(published, "faults", lambda *given: asked.append(given) or found)
    assert command(published, "_build/html") == (1, "one\ntwo\n", "")
    found.clear()
    answer = (0, "the site answers every published address\n", "")
    assert command(published, "_build/html") == answer
    assert asked == [(Path("_build/html"), ROOT)] * 2


@pytest.fixture
def set_up(monkeypatch, tmp_path) -> list[object]:
    """An environment that is set up in no time, at a place of its own; what was asked of it."""
    asked: list[object] = []
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "set_up", lambda *given: asked.append(given))
    return asked


def test_the_environment_is_set_up_under_one_lock(command, set_up, monkeypatch, tmp_path):
    @contextmanager
    def only_one(root: Path):
        set_up.append("locked")
        yield
        set_up.append("open")

    monkeypatch.setattr(environment, "only_one", only_one)
    assert command(environment) == command(environment, "site") == (0, "", "")
    assert set_up == ["locked", (tmp_path, "site"), "open"] * 2
    assert command(environment, "test") == (0, "", "")
    assert set_up[-2] == (tmp_path, "test")


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (environment.SetUpError("no network"), 1, "no network\n"),
        (
            OSError(28, "No space left on device", "/x/.venv.lock"),
            1,
            "the environment cannot be written: .venv.lock: No space left on device; make room and"
            " rights for it, or remove the folder .venv, and it is made anew\n",
        ),
        (KeyboardInterrupt(), 130, "\nstopped; run make again, and it begins anew\n"),
    ],
)
def test_an_environment_that_cannot_be_set_up_is_one_line(
    command, set_up, monkeypatch, error, code, told
):
    monkeypatch.setattr(environment, "set_up", raising(error))
    assert command(environment, "site") == (code, "", told)


def test_node_modules_that_cannot_be_written_are_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(node, "install", raising(OSError(28, "No space left on device", "x")))
    assert node.main(tmp_path) == 1
    assert capsys.readouterr().err == (
        "node_modules cannot be written: [Errno 28] No space left on device: 'x';"
        " make room and rights for it, or remove it\n"
    )


PIP = ["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--require-hashes"]


def test_pip_and_npm_take_what_the_locks_name_and_run_nothing_of_it():
    assert list(environment.PIP) == [*PIP, "-r"]
    extra = ["--quiet", "--force-reinstall", str(node.WHEEL)]
    assert sorted(node.FETCH) == sorted([*PIP, "-r", *extra])
    assert node.FETCH[-2:] == ("-r", str(node.WHEEL))
    assert (
        *("ci", "--ignore-scripts"),
        *("--no-audit", "--no-fund", "--loglevel=error"),
    ) == node.INSTALL


@pytest.fixture
def heard(monkeypatch) -> list[object]:
    """A build tool that builds in no time; what it was asked."""
    asked: list[object] = []
    monkeypatch.setattr(stopping, "listen", lambda: asked.append("listens"))
    monkeypatch.setattr(command_line, "clean", asked.append)
    monkeypatch.setattr(engine, "build", lambda *given: asked.append(given) or 7)
    return asked


def test_the_build_is_given_the_formats_and_clean_cleans(command, heard):
    assert command(command_line, "html", "pdf", "epub") == (7, "", "")
    assert heard == ["listens", (ROOT, ["html", "pdf", "epub"])]
    assert command(command_line, "clean") == (0, "", "")
    assert heard[2:] == ["listens", ROOT / "_build"]


def test_a_build_that_is_stopped_says_so(command, heard, monkeypatch):
    monkeypatch.setattr(engine, "build", raising(stopping.Stopped(signal.SIGTERM)))
    told = "stopped; the last good build stays in place\n"
    assert command(command_line, "html") == (143, "", told)


@pytest.mark.parametrize("arguments", [[], ["docx"]])
def test_the_build_knows_its_formats(command, heard, capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        command(command_line, *arguments)
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("usage: python -m build ") and "{epub,html,pdf,clean}" in told


def test_help_says_what_the_module_says(command, heard, capsys):
    with pytest.raises(SystemExit):
        command(command_line, "--help")
    told = capsys.readouterr().out
    assert command_line.__doc__.strip() in told and "what to build; 'clean' removes all" in told


# -- Sphinx ----------------------------------------------------------------------------------------


def test_sphinx_is_given_its_places_and_tags(monkeypatch):
    asked: list[object] = []
    monkeypatch.setattr(run_sphinx, "run", lambda *given, make: asked.append(given) or 3)
    monkeypatch.setattr(os, "_exit", asked.append)
    monkeypatch.setattr(sys, "argv", ["run_sphinx", "trees", "book", "out", "pdf", "ebook"])
    before = gc.get_threshold()
    try:
        run_sphinx.main()
        assert gc.get_threshold() == (100_000, 20, 20)
    finally:
        gc.set_threshold(*before)
    assert asked == [(Path.cwd() / "docs", "book", Path("trees"), Path("out"), "pdf", "ebook"), 3]


def test_sphinx_runs_in_a_fixed_environment(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "mine")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    told = run_sphinx.environment()
    tools, ext = ROOT / "docs/_tools", ROOT / "docs/_ext"
    assert told["PYTHONPATH"] == os.pathsep.join([str(tools), str(ext), "mine"])
    assert [told[name] for name in ("PYTHONHASHSEED", "TZ", "LC_ALL")] == ["0", "UTC", "C.UTF-8"]
    assert told["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize(
    ("form", "command"),
    [
        ("html", ["trees", "--", "html", "stage/html"]),
        ("pdf", ["trees", "--", "book", "stage/.pdf"]),
        ("epub", ["trees", "--", "epub", "stage/.epub"]),
    ],
)
def test_each_format_has_its_builder_and_the_site_a_tag_for_each_book(tmp_path, form, command):
    state = InputState(tmp_path, [], "digest", "code")
    job = engine.Job(tmp_path, state, ("html",), 0)
    stage = tmp_path / "stage"
    stage.mkdir()
    places = {"trees": str(tmp_path / "_build/.work"), command[-1]: str(tmp_path / command[-1])}
    wanted = [sys.executable, "-m", "build.run_sphinx", *(places.get(one, one) for one in command)]
    assert engine._command(job, stage, [form]) == wanted
    (stage / engine.PARTS["pdf"]).write_text("")
    (stage / engine.PARTS["epub"]).write_text("")
    tags = ["pdf", "ebook"] if form == "html" else []
    assert engine._command(job, stage, [form]) == [*wanted, *tags]


def test_all_formats_are_asked_of_one_program_and_the_site_offers_what_is_made_beside_it(tmp_path):
    job = engine.Job(tmp_path, InputState(tmp_path, [], "digest", "code"), ("html",), 0)
    trees, pdf, epub, site = (
        str(tmp_path / place)
        for place in ("_build/.work", "stage/.pdf", "stage/.epub", "stage/html")
    )
    first, second = [trees, "--", "book", pdf], ["--", "epub", epub]
    third = ["--", "html", site, "pdf", "ebook"]
    command = engine._command(job, tmp_path / "stage", ["pdf", "epub", "html"])
    assert command[3:] == [*first, *second, *third]


def test_the_site_is_made_anew_where_it_offers_other_books(tmp_path):
    state = InputState(tmp_path, [], "digest", "code")
    alone = engine.Job(tmp_path, state, ("html",), 0)
    assert alone.stamps == {"pdf": "digest", "epub": "digest", "html": "digest with []"}
    whole = engine.Job(tmp_path, state, ("html", "pdf", "epub"), 0)
    assert whole.stamps["html"] == "digest with ['pdf', 'epub']"
    assert (alone.stale, whole.stale) == (["html"], ["html", "pdf", "epub"])
    for form, made in (("html", "digest with []"), ("pdf", "older")):
        (tmp_path / "_build/.current").mkdir(parents=True, exist_ok=True)
        (tmp_path / f"_build/.current/.made-{form}").write_text(made)
    (tmp_path / "_build/.current/html").mkdir()
    assert engine.Job(tmp_path, state, ("html",), 0).stale == []
    assert engine.Job(tmp_path, state, ("html",), 0, ("html",)).stale == ["html"]
    (tmp_path / "_build/.current" / engine.PARTS["pdf"]).write_text("")
    assert engine.Job(tmp_path, state, ("html", "pdf"), 0).stale == ["html", "pdf"]
    assert [str(engine.shown(form)) for form in ("html", "pdf", "epub")] == [
        "_build/html/index.html",
        "_build/vitamin-k2-gut-brain-axis.pdf",
        "_build/vitamin-k2-gut-brain-axis.epub",
    ]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InputError("no date"), "no date; the last good build stays in place"),
        (
            OSError(28, "No space left on device", "ROOT/_build/x"),
            "No space left on device (_build/x): make room on the disk, then build again;"
            " the last good build stays in place",
        ),
        (
            PermissionError(13, "Permission denied"),
            "Permission denied: see that you may read it, and write into the folder _build;"
            " the last good build stays in place",
        ),
        (
            OSError(5, "Input/output error"),
            "[Errno 5] Input/output error: remove the folder _build, then build again;"
            " the last good build stays in place",
        ),
        (
            FileExistsError("ROOT/_build/html was not made by this tool"),
            "_build/html was not made by this tool; the last good build stays in place",
        ),
    ],
)
def test_what_goes_wrong_beside_the_sources_is_one_line(toy, capsys, monkeypatch, error, told):
    error.args = tuple(
        one.replace("ROOT", str(toy)) if isinstance(one, str) else one for one in error.args
    )
    if getattr(error, "filename", None):
        error.filename = error.filename.replace("ROOT", str(toy))
    monkeypatch.setattr(engine, "sweep", raising(error))
    assert engine.build(toy, ["html"]) == 1
    assert capsys.readouterr() == ("", f"{told}\n")


@pytest.mark.parametrize(
    ("code", "said", "bits"),
    [
        ("sys.exit(0)", "", 0),
        (
            "sys.stderr.buffer.write(b'docs/a.md:1: \\xb5g'); sys.exit(0b01)",
            "docs/a.md:1: \ufffdg\nhtml: not built; the last good build stays in place\n",
            1,
        ),
        ("sys.exit(0b10)", "pdf: not built; the last good build stays in place\n", 2),
        (
            "os.kill(os.getpid(), 9)",
            "".join(
                f"{form}: not built (Sphinx was ended by signal 9); the last good build stays in"
                " place\n"
                for form in ("html", "pdf")
            ),
            -9,
        ),
    ],
)
def test_what_sphinx_answers_is_told_for_each_format(
    tmp_path, monkeypatch, capsys, code, said, bits
):
    stage = tmp_path / "stage"
    (stage / ".pdf").mkdir(parents=True)
    (stage / ".pdf" / engine.PARTS["pdf"]).write_text("book")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "7")
    script = (
        f"import os, sys; assert os.getcwd() == {str(tmp_path)!r} and os.fstat(int(sys.argv[1]));"
        f" assert os.environ['SOURCE_DATE_EPOCH'] == '7'; {code}"
    )
    with (tmp_path / "lock").open("w") as lock:
        command = [sys.executable, "-c", script, str(lock.fileno())]
        monkeypatch.setattr(engine, "_command", lambda *_: command)
        state = InputState(tmp_path, [], "digest", "code")
        job = engine.Job(tmp_path, state, ("html", "pdf"), lock.fileno())
        assert engine.sphinx(job, stage, ["html", "pdf"]) is (bits == 0)
    assert capsys.readouterr().err == said
    assert (stage / engine.PARTS["pdf"]).exists() == (not (stage / ".pdf").exists()) == (bits == 0)
