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

    Ids of a letter and a number have none: all of them are alike.
    """
    if re.fullmatch(r"[A-Za-z]\d{1,3}", name):
        return ""
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=likeness)
    return f" (did you mean {near[0]!r}?)" if near else ""


def one_of(words: Iterable[str]) -> str:
    """Return the *words* as a readable choice: ``'a, b or c'``."""
    listed = list(words)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def is_prompt(text: str) -> bool:
    """Whether *text* is a prompt that nobody has answered yet."""
    return text.lstrip().startswith(PROMPT)


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
    return (
        f"prompts are left in {one_of(asked).replace(' or ', ' and ')}; {FILL_IN}" if asked else ""
    )
