"""How the search cuts a text into words, and when two writings are one word.

The same as ``engine/search-words.js`` does in the browser, which explains it, for the index of a
large book, which is made with the site (:mod:`kb.search.shards`).  A test holds the two to each
other on every text of the book.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from unicodedata import normalize

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        (
            *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota"),
            *("kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "sigma"),
            *("tau", "upsilon", "phi", "chi", "psi", "omega"),
        ),
        strict=True,
    )
)
LETTERS = {"ß": "ss", "ø": "o", "ł": "l", "æ": "e"}
SPELLED_OUT = str.maketrans(GREEK | LETTERS)
STOP = frozenset(
    re.findall(
        r"\w+",
        """
    a an and any are as at be been being but by can could did do does doing et for from had
    has have having he her his how i if in into is it its me my no nor not of off on or our
    out over own per she should so some such than that the their them then there these they
    this those to too under up us was we were what when where which while who whom whose why
    will with would you your am about via vs versus whether im ive against whats whos hows
    thats theres isnt arent dont doesnt didnt cant wont
    """,
    )
)
"""Words that carry no subject."""
SPELLING = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"ae(?=[a-z])", "e"),
        (r"oe(?=[a-z]{2})", "e"),
        (r"ph", "f"),
        (r"([a-z]{2})our(?=$|s$|al$|ed$|ing$|able$|ful$)", r"\1or"),
        (r"([a-z]{2})is(e|ed|es|er|ing|ation|ations)$", r"\1iz\2"),
        (r"([a-z]{2})ys(e|ed|es|ing)$", r"\1yz\2"),
        (r"([a-z]{2}[bt])re(s?)$", r"\1er\2"),
        (r"yoghurt", "yogurt"),
        (r"^soya", "soy"),
        (r"([a-z]{3})ll(ed|ing)$", r"\1l\2"),
        (r"ogue(s?)$", r"og\1"),
        (r"^tumm(y|ies)$", "stomach"),
    )
)
MICROGRAMS = r"(^|[0-9])(?:μg|mcg|micrograms?)$"
RESPELLED = re.compile("|".join([MICROGRAMS, *(pattern.pattern for pattern, _ in SPELLING)]))
"""Where any of these may hold: most words have none."""
MEASURE = re.compile(r"([0-9]+)(ug|mg|g|kg|ml|nmol|pmol|mmol|iu|pg|ng)")
DATED = re.compile(r"((?:19|20)[0-9][0-9])([a-d])")
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
JOINS = r"\-‐‑–−'’.,/"
CJK = r"々ぁ-ヿ一-鿿\uac00-\ud7a3"
LETTER = r"0-9a-zªµºß-öø-ʯͰ-\u0383\u0386-ϯЀ-ԯḀ-῿⁰-₟\u0621-\u06d3"
CHUNK = re.compile(f"[{LETTER}]+(?:[{JOINS}][{LETTER}]+)*|[{CJK}]+(?:[{JOINS}][{CJK}]+)*")


def chunks(text: str) -> list[str]:
    """Return every run of letters and digits of *text*, small, with hyphens and the like within."""
    low = text.lower()
    return CHUNK.findall(low if len(low) == len(text) else text)


@cache
def forms(chunk: str) -> tuple[str, tuple[str, ...]]:
    """Return the whole of a *chunk*, ``""`` if it has no hyphen, and its parts."""
    even = normalize("NFKC", chunk).lower()
    if even.isascii() and even.isalpha() and not RESPELLED.search(even):
        return "", (even,)
    if NUMBER.fullmatch(even):
        return "", (re.sub(r"\.0+$", "", re.sub(r",(?=[0-9]{3}([^0-9]|$))", "", even)),)
    bare = re.sub(r"['’]", "", re.sub(r"['’]s(?![0-9A-Za-z_])", "", even))
    parts = tuple(part for piece in re.split(r"[-‐‑–−.,/]", bare) for part in _plain(piece) if part)
    return ("".join(parts) if len(parts) > 1 and re.search(r"[-‐‑–−]", bare) else ""), parts


def _plain(part: str) -> tuple[str, ...]:
    plain = re.sub(MICROGRAMS, r"\1ug", part)
    if not plain.isascii():
        bare = re.sub("[\u0300-\u036f]", "", normalize("NFD", plain))
        plain = bare.translate(SPELLED_OUT)
    if measured := MEASURE.fullmatch(plain) or DATED.fullmatch(plain):
        return (measured[1], measured[2])
    for pattern, to in SPELLING if RESPELLED.search(plain) else ():
        plain = pattern.sub(to, plain)
    return (plain,)


def words(text: str) -> Iterator[str]:
    """Yield the words of *text* in order; one with a hyphen gives itself and its parts."""
    for chunk in chunks(text):
        whole, parts = forms(chunk)
        if whole:
            yield whole
        yield from parts


def parts_of(text: str) -> list[str]:
    """Return the words of *text* without the wholes of those with a hyphen."""
    return [part for chunk in chunks(text) for part in forms(chunk)[1]]


def singular(word: str) -> str:
    """Return *word* without the sign of the plural."""
    return re.sub(r"(?<=[a-z]{2}[^su])s$|(?:(?<=[sxz])|(?<=ch)|(?<=sh))es$", "", word, count=1)


def key(tokens: Iterable[str]) -> str:
    """Return the key under which the name of these *tokens* is looked up."""
    return "".join(singular(word) for word in tokens if word not in STOP)
