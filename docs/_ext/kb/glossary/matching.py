"""Finding names of terms in text: what ``autolink`` links and what ``make check`` counts.

No extension, and nothing of Sphinx is needed, so that the checks stay quick.
Matching folds apostrophes, dashes and white space, takes plurals, and minds case only
for names that are all capitals.  The longest name wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from kb.core.text import fold_name

CAPITALS_MINDED = 6
"""Names in capitals with up to so many letters match by case: IBS is not 'ibs'."""


class Named(Protocol):
    """What a term must have to be found; ``explicit`` names are never found by themselves."""

    @property
    def id(self) -> str: ...
    @property
    def all_names(self) -> tuple[str, ...]: ...
    @property
    def explicit(self) -> tuple[str, ...]: ...


class Matcher:
    """Finds names of terms in text by one compiled expression, longest name first."""

    def __init__(self, terms: Mapping[str, Named]) -> None:
        self.by_name: dict[str, str] = {}
        found: set[str] = set()
        for term in terms.values():
            self.by_name |= {fold_name(name): term.id for name in term.all_names}
            found |= {*term.all_names} - {*term.explicit}
        self.expression = _expression(found)

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and term id of each name in *text*, left to right."""
        for match in self.expression.finditer(text) if self.expression else ():
            if term := self.term_of(match[0]):
                yield match.start(), match.end(), term

    def term_of(self, name: str) -> str:
        """The id of the term that is called *name*, in the singular or the plural, else ``""``."""
        folded = fold_name(name)
        forms = (
            folded,
            re.sub(r"s$", "", folded),
            re.sub(r"es$", "", folded),
            re.sub(r"ies$", "y", folded),
        )
        return next((self.by_name[form] for form in forms if form in self.by_name), "")


def _is_strict(name: str) -> bool:
    letters = [c for c in name if c.isalpha()]
    return len(letters) <= CAPITALS_MINDED and all(c.isupper() for c in letters)


def _expression(names: Iterable[str]) -> re.Pattern[str] | None:
    # By their first sign, since Python tries the alternatives one by one at each word.
    starts: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        starts.setdefault(name[0].lower()[0], []).append(_pattern(name))
    parts = [
        f"(?i:(?={_as_written(start)}))(?:{'|'.join(patterns)})"
        for start, patterns in starts.items()
    ]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])") if parts else None


def _as_written(words: str) -> str:
    """A pattern for *words* with any kind of white space, apostrophes and hyphens."""
    return re.escape(words).replace(r"\ ", r"\s+").replace("'", "['’]").replace(r"\-", "[-‐‑–]")


def _pattern(name: str) -> str:
    pattern = _as_written(name)
    plural = r"(?:s|es)?" if name[-1].isalpha() else ""
    if name.endswith("y"):
        pattern, plural = pattern[:-1], "(?:y|ies)"
    return f"{pattern}{plural}" if _is_strict(name) else f"(?i:{pattern}{plural})"
