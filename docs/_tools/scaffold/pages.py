"""A new term, claim or chapter: its text with prompts, and its place in the markdown files.

A prompt is the value of an option that begins with ``PROMPT:``, a comment line
``% PROMPT: ...``, or in front matter ``# PROMPT: ...``.  No reader sees the comments;
the build reports each claim and term that holds a prompt, and ``make check`` every prompt.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from checks.reading import Directive, Page
from kb.chapters.schema import CLAIMS, CLOSING, PLAIN
from kb.claims.model import BODY, OPTIONS
from kb.core.messages import PROMPT, did_you_mean, one_of
from kb.core.text import fold_name, glossary_key, split_list
from kb.glossary.domain import TAGS

from .files import Made, Refused, comments_above, inserted, load, read
from .names import as_markdown, checked, slug

GLOSSARY, FRONT, CHAPTERS = "docs/reference/glossary.md", "docs/index.md", "docs/sections"


def new_term(root: Path, name: str) -> Made:
    """Put the term *name* under its letter of the glossary.

    :raises Refused: for a name that cannot be or that is taken.
    """
    name = checked(name, "term")
    path = root / GLOSSARY
    page = read(path, GLOSSARY, "definition")
    entries = list(page.named("definition"))
    _refuse_taken(name, slug(name), entries)
    return Made(
        {path: _in_order(page.text, entries, name)},
        ((f"term {name!r}", path, f":::{{definition}} {name}"),),
    )


def _refuse_taken(name: str, address: str, entries: list[Directive]) -> None:
    for entry in entries:
        names = [entry.argument, *split_list(entry.option("names"), ";")]
        if fold_name(name) in map(fold_name, names):
            as_what = (
                ""
                if fold_name(entry.argument) == fold_name(name)
                else f", as another name of {entry.argument!r}"
            )
            raise Refused(f"the term {name!r} exists already: {GLOSSARY}:{entry.line}{as_what}")
        if entry.option("id") == address:
            raise Refused(
                f"the id {address!r} is taken by {entry.argument!r}: {GLOSSARY}:{entry.line};"
                " choose another name"
            )


def _in_order(text: str, entries: list[Directive], name: str) -> str:
    """*text* with the new entry before the first that follows it under its letter, else at the end
    of the letter."""
    key, lines = glossary_key(name), text.rstrip("\n").split("\n")
    letter = key[0].upper()
    heads = [
        (number, line[3]) for number, line in enumerate(lines) if re.fullmatch(r"## [A-Z]", line)
    ]
    start = next((number for number, head in heads if head == letter), None)
    after = next((number for number, head in heads if head > letter), len(lines))
    inside = [entry for entry in entries if start is not None and start < entry.line <= after]
    following = next((entry for entry in inside if glossary_key(entry.argument) > key), None)
    place = comments_above(lines, following.line - 1) if following else after
    new = ([] if start is not None else [f"## {letter}", ""]) + _term_lines(name)
    return inserted(lines, place, new)


def _term_lines(name: str) -> list[str]:
    return [
        f":::{{definition}} {name}",
        f":id: {slug(name)}",
        (
            f":names: {PROMPT} other names, abbreviations and spellings, separated by semicolons;"
            " or delete the line"
        ),
        (
            f":sources: {PROMPT} keys of docs/data/sources.bib in which the term is at work,"
            " separated by commas"
        ),
        f":see-also: {PROMPT} ids of other entries, separated by commas; or delete the line",
        f":tags: {PROMPT} those that fit of {one_of(TAGS)}, separated by commas",
        "",
        (
            f'% {PROMPT} one definition of the form "a B that Cs", in one paragraph, in place of'
            " this line"
        ),
        ":::",
    ]


def new_claim(root: Path, quote: str, chapter: str) -> Made:
    """Put a claim that begins with *quote* behind the last of its *chapter*, under the next free
    number.

    :raises Refused: for a claim that exists, or a chapter that does not or has no place for it.
    """
    quote = checked(quote, "claim")
    pages = {page.slug: page for page in _chapters(root)}
    named = Path(chapter.strip()).stem
    if named not in pages:
        known = f"{did_you_mean(named, pages)}; the chapters are {one_of(pages)}"
        raise Refused(
            f"there is no chapter {named!r}{known}"
            if named
            else f"say in which chapter: IN=...; the chapters are {one_of(pages)}"
        )
    page = pages[named]
    _refuse_quoted(quote, pages.values())
    number = _next_id(pages.values(), page.path)
    lines = page.text.rstrip("\n").split("\n")
    new = inserted(lines, _place_of_claim(page), _claim_lines(number, _sentence(quote)))
    path = root / page.path
    notes = (
        "A claim also belongs into the table of docs/about/article.md.",
        "Each source on a side names the claim in its field 'sides' of docs/data/sources.bib.",
    )
    return Made({path: new}, ((f"claim {number}", path, f":::{{claim}} {number}"),), notes)


def _chapters(root: Path) -> list[Page]:
    paths = sorted((root / CHAPTERS).glob("*.md"))
    return [read(path, f"{CHAPTERS}/{path.name}", "claim") for path in paths]


def _sentence(quote: str) -> str:
    return as_markdown(quote) + ("" if quote.endswith((".", "?", "!")) else ".")


def _refuse_quoted(quote: str, pages: Iterable[Page]) -> None:
    wanted = fold_name(_sentence(quote))
    for page in pages:
        for claim in page.named("claim"):
            quoted = " ".join(
                line[1:].strip() for line in claim.body.split("\n") if line.startswith(">")
            )
            if fold_name(quoted) == wanted:
                raise Refused(f"claim {claim.argument} says this already: {page.path}:{claim.line}")


def _next_id(pages: Iterable[Page], path: str) -> str:
    """The letter of the chapter at *path*, or the next free one, and the number after the highest
    that the book has."""
    found = [(page.path, claim.argument) for page in pages for claim in page.named("claim")]
    ids = [id for _, id in found]
    own = [id[:1] for place, id in found if place == path]
    letter = own[-1] if own else chr(ord(max((id[:1] for id in ids), default="@")) + 1)
    number = 1 + max(
        (int(id[1:]) for id in ids if id[:1] == letter and id[1:].isdigit()), default=0
    )
    following = f"{letter}{number}"
    if not letter.isalpha() or number > 99:
        raise Refused(
            f"the next claim would be {following!r}; an id is a capital letter and a number of at"
            " most two digits"
        )
    return following


def _place_of_claim(page: Page) -> int:
    """The line before which a claim goes: behind the last one of the section of claims, else at its
    end."""
    heads = [block for block in page.blocks if block.level == 2]
    start = next((head.line for head in heads if head.text == CLAIMS), None)
    if start is None:
        raise Refused(f"{page.path}: there is no section '## {CLAIMS}', where the claim belongs")
    end = min((head.line for head in heads if head.line > start), default=len(page.lines) + 1)
    inside = (claim.end for claim in page.named("claim") if claim.section == CLAIMS)
    return max(inside, default=end) - 1


def _claim_lines(number: str, quote: str) -> list[str]:
    first, *others = (field.prompt for field in BODY.values())
    body = (f"% {PROMPT} {prompt}; in place of this line" for prompt in others)
    return [
        f":::{{claim}} {number}",
        *(f":{name}: {PROMPT} {field.prompt}" for name, field in OPTIONS.items()),
        "",
        f"> {quote or f'% {PROMPT} {first}, in place of this comment'}",
        *(line for prompt in body for line in ("", prompt)),
        ":::",
    ]


def new_chapter(root: Path, title: str, today: datetime.date) -> Made:
    """Write the chapter *title* with a first claim, and name it in the contents of the front page.

    :raises Refused: for a title that cannot be or that is taken.
    """
    title = checked(title, "chapter")
    address = slug(title)
    if not address:
        raise Refused(
            f"{title!r} has no Latin letter to make an address of; give the title in English"
        )
    shown = f"{CHAPTERS}/{address}.md"
    path, pages = root / shown, _chapters(root)
    _refuse_titled(title, shown, pages)
    text = "\n".join(_chapter_lines(as_markdown(title), _next_id(pages, shown), today)) + "\n"
    front = root / FRONT
    notes = (
        (
            f"{FRONT} names it last in its contents; move the line to change its place, and add a"
            " card under 'The nine chapters'."
        ),
        "The row of docs/about/article.md and the numbers in tests/content follow by hand.",
    )
    texts = {path: text, front: _with_chapter(load(front, FRONT), f"sections/{address}")}
    return Made(texts, ((f"chapter {title!r}", path, f"# {as_markdown(title)}"),), notes)


def _refuse_titled(title: str, path: str, pages: list[Page]) -> None:
    for page in pages:
        titles = [fold_name(block.text) for block in page.blocks if block.level == 1]
        if page.path == path or fold_name(as_markdown(title)) in titles:
            raise Refused(f"the chapter {title!r} exists already: {page.path}:{page.title_line}")


def _with_chapter(text: str, docname: str) -> str:
    """The front page with *docname* behind the last chapter of its contents."""
    lines = text.split("\n")
    last = max(
        (number for number, line in enumerate(lines) if re.fullmatch(r"sections/\S+", line)),
        default=None,
    )
    if last is None:
        raise Refused(
            f"{FRONT}: no contents with a line 'sections/...' in it, where the chapter belongs"
        )
    return "\n".join([*lines[: last + 1], docname, *lines[last + 1 :]])


def _chapter_lines(title: str, claim: str, today: datetime.date) -> Iterator[str]:
    due = today + datetime.timedelta(days=365)
    yield "---"
    yield f'summary: "{PROMPT} one sentence that says what the chapter finds."'
    yield (
        f"checked: {today}  # {PROMPT} the day on which you compared every sentence with its"
        " sources; then delete this comment"
    )
    yield (
        f"check_due: {due}  # {PROMPT} the day by which this is to be done again; then delete this"
        " comment"
    )
    yield (
        f"searched_to: {today}  # {PROMPT} the last day of your search for evidence; then delete"
        " this comment"
    )
    yield from ("---", "", f"# {title}", "")
    yield f"% {PROMPT} a scene or a question that opens the subject, in place of this line"
    yield from ("", f"## {PLAIN}", "")
    yield (
        f"% {PROMPT} three to five points that a sixteen-year-old follows, as lines that begin with"
        " '- '; in place of this line"
    )
    yield from ("", f"## {CLAIMS}", "")
    yield f"% {PROMPT} one or two sentences that lead in, in place of this line"
    yield ""
    yield from _claim_lines(claim, "")
    yield from ("", "## What is known", "")
    yield (
        f"% {PROMPT} the story behind, in sections with headings of your own, in place of this line"
    )
    yield from ("", f"## {CLOSING[0]}", "")
    yield (
        f"% {PROMPT} what was not found, and what the studies cannot show, as lines that begin with"
        " '- '; in place of this line"
    )
    yield from ("", f"## {CLOSING[1]}", "")
    yield (
        f"% {PROMPT} links to the pages and claims where a reader goes on, as lines that begin with"
        " '- '; in place of this line"
    )
