"""Names that an author typed: checked for what nobody sees, made into addresses, and escaped for
markdown.

A name comes from a command line and may hold anything.  What cannot be meant (nothing
at all, line ends, marks of direction, characters without a shape) is refused by its
number; what markdown would read as markup is escaped.
"""

from __future__ import annotations

import re
import unicodedata

from kb.core.text import glossary_key

from .files import Refused

LONGEST = {"term": 80, "chapter": 80, "claim": 300}
"""Letters of a name: what still fits a line of the navigation, and one sentence."""
TERM_SIGNS = " -‐‑–'’′,.()/+&:"
"""What the name of a term may hold besides letters and digits; ';' separates names, '<' and '`' end
a role."""
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Kinds of characters without a shape: controls, marks of direction, halves of characters, private
and unassigned ones."""
PLAIN = str.maketrans(
    {
        "ø": "o",
        "ß": "ss",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "Ø": "O",
        "Ł": "L",
        "Æ": "Ae",
        "Œ": "Oe",
        "Đ": "D",
        "Ð": "D",
        "Þ": "Th",
    }
)
"""Latin letters that Unicode does not take apart into a letter and an accent."""
_MARKUP = re.compile(r"[\\`*_\[\]<$]|&(?=#?\w+;)")
_OPENING = re.compile(r"(\d+(?=[.)](?:\s|\Z)))?([#+\-=~:%(.)>|])")
"""What opens a block: a list with its number, else a sign."""


def checked(name: str, kind: str) -> str:
    """Return the *name* of a new term, chapter or claim (*kind*), with single spaces and composed
    accents.

    :raises Refused: if it is empty or too long, or holds what nobody sees or the kind does not
    allow.
    """
    name = unicodedata.normalize("NFC", name)
    for char in name:
        if unicodedata.category(char) in UNSEEN:
            known = unicodedata.name(char, "a character without a shape")
            raise Refused(
                f"the name holds U+{ord(char):04X} ({known}), which nobody sees; type the name by"
                " hand, on one line"
            )
    name = " ".join(name.split())
    if not any(char.isalpha() for char in name):
        raise Refused(f'a {kind} needs a name with letters in it: make new {kind} NAME="..."')
    if kind == "chapter" and name.endswith(".md"):
        raise Refused(
            f"a chapter's NAME is its title as readers see it, and {name!r} looks like a file"
        )
    if len(name) > LONGEST[kind]:
        raise Refused(
            f"the name has {len(name)} characters, and a {kind} has room for {LONGEST[kind]};"
            " shorten it"
        )
    if kind == "term":
        _check_term(name)
    return name


def _check_term(name: str) -> None:
    for char in name:
        if not (char.isalnum() or unicodedata.combining(char) or char in TERM_SIGNS):
            raise Refused(
                f"the name of a term cannot hold {char!r}; letters, digits and {TERM_SIGNS.strip()}"
                " can stand in it"
            )
    if not name[0].isalnum():
        raise Refused(
            f"the name of a term begins with a letter or a digit, and not with {name[0]!r}"
        )
    if not glossary_key(name):
        raise Refused(
            f"{name!r} has no Latin letter under which the glossary could list it; give the name in"
            " English"
        )


def slug(name: str) -> str:
    """An address made of *name*: small letters and digits joined by hyphens; Greek letters are
    spelled out."""
    spelled = re.sub(
        r"[\u0370-\u03ff]",
        lambda match: f"-{_greek(match[0])}-",
        unicodedata.normalize("NFKC", name),
    )
    return re.sub(r"[^a-z0-9]+", "-", ascii_of(re.sub(r"['’′]", "", spelled)).lower()).strip("-")


def ascii_of(text: str) -> str:
    """*text* in plain Latin letters, without accents; what has no such form is left out."""
    split = unicodedata.normalize("NFKD", text.translate(PLAIN))
    return "".join(
        char
        for char in split
        if char.isascii() or not (char.isalnum() or unicodedata.combining(char))
    )


def _greek(letter: str) -> str:
    """'gamma' for γ."""
    found = re.search(r"LETTER (?:FINAL )?(\w+)", unicodedata.name(letter, ""))
    return found[1].lower() if found else ""


def as_markdown(text: str) -> str:
    """*text* so that markdown prints it as it is."""
    escaped = _MARKUP.sub(lambda match: "\\" + match[0], text)
    escaped = re.sub(r"#+\Z", lambda match: "\\" + match[0], escaped)
    opening = _OPENING.match(escaped)
    return f"{opening[1] or ''}\\{opening[2]}{escaped[opening.end() :]}" if opening else escaped
