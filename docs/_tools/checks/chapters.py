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
FRONT = "docs/index.md"
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


@rule("KB064", "chapter without a card", "form", "write its card, in the order of the contents")
def card_of_chapter(book: Book) -> Iterator[Place]:
    """The front page has a card for each chapter, numbered in the order of its contents.

    Why:
    The cards are the way into the book for most readers.

    Mend:
    Copy the card of another chapter, and write number, title, link and a line of your own into it.
    """
    page = next((page for page in book.pages if page.path == FRONT), None)
    cards = {
        card.option("link"): card
        for card in (page.named("grid-item-card") if page else ())
        if card.option("link").startswith("sections/")
    }
    listed = _listed_chapters(page) if page and cards else []
    for number, name in enumerate(listed, 1):
        card = cards.get(name)
        if card is None:
            line = max(card.line for card in cards.values())
            yield Place(FRONT, line, f"no card links to {name!r}, number {number} of the contents")
        elif not card.argument.startswith(f"{number}. "):
            what = f"the card of {name!r} does not begin with '{number}. '"
            yield Place(FRONT, card.line, what, f"begin its title with '{number}. '")


def _listed_chapters(page: Page) -> list[str]:
    """The chapters in the contents of the front page, in order."""
    lists = (re.findall(r"^sections/\S+$", toc.body, re.MULTILINE) for toc in page.named("toctree"))
    return [name for found in lists for name in found]


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
