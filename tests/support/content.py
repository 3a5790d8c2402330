"""The content as data: chapters, claims, terms, sources and foods, read from the sources as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from kb.claims.model import CHANGE

DOCS = Path(__file__).parents[2] / "docs"
ORDER = tuple(
    re.findall(r"^sections/(\S+)$", (DOCS / "index.md").read_text(encoding="utf-8"), re.MULTILINE)
)
"""The slugs of the chapters, in the order of the contents; addresses that others link to."""
CLAIM = re.compile(r"^:::\{claim\} (\w+)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Claim:
    """A claim as it stands in its chapter."""

    id: str
    options: dict[str, str]
    quote: str
    answer: str
    assessment: str
    would_change: str

    def keys(self, side: str) -> list[str]:
        """The sources on a side."""
        return [key for key in re.split(r",\s*", self.options.get(side, "")) if key]


@dataclass(frozen=True)
class Chapter:
    """A chapter: front matter, body, claims, and the body without its claims."""

    slug: str
    fields: dict[str, object]
    body: str
    claims: list[Claim]


def _claim(match: re.Match[str]) -> Claim:
    options = dict(re.findall(r"^:([a-z-]+): (.*)$", match[2], re.MULTILINE))
    body = re.sub(r"^:[a-z-]+:.*\n", "", match[2], flags=re.MULTILINE).strip()
    quote, answer, *rest = re.split(r"\n\s*\n", body)
    change = rest.pop().removeprefix(CHANGE).strip() if rest and rest[-1].startswith(CHANGE) else ""
    return Claim(match[1], options, quote.lstrip("> "), answer, "\n\n".join(rest), change)


def read_chapter(path: Path) -> Chapter:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Chapter(
        path.stem, yaml.safe_load(front), body, [_claim(match) for match in CLAIM.finditer(body)]
    )


def claim_ids(docs: Path) -> list[str]:
    """The ids of all claims of the book, chapter by chapter."""
    chapters = [read_chapter(docs / f"sections/{slug}.md") for slug in ORDER]
    return [claim.id for chapter in chapters for claim in chapter.claims]
