"""Rules of chapters as wholes: length, points, and the date of the next check."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from checks.core import Place, rule
from checks.reading import Book, Page, spoken
from kb.chapters.schema import PLAIN
from kb.core import dates

LENGTH = range(900, 1601)
POINTS = range(3, 6)
SOON = datetime.timedelta(days=30)


def length(page: Page) -> int:
    """The number of words of a chapter without headings, claims and pictures."""
    blocks = (
        block
        for block in page.blocks
        if block.kind != "heading" and not block.scope and block.kind != "caption"
    )
    return sum(len(re.findall(r"\w[\w'\u2019-]*", spoken(block.text))) for block in blocks)


@rule(
    "KB061", "length of a chapter", "form", "cut what another chapter says, or say what is missing"
)
def chapter_length(book: Book) -> Iterator[Place]:
    """A chapter has 900 to 1,600 words, without its headings, its claims and its pictures.

    Why:
    That is about six minutes of reading: enough for the subject, and short enough to be read to the end.

    Mend:
    Move details into the table of a section or into the records of the sources, or leave them to the chapter where they belong.
    """
    for page in book.chapters:
        if (count := length(page)) not in LENGTH:
            yield Place(
                page.path,
                page.title_line,
                f"{count} words; a chapter has {LENGTH[0]} to {LENGTH[-1]}",
            )


@rule("KB062", "points of the plain part", "form", "bring it to three to five points")
def plain_points(book: Book) -> Iterator[Place]:
    """*In plain words* has three to five points.

    Why:
    It is all that many readers read.

    Mend:
    Join points that say one thing, and drop what the chapter only touches.
    """
    for page in book.chapters:
        points = [
            block for block in page.blocks if block.section == PLAIN and block.kind == "point"
        ]
        heading = next(
            (
                block.line
                for block in page.blocks
                if block.kind == "heading" and block.text == PLAIN
            ),
            1,
        )
        if len(points) not in POINTS:
            yield Place(page.path, heading, f"{len(points)} points; three to five are read")


@rule(
    "KB063",
    "check overdue",
    "dates",
    "compare each sentence with its sources again, then set new dates",
    is_notice=True,
)
def check_overdue(book: Book) -> Iterator[Place]:
    """The day in `check_due` of a chapter has not passed, and is not within 30 days.

    This is a notice and never a failure: no build breaks because time goes by.
    It is the only check that asks the clock.

    Why:
    New studies appear, and papers are withdrawn.

    Mend:
    Search for new evidence, compare every sentence with its source, then set `searched_to`, `checked` and `check_due`.
    """
    today = dates.today()
    for page in book.chapters:
        line, value = page.front.get("check_due", (1, ""))
        if (due := dates.parse(value)) is None:
            continue  # the build says so
        if due < today:
            yield Place(page.path, line, f"the check was due on {due}")
        elif due - today <= SOON:
            yield Place(page.path, line, f"the next check is due on {due}")
