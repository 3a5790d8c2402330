"""Which edits the last build survives: pages, data, and what every page of the site shows."""

from __future__ import annotations

import re
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
