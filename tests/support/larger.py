"""A book as it is and many times as large, whose search comes in parts.

:func:`grown` copies the records of the built site.  In each copy sentences stand in other records
of their kind, and so many of the longer words are other words that the vocabulary grows as the
number of copies to the power of 0.55 (Heaps' law): what is copied packs too well otherwise.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

from kb.core.late_scripts import write_digests
from kb.search import records as search
from kb.search.shards import CITED

GROWTH = 0.55
KEPT = ("kind", "page", "verdict", "identifier")
"""Columns that are in each copy as they are."""
WORD = re.compile(r"\b(?!dated\b)[A-Za-z]{5,}", re.ASCII)
LETTERS = "abcdefghijklmnopqrstuvwxyz"

Columns = dict[str, list[Any]]


def loaded(site: Path, name: str) -> Any:
    """Return what the script *name* of the search of a *site* holds."""
    text = (site / "_static" / name).read_text(encoding="utf-8")
    return json.loads(text[text.index("=") + 1 : text.rindex(";")])


def in_parts(site: Path, folder: Path, times: int = 1) -> Path:
    """Copy the *site* into *folder*, its search *times* as large and in parts; return the copy."""
    book = shutil.copytree(
        site.resolve(), folder / "site", ignore=shutil.ignore_patterns("*.pdf", "*.epub")
    )
    static = book / "_static"
    data, texts = grown(loaded(site, search.DATA), loaded(site, search.TEXTS_DATA), times)
    written, parts = search.scripts_of(data, texts, 0)
    search.write(static, written, parts)
    write_digests(book)
    return book


def grown(
    data: dict[str, Any], texts: dict[str, Any], times: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the records *data* with their *texts*, so many *times*."""
    share = (times**GROWTH - 1) / (times - 1) if times > 1 else 0
    columns = data["columns"] | {"later": texts["text"], "identifier": texts["identifier"]}
    copies = [columns, *(_copied(columns, copy, share) for copy in range(1, times))]
    all_columns = {name: [one for copy in copies for one in copy[name]] for name in columns}
    texts = texts | {"text": all_columns.pop("later"), "identifier": all_columns["identifier"]}
    columns = all_columns | {"identifier": [0] * len(texts["text"])}
    return data | {"columns": columns}, texts


def _copied(columns: Columns, copy: int, share: float) -> Columns:
    count = len(columns["kind"])
    columns = columns | {"later": _shuffled(columns["kind"], columns["later"], copy)}
    values = {name: partial(_value, name, copy, count, share) for name in columns}
    return {name: [values[name](one) for one in column] for name, column in columns.items()}


def _shuffled(kinds: list[str], texts: list[Any], copy: int) -> list[Any]:
    """Return the *texts*, each of as many sentences as it had, from all texts of its kind."""
    cut = [text.split(". ") if text else [] for text in texts]
    pools: dict[str, list[str]] = defaultdict(list)
    for kind, sentences in zip(kinds, cut, strict=True):
        pools[kind] += sentences
    for pool in pools.values():
        random.Random(copy).shuffle(pool)
    return [
        ". ".join(pools[kind].pop() for _ in sentences) or 0
        for kind, sentences in zip(kinds, cut, strict=True)
    ]


def _value(name: str, copy: int, count: int, share: float, value: Any) -> Any:
    if not value or name in KEPT:
        return value
    if name in ("terms", "claims"):
        return [place + copy * count for place in value]
    if name == "anchor":
        return value if value == 1 else f"{value}-{copy}"
    if isinstance(value, list):
        return [_in_words(text, copy, count, share) for text in value]
    return _in_words(value, copy, count, share)


def _in_words(text: str, copy: int, count: int, share: float) -> str:
    """Return *text* in the words of a *copy*, of which a *share* are its own."""

    def changed(found: re.Match[str]) -> str:
        word = found[0]
        number = crc32(f"{word.lower()} {copy}".encode())
        if number / 2**32 >= share:
            return word
        tail = "".join(LETTERS[number // 26**place % 26] for place in range(3))
        return word[:-2] + tail + word[-2:]

    def moved(found: re.Match[str]) -> str:
        places = (str(int(place) + copy * count) for place in found[2].split(","))
        return f"\ue000{found[1]}{','.join(places)}\ue001"

    return CITED.sub(moved, WORD.sub(changed, text))
