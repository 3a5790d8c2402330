"""The workflows and the installs: pinned to the byte, least rights, nothing of a package runs while it is installed."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from build import environment, node
from upkeep import lock

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
RIGHTS = {
    ("audit.yml", "ask"): {"contents": "read"},
    ("docs.yml", "build"): {"contents": "read", "pages": "read"},
    ("docs.yml", "publish"): {"pages": "write", "id-token": "write"},
    ("sources.yml", "look"): {"contents": "read"},
    ("sources.yml", "tell"): {"issues": "write"},
}
"""What each job may do, and nothing beyond."""


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs() -> list[tuple[str, str, dict]]:
    return [
        (path.name, name, job) for path in WORKFLOWS for name, job in read(path)["jobs"].items()
    ]


def unpinned(text: str) -> list[str]:
    """The actions of a workflow that are named by something that can be moved, or without the release that they are."""
    uses = [
        line.partition("uses:")[2].strip()
        for line in text.splitlines()
        if re.match(r"\s*-?\s*uses:", line)
    ]
    return [use for use in uses if not PINNED.fullmatch(use)]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_commit_and_says_which_release_it_is(path):
    text = path.read_text(encoding="utf-8")
    assert unpinned(text) == []
    assert "uses:" in text


@pytest.mark.parametrize(
    "use",
    [
        "actions/checkout@v4",
        "actions/checkout@11bd719",
        f"actions/checkout@{'a' * 40}",
        "./local # v1.0.0",
    ],
)
def test_what_is_not_pinned_is_found(use):
    assert unpinned(f"    steps:\n      - uses: {use}\n") == [use]


def test_one_action_is_pinned_to_one_commit_everywhere():
    pins = set(
        re.findall(
            r"uses: (\S+ # \S+)", "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
        )
    )
    names = [pin.partition("@")[0] for pin in pins]
    assert len(names) == len(set(names))


def test_each_job_has_its_rights_and_no_more():
    assert {(file, name): job["permissions"] for file, name, job in jobs()} == RIGHTS
    assert [read(path)["permissions"] for path in WORKFLOWS] == [{}] * len(WORKFLOWS)


def test_each_job_ends_in_time_and_leaves_no_credentials_on_disk():
    for file, name, job in jobs():
        assert job["timeout-minutes"] <= 120, (file, name)
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, (file, name)


def test_no_workflow_runs_the_code_of_strangers_with_our_rights():
    for path in WORKFLOWS:
        # YAML reads 'on' as true.
        events = read(path)[True]
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(events), path.name
        assert "secrets." not in path.read_text(encoding="utf-8"), path.name


def test_what_asks_others_runs_on_a_schedule_and_in_no_pull_request():
    online = ("upkeep.check_sources", "upkeep.check_links", "make linkcheck", "make check-sources")
    online += ("pip-audit", "npm audit")
    for path in WORKFLOWS:
        events = set(read(path)[True])
        if any(name in path.read_text(encoding="utf-8") for name in online):
            assert events == {"schedule", "workflow_dispatch"}, path.name
        else:
            assert "schedule" not in events, path.name
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for verb in ("check", "test", "prove", "all", "html"):
        recipe = re.search(rf"^{verb}:.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)[0]
        assert not any(name in recipe for name in ("linkcheck", "check-sources", *online)), verb


GH = """#!/bin/bash
echo "$@" >> calls
case "$1 $2" in "issue list") echo "$FAKE_NUMBER";; esac
"""


@pytest.mark.parametrize(
    ("codes", "number", "call"),
    [
        ("0 0", "", None),
        ("0 0", "7", "issue close 7 --comment All clear now: https://example.org/run"),
        ("1 0", "", "issue create --title Sources and links to look at --body-file body.md"),
        ("2 0", "", "issue create --title Sources and links to look at --body-file body.md"),
        ("0 3", "7", "issue edit 7 --body-file body.md"),
        (" ", "7", "issue edit 7 --body-file body.md"),
    ],
)
def test_the_weekly_look_keeps_one_issue(tmp_path, codes, number, call):
    """The script of the workflow itself, with a gh that writes down how it was called."""
    step = read(ROOT / ".github/workflows/sources.yml")["jobs"]["tell"]["steps"][-1]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/gh").write_text(GH)
    (tmp_path / "bin/gh").chmod(0o755)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/sources.md").write_text("é" * 20_000)
    environment = {
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
        "CODES": codes,
        "RUN": "https://example.org/run",
        "FAKE_NUMBER": number,
    }
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=tmp_path,
        env={**environment, "TITLE": step["env"]["TITLE"]},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert (tmp_path / "calls").read_text().splitlines()[1:] == ([call] if call else [])
    body = (tmp_path / "body.md").read_text(encoding="utf-8")
    assert 15_000 < len(body) < 16_000
    assert body.endswith("## links\n\nNo report: see the run.\n")


PAGES = """#!/bin/bash
[ "$*" = "api repos/a/b/pages --jq .html_url" ] && [ -n "$FAKE_URL" ] && echo "$FAKE_URL"
"""
MAKE = """#!/bin/bash
echo "$* <$KB_ADDRESS>" >> calls
"""


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.github.io/b/", "https://a.github.io/b/"),
        ("https://a.github.io/b", "https://a.github.io/b/"),
        ("https://k2.example.org/", "https://k2.example.org/"),
        ("", ""),
    ],
)
def test_the_published_site_takes_its_address_from_pages(tmp_path, url, address):
    """The script of the workflow itself, with a gh that answers for Pages, or fails."""
    steps = read(ROOT / ".github/workflows/docs.yml")["jobs"]["build"]["steps"]
    (step,) = (step for step in steps if "KB_ADDRESS" in step.get("run", ""))
    for name, text in (("gh", PAGES), ("make", MAKE)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "GH_REPO": "a/b", "FAKE_URL": url},
        check=True,
        capture_output=True,
        text=True,
    )
    assert (tmp_path / "calls").read_text() == f"html <{address}>\n"
    assert ("::warning::" in done.stdout) == (not url)


PIP_AUDIT = """#!/bin/bash
echo "$@" >> calls
case "${@: -1}" in
  requirements.lock) echo "No known vulnerabilities found";;
  requirements-test.lock) echo "pillow 1.0 100% open"; echo "::error::stop"; exit 1;;
esac
"""
NPM = """#!/bin/bash
echo "npm $@" >> calls
echo "the registry cannot be asked"
exit 1
"""


def test_the_weekly_audit_tells_and_is_never_red(tmp_path):
    """The script of the workflow itself, with tools that write down how they were called."""
    step = read(ROOT / ".github/workflows/audit.yml")["jobs"]["ask"]["steps"][-1]
    for name, text in {"audit/bin/pip-audit": PIP_AUDIT, "bin/npm": NPM}.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    locks = [path.relative_to(ROOT) for path in sorted((ROOT / "docs/_tools").glob("*/*.lock"))]
    for name in [*locks, "requirements.lock", "requirements-test.lock"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [
        "::warning file=requirements-test.lock,title=Known faults::pillow 1.0 100%25 open",
        "::warning file=requirements-test.lock,title=Known faults::::error::stop",
        "::warning file=package-lock.json,title=Known faults::the registry cannot be asked",
    ]
    calls = (tmp_path / "calls").read_text().splitlines()
    # The lock of the tests holds the packages of the site too (see `test_environment.py`).
    assert [call.split()[-1] for call in calls[:-1]] == ["requirements-test.lock", *map(str, locks)]
    assert all("--require-hashes" in call and "--disable-pip" in call for call in calls[:-1])
    assert calls[-1] == "npm audit --package-lock-only"


def test_the_audit_is_installed_by_its_lock():
    steps = read(ROOT / ".github/workflows/audit.yml")["jobs"]["ask"]["steps"]
    assert "--no-deps --require-hashes -r docs/_tools/upkeep/audit.lock" in steps[2]["run"]
    text = (ROOT / ".github/dependabot.yml").read_text(encoding="utf-8")
    renewed = {part["package-ecosystem"]: part for part in yaml.safe_load(text)["updates"]}
    assert set(renewed) == {"github-actions", "npm"}
    assert all(part["cooldown"]["default-days"] >= 7 for part in renewed.values())


def test_zizmor_finds_nothing():
    """The linter of workflows, in its strictest voice but one; offline, as it comes by pip."""
    command = [
        Path(sys.executable).with_name("zizmor"),
        "--offline",
        "--no-progress",
        "--persona=pedantic",
        "--format=json",
        *WORKFLOWS,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [f"{item['ident']}: {item['desc']}" for item in json.loads(done.stdout)]
    assert (done.returncode, found) == (0, [])


def test_zizmor_finds_something_where_there_is_something(tmp_path):
    path = tmp_path / "bad.yml"
    path.write_text(
        "name: bad\non: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo ${{ github.event.pull_request.title }}\n"
    )
    command = [
        Path(sys.executable).with_name("zizmor"),
        "--offline",
        "--no-progress",
        "--format=json",
        path,
    ]
    found = {
        item["ident"]
        for item in json.loads(
            subprocess.run(command, capture_output=True, text=True, check=False).stdout
        )
    }
    assert {"dangerous-triggers", "template-injection"} <= found


# -- What installs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["build/node.lock", "upkeep/programs.lock", "upkeep/resolver.lock"]
)
def test_what_make_and_make_lock_fetch_beside_the_lock_is_pinned_with_hashes(name):
    text = (ROOT / "docs/_tools" / name).read_text(encoding="utf-8")
    assert re.search(
        r"^[\w-]+==[\d.]+ \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+\Z", text, re.MULTILINE
    )


@pytest.mark.parametrize("name", ["upkeep/sbom.lock", "upkeep/audit.lock"])
def test_what_is_asked_by_itself_is_pinned_with_hashes(name):
    text = (ROOT / "docs/_tools" / name).read_text(encoding="utf-8")
    packages = re.findall(
        r"^[a-z].*\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.MULTILINE
    )
    assert len(packages) == text.count("==") > 20
    assert text.startswith("# What ") and "://" not in text


def test_every_pip_install_of_ours_asks_for_hashes_and_no_dependencies():
    for command in (lock.INSTALL, lock.DOWNLOAD, node.FETCH, environment.PIP):
        assert {"--require-hashes", "--no-deps"} <= set(command)
    assert "pip install" not in (ROOT / "Makefile").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.py")]
    assert sum(bool(re.search(r'"pip",\s*"(?:install|download)"', text)) for text in sources) == 3


def test_npm_runs_no_script_of_a_package():
    settings = configparser.ConfigParser(strict=True)
    settings.read_string("[npm]\n" + (ROOT / ".npmrc").read_text(encoding="utf-8"))
    assert settings["npm"]["ignore-scripts"] == "true"
    assert node.INSTALL[:2] == ("ci", "--ignore-scripts")


def test_every_javascript_package_is_locked_with_its_digest():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for place, package in packages.items():
        if place:
            assert package["integrity"].startswith("sha512-"), place
            assert "resolved" not in package, place
            assert "hasInstallScript" not in package, place


def test_make_lock_writes_all_locks_by_the_pinned_resolver(tmp_path, monkeypatch):
    """With a resolver that writes down how it was called, and no network."""
    calls = []

    def run(command, **kwargs):
        words = list(map(str, command))
        calls.append(words)
        if "--output-file" in words:
            Path(words[words.index("--output-file") + 1]).write_text("aaa==1.0\n")
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(lock.subprocess, "run", run)
    monkeypatch.setattr(lock.venv, "create", lambda folder, with_pip: None)
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    monkeypatch.setattr(lock, "_weight", lambda tools, new, folder: "# About 7 MB to fetch.\n")
    for folder in ("build", "upkeep"):
        (tmp_path / "docs/_tools" / folder).mkdir(parents=True)
    assert lock.main() == 0
    assert calls[0][1:-1] == list(lock.INSTALL)
    assert calls[0][-1] == str(tmp_path / lock.RESOLVER)
    assert all("--generate-hashes" in call for call in calls[1:])
    assert "--constraint" in calls[2] and lock.TEST in calls[2]
    for name in (
        "requirements-test.lock",
        "requirements.lock",
        "docs/_tools/upkeep/programs.lock",
        "docs/_tools/build/node.lock",
        "docs/_tools/upkeep/resolver.lock",
        "docs/_tools/upkeep/sbom.lock",
        "docs/_tools/upkeep/audit.lock",
    ):
        assert (tmp_path / name).read_text().endswith("\naaa==1.0\n"), name
    assert "# About 7 MB to fetch.\n" in (tmp_path / "requirements.lock").read_text()


def test_ci_installs_by_sudo_what_is_missing_and_is_asked_nothing(tmp_path):
    """On a bare machine, with a sudo that hands on no variable, as sudo does."""
    fakes = {
        "id": "echo 1000",
        "sudo": 'shift; exec env -i PATH="$PATH" "$@"',
        "apt-get": f'echo "$DEBIAN_FRONTEND: $*" >> {tmp_path}/said',
        "make": f'echo "make $*, skips refused: $KB_REFUSE_SKIPS" >> {tmp_path}/said',
    }
    for name, text in fakes.items():
        (tmp_path / name).write_text(f"#!{shutil.which('bash')}\n{text}\n")
        (tmp_path / name).chmod(0o755)
    for name in ("bash", "dirname", "env", "true"):
        (tmp_path / name).symlink_to(shutil.which(name))
    (tmp_path / "python3").symlink_to(Path(sys.executable).resolve())
    subprocess.run(["bash", ".ci/run"], cwd=ROOT, env={"PATH": str(tmp_path)}, check=True)
    install = "noninteractive: install -qq -y --no-install-recommends"
    programs = (
        "chromium-headless-shell",
        "default-jre-headless",
        "firefox-esr",
        "r-base-core",
        "pandoc",
        "locales",
    )
    programs += ("nodejs", "npm")
    assert (tmp_path / "said").read_text().splitlines() == [
        "noninteractive: update -qq",
        *(f"{install} {name}" for name in programs),
        "make test, skips refused: 1",
        "make reproduce, skips refused: 1",
    ]
