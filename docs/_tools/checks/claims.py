"""Rules of claims and of the plain parts: each claim has a limit, each plain part is plain."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from checks.core import Place, rule
from checks.reading import Block, Book, Page, spoken
from checks.words import words
from kb.chapters.schema import CLOSING, PLAIN

GRADE = 10
"""The highest Flesch-Kincaid grade of the plain parts: a sixteen-year-old reads them."""
LIMITS = CLOSING[0]


def parts(page: Page, claim: str, part: str) -> list[Block]:
    """The blocks of a part of a claim."""
    return [
        block for block in page.blocks if block.scope == f"claim-{claim}" and block.part == part
    ]


@rule(
    "KB031",
    "claim without a limit",
    "claims",
    "say in the assessment what the evidence does not show",
)
def claim_without_a_limit(book: Book) -> Iterator[Place]:
    """The assessment of each claim says at least once what the evidence does not show, and each chapter lists its limits.

    A machine cannot judge a limit.
    It looks for one of the words under `limits` in `docs/_tools/checks/words.toml` (no, not, only, small, unclear, in mice ...) in the assessment, and for at least one point under *Limits of the evidence*.
    So it finds the assessment that only praises, and no more than that.

    Why:
    A sentence on what a study found is half of the truth.
    The other half is who was not studied, what was not measured, and how small the study was.

    Mend:
    Take the limits from the field `limits` of the sources that the claim cites.

    Wrong: K2 raised the marker {cite:p}`zhang2023glycemic`.

    Right: K2 raised the marker in one small trial that nobody has repeated {cite:p}`zhang2023glycemic`.
    """
    expression = re.compile(rf"\b(?:{'|'.join(words('limits'))})\b", re.IGNORECASE)
    for page in book.chapters:
        for claim in page.named("claim"):
            text = " ".join(
                spoken(block.text) for block in parts(page, claim.argument, "assessment")
            )
            if text and not expression.search(text):
                yield Place(page.path, claim.line, f"claim {claim.argument} names no limit")
        heading = next(
            (block for block in page.blocks if block.kind == "heading" and block.text == LIMITS),
            None,
        )
        if heading and not any(
            block.kind == "point" and block.section == LIMITS for block in page.blocks
        ):
            yield Place(
                page.path,
                heading.line,
                f"{LIMITS!r} lists nothing",
                "list what was not studied, as points",
            )


@rule(
    "KB032",
    "answer that is not one sentence",
    "claims",
    "say it in one sentence, on one line, with a full stop",
)
def one_sentence(book: Book) -> Iterator[Place]:
    """The answer of a claim is one sentence on one line, and so is what would change it.

    The answer is the paragraph after the quotation; what would change it is the last one.

    Why:
    The answer stands alone in the register, on the cards and in the results of the search.
    The other names one finding that a reader can look out for.

    Mend:
    Keep what a reader would tell a friend, and move the rest into the assessment.
    """
    names = {"answer": "the answer of claim", "change": "what would change claim"}
    for page in book.chapters:
        for claim in page.named("claim"):
            for part, name in names.items():
                for block in parts(page, claim.argument, part):
                    if not _is_one_sentence(block.text):
                        what = f"{name} {claim.argument} is not one sentence"
                        yield Place(page.path, block.line, what)


def _is_one_sentence(text: str) -> bool:
    return "\n" not in text and text.endswith((".", ".*")) and ". " not in text


@rule("KB033", "hard to read", "claims", "use shorter sentences and everyday words")
def hard_to_read(book: Book) -> Iterator[Place]:
    """*In plain words* and the answer of each claim reach at most grade 10 of the Flesch-Kincaid scale.

    The grade is counted by the package `textstat` from the length of sentences and the syllables of words.
    It says nothing about sense, so read the sentence aloud as well.

    Why:
    These parts are for readers who know no biochemistry; a sixteen-year-old should follow them.

    Mend:
    Cut the sentence in two, or replace the longest words.
    """
    for page in book.chapters:
        blocks = [
            block for block in page.blocks if block.section == PLAIN and block.kind != "heading"
        ]
        if blocks:
            text = "\n".join(spoken(block.text) for block in blocks)
            yield from _graded(page.path, blocks[0].line, PLAIN, text)
        for claim in page.named("claim"):
            for block in parts(page, claim.argument, "answer"):
                yield from _graded(
                    page.path,
                    block.line,
                    f"the answer of claim {claim.argument}",
                    spoken(block.text),
                )


def _graded(path: str, line: int, name: str, text: str) -> Iterator[Place]:
    with warnings.catch_warnings():
        # textstat 0.7.4 imports pkg_resources, which says at length that it is old.
        warnings.simplefilter("ignore", UserWarning)
        import textstat
    grade = textstat.flesch_kincaid_grade(text)
    if grade > GRADE:
        yield Place(path, line, f"{name}: grade {grade:.1f}, at most {GRADE}")
