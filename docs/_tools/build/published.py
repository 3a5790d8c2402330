"""Check that a built site answers every address that was published: no link of others breaks.

``docs/data/published-ids.txt`` lists them by release, and only ``make release`` adds to it::

    # 1.0.0 - 2026-11-22
    sections/gut-health.html
    sections/gut-health.html#claim-c1

An address is a file of the site for readers: a page, a download, the inventory.  An anchor
belongs to a claim, a term, a source, a food, a row of the register, a figure or a section.
Pages for authors are not listed.  ``docs/data/redirects.csv`` says which address moved or went,
and then the site still answers it (see ``docs/_ext/kb/site/redirects.py``).

``python -m build.published _build/html`` prints one line for each address that is gone.
"""

from __future__ import annotations

import difflib
import html
import posixpath
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from kb.core.tables import DataError, read_rows

LIST = "docs/data/published-ids.txt"
REDIRECTS = "docs/data/redirects.csv"
OUTSIDE = ("authoring/", "_static/", "_sources/", "_images/", ".")
"""How addresses begin that are not for readers: pages for authors, parts of pages, Sphinx's own."""
UNLISTED = ("404.html", "genindex.html")
"""What answers lost addresses, and Sphinx's index of the glossary, to which no page leads."""
BOOKS = (".pdf", ".epub")
"""They lie in the site only if they were built first; their names stand in the settings."""
_KINDS = "claim|term|source|food|register|fig"
ANCHOR = re.compile(
    r'<(?:section|table|figure)\b[^>]*?\sid="([^"]+)"|<span id="([^"]+)"></span>|'
    rf'\sid="((?:{_KINDS})-[^"]+)"'
)
"""A section, a table, a figure, a further name of something (as docutils writes it), or one of our
own names."""
NUMBERED = re.compile(r"(id|index-)\d+\Z")
"""Names that docutils counts out; they change with every citation."""
REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; ?url=([^"#]+)')
GONE = '<meta name="kb-gone"'
"""How ``redirects`` marks a page without a successor: it answers all of its anchors."""


@dataclass(frozen=True)
class Published:
    """One address of the list, its *line*, and the *version* that published it first."""

    address: str
    line: int
    version: str


def read_list(path: Path) -> list[Published]:
    """Read the list at *path*; there is none before the first release."""
    found, version = [], ""
    for line, text in enumerate(
        path.read_text(encoding="utf-8").splitlines() if path.is_file() else [], start=1
    ):
        if text.startswith("# ") and (match := re.match(r"# (\d+\.\d+\.\d+)\b", text)):
            version = match[1]
        elif text and not text.startswith("#"):
            found.append(Published(text, line, version))
    return found


def addresses(site: Path) -> set[str]:
    """Every address of *site* that readers may have linked to, with its anchors."""
    found = set()
    for path in site.rglob("*"):
        name = path.relative_to(site).as_posix()
        if (
            path.is_file()
            and not name.startswith(OUTSIDE)
            and name not in UNLISTED
            and not name.endswith(BOOKS)
        ):
            found.add(name)
            if name.endswith(".html"):
                found |= {
                    f"{name}#{anchor}" for anchor in anchors(path.read_text(encoding="utf-8"))
                }
    return found


def anchors(page: str) -> Iterator[str]:
    """The anchors of a *page* that others may link to."""
    for match in ANCHOR.finditer(page):
        name = html.unescape(match[1] or match[2] or match[3])
        if not NUMBERED.match(name):
            yield name


def faults(site: Path, root: Path) -> list[str]:
    """Return one line for each published address that *site* no longer answers, with its cure."""
    site = site.resolve()
    there, published = addresses(site), read_list(root / LIST)
    try:
        there |= downloads_told(root / REDIRECTS, there)
    except DataError as error:
        return str(error).splitlines()
    successor = cache(partial(_successor, site))
    lost = [
        item
        for item in published
        if item.address not in there and not _is_answered(item.address, successor, there)
    ]
    pages = {item.address for item in lost if "#" not in item.address}
    # A page that is gone is one fault; its anchors go with it.
    return [
        _message(item, there)
        for item in lost
        if "#" not in item.address or item.address.partition("#")[0] not in pages
    ]


def downloads_told(path: Path, there: set[str]) -> set[str]:
    """Return the old downloads that the file *path* accounts for: gone, or now what is *there*.

    :raises DataError: if the file cannot be read.
    """
    rows = [row for _, row in read_rows(path, ["old", "new", "reason"])]
    downloads = [row for row in rows if not re.search(r"\.html(#|\Z)", row["old"])]
    answered = [row for row in downloads if row["reason"].strip()]
    return {row["old"] for row in answered if not row["new"] or row["new"] in there}


def _successor(site: Path, name: str) -> str:
    """Return the page to which the page *name* has moved, '-' if it is gone, or nothing."""
    text = (
        (site / name).read_text(encoding="utf-8")
        if name.endswith(".html") and (site / name).is_file()
        else ""
    )
    if GONE in text:
        return "-"
    moved = REFRESH.search(text)
    return (
        posixpath.normpath(posixpath.join(posixpath.dirname(name), html.unescape(moved[1])))
        if moved
        else ""
    )


def _is_answered(address: str, successor: Callable[[str], str], there: set[str]) -> bool:
    """Whether the page that took over answers the anchor, or says that all of it is gone."""
    page, _, anchor = address.partition("#")
    return bool(anchor) and (successor(page) == "-" or f"{successor(page)}#{anchor}" in there)


def _message(item: Published, there: set[str]) -> str:
    page, hash_, anchor = item.address.partition("#")
    near = {
        name.partition("#")[2]: name for name in there if hash_ and name.startswith(f"{page}#")
    } or {n: n for n in there}
    elsewhere = [name for name in sorted(there) if hash_ and name.endswith(f"#{anchor}")]
    guess = elsewhere[:1] or [
        near[name] for name in difflib.get_close_matches(anchor or page, sorted(near), n=1)
    ]
    row = f"{item.address},{guess[0] if guess else '<new address>'},<reason>"
    return (
        f"{LIST}:{item.line}: {item.address!r}, published in {item.version or 'a release'}, "
        f"is gone; bring it back, or say in {REDIRECTS} where it went or why: {row}"
    )


def main() -> int:
    """Check the site that the command line names."""
    found = faults(Path(sys.argv[1]), Path(__file__).resolve().parents[3])
    print("\n".join(found) if found else "the site answers every published address")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
