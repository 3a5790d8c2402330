"""Words that every extension shares: how a problem is reported and what it suggests.

A problem names file, line and cure.  ``did_you_mean`` adds the nearest known
name, so that a typing mistake costs one look and not a search.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from docutils import nodes
from docutils.utils.smartquotes import educate_tokens

FORMULA = "=+@＝＋＠－-"
"""What makes a spreadsheet run a cell instead of showing it, and the full-width forms that some take for the same (OWASP,
CSV injection)."""
_OPENS = re.compile(rf"""[\s"'\u200b-\u200f\u2060\ufeff]*[{FORMULA}]|[\t\r\n]""")
"""Such a sign, or white space and quotation marks before it, which some importers drop."""
_INSIDE = re.compile(rf"([;\t\r\n]\"?)(?=[{FORMULA}])")
"""Where a spreadsheet of another locale, which parts cells at semicolons or tabs, would begin a cell with such a sign."""
_AS_TEX = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
PROMPT = "PROMPT:"
"""How a prompt of ``make new`` begins: the value of an option or a field, or a comment, that an author is to replace."""

FILL_IN = "write what each asks for in its place, or delete its line"
"""What to do with a prompt that is left."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for the known name nearest to *name*, else ``""``."""
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f" (did you mean {near[0]!r}?)" if near else ""


def one_of(words: Iterable[str]) -> str:
    """Return the *words* as a readable choice: ``'a, b or c'``."""
    listed = list(words)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def split_list(text: str | None, separator: str = ",") -> tuple[str, ...]:
    """Split an option value at *separator* into its non-empty, stripped items."""
    return tuple(item.strip() for item in (text or "").split(separator) if item.strip())


def fold_name(name: str) -> str:
    """*name* as names are compared: case, white space, and the kinds of apostrophes and hyphens do not count."""
    return " ".join(re.sub(r"[’ʼ]", "'", re.sub(r"[‐‑–]", "-", name)).casefold().split())


def glossary_key(name: str) -> str:
    """What the glossary is ordered by: small Latin letters and spaces, a hyphen as a space; all else does not count."""
    return re.sub(r"[^a-z ]", "", name.casefold().replace("-", " ")).strip()


def curly(text: str) -> str:
    """*text* on one line, with the quotation marks of the pages."""
    return "".join(educate_tokens([("plain", " ".join(text.split()))], attr="qDe"))


def harmless(cell: str) -> str:
    """The text of a *cell* that no spreadsheet takes for a formula."""
    apart = _INSIDE.sub(r"\1 ", cell)
    return f"'{apart}" if _OPENS.match(apart) else apart


def as_tex(text: str) -> str:
    """*text* as TeX prints it, none of its signs a command; letters beyond ASCII stay, as biber and Unicode engines read them."""
    return re.sub(r"[\\~^&%$#_{}]", lambda sign: _AS_TEX.get(sign[0], f"\\{sign[0]}"), text)


def is_prompt(text: str) -> bool:
    """Whether *text* is a prompt that nobody has filled in yet."""
    return text.lstrip().startswith(PROMPT)


def take_prompts(options: dict[str, str], body: list[nodes.Node]) -> str:
    """Take what is still a prompt out of *options*, and all comments out of *body*.

    Returns the fault that this is, or ``""`` when nothing was prompted for.  Comments are
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
    return f"prompts are left in {one_of(asked).replace(' or ', ' and ')}; {FILL_IN}" if asked else ""
