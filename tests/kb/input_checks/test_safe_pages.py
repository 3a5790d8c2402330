"""Safe pages: what may run is refused at each door with file and line, and what is only text comes out as text."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it.utils import read_fixture_file
from pybtex.database import parse_string

from inert import Reader
from kb.chapters.how_to_cite import Citation
from kb.core.tables import harmless
from kb.input_checks import safe_svg
from kb.input_checks.addresses import fault_of
from kb.input_checks.safe_svg import faults_at, svg_faults
from kb.sources.bibliography import SourcesError, read_sources

CHAPTER = "sections/one.md"

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*myst_parser:sphinx.deprecation.RemovedInSphinx11Warning"
)


# -- Raw HTML and links in pages -------------------------------------------------------------------

REFUSED = {
    title: (text.removesuffix("\n"), told.splitlines())
    for _, title, text, told in read_fixture_file(Path(__file__).with_name("refused.txt"))
}
"""Raw HTML, links and pictures that a page may not hold, and all that is told of each."""
EXTENSIONS = [
    "myst_parser",
    "kb.input_checks.front_matter",
    "kb.input_checks.outside_files",
    "kb.input_checks.rendering",
    "kb.input_checks.raw_html",
    "kb.input_checks.addresses",
    "kb.input_checks.safe_svg",
    "sphinx_design",
]


@pytest.fixture
def page(make_app, tmp_path: Path) -> Callable[..., tuple[Path, str]]:
    """Build a project of one page; return its output and its warnings."""

    def build(text: str, **settings: object) -> tuple[Path, str]:
        source = tmp_path / "src"
        source.mkdir(exist_ok=True)
        (source / "conf.py").write_text(
            f"extensions = {EXTENSIONS}\nmyst_enable_extensions = ['colon_fence', 'deflist']\nhtml_theme = 'basic'\nhtml_copy_source = False\n"
        )
        (source / "one.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        (source / "index.md").write_text(text, encoding="utf-8")
        app = make_app("html", srcdir=source, confoverrides=settings)
        app.build(force_all=True)
        warnings = re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue()).replace(f"{source}/", "")
        return Path(app.outdir), warnings

    return build


def test_each_is_refused_with_its_line(page):
    """All in one page: each is told at its line, and nothing of it is in the page."""
    text, lines = "# Refused\n", {}
    for name, (snippet, _) in REFUSED.items():
        # The elements of reStructuredText within markdown count from the fence.
        lines[name] = range(text.count("\n"), text.count("\n") + 3 + snippet.count("\n"))
        text += f"\n{snippet}\n\nEnd of {name}.\n"
    out, warnings = page(text)
    told = re.findall(r"^index\.md:(\d+): (?:WARNING|ERROR): (.*)$", warnings, re.MULTILINE)
    assert len(told) == warnings.count("index.md:")
    assert {
        name: [message for line, message in told if int(line) in place]
        for name, place in lines.items()
    } == {name: wanted for name, (_, wanted) in REFUSED.items()}
    built = (out / "index.html").read_text(encoding="utf-8")
    body = built[built.index("<h1>") : built.index("End of an icon that breaks out")]
    assert Reader(body).faults == []
    assert "<b>loud" not in body and "<i>" not in body and "example.org/x.png" not in body


def test_what_is_allowed_passes(page):
    good = (
        "# Good\n\n[a](https://example.org/a?b=c#d), [b](http://example.org), <https://example.org>, [c](mailto:a@example.org), [d](#good).\n\n"
        "In children p <0.05 and a<b; `<b>` and `[x](javascript:y)` are code, and so is this:\n\n```html\n<b onclick=x()>[x](javascript:y)</b>\n```\n\n"
        "% A remark for authors.\n\n<!-- Another,\n\non lines. -->\n\nWords<!-- and one --> here.\n\n![x](one.png) and {octicon}`check;1em;sd-text-info`\n\n:::{dropdown} x\nInside.\n:::\n"
    )
    out, warnings = page(good)
    assert warnings == ""
    assert (
        Reader(
            (out / "index.html")
            .read_text(encoding="utf-8")
            .partition("<h1>")[2]
            .partition("sphinxsidebar")[0]
        ).faults
        == []
    )


def test_a_listed_page_may_hold_raw_html(page):
    out, warnings = page(
        "# One\n\n<b>loud</b>\n", kb_raw_html={"index": "a word that no markup makes"}
    )
    assert warnings == "" and "<b>loud</b>" in (out / "index.html").read_text(encoding="utf-8")


def test_the_list_holds_what_is_needed(page):
    from sphinx.errors import ConfigError

    with pytest.raises(ConfigError) as caught:
        page("# One\n", kb_raw_html={"index": ""})
    assert str(caught.value) == (
        "kb_raw_html: 'index' has no reason; say in a few words what markdown cannot do there"
    )
    _, warnings = page(
        "# One\n", kb_raw_html={"index": "a reason of words", "indexes": "a reason of words"}
    )
    assert warnings == (
        "index.md:1: WARNING: the page is listed in kb_raw_html of docs/conf.py and holds no raw"
        " HTML; take it off the list [safe.raw]\n"
        "WARNING: kb_raw_html of docs/conf.py names 'indexes', which is no page (did you mean"
        " 'index'?) [safe.raw]\n"
    )


ADDRESSES = "a link leads to a page of the book or begins with 'https://', 'http://' or 'mailto:'"


def test_the_contents_lead_nowhere_else(page):
    """Neither book nor search has them, and so nobody would find there what the site links to."""
    out, warnings = page(
        "# One\n\n```{toctree}\nBad <javascript://%0aalert(1)>\nZqgood <https://example.org/>\n```\n"
    )
    assert warnings == (
        "index.md:3: WARNING: the address 'javascript://%0aalert(1)' is of a kind that is refused"
        f" (javascript:); {ADDRESSES} [safe.address]\n"
        "index.md:3: WARNING: the list of pages leads to 'https://example.org/', which neither book"
        " nor search has; write a link into the text [safe.address]\n"
    )
    text = (out / "index.html").read_text(encoding="utf-8")
    assert "javascript" not in text.partition("<h1>")[2] and "Zqgood" not in text


LATER = """
from docutils import nodes
def refer(app, env, node, contnode):
    return nodes.reference("", "", contnode, refuri="javascript:alert(1)", internal=False)
def setup(app):
    app.connect("missing-reference", refer)
"""


def test_an_address_that_an_extension_makes_later_is_held_to_it_too(page, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "later.py").write_text(LATER)
    sys.modules.pop("later", None)
    sys.path.insert(0, str(tmp_path))
    try:
        out, warnings = page("# T\n\n{any}`words`\n", extensions=[*EXTENSIONS, "later"])
    finally:
        sys.path.remove(str(tmp_path))
    assert warnings == (
        "index.md:3: WARNING: the address 'javascript:alert(1)' is of a kind that is refused"
        f" (javascript:); {ADDRESSES} [safe.address]\n"
    )
    assert "javascript:" not in (out / "index.html").read_text()


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://a.org", ""),
        ("HTTP://a.org/x:y", ""),
        ("mailto:a@b.org", ""),
        ("#a:b", ""),
        ("a/b:c", ""),
        ("../x.html", ""),
        ("?q=a:b", ""),
        ("", ""),
        ("javascript:x", "the address 'javascript:x' is of a kind that is refused (javascript:)"),
        (
            "\x01javascript:x",
            "the address '\\x01javascript:x' is of a kind that is refused (javascript:)",
        ),
        (
            "java\nscript:x",
            "the address 'java\\nscript:x' is of a kind that is refused (javascript:)",
        ),
        (
            "java\u200bscript:x",
            "the address 'java\\u200bscript:x' is of a kind that is refused (javascript:)",
        ),
        (" \tDATA:x", "the address ' \\tDATA:x' is of a kind that is refused (data:)"),
        ("vbscript:", "the address 'vbscript:' is of a kind that is refused (vbscript:)"),
        ("file:///x", "the address 'file:///x' is of a kind that is refused (file:)"),
        (
            "blob:https://a.org/x",
            "the address 'blob:https://a.org/x' is of a kind that is refused (blob:)",
        ),
        ("about:blank", "the address 'about:blank' is of a kind that is refused (about:)"),
        ("//a.org", "the address '//a.org' does not say how to reach its host"),
        ("/\t/a.org", "the address '/\\t/a.org' does not say how to reach its host"),
        ("\u200b//a.org", "the address '\\u200b//a.org' does not say how to reach its host"),
        ("/\\a.org", "the address '/\\\\a.org' does not say how to reach its host"),
        ("\\\\a\\b", "the address '\\\\\\\\a\\\\b' does not say how to reach its host"),
        ("https:a.org", "the address 'https:a.org' names no host, or a user"),
        ("https:///a.org", "the address 'https:///a.org' names no host, or a user"),
        ("https:\\\\a.org", "the address 'https:\\\\\\\\a.org' names no host, or a user"),
        ("https://a@b.org/", "the address 'https://a@b.org/' names no host, or a user"),
        (
            "view-source:https://a.org",
            "the address 'view-source:https://a.org' is of a kind that is refused (view-source:)",
        ),
        ("c:\\x", "the address 'c:\\\\x' is of a kind that is refused (c:)"),
        (
            "javascript:" + "x" * 200,
            f"the address 'javascript:{'x' * 49}...' is of a kind that is refused (javascript:)",
        ),
    ],
)
def test_which_addresses_a_page_may_link_to(address, fault):
    assert fault_of(address) == fault


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "https://example.org/opinion",
            "javascript:alert(1)",
            "clark2003gut: url 'javascript:alert(1)' does not begin with 'https://'",
        ),
        (
            "https://example.org/opinion",
            "https://x@example.org/",
            "clark2003gut: the address 'https://x@example.org/' names no host, or a user",
        ),
        ("1234567", '1/"><script>', "baker2002gut: pmid '1/\"><script>' is not a number of PubMed"),
    ],
)
def test_addresses_of_sources(rootdir, tmp_path, old, new, message):
    text = (rootdir / "test-kb/data/sources.bib").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "sources.bib").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SourcesError, match=re.escape(message)):
        read_sources(tmp_path / "sources.bib")


# -- Drawings --------------------------------------------------------------------------------------

WHOLE = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">\n%s\n</svg>'
HARMFUL = {
    "<script>x()</script>": [(2, "the element <script>")],
    '<script href="x.js"/>': [(2, "the element <script>"), (2, "the address href='x.js'")],
    '<rect onclick="x()"/>': [(2, "the attribute onclick")],
    '<rect ONLOAD="x()"/>': [(2, "the attribute ONLOAD")],
    "<foreignObject><b/></foreignObject>": [
        (2, "the element <foreignObject>"),
        (2, "the element <b>"),
    ],
    '<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="x"/>': [
        (2, "the element <iframe>"),
        (2, "the attribute src (did you mean 'r'?)"),
    ],
    '<a href="javascript:x()"><rect/></a>': [
        (2, "the element <a>"),
        (2, "the address href='javascript:x()'"),
    ],
    '<use href="https://example.org/a.svg#b"/>': [
        (2, "the address href='https://example.org/a.svg#b'")
    ],
    '<use xlink:href="data:image/svg+xml,x#b"/>': [
        (2, "the address xlink:href='data:image/svg+xml,x#b'")
    ],
    '<use href="other.svg#b"/>': [(2, "the address href='other.svg#b'")],
    '<image href="x.png"/>': [(2, "the element <image>"), (2, "the address href='x.png'")],
    '<set attributeName="href" to="javascript:x()"/>': [
        (2, "the element <set>"),
        (2, "the attribute attributeName"),
        (2, "the attribute to (did you mean 'stroke'?)"),
    ],
    '<animate attributeName="href" values="javascript:x()"/>': [
        (2, "the element <animate>"),
        (2, "the attribute attributeName"),
        (2, "the attribute values"),
    ],
    "<style>@import 'https://example.org/a.css';</style>": [(2, "'@import' in the style")],
    "<style>a { fill: url(https://example.org/a) }</style>": [(2, "'url(' in the style")],
    "<style>a { fill: URL('//example.org/a') }</style>": [(2, "'URL(' in the style")],
    "<style>a { fill: \\75rl(x) }</style>": [(2, "'\\\\' in the style")],
    "<style>a { background: image-set('https://example.org/a' 1x) }</style>": [
        (2, "'image-set(' in the style")
    ],
    "<style>@font-face { src: url(#x) }</style>": [(2, "'@font-face' in the style")],
    "<style><![CDATA[ @import 'x'; ]]></style>": [(2, "'@import' in the style")],
    "<style>a { behavior : url(#x) }</style>": [(2, "'behavior :' in the style")],
    "<style>a { -moz-binding: url(#x) }</style>": [(2, "'-moz-binding' in the style")],
    '<rect style="behavior: url(#x)"/>': [(2, "'behavior:' in the attribute style")],
    '<rect style="fill: url(https://example.org/a)"/>': [(2, "'url(' in the attribute style")],
    '<rect fill="url(https://example.org/#a)"/>': [(2, "'url(' in the attribute fill")],
    '<rect data-x="y"/>': [(2, "the attribute data-x (did you mean 'dx'?)")],
    "<metadata>x</metadata>": [(2, "the element <metadata>")],
    '<?xml-stylesheet href="https://example.org/a.css"?>': [
        (2, "the instruction <?xml-stylesheet>")
    ],
    "<rect>": [(3, "what no parser of XML can read (mismatched tag: line 3, column 2)")],
    "&unknown;": [(2, "what no parser of XML can read (undefined entity: line 2, column 0)")],
    '<rect foll="red"/>': [(2, "the attribute foll (did you mean 'fill'?)")],
    '<rect style="fill:red; position : fixed; TOP:0"/>': [
        (2, "the property 'position' in the attribute style"),
        (2, "the property 'top' in the attribute style"),
    ],
    '<style media="all">a{}</style>': [(2, "the attribute media of a style element")],
    '<style>a { fill: url( #b ) } b { fill: url("#c") }</style>': [],
    '<style>a { fill: url( "#b c" ) }</style>': [(2, "'url(' in the style")],
    "<style>a { width: CALC(1px) expression(1) }</style>": [(2, "'expression(' in the style")],
    "<style>&lt;/style></style>": [(2, "'</' in the style")],
    '<use href="#"/>': [(2, "the address href='#'")],
    "<text><style>a { x(</style>y(</text>": [(2, "'x(' in the style")],
    "<text><style>a</style><style>y(</style></text>": [(2, "'y(' in the style")],
}


@pytest.mark.parametrize("body", HARMFUL)
def test_a_drawing_is_told_of_all_that_is_harmful_with_its_line(body):
    assert svg_faults(WHOLE % body) == HARMFUL[body]


BILLION = "<!DOCTYPE svg [%s]>" % "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
)


@pytest.mark.parametrize(
    "text",
    [
        BILLION + WHOLE % "<text>&a11;</text>",
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + WHOLE % "",
        "<html><svg/></html>",
        "",
        (WHOLE % "<script/>").encode("utf-16"),
        b"<?xml version='1.0' encoding='no-such'?>" + (WHOLE % "").encode(),
    ],
)
def test_documents_that_are_no_drawings(text):
    assert svg_faults(text)


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE svg>",
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1:9/svg11.dtd">',
        '<!DOCTYPE svg [<!ENTITY a "b">]>',
        '<!DOCTYPE svg [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>',
        '<!DOCTYPE svg [<!ATTLIST rect fill CDATA "red">]>',
        BILLION,
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_ends_the_reading(head, encoding):
    text = f"<?xml version='1.0' encoding='{encoding}'?>{head}" + WHOLE % "<script/>"
    assert svg_faults(text.encode(encoding)) == [(1, "a document type, or an entity")]


def test_an_entity_that_nobody_declared_is_told_with_its_line():
    assert svg_faults(WHOLE % "<text>&nbsp;</text>") == [
        (2, "what no parser of XML can read (undefined entity: line 2, column 6)")
    ]


def test_a_drawing_is_read_again_after_an_edit(tmp_path):
    """What was found is kept, by time and size."""
    path = tmp_path / "a.svg"
    path.write_text(WHOLE % "<rect/>")
    assert faults_at(path) == []
    path.write_text(WHOLE % "<script/>")
    assert faults_at(path) == [(2, "the element <script>")]
    assert faults_at(tmp_path / "none.svg") == []


def test_what_a_drawing_may_hold_is_listed():
    """A longer list is a decision: who makes it writes it into the file as well."""
    lists = ("ELEMENTS", "NAMES", "PROPERTIES", "ATTRIBUTES", "FUNCTIONS", "ROLES")
    told = [f"{name}: {' '.join(sorted(getattr(safe_svg, name)))}\n" for name in lists]
    assert "".join(told) == Path(__file__).with_name("drawings.txt").read_text(encoding="utf-8")


def test_a_drawing_may_draw():
    good = (
        "<style>.k { fill: var(--x, rgb(1 2 3)); transform: rotate(2deg) } @media (prefers-color-scheme: dark) { .k:not(.l) { fill: #fff } }</style>"
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        '<g aria-label="a (b) url(c)" fill="url(#g)"><use xlink:href="#g"/><path d="M0 0" transform="translate(1 2)"/></g><!-- words -->'
    )
    assert svg_faults(WHOLE % good) == []


@pytest.mark.parametrize(
    "form",
    [
        "```{image} a.svg\n:alt: x\n```",
        "![x](a.svg)",
        "```{figure} a.svg\n:class: kb-figure\n:alt: x\n\nWords.\n```",
    ],
)
def test_every_picture_of_a_page_is_held_to_it(tiny, form):
    drawn = {"sections/a.svg": lambda _: WHOLE % "<script>x()</script>"}
    built = tiny(
        {**drawn, CHAPTER: lambda text: text.replace("## See also", f"{form}\n\n## See also")}
    )
    assert built.warnings == (
        "sections/a.svg:2: WARNING: a.svg: the element <script> has no place in a drawing; remove"
        " scripts, handlers and outside addresses [safe.drawing]\n"
    )
    assert "a.svg" not in built.page("sections/one.html") and "x()" not in built.page(
        "sections/one.html"
    )


def test_every_static_drawing_is_held_to_it(tiny):
    bad = lambda _: WHOLE % '<rect onload="x()"/>'  # noqa: E731
    built = tiny(
        {"reference/a.svg": bad, "mark.svg": bad},
        html_static_path=["reference"],
        html_logo="mark.svg",
    )
    for name in ("reference/a.svg", "mark.svg"):
        assert (
            f"{name}:2: WARNING: {Path(name).name}: the attribute onload has no place in a drawing;"
            " remove scripts, handlers and outside addresses [safe.drawing]"
        ) in built.warnings.splitlines()


# -- Text stays text, whichever door it comes in by -------------------------------------------------

SHARP = "\"'><img src=x onerror=alert(1)></script>&amp;#eval(1)\u2028end"
"""Ends an attribute, opens an element, ends a script, is a line end to old JavaScript, code to Typst."""
SEEN = "<img src=x onerror=alert(1)></script>&amp;#eval(1)"
WRITTEN = re.sub(r"([<>&\"'()\[\]#$*_`])", r"\\\1", SHARP.replace("\u2028", " "))
"""The same as an author writes it, so that markdown takes it for text."""
PLAIN = SHARP.replace("\u2028", " ")


def opened(text: str) -> str:
    """*text* with tags that nothing ends: the bibliography refuses whole ones."""
    return re.sub("(<[^<>]*)>", r"\1", text)


# The bibliography refuses entities; what they stand for may be there.
IN_BIB = (
    opened(SHARP)
    .replace("&amp;", "&")
    .replace("#", r"\#")
    .replace("&", r"\&")
    .replace("\u2028", " ")
)
"""Titles and journals are TeX, our own fields are plain words."""
EBOOK = {
    "version": "1.0",
    "language": "en",
    "author": "The testers",
    "copyright": "2026, the testers",
    "epub_basename": "small",
    "epub_theme": "kb_epub",
    "epub_pre_files": [("edition.xhtml", "About this edition")],
    "epub_cover": ("cover.png", "cover.html"),
    "epub_identifier": "urn:uuid:00000000-0000-5000-8000-000000000000",
    "epub_uid": "book-id",
    "epub_language": "en-US",
    "epub_show_urls": "no",
    "epub_use_index": False,
    "epub_css_files": [],
    "ebook_license": "https://example.org/license",
    "ebook_accessibility": "Checked by machine.",
}
MORE = '"kb.outlets.inventory", "kb.site.hover_cards", "kb.search", "typstbook", "kb.book.index", "kb.ebook"'
OPEN = """
# The sharp string holds signs that the input checks refuse.
extensions = [name for name in extensions if name != "kb.input_checks"]
extensions += ["kb.input_checks.raw_html", "kb.input_checks.addresses", "kb.input_checks.safe_svg"]
"""
PLACES = (
    "TITLE",
    "TEXT",
    "QUOTE",
    "ANSWER",
    "ALT",
    "SUMMARY",
    "REVIEWER",
    "DEFINITION",
    "WORK",
    "JOURNAL",
    "FINDING",
    "LIMITS",
    "FOOD",
)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def chapter(text: str) -> str:
    """The chapter with sharp words in its front matter, its title, a paragraph, a claim and the words of a picture."""
    matter = f"summary: {quoted(f'SUMMARY {SHARP}.')}\nreviewed_by: {quoted(f'REVIEWER {SHARP}')}"
    picture = f"```{{figure}} a.svg\n:class: kb-figure\n:alt: ALT {SHARP.replace(chr(0x2028), ' ')}\n\nCaption.\n```\n\n## See also"
    text = text.replace("summary: One sentence.", matter).replace(
        "# One\n", f"# TITLE {WRITTEN}\n", 1
    )
    text = text.replace("Osteocalcin comes back here", f"TEXT {WRITTEN} comes back here").replace(
        "## See also", picture
    )
    return text.replace("> Osteocalcin does everything.", f"> QUOTE {WRITTEN}.").replace(
        "It does something.", f"ANSWER {WRITTEN}."
    )


def sources(text: str) -> str:
    text = text.replace("{Bone and more}", f"{{WORK {IN_BIB}}}").replace(
        "{Journal of Bones}", f"{{JOURNAL {IN_BIB}}}"
    )
    return text.replace("{Bones grew.}", f"{{FINDING {PLAIN}.}}").replace(
        "{Mice only.}", f"{{LIMITS {PLAIN}.}}"
    )


def foods(text: str) -> str:
    doubled = SHARP.replace('"', '""').replace("\u2028", " ")
    return text.replace('"Gouda, old"', f'"FOOD {doubled}"').replace(
        "Netherlands,Note.", f'Netherlands,"NOTE {doubled}."'
    )


INJECTED = {
    "conf.py": lambda text: text.replace('"kb.outlets.inventory"', MORE) + OPEN,
    CHAPTER: chapter,
    "sections/a.svg": lambda _: WHOLE % "<rect/>",
    "data/sources.bib": sources,
    "data/foods.csv": foods,
    "reference/glossary.md": lambda text: text.replace(
        "The tube that digests food.", f"A DEFINITION {WRITTEN}."
    ),
}


def seen_at(place: str) -> str:
    """What a reader sees at a *place*; fields that the bibliography decodes hold no entity."""
    if place in ("WORK", "JOURNAL"):
        return re.escape(opened(SEEN)).replace(r"\&amp;", r"\&(?:amp;)?")
    return re.escape(SEEN)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_text_is_text_on_the_site(tiny):
    built = tiny(INJECTED, html_sidebars={"**": []})
    assert built.warnings == ""
    told = ""
    for path in sorted(built.out.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert Reader(text).faults == [], path.name
        told += re.sub(
            r"[‘’]", "'", html.unescape(re.sub(r"</?(?:em|span|strong|cite)\b[^>]*>", "", text))
        )
    for place in PLACES:
        assert re.search(rf"\b{place} [\"“”]'>{seen_at(place)}", squeezed(told)), place


def test_text_is_text_in_data(tiny):
    built = tiny(INJECTED, html_sidebars={"**": []})
    for name in ("kb-records", "kb-cards-data"):
        script = built.page(f"_static/{name}.js")
        found = re.fullmatch(r"window\.[A-Z_]+=(\{.*\});\n", script, re.DOTALL)
        assert found and SEEN in json.dumps(json.loads(found[1]), ensure_ascii=False), name
    register = json.loads(built.page("data/claims.json"))
    assert SEEN in register["claims"][0]["quote"]
    rows = list(csv.DictReader(io.StringIO(built.page("data/foods.csv").removeprefix("\ufeff"))))
    assert rows[0]["food"] == f"FOOD {SHARP.replace(chr(0x2028), ' ')}"


def test_text_is_text_in_the_book_for_e_readers(tiny):
    built = tiny(INJECTED, builder="epub", **EBOOK)
    assert built.warnings == ""
    pages = [path for path in sorted(built.out.rglob("*.xhtml")) if "_static" not in path.parts]
    assert len(pages) > 4
    assert {
        path.name: Reader(path.read_text(encoding="utf-8")).faults
        for path in pages
        if Reader(path.read_text(encoding="utf-8")).faults
    } == {}
    assert SEEN in html.unescape((built.out / "sections/one.xhtml").read_text(encoding="utf-8"))


def test_text_is_text_in_the_book(tiny):
    """Typst runs nothing of it: a word of code would stop the build or print its value."""
    import pypdfium2

    built = tiny(INJECTED, builder="book")
    assert built.warnings == ""
    (path,) = built.out.glob("*.pdf")
    pages = pypdfium2.PdfDocument(path)
    text = re.sub(
        r"[\s\ufffe-]", "", "".join(page.get_textpage().get_text_range() for page in pages)
    )
    for place in ("TITLE", "TEXT", "QUOTE", "ANSWER", "DEFINITION", "WORK", "FINDING"):
        seen = seen_at(place).replace(r"\ ", "").replace(r"\-", "")
        assert re.search(rf"{place}[\"“”]['’‘]>{seen}", text), place


def test_a_title_is_no_command_to_tex():
    """Whoever pastes the BibTeX of a page runs nothing."""
    citation = Citation("a", "B", "\\input{/etc/passwd} 50% ~ ^ $x$", "C", "2026", "", "")
    assert (
        r"{{\textbackslash{}input\{/etc/passwd\} 50\% \textasciitilde{} \textasciicircum{} \$x\$}}"
        in citation.bibtex()
    )
    assert parse_string(citation.bibtex(), "bibtex").entries["a"]


# -- Tables for spreadsheets -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        *(
            (f"{before}{sign}1+1", f"'{before}{sign}1+1")
            for sign in "=+@-＝＋＠－"
            for before in ("", " ", "\u00a0", '"', "'", "\ufeff")
        ),
        ("-SUM(A1)", "'-SUM(A1)"),
        ("+1+1", "'+1+1"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("\t=x", "'\t =x"),
        ("a;=1+1", "a; =1+1"),
        ('a;"=1+1', 'a;" =1+1'),
        ("a\n@x", "a\n @x"),
        ("a\t-x", "a\t -x"),
        ("-5", "'-5"),
        ("12", "12"),
        ("", ""),
        ("a=b", "a=b"),
        ("a; b", "a; b"),
        ("MK-7", "MK-7"),
        ("1-2", "1-2"),
    ],
)
def test_no_cell_is_taken_for_a_formula(cell, safe):
    assert harmless(cell) == safe


OVER_THE_PAGE = {
    "a style with a prefix": (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:s="http://www.w3.org/2000/svg"><s:style>body{display:none}</s:style></svg>',
        "the element <s:style>",
    ),
    "overflow": (
        '<svg xmlns="http://www.w3.org/2000/svg" overflow="visible"/>',
        "the attribute overflow, by which it could lie over the page",
    ),
    "overflow as style": (
        '<svg xmlns="http://www.w3.org/2000/svg" style="overflow:visible"/>',
        "the property 'overflow' in the attribute style",
    ),
    "a move of the whole": (
        '<svg xmlns="http://www.w3.org/2000/svg" transform="scale(1000)"/>',
        "the attribute transform of the whole drawing",
    ),
    "CDATA": (
        '<svg xmlns="http://www.w3.org/2000/svg"><text><![CDATA[<style>]]></text></svg>',
        "a section of CDATA",
    ),
    "a class of the page": (
        '<svg xmlns="http://www.w3.org/2000/svg"><g class="k-a fixed-top"/></svg>',
        "the class 'fixed-top' (those of drawings begin with 'k-')",
    ),
}


@pytest.mark.parametrize("name", OVER_THE_PAGE)
def test_a_drawing_within_a_page_stays_in_its_box(name):
    text, fault = OVER_THE_PAGE[name]
    assert set(svg_faults(text, inline=True)) == {(1, fault)}


SVG_OF = '<svg xmlns="http://www.w3.org/2000/svg">%s</svg>'
AGAIN = "".join(
    f'<g id="k-{n}"><use href="#k-{n + 1}"/><use href="#k-{n + 1}"/></g>' for n in range(20)
)
IN_A_PAGE = {
    "an id like one of the page": ('<g id="in-plain-words"/>', "the id 'in-plain-words'"),
    "an id of the theme": (
        '<g id="pst-x"/>',
        "the id 'pst-x' (those of this drawing begin with 'k-')",
    ),
    "a landmark": ('<g role="navigation"/>', "the role 'navigation'"),
    "an alarm": ('<g role="alert"/>', "the role 'alert'"),
    "a place in the order of keys": ('<g tabindex="5"/>', "the attribute tabindex"),
    "an element in a title": ("<title><g/></title>", "an element within <title>"),
    "a title in a description": ("<desc><title>x</title></desc>", "an element within <desc>"),
    "text turned around": ('<text direction="rtl">21 mg</text>', "the attribute direction"),
    "text turned by a sign": ("<text>\u202e21 mg</text>", "the invisible sign U+202E"),
    "text turned by an entity": ("<text>&#x202e;21 mg</text>", "the invisible sign U+202E"),
    "a sign of no width in a label": ('<g aria-label="2\u200b1"/>', "the invisible sign U+200B"),
    "parts that double": (AGAIN, "parts that use each other, for more than 20000 shapes,"),
    "a part that uses itself": ('<g id="k-a"><use href="#k-a"/></g>', "parts that use each other"),
    "patterns that use each other": (
        '<pattern id="k-a"><g fill="url(#k-b)"/></pattern><pattern id="k-b"><g fill="url(#k-a)"/></pattern>'
        '<g fill="url(#k-a)"/>',
        "parts that use each other",
    ),
    "a depth without end": ("<g>" * 70 + "</g>" * 70, "a depth of more than 60 elements"),
}


@pytest.mark.parametrize("name", IN_A_PAGE)
def test_a_drawing_within_a_page_only_draws(name):
    body, fault = IN_A_PAGE[name]
    assert any(fault in what for _, what in svg_faults(SVG_OF % body, inline=True, prefix="k-"))


def test_a_drawing_that_is_not_utf_8_is_told(tmp_path):
    path = tmp_path / "a.svg"
    path.write_bytes(
        b'<?xml version="1.0" encoding="latin-1"?>\n' + (SVG_OF % "\u00e9").encode("latin-1")
    )
    assert faults_at(path) == [(2, "what no parser of XML can read (it is not UTF-8)")]


def test_a_part_of_a_drawing_may_be_moved_and_linked():
    text = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><!-- by us --><g transform="scale(2)"><use xlink:href="#a"/></g></svg>'
    assert svg_faults(text, inline=True) == []


def test_a_link_without_words_is_told(page):
    _, warnings = page("# One\n\nTwo [](https://example.org/) and [ ](https://example.org/b).\n")
    assert warnings == "".join(
        f"index.md:3: WARNING: the link to 'https://example.org/{name}' has no words to click;"
        " write '<address>' [safe.address]\n"
        for name in ("", "b")
    )


def test_a_link_around_a_picture_has_words(page):
    assert page("# One\n\n[![A cell](one.png)](https://example.org/)\n")[1] == ""


def test_what_is_drawn_begins_with_svg():
    assert svg_faults('<g xmlns="http://www.w3.org/2000/svg">\n<g/>\n</g>') == [
        (1, "the outermost element <g>")
    ]


@pytest.mark.parametrize("name", ["description", "keywords", "author"])
def test_a_page_may_tell_about_itself(page, name):
    out, warnings = page(f"# One\n\n```{{eval-rst}}\n.. meta::\n   :{name}: Words of it\n```\n")
    assert warnings == ""
    assert f'content="Words of it" name="{name}"' in (out / "index.html").read_text("utf-8")


WITHIN = (
    "sections/a.svg:2: WARNING: a.svg: the class 'x' (those of drawings begin with 'k-') has no"
    " place in a drawing; remove scripts, handlers and outside addresses [safe.drawing]\n"
)


@pytest.mark.parametrize(("name", "told"), [("kb-figure", WITHIN), ("other", "")])
def test_a_drawing_within_a_page_is_held_to_more_than_one_beside_it(tiny, name, told):
    """Set into the page it shares classes and ids with it."""
    figure = f"```{{figure}} a.svg\n:class: {name}\n:alt: x\n\nWords.\n```"
    edits = {
        "sections/a.svg": lambda _: WHOLE % '<rect class="x"/>',
        CHAPTER: lambda text: f"{text}\n\n{figure}\n",
    }
    assert tiny(edits).warnings == told


@pytest.mark.parametrize("role", ["img", "group", "none", "presentation"])
def test_a_part_of_a_drawing_may_be_a_picture_or_nothing_of_its_own(role):
    assert svg_faults(WHOLE % f'<g role="{role}"/>') == []
