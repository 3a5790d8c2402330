"""Each rule of `make check` on what it must find and what it must let pass; the expectation stands in the fixture.

A fixture in ``tests/tools/checks/rules/`` opens with what it shows, ``expect: path:line: what`` for each
finding, and, where more than the rule of its name runs, ``rules:``; then come the files.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checks import pages, tools
from checks.core import RULES, check, rule
from checks.reading import Book

assert tools.CHECKS  # enters the rules
ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests/tools/checks/rules"


def lay_out(fixture: Path, folder: Path) -> tuple[list[str], list[str]]:
    """Write the files of *fixture* into *folder*; return the codes to run and what is expected."""
    head, *files = re.split(r"^=== (.*)\n", fixture.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name, text in zip(files[::2], files[1::2], strict=True):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode().replace(rb"\xff", b"\xff"))
    codes = re.findall(r"^rules: (.*)$", head, re.MULTILINE)
    return codes[0].split() if codes else [fixture.stem.upper()], re.findall(
        r"^expect: (.*)$", head, re.MULTILINE
    )


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setenv("KB_TODAY", "2026-12-01")


@pytest.mark.parametrize("code", [code.lower() for code in RULES])
def test_a_rule_finds_what_it_must(tmp_path, code):
    codes, expected = lay_out(FIXTURES / f"fail/{code}.txt", tmp_path)
    own = code.upper()
    found = check(Book(tmp_path), codes)
    said = [f"{f.path}:{f.line}: {'' if f.code == own else f'{f.code} '}{f.what}" for f in found]
    assert expected
    assert sorted(said) == sorted(expected)
    assert all(f.cure for f in found)


@pytest.mark.parametrize("code", [code.lower() for code in RULES])
def test_a_rule_lets_pass_what_is_right(tmp_path, code):
    codes, expected = lay_out(FIXTURES / f"pass/{code}.txt", tmp_path)
    assert expected == []
    assert check(Book(tmp_path), codes) == []


def test_every_fixture_belongs_to_a_rule():
    for folder in ("pass", "fail"):
        assert sorted(path.stem.upper() for path in (FIXTURES / folder).iterdir()) == sorted(RULES)


def test_every_rule_has_its_page_and_every_page_its_rule():
    there = sorted(path.stem.upper() for path in (ROOT / pages.FOLDER).glob("kb*.md"))
    assert there == sorted(RULES)
    assert pages.stale(ROOT) == []


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_page_says_what_why_and_how_to_mend(code):
    text = pages.rendered(RULES[code])
    heads = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    assert heads == [
        f"{code}: {RULES[code].title}",
        "What it asks",
        "Why",
        "How to mend it",
        "How to exempt a line",
    ]
    assert RULES[code].group in pages.GROUPS


def test_a_code_stands_for_one_rule():
    with pytest.raises(ValueError, match="KB001 is taken, or not of the form KB001"):
        rule("KB001", "", "", "")
    with pytest.raises(ValueError, match="KB1 is taken, or not of the form KB001"):
        rule("KB1", "", "", "")


def test_the_content_is_read_whole():
    """A reader that skips most of the text would find nothing wrong, so its blocks are held to the files, line by line."""
    book = Book(ROOT)
    lines = sum(1 for page in book.chapters for block in page.blocks for _ in block.lines())
    assert lines > 1000
    for page in book.pages:
        for block in page.blocks:
            for number, line in block.lines():
                # The parser takes the backslash off a bar in a cell, and leaves it in a sentence.
                assert line.strip().replace("\\|", "|") in page.lines[number - 1].replace(
                    "\\|", "|"
                ), (page.path, number)


def test_hundreds_of_numbers_are_compared():
    from checks.citations import _bare, numbers
    from checks.reading import cited

    lines = (line for page in Book(ROOT).chapters for line in page.lines if cited(line))
    assert sum(len(numbers(_bare(line))) for line in lines) > 250


def test_the_content_has_no_fault():
    assert [
        f"{f.path}:{f.line}: {f.code} {f.what}" for f in check(Book(ROOT)) if not f.is_notice
    ] == []


def test_an_exemption_is_not_printed(tiny):
    comment = "% check: KB041 off - a reason\n"
    edits = {
        "sections/one.md": lambda text: re.sub(
            r"^(?=:::\{claim\}|## |# |Osteocalcin)", comment, text, flags=re.MULTILINE
        ),
        "reference/glossary.md": lambda text: text.replace(
            ":::{definition}", f"{comment}:::{{definition}}"
        ),
        "data/sources.bib": lambda text: text.replace("\n@", f"\n{comment}@"),
    }
    built = tiny(edits)
    assert built.warnings == ""
    for page in ("sections/one.html", "reference/glossary.html", "reference/sources.html"):
        assert "KB041" not in built.page(page)


def test_an_exemption_is_not_printed_in_the_book(tiny):
    comment = "% check: KB041 off - a reason\n"
    built = tiny(
        {
            "about.md": lambda text: re.sub(
                r"^(?=# |[A-Z])", comment, text, count=3, flags=re.MULTILINE
            )
        },
        builder="book",
        root="test-book",
    )
    assert built.warnings == ""
    pages = [path.read_text(encoding="utf-8") for path in built.out.rglob("*.typ")]
    assert pages
    assert not any("KB041" in page for page in pages)
