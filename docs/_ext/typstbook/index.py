"""The index at the back: from the ``index`` nodes of the chapters, by letters.

Whatever Sphinx knows as an index entry is printed: those of the ``index`` role and
directive, and those that an extension puts into the trees (``single``, ``pair``,
``triple``, ``see`` and ``seealso``; ``main`` in bold).  Python sorts them and
Typst, which alone knows the pages, puts in the numbers, each a link to its place.

Entries that differ in capitals only are one.  Marks and digits before the first
letter do not count in the order, and a Greek letter counts by its name:
"1,4-dihydroxy ..." stands under D, "γ-carboxylation" with gamma.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from sphinx.util.index_entries import split_index_msg

from typstbook.markup import Content, call, escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typstbook.assembly import Book

Key = tuple[str, str]

#: The head of entries without a letter.
_NO_LETTER = "0–9"
#: Names below an entry that are all as short as this share its lines.
_SHORT = 3


@dataclass
class Entry:
    """One line of the index; ``places`` maps anchors to whether they are the main ones."""

    name: str
    places: dict[str, bool] = field(default_factory=dict)
    see: dict[Key, str] = field(default_factory=dict)
    subs: dict[Key, Entry] = field(default_factory=dict)

    def sub(self, name: str) -> Entry:
        return self.subs.setdefault(_key(name), Entry(name))


def index_of(book: Book) -> str:
    """The index of a book as markup; nothing if the book has no entries."""
    root = Entry("")
    for chapter in book.chapters:
        for kind, value, target, main, _key_letter in chapter.resolved.entries:
            _note(root, kind, value, f"{chapter.docname}#{target}", bool(main))
    return _printed(root) if root.subs else ""


def _note(root: Entry, kind: str, value: str, place: str, is_main: bool) -> None:
    parts = split_index_msg(kind, value)
    if kind in ("see", "seealso"):
        if _key(parts[0]) != _key(parts[1]):
            root.sub(parts[0]).see[_key(parts[1])] = parts[1]
        return
    for name, *subs in _ways(kind, parts):
        entry = root.sub(name)
        for sub in subs:
            entry = entry.sub(sub)
        entry.places[place] = is_main or entry.places.get(place, False)


def _ways(kind: str, parts: list[str]) -> list[list[str]]:
    """The lines under which an entry stands: a pair under both of its words."""
    if kind == "pair":
        return [parts, parts[::-1]]
    if kind == "triple":
        one, two, three = parts
        return [[one, f"{two} {three}"], [two, f"{three}, {one}"], [three, f"{one} {two}"]]
    return [parts]


def _printed(root: Entry) -> str:
    lines = []
    for letter, entries in groupby(_sorted(root), key=lambda entry: _letter(entry.name)):
        lines.append(call("index-letter", letter))
        for entry in entries:
            lines += _lines(entry, root)
    return call("index-page", Content("\n".join(lines)))


def _sorted(entry: Entry) -> list[Entry]:
    return [entry.subs[key] for key in sorted(entry.subs)]


def _lines(entry: Entry, root: Entry, level: int = 0) -> Iterator[str]:
    while not (entry.places or entry.see) and len(entry.subs) == 1:  # one line in place of two
        only = _sorted(entry)[0]
        entry = Entry(f"{entry.name}, {only.name}", only.places, only.see, only.subs)
    subs = _sorted(entry)
    run_in = (
        bool(subs)
        and not entry.places
        and all(len(sub.name) <= _SHORT and not sub.subs for sub in subs)
    )
    options: dict[str, object] = {
        **_places(entry),
        "see": [_see(key, name, root) for key, name in sorted(entry.see.items())],
        "labels": [] if level else [_label(entry.name)],
        "run_in": [(_text(sub.name), *_places(sub).values()) for sub in subs] if run_in else [],
    }
    yield call("index-entry", level, _text(entry.name), **options)
    for sub in () if run_in else subs:
        yield from _lines(sub, root, level + 1)


def _places(entry: Entry) -> dict[str, list[str]]:
    return {
        "places": list(entry.places),
        "main": [place for place, is_main in entry.places.items() if is_main],
    }


def _see(key: Key, name: str, root: Entry) -> tuple[str, Content]:
    """Where "see" leads to: the label of an entry, if there is one, and its name."""
    return (_label(name) if key in root.subs else ""), _text(name)


def _text(name: str) -> Content:
    return Content(escape(name))


def _label(name: str) -> str:
    return f"index {_key(name)[1]}"


def _key(name: str) -> Key:
    """The place of a name in the order: its letters, and then the whole of it."""
    plain = "".join(_spelled(char) for char in unicodedata.normalize("NFKD", name.casefold()))
    return re.sub(r"^[\W\d_]+", "", plain) or plain, plain


def _spelled(char: str) -> str:
    """A letter without its accent, and a Greek one by its name."""
    if unicodedata.combining(char):
        return ""
    return (
        unicodedata.name(char, "").removeprefix("GREEK SMALL LETTER ").lower()
        if "α" <= char <= "ω"
        else char
    )


def _letter(name: str) -> str:
    first = _key(name)[0][:1].upper()
    return first if first.isalpha() else _NO_LETTER
