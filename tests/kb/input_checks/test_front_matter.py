"""Front matter: the fields of the list, and nothing that steers the parser, in whatever spelling."""

from __future__ import annotations

import pytest
from sphinx.util.console import strip_colors

SETTING = "{enable_extensions: [substitution], substitutions: {a: b}}"
SPELLINGS = {
    "plain": f"myst: {SETTING}",
    "single quotes": f"'myst': {SETTING}",
    "double quotes": f'"myst": {SETTING}',
    "an escape": f'"\\x6dyst": {SETTING}',
    "a blank before the colon": f"myst : {SETTING}",
    "an explicit key": f"? myst\n: {SETTING}",
    "a tag": f"!!str myst: {SETTING}",
    "an anchor": f"&a myst: {SETTING}",
    "an alias": f"summary: &a myst\n*a : {SETTING}",
    "one line": f"{{summary: x, myst: {SETTING}}}",
    "several lines in braces": f"{{\n  summary: x,\n  myst:\n  {SETTING}\n}}",
    "indented": f"  summary: x\n  myst: {SETTING}",
    "merged": f"<<: {{myst: {SETTING}}}",
    "twice": f"myst: {{}}\nmyst: {SETTING}",
}
LIST = "its fields are summary, checked, check_due, searched_to, reviewed_by, orphan or tocdepth"


def refused(line: int, name: str, hint: str = "") -> str:
    """What is said of a field that no page may set."""
    return (
        f"index.md:{line}: WARNING: front matter sets {name!r}, which no page may{hint}; {LIST}"
        " [safe.front-matter]\n"
    )


BODY = "\n# One\n\n## In plain words\n\n{{ a }} and {{ 7 * 7 }}\n"


@pytest.fixture
def page(make_app, tmp_path):
    """Build a project of one page; return the text of the page and the warnings."""

    def build(text: str) -> tuple[str, str]:
        source = tmp_path / "src"
        source.mkdir(exist_ok=True)
        (source / "conf.py").write_text(
            "extensions = ['myst_parser', 'kb.input_checks.front_matter']\nhtml_theme = 'basic'\n"
        )
        (source / "index.md").write_text(text, encoding="utf-8")
        app = make_app("text", srcdir=source)
        app.build()
        warnings = app.warning.getvalue().replace(f"{source}/", "")
        return (app.outdir / "index.txt").read_text(encoding="utf-8"), strip_colors(warnings)

    return build


@pytest.mark.parametrize("end", ["---", "..."])
@pytest.mark.parametrize("name", SPELLINGS)
def test_no_spelling_turns_the_template_engine_on(page, name, end):
    text, warnings = page(f"---\n{SPELLINGS[name]}\n{end}\n{BODY}")
    assert "{{ a }} and {{ 7 * 7 }}" in text
    assert "front matter sets 'myst', which no page may" in warnings or "Malformed YAML" in warnings


def test_a_page_without_the_list_is_what_the_spellings_aim_at(make_app, tmp_path):
    """The control: with MyST alone each spelling but a broken one has its effect."""
    (tmp_path / "conf.py").write_text("extensions = ['myst_parser']\n")
    (tmp_path / "index.md").write_text(f"---\n{SPELLINGS['an escape']}\n---\n{BODY}")
    app = make_app("text", srcdir=tmp_path)
    app.build()
    assert "b and 49" in (app.outdir / "index.txt").read_text(encoding="utf-8")


def test_the_fields_of_the_list_pass(page):
    text, warnings = page("---\nsummary: A whole.\nchecked: 2026-02-02\norphan: true\n---\n# One\n")
    assert warnings == ""
    assert "One" in text


def test_a_refused_field_is_named_with_its_line_and_the_list(page):
    _, warnings = page("---\nsummary: x\nsummaries: y\n---\n# One\n")
    assert warnings == refused(3, "summaries", " (did you mean 'summary'?)")


@pytest.mark.parametrize("field", ["tags: y", '"tags": y', "? tags\n: y"])
def test_the_line_is_that_of_the_field_and_not_of_the_word(page, field):
    _, warnings = page(f"---\nsummary: On tags.\n{field}\n---\n# One\n")
    assert warnings == refused(3, "tags")


def test_lines_of_later_messages_hold(page):
    _, warnings = page(f"---\nsummary: x\nmyst:\n  {SETTING}\n---\n# One\n\n{{nosuchrole}}`x`\n")
    assert warnings.startswith(
        f"{refused(3, 'myst')}index.md:8: WARNING: Unknown interpreted text role"
    )


def test_each_refused_field_is_told_at_its_line_and_the_others_stay(page):
    _, warnings = page(
        "---\n# summary and zeal\nsummary: x\nzeal: 1\nthe zeals: 2\nzeals: 3\norphan: no\n---\n# One\n"
    )
    assert warnings == (
        refused(4, "zeal") + refused(5, "the zeals") + refused(6, "zeals") + "index.md:7: WARNING:"
        " front matter: 'orphan' says another word than true; write it, or delete the line"
        " [safe.front-matter]\n"
    )


def test_a_field_of_no_line_of_its_own_is_told_at_the_line_that_names_it(page):
    _, warnings = page("---\nsummary: x\n<<: {zeal: 1}\n---\n# One\n")
    assert warnings == refused(3, "zeal")


NO_SENTENCE = "'summary' is not a sentence; write it in quotes, as in summary: \"...\""
VALUES = {
    "summary: {a: b}": NO_SENTENCE,
    "summary: 5": NO_SENTENCE,
    "summary: !!binary aGVsbG8=": NO_SENTENCE,
    "reviewed_by: [x, y]": NO_SENTENCE.replace("summary", "reviewed_by"),
    'summary: "A\\u200bb."': "'summary' holds an invisible character, U+200B; delete it",
    'summary: "21\\u202e mg."': "'summary' holds an invisible character, U+202E; delete it",
    'summary: "a\\ud800."': "'summary' holds an invisible character, U+D800; delete it",
    "orphan: no": "'orphan' says another word than true; write it, or delete the line",
    "tocdepth: many": "'tocdepth' is not a number from 1 to 6",
    "tocdepth: {myst: {}}": "'tocdepth' is not a number from 1 to 6",
    "tocdepth: 0": "'tocdepth' is not a number from 1 to 6",
    "tocdepth: 7": "'tocdepth' is not a number from 1 to 6",
    "tocdepth: true": "'tocdepth' is not a number from 1 to 6",
    "checked: {a: b}": "'checked' is not a day; write one as in 2026-11-22",
}


@pytest.mark.parametrize("field", VALUES)
def test_a_value_of_another_kind_is_told_with_its_line(page, field):
    _, warnings = page(f"---\n# a remark\n{field}\n---\n# One\n")
    assert warnings == (f"index.md:3: WARNING: front matter: {VALUES[field]} [safe.front-matter]\n")


@pytest.mark.parametrize(
    "fields",
    [
        "summary: |\n  One.\n  Two.",
        "tocdepth: 1",
        "tocdepth: 6",
        "orphan: true",
        "checked: 2026-02-02",
        "summary:",
        "checked: 2026-02-02T10:00:00",
        "check_due: 5",
    ],
)
def test_a_value_of_its_kind_passes(page, fields):
    assert page(f"---\n{fields}\n---\n# One\n")[1] == ""
