"""Rules of claims and of the plain parts: each claim has a limit and its place, each plain part is plain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from checks.core import Place, rule
from checks.reading import Block, Book, Page, roles, spoken
from checks.syllables import grade
from checks.words import words
from kb.chapters.schema import CLOSING, PLAIN
from kb.claims.model import CERTAINTIES, VERDICTS
from kb.core.messages import did_you_mean
from kb.core.tables import DataError, read_rows

GRADE = 11
"""The highest Flesch-Kincaid grade of the plain parts: a sixteen-year-old reads them."""
LIMITS = CLOSING[0]
AGREED, ARTICLE = "docs/data/grades.csv", "docs/about/article.md"


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
    """*In plain words* and the answer of each claim reach at most grade 11 of the Flesch-Kincaid scale.

    The grade is counted from the length of sentences and the syllables of words as they are spoken: those of the Carnegie Mellon Pronouncing Dictionary, and of the field (`docs/_tools/checks/syllables.py`).
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
    found = grade(text)
    if found > GRADE:
        yield Place(path, line, f"{name}: grade {found:.1f}, at most {GRADE}")


@rule(
    "KB034", "grade that was not agreed", "claims", "write the number that is there, if it is right"
)
def agreed_grades(book: Book) -> Iterator[Place]:
    """`docs/data/grades.csv` says how many claims have each verdict and each certainty.

    It is the one place where the numbers stand; everything that is printed counts for itself.

    Why:
    A grade is a decision.
    A slip in one line of a claim would change it, and nobody would notice.

    Mend:
    If the new grade is what you decided, write the number that is there into `docs/data/grades.csv`.
    If not, mend the grade of the claim.
    """
    if AGREED not in book.tables:
        return
    try:
        rows = read_rows(book.root / AGREED, ["grade", "claims"])
    except DataError as error:
        yield Place(AGREED, 1, str(error), "mend the table")
        return
    found = Counter(
        claim.option(name)
        for page in book.chapters
        for claim in page.named("claim")
        for name in ("verdict", "certainty")
    )
    known = [*VERDICTS, *CERTAINTIES]
    agreed = {row["grade"]: (line, row["claims"]) for line, row in rows}
    for name in known:
        line, number = agreed.get(name, (1, "0"))
        if number != str(found[name]):
            yield Place(
                AGREED, line, f"{number} claims are agreed to be {name!r}, and {found[name]} are"
            )
    for name in agreed.keys() - set(known):
        line, _ = agreed[name]
        yield Place(
            AGREED, line, f"there is no grade {name!r}{did_you_mean(name, known)}", "spell it"
        )


@rule(
    "KB035",
    "claim without its place in the article",
    "claims",
    "bring the row of the chapter in line with its claims",
)
def claim_of_the_article(book: Book) -> Iterator[Place]:
    """The table of `docs/about/article.md` has a row for each chapter, with the claims of the chapter in their order.

    Why:
    The table says which part of the article each claim is taken from.

    Mend:
    Add the claim, as in `` {claim}`C6` ``, to the row of its chapter; or add a row for a new chapter: the part of the article, a link to the chapter, and its claims.
    """
    page = next((page for page in book.pages if page.path == ARTICLE), None)
    if page is None:
        return
    listed = _rows_of_chapters(page)
    last = max((line for line, _ in listed.values()), default=1)
    for chapter in book.chapters:
        claims = [claim.argument for claim in chapter.named("claim")]
        line, row = listed.get(chapter.slug, (last, None))
        if row is None:
            new = f"| ... | {{doc}}`/sections/{chapter.slug}` | {_as_links(claims)} |"
            yield Place(
                page.path, line, f"no row has the chapter {chapter.slug!r}", f"add below: {new}"
            )
        elif row != claims:
            right = f"let the row end in {_as_links(claims)}"
            yield Place(page.path, line, f"the claims of {chapter.slug!r} are others", right)


def _rows_of_chapters(page: Page) -> dict[str, tuple[int, list[str]]]:
    """Line and claims of each row of a table of *page* that links to a chapter, by its slug."""
    rows: dict[int, list[tuple[str, str]]] = {}
    for block in page.blocks:
        if block.row:
            rows.setdefault(block.row, []).extend(roles(block.text))
    return {
        target.rpartition("/")[2]: (line, [content for role, content in found if role == "claim"])
        for line, found in rows.items()
        for role, target in found
        if role == "doc" and "sections/" in target
    }


def _as_links(claims: list[str]) -> str:
    return ", ".join(f"{{claim}}`{claim}`" for claim in claims)
