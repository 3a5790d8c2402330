"""Names and titles as BibTeX writes them, decoded in one way for every edition.

In ``sources.bib`` the fields :data:`DECODED` are TeX: ``{\\O}zbulut`` prints *Øzbulut*, ``5\\%``
prints *5%*, and braces keep capitals and print nothing.  All other fields are plain text.
What TeX knows and this does not, such as ``\\textmu`` or ``$_3$``, is a fault: write the sign.
"""

from __future__ import annotations

import re
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
}


@cache
def decoded(latex: str) -> Text:
    """What *latex* prints, as rich text.

    It is kept: decoding each field where it is asked for would cost a quarter of a build after
    an edit.
    """
    return Text.from_latex(latex)


def printed(latex: str) -> str:
    """What *latex* prints, as plain text."""
    return str(decoded(latex))


def fault_of(latex: str) -> str:
    """What of *latex* would not be printed as it is meant, with its cure, or ``""``."""
    for pattern, fault in _RAW.items():
        if re.search(pattern, latex):
            return fault
    if "\\" in latex and (left := re.search(r"\\(?:[a-zA-Z]+|.|\Z)", printed(latex))):
        return f"the command {left[0]!r}, which is not known here; write the sign itself"
    return ""


def doi_url(doi: str) -> str:
    """The address of a bare *doi*; what an address may not hold is percent-encoded."""
    return "https://doi.org/" + quote(doi, safe="/:;()!$&'*,=@")
