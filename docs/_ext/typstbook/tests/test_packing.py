"""The last touch on the PDF, on documents of a few words."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pdfua
import pikepdf
import pytest
import typst
from books import Built, elements
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from typstbook.packing import packed

BROKEN_FIRST = b"""#set page(width: 3cm, height: 6cm, margin: 4mm)
#set text(hyphenate: true, lang: "en")
internationalization, then MK-7"""


def characters(pdf: bytes) -> bytes:
    """What the glyphs of the fonts mean."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = document.pages[0].Resources.Font.values()
        return b"".join(font.ToUnicode.read_bytes() for font in fonts)


FOREIGN = """# Foods

```{eval-rst}
.. role:: language-ja
.. role:: language-de-at
.. role:: language-japanese

Natto is :language-ja:`納豆` there, curd is :language-de-at:`Topfen`, tofu :language-japanese:`tofu`.
```
"""


def test_words_in_another_language_say_so(build_text: Callable[..., Built]) -> None:
    built = build_text({"index.md": FOREIGN})
    assert "Natto is 納豆 there, curd is Topfen, tofu tofu." in built.text and not built.warnings
    assert spoken(built.pdf) == {"ja": "納豆", "de-AT": "Topfen"}


def test_a_hyphen_is_one_though_the_first_of_its_font_ends_a_line() -> None:
    pdf = typst.compile(BROKEN_FIRST, format="pdf")
    assert isinstance(pdf, bytes)
    assert b"<00AD>" in characters(pdf), "Typst does better now: drop it from packing.py"
    told = characters(packed(pdf, {}))
    assert b"<00AD>" not in told and b"<002D>" in told


STUBS = """# Foods

```{eval-rst}
.. list-table::
   :header-rows: 1
   :stub-columns: 1

   * - Food
     - K2
   * - Natto
     - 900
   * - Gouda
     - 30
```

| Food | K2 |
|---|---|
| Natto | 900 |
"""

SPANS = """# Foods

```{eval-rst}
.. table::

   +-------+------+-----+
   | Food  | Form | K2  |
   +=======+======+=====+
   | Dairy              |
   +-------+------+-----+
   | Gouda | MK-8 | 10  |
   |       +------+-----+
   |       | MK-9 | 20  |
   +-------+------+-----+
   | Soy                |
   +-------+------+-----+
   | Natto | MK-7 | 900 |
   +-------+------+-----+
```
"""


def spoken(pdf: pikepdf.Pdf) -> dict[str, str]:
    """The words in another language than the document's, by that which a marked piece names."""
    found: dict[str, str] = {}
    for page in pdf.pages:
        meant: dict[str, dict[int, str]] = {
            name: {
                int(glyph, 16): bytes.fromhex(text).decode("utf-16-be")
                for glyph, text in re.findall(
                    r"^<(\w{4})> <(\w+)>$", font.ToUnicode.read_bytes().decode(), re.MULTILINE
                )
            }
            for name, font in page.Resources.Font.items()
        }
        language, glyphs = "", {}
        for words, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "BDC":
                language = str(words[1].get("/Lang", ""))
            elif str(operator) == "Tf":
                glyphs = meant[str(words[0])]
            elif str(operator) in ("Tj", "TJ") and language:
                pieces = words[0] if str(operator) == "TJ" else [words[0]]
                data = b"".join(bytes(each) for each in pieces if isinstance(each, pikepdf.String))
                pairs = zip(data[::2], data[1::2], strict=True)
                found[language] = found.get(language, "") + "".join(
                    glyphs[high * 256 + low] for high, low in pairs
                )
    return found


def heads_of_rows(app: Sphinx) -> None:
    """Make the first column of each table one of row heads."""

    def mark(_app: Sphinx, tree: nodes.document) -> None:
        for group in tree.findall(nodes.tgroup):
            first = group.next_node(nodes.colspec)
            assert first
            first["stub"] = 1

    app.connect("doctree-read", mark)


def rows(built: Built) -> list[list[str]]:
    """The rows of each table of a book."""
    tables = [each for each in elements(built.pdf.Root.StructTreeRoot) if each.S == "/Table"]
    return [
        [
            " ".join(said(cell) for cell in elements(row.K) if cell.S in ("/TH", "/TD"))
            for row in elements(table)
            if row.S == "/TR"
        ]
        for table in tables
    ]


def said(cell: Any) -> str:
    """A cell as kind, scope, own name and the names of its heads."""
    told = {key: value for each in cell.A for key, value in each.items() if each.O == "/Table"}
    heads = "+".join(map(str, told.get("/Headers", [])))
    scope, name = str(told.get("/Scope", "")), str(cell.get("/ID", ""))
    return f"{str(cell.S)[1:]}{scope and scope[1]}{name and '=' + name}({heads})"


def test_heads_of_rows_are_heads_and_cells_name_them(build_text: Callable[..., Built]) -> None:
    built = build_text({"index.md": STUBS})
    assert rows(built) == [
        [
            "THC=U1x0y0() THC=U1x1y0()",
            "THR=R1x0y1(U1x0y0) TD(U1x1y0+R1x0y1)",
            "THR=R1x0y2(U1x0y0) TD(U1x1y0+R1x0y2)",
        ],
        ["THC=U2x0y0() THC=U2x1y0()", "TD(U2x0y0) TD(U2x1y0)"],
    ]
    named = pikepdf.NameTree(built.pdf.Root.StructTreeRoot.IDTree)
    for element in elements(built.pdf.Root.StructTreeRoot):
        if "/ID" in element:
            assert named[str(element.ID)].objgen == element.objgen
    assert len(named) == 6
    assert [str(each) for each in pdfua.validate(str(built.path)).findings] == []


def test_a_head_over_rows_and_the_name_of_a_group_are_heads_of_their_cells(
    build_text: Callable[..., Built],
) -> None:
    conf = "def setup(app):\n    from test_packing import heads_of_rows\n    heads_of_rows(app)\n"
    assert rows(build_text({"index.md": SPANS}, conf)) == [
        [
            "THC=U1x0y0() THC=U1x1y0() THC=U1x2y0()",
            "THC=U1x0y1()",
            "THR=R1x0y2(U1x0y0+U1x0y1) TD(U1x1y0+U1x0y1+R1x0y2) TD(U1x2y0+U1x0y1+R1x0y2)",
            "TD(U1x1y0+U1x0y1+R1x0y2) TD(U1x2y0+U1x0y1+R1x0y2)",
            "THC=U1x0y4()",
            "THR=R1x0y5(U1x0y0+U1x0y4) TD(U1x1y0+U1x0y4+R1x0y5) TD(U1x2y0+U1x0y4+R1x0y5)",
        ]
    ]


LINKED = {
    "index.md": "# Front\n\nSee {ref}`the end <end>`.\n\n```{toctree}\none\n```\n",
    "one.md": "# One\n\nText.\n\n(end)=\n## The end\n\nWords at the end.\n",
}


def test_a_link_leads_to_its_place_and_says_its_page(build_text: Callable[..., Built]) -> None:
    built = build_text(LINKED, language="de")
    pages = [page.obj.objgen for page in built.pdf.pages]
    link = next(
        link
        for page in built.pdf.pages
        for link in page.get("/Annots", [])
        if not re.search(r", Seite ", str(link.Contents))
    )
    target = pages.index(link.Dest[0].objgen)
    assert target == built.page_with("Words at the end") - 1
    assert str(link.Contents) == f"Seite {built.pdf.pages[target].label}"
    assert "/A" not in link and link.Dest[1] == "/XYZ"
    # The heading stands below the point that is led to, and a little only.
    top = float(link.Dest[3])
    text = built.document[target].get_textpage()
    rectangle = text.get_charbox(text.get_text_range().index("The end"))
    assert 0 < top - rectangle[3] < 30


def test_a_link_to_no_place_ends_the_build() -> None:
    pdf = typst.compile(b'#link("place:lost")[words]', format="pdf")
    assert isinstance(pdf, bytes)
    with pytest.raises(ExtensionError, match=r"a link of the book leads to no place.*: lost"):
        packed(pdf, {})
