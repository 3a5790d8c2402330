"""Licenses: everything installed is under one on the list, and what the site ships of others goes with its notice."""

from __future__ import annotations

import fnmatch
from email.message import Message
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

from kb.site import third_party_licenses as notices
from upkeep import licenses
from upkeep.licenses import Licensed

ROOT = Path(__file__).parents[3]
OURS = (ROOT / "docs/_static", *(ROOT / "docs/_ext/kb").glob("*/static"))
MADE = ("kb-*.js", "search-engine.js", "licenses.txt", "verdicts.css")
"""Files of _static that the build makes of our own words and colors."""


def test_every_installed_package_is_under_a_license_on_the_list(capsys):
    assert licenses.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 60
    assert {line.split()[0] for line in lines[:-1]} == {"PyPI", "npm"}


@pytest.mark.parametrize(
    ("fields", "license"),
    [
        ([("License-Expression", "mit")], "MIT"),
        ([("License", "Apache-2.0")], "Apache-2.0"),
        ([("License", "UNKNOWN"), ("Classifier", "License :: OSI Approved :: MIT License")], "MIT"),
        (
            [
                ("License", "PERMISSION IS HEREBY GRANTED " * 20),
                ("Classifier", "License :: OSI Approved :: BSD License"),
            ],
            "BSD-3-Clause",
        ),
        ([("License", "Ask me")], "Ask me"),
        ([("Classifier", "Programming Language :: Python")], ""),
    ],
)
def test_a_license_is_read_from_expression_field_or_classifier(fields, license):
    data = Message()
    for name, value in fields:
        data[name] = value
    assert licenses.told(data) == license


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND PSF-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT AND GPL-3.0-only) OR AGPL-3.0-only", False),
        ("(MIT OR GPL-3.0-only) AND ISC", True),
        ("(MIT OR GPL-3.0-only) AND GPL-3.0-only", False),
        ("GPL-3.0-only AND (MIT OR (ISC AND PSF-2.0))", False),
        ("AGPL-3.0-only", False),
        ("Ask me", False),
        ("", False),
    ],
)
def test_a_choice_is_allowed_and_a_sum_must_be_allowed_whole(expression, allowed):
    assert licenses.is_allowed(expression) is allowed


def test_an_unknown_license_is_told_with_its_cure(monkeypatch, capsys):
    strange = [
        Licensed("aaa", "1.0", "AGPL-3.0-only", "PyPI"),
        Licensed("bbb", "2.0", "", "PyPI"),
        Licensed("codespell", "1", "GPL-2.0-only", "PyPI"),
    ]
    monkeypatch.setattr(licenses, "python_packages", lambda lock: strange)
    assert licenses.main() == 1
    cure = (
        "look at it, and add it to docs/_tools/upkeep/licenses.py with the reason, or do without it"
    )
    assert capsys.readouterr().err.splitlines() == [
        f"aaa 1.0 is under 'AGPL-3.0-only', which is not on the list; {cure}",
        f"bbb 2.0 does not name its license; {cure}",
    ]


def test_no_exception_outlives_its_package():
    installed = {
        package.name for package in licenses.python_packages(ROOT / "requirements-test.lock")
    }
    assert set(licenses.TOOLS) <= installed


# -- What the site ships -------------------------------------------------------------------------


def test_every_file_of_others_in_the_site_has_a_notice(site):
    ours = {path.relative_to(folder).as_posix() for folder in OURS for path in folder.rglob("*")}
    patterns = [*MADE, *(pattern for part in notices.SHIPPED for pattern in part.files)]
    static = site.resolve() / "_static"
    names = [
        path.relative_to(static).as_posix() for path in sorted(static.rglob("*")) if path.is_file()
    ]
    strange = [
        name
        for name in names
        if name not in ours and not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
    ]
    assert strange == [], "whose are they? add them to docs/_ext/kb/site/third_party_licenses.py"
    assert len(names) > 30


def test_every_notice_is_about_a_file_of_the_site(site):
    for part in notices.SHIPPED:
        for pattern in part.files:
            assert list((site / "_static").glob(pattern)), (
                f"{part.name}: {pattern} is no longer in the site; mend docs/_ext/kb/site/third_party_licenses.py"
            )


def test_the_notices_hold_copyright_and_license_of_each_part(site):
    text = (site / "_static" / notices.NAME).read_text(encoding="utf-8")
    blocks = text.split(f"{'=' * 78}\n")[1:]
    heads, bodies = blocks[::2], blocks[1::2]
    assert heads[0].startswith("Snowball stemmers ")
    assert len(heads) == len(bodies) == len(notices.SHIPPED)
    marks = {
        "MIT": "Permission is hereby granted",
        "BSD": "Redistribution and use in source and binary forms",
        "CC-": "SIL OPEN FONT LICENSE",
    }
    for part, head, body in zip(notices.SHIPPED, heads, bodies, strict=True):
        assert head.startswith(part.name)
        assert "Copyright" in body, part.name
        assert marks[part.license[:3]] in body, part.name
        assert len(body) > 800, part.name


def test_every_page_leads_to_the_notices(site):
    for name, up in (("index.html", ""), ("sections/gut-health.html", "../")):
        assert f'<a href="{up}_static/licenses.txt">' in (site / name).read_text(encoding="utf-8")


def test_a_package_that_loses_its_license_text_stops_the_build(monkeypatch):
    monkeypatch.setattr(notices.metadata, "files", lambda package: [])
    with pytest.raises(ExtensionError, match="sphinx carries no license text any more"):
        notices.license_text("sphinx")


def test_the_versions_told_are_those_installed(site):
    text = (site / "_static" / notices.NAME).read_text(encoding="utf-8")
    installed = {
        package.name: package.version
        for package in licenses.python_packages(ROOT / "requirements-test.lock")
    }
    installed |= {
        package.name: package.version
        for package in licenses.javascript_packages(ROOT / "package-lock.json")
    }
    for name, package in (
        ("Snowball stemmers", "snowballstemmer"),
        ("Sphinx", "sphinx"),
        ("PyData Sphinx Theme", "pydata-sphinx-theme"),
    ):
        assert f"\n{name} {installed[package]}\n" in text
