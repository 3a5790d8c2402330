"""Ask every outside link whether it still leads somewhere: ``make linkcheck``.

Sphinx's own ``linkcheck`` does the asking (settings in ``docs/conf.py``); this sorts its
answers into three outcomes.

clear
    The page was there, perhaps at another address.
flagged
    The host says that there is no such page (404, 410), or there is no such host.
could not tell
    Anything else: no answer, a refusal (publishers answer 401, 403 or 429 to programs, whatever
    a reader gets), a fault of the host.  Never counted as clear, nor as broken.

Needs the network, and belongs into no build and no pull request: a workflow runs it once a
week.  Exit code 1 if anything is flagged, else 2 if anything could not be told, else 0;
3 if Sphinx gave no answers at all.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CLEAR, FLAGGED, OPEN = "clear", "flagged", "could not tell"
WELL = ("working", "redirected")
ASIDE = ("ignored", "unchecked", "local")
"""What Sphinx does not ask outside, or was told not to."""
GONE = re.compile(
    r"\A(404|410) Client Error|Name or service not known|No address associated with hostname"
)
OFFLINE = "every host was unknown: is there a network?"


@dataclass(frozen=True)
class Link:
    """One address, where it stands (the first of its places), what came out, and Sphinx's words for
    it."""

    address: str
    place: str
    word: str
    said: str


def read(lines: Iterable[str]) -> list[Link]:
    """The outcomes of Sphinx's ``output.json``: an object a line, one for each link."""
    found: dict[str, Link] = {}
    for item in map(json.loads, filter(str.strip, lines)):
        if item["status"] not in ASIDE:
            word = CLEAR if item["status"] in WELL else FLAGGED if _is_gone(item) else OPEN
            said = item["info"] or item["status"]
            found.setdefault(
                item["uri"],
                Link(item["uri"], f"docs/{item['filename']}:{item['lineno']}", word, said),
            )
    return _without_network(
        sorted(found.values(), key=lambda link: (link.word != FLAGGED, link.place, link.address))
    )


def _is_gone(item: dict[str, str]) -> bool:
    return item["status"] == "broken" and bool(GONE.search(item["info"]))


def _without_network(links: list[Link]) -> list[Link]:
    """Where no host at all was found, the fault is here."""
    lost = [link for link in links if link.word != CLEAR and "[Errno" in link.said]
    return (
        [Link(link.address, link.place, OPEN, OFFLINE) for link in links]
        if len(lost) == len(links) > 1
        else links
    )


def ask(docs: Path, work: Path) -> list[Link] | None:
    """Run Sphinx's linkcheck over *docs*, with its files in *work*; nothing if it gave
    no answers."""
    output = work / "linkcheck/output.json"
    output.unlink(missing_ok=True)
    folders = map(str, (work / "linkcheck-doctrees", docs, output.parent))
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "linkcheck", "-d", *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # Sphinx warns of each broken link and ends with 1; without the file it never came to ask.
    if not output.is_file():
        print(done.stderr, end="", file=sys.stderr)
        return None
    return read(output.read_text(encoding="utf-8").splitlines())


def table(links: list[Link]) -> str:
    """Markdown: the counts, then what is flagged, then what could not be told."""
    counts = Counter(link.word for link in links)
    lines = [
        f"Links: {len(links)}; "
        + ", ".join(f"{word}: {counts[word]}" for word in (CLEAR, FLAGGED, OPEN))
        + ".",
        "",
    ]
    shown = [link for word in (FLAGGED, OPEN) for link in links if link.word == word]
    if shown:
        lines += ["| Outcome | Address | Stands in | What was found |", "|---|---|---|---|"]
        lines += [
            f"| {link.word} | {_cell(link.address)} | {link.place} | {_cell(link.said)} |"
            for link in shown
        ]
    return "\n".join(lines).rstrip() + "\n"


def _cell(text: str) -> str:
    """*text* of others, as a cell of a table that runs nothing and calls nobody."""
    return (
        html.escape(" ".join(text.split()), quote=False).replace("|", "\\|").replace("@", "&#64;")
    )


def main(arguments: list[str] | None = None) -> int:
    """Ask, print the table, and tell by the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="the sources")
    parser.add_argument(
        "--work", type=Path, default=ROOT / "_build", help="a folder for the files of Sphinx"
    )
    parser.add_argument("--report", type=Path, help="a file for the table")
    given = parser.parse_args(arguments)
    links = ask(given.docs, given.work)
    if links is None:
        return 3
    text = table(links)
    print(text, end="")
    if given.report:
        given.report.parent.mkdir(parents=True, exist_ok=True)
        given.report.write_text(text, encoding="utf-8")
    words = {link.word for link in links}
    return 1 if FLAGGED in words else 2 if OPEN in words else 0


if __name__ == "__main__":
    sys.exit(main())
