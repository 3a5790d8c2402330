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
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from upkeep.report import CLEAR, FLAGGED, OPEN, deliver

ROOT = Path(__file__).resolve().parents[3]
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
    rows = [(link.word, link.address, link.place, link.said) for link in links]
    return deliver("Links", ("Address", "Stands in", "What was found"), rows, given.report)


if __name__ == "__main__":
    sys.exit(main())
