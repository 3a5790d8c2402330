"""What `make check` prints and returns: every check runs, one exit code, places with their cure, annotations on GitHub."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checks import __main__ as check
from checks import tools
from checks.core import Finding
from checks.tools import Check

ROOT = Path(__file__).parents[3]
FAULT = Finding("docs/sections/one.md", 7, "KB001", "74 without a citation", "cite the source")
OTHER = Finding("docs/sections/two.md", 9, "KB001", "939 without a citation", "cite the source")
SLIP = "rec" + "ieved"
"""Put together, since these tests are spelled too."""
NOTICE = Finding(
    "docs/sections/one.md",
    4,
    "KB063",
    "the check was due on 2026-11-30",
    "set new dates",
    is_notice=True,
)


def of(**answers: list[Finding]) -> Check:
    return Check(tuple(answers), lambda root: answers)


def broken(root: Path) -> dict[str, list[Finding]]:
    raise KeyError("a slip of ours")


@pytest.fixture
def said(capsys, monkeypatch, tmp_path):
    """Run some checks; give the exit code and the lines, without the time."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("COLUMNS", "90")

    def run(*checks: Check) -> tuple[int, list[str]]:
        code = check.run(tmp_path, checks)
        return code, re.sub(
            r", in \d+ s$", "", capsys.readouterr().out, flags=re.MULTILINE
        ).splitlines()

    return run


def test_a_day_that_is_none_stops_the_verb_before_any_check(monkeypatch, capsys):
    monkeypatch.setenv("KB_TODAY", "tomorrow")
    monkeypatch.setattr(sys, "argv", ["checks"])
    with pytest.raises(SystemExit) as stopped:
        check.main()
    assert (
        stopped.value.code
        == "check: KB_TODAY is 'tomorrow'; it is a day as in 2026-11-22, or not set"
    )
    assert capsys.readouterr().out == ""


def test_all_is_well(said):
    assert said(of(site=[], links=[]), of(words=[])) == (
        0,
        [
            "check       result     where                                cure",
            "site        ok",
            "links       ok",
            "words       ok",
            "3 checks, no fault",
        ],
    )


def test_every_check_runs_and_the_code_is_one(said):
    code, lines = said(of(words=[FAULT, OTHER]), Check(("site", "links"), broken), of(types=[]))
    assert code == 1
    assert lines[1:] == [
        "words       2 faults   2 places in 2 files                  page kb001.md",
        "  docs/sections/one.md:7: KB001 74 without a citation",
        "  docs/sections/two.md:9: KB001 939 without a citation",
        "      cure: cite the source",
        "site        1 fault    see below                            first message first",
        "  the check itself broke: KeyError: 'a slip of ours'",
        "      cure: report it",
        "links       not checked",
        "types       ok",
        "3 checks, 2 with faults; each code has its page in docs/authoring/checks/",
    ]


def test_a_notice_is_a_line_and_no_failure(said):
    code, lines = said(of(dates=[NOTICE]))
    assert code == 0
    assert lines[1].startswith("dates       1 notice   docs/sections/one.md:4 ")
    assert lines[-1] == "1 checks, no fault"


@pytest.mark.parametrize(("columns", "widest"), [("60", 80), ("80", 80), ("90", 90), ("200", 100)])
def test_it_fits_the_terminal(said, monkeypatch, columns, widest):
    monkeypatch.setenv("COLUMNS", columns)
    long = Finding(
        "docs/sections/a-name-of-a-chapter-that-is-long-enough.md",
        1234,
        "KB001",
        "word " * 40,
        "cure " * 40,
    )
    _, lines = said(of(citations=[long]), of(site=[FAULT, OTHER]), of(words=[FAULT, NOTICE]))
    assert max(map(len, lines)) <= widest
    assert "…chapter-that-is-long-enough.md:1234 " in lines[1]


def test_annotations_stand_on_file_and_line_where_github_reads_them(said, monkeypatch):
    odd = Finding("docs/a,b.md", 3, "ref:term", "100%\nof: all", "so, mend")
    assert not any(line.startswith("::") for line in said(of(words=[odd]))[1])
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert [
        line
        for line in said(of(words=[odd], dates=[NOTICE]), Check(("site",), broken))[1]
        if line.startswith("::")
    ] == [
        "::error file=docs/a%2Cb.md,line=3,title=ref%3Aterm::100%25%0Aof: all - so, mend",
        "::notice file=docs/sections/one.md,line=4,title=KB063::the check was due on 2026-11-30 - set new dates",
        "::error title=site::the check itself broke: KeyError: 'a slip of ours' - report it",
    ]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            [
                "docs/a.md:110: WARNING: claim C1: unknown source 'x' [evidence.claim]",
                "html: not built; the last good build stays in place",
            ],
            [("docs/a.md", 110, "evidence.claim", "claim C1: unknown source 'x'")],
        ),
        (
            [
                "Sources error: docs/data/sources.bib:5: '}' expected",
                "docs/data/sources.bib:9: b: field 'title' is missing",
            ],
            [
                ("docs/data/sources.bib", 5, "site", "'}' expected"),
                ("docs/data/sources.bib", 9, "site", "b: field 'title' is missing"),
            ],
        ),
        (["docs/a.md:3: WARNING: twice met [x.y]"] * 2, [("docs/a.md", 3, "x.y", "twice met")]),
        (
            ["Traceback (most recent call last):", "  File x", "KeyError: 'y'"],
            [("", 0, "site", "KeyError: 'y'")],
        ),
        ([], [("", 0, "site", "it ended without a word")]),
    ],
)
def test_what_sphinx_says_is_found_again(lines, found):
    read = tools._parsed(1, lines, tools.SPHINX, "site")
    assert [(f.path, f.line, f.code, f.what) for f in read] == found
    assert tools._parsed(0, lines, tools.SPHINX, "site") == []


def test_a_dead_link_names_the_page_that_an_author_knows(monkeypatch, tmp_path):
    (tmp_path / "docs/sections").mkdir(parents=True)
    (tmp_path / "docs/sections/one.md").touch()
    said = [
        "sections/one.html: line 7: 'gone.html' leads nowhere",
        "search.html: the id 'x' stands twice",
    ]
    monkeypatch.setattr(tools, "_said", lambda root, command: (int("build" in command), said))
    answer = tools.site(tmp_path)
    assert [(f.path, f.line, f.what) for f in answer["links"]] == [
        ("docs/sections/one.md", 1, "'gone.html' leads nowhere"),
        ("search.html", 0, "the id 'x' stands twice"),
    ]
    assert answer["site"] == []


@pytest.fixture
def project(tmp_path):
    """A project with one slip for each program."""
    for name, text in {
        "docs/a.md": f"# A\n\nThe {SLIP} wisdom.\nA tab\there \n",
        "docs/b.csv": "id\r\n1",
        "docs/c.py": "import os\nx = {  1:2}\n",
        "tests/content/test_d.py": "def test_d():\n    assert 110 == 111\n",
        "README.md": "# R\n",
        "CHANGELOG.md": "# C\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("spelling", [f"docs/a.md:3: spelling {SLIP} ==> received"]),
        (
            "white_space",
            [
                "docs/a.md:4: horizontal-tab a tab",
                "docs/a.md:4: trailing-whitespace a blank at the end of the line",
                "docs/b.csv:1: carriage-return a carriage return",
                "docs/b.csv:2: missing-final-newline no line end at the end of the file",
            ],
        ),
        (
            "lint",
            [
                "docs/c.py:1: I001 [*] Import block is un-sorted or un-formatted",
                "docs/c.py:1: F401 [*] `os` imported but unused",
            ],
        ),
        ("layout", ["docs/c.py:2: unformatted: File would be reformatted"]),
        ("whole", ["tests/content/test_d.py:2: whole assert 110 == 111"]),
    ],
)
def test_each_program_is_asked_and_understood(project, name, found):
    (answer,) = getattr(tools, name)(project).values()
    said = [
        f"{f.path}:{f.line}: {f.code} {f.what}".replace("format unformatted", "unformatted")
        for f in answer
    ]
    assert said == found


def test_packages_of_others_are_not_asked(project):
    """``make test`` may bring a browser by npm, below tests."""
    alien = project / "tests/programs/node_modules/a"
    alien.mkdir(parents=True)
    (alien / "index.js").write_text(f"// The {SLIP} wisdom. \n")
    assert all("node_modules" not in f.path for f in tools.spelling(project)["spelling"])
    assert all("node_modules" not in f.path for f in tools.white_space(project)["white space"])


def test_words_of_the_project_are_no_misspellings(project):
    (project / "docs/a.md").write_text("# A\n\nTe and Parm measured SIRT.\n")
    assert tools.spelling(project) == {"spelling": []}
    assert all(group["reason"] for groups in tools.words.lists().values() for group in groups)


def test_every_line_of_the_table_has_a_cure():
    names = [name for one in tools.CHECKS for name in one.names]
    assert set(names) == {*tools.GROUPS, *tools.CURES}
    assert tuple(tools.pages.GROUPS) == tools.GROUPS


def test_unknown_names_of_checks_are_refused():
    done = subprocess.run(
        [
            "env",
            f"PYTHONPATH={ROOT}/docs/_tools:{ROOT}/docs/_ext",
            sys.executable,
            "-m",
            "checks",
            "spellings",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "checks: error: 'spellings' is not in the list (did you mean 'spelling'?)" in done.stderr


def test_each_name_of_the_table_may_be_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr(check, "run", lambda root, checks: asked.append(checks) or 0)
    for one in tools.CHECKS:
        for name in one.names:
            monkeypatch.setattr(sys, "argv", ["checks", name.replace(" ", "_")])
            assert check.main() == 0
            assert asked.pop() == (one,), name
    monkeypatch.setattr(sys, "argv", ["checks", "format", "terms", "claims"])
    check.main()
    assert [one.run for one in asked.pop()] == [tools.content, tools.layout]


def test_the_hooks_run_checks_that_exist():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    names = [name for entry in re.findall(r"-m checks (.*)", text) for name in entry.split()]
    assert sorted(names) == sorted(tools.QUICK)
    assert set(names) <= {one.run.__name__ for one in tools.CHECKS}
    assert re.findall(r"repo: (.*)", text) == ["local"]


@pytest.mark.prove
def test_one_slip_of_each_kind_is_told_in_one_run(tmp_path):
    """The whole project with a slip for each check: each says where, and the code is one."""
    left_out = shutil.ignore_patterns(
        "__pycache__", "_build", ".git", ".venv", "node_modules", ".mypy_cache"
    )
    shutil.copytree(ROOT, tmp_path / "kb", ignore=left_out)
    for name, old, new in (
        (
            "docs/sections/gut-health.md",
            "## See also\n",
            f"## See also\n\nThe {SLIP} {{term}}`hormon` is crucial.\n",
        ),
        ("docs/_ext/kb/core/text.py", "import re\n", "import os\nimport re\n"),
        (
            "docs/_ext/kb/text_index/places.py",
            "from __future__ import annotations\n",
            "from __future__ import annotations\n\nx: int = ''\n",
        ),
        ("docs/reference/foods.md", "mext2020stfc", "mext2020"),
        ("docs/authoring/checks/kb001.md", "## Why", "## Therefore"),
        (
            "docs/data/sources.bib",
            "@article{akbulut",
            "@misc{aaa2000,\n  title = {A},\n}\n\n@article{akbulut",
        ),
    ):
        path = tmp_path / "kb" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = subprocess.run(
        ["env", "PYTHONPATH=docs/_tools:docs/_ext", sys.executable, "-m", "checks"],
        cwd=tmp_path / "kb",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    rows = dict(re.findall(r"^([a-z]+(?: [a-z]+)?) +(\d+ fault|ok)", done.stdout, re.MULTILINE))
    faulty = {name for name, result in rows.items() if result != "ok"}
    assert faulty == {
        "site",
        "sources",
        "words",
        "whole",
        "spelling",
        "rule pages",
        "lint",
        "format",
        "types",
    }
    for place in (
        "docs/sections/gut-health.md:",
        "docs/_ext/kb/core/text.py:",
        "docs/_ext/kb/text_index/places.py:",
        "docs/data/sources.bib:",
    ):
        assert place in done.stdout
