"""The words, signs and colors of the grades, from ``verdicts.toml``, for each edition.

Three snippets are made from that one file: a stylesheet of the site, ``_static/verdicts.css``
(variables ``--kb-<verdict>``, which follow light and dark, and are black on paper); rules for the
stylesheet of the EPUB, written out, since many e-readers know no variables; and the colors that
the book's template gets.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.util.typing import ExtensionMetadata

SHEET = "verdicts.css"
PRIORITY = 790
"""Before the stylesheets of ``conf.py`` (800), which may use the variables."""


@dataclass(frozen=True)
class Grade:
    """A verdict, a certainty or a strength: its *slug* and *word*, and what it looks like."""

    slug: str
    word: str
    light: str = ""
    dark: str = ""
    sign: str = ""


_READ = tomllib.loads(Path(__file__).with_name("verdicts.toml").read_text(encoding="utf-8"))
VERDICTS = tuple(Grade(slug, **row) for slug, row in _READ["verdicts"].items())
CERTAINTIES = tuple(Grade(slug, **row) for slug, row in _READ["certainties"].items())
STRENGTHS = tuple(Grade(slug, **row) for slug, row in _READ["strengths"].items())
ON_VERDICT: dict[str, str] = _READ["on-verdict"]
"""The color of words on the color of a verdict, in each mode."""


def site_css() -> str:
    """Return the stylesheet of the site: for each verdict its color, by mode, and its sign."""
    modes = {mode: [*_variables(mode)] for mode in ("light", "dark")}
    rules = [_rule(f'html[data-theme="{mode}"]', lines) for mode, lines in modes.items()]
    for verdict in VERDICTS:
        color, sign = f"var(--kb-{verdict.slug})", f'"{verdict.sign}"'
        names = f".k-verdict-{verdict.slug}, .verdict-{verdict.slug}"
        rules += [_rule(names, [f"--kb-verdict: {color}", f"--kb-sign: {sign}"])]
    black = [line.split(":")[0] + ": #000" for line in modes["light"]]
    # Words are black on paper; drawings keep the colors of the day, as figures.css has it.
    paper = [_rule("html[data-theme]", black), _rule(".kb-figure", modes["light"])]
    return "\n".join([*rules, *(f"@media print {{ {rule} }}" for rule in paper), ""])


def _variables(mode: str) -> Iterator[str]:
    for verdict in VERDICTS:
        yield f"--kb-{verdict.slug}: {getattr(verdict, mode)}"
    yield f"--kb-on-verdict: {ON_VERDICT[mode]}"


def _rule(selector: str, lines: list[str]) -> str:
    return f"{selector} {{ {'; '.join(lines)}; }}"


def ebook_css() -> str:
    """Return the rules for an e-reader: the sign, the badge and the bar of each verdict."""
    rules = [_rule(".badge.verdict", [f"color: {ON_VERDICT['light']}"])]
    dark = []
    for verdict in VERDICTS:
        name, color = f"verdict-{verdict.slug}", verdict.light
        rules += [
            _rule(f".verdict.{name}::before", [rf'content: "{verdict.sign}\00a0"']),
            _rule(f".badge.{name}", [f"border-color: {color}", f"background: {color}"]),
            _rule(f"section.claim.{name}", [f"border-left-color: {color}"]),
        ]
        dark += [_rule(f"section.claim.{name}", [f"border-left-color: {verdict.dark}"])]
    return "\n".join([*rules, f"@media (prefers-color-scheme: dark) {{ {' '.join(dark)} }}", ""])


def book_colors() -> dict[str, str]:
    """Return the color of each grade in the book, by the class of its badge."""
    colors = {f"verdict-{verdict.slug}": verdict.light for verdict in VERDICTS}
    return colors | {f"certainty-{grade.slug}": grade.light for grade in CERTAINTIES}


def on_builder_inited(app: Sphinx) -> None:
    """Give the pages the stylesheet (``builder-inited``)."""
    if app.builder.name == "html":
        app.add_css_file(SHEET, priority=PRIORITY)


def write_sheet(app: Sphinx, builder: Builder) -> None:
    """Write the stylesheet into the site (``write-started``): a build of ``make live`` has a folder
    only when it begins."""
    if builder.name == "html":
        static = Path(app.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        (static / SHEET).write_text(site_css(), encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("builder-inited", on_builder_inited)
    app.connect("write-started", write_sheet)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
