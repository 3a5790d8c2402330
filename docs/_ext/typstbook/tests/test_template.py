"""The template as data: colors that can be read; and text that survives as Typst markup."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
import typst

import typstbook
from typstbook import markup
from typstbook.tables import _shares

TEMPLATE = Path(typstbook.__file__).with_name("book.typ").read_text(encoding="utf-8")
NO_TEXT = {"tint", "hairline"}


def colors() -> dict[str, str]:
    """Every color at the template's head, by its name."""
    head = TEMPLATE[: TEMPLATE.index("── Fonts")]
    found = re.findall(r'"?([\w-]+)"?(?: =|:) rgb\("#([0-9a-f]{6})"\)', head)
    return {name: value for name, value in found if name not in NO_TEXT}


def luminance(color: str) -> float:
    parts = [int(color[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def tinted(color: str) -> str:
    """The ground of an admonition: 94 per cent white."""
    parts = [int(color[index : index + 2], 16) for index in (0, 2, 4)]
    return "".join(f"{round(part + (255 - part) * 0.94):02x}" for part in parts)


@pytest.mark.parametrize(("name", "color"), sorted(colors().items()))
def test_contrast(name: str, color: str) -> None:
    for ground in ("ffffff", "f1f6f7", tinted(color)):
        assert contrast(color, ground) >= 4.5, (name, ground)


def test_the_head_of_the_template_has_the_colors() -> None:
    assert {"ink", "brand", "warning", "sd-bg-info"} < set(colors())


@pytest.mark.parametrize(
    "text",
    [
        "(a)[b].c",
        ";a",
        "- a",
        "12. a",
        "a -- b --- c ... d",
        "\\u{41}",
        "'a' \"b\"",
        "a\u2028b",
        "\tx",
        "éß µγ ≥",
    ],
)
def test_text_survives(text: str) -> None:
    source = f"#set smartquote(enabled: false)\n#[x]{markup.escape(text)}"
    pdf = typst.compile(source.encode(), format="pdf", timestamp=0)
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert "".join(page.split()) == "x" + "".join(text.split())


def test_values() -> None:
    call = markup.call("a-b", 'x"\\\n', [True, 2], key_word=markup.Content("*c*"), none=[])
    assert call == '#t.a-b("x\\"\\\\\\n", (true, 2,), key-word: [*c*], none: ())'
    assert markup.escape("a\n\nb") == "a  b"  # a blank line would begin a paragraph
    assert markup.length("40px") == "30pt"
    assert markup.length("12.5 %") == "12.5%"
    assert markup.length("3pc") == "36pt"
    assert markup.length("-10ex") == "-4.3em"
    assert markup.length(None) == markup.length("big") == "auto"


def test_columns_share_the_page_by_need() -> None:
    short, long = ["K1", "MK-7"], ["a remark that runs over several lines of the table " * 3]
    narrow, wide = _shares([short, long])
    assert wide > 4 * narrow
    assert narrow >= len("MK-")
