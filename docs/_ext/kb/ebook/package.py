"""The package around the pages: what it says of itself, its landmarks, and the archive."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

OPF, DC = "{http://www.idpf.org/2007/opf}", "{http://purl.org/dc/elements/1.1/}"
XHTML, OPS = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/ops}"
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""An archive can hold no earlier date."""

ACCESS = (
    ("schema:accessMode", "textual"),
    ("schema:accessMode", "visual"),
    ("schema:accessModeSufficient", "textual"),
    ("schema:accessibilityFeature", "alternativeText"),
    ("schema:accessibilityFeature", "displayTransformability"),
    ("schema:accessibilityFeature", "readingOrder"),
    ("schema:accessibilityFeature", "structuralNavigation"),
    ("schema:accessibilityFeature", "tableOfContents"),
    ("schema:accessibilityHazard", "none"),
)
"""True of every EPUB that this package makes: words for each picture, and nothing that moves."""
CONTENTS = "contents.xhtml"
"""The contents as a page of the book; what e-readers make their menu of is ``nav.xhtml``."""
TITLES = {"glossary": "Glossary", "bibliography": "Sources"}


def describe(opf: Path, license_address: str, summary: str) -> None:
    """Add to the package what its readers must know, and drop what says nothing of it."""
    tree = _parse(opf, {"": OPF, "dc": DC})
    metadata, manifest, spine = (
        _child(tree, OPF + name) for name in ("metadata", "manifest", "spine")
    )
    for meta in [
        m
        for m in metadata
        if m.get("property", "").startswith("ibooks:") or _repeats_author(metadata, m)
    ]:
        metadata.remove(meta)
    tree.getroot().attrib.pop("prefix", None)
    for name, value in [*ACCESS, *([("schema:accessibilitySummary", summary)] if summary else [])]:
        ET.SubElement(metadata, f"{OPF}meta", {"property": name}).text = value
    if license_address:
        ET.SubElement(metadata, f"{OPF}link", {"rel": "dcterms:license", "href": license_address})
    _mark_cover(metadata, manifest)
    _mark_formulas(opf.parent, manifest)
    # Readers meet the contents in front, as in any book, behind the cover and the page on the
    # edition.
    page = {"id": "contents", "href": CONTENTS, "media-type": "application/xhtml+xml"}
    ET.SubElement(manifest, f"{OPF}item", page)
    spine.insert(2, ET.Element(f"{OPF}itemref", {"idref": "contents"}))
    _write(tree, opf)


def _repeats_author(metadata: ET.Element, node: ET.Element) -> bool:
    return node.tag == f"{DC}contributor" and node.text == metadata.findtext(f"{DC}creator")


def _mark_cover(metadata: ET.Element, manifest: ET.Element) -> None:
    """Say of the cover picture what EPUB 3 calls it; Sphinx says it for EPUB 2 alone."""
    names = [meta.get("content") for meta in metadata if meta.get("name") == "cover"]
    for item in manifest:
        if item.get("id") in names:
            item.set("properties", "cover-image")


def _mark_formulas(folder: Path, manifest: ET.Element) -> None:
    """Say which pages hold MathML, as EPUB 3 asks."""
    for item in manifest:
        page = folder / str(item.get("href"))
        if page.suffix == ".xhtml" and "<math " in page.read_text(encoding="utf-8"):
            item.set("properties", "mathml")


def first_of(kinds: dict[str, str], order: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The first page of each kind, in reading order."""
    found: dict[str, str] = {}
    for node in order:
        if (page := node["refuri"]) in kinds:
            found.setdefault(kinds[page], page)
    return found


def contents(nav: Path, page: Path) -> None:
    """Write the contents as a *page*: the list of *nav*, without numbers of its own.

    EPUB 3 wants ``ol`` in the one, and an e-reader that knows no styles numbers it: "3. 1. The
    gut-brain axis", since the titles of chapters have their numbers.
    """
    tree = _parse(nav, {"": XHTML, "epub": OPS})
    box = _child(tree, f"{XHTML}body/{XHTML}main/{XHTML}nav")
    for extra in _child(tree, f"{XHTML}body/{XHTML}main").findall(f"{XHTML}nav")[1:]:
        _child(tree, f"{XHTML}body/{XHTML}main").remove(extra)
    box.tag, box.attrib = f"{XHTML}section", {"class": "kb-contents"}
    for each in list(box.iter(f"{XHTML}ol")):
        each.tag = f"{XHTML}ul"
    _write(tree, page, "<!DOCTYPE html>\n")


def landmarks(nav: Path, start: str, pages: dict[str, str]) -> None:
    """Give the contents the stylesheet, and the places that e-readers jump to."""
    tree = _parse(nav, {"": XHTML, "epub": OPS})
    ET.SubElement(
        _child(tree, f"{XHTML}head"),
        f"{XHTML}link",
        rel="stylesheet",
        type="text/css",
        href="_static/epub.css",
    )
    body = _child(tree, f"{XHTML}body")
    # The contents as a list of links, for those who listen.
    _child(tree, f"{XHTML}body/{XHTML}nav").set("role", "doc-toc")
    contents, main = list(body), ET.SubElement(body, f"{XHTML}main")
    for part in contents:
        body.remove(part)
        main.append(part)
    box = ET.SubElement(
        main,
        f"{XHTML}nav",
        {f"{OPS}type": "landmarks", "hidden": "hidden", "aria-label": "Landmarks"},
    )
    places = [("cover", "epub-cover.xhtml", "Cover"), ("toc", CONTENTS, "Contents")]
    places += [("bodymatter", start, "Start of the book")]
    places += [
        (kind, page, TITLES.get(kind, kind)) for kind, page in pages.items() if kind != "chapter"
    ]
    listed = ET.SubElement(box, f"{XHTML}ol")
    for kind, page, words in places:
        ET.SubElement(
            ET.SubElement(listed, f"{XHTML}li"), f"{XHTML}a", {f"{OPS}type": kind, "href": page}
        ).text = words
    _write(tree, nav, "<!DOCTYPE html>\n")


def pack(folder: Path, target: Path, names: Iterable[str], date: datetime.datetime) -> None:
    """Write the archive: the type first and not compressed, then all else by name, each with one
    date."""
    with ZipFile(target, "w") as archive:
        for name in ["mimetype", *sorted({*names} - {"mimetype"})]:
            entry = ZipInfo(name, max(date.timetuple()[:6], EARLIEST))
            entry.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            # Of one kind, wherever it is packed: made on Unix, to be read by all.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, (folder / name).read_bytes(), compresslevel=9)


def _parse(path: Path, prefixes: dict[str, str]) -> ET.ElementTree[ET.Element]:
    for prefix, space in prefixes.items():
        ET.register_namespace(prefix, space[1:-1])
    return ET.parse(path)


def _child(tree: ET.ElementTree[ET.Element], tag: str) -> ET.Element:
    found = tree.getroot().find(tag)
    assert found is not None, f"Sphinx writes no {tag} any more"
    return found


def _write(tree: ET.ElementTree[ET.Element], path: Path, doctype: str = "") -> None:
    ET.indent(tree)
    text = ET.tostring(tree.getroot(), encoding="unicode")
    path.write_text(
        f'<?xml version="1.0" encoding="utf-8"?>\n{doctype}{text}\n', encoding="utf-8", newline="\n"
    )
