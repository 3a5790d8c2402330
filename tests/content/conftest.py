"""The content as data: fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

from content import ORDER, Chapter, Claim, read_chapter
from kb.sources.bibliography import Source, read_sources


@pytest.fixture(scope="session")
def chapters(docs: Path) -> list[Chapter]:
    """The chapters in order."""
    return [read_chapter(docs / f"sections/{slug}.md") for slug in ORDER]


@pytest.fixture(scope="session")
def claims(chapters: list[Chapter]) -> dict[str, Claim]:
    """All claims by id."""
    return {claim.id: claim for chapter in chapters for claim in chapter.claims}


@pytest.fixture(scope="session")
def sources(docs: Path) -> dict[str, Source]:
    """All sources by key."""
    return read_sources(docs / "data/sources.bib")


@pytest.fixture(scope="session")
def pages(docs: Path) -> dict[str, str]:
    """Every page for readers, as text, by its path."""
    folders = ("sections", "reference", "about")
    paths = [
        docs / "index.md",
        *(path for name in folders for path in sorted((docs / name).glob("*.md"))),
    ]
    return {str(path.relative_to(docs)): path.read_text(encoding="utf-8") for path in paths}
