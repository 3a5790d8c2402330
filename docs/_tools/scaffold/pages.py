"""A new term, claim or chapter: its template, filled in, and its place in the markdown files.

What each begins with stands in ``templates/``, where an author may edit it: ``$name`` is filled
in, ``$$`` prints a dollar.  What a claim asks for comes from ``kb/claims/model.py``.

A prompt is the value of an option that begins with ``PROMPT:``, a comment line
``% PROMPT: ...``, or in front matter ``# PROMPT: ...``.  No reader sees the comments;
the build reports each claim and term that holds a prompt, and ``make check`` every prompt.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from pathlib import Path

from checks.reading import Directive, Page
from kb.chapters.schema import CLAIMS
from kb.claims.model import BODY, FIELDS
from kb.core.messages import PROMPT, did_you_mean, one_of
from kb.core.text import fold_name, glossary_key, split_list
from kb.glossary.domain import TAGS

from .files import Made, Refused, comments_above, filled, inserted, load, read
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
    new = filled("term", {"name": name, "id": slug(name), "tags": one_of(TAGS)})
    return Made({path: _in_order(page.text, entries, name, new)}, ((f"term {name!r}", path, new),))


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


def _in_order(text: str, entries: list[Directive], name: str, new: str) -> str:
    """*text* with *new*, the entry of *name*, before the first that follows it under its letter,
    else at the end of the letter."""
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
    return inserted(lines, place, new if start is not None else f"## {letter}\n\n{new}")


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
    new = _claim(number, _sentence(quote))
    path = root / page.path
    notes = (
        "A claim also belongs into docs/about/article.md, and its grade into docs/data/grades.csv;"
        " make check names what is missing.",
        "Each source on a side names the claim in its field 'sides' of docs/data/sources.bib.",
    )
    text = inserted(lines, _place_of_claim(page), new)
    return Made({path: text}, ((f"claim {number}", path, new),), notes)


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


def _claim(number: str, quote: str) -> str:
    """The claim *number* that quotes *quote*, with a prompt for each other field of the model."""
    asked = {field.attribute: field.prompt for field in FIELDS}
    return filled("claim", asked | {"id": number, "quote": quote})


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
    quote = f"% {PROMPT} {BODY['quote'].prompt}, in place of this comment"
    values = {
        "title": as_markdown(title),
        "claim": _claim(_next_id(pages, shown), quote),
        "today": str(today),
        "due": str(today + datetime.timedelta(days=365)),
    }
    text = filled("chapter", values)
    front = root / FRONT
    notes = (
        (
            f"{FRONT} names it last in its contents; move the line to change its place, and add a"
            " card under 'The chapters'."
        ),
        "Its row in docs/about/article.md and its grade in docs/data/grades.csv follow by hand;"
        " make check names what is missing.",
    )
    texts = {path: f"{text}\n", front: _with_chapter(load(front, FRONT), f"sections/{address}")}
    return Made(texts, ((f"chapter {title!r}", path, text),), notes)


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
