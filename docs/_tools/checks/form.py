"""Rules of form: lines, figures, prompts, markup that would be printed, exemptions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.core import Place, rule
from checks.reading import INLINE, Book, Page, spoken, without

ABBREVIATION = re.compile(r"\b(?:[A-Z]|al|ca|cf|Dr|Fig|No|St|sp|spp|subsp|Vol|approx)\.$")
BOUNDARY = re.compile(r"[.?!][\"')\u201d\u2019*]*\s+(?=[\"'(\u201c*]*[A-Z\u00b5])")
OPEN_END = re.compile(r"[.?!:;][\"')\u201d\u2019*]*$|[)\]]$")
LEFTOVER = re.compile(r"\bPROMPT:|\bTODO\b|\bFIXME\b|\bXXX\b|\blorem ipsum\b", re.IGNORECASE)
SLIPS = {
    r"(?<![\w`{}:])\{[a-z]+(?::[a-z]+)?\}(?=[ \w])": "a role is followed by its words in backticks at once: {term}`osteocalcin`",
    r":[a-z]+(?::[a-z]+)?:(?=\x00)": "MyST writes roles in braces: {term}`osteocalcin`",
    r"^(?:::?|::::?) ?\{[a-z-]+\}\s*$": "a directive opens with three colons or more: :::{claim} C1",
    r"^\.\. [a-z-]+::": "MyST writes directives as :::{name}",
}


@rule(
    "KB051",
    "not one sentence per line",
    "form",
    "begin each sentence on a new line of the file, and break none",
)
def sentence_per_line(book: Book) -> Iterator[Place]:
    """In a paragraph each sentence stands on a line of its own, whole.

    Asked are paragraphs and points of all pages; cells of tables, headings and captions are not.

    Why:
    A change then shows which sentence changed, and a message with a line points to one sentence.

    Mend:
    Break the line after the full stop, or join the lines of a broken sentence.
    """
    for page in book.pages:
        for block in page.blocks:
            if (
                block.kind in ("paragraph", "point", "quote")
                and "grid-item-card" not in block.within
            ):
                shown = [line.strip() for line in spoken(block.text).split("\n")]
                for number, line in enumerate(shown, block.line):
                    if _holds_two(line):
                        yield Place(page.path, number, "two sentences on one line")
                    is_last = number == block.line + len(shown) - 1
                    if not is_last and line and not OPEN_END.search(line):
                        yield Place(page.path, number, "the sentence goes on in the next line")


def _holds_two(line: str) -> bool:
    ends = (line[: match.start() + 1] for match in BOUNDARY.finditer(line))
    return any(not ABBREVIATION.search(end) and not re.fullmatch(r"\W*\d+\.", end) for end in ends)


@rule(
    "KB052",
    "figure without text alternative",
    "form",
    "add a line ':alt: ...' that says what the picture says",
)
def figure_without_alternative(book: Book) -> Iterator[Place]:
    """Every figure and every image has a text that says in words what the picture says.

    For the directives `figure` and `image` it is the option `alt`; for `![words](file)` it is the words.
    A name of a file is no alternative.

    Why:
    Readers who do not see the picture hear this text in its place.

    Mend:
    Say what the picture tells, not what it looks like: "K1 is cut to menadione in the gut, and tissues make MK-4 of it", not "a diagram with arrows".
    """
    for page in book.pages:
        for figure in page.named("figure", "image"):
            if not _says_something(figure.option("alt")):
                yield Place(page.path, figure.line, f"{figure.argument} has no text alternative")
        for block in page.blocks:
            for number, line in enumerate(without(block.text, link=False).split("\n"), block.line):
                for words, file in re.findall(r"!\[([^\]]*)\]\(([^)\s]*)", line):
                    if not _says_something(words):
                        cure = f"write it in the brackets: ![words]({file})"
                        yield Place(page.path, number, f"{file} has no text alternative", cure)


def _says_something(words: str) -> bool:
    return bool(words.strip()) and not re.fullmatch(
        r"\S+\.(?:svg|png|jpe?g|gif|webp)", words.strip()
    )


@rule("KB053", "leftover prompt", "form", "answer the prompt, then delete its line")
def leftover_prompt(book: Book) -> Iterator[Place]:
    """No prompt of `make new`, and no note to oneself, is left in the pages or in `docs/data/`.

    A prompt is anything marked `PROMPT:`; a note is marked TODO, FIXME or XXX, or is "lorem ipsum".
    Comments are asked as well.
    The pages for authors may show prompts.

    Why:
    `make new` writes a frame with prompts in the places that only you can fill.
    A prompt that is left means a place that nobody filled.

    Mend:
    Write what the prompt asks for, and delete the line of the prompt.
    """
    texts = {page.path: page.text for page in book.readers}
    data = sorted(path for path in (book.root / "docs/data").glob("*") if path.is_file())
    names = (path.relative_to(book.root).as_posix() for path in data)
    texts |= {name: book.text(name) for name in names}
    for path, text in texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            if match := LEFTOVER.search(line):
                yield Place(path, number, f"{match[0]!r} is left here")


@rule("KB054", "markup that would be printed", "form", "mend the markup")
def printed_markup(book: Book) -> Iterator[Place]:
    """The text holds no role or directive that the parser does not take for one.

    Found are a role with a blank before its backtick, roles and directives as reStructuredText writes them, and a directive with two colons.

    Why:
    The build does not warn of these: it prints them as they stand.

    Mend:
    Write the role or the directive as the message shows it.

    Wrong: `{term} osteocalcin`

    Right: `` {term}`osteocalcin` ``
    """
    for page in book.pages:
        for number, line in _plain_lines(page):
            for pattern, cure in SLIPS.items():
                for match in re.finditer(pattern, line):
                    yield Place(
                        page.path, number, f"{match[0]!r} would be printed as it stands", cure
                    )


def _plain_lines(page: Page) -> Iterator[tuple[int, str]]:
    """The lines of text of *page*, without true roles; where code stood there is a mark."""
    for block in page.blocks:
        shown = INLINE.sub(
            lambda m: ("" if m["role"] else "\0") + "\n" * m[0].count("\n"), block.text
        )
        yield from enumerate(shown.split("\n"), block.line)


@rule(
    "KB090",
    "file that cannot be read",
    "form",
    "mend what stands there; the other checks left this file out",
)
def unreadable(book: Book) -> Iterator[Place]:
    """Every page is UTF-8, and the bibliography is BibTeX that can be read.

    Why:
    What cannot be read cannot be checked.

    Mend:
    Save the file as UTF-8; in the bibliography look for a missing comma or an unbalanced brace near the line.
    """
    _ = book.pages, book.sources, book.tables
    seen = dict.fromkeys(book.unreadable)
    yield from (Place(path, line, what) for path, line, what in seen)


@rule(
    "KB091",
    "exemption without a reason",
    "form",
    "write '% check: KB001 off - why this line is right as it stands'",
)
def exemption_without_reason(book: Book) -> Iterator[Place]:
    """A comment that exempts a line names one code and gives its reason.

    Why:
    The next author must know whether the reason still holds.

    Mend:
    Write the reason behind a dash, or mend the line and delete the comment.
    """
    return iter(())  # found where exemptions are read, see core


@rule(
    "KB092",
    "exemption that exempts nothing",
    "form",
    "delete the comment, or set it right above what it exempts",
)
def idle_exemption(book: Book) -> Iterator[Place]:
    """A comment that exempts a line stands above one that needs it.

    Why:
    A comment that is left behind hides the next fault in the same place.

    Mend:
    Delete it.
    If the fault is still reported, the comment stands too far away, names another code, or its words do not stand in the line.
    """
    return iter(())  # found where exemptions are read, see core
