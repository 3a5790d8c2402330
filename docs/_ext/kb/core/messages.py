"""How a problem is reported, and what the report suggests.

A problem names file, line and cure.  ``did_you_mean`` adds the nearest known
name, so that a typing mistake costs one look and not a search.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from docutils import nodes

PROMPT = "PROMPT:"
"""How a prompt of ``make new`` begins: the value of an option or a field, or a comment, that an
author is to replace."""

FILL_IN = "write what each asks for in its place, or delete its line"
"""What to do with a prompt that is left."""


def did_you_mean(name: str, known: Iterable[str], likeness: float = 0.5) -> str:
    """Return ``" (did you mean 'x'?)"`` for the known name nearest to *name*, else ``""``.

    Ids of a letter and a number have none: all of them are alike.  No name holds a semicolon;
    where one does, several were written as one.
    """
    if ";" in name:
        return " (names are separated by commas here, not by semicolons)"
    if re.fullmatch(r"(?:#claim-)?[A-Za-z]\d{1,3}", name):
        return ""
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=likeness)
    return f" (did you mean {near[0]!r}?)" if near else ""


def one_of(words: Iterable[str]) -> str:
    """Return the *words* as a readable choice: ``'a, b or c'``."""
    return _listed(words, "or")


def all_of(words: Iterable[str]) -> str:
    """Return the *words* as an enumeration: ``'a, b and c'``."""
    return _listed(words, "and")


def _listed(words: Iterable[str], link: str) -> str:
    *most, last = words
    return f"{', '.join(most)} {link} {last}" if most else last


def not_in_list(word: str, words: Iterable[str]) -> str:
    """Say that *word* is none of *words*, which it is nearest to, and what they are."""
    listed = list(words)
    choice = one_of(each or "empty" for each in listed)
    return f"{word!r} is not in the list{did_you_mean(word, listed)} (it is one of {choice})"


def option_in_body(names: Iterable[str], body: Iterable[str]) -> str:
    """The fault of lines of a *body* that were meant as one of the options *names*, or ``""``."""
    slid = re.compile(rf":({'|'.join(names)}):")
    if not any(map(slid.match, body)):
        return ""
    cure = "options follow the opening line directly, one line each"
    return f"an option stands in the body; {cure}"


def shortened(text: str) -> str:
    """Return *text*, or its first 60 signs and three dots."""
    return text if len(text) <= 60 else f"{text[:60]}..."


def is_prompt(text: str) -> bool:
    """Whether *text* is a prompt that nobody has answered yet."""
    return text.lstrip().startswith(PROMPT)


def prompts_left(asked: Iterable[str]) -> str:
    """The fault that prompts are left in the parts *asked*, with its cure."""
    return f"prompts are left in {all_of(asked)}; {FILL_IN}"


def take_prompts(options: dict[str, str], body: list[nodes.Node]) -> str:
    """Remove what is still a prompt from *options*, and all comments from *body*.

    Return the fault that this is, or ``""`` when nothing was prompted for.  Comments are
    notes of authors to each other; in a body whose parts are counted they count for nothing.
    """
    asked = [name for name, value in options.items() if is_prompt(value)]
    for name in asked:
        del options[name]
    comments = [comment for node in body for comment in node.findall(nodes.comment)]
    if any(is_prompt(comment.astext()) for comment in comments):
        asked.append("the body")
    body[:] = [node for node in body if not isinstance(node, nodes.comment)]
    for comment in (comment for node in body for comment in list(node.findall(nodes.comment))):
        comment.replace_self(nodes.paragraph())
    return prompts_left(asked) if asked else ""
