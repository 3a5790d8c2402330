"""The templates of `make new`: what they give, byte for byte, and that they name all that is asked for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kb.chapters import schema
from kb.claims import model
from kb.glossary.domain import OPTIONS
from scaffold import __main__ as new
from scaffold import files

GOLDEN = Path(__file__).with_name("golden")
BOOK = {
    "docs/index.md": "# Book\n\n```{toctree}\nsections/one\n```\n",
    "docs/sections/one.md": (
        "# One\n\n## What the article claims, and what the evidence shows\n\n"
        ":::{claim} A1\n\n> K2 is old.\n:::\n\n## See also\n\n- Nothing.\n"
    ),
    "docs/reference/glossary.md": (
        "# Glossary\n\n## B\n\n:::{definition} bone\n:id: bone\n:::\n\n"
        "## D\n\n:::{definition} dose\n:id: dose\n:::\n"
    ),
}
CASES = {
    "term": ("term", {"NAME": "butyrate"}),
    "term-odd": ("term", {"NAME": "γ-carotene: α/β (d's) & e, 2nd."}),
    "claim": ("claim", {"NAME": "K2 improves sleep", "IN": "one"}),
    "claim-odd": (
        "claim",
        {"NAME": "# $quote ${id} $$ {0} {{y}} {term}`x`: 'K2' \"γ\" %s \\1?", "IN": "one"},
    ),
    "chapter": ("chapter", {"NAME": "Vitamin K2 and sleep"}),
    "chapter-odd": ("chapter", {"NAME": "Sleep: $title ${claim} $$ {0} \"K2\" 'n' γ-waves %s #"}),
}


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small book, on a fixed day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795996800")  # 2026-11-30
    monkeypatch.delenv("KB_TODAY", raising=False)
    for name, text in BOOK.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_and_written_is_that_of_the_golden_file(book, capsys, name):
    kind, given = CASES[name]
    assert new.main([kind], given, book) == 0
    found = [f"$ make new {kind}\n{capsys.readouterr().out}"]
    for path in sorted(book.rglob("*.md")):
        text, shown = path.read_text(encoding="utf-8"), path.relative_to(book).as_posix()
        if text != BOOK.get(shown):
            found.append(f"==> {shown} <==\n{text}")
    assert "\n".join(found) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def template(kind: str) -> list[str]:
    """The lines of a template."""
    return (files.TEMPLATES / f"{kind}.md").read_text(encoding="utf-8").split("\n")


def test_the_template_of_a_claim_asks_for_every_field_of_the_model():
    lines = template("claim")
    assert [line for line in lines if re.match(":[a-z]", line)] == [
        f":{name}: PROMPT: ${field.attribute}" for name, field in model.OPTIONS.items()
    ]
    quote, *others = model.BODY.values()
    assert [line for line in lines if line.startswith((">", "%"))] == [
        f"> ${quote.attribute}",
        *(f"% PROMPT: ${field.attribute}; in place of this line" for field in others),
    ]


def test_the_template_of_a_chapter_keeps_the_schema_of_chapters():
    lines = template("chapter")
    heads = [line.partition(" ") for line in lines if re.match("#+ ", line)]
    inner = [text for level, _, text in heads if level == "##"]
    assert (
        list(schema.outline_faults([text for level, _, text in heads if level == "#"], inner)) == []
    )
    assert {*schema.OPENING, *schema.CLOSING} < set(inner)
    claims = lines.index(f"## {schema.CLAIMS}")
    assert claims < lines.index("$claim") < lines.index(f"## {inner[2]}")
    front = [line.partition(":")[0] for line in lines[1 : lines.index("---", 1)]]
    assert sorted(front) == sorted(["summary", *schema.DATES])


def test_the_template_of_a_term_asks_for_every_option_of_a_term():
    """``explicit`` is for the few names that are also common words."""
    asked = re.findall(r"^:([a-z-]+): PROMPT: ", "\n".join(template("term")), re.MULTILINE)
    assert asked == [option for option in OPTIONS if option not in ("id", "explicit")]


@pytest.fixture
def edited(tmp_path_factory, monkeypatch):
    """Edits a copy of a template, which `make new` then takes."""
    folder = tmp_path_factory.mktemp("templates")
    shutil.copytree(files.TEMPLATES, folder, dirs_exist_ok=True)
    monkeypatch.setattr(files, "TEMPLATES", folder)

    def edit(kind: str, old: str, new: str) -> None:
        text = (folder / f"{kind}.md").read_text(encoding="utf-8")
        assert old in text
        (folder / f"{kind}.md").write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("kind", "old"),
    [("term", ":::{definition} $name"), ("claim", ":::{claim} $id"), ("chapter", "# $title")],
)
def test_an_author_may_edit_all_of_a_template(book, edited, capsys, kind, old):
    edited(kind, old, f"A cost of 5 $$ is named $${{so}}.\n\n{old} and more")
    assert new.main([kind], {"NAME": "Calcium", "IN": "one"}, book) == 0
    said = capsys.readouterr().out
    path, number = re.match(r"(\S+):(\d+): new ", said).groups()
    lines = (book / path).read_text(encoding="utf-8").split("\n")
    assert "A cost of 5 $ is named ${so}." in lines
    shown = "and more" if kind == "chapter" else "A cost"
    assert shown in lines[int(number) - 1], said


@pytest.mark.parametrize("wrong", ["$5", "$other", "${name", "a $"])
def test_a_dollar_that_names_nothing_is_refused_with_its_line(book, edited, capsys, wrong):
    edited("term", ":id: $id", f":id: $id {wrong}")
    assert new.main(["term"], {"NAME": "Calcium"}, book) == 1
    assert capsys.readouterr().err == (
        "new: docs/_tools/scaffold/templates/term.md:2: a dollar stands before a name that is not"
        " filled in here; it may be $name, $id or $tags, and $$ prints a dollar\n"
    )
    assert {path: (book / path).read_text(encoding="utf-8") for path in BOOK} == BOOK
