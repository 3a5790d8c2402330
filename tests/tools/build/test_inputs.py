"""Which edits the last build survives: pages, data, and what every page of the site shows."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from build import inputs
from build.inputs import InputError, epoch, is_content

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("docs/index.md", True),
        ("docs/sections/gut-health.md", True),
        ("docs/data/foods.csv", True),
        ("docs/_static/kb.css", True),
        ("docs/_static/figures/what-is-known.svg", True),
        ("docs/sections/dose.svg", True),
        ("docs/sections/photo.JPG", True),
        ("docs/reference/protocol.pdf", True),
        ("docs/sections/notes.txt", True),
        ("docs/sedXk3f9A", True),
        ("docs/_ext/kb/foods/static/foods.css", True),
        ("docs/_ext/kb/search/static/search.js", True),
        ("docs/_ext/kb/search/templates/search.html", False),
        ("docs/_ext/kb/search/records.py", False),
        ("docs/_ext/kb/readme.md", False),
        ("docs/_ext/kb/ebook/theme/static/epub.css", False),
        ("docs/_templates/kb-footer.html", False),
        ("docs/conf.py", False),
        ("docs/_tools/checks/words.toml", False),
        ("requirements.lock", False),
    ],
)
def test_an_edit_of_content_is_mended_and_one_of_code_starts_anew(path, expected):
    assert is_content(Path(path)) is expected


def test_a_date_of_the_output_that_is_none_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "2026-11-22")
    with pytest.raises(InputError) as error:
        epoch(tmp_path)
    assert str(error.value) == (
        "SOURCE_DATE_EPOCH is '2026-11-22'; it is a number of seconds since 1970, or not set"
    )
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795996800")
    assert epoch(tmp_path) == "1795996800"


@pytest.mark.parametrize("setting", inputs.SETTINGS)
def test_a_build_with_another_address_starts_anew(tmp_path, monkeypatch, setting):
    """Else the workflow would publish the pages that its tests have built, without an address."""
    monkeypatch.setenv(setting, "")
    digests = inputs.input_digest, inputs.code_digest
    before = [digest(tmp_path) for digest in digests]
    monkeypatch.setenv(setting, "https://example.org/k2/")
    after = [digest(tmp_path) for digest in digests]
    assert all(one != other for one, other in zip(before, after, strict=True))
    monkeypatch.delenv(setting)
    assert [digest(tmp_path) for digest in digests] == before


def test_every_setting_of_the_environment_counts_as_an_input():
    settings = (ROOT / "docs/conf.py").read_text(encoding="utf-8")
    names = re.findall(r"environ(?:\.get\(|\[)[\"'](\w+)", settings)
    assert settings.count("environ") == len(names)
    assert sorted(names) == sorted(inputs.SETTINGS)


# -- Which files count, their date, and what their digests tell ------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a page, data, settings, code and a lock."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    for name in (
        "docs/index.md",
        "docs/conf.py",
        "docs/data/foods.csv",
        "docs/_ext/kb/one.py",
        "requirements.lock",
        "pyproject.toml",
        "README.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


NAMES = [
    "docs/conf.py",
    "docs/index.md",
    "docs/_ext/kb/one.py",
    "docs/data/foods.csv",
    "requirements.lock",
    "pyproject.toml",
]
NOISE = [
    *(".index.md.swp", "#index.md#", ".#index.md", "index.md~", "4913", "x.swa", "x.swp", "x.tmp"),
    *("x.temp", "x.bak", "x.orig", "x.part", "x.pyc", "x.md___jb_tmp___", "x.md___jb_old___"),
    "__pycache__",
]
SOUND = [
    "4913.md",
    "49130",
    "x.swq",
    "tmp",
    "bak.md",
    "a~b.md",
    "a#b.md",
    "a.b.md",
    "my__pycache__",
]


def listed(project: Path) -> list[str]:
    return [path.relative_to(project).as_posix() for path in inputs.inputs(project)]


def test_the_inputs_have_an_order(project):
    assert listed(project) == NAMES
    (project / "pyproject.toml").unlink()
    (project / "docs/link.md").symlink_to("nowhere")
    assert listed(project) == NAMES[:-1]


@pytest.mark.parametrize("name", NOISE)
def test_what_editors_and_python_leave_does_not_count(project, name):
    (project / "docs" / name).write_text("x")
    (project / "docs/data" / name).mkdir()
    (project / "docs/data" / name / "a.md").write_text("x")
    assert listed(project) == NAMES
    assert inputs.is_noise(Path("docs", name)) and inputs.is_noise(Path("docs", name, "a.md"))


@pytest.mark.parametrize("name", SOUND)
def test_what_is_named_alike_counts(project, name):
    (project / "docs/data" / name).write_text("x")
    assert f"docs/data/{name}" in listed(project)
    assert not inputs.is_noise(Path("docs/data", name))


def digests(project: Path) -> tuple[str, str]:
    both = inputs.input_digest(project), inputs.code_digest(project)
    state = inputs.InputState.read(project)
    assert (state.root, state.input_digest, state.code_digest) == (project, *both)
    return both


EDITS = {
    "a page": ("docs/index.md", "new", (True, False)),
    "data": ("docs/data/foods.csv", "new", (True, False)),
    "settings": ("docs/conf.py", "new", (True, True)),
    "code": ("docs/_ext/kb/one.py", "new", (True, True)),
    "a lock": ("requirements.lock", "new", (True, True)),
    "a new page": ("docs/new.md", "new", (True, True)),
    "nothing": ("docs/index.md", "docs/index.md", (False, False)),
    "what is no input": ("README.md", "new", (False, False)),
}


@pytest.mark.parametrize(("name", "text", "changed"), EDITS.values(), ids=EDITS)
def test_an_edit_changes_the_digest_of_all_and_one_of_code_that_of_the_code(
    project, name, text, changed
):
    before = digests(project)
    (project / name).write_text(text)
    after = digests(project)
    assert tuple(old != new for old, new in zip(before, after, strict=True)) == changed


def test_bytes_that_move_from_one_file_to_the_next_are_a_change(project):
    before = digests(project)
    (project / "docs/index.md").write_text("docs/index.mddocs/_ext/kb/one.py")
    (project / "docs/_ext/kb/one.py").write_text("")
    assert all(old != new for old, new in zip(before, digests(project), strict=True))


def test_another_name_another_date_or_another_python_is_a_change_of_all(project, monkeypatch):
    seen = {digests(project)}
    (project / "docs/index.md").rename(project / "docs/front.md")
    seen.add(digests(project))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    seen.add(digests(project))
    monkeypatch.setattr(inputs.sys, "version_info", (3, 99, 0))
    seen.add(digests(project))
    monkeypatch.setattr(inputs.sys, "version_info", (3, 99, 1))
    seen.add(digests(project))
    assert [len({each[number] for each in seen}) for number in (0, 1)] == [4, 4]


def test_a_file_that_is_saved_meanwhile_is_noticed_even_if_it_is_written_back(project):
    state = inputs.InputState.read(project)
    assert state.is_current()
    path = project / "docs/index.md"
    known = path.stat()
    path.write_text(path.read_text())
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert not state.is_current()
    state = inputs.InputState.read(project)
    (project / "README.md").write_text("new")
    assert state.is_current()


@pytest.fixture
def undated(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, without a date that is given, and with settings of git that would change it."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    (project / "docs/sections").mkdir()
    return project


def commit(project: Path, when: str) -> None:
    settings = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for words in (("init", "--quiet"), ("add", "."), (*settings, "commit", "--quiet", "-m", "x")):
        subprocess.run(
            ["git", *words],
            cwd=project,
            check=True,
            env=os.environ | {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when},
        )


def test_the_last_commit_dates_the_output_whatever_git_is_told(undated, monkeypatch, tmp_path):
    commit(undated, "2026-03-04T05:06:07Z")
    assert epoch(undated) == "1772600767"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text("[log]\nshowSignature = true\n[format]\npretty = oneline\n")
    assert epoch(undated) == "1772600767"


def page(project: Path, name: str, text: str) -> None:
    (project / "docs/sections" / name).write_bytes(text.encode("latin-1"))


@pytest.mark.parametrize(
    ("pages", "day"),
    [
        ([], "1767225600"),
        (
            ["checked: 2026-02-03\n", "\nchecked: 2026-02-05\n", "checked: 2026-02-04\n"],
            "1770249600",
        ),
        (["checked: 2026-02-31\n", "checked: 2025-02-04\n"], "1738627200"),
        (["it was checked: 2026-02-03\n", "checked: 2026-02-03 or so\n"], "1767225600"),
        (["\xff\nchecked: 2026-02-03\n"], "1770076800"),
    ],
)
@pytest.mark.parametrize("git", ["none", "no repository", "no commit"])
def test_without_a_commit_the_newest_check_dates_the_output(undated, monkeypatch, pages, day, git):
    for number, text in enumerate(pages):
        page(undated, f"{number}.md", text)
    if git == "none":
        (undated / ".git").mkdir()
        monkeypatch.setenv("PATH", "")
    if git == "no commit":
        subprocess.run(["git", "init", "--quiet"], cwd=undated, check=True)
    assert epoch(undated) == day
