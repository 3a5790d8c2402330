"""The checks behind `make check`: what each runs, and how its answer is read.

A check returns findings; it never stops another.  Each may run beside the others: those
that are programs run as processes of their own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import sphinxlint.checkers
import sphinxlint.sphinxlint

from checks import bibliography, chapters, citations, claims, form, glossary, pages, words  # noqa: F401  # enter their rules
from checks.core import RULES, Finding, check
from checks.reading import Book

TOOLS = Path(__file__).parents[1]
PATHS = os.pathsep.join([str(TOOLS), str(TOOLS.with_name("_ext"))])
"""Where the commands and the features lie."""
TEXTS = ("README.md", "CHANGELOG.md", "docs", "tests")
"""What is spelled and linted."""
NOT_OURS = ("__pycache__", "node_modules")
"""Folders within, which programs fill."""
WHITE_SPACE = {
    "carriage-return": "a carriage return",
    "horizontal-tab": "a tab",
    "missing-final-newline": "no line end at the end of the file",
    "trailing-whitespace": "a blank at the end of the line",
}
"""The checkers of sphinx-lint that are about any text, in our words; its others read reStructuredText, which nobody writes here."""
RUFF = ("--output-format", "concise", "docs", "tests")
KINDS = (
    ".bib",
    ".css",
    ".csv",
    ".html",
    ".js",
    ".json",
    ".md",
    ".py",
    ".toml",
    ".txt",
    ".typ",
    ".yaml",
    ".yml",
)
SPHINX = re.compile(
    r"(?:[\w ]+: )?(?P<path>docs/[^:\s]+):(?P<line>\d+)?:? ?(?:(?:WARNING|ERROR|CRITICAL): )?"
    r"(?P<what>.*?)(?: \[(?P<code>[\w.-]+)\])?\Z"
)
PAGE = re.compile(r"(\S+\.html): (?:line \d+: )?(.*)\Z")
CODESPELL = re.compile(r"(?:\./)?(?P<path>[^:]+):(?P<line>\d+): (?P<what>.*)\Z")
CONCISE = re.compile(
    r"(?P<path>[^:\s]+):(?P<line>\d+):\d+: (?:(?P<code>[A-Z]+\d+) )?(?P<what>.*)\Z"
)
MYPY = re.compile(
    r"(?P<path>[^:\s]+):(?P<line>\d+): error: (?P<what>.*?)(?:  \[(?P<code>[\w-]+)\])?\Z"
)
PYTEST = re.compile(r"(?P<path>[^:\s]+\.py):(?P<line>\d+): (?P<what>.*)\Z")
IDLE = (
    "last good build stays",
    "built  ",
    "up to date",
    "Found ",
    "would be reformatted",
    "already formatted",
    "FAILED",
)
"""Lines of the programs that say nothing of a place."""


@dataclass(frozen=True)
class Check:
    """One run that answers one or more checks: the findings by name; a name that it leaves out was not checked."""

    names: tuple[str, ...]
    run: Callable[[Path], dict[str, list[Finding]]]


CURES = {
    "site": (
        "first message first",
        "mend the first message first; it may be the cause of the others",
    ),
    "links": ("mend the link", "mend the link in the page, or what builds it"),
    "whole": (
        "mend the content",
        "mend the content as the line says",
    ),
    "spelling": (
        "mend the word",
        "mend it; if it is right, add it to docs/_tools/checks/words.toml with its reason",
    ),
    "white space": ("make fix", "run make fix, or let your editor read .editorconfig"),
    "rule pages": ("make fix", "change the docstring of the rule, then run make fix"),
    "lint": ("make fix", "run make fix, then mend what is left"),
    "format": ("make fix", "run make fix"),
    "types": ("mend the types", "mend the types"),
}
"""What the table says of a check with findings, and what is said below them; the rules have a cure each."""


def _said(root: Path, command: Iterable[str]) -> tuple[int, list[str]]:
    """Run a program of the environment in *root*; return its exit code and what it said, without colors."""
    merged = os.environ | {
        "PYTHONWARNINGS": "ignore",
        "NO_COLOR": "1",
        "PYTHONPATH": PATHS,
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=merged,
        capture_output=True,
        text=True,
        check=False,
    )
    text = re.sub(r"\x1b\[[0-9;]*m", "", f"{done.stdout}\n{done.stderr}").replace(f"{root}/", "")
    return done.returncode, [line for line in text.split("\n") if line.strip()]


def _parsed(code: int, lines: list[str], shape: re.Pattern[str], check: str) -> list[Finding]:
    """The findings of a program whose lines have the *shape*; a fault without a line is one too."""
    cure, found = CURES[check][1], list[Finding]()
    for line in lines:
        if match := shape.match(line):
            part = {"code": None} | match.groupdict()
            found.append(
                Finding(
                    part["path"] or "",
                    int(part["line"] or 1),
                    part["code"] or check,
                    (part["what"] or "").strip(),
                    cure,
                )
            )
        elif found and line.startswith((" ", "\t")) and check == "site":
            found[-1] = replace(found[-1], what=f"{found[-1].what} {line.strip()}")
    if code and not found:
        rest = (
            [line for line in lines if not any(word in line for word in IDLE)]
            or lines
            or ["it ended without a word"]
        )
        found.append(Finding("", 0, check, rest[-1].strip(), cure))
    # Sphinx says a fault again for each time that it meets it.
    return list(dict.fromkeys(found)) if code else []


def _asked(
    root: Path, check: str, shape: re.Pattern[str], *command: str
) -> dict[str, list[Finding]]:
    """The answer of a check that is one program, whose lines have the *shape*."""
    return {check: _parsed(*_said(root, command), shape, check)}


def site(root: Path) -> dict[str, list[Finding]]:
    """The strict build of the site, and the links between its pages, which the build looks at last, if there are pages."""
    code, lines = _said(root, ["-m", "build", "html"])
    dead = [match for line in lines if (match := PAGE.match(line))]
    if code and dead:
        return {"site": [], "links": [_dead(root, match[1], match[2]) for match in dead]}
    found = _parsed(code, lines, SPHINX, "site")
    return {"site": found} if found else {"site": [], "links": []}


def _dead(root: Path, page: str, what: str) -> Finding:
    source = f"docs/{page.removesuffix('.html')}.md"
    is_there = (root / source).is_file()
    return Finding(
        source if is_there else page, 1 if is_there else 0, "link", what, CURES["links"][1]
    )


def content(root: Path) -> dict[str, list[Finding]]:
    """The rules, one line of the table for each group."""
    groups: dict[str, list[Finding]] = {rule.group: [] for rule in RULES.values()}
    for finding in check(Book(root)):
        groups[RULES[finding.code].group].append(finding)
    return groups


def whole(root: Path) -> dict[str, list[Finding]]:
    """The content as a whole: sides, warnings and withdrawn papers, which ``tests/content`` holds."""
    command = ("-m", "pytest", "tests/content", "--tb=line", "-p", "no:cacheprovider")
    return _asked(root, "whole", PYTEST, *command)


def spelling(root: Path) -> dict[str, list[Finding]]:
    """Known misspellings, but for the words of the project."""
    known = ("--skip", ",".join(NOT_OURS), "-L", ",".join(words.words("spelling")))
    return _asked(root, "spelling", CODESPELL, "-m", "codespell_lib", *known, *TEXTS)


def texts(root: Path) -> Iterable[Path]:
    """The text files of the project that authors write."""
    yield from sorted(
        path
        for path in root.iterdir()
        if path.suffix in (".md", ".toml", ".json") and path.is_file()
    )
    for folder in ("docs", "tests"):
        found = (
            path for path in (root / folder).rglob("*") if path.suffix in KINDS and path.is_file()
        )
        yield from sorted(path for path in found if not set(NOT_OURS) & set(path.parts))


def white_space(root: Path) -> dict[str, list[Finding]]:
    """What sphinx-lint says of text as text: tabs, blanks at the end of lines, the last line."""
    checkers = {sphinxlint.checkers.all_checkers[name] for name in WHITE_SPACE}
    found = []
    for path in texts(root):
        # The checkers ask for the ending of reStructuredText, whatever the file is.
        for fault in sphinxlint.sphinxlint.check_text(
            f"{path.name}.rst", path.read_bytes().decode("utf-8", "replace"), checkers
        ):
            name = path.relative_to(root).as_posix()
            if not (fault.checker_name == "horizontal-tab" and path.suffix in (".py", ".js")):
                found.append(
                    Finding(
                        name,
                        fault.line_no,
                        fault.checker_name,
                        WHITE_SPACE[fault.checker_name],
                        CURES["white space"][1],
                    )
                )
    return {"white space": sorted(found)}


def lint(root: Path) -> dict[str, list[Finding]]:
    """The form of the Python code."""
    return _asked(root, "lint", CONCISE, "-m", "ruff", "check", *RUFF)


def layout(root: Path) -> dict[str, list[Finding]]:
    """The layout of the Python code."""
    return _asked(root, "format", CONCISE, "-m", "ruff", "format", "--check", *RUFF)


def types(root: Path) -> dict[str, list[Finding]]:
    """The types of the Python code (mypy, strict)."""
    return _asked(root, "types", MYPY, "-m", "mypy")


def rule_pages(root: Path) -> dict[str, list[Finding]]:
    """The pages of the rules say what the rules say."""
    stale = pages.stale(root)
    return {
        "rule pages": [
            Finding(
                path, 1, "page", "differs from the docstring of its rule", CURES["rule pages"][1]
            )
            for path in stale
        ]
    }


GROUPS = ("citations", "terms", "sources", "claims", "words", "form", "dates")
CHECKS = (
    Check(("site", "links"), site),
    Check(GROUPS, content),
    Check(("whole",), whole),
    Check(("spelling",), spelling),
    Check(("white space",), white_space),
    Check(("rule pages",), rule_pages),
    Check(("lint",), lint),
    Check(("format",), layout),
    Check(("types",), types),
)
"""In the order of the table."""
QUICK = ("content", "spelling", "white_space", "rule_pages", "lint", "layout")
"""What takes a second or two, for the hooks of pre-commit."""
