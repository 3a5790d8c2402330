"""Check a built site from outside: every link inside it leads to a page and an anchor that exist.

Sphinx checks references that it resolved itself; templates, drawings and raw
addresses pass it by.  ``python docs/_tools/check_site.py _build/html`` prints one
line for each fault and exits with 1 if there is any.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """Collects the ids and the addresses of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            elif name in ("href", "src") and value:
                self.links.append((self.getpos()[0], value))


def read(path: Path) -> Page:
    """Parse the page at *path*."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def faults(site: Path) -> list[str]:
    """Return one line for each dead link and each id that stands twice in a page of *site*."""
    # The theme leaves templates among its static files; they are no pages.
    found = (path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts)
    pages = {path: read(path) for path in found}
    return [f"{path.relative_to(site)}: {fault}" for path, page in pages.items() for fault in _faults(site, pages, path, page)]


def _faults(site: Path, pages: dict[Path, Page], path: Path, page: Page) -> Iterator[str]:
    for twice in sorted({name for name in page.ids if page.ids.count(name) > 1}):
        yield f"the id {twice!r} stands twice"
    for line, link in page.links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or link.startswith("data:"):
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        target = target / "index.html" if target.is_dir() else target
        if not target.is_relative_to(site.resolve()):
            yield f"line {line}: {link!r} leads out of the site"
        elif not target.exists():
            yield f"line {line}: {link!r} leads nowhere"
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
            yield f"line {line}: {link!r}: the page has no such anchor"


def main() -> int:
    """Check the site that the command line names."""
    found = faults(Path(sys.argv[1]).resolve())
    print("\n".join(found) if found else "every link of the site leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
