"""Which edits the last build survives: pages, data, and what every page of the site shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from build.inputs import InputError, epoch, is_content


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("docs/index.md", True),
        ("docs/sections/gut-health.md", True),
        ("docs/data/foods.csv", True),
        ("docs/_static/kb.css", True),
        ("docs/_ext/kb/foods/static/foods.css", True),
        ("docs/_ext/kb/search/static/search.js", True),
        ("docs/_ext/kb/search/templates/search.html", False),
        ("docs/_ext/kb/search/records.py", False),
        ("docs/_ext/kb/readme.md", False),
        ("docs/_ext/kb/ebook/theme/static/epub.css", False),
        ("docs/_templates/kb-footer.html", False),
        ("docs/conf.py", False),
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
