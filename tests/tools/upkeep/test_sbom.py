"""The list of what a release is made from: every package of the locks, with its digests, and the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

from typstbook.typesetter import font_files
from upkeep import sbom

ROOT = Path(__file__).parents[3]


def as_the_tool_says(root: Path) -> str:
    """What cyclonedx-py writes of a lock, as far as it is looked at."""
    names = sorted(sbom.locked(root))
    digest = {"hashes": [{"alg": "SHA-256", "content": "0" * 64}], "type": "distribution"}
    parts = [
        {"name": name, "version": version, "externalReferences": [digest]}
        for name, version in names
    ]
    component = {"name": "vitamin-k2-gut-brain-axis", "version": "1.0.0"}
    project = (root / sbom.PROJECT).read_text(encoding="utf-8")
    component["version"] = project.split('version = "')[1].split('"')[0]
    return json.dumps({"components": parts, "metadata": {"component": component}})


def test_every_package_of_the_site_is_listed():
    text = sbom.settled(as_the_tool_says(ROOT))
    assert sbom.faults(text, ROOT) == []
    assert text == sbom.settled(as_the_tool_says(ROOT))
    lines = (ROOT / sbom.LOCK).read_text(encoding="utf-8").splitlines()
    pinned = {
        line.split(" ")[0].split(";")[0] for line in lines if "==" in line and line[0].isalpha()
    }
    listed = {f"{name}=={version}" for name, version in sbom.locked(ROOT)}
    assert pinned == listed and len(pinned) > 50


def test_the_site_ships_nothing_of_npm():
    """What it shipped would have to be in the list, which is that of pip."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert len(packages) > 3
    assert [name for name, package in packages.items() if name and not package.get("dev")] == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda found: found["components"].pop(0), " is missing"),
        (lambda found: found["components"][3].update(version="0.0"), "0.0 is in no lock"),
        (lambda found: found["components"][0].pop("externalReferences"), " has no digest"),
        (lambda found: found["metadata"]["component"].update(version="9"), "the version is not"),
        (lambda found: found.update(serialNumber="urn:uuid:1"), "would change with each run"),
        (lambda found: found["metadata"].update(timestamp="2026"), "would change with each run"),
    ],
)
def test_a_list_that_is_not_that_of_the_locks_is_told(change, fault):
    found = json.loads(sbom.settled(as_the_tool_says(ROOT)))
    change(found)
    assert any(fault in told for told in sbom.faults(json.dumps(found), ROOT))


def test_without_the_network_one_line_says_so(monkeypatch, capsys, tmp_path):
    def refused(root: Path) -> str:
        raise subprocess.CalledProcessError(1, "pip")

    monkeypatch.setattr(sbom, "listed_by_tool", refused)
    assert sbom.main(tmp_path) == 1
    assert capsys.readouterr().err == (
        "_build/sbom.cdx.json is not written; it needs the network: make sbom\n"
    )


@pytest.mark.prove
def test_the_tool_lists_the_same_bytes_twice():
    """Without a registry there is nothing to ask."""
    try:
        texts = [sbom.settled(sbom.listed_by_tool(ROOT)) for _ in range(2)]
    except subprocess.CalledProcessError as error:
        pytest.skip(f"cyclonedx-py needs the registry of packages: {error.cmd[1:4]}")
    assert texts[0] == texts[1] and sbom.faults(texts[0], ROOT) == []


def test_the_fonts_of_the_book_are_the_files_that_were_compared():
    """Those of the two font packages; serif and monospace are inside of Typst."""
    text = (ROOT / "docs/authoring/libraries.md").read_text(encoding="utf-8")
    compared = dict(re.findall(r"^\| `(\S+\.otf)` \| `([0-9a-f]{64})` \|$", text, re.MULTILINE))
    names = ("font_source_sans_pro", "noto_cjk_sans_jp_regular")
    used = [path for path in font_files() if any(name in path.parts for name in names)]
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in used} == compared
    assert len(compared) == 7
