"""Names and lists as text: how they are split, compared, ordered and quoted."""

from __future__ import annotations

import re
from functools import cache

from docutils.utils.smartquotes import educate_tokens

_AS_TEX = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
KEY = re.compile(r"(?<![\w-])[a-z]{2,40}(?:19|20)\d\d[a-z][a-z\d]{1,40}(?![\w-])")
"""A key of ``sources.bib``: a name, a year, a word."""


def split_list(text: str | None, separator: str = ",") -> tuple[str, ...]:
    """Split an option value at *separator* into its non-empty, stripped items."""
    return tuple(item.strip() for item in (text or "").split(separator) if item.strip())


@cache
def fold_name(name: str) -> str:
    """*name* as names are compared.

    Case, white space, and the kinds of apostrophes and hyphens do not count.
    """
    return " ".join(re.sub(r"[’ʼ]", "'", re.sub(r"[‐‑–]", "-", name)).casefold().split())


def glossary_key(name: str) -> str:
    """What the glossary is ordered by: small Latin letters and spaces.

    A hyphen counts as a space, and all else does not count.
    """
    return re.sub(r"[^a-z ]", "", name.casefold().replace("-", " ")).strip()


def curly(text: str) -> str:
    """*text* on one line, with the quotation marks of the pages."""
    return "".join(educate_tokens([("plain", " ".join(text.split()))], attr="qDe"))


def line_at(text: str | bytes, place: int) -> int:
    """Return the line, from 1 on, on which a *place* of *text* stands."""
    if isinstance(text, bytes):
        return text.count(b"\n", 0, place) + 1
    return text.count("\n", 0, place) + 1


def with_stop(text: str) -> str:
    """*text* as a sentence: with a full stop where it has no end."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def as_tex(text: str) -> str:
    """*text* as TeX prints it, none of its signs a command.

    Letters beyond ASCII stay: biber and Unicode engines read them.
    """
    return re.sub(r"[\\~^&%$#_{}]", lambda sign: _AS_TEX.get(sign[0], f"\\{sign[0]}"), text)
