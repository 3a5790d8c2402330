"""EPUBs opened as an e-reader does."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET
from zipfile import ZipFile

XHTML, OPF, OPS = (
    "{http://www.w3.org/1999/xhtml}",
    "{http://www.idpf.org/2007/opf}",
    "{http://www.idpf.org/2007/ops}",
)
DC = "{http://purl.org/dc/elements/1.1/}"


@dataclass
class Ebook:
    """An EPUB, read as an e-reader does: the package, then its pages."""

    path: Path

    @cached_property
    def files(self) -> dict[str, bytes]:
        with ZipFile(self.path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @cached_property
    def package(self) -> ET.Element:
        return ET.fromstring(self.files["content.opf"])

    @cached_property
    def pages(self) -> dict[str, ET.Element]:
        return {
            name: ET.fromstring(data)
            for name, data in self.files.items()
            if name.endswith(".xhtml")
        }

    @cached_property
    def spine(self) -> list[str]:
        """The pages in reading order."""
        places = {item.get("id"): item.get("href") for item in self.package.iter(f"{OPF}item")}
        return [places[ref.get("idref")] for ref in self.package.iter(f"{OPF}itemref")]

    def text(self, name: str) -> str:
        """The words of a page."""
        return " ".join("".join(self.pages[name].itertext()).split())

    def source(self, name: str) -> str:
        return self.files[name].decode()

    def meta(self, name: str) -> list[str]:
        """What the package says under a property."""
        return [
            node.text for node in self.package.iter(f"{OPF}meta") if node.get("property") == name
        ]

    def links(self) -> Iterator[tuple[str, str]]:
        """Each page and each address in it."""
        for name, page in self.pages.items():
            for node in page.iter():
                for attribute in ("href", "src"):
                    if address := node.get(attribute):
                        yield name, address

    def dead_links(self) -> list[str]:
        """Links within the book that lead to no page or to no place in it."""
        found = []
        ids = {name: {node.get("id") for node in page.iter()} for name, page in self.pages.items()}
        for name, address in self.links():
            parts = urlsplit(address)
            if not parts.scheme:
                target = (
                    posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
                    if parts.path
                    else name
                )
                if target not in self.files or (
                    parts.fragment and unquote(parts.fragment) not in ids[target]
                ):
                    found.append(f"{name}: {address}")
        return found
