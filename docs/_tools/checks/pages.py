"""Pages written from docstrings: one for each rule, and one that lists the modules.

`make fix` writes them, and `make check` says when one differs.  They are committed, so that
they can be read where the files are, and no part of a build has to know of them.

A docstring says first what is asked, then ``Why:`` and ``Mend:``; ``Wrong:`` and ``Right:``
stand on lines of their own.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from checks.core import RULES, Rule
from kb.core.safe_write import write_all

FOLDER = "docs/authoring/checks"
MODULES = "docs/authoring/modules.md"
HEADS = {"Why:": "## Why", "Mend:": "## How to mend it"}
PAIR = re.compile(r"^(?:Wrong|Right): .*$", re.MULTILINE)
EXEMPT = """\
## How to exempt a line

Set a comment above the paragraph, the directive or the entry, with a reason:

```text
% check: {code} off - why this line is right as it stands
```

It holds for the first line below it.
For another line of the paragraph name words of that line:

```text
% check: {code} off "words of the line" - why it is right as it stands
```
"""
NOT_EXEMPT = """\
## How to exempt a line

This one has no exemption: {reason}.
"""
FIXED = {
    "KB013": "the order is that of the alphabet",
    "KB023": "the order is that of the alphabet",
    "KB053": "a prompt that has been answered is deleted",
    "KB063": "a notice stops nothing",
    "KB090": "nobody can read the file",
    "KB091": "an exemption needs its reason",
    "KB092": "an exemption that is not needed is deleted",
}
"""Rules without exemptions, and why."""
GROUPS = {
    "citations": "Citations and numbers",
    "terms": "Terms of the glossary",
    "sources": "Sources",
    "claims": "Claims and plain words",
    "words": "Words",
    "form": "Form",
    "dates": "Dates",
}
INDEX = """\
# The checks

`make check` says in one table what an author needs to know before a pull request, and ends with one exit code.
Every check runs, even if one before it has failed.
Below a check with faults stand the places, one by one: file, line, code, what is wrong, and the cure.

| Check | What it asks |
|---|---|
| `site` | The site builds, and every warning of Sphinx is a fault |
| `links` | Every link between the built pages leads somewhere, and no id stands twice |
| `citations` to `dates` | The rules below |
| `whole` | The content as a whole agrees with `tests/content/`: sides, warnings, withdrawn papers, licenses |
| `spelling` | codespell knows no word as a misspelling, except the words under `spelling` in `words.toml`; nothing mends spelling by itself |
| `white space` | sphinx-lint finds no tab, no blank at the end of a line, no carriage return, and a line end at the end of each file |
| `rule pages` | These pages say what the rules say |
| `lint`, `format`, `types` | Python code: ruff, and mypy in strict mode |

`make fix` mends what is safe to mend: the order of the glossary and of the bibliography, white space, the form of Python code, and these pages.
It leaves a file that cannot be read as it is, and says so.

The words of the project stand in one file, `docs/_tools/checks/words.toml`, in groups, each with its reason.
On GitHub each finding is also shown beside its line.
`make check ONLY="content spelling"` runs some checks alone, in a few seconds; a name of two words is written with `_`, `content` stands for `citations` to `dates`, which are made together, and so are `site` and `links`.
If you use pre-commit, `pre-commit install` makes it run the quick checks before each commit.

## To exempt a line

A rule may be wrong about a line.
A comment above the paragraph, the directive or the entry says so, with a reason:

```text
% check: KB041 off - 'vital capacity' is the name of a measurement
The vital capacity of 40 adults did not change {cite:p}`key`.
```

The comment holds for one code and for the first line below it.
For another line of the same paragraph, or inside a directive, it names words of that line:

```text
% check: KB041 off "vital capacity" - the name of a measurement
```

It is not printed.
A comment without a reason is a fault, and so is one that exempts nothing any more.

"""


def rendered(rule: Rule) -> str:
    """The page of a rule."""
    text = PAIR.sub(lambda match: f"```text\n{match[0]}\n```", rule.doc)
    for mark, head in HEADS.items():
        text = text.replace(f"\n{mark}\n", f"\n{head}\n\n")
    template = NOT_EXEMPT if rule.code in FIXED else EXEMPT
    last = template.format(code=rule.code, reason=FIXED.get(rule.code, ""))
    return f"# {rule.code}: {rule.title}\n\n## What it asks\n\n{text.strip()}\n\n{last}"


def index() -> str:
    """The page that lists all rules."""
    parts = [INDEX]
    for group, title in GROUPS.items():
        rules = [RULES[code] for code in sorted(RULES) if RULES[code].group == group]
        rows = "\n".join(
            f"| {{doc}}`{rule.code} <{rule.code.lower()}>` | {rule.title} |" for rule in rules
        )
        parts.append(f"## {title}\n\n| Code | What is found |\n|---|---|\n{rows}\n\n")
    names = "\n".join(code.lower() for code in sorted(RULES))
    return "".join(parts) + f"```{{toctree}}\n:hidden:\n\n{names}\n```\n"


MODULES_HEAD = """\
# The modules

What each module does, in the first line of its docstring; the rest of the docstring is its manual.
`make fix` writes this page.
"""


def modules(root: Path) -> str:
    """The page that lists every module of the features and the commands, package by package."""
    parts = [MODULES_HEAD]
    for base in ("docs/_ext", "docs/_tools"):
        for package in sorted((root / base).rglob("__init__.py")):
            others = [path for path in sorted(package.parent.glob("*.py")) if path != package]
            rows = "".join(f"| `{path.name}` | {_first_line(path)} |\n" for path in others)
            table = f"\n| Module | What it does |\n|---|---|\n{rows}" if rows else ""
            place = package.parent.relative_to(root).as_posix()
            parts.append(f"\n## `{place}`\n\n{_first_line(package)}\n{table}")
    return "".join(parts)


def _first_line(path: Path) -> str:
    """The first paragraph of the docstring of the module at *path*, as a cell of a table.

    A bar would end the cell, and a role of Sphinx would be printed as it stands.
    """
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    line = " ".join(doc.split("\n\n")[0].split()).replace("``", "`").replace("|", "\\|")
    return re.sub(r":\w+:(?=`)", "", line)


def wanted(root: Path) -> dict[str, str]:
    """The text of each page of the project at *root*, by its path."""
    rules = {f"{FOLDER}/{rule.code.lower()}.md": rendered(rule) for rule in RULES.values()}
    return {f"{FOLDER}/index.md": index(), MODULES: modules(root)} | rules


def stale(root: Path) -> list[str]:
    """The pages that differ, are missing, or belong to no rule."""
    return _differing(root, wanted(root))


def _differing(root: Path, texts: dict[str, str]) -> list[str]:
    there = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in [*(root / FOLDER).glob("*.md"), *(root / "docs/authoring").glob("modules.md")]
    }
    return sorted(
        path for path in texts.keys() | there.keys() if texts.get(path) != there.get(path)
    )


def write(root: Path) -> list[str]:
    """Write the pages that differ and delete those of no rule; return their paths."""
    texts = wanted(root)
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    changed = _differing(root, texts)
    write_all({root / path: texts[path] for path in changed if path in texts})
    for path in changed:
        if path not in texts:
            (root / path).unlink()
    return changed
