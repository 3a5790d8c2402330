"""Which edits the last build survives: pages, data, and what every page of the site shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from build.inputs import is_content


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
