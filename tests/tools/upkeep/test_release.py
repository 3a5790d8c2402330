"""`make release`: all is checked before anything is written, and nothing is committed."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from build import published
from upkeep import release

ROOT = Path(__file__).parents[3]
FILES = {
    "pyproject.toml": '[project]\nname = "x"\nversion = "1.0.0"\n\n[tool.x]\nversion = "7"\n',
    "docs/conf.py": 'project = "X"\nversion = release = "1.0"\n',
    "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n- News.\n\n## 1.0.0 - 2026-02-02\n\n- The first.\n",
    "docs/data/published-ids.txt": "# Head.\n\n# 1.0.0 - 2026-02-02\na.html\na.html#claim-a1\n",
    ".gitignore": "_build/\n",
    "_build/html/index.html": '<section id="new"></section>',
    "_build/html/a.html": '<p id="claim-a1"></p>',
}


def git(root: Path, *words: str) -> str:
    command = [
        "git",
        "-C",
        str(root),
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        *words,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed project with a built site."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772539200")
    monkeypatch.delenv("KB_TODAY", raising=False)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "All")
    return tmp_path


def texts(project: Path) -> dict[str, str]:
    return {name: (project / name).read_text() for name in FILES}


def test_a_release_writes_version_date_and_addresses_and_commits_nothing(project, capsys):
    head = git(project, "rev-parse", "HEAD")
    assert release.release(project, "1.1.0") == 0
    after = texts(project)
    assert after["pyproject.toml"] == FILES["pyproject.toml"].replace('"1.0.0"', '"1.1.0"')
    assert after["docs/conf.py"] == 'project = "X"\nversion = release = "1.1"\n'
    assert after["CHANGELOG.md"] == (
        "# Changelog\n\n## Unreleased\n\n## 1.1.0 - 2026-03-03\n\n- News.\n\n## 1.0.0 - 2026-02-02\n\n- The first.\n"
    )
    assert after["docs/data/published-ids.txt"] == (
        FILES["docs/data/published-ids.txt"]
        + "\n# 1.1.0 - 2026-03-03\nindex.html\nindex.html#new\n"
    )
    assert git(project, "rev-parse", "HEAD") == head
    assert git(project, "tag") == ""
    said = capsys.readouterr().out
    assert 'git commit --all --message "Release 1.1.0"' in said
    assert 'git tag --annotate v1.1.0 --message "1.1.0"' in said


def test_a_patch_shows_all_three_numbers_and_the_citation_file_follows(project):
    (project / "CITATION.cff").write_text(
        'cff-version: 1.2.0\nversion: 1.0.0\ndate-released: "2026-02-02"\n'
    )
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "Cite")
    assert release.release(project, "1.0.1") == 0
    assert 'version = release = "1.0.1"' in (project / "docs/conf.py").read_text()
    assert (
        project / "CITATION.cff"
    ).read_text() == "cff-version: 1.2.0\nversion: 1.0.1\ndate-released: 2026-03-03\n"


@pytest.mark.parametrize(
    ("version", "edit", "reason"),
    [
        (
            "",
            {},
            "VERSION='' is not of the form 1.2.3; say for example: make release VERSION=1.1.0",
        ),
        ("1.1", {}, "VERSION='1.1' is not of the form 1.2.3"),
        ("01.1.0", {}, "VERSION='01.1.0' is not of the form 1.2.3"),
        ("1.1.0; echo", {}, "VERSION='1.1.0; echo' is not of the form 1.2.3"),
        ("1.0.0", {}, "VERSION=1.0.0 is not newer than 1.0.0 (pyproject.toml)"),
        ("0.9.9", {}, "VERSION=0.9.9 is not newer than 1.0.0"),
        (
            "1.9.0",
            {"CHANGELOG.md": ("## 1.0.0", "## 1.10.0")},
            "VERSION=1.9.0 is not newer than 1.0.0 (pyproject.toml) and the releases in CHANGELOG.md",
        ),
        (
            "1.1.0",
            {"CHANGELOG.md": ("- News.\n", "")},
            "CHANGELOG.md: nothing stands under '## Unreleased'",
        ),
        (
            "1.1.0",
            {"CHANGELOG.md": ("## Unreleased\n", "")},
            "CHANGELOG.md: nothing stands under '## Unreleased'",
        ),
        ("1.1.0", {"docs/conf.py": ("release = ", "")}, "docs/conf.py: no line 'version = release"),
    ],
)
def test_each_reason_against_a_release_is_told_and_nothing_is_written(
    project, capsys, version, edit, reason
):
    for name, (old, new) in edit.items():
        text = (project / name).read_text()
        assert old in text
        (project / name).write_text(text.replace(old, new))
        git(project, "commit", "--quiet", "--all", "--message", "Edit")
    before = texts(project)
    assert release.release(project, version) == 1
    assert reason in capsys.readouterr().err
    assert texts(project) == before


def test_a_date_that_is_none_is_told_and_nothing_is_written(project, capsys, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "2026-03-03")
    before = texts(project)
    assert release.release(project, "1.1.0") == 1
    assert capsys.readouterr().err == (
        "make release: SOURCE_DATE_EPOCH is '2026-03-03'; it is a number of seconds since 1970, or not set\n"
    )
    assert texts(project) == before


def test_an_unclean_tree_and_a_missing_site_are_reasons(project, capsys):
    (project / "new.txt").write_text("x")
    (project / "_build/html/index.html").unlink()
    assert release.release(project, "1.1.0") == 1
    errors = capsys.readouterr().err
    assert "the tree is not clean; commit or stash first:\n?? new.txt" in errors
    assert "there is no site; run make html" in errors


# -- The real project ----------------------------------------------------------------------------


def test_the_versions_of_the_project_agree():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    assert release.VERSION.match(version)
    assert f'version = release = "{version.removesuffix(".0")}"\n' in (
        ROOT / release.CONF
    ).read_text(encoding="utf-8")
    assert release._released(ROOT)[0] == version
    assert f"\n# {version} - " in (ROOT / published.LIST).read_text(encoding="utf-8")
