"""What a claim is: one list of its fields, and the words in which it is graded (``palette``).

All that knows the fields of a claim follows from :data:`FIELDS`: the options of the directive
and their checks, the data files and their schema, the prompts of ``make new claim``, the cards
and the table in the guide.  To add one, write a line there and an attribute of :class:`Claim`::

    Field("population", "text", "Who was studied", "Who was studied.", label="Who"),

    population: str = ""

Tests ask for its row in the guide and its line in the template of ``make new claim``,
``docs/_tools/scaffold/templates/claim.md``.

A field with a label is printed in the claim, as a line of its own, by every builder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kb.claims import palette
from kb.core.messages import one_of

VERDICTS = {grade.slug: grade.word for grade in palette.VERDICTS}
CERTAINTIES = {grade.slug: grade.word for grade in palette.CERTAINTIES}
STRENGTHS = {grade.slug: grade.word for grade in palette.STRENGTHS}
CERTAINTY_OF = {"claim": "of the claim", "correction": "of the correction"}
CHANGE = "What would change this:"
"""How the last paragraph of a claim begins."""
SIDE_LABELS = {"for": "For", "mixed": "Mixed", "against": "Against"}


@dataclass(frozen=True)
class Field:
    """One field of a claim.

    *name* is the option, or what the part of the body is called.  A field is a *part* of the
    body, one of a list of *words*, a list of the *keys* of sources, or a free *text*.
    """

    name: str
    kind: Literal["part", "word", "keys", "text"]
    help: str
    """What an author writes: in the guide, and in the prompt of ``make new claim``."""
    data: str
    """What it holds, for readers of the data files."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Of a word: what it is one of, each with what it prints."""
    required: bool = False
    label: str = ""
    """Printed before it in the claim; nothing for what has a place of its own there."""
    in_search: bool = False
    """Whether the search finds the line that the label begins."""
    in_card: bool = False
    """Whether the card beside a link to the claim has that line too."""

    @property
    def attribute(self) -> str:
        """The name in Python and in the data: ``certainty_of``."""
        return self.name.replace("-", "_")

    @property
    def prompt(self) -> str:
        """What ``make new claim`` asks for: the words to choose from, or the help as a phrase."""
        if self.words:
            return one_of(self.words)
        end = "" if self.required else "; or delete the line"
        return self.help[:1].lower() + self.help[1:] + end


FIELDS = (
    Field(
        "quote",
        "part",
        "What the article says, in our words",
        "What the article claims, in our words.",
        required=True,
    ),
    Field(
        "answer",
        "part",
        "The answer in one plain sentence, without a citation",
        "What the evidence shows, in one plain sentence.",
        required=True,
    ),
    Field(
        "assessment",
        "part",
        "The assessment: each statement of fact cites its source, and the limits are told",
        "The assessment, with citations as keys of sources: [@karl2017fecal], or @karl2017fecal"
        " as part of a sentence.",
        required=True,
    ),
    Field(
        "would-change",
        "part",
        f"The last paragraph, one sentence that begins with {CHANGE!r}",
        "What finding would change the answer.",
        required=True,
    ),
    Field(
        "strength",
        "word",
        "How strongly the article puts it: one word of the list of strengths in {doc}`grading`",
        "How strongly the article puts the claim; the grades judge this strength and no other.",
        STRENGTHS,
        required=True,
    ),
    Field(
        "verdict",
        "word",
        "One word of the list of verdicts there",
        "What became of the claim.",
        VERDICTS,
        required=True,
    ),
    Field(
        "certainty",
        "word",
        "One word of the list of certainties there",
        "How sure one can be of the statement named in certainty_of.",
        CERTAINTIES,
        required=True,
    ),
    Field(
        "certainty-of",
        "word",
        "`claim`, or `correction` where the grade belongs to the corrected statement",
        "Whether the certainty is that of the claim or of the corrected statement.",
        CERTAINTY_OF,
        required=True,
    ),
    Field(
        "for",
        "keys",
        "Keys of the sources that stand for the claim, separated by commas",
        "The keys of the sources that stand for the claim.",
    ),
    Field(
        "mixed",
        "keys",
        "Keys of those that point both ways or go part of the way",
        "The keys of the sources that point both ways or go part of the way.",
    ),
    Field(
        "against",
        "keys",
        "Keys of those that stand against it",
        "The keys of the sources that stand against it.",
    ),
)
"""The fields, in the order of the data files; the options among them in that of the directive."""
BODY = {one.name: one for one in FIELDS if one.kind == "part"}
OPTIONS = {one.name: one for one in FIELDS if one.kind != "part"}


@dataclass(frozen=True)
class Claim:
    """One claim as the register, the search and the data files read it."""

    id: str
    docname: str
    line: int
    sides: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The keys of the sources on each side; the assessment is kept by the index of texts."""
    quote: str = ""
    answer: str = ""
    would_change: str = ""
    strength: str = ""
    verdict: str = ""
    certainty: str = ""
    certainty_of: str = ""

    @property
    def anchor(self) -> str:
        """The id of the claim in its page: ``claim-c1``."""
        return f"claim-{self.id.lower()}"

    @property
    def strength_words(self) -> str:
        """How the article puts it, as a reader sees it: 'The article states it'."""
        return strength_words(self.strength)

    @property
    def certainty_words(self) -> str:
        """The certainty as a reader sees it: 'Very low certainty'."""
        return certainty_words(self.certainty, self.certainty_of)

    def value(self, of: Field) -> str | list[str]:
        """What the claim holds in a field, as the data files have it."""
        if of.kind == "keys":
            return list(dict(self.sides).get(of.name, ()))
        return str(getattr(self, of.attribute))

    def line_of(self, of: Field) -> str:
        """What the claim prints behind the label of a field, or nothing."""
        value = str(self.value(of))
        return of.words.get(value, value) if of.label else ""


def strength_words(strength: str) -> str:
    """Print how strongly the article puts a claim."""
    words = STRENGTHS.get(strength, "?")
    return f"The article {words[:1].lower()}{words[1:]}"


def certainty_words(certainty: str, certainty_of: str = "claim") -> str:
    """Print the grade; that of a correction says so."""
    if certainty == "none":
        return "No direct evidence"
    of = f" {CERTAINTY_OF['correction']}" if certainty_of != "claim" else ""
    return f"{CERTAINTIES.get(certainty, '?')} certainty{of}"
