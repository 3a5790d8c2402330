"""The text of the book as several readers of PDFs give it, and the names to look for in it."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
from pypdfium2 import raw

COMMANDS = {
    "pdftotext": ["pdftotext", "-raw", "PDF", "-"],
    "mutool": ["mutool", "draw", "-q", "-F", "txt", "-o", "-", "PDF"],
}
"""Poppler and MuPDF, as they write the text of a PDF."""


def texts(pdf: Path) -> dict[str, str]:
    """The whole text by each reader, squeezed: pdfium, pypdf and, where installed, Poppler and MuPDF."""
    read = {"pdfium": _by_pdfium(pdf), "pypdf": _by_pypdf(pdf)}
    for name, command in COMMANDS.items():
        if shutil.which(name):
            filled = [str(pdf) if word == "PDF" else word for word in command]
            done = subprocess.run(filled, capture_output=True, check=True, timeout=120, text=True)
            read[name] = done.stdout
    return {name: squeezed(text) for name, text in read.items()}


def squeezed(text: str) -> str:
    """*text* without white space, hyphens kept.

    Of a hyphen at the end of a line pdfium says that it is one, by signs of its own.
    """
    return re.sub(r"\s+", "", re.sub("[\u00ad\ufffe\u0002]", "-", text))


def glossary_names(docs: Path) -> list[str]:
    """The names of the glossary, as they are printed."""
    text = (docs / "reference/glossary.md").read_text(encoding="utf-8")
    found = re.findall(r"^:::\{definition\} (.*)$", text, re.MULTILINE)
    return [name.replace("'", "’") for name in found]


def differing(texts: dict[str, str], names: list[str]) -> dict[str, dict[str, int]]:
    """How often each reader has a name, where not all have it equally often."""
    counts = {
        name: {reader: text.count(squeezed(name)) for reader, text in texts.items()}
        for name in names
    }
    return {name: each for name, each in counts.items() if len({*each.values()}) > 1}


def _by_pdfium(pdf: Path) -> str:
    opened = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_bounded() for page in opened)
    opened.close()
    return text


def _by_pypdf(pdf: Path) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)


@dataclass
class Told:
    """What a reader makes of the book beside its text."""

    contents: list[tuple[int, str, int]]
    """Depth, title and page of each bookmark; page -1 where it leads nowhere."""
    inside: Counter[tuple[int, int]]
    """How many links lead from a page to a page, -1 where they lead nowhere."""
    outside: Counter[tuple[int, str]]
    """How many links lead from a page to an address."""
    tags: Counter[str]
    """How often each kind of tag stands in the tree."""


def told_by_pdfium(pdf: Path) -> Told:
    """By the reader of Chromium."""
    opened = pypdfium2.PdfDocument(pdf)
    contents = [
        (mark.level, mark.get_title(), place.get_index() if (place := mark.get_dest()) else -1)
        for mark in opened.get_toc()
    ]
    told = Told(contents, Counter(), Counter(), Counter())
    for number, page in enumerate(opened):
        place, link = ctypes.c_int(0), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page, place, link):
            if target := raw.FPDFLink_GetDest(opened, link):
                told.inside[number, raw.FPDFDest_GetDestPageIndex(opened, target)] += 1
            else:
                action = raw.FPDFLink_GetAction(link)
                length = raw.FPDFAction_GetURIPath(opened, action, None, 0)
                address = ctypes.create_string_buffer(length)
                raw.FPDFAction_GetURIPath(opened, action, address, length)
                told.outside[number, address.value.decode()] += 1
        tree = raw.FPDF_StructTree_GetForPage(page)
        for n in range(raw.FPDF_StructTree_CountChildren(tree)):
            told.tags.update(_kinds(raw.FPDF_StructTree_GetChildAtIndex(tree, n)))
        raw.FPDF_StructTree_Close(tree)
    opened.close()
    return told


def _kinds(element: Any) -> Iterator[str]:
    """The kind of an element of pdfium's tree, and of all below."""
    length = raw.FPDF_StructElement_GetType(element, None, 0)
    name = ctypes.create_string_buffer(length)
    raw.FPDF_StructElement_GetType(element, name, length)
    yield name.raw.decode("utf-16-le").rstrip("\0")
    for n in range(raw.FPDF_StructElement_CountChildren(element)):
        if child := raw.FPDF_StructElement_GetChildAtIndex(element, n):
            yield from _kinds(child)


def told_by_pypdf(pdf: Path) -> Told:
    """By the reader in Python."""
    opened = pypdf.PdfReader(pdf)
    numbers = {page.indirect_reference.idnum: n for n, page in enumerate(opened.pages)}

    def marks(listed: list[Any], depth: int = 0) -> Iterator[tuple[int, str, int]]:
        for each in listed:
            if isinstance(each, list):
                yield from marks(each, depth + 1)
            else:
                yield depth, each.title, opened.get_destination_page_number(each)

    told = Told(list(marks(opened.outline)), Counter(), Counter(), Counter())
    for number, page in enumerate(opened.pages):
        for link in (each.get_object() for each in page.get("/Annots", ())):
            if "/Dest" in link:
                told.inside[number, numbers.get(link["/Dest"][0].idnum, -1)] += 1
            else:
                told.outside[number, link["/A"]["/URI"]] += 1
    tree: list[Any] = [opened.root_object["/StructTreeRoot"]["/K"]]
    while tree:
        each = tree.pop().get_object()
        if isinstance(each, list):
            tree += each
        elif isinstance(each, dict):
            told.tags.update([each["/S"][1:]] if "/S" in each else [])
            tree += [each["/K"]] if "/K" in each else []
    return told


def found_by_pdfium(pdf: Path, names: list[str]) -> dict[str, list[str]]:
    """What pdfium's own search marks for each of the *names*, as it would be copied."""
    opened = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage() for page in opened]
    found: dict[str, list[str]] = {name: [] for name in names}
    for page in pages:
        for name in names:
            hits = page.search(name, match_case=True)
            while hit := hits.get_next():
                found[name].append(page.get_text_range(*hit))
    opened.close()
    return found


def said_in_by_pdfium(pdf: Path, language: str) -> str:
    """The words of which the PDF says that they are in that *language*, squeezed."""
    opened, words = pypdfium2.PdfDocument(pdf), ""
    value, length = (ctypes.c_ushort * 64)(), ctypes.c_ulong()
    for page in opened:
        text = page.get_textpage()
        for piece in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            for n in range(raw.FPDFPageObj_CountMarks(piece)):
                mark = raw.FPDFPageObj_GetMark(piece, n)
                asked = (mark, b"Lang", value, ctypes.sizeof(value), length)
                if not raw.FPDFPageObjMark_GetParamStringValue(*asked):
                    continue
                if bytes(value)[: length.value - 2].decode("utf-16-le") == language:
                    held = (ctypes.c_ushort * raw.FPDFTextObj_GetText(piece, text, None, 0))()
                    raw.FPDFTextObj_GetText(piece, text, held, ctypes.sizeof(held))
                    words += bytes(held).decode("utf-16-le").rstrip("\0")
    opened.close()
    return squeezed(words)
