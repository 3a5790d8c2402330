"""The project around the book: lock and metadata agree, verbs are listed, nothing of a machine is written down."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from build import environment

ROOT = Path(__file__).parents[3]


def locked() -> dict[str, list[tuple[str, Requirement]]]:
    """The pins of the lock of the tests by name, each with its whole block."""
    text = (ROOT / "requirements-test.lock").read_text(encoding="utf-8")
    pins: dict[str, list[tuple[str, Requirement]]] = {}
    for block in re.split(r"\n(?=[a-zA-Z])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)):
        requirement = Requirement(block.split("\\")[0].strip())
        pins.setdefault(canonicalize_name(requirement.name), []).append((block, requirement))
    return pins


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        Requirement(text)
        for text in [*project["dependencies"], *project["optional-dependencies"]["test"]]
    ]


def test_every_test_that_holds_a_promise_is_there():
    text = (ROOT / "docs/authoring/promises.md").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if re.match(r"\| [A-Z`].* \| `", row)]
    assert len(rows) >= 20
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)`", row)
        assert named, row
        assert [name for name in named if not (ROOT / name).is_file()] == [], row


def test_each_output_has_two_readers_that_are_run(site):
    """The table of outputs names all that the site offers to programs, two readers for each, and their tests."""
    text = (ROOT / "docs/authoring/promises.md").read_text(encoding="utf-8")
    _, _, section = text.partition("## What others read\n")
    rows = re.findall(r"(?m)^\| (.+?) \| (.+?) \| .+ \|$", section.partition("\n## ")[0])[1:]
    for output, readers in rows[1:]:
        assert len(re.sub(r" \(`[^)]+\)", "", readers).split(", ")) >= 2, output
        for name in re.findall(r"`([\w/]+\.py)`", readers):
            path = name if name.startswith("tests/") else f"tests/kb/data_files/{name}"
            assert (ROOT / path).is_file(), (output, name)
    named = set(re.findall(r"`([^`]+)`", " ".join(output for output, _ in rows)))
    offered = {path.name for path in (site / "data").iterdir() if ".schema." not in path.name}
    offered |= {path.name for path in site.glob("cite.*")} | {"objects.inv", "llms.txt"}
    assert offered - named == set() and len(offered) > 12


def test_every_requirement_is_locked_at_a_version_that_it_admits():
    pins = locked()
    for requirement in wanted():
        name = canonicalize_name(requirement.name)
        assert name in pins, f"{name} is not locked: run make lock"
        for _, pin in pins[name]:
            (version,) = [spec.version for spec in pin.specifier]
            assert requirement.specifier.contains(version), (
                f"{name} {version} is locked, pyproject.toml wants {requirement}"
            )


def test_every_pin_is_exact_and_has_hashes():
    for name, blocks in locked().items():
        for block, pin in blocks:
            assert [spec.operator for spec in pin.specifier] == ["=="], name
            assert "--hash=sha256:" in block, name


def test_every_pin_is_asked_for():
    """What nothing asks for any more leaves the lock with `make lock`."""
    text = (ROOT / "requirements-test.lock").read_text(encoding="utf-8")
    direct = {canonicalize_name(requirement.name) for requirement in wanted()}
    for block in re.split(r"\n(?=[a-zA-Z])", text)[1:]:
        name = canonicalize_name(re.match(r"[\w.-]+", block)[0])
        assert name in direct or "# via" in block, name
        if name not in direct:
            assert "vitamin-k2-gut-brain-axis" not in block, (
                f"{name} is locked as ours, but pyproject.toml does not ask for it"
            )


def test_the_lock_of_the_site_is_a_part_of_the_lock_of_the_tests():
    pins = {
        name: set(
            re.findall(r"^([\w.-]+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        )
        for name in ("requirements.lock", "requirements-test.lock")
    }
    assert pins["requirements.lock"] < pins["requirements-test.lock"]
    assert not [
        pin for pin in pins["requirements.lock"] if pin.startswith(("pytest", "mypy", "ruff"))
    ]


def test_make_help_lists_every_verb():
    verbs = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert sorted(re.findall(r"^make ([\w-]+) +\S", shown, re.MULTILINE)) == sorted(verbs)


def test_the_readme_opens_with_the_two_commands():
    commands = re.search(
        r"```\w*\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )[1].split("\n")
    assert [line.split("#")[0].strip() for line in commands if line] == ["make", "make test"]


def test_the_readme_tells_what_each_lock_makes_a_newcomer_fetch():
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    packages, weight = environment.to_fetch(ROOT, "site")
    assert f"{packages} packages, about {weight} MB, once" in text
    assert f"(`requirements-test.lock`, {environment.to_fetch(ROOT, 'test')[1]} MB more)" in text


def test_without_python_one_line_says_what_to_install(tmp_path):
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    done = subprocess.run(
        ["make", "PYTHON=python2.0"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "python2.0 is missing: install Python 3.11 or newer"


def test_nothing_of_a_machine_or_a_registry_is_written_down():
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    pattern = re.compile(
        r"(?<![\w.-])/(?:(?:work|root|home)\b|tmp/\w)[/\w.-]*|https?://(?:registry|files|deb|pypi)\.[\w.]+"
    )
    found = []
    for name in files:
        if (path := ROOT / name).is_file() and path.suffix not in (".svg", ".png"):
            text = path.read_text(encoding="utf-8")
            found += [
                f"{name}: {match[0]}"
                for match in pattern.finditer(text)
                if name != "tests/tools/build/test_project.py"
            ]
    assert found == []
