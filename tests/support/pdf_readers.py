"""The text of the book as several readers of PDFs give it, and the names to look for in it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pypdf
import pypdfium2


def texts(pdf: Path) -> dict[str, str]:
    """The whole text by each reader, squeezed: pdfium, pypdf and, where installed, Poppler."""
    read = {"pdfium": _by_pdfium, "pypdf": _by_pypdf}
    if shutil.which("pdftotext"):
        read["pdftotext"] = _by_poppler
    return {name: squeezed(of(pdf)) for name, of in read.items()}


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


def _by_poppler(pdf: Path) -> str:
    command = ["pdftotext", "-raw", str(pdf), "-"]
    return subprocess.run(command, capture_output=True, check=True, timeout=120, text=True).stdout
