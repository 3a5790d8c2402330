"""Reads a page for whatever could run in it: scripts, handlers, addresses of schemes that run or hold data."""

from __future__ import annotations

import re
from html.parser import HTMLParser

DATA_BLOCKS = ("application/ld+json",)
"""Types of script elements that no browser runs."""
ADDRESSES = (
    "href",
    "xlink:href",
    "src",
    "srcset",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "cite",
    "ping",
)
FETCHED = (
    "stylesheet",
    "icon",
    "preload",
    "modulepreload",
    "prefetch",
    "manifest",
    "apple-touch-icon",
)
"""Kinds of links that a browser loads by itself; they lead to files of the site."""
LOADS = ("link", "script", "style", "img")
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


class Reader(HTMLParser):
    """What a page could run, and where its policy stands."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.policies: list[str] = []
        self.is_late = self.loads = False
        self.inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.faults += [
            f"<{tag} {name}>" for name in given if name.startswith("on") or name == "srcdoc"
        ]
        self.faults += [
            f"<{tag} {name}={value[:40]!r}>"
            for name, value in given.items()
            if not self.is_safe(tag, name, value, given)
        ]
        if tag in ("base", "object", "embed", "iframe", "frame", "applet") and not (
            tag == "base" and not self.loads
        ):
            self.faults.append(f"<{tag}>")
        if tag == "meta" and given.get("http-equiv"):
            self.policies.append(self.get_starttag_text() or "")
            self.is_late = self.loads
        self.loads = self.loads or (
            tag in LOADS
            and given.get("rel") != "alternate"
            and given.get("type") not in DATA_BLOCKS
        )
        if given.get("target") == "_blank" and "noopener" not in given.get("rel", ""):
            self.faults.append(f"<{tag} target=_blank> without rel=noopener")
        self.inside = tag if tag == "script" and given.get("type") not in DATA_BLOCKS else ""

    @staticmethod
    def is_safe(tag: str, name: str, value: str, given: dict[str, str]) -> bool:
        """Whether an attribute leads to a page, a file or a mailbox; pictures alone may hold their own data."""
        scheme = SCHEME.match(re.sub(r"[\x00-\x20]", "", value)) if name in ADDRESSES else None
        if scheme is None:
            return True
        kind, rel = scheme[1].lower(), given.get("rel", "")
        if tag in ("script", "img", "image", "use", "source") or (tag == "link" and rel in FETCHED):
            return kind == "data" and (tag == "img" or rel == "icon")
        return kind in ("http", "https", "mailto")

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.faults.append(f"a script within the page: {data.strip()[:40]!r}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""
