"""Some hundred constructs of markdown, each with words of its own, on pages of the tiny knowledge base.

A construct is a kind of block with a kind of inline markup in it.  Its words hold its number, as in
``q17a``, so that no other construct can stand in for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

Inline = Callable[[int], str]
INLINES: dict[str, Inline] = {
    "plain": lambda n: f"q{n}b q{n}c",
    "emphasis": lambda n: f"*q{n}b* and _q{n}c_",
    "strong": lambda n: f"**q{n}b *q{n}c***",
    "code": lambda n: f"`q{n}b` and ``q{n}c`q{n}d``",
    "a link out": lambda n: f"[q{n}b](https://example.org/{n}) and <https://example.org/q{n}c>",
    "links in the book": lambda n: (
        f"[q{n}b](../sections/one.md#the-subject) and {{doc}}`q{n}c </sections/one>`"
    ),
    "a page by its title": lambda n: f"{{doc}}`/sections/one`, q{n}b",
    "a superscript": lambda n: f"10{{sup}}`9{n}` q{n}b",
    "a subscript": lambda n: f"H{{sub}}`2{n}`O q{n}b",
    "a citation": lambda n: f"q{n}b {{cite:p}}`adams2001bone,baker2002gut`",
    "an author in the sentence": lambda n: f"{{cite:t}}`clark2003gut` q{n}b",
    "a claim and a term": lambda n: f"{{claim}}`A1`, {{term}}`q{n}b <gut>` and {{term}}`gut`",
    "an abbreviation": lambda n: f"{{abbr}}`q{n}b (q{n}c q{n}d)`",
    "signs as entities": lambda n: f"q{n}b &lt; 5&nbsp;q{n}c &amp; 10&#160;%",
    "escaped signs": lambda n: f"q{n}b\\*2 and q{n}b\\*3, \\% q{n}c",
    "signs": lambda n: f"q{n}b ≥ 5 ± 1 % = q{n}c > 4",
    "a formula": lambda n: f"q{n}b $x^2 + {n}$ q{n}c",
    "quotation marks": lambda n: f"\"q{n}b\" 'q{n}c' q{n}d's -- q{n}e",
    "a remark": lambda n: f"q{n}b <!-- silent --> q{n}c",
    "a hard break": lambda n: f"q{n}b\\\nq{n}c",
    "a footnote": lambda n: f"45[^n{n}] q{n}b",
    "a picture": lambda n: f"![q{n}b q{n}c](dot.svg) q{n}d",
}
ONE_LINE = [name for name in INLINES if name != "a hard break"]
PLAIN = [name for name in ONE_LINE if name not in ("a footnote", "a picture")]
"""What may stand in a heading or a title."""
LATER = ("a page by its title", "a citation", "an author in the sentence", "a footnote")
"""Markup whose words are found later: sentences in data files and headings cannot hold it."""
ARGUMENT = [name for name in PLAIN if name not in ("signs as entities",)]
Block = Callable[[str], str]


def twin(text: str) -> str:
    """The *text* once more, with words of its own."""
    return re.sub(r"q(?=\d)", "r", text)


def named(text: str) -> str:
    """A word of its own for the box that holds *text*."""
    return f"t{re.findall('[0-9]+', text)[0]}"


BLOCKS: dict[str, tuple[Block, list[str]]] = {
    "a paragraph": (lambda s: s, [*INLINES]),
    "a heading": (
        lambda s: f"### {s}\n\nText below.",
        [name for name in PLAIN if name not in LATER],
    ),
    "a list": (lambda s: f"- {s}\n- Other.", [*INLINES]),
    "a numbered list": (lambda s: f"1. One.\n2. {s}", ONE_LINE),
    "a list in a list": (lambda s: f"- One.\n\n  1. Two.\n     - {s}", ONE_LINE),
    "a quotation": (lambda s: f"> {s}\n>\n> {twin(s)}", PLAIN),
    "a table": (lambda s: f"| Head | {s} |\n|---|---|\n| a | {twin(s)} |", ONE_LINE),
    "a table with a title": (
        lambda s: f":::{{table}} {s}\n| a | b |\n|---|---|\n| c | d |\n:::",
        PLAIN,
    ),
    "a note": (lambda s: f":::{{note}}\n{s}\n:::", ONE_LINE),
    "a box and its title": (
        lambda s: f":::{{admonition}} {s}\nIn it, {twin(s)}.\n:::",
        PLAIN,
    ),
    "a box of GitHub": (lambda s: f"> [!WARNING]\n> {s}", PLAIN),
    "a note beside the text": (
        lambda s: f":::{{sidebar}} {s}\nIn it, {twin(s)}.\n:::",
        PLAIN,
    ),
    "a topic": (lambda s: f":::{{topic}} {s}\nIn it, {twin(s)}.\n:::", PLAIN),
    "a rubric": (lambda s: f":::{{rubric}} {s}\n:::\n\nText below.", PLAIN),
    "a caption": (
        lambda s: f":::{{figure}} dot.svg\n:alt: A dot.\n\n{s}\n\nLegend {twin(s)}\n:::",
        PLAIN,
    ),
    "a definition list": (lambda s: f"{s}\n: It is {twin(s)}.", PLAIN),
    "a footnote": (lambda s: f"Text[^NOTE].\n\n[^NOTE]: {s}", PLAIN),
    "a box in a list": (lambda s: f"- One.\n\n  :::{{tip}}\n  {s}\n  :::", PLAIN),
    "a list in a box": (lambda s: f":::{{warning}}\n- {s}\n- Two.\n:::", PLAIN),
    "a table in a box": (lambda s: f":::{{note}}\n| a | b |\n|---|---|\n| c | {s} |\n:::", PLAIN),
    "a box in a box": (lambda s: f"::::{{note}}\nOne.\n:::{{tip}}\n{s}\n:::\n::::", PLAIN),
    "a quotation in a list": (lambda s: f"- One.\n\n  > {s}", PLAIN),
    "a dropdown": (lambda s: f":::{{dropdown}} Title {named(s)}\n{s}\n:::", PLAIN),
    "a tab": (
        lambda s: f"::::{{tab-set}}\n:::{{tab-item}} Title {named(s)}\n{s}\n:::\n::::",
        PLAIN,
    ),
    "an epigraph": (lambda s: f":::{{epigraph}}\n{s}\n:::", PLAIN),
    "a note in the margin": (lambda s: f":::{{margin}}\n{s}\n:::", PLAIN),
    "below a remark": (lambda s: f"% A remark.\n{s}", PLAIN),
    "a line block of a sentence each": (lambda s: f"First.\n{s}\nLast.", ONE_LINE),
}
"""Each kind of block, and the kinds of markup that may stand in it."""
CLAIM = [
    name
    for name in PLAIN
    if "citation" not in name and "author" not in name and name not in ("a claim and a term",)
]
"""Markup of a quotation and an answer, which cite nothing."""
CLAIM = """:::{{claim}} {id}
:strength: states
:verdict: overstated
:certainty: none
:certainty-of: claim

> Said {quote}.

Answer {answer}.

Assessed {assessment}.

What would change this: {change}.
:::"""
TERM = """:::{{definition}} {name}
:id: {name}
:sources: adams2001bone
:tags: gut

A thing that {text}.
:::"""
SETTINGS = """
extensions += ["kb.book.plain_design", "kb.search", "kb.outlets.llms"]
myst_heading_anchors = 3
myst_footnote_transition = False
kb_description = "A whole."
"""


@dataclass(frozen=True)
class Construct:
    """A construct: its name, its number, and its source."""

    name: str
    number: int
    source: str


def constructs() -> Iterator[Construct]:
    """Yield those of running text."""
    numbers = count(100)
    for block, (write, inlines) in BLOCKS.items():
        for inline in inlines:
            number = next(numbers)
            text = f"q{number}a {INLINES[inline](number)} q{number}z"
            source = write(text).replace("NOTE", f"m{number}")
            if inline == "a footnote":
                # Its words stand at the end of the page, in a paragraph of their own.
                source += f"\n\n[^n{number}]: Noted q{number}n."
            yield Construct(f"{inline} in {block}", number, source)


def in_claims() -> Iterator[tuple[str, str]]:
    """Yield the claims: the name of each kind of markup, and the source of a claim that has it in
    each of its parts where it may stand."""
    for number, inline in enumerate([*PLAIN, "a footnote"], 2):
        texts = {}
        for place, part in enumerate(("quote", "answer", "assessment", "change")):
            mark = 9000 + 10 * number + place
            is_bare = part != "assessment" and inline in LATER
            texts[part] = f"q{mark}a {INLINES['plain' if is_bare else inline](mark)}"
        note = 9000 + 10 * number + 2
        more = f"\n\n[^n{note}]: Noted q{note}n." if inline == "a footnote" else ""
        yield inline, CLAIM.format(id=f"Z{number}", **texts) + more
    texts = {"answer": "q9991a", "assessment": "q9992a", "change": "q9993a"}
    quotes = {
        "two paragraphs": "q9990a.\n>\n> Then q9990b",
        "a list": "q9995a:\n>\n> - q9995b\n> - q9995c",
    }
    for number, (name, quote) in enumerate(quotes.items(), 90):
        yield name, CLAIM.format(id=f"Z{number}", quote=quote, **texts)


def in_terms() -> Iterator[tuple[str, str]]:
    """Yield the entries of the glossary."""
    for number, inline in enumerate((name for name in PLAIN if name not in LATER), 8000):
        text = f"q{number}a {INLINES[inline](number)} q{number}z"
        yield inline, TERM.format(name=f"term{number}", text=text)


def write_pages(docs: Path) -> int:
    """Write all constructs into the tiny knowledge base at *docs*; return how many there are."""
    found = list(constructs())
    parts = [f"q{one.number}s.\n\n{one.source}" for one in found]
    claims, terms = list(in_claims()), list(in_terms())
    half = len(parts) // 2
    pages = {
        "many": "# Many\n\n## Here\n\n" + "\n\n".join(parts[:half]),
        "more": "# More\n\n## Here\n\n" + "\n\n".join(parts[half:]),
        "including": "# Including\n\n```{include} ../data/part.md\n```",
    }
    (docs / "pages").mkdir()
    for name, text in pages.items():
        (docs / f"pages/{name}.md").write_text(f"{text}\n", encoding="utf-8")
    (docs / "data/part.md").write_text("q1a *q1b* 10{sup}`91` q1z.\n", encoding="utf-8")
    (docs / "pages/dot.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>\n'
    )
    index = docs / "index.md"
    text = index.read_text(encoding="utf-8")
    listed = "".join(f"\npages/{name}" for name in pages)
    index.write_text(text.replace("\nsections/one", f"\nsections/one{listed}"), encoding="utf-8")
    chapter, subject = docs / "sections/one.md", "\n## The subject"
    text = chapter.read_text(encoding="utf-8")
    entries = "\n\n".join(claim for _, claim in claims)
    chapter.write_text(text.replace(subject, f"\n{entries}\n{subject}"), encoding="utf-8")
    glossary = docs / "reference/glossary.md"
    words = glossary.read_text(encoding="utf-8")
    entries = "\n\n".join(term for _, term in terms)
    glossary.write_text(f"{words}\n{entries}\n", encoding="utf-8")
    with (docs / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(SETTINGS)
    return len(found) + 4 * len(claims) + len(terms) + 1
