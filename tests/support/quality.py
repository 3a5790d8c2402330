"""How good the search is: queries of readers, and where the right place is in the answers.

Answers come from the scripts in Node (``answers_of_scripts``), in milliseconds, or from the real
dialog (``answers``, which types and reads the links of the list); :class:`Score` sums up.
``KB_QUERIES`` names another file of queries, in the form of ``queries.yaml``, for the test and
for the benchmark.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page

from browsing import until
from build import node

SCRIPTS = Path(__file__).parents[1] / "kb/search"
NPM = node.npm() or [""]
NODE = NPM[0] if len(NPM) > 1 else shutil.which("node")
"""Node of the system, or that which pip brought."""
needs_node = pytest.mark.skipif(not NODE, reason="node is missing: apt-get install nodejs npm")
QUERIES = Path(os.environ.get("KB_QUERIES") or Path(__file__).with_name("queries.yaml"))
DIALOG = "#pst-search-dialog"
DEPTH = 10
"""So many places of the list count, as many as the dialog shows."""
READY = "document.documentElement.dataset.search === 'ready'"
LISTED = "!document.querySelector('#pst-search-dialog [aria-busy]')"
"""What the field asks is listed: of a large book, parts come first."""

Query = dict[str, Any]


def queries() -> list[Query]:
    """The queries of :data:`QUERIES`."""
    found: list[Query] = yaml.safe_load(QUERIES.read_text(encoding="utf-8"))
    return found


@dataclass
class Score:
    """What a list of queries came to."""

    places: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    firsts: list[bool] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unrelated: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, query: Query, found: list[str]) -> None:
        """Count one query whose list began with the addresses *found*."""
        if not query["expect"]:
            self.unrelated += 1
            self.wrong += [query["query"]] if found else []
            return
        rank = _rank(found, set(query["expect"]))
        self.places.append(1 / rank if rank else 0)
        pages = {place.split("#")[0] for place in query["expect"]}
        at = _rank([place.split("#")[0] for place in found], pages)
        self.pages.append(1 / at if at else 0)
        self.firsts.append(0 < rank <= 5)
        self.empty += [] if found else [query["query"]]
        if rank != 1:
            self.misses.append(
                f"{query['query']!r}: rank {rank or '-'}, first {found[0] if found else 'nothing'}"
            )

    @property
    def place(self) -> float:
        """Mean reciprocal rank of the right place."""
        return sum(self.places) / len(self.places)

    @property
    def page(self) -> float:
        """Mean reciprocal rank of the right page."""
        return sum(self.pages) / len(self.pages)

    @property
    def first_five(self) -> float:
        """The share of queries with a right place among the first five."""
        return sum(self.firsts) / len(self.firsts)

    @property
    def nothing(self) -> float:
        """The share of queries with an answer that got none."""
        return len(self.empty) / len(self.places)

    def __str__(self) -> str:
        wrong = f"{len(self.wrong)} of {self.unrelated}"
        return (
            f"place {self.place:.3f}  page {self.page:.3f}  first five {self.first_five:.3f}  "
            f"nothing {self.nothing:.3f}  unrelated with a hit {wrong}"
        )


def _rank(found: list[str], right: set[str]) -> int:
    return next((number for number, place in enumerate(found[:DEPTH], 1) if place in right), 0)


def open_dialog(page: Page) -> None:
    """Open the dialog as a reader does, and wait until every text is read."""
    page.keyboard.press("Control+k")
    until(page, READY)


def answers(page: Page, query: str) -> list[str]:
    """Type *query* and return the addresses of the list, from the root of the site."""
    page.locator(f"{DIALOG} input").fill(query)
    until(page, LISTED)
    hrefs: list[str] = page.locator(f"{DIALOG} [role=option]").evaluate_all(
        "(found) => found.map((link) => link.href)"
    )
    root: str = page.evaluate(
        "new URL(document.documentElement.dataset.content_root || './', location.href).href"
    )
    return [href.removeprefix(root) for href in hrefs]


def answers_of_scripts(site: Path, asked: list[str], *mode: str) -> dict[str, list[str]]:
    """Return the first addresses that the scripts of the search in Node give to each query.

    With ``"sure"`` a list has none whose results are for a part of the query, and say so; with
    ``"warned"`` it has those that a warning puts first, with ``"english"`` what a query in another
    language is taken for.
    """
    done = subprocess.run(
        [str(NODE), str(SCRIPTS / "answers.mjs"), *mode],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"KB_SITE": str(site)},
    )
    return dict(zip(asked, json.loads(done.stdout), strict=True))


def answers_to(site: Path, asked: list[Query]) -> dict[str, list[str]]:
    """Return the answers to *asked*; where a query has none, those that claim to be one."""
    texts = [query["query"] for query in asked]
    unrelated = [query["query"] for query in asked if not query["expect"]]
    return answers_of_scripts(site, texts) | answers_of_scripts(site, unrelated, "sure")


def measure(
    asked: Iterable[Query], answer: Callable[[str], list[str]]
) -> tuple[Score, dict[str, Score]]:
    """Run the queries *asked*; return the score of all and that of each class."""
    whole, classes = Score(), dict[str, Score]()
    for query in asked:
        found = answer(query["query"])
        whole.add(query, found)
        if query["expect"]:
            classes.setdefault(query["class"], Score()).add(query, found)
    return whole, classes
