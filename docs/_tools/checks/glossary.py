"""Rules of the glossary: every term is used, linked where a page uses it, and found in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from checks.core import Place, rule
from checks.reading import INLINE, Block, Book, Definition, Page, without
from kb.core.text import glossary_key, split_list
from kb.glossary.matching import Matcher

CLOSED = ("heading", "head", "caption", "term")
"""Kinds of text in which nothing links (``records.CLOSED``)."""


def mentions(block: Block, matcher: Matcher) -> tuple[set[str], set[str]]:
    """The terms that *block* names where they link, and those where they cannot: in a closed kind, a link, {plain}."""
    links: set[str] = set()
    stays: set[str] = set()
    for match in INLINE.finditer(block.text):
        words, content = match["words"] or "", match["content"] or ""
        if match["role"] == "term":
            links |= {matcher.term_of(re.sub(r".*<|>.*", "", content).strip())} - {""}
        elif match["role"] == "plain" or "<" in content:
            words = re.sub(r"\s*<[^>]*>$", "", content)
        stays |= {term for *_, term in matcher.find(words)}
    is_closed = block.kind in CLOSED or "grid-item-card" in block.within
    (stays if is_closed else links).update(
        term for *_, term in matcher.find(without(block.text).replace("*", ""))
    )
    return links, stays


@rule(
    "KB011",
    "mention that cannot link",
    "terms",
    "use the term once in the text of the page, or write {term}`words <name>`",
)
def mention_cannot_link(book: Book) -> Iterator[Place]:
    """A chapter that names a term of the glossary links it at least once.

    The first mention in running text links itself.
    Nothing links in headings, in captions, in the heads of tables, in the words of other links, and in `` {plain}`words` ``.
    The rule reports a term that a chapter names in such places only.
    Names under `explicit` are left to the author, and so are terms that the text links by `{term}`.

    Why:
    A heading or a picture is where a hurried reader meets a word first.
    If the page never links it, there is no way from the word to its meaning.

    Mend:
    Use the word in the text of the section as well, or give another name of the term there.
    If `{plain}` keeps the only mention unlinked on purpose, exempt the line and say why.
    """
    matcher = Matcher(book.terms)
    for page in book.chapters:
        yield from _unlinked(page, matcher, book.terms)


def _unlinked(page: Page, matcher: Matcher, terms: dict[str, Definition]) -> Iterator[Place]:
    links: set[str] = set()
    stays: dict[str, int] = {}
    for block in page.blocks:
        here, closed = mentions(block, matcher)
        links |= here
        for term in closed:
            stays.setdefault(term, block.line)
    for term, line in stays.items():
        if term not in links:
            yield Place(
                page.path,
                line,
                f"{terms[term].name!r} stands on this page only where nothing links",
            )


@rule(
    "KB012",
    "unused term",
    "terms",
    "use it in a page, link to it with {term}, or take the entry out",
)
def unused_term(book: Book) -> Iterator[Place]:
    """Every term of the glossary is named on a page of the book, or in another entry.

    A mention counts if it links, or if another entry names the term in its definition or under `see-also`.

    Why:
    The glossary explains the words of this book.
    An entry that nothing leads to is a text that nobody checks.

    Mend:
    If the book uses the thing under another word, add that word to `names`.
    Otherwise take the entry out, unless its address has been published: then use the term.
    """
    matcher = Matcher(book.terms)
    used: set[str] = set()
    for page in book.readers:
        for block in page.blocks:
            links, _ = mentions(block, matcher)
            used |= links - {block.scope.removeprefix("term-")}
    for term in book.terms.values():
        used |= {*split_list(term.directive.option("see-also"))} - {term.id}
    for page in book.glossaries:
        for entry in page.named("definition"):
            if entry.option("id") not in used:
                yield Place(page.path, entry.line, f"nothing uses {entry.argument!r}")


@rule("KB013", "glossary out of order", "terms", "run `make fix`, which moves whole entries")
def glossary_order(book: Book) -> Iterator[Place]:
    """The entries of the glossary stand under the letter of their name, in alphabetical order, and each letter has one.

    Letters and spaces count; case, hyphens, digits and apostrophes do not.

    Why:
    Readers of the book on paper look a term up by its letter.

    Mend:
    Run `make fix`.
    It moves whole entries, with the comments above them, and changes no text.
    """
    for page in book.glossaries:
        letters = [(block.line, block.text) for block in page.blocks if block.level == 2]
        for (_, before), (line, letter) in pairwise(letters):
            if letter <= before:
                yield Place(page.path, line, f"the letter {letter} comes after {before}")
        own = [entry.line for entry in page.named("definition")]
        ends = [line for line, _ in letters[1:]] + [len(page.lines) + 1]
        for (line, letter), end in zip(letters, ends, strict=True) if letters else ():
            if not any(line < entry < end for entry in own):
                what = f"no entry stands under {letter}"
                yield Place(page.path, line, what, "delete the heading of the letter")
        last = ("", "")
        for entry in page.named("definition"):
            letter = next((text for line, text in reversed(letters) if line < entry.line), "")
            key = (letter, glossary_key(entry.argument))
            if key[1][:1].upper() != letter:
                yield Place(
                    page.path,
                    entry.line,
                    f"{entry.argument!r} stands under {letter or 'no letter'}",
                )
                continue
            if letter == last[0] and key < last:
                yield Place(page.path, entry.line, f"{entry.argument!r} stands after {last[1]!r}")
            last = max(key, last) if letter == last[0] else key
