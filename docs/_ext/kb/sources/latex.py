"""Names and titles as BibTeX writes them, decoded in one way for every edition.

In ``sources.bib`` the fields :data:`DECODED` are TeX: ``{\\O}zbulut`` prints *Øzbulut*, ``5\\%``
prints *5%*, and braces keep capitals and print nothing.  All other fields are plain text.
What TeX knows and this does not, such as ``\\textmu`` or ``$_3$``, is a fault: write the sign.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from urllib.parse import quote

from pybtex.richtext import Text

DECODED = ("author", "shortauthor", "title", "journal", "volume", "number", "pages")
"""The fields that are TeX."""
_RAW = {
    r"(?<!\\)%": "an unescaped '%', which begins a comment in TeX; write '\\%'",
    r"(?<!\\)\$": "'$', which begins a formula in TeX; write the signs themselves",
    r"</?[a-zA-Z][\w:-]*(?: [\w:-]+=[^<>]*)?/?>": "a tag; leave it out, or write the sign itself",
    r"&(?:\w+|#\w+);": "an entity of HTML; write the sign itself",
    r"(?<!\\)[_^](?=[\w{+-])": "a mark of formulas in TeX; write the sign itself, as in '10⁻⁶'",
}
_MARKS = dict(
    zip(
        "`'^\"~=.uvHckrdb",
        "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0328\u030a\u0323\u0331",
        strict=True,
    )
)
"""The accents of TeX, and the mark of Unicode for each."""
_ACCENT = re.compile(
    r"\\([`'^\"~=.]|[uvHckrdb](?![a-zA-Z]))\s*"
    r"(?:\{\s*(?:\\?([ij])|([^\W\d_]))\s*\}|\\([ij])(?![a-zA-Z])\s*|([^\W\d_]))"
)
_TEX = re.compile(r"""[\\{}$~%&#_^`]|--|''|,,|\s\s|[^\S ]|^\s|\s$""")
"""What the codec looks at: most fields have nothing of it, and it takes them apart sign by sign."""


@cache
def decoded(latex: str) -> Text:
    """What *latex* prints, as rich text.

    It is kept: decoding each field where it is asked for would cost a quarter of a build after
    an edit.
    """
    if not _TEX.search(latex):
        return Text(latex)
    return Text.from_latex(accented(latex).replace(r"\$", "$"))


def accented(latex: str) -> str:
    """*latex* with one letter for each that has accents, also one above the other ("ễ").

    The codec knows those letters alone that have a name in its table.
    """
    while (done := _ACCENT.sub(_letter, latex)) != latex:
        latex = done
    return latex


def _letter(found: re.Match[str]) -> str:
    mark, *letters = found.groups()
    letter = next(filter(None, letters))
    return unicodedata.normalize("NFC", letter + _MARKS[mark])


def is_one_group(text: str) -> bool:
    """Whether the brace that opens *text* closes at its end, as that of a body does."""
    depth = 0
    for number, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return text[0] == "{" and number == len(text) - 1
    return False


def printed(latex: str) -> str:
    """What *latex* prints, as plain text."""
    return str(decoded(latex))


def fault_of(latex: str) -> str:
    """What of *latex* would not be printed as it is meant, with its cure, or ``""``."""
    for pattern, fault in _RAW.items() if _TEX.search(latex) or "<" in latex else ():
        if re.search(pattern, latex):
            return fault
    if "\\" in latex and (left := re.search(r"\\(?:[a-zA-Z]+|.|\Z)", printed(latex))):
        return f"the command {left[0]!r}, which is not known here; write the sign itself"
    return ""


def doi_url(doi: str) -> str:
    """The address of a bare *doi*; what an address may not hold is percent-encoded."""
    return "https://doi.org/" + quote(doi, safe="/:;()!$&'*,=@")
