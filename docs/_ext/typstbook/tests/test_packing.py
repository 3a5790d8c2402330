"""The last touch on the PDF, on documents that Typst makes of a few words."""

from __future__ import annotations

import io

import pikepdf
import typst

from typstbook.packing import packed

BROKEN_FIRST = b"""#set page(width: 3cm, height: 6cm, margin: 4mm)
#set text(hyphenate: true, lang: "en")
internationalization, then MK-7"""


def characters(pdf: bytes) -> bytes:
    """What the glyphs of the fonts mean."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = document.pages[0].Resources.Font.values()
        return b"".join(font.ToUnicode.read_bytes() for font in fonts)


def test_a_hyphen_is_one_though_the_first_of_its_font_ends_a_line() -> None:
    pdf = typst.compile(BROKEN_FIRST, format="pdf")
    assert isinstance(pdf, bytes)
    assert b"<00AD>" in characters(pdf), "Typst does better now: drop it from packing.py"
    told = characters(packed(pdf))
    assert b"<00AD>" not in told and b"<002D>" in told
