"""What documents hold, each on the smallest input."""

from __future__ import annotations

import re
from collections.abc import Callable
from ctypes import byref, c_uint
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import pypdfium2
import pytest
import typst
from pygments.lexers import get_lexer_by_name
from pypdfium2 import raw

from typstbook.blocks import _LANGUAGES

if TYPE_CHECKING:
    from books import Built

Build = Callable[..., "Built"]

RST = {"source_suffix": {".rst": "restructuredtext"}}
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
TITLE = "Title\n=====\n\n"


def rst(build_text: Build, text: str, conf: str = "", **files: str) -> Built:
    return build_text({"index.rst": TITLE + text, **files}, conf)


# Text


@pytest.mark.parametrize("end", ["  ", "\\"])
def test_a_line_break_is_printed(build_text: Build, end: str) -> None:
    built = build_text({"index.md": f"# Title\n\nOne line ends here{end}\nand another begins.\n"})
    assert built.warnings == ""
    source = (built.path.parent / ".typst/chapters/00-index.typ").read_text("utf-8")
    assert "ends here#linebreak()" in source
    assert "ends here and another begins." in built.text


@pytest.mark.parametrize("name", ['two "+" parts', "two\\parts", "two#let x = 1"])
def test_the_name_of_a_file_is_no_code_of_typst(build_text: Build, name: str) -> None:
    index = f"# Title\n\n```{{toctree}}\n{name}\n```\n"
    built = build_text({"index.md": index, f"{name}.md": "# Second\n\nWords in it.\n"})
    assert built.warnings == "" and "Words in it." in built.text


def test_an_abbreviation_is_explained_once(build_text: Build) -> None:
    built = rst(build_text, ":abbr:`LIFO (last in, first out)`, :abbr:`LIFO (last in, first out)`.")
    assert "LIFO (last in, first out), LIFO." in built.text


def test_classifiers_follow_their_term(build_text: Build) -> None:
    built = rst(build_text, "term : int : str\n   Its meaning.\n")
    assert "term : int : str Its meaning." in built.text


@pytest.mark.parametrize("code", ["name_" * 40, "n" * 200, "a/" * 100])
def test_long_code_breaks(build_text: Build, code: str) -> None:
    built = build_text({"index.md": f"# Title\n\nThe name `{code}` breaks.\n"})
    assert code in built.text.replace(" ", "")
    inside(built)


def test_long_lines_of_code_break(build_text: Build) -> None:
    built = build_text({"index.md": f"# Title\n\n```\n{'name' * 60}\n```\n"})
    assert "name" * 60 in built.text.replace(" ", "")
    inside(built)


def inside(built: Built) -> None:
    """All characters stand between the edges of the paper."""
    for page in built.document:
        width, _ = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_chars()):
            left, _, right, _ = text.get_charbox(index)
            assert left >= 40 and right <= width - 40


def test_a_right_to_left_paragraph(build_text: Build) -> None:
    built = build_text({"index.md": "# Title\n\nשלום עולם, 2 words.\n\nLeft.\n"})
    assert built.warnings == ""
    page = built.document[len(built.document) - 1]
    text = page.get_textpage()
    written = text.get_text_range()
    first = text.get_charbox(written.index("ש"))[0]
    assert first > page.get_size()[0] / 2, "it begins at the right"


def test_a_second_title_in_the_root_document(build_text: Build) -> None:
    built = build_text({"index.md": "# First\n\nText.\n\n# Second\n\nMore.\n"})
    with built.pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Contents", "First", "Second"]


def test_a_subtitle_of_a_document(build_text: Build) -> None:
    built = rst(build_text, ".. rubric:: A rubric\n\nText.\n")
    assert "A rubric Text." in built.text


# Reference manuals


@pytest.mark.parametrize(
    ("markup", "printed"),
    [
        (
            '.. py:function:: dose(weight: float, form="mk7") -> int',
            "dose(weight: float, form='mk7') -> int",
        ),
        (
            ".. py:function:: compile(source[, filename[, symbol]])",
            "compile(source[, filename[, symbol]])",
        ),
        (".. py:function:: f([a])", "f([a])"),
        (".. py:function:: f(a, /, b, *, c)", "f(a, /, b, *, c)"),
        (".. py:function:: f(*args, **kwargs)", "f(*args, **kwargs)"),
        (".. py:function:: f[T](x: T) -> list[T]", "f[T](x: T) -> list[T]"),
        (".. py:class:: Plan(name)", "class Plan(name)"),
        (".. py:exception:: Wrong", "exception Wrong"),
        (".. py:data:: x\n   :type: int\n   :value: 3", "x: int = 3"),
        (".. py:decorator:: cached", "@cached"),
        (".. py:method:: A.b(c)\n   :classmethod:", "classmethod A.b(c)"),
        (".. py:method:: A.b(c)\n   :async:", "async A.b(c)"),
        (".. py:property:: A.b\n   :type: int", "property A.b: int"),
        (".. py:module:: library", ""),
        (".. c:function:: int add(PyObject *list, int b)", "int add(PyObject *list, int b)"),
        (".. c:struct:: point", "struct point"),
        (".. c:macro:: MAX(a, b)", "MAX(a, b)"),
        (".. c:enum:: color", "enum color"),
        (".. c:type:: unsigned int uint", "typedef unsigned int uint"),
        (
            ".. cpp:function:: template<typename T> T first(std::vector<T> &v)",
            "template<typename T> T first(std::vector<T> &v)",
        ),
        (".. cpp:class:: A : public B", "class A : public B"),
        (".. cpp:member:: std::size_t n = 0", "std::size_t n = 0"),
        (".. cpp:enum-class:: E", "enum class E"),
        (
            ".. js:function:: $.getJSON(href, callback[, errback])",
            "$.getJSON(href, callback[, errback])",
        ),
        (".. js:class:: Animal(name)", "class Animal(name)"),
        (".. rst:directive:: note", ".. note::"),
        (".. rst:role:: ref", ":ref:"),
        (".. option:: -o <file>, --output <file>", "-o <file>, --output <file>"),
        (".. envvar:: HOME", "HOME"),
        (".. describe:: PAPER", "PAPER"),
        (".. confval:: project\n   :type: str\n   :default: none", "project Type str Default none"),
    ],
)
def test_signatures(build_text: Build, markup: str, printed: str) -> None:
    built = rst(build_text, markup + "\n\n   Words.\n" if printed else markup + "\n\nWords.\n")
    assert built.warnings == ""
    assert (printed + " Words." if printed else "Words.") in built.text


def test_several_signatures_and_lines(build_text: Build) -> None:
    markup = ".. py:function:: f(first, second) -> None\n                 g()\n\n   Words.\n"
    conf = "\npython_maximum_signature_line_length = 10\n"
    built = rst(build_text, markup, conf)
    assert "f( first, second, ) -> None g() Words." in built.text.replace("second )", "second, )")


def test_grammars(build_text: Build) -> None:
    built = rst(build_text, '.. productionlist::\n   one: "1" `two`\n      : "3"\n   two: "2"\n')
    plain = built.text.replace("\u00a0", " ")
    assert 'one ::= "1" two' in plain and 'two ::= "2"' in plain
    text = (built.path.parent / ".typst/chapters/00-index.typ").read_text("utf-8")
    assert "\u00a0" * 4 in text, "the second line is aligned below the first"


def test_options_of_a_command(build_text: Build) -> None:
    built = rst(build_text, "-a          All.\n-o file, --output=file  Where to.\n")
    assert built.warnings == ""
    assert "-a All. -o file, --output=file Where to." in built.text


def test_a_todo_is_printed_where_the_web_shows_it(build_text: Build) -> None:
    conf = "\nextensions += ['sphinx.ext.todo']\ntodo_include_todos = True\n"
    built = rst(build_text, ".. todo:: Write more.\n", conf)
    assert built.warnings == "" and "Todo Write more." in built.text


def test_a_hidden_todo(build_text: Build) -> None:
    built = rst(
        build_text, ".. todo:: Write more.\n\nEnd.\n", "\nextensions += ['sphinx.ext.todo']\n"
    )
    assert "Write more" not in built.text


EXERCISE = """
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

class exercise(nodes.Admonition, nodes.Element):
    pass

class tabs(nodes.General, nodes.Element):
    pass

class Exercise(SphinxDirective):
    has_content = True
    optional_arguments = 2

    def run(self):
        inner = nodes.section("", *self.parse_content_to_nodes(), ids=["content"])
        title = nodes.title("", " ".join(self.arguments))
        return [exercise("", title, inner, ids=["e1"])]

class Tabs(SphinxDirective):
    has_content = True

    def run(self):
        node = tabs("", nodes.label("", "Linux"), *self.parse_content_to_nodes())
        self.set_source_info(node)
        return [node]

def setup(app):
    app.add_directive("exercise", Exercise)
    app.add_directive("tabs", Tabs)
"""


USE = """
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.modules.pop("boxes_of_others", None)
extensions += ["boxes_of_others"]
"""
FILES = {"boxes_of_others.py": EXERCISE}


@pytest.mark.parametrize(
    ("title", "printed"), [("(A name)", "Exercise (A name)"), ("", "Exercise"), ("Mine", "Mine")]
)
def test_boxes_of_extensions_are_admonitions(build_text: Build, title: str, printed: str) -> None:
    built = rst(build_text, f".. exercise:: {title}\n\n   Words of it.\n", USE, **FILES)
    assert built.warnings == ""
    assert f"{printed} Words of it." in built.text


def test_blocks_of_extensions_get_a_frame_and_one_warning(build_text: Build) -> None:
    built = rst(build_text, ".. tabs::\n\n   Words.\n\n.. tabs::\n\n   More.\n", USE, **FILES)
    message = "no visitor for the node 'tabs': give it one by app.add_node(tabs, typst=(visit, depart)) [book.node]"
    assert built.warnings == f"{built.app.srcdir}/index.rst:4: WARNING: {message}\n"
    assert "Linux Words. Linux More." in built.text


# Code


def test_code_is_colored_where_the_language_is_known(build_text: Build) -> None:
    built = rst(build_text, "::\n\n   if x: pass\n\n::\n\n   not python, for sure\n")
    source = (built.path.parent / ".typst/chapters/00-index.typ").read_text("utf-8")
    assert '"if x: pass", lang: "python"' in source
    assert '"not python, for sure", lang: none' in source


COLORED = {
    "python": (
        "@cache\ndef find(self, name: str = 'a') -> int:\n    return len(name.print) # why\n",
        {"#0b5563": "def str int return", "#1b6e3c": "'a'", "#1c5a96": "find len"}
        | {"#8a5200": "self", "#56616b": "# why"},
    ),
    "pycon": (
        '>>> x = """one\n... two"""; f(1.5, ValueError)\n',
        {"#1b6e3c": '"""one ... two"""', "#8a5200": "1.5", "#0b5563": "ValueError"},
    ),
    "console": (
        "$ export A='b c'; cd docs # there\nexit for more\nShow and exit\n",
        {"#1c5a96": "export cd exit", "#1b6e3c": "'b c'", "#56616b": "# there"},
    ),
    "html": (
        '<a href="/x">one &amp; two</a><!-- three -->\n',
        {"#1b6e3c": '"/x"', "#8a5200": "&amp;", "#56616b": "<!-- three -->"}
        | {"#1c5a96": "a href a"},
    ),
}


@pytest.mark.parametrize("lang", sorted(COLORED))
def test_each_part_of_code_has_its_color(build_text: Build, lang: str) -> None:
    code, colors = COLORED[lang]
    built = rst(build_text, f".. code-block:: {lang}\n\n{indent(code, '   ')}")
    assert built.warnings == ""
    told = printed_colors(built.document[len(built.pages) - 1])
    assert {color: told.get(color, "") for color in colors} == colors


def printed_colors(page: pypdfium2.PdfPage) -> dict[str, str]:
    """By each color of a page, the words in it between its title and its number."""
    texts, parts = page.get_textpage(), [c_uint() for _ in range(4)]
    told: dict[str, str] = {}
    before = ""
    start = texts.get_text_range().index("Title") + len("Title")
    for index in range(start, texts.count_chars() - 1):
        char = texts.get_text_range(index, 1)
        if not char.strip():
            told = {color: f"{words} " for color, words in told.items()}
            continue
        raw.FPDFText_GetFillColor(texts, index, *map(byref, parts))
        color = "#" + "".join(f"{part.value:02x}" for part in parts[:3])
        gap = "" if color == before else " "
        told[color], before = told.get(color, "") + gap + char, color
    return {color: " ".join(words.split()) for color, words in told.items()}


def test_lines_are_counted_from_where_the_author_says(build_text: Build) -> None:
    built = rst(build_text, ".. code-block:: python\n   :lineno-start: 9\n\n   a = 1\n   b = 2\n")
    assert "9 a = 1 10 b = 2" in built.text


# Pictures


def picture(name: str, classes: str = "", alt: str = "A shape") -> str:
    return f"```{{figure}} {name}\n:alt: {alt}\n{classes}\nThe caption of {name}.\n```\n\n"


def test_light_and_dark_figures(build_text: Build) -> None:
    page = (
        "# Title\n\n"
        + picture("a.svg", ":class: only-light\n")
        + picture("b.svg", ":class: only-dark\n")
    )
    built = build_text({"index.md": page, "a.svg": DRAWING, "b.svg": DRAWING})
    assert built.warnings == ""
    assert "The caption of a.svg." in built.text and "b.svg" not in built.text


def test_a_figure_without_a_picture(build_text: Build) -> None:
    built = build_text({"index.md": "# Title\n\n" + picture("gone.svg")})
    place = f"{built.app.srcdir}/index.md:3: WARNING: "
    missing = "no picture gone.svg to print: there is no such file, or its kind cannot be printed [book.image]"
    assert (
        built.warnings
        == f"{place}image file not readable: gone.svg [image.not_readable]\n{place}{missing}\n"
    )
    assert "The caption of gone.svg." in built.text


def test_a_figure_of_something_else(build_text: Build) -> None:
    conf = """
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

class Diagram(SphinxDirective):
    def run(self):
        figure = nodes.figure("", nodes.caption("", "Its caption."))
        self.set_source_info(figure)
        return [figure]

def setup(app):
    app.add_directive("diagram", Diagram)
"""
    built = build_text({"index.md": "# Title\n\n```{diagram}\n```\n"}, conf)
    message = "a figure without a picture: its caption is printed [book.image]"
    assert built.warnings == f"{built.app.srcdir}/index.md:3: WARNING: {message}\n"
    assert "Its caption." in built.text


def test_a_picture_of_a_kind_that_cannot_be_printed(build_text: Build) -> None:
    built = build_text({"index.md": "# Title\n\n![A page](a.pdf)\n", "a.pdf": "%PDF-1.3"})
    message = "no picture a.pdf to print: there is no such file, or its kind cannot be printed [book.image]"
    assert built.warnings.endswith(f"index.md:3: WARNING: {message}\n")


def test_a_picture_with_blanks_in_its_name(build_text: Build) -> None:
    built = build_text({"index.md": "# Title\n\n![x](<two words.svg>)\n", "two words.svg": DRAWING})
    message = "no picture two%20words.svg to print: rename the file, without blanks and accents [book.image]"
    assert built.warnings.endswith(f"index.md:3: WARNING: {message}\n")


# Glyphs


def test_missing_glyphs_in_captions_and_settings(build_text: Build) -> None:
    toctree = "# Title\n\n```{toctree}\n:caption: \U00013000 Part\none\n```\n"
    built = build_text(
        {"index.md": toctree, "one.md": "# One\n\nText.\n"}, 'book_subtitle = "\U00013000"\n'
    )
    message = "no font of the book can print '\U00013000' (U+13000, egyptian hieroglyph a001); write it in words [book.glyph]"
    page = f"{built.app.srcdir}/index.md:3: WARNING: {message}\n"
    assert built.warnings == page + f"conf.py: book_subtitle: WARNING: {message}\n"
    assert "? PART" in built.text


def test_a_font_of_the_project_fills_in(build_text: Build, tmp_path: Path) -> None:
    builder = pytest.importorskip("fontTools.fontBuilder")
    pens = pytest.importorskip("fontTools.pens.ttGlyphPen")
    pen = pens.TTGlyphPen(None)
    for number, point in enumerate([(0, 0), (0, 700), (700, 700)]):
        (pen.lineTo if number else pen.moveTo)(point)
    pen.closePath()
    font = builder.FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "man"])
    font.setupCharacterMap({0x13000: "man"})
    font.setupGlyf({".notdef": pens.TTGlyphPen(None).glyph(), "man": pen.glyph()})
    font.setupHorizontalMetrics({".notdef": (500, 0), "man": (800, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Men", "styleName": "Regular", "psName": "Men-Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(tmp_path / "men.ttf")
    conf = f'book_fonts = ["{tmp_path / "men.ttf"}"]\n'
    built = build_text({"index.md": "# Title\n\nA \U00013000.\n"}, conf)
    assert built.warnings == ""
    assert "A \U00013000." in built.text


ROWS = """
from docutils import nodes

def name(app, tree):
    rows = list(tree.findall(nodes.row))
    rows[2]["ids"].append("second")
    rows[2][1]["ids"].append("cell")

def setup(app):
    app.connect("doctree-read", name)
"""


def test_an_anchor_of_a_row_stands_in_its_first_cell(build_text: Build) -> None:
    built = build_text(
        {"index.md": "# Title\n\n| A | B |\n|---|---|\n| c | d |\n| e | f |\n"}, ROWS
    )
    source = (Path(built.app.outdir) / ".typst/chapters/00-index.typ").read_text("utf-8")
    assert '[#t.anchor("index#second")e\n' in source
    assert '[#t.anchor("index#cell")f\n' in source


LISTS = """# Title

```{eval-rst}
(a) One
(b) Two

iii) Three
iv) Four

B. Five
C. Six
```

1. Seven

{abbr}`MK (menaquinone)`, {abbr}`MK (menaquinone)` and {abbr}`K2`.
"""


def test_lists_are_numbered_as_their_author_did(build_text: Build) -> None:
    built = build_text({"index.md": LISTS})
    assert built.warnings == ""
    source = (Path(built.app.outdir) / ".typst/chapters/00-index.typ").read_text("utf-8")
    told = re.findall(r'pattern: "([^"]*)", start: (\d+)', source)
    assert told == [("(a)", "1"), ("i)", "3"), ("A.", "2"), ("1.", "1")]
    assert "MK (menaquinone), MK and K2." in built.text


def test_links_lead_out_by_each_scheme(build_text: Build) -> None:
    places = ["http://a.org/", "https://a.org/b?c=d#e", "mailto:a@b.org", "doi:10.1000/a"]
    links = "".join(f"`words {n} <{place}>`__ and\n" for n, place in enumerate(places))
    built = build_text({"index.md": f"# Title\n\n```{{eval-rst}}\n{links}more.\n```\n"})
    assert built.warnings == ""
    found = [
        str(note["/A"]["/URI"])
        for page in built.pdf.pages
        for note in page.get("/Annots", ())
        if "/URI" in note.get("/A", {})
    ]
    assert found == places


CODE = "if x == 1: return <b>5</b> # { a: 1 } **b** SELECT *"
OTHERS = {"pycon3", "ipython", "ipython3", "ipythonconsole", "myst"}
"""Names of languages that come with other packages than Pygments, or with Sphinx."""


@pytest.mark.parametrize(("name", "printed"), [*sorted(_LANGUAGES.items()), ("bat", "bat")])
def test_a_name_of_pygments_is_one_that_typst_colors(name: str, printed: str) -> None:
    if name not in OTHERS:
        assert get_lexer_by_name(name)
    page = f"#set page(width: 9cm)\n#raw({CODE!r}, lang: LANG)".replace("'", '"')
    plain, colored = (
        typst.compile(page.replace("LANG", lang).encode(), format="svg")
        for lang in ('"none"', f'"{printed}"')
    )
    assert plain != colored
