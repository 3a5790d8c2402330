"""The edits that authors make, each as a change of the sources of the real knowledge base, in a chain.

Each goes by the form of the sources and not by their words, so that editing the book
breaks none; an edit that changes nothing fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

Edit = Callable[[Path], None]
CHAPTER, OTHER, NEW = "sections/vitamin-k2.md", "sections/gut-health.md", "sections/one-more.md"
GLOSSARY, SOURCES, FOODS, FRONT = (
    "reference/glossary.md",
    "data/sources.bib",
    "data/foods.csv",
    "index.md",
)
LIMITS = "\n## Limits of the evidence"


def change(name: str, pattern: str, new: str | Callable[[re.Match[str]], str]) -> Edit:
    """Replace the first match of *pattern* in the file *name*."""

    def edit(docs: Path) -> None:
        path = docs / name
        before = path.read_text(encoding="utf-8")
        after = re.sub(pattern, new, before, count=1, flags=re.MULTILINE | re.DOTALL)
        assert after != before, f"the edit of {name} changes nothing"
        path.write_text(after, encoding="utf-8")

    return edit


def before_limits(name: str, text: str) -> Edit:
    """Add *text* at the end of what a chapter says."""
    return change(name, LIMITS, lambda match: f"\n{text}\n{match[0]}")


def both(*edits: Edit) -> Edit:
    """Make several edits at once."""

    def edit(docs: Path) -> None:
        for one in edits:
            one(docs)

    return edit


def move_claim(docs: Path) -> None:
    """Take the first claim of one chapter into the other."""
    text = (docs / OTHER).read_text(encoding="utf-8")
    claim = re.search(r"^:::\{claim\}.*?^:::\n", text, re.MULTILINE | re.DOTALL)[0]
    (docs / OTHER).write_text(text.replace(claim, ""), encoding="utf-8")
    before_limits(CHAPTER, claim)(docs)


def add_chapter(docs: Path) -> None:
    """A chapter more, made of the form of another, with its last claim."""
    text = (docs / OTHER).read_text(encoding="utf-8")
    claim = re.findall(r"^:::\{claim\}.*?^:::\n", text, re.MULTILINE | re.DOTALL)[-1]
    (docs / OTHER).write_text(text.replace(claim, ""), encoding="utf-8")
    matter = re.match(r"---.*?^---\n", text, re.MULTILINE | re.DOTALL)[0]
    heads = (
        "In plain words",
        "What the article claims, and what the evidence shows",
        "The subject",
    )
    body = "".join(f"\n## {head}\n\nGut bacteria, rats and osteocalcin.\n" for head in heads)
    end = f"\n{claim}{LIMITS}\n\nFew studies.\n\n## See also\n\n- {{doc}}`vitamin-k2`\n"
    (docs / NEW).write_text(f"{matter}\n# One more\n{body}{end}", encoding="utf-8")
    list_chapter("sections/one-more")(docs)


def list_chapter(name: str) -> Edit:
    """Put a chapter at the end of the list of chapters."""
    return change(FRONT, r"^sections/supplements$", f"sections/supplements\n{name}")


def rename_chapter(docs: Path) -> None:
    """Give the new chapter another name."""
    (docs / NEW).rename(docs / "sections/once-more.md")
    change(FRONT, "^sections/one-more$", "sections/once-more")(docs)


def remove_chapter(docs: Path) -> None:
    """Take the new chapter away; its claim goes back."""
    path = docs / "sections/once-more.md"
    claim = re.search(
        r"^:::\{claim\}.*?^:::\n", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )[0]
    path.unlink()
    change(FRONT, "^sections/once-more\n", "")(docs)
    before_limits(OTHER, claim)(docs)


TERM = """:::{definition} ordinary food
:id: ordinary-food
:sources: booth2022association
:tags: food

What people eat on ordinary days.
:::

"""
SOURCE = """
@article{aaaa2020test,
  author = {Aaaa, Anna and Bbbb, Bert},
  title = {One more paper},
  journal = {Journal of Tests},
  year = {2020},
  doi = {10.1000/one-more-paper},
  design = {cohort},
  status = {ok},
  finding = {Nothing was found.},
  limits = {It shows nothing.},
}
"""
TEXT = {
    "a sentence": before_limits(CHAPTER, "Ordinary people met ordinary food and osteocalcin."),
    "a title": change(CHAPTER, "^# (.*?)$", r"# \1 in full"),
    "a new section": before_limits(
        CHAPTER, "## A new section\n\nOn rats, serotonin and the vagus nerve: {claim}`I4`."
    ),
    "a heading gone": change(CHAPTER, "^## A new section\n", ""),
    "a class that no page had": before_limits(
        CHAPTER, ":::{admonition} Aside\n:class: danger\nText.\n:::\n"
    ),
    "a figure more": before_limits(
        CHAPTER,
        "```{figure} ../_static/figures/vitamin-k-cycle.svg\n:alt: The cycle.\n:name: fig-more\n\nThe cycle again.\n```\n",
    ),
    "an image changed": change(
        "_static/figures/vitamin-k-cycle.svg", "</svg>", '<circle class="k-ink" r="1"/></svg>'
    ),
    "a summary": change(CHAPTER, r"^summary: (.*?)\.$", r"summary: \1, in short."),
    "the day of a check": change(
        CHAPTER, r"^checked: (\d{4})", lambda match: f"checked: {int(match[1]) + 1}"
    ),
    "a stylesheet changed": change("_static/kb.css", r"\A", ".claim { border-radius: 3px; }\n"),
    "a script changed": change("_ext/kb/site/static/cards.js", r"\Z", "\n// One more line.\n"),
}
FACTS = {
    "a term": change(GLOSSARY, "^## O\n\n", lambda match: match[0] + TERM),
    "a synonym": change(
        GLOSSARY, r"^:id: ordinary-food$", r":id: ordinary-food\n:names: human cells; blood tests"
    ),
    "a definition": change(
        GLOSSARY, "What people eat on ordinary days", "What most people eat on most days"
    ),
    "a term gone": change(GLOSSARY, r"^:::\{definition\} ordinary food\n.*?^:::\n\n", ""),
    "a source": both(
        change(SOURCES, r"\A", SOURCE),
        before_limits(CHAPTER, "Nothing was found {cite:p}`aaaa2020test`."),
    ),
    "a label": change(SOURCES, "Bbbb, Bert", "Cccc, Carl"),
    "a finding": change(SOURCES, "Nothing was found", "Hardly anything was found"),
    "a year of an old source": change(
        SOURCES, r"(\{booth2022association,.*?year\s*= \{)2022", r"\g<1>2021"
    ),
    "a claim moved": move_claim,
    "a verdict": change(OTHER, "^:certainty: very-low$", ":certainty: low"),
    "an everyday word": change("data/everyday-words.csv", r"\Z", "zyzzyva,vitamin\n"),
    "a question": change("data/questions.csv", r"\Z", "what is a zyzzyva,about/method\n"),
    "an anchor that moved": change(
        "data/redirects.csv",
        r"\Z",
        "sections/gut-health.html#claim-z9,sections/vitamin-k2.html#in-plain-words,Why.\n",
    ),
    "an address that moved": change(
        "data/redirects.csv", r"\Z", "sections/k2.html,sections/vitamin-k2.html,Why.\n"
    ),
    "an address that came back": change("data/redirects.csv", r"sections/k2.html.*?\n\Z", ""),
    "a food row": change(
        FOODS, r"^(gouda-48-nevo,.*?),47\.3,(total,.*?),47\.3,", r"\1,48.3,\2,48.3,"
    ),
    "what a table leaves out": change(
        "data/food-limits.csv", "(fu2016pork,,.*?)pork", r"\1pork products"
    ),
    "an identifier": change("data/identifiers.csv", "(osteocalcin,mesh,D01567)5", r"\g<1>6"),
    "a chapter more": add_chapter,
    "a chapter renamed": rename_chapter,
    "a chapter gone": remove_chapter,
    "chapters in another order": change(
        FRONT, "^(sections/deficiency)\n(sections/food-sources)\n", r"\2\n\1\n"
    ),
}
"""In this order: some edit what one before them wrote."""
