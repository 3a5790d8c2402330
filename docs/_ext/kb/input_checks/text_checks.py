"""Files and texts that cannot be what an author meant, named before anything is read.

Checked are

- every file below ``docs``: no links to other places, no pipes, names of printable characters, no
  ending of pages but ``.md``, whose files nobody would read;
- every page and every file of data: UTF-8, without control characters, and without
  invisible ones, such as direction marks or spaces of no width;
- the lines of pages: not longer than 20,000 characters, and what
  ``markdown_lint`` and ``lost_words`` find in them (boxes that nothing closes, tables that would
  lose a cell, words that would not be printed);
- footnotes without words or that nothing calls, and roles that nothing closes;
- files that pages include, by the same rules, when the page has been read;
- the title of the page, which is words alone;
- the tags of ``{only}``: a misspelled one would leave its text out of every edition;
- ``{header}`` and ``{footer}``, which the books cannot print.

The faults of files, pages and data are raised as one :class:`TextError`, a line for each, and
nothing is built: a parser that meets such bytes ends in a traceback, or shows less than was
written.  What is seen only when a page has been read is a warning.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from jinja2 import TemplateError
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.tags import Tags
from sphinx.util.typing import ExtensionMetadata

from kb.core.messages import did_you_mean
from kb.core.text import line_at
from kb.input_checks.addresses import is_quoted, line_of
from kb.input_checks.lost_words import FILLERS, footnote_faults
from kb.input_checks.markdown_lint import faults_of, head_faults, prose
from kb.text_index.passages import made_later

logger = logging.getLogger(__name__)

MERGED = ("<<<<<<< ", ">>>>>>> ", "||||||| ")
NAME_BYTES = 200
"""Bytes of the name of a page; file systems hold 255, and what is made of it has longer endings."""
LONGEST = 20_000
"""Characters of a line; the longest of the book has some 1,500."""
TEXTS = (".bib", ".css", ".csv", ".html", ".js", ".json", ".toml", ".txt", ".yaml")
"""Endings of files of text that are no pages."""
CODE = ("_build", "_ext", "_tools")
"""Folders of ``docs`` with what was built, and with code, which other checks read."""
NAME = re.compile(r"[\w-]+")
PAGES = {
    *(".md", ".markdown", ".mdown", ".mkd", ".mdx", ".myst", ".qmd", ".rmd", ".rst", ".ipynb"),
    *(".docx", ".odt"),
}
"""Endings by which somebody meant a page."""
_NO_CHARACTERS = "".join(
    chr(0x10000 * plane + at) for plane in range(1, 15) for at in (0xFFFE, 0xFFFF)
)
ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e007f"
    f"{FILLERS}{_NO_CHARACTERS}]"
)
"""Control characters, marks of direction, what has no width or no shape, and the sign that stands
for lost bytes."""
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""Signs that a font may use as it likes: what Word and PDFs hand over for those of symbol fonts."""

_ROLE = re.compile(r"\{[a-z][\w:.-]*\}`")


class TextError(SphinxError):
    """Files cannot be used; the message lists every fault by line."""

    category = "Text error"


def text_faults(path: Path, name: str, is_page: bool = False) -> Iterator[str]:
    """Yield the faults of the bytes at *path*, each with *name* and line; what *is_page*, or has
    the ending of one, is markdown."""
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield f"{name}:1: the file is saved as UTF-16; save it as UTF-8"
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = line_at(data, error.start)
        yield (
            f"{name}:{line}: a character here is not UTF-8 (byte {data[error.start]:#04x}); save"
            " the file as UTF-8"
        )
        return
    lines = re.split("\r\n|\r|\n", text)
    signs = "".join(set(text))
    if ODD.search(signs) or PRIVATE.search(signs) or any(map(_is_wrong, lines)):
        yield from (
            f"{name}:{number}: {fault}"
            for number, line in enumerate(lines, 1)
            for fault in _line_faults(line)
        )
    if is_page or path.suffix == ".md":
        yield from (
            f"{name}:{number}: {fault}"
            for number, fault in (*head_faults(lines), *faults_of(lines))
        )


def _is_wrong(line: str) -> bool:
    return len(line) > LONGEST or line.startswith(MERGED)


def _line_faults(line: str) -> Iterator[str]:
    if line.startswith(MERGED):
        yield "a mark of git's stands here, where two versions meet; keep one, and delete the mark"
    if len(line) > LONGEST:
        yield (
            f"the line has {len(line)} characters, and {LONGEST} are the most; write one sentence"
            " on each line"
        )
    for sign in sorted(set(ODD.findall(line))):
        name = unicodedata.name(sign, "no character" if ord(sign) > 0xFF else "control character")
        place = line.index(sign) + 1
        yield (
            f"an invisible character, U+{ord(sign):04X} ({name.lower()}), stands at place {place};"
            " delete it"
        )
    for sign in sorted(set(PRIVATE.findall(line))):
        yield (
            f"the character U+{ord(sign):04X} at place {line.index(sign) + 1} means nothing outside"
            " of the font that it was copied from; write the sign that it showed"
        )


def file_faults(docs: Path) -> Iterator[str]:
    """Yield the faults of the files below *docs*: what is no plain file, and names that no address
    can hold."""
    for folder, folders, names in os.walk(docs):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        alike: dict[str, str] = {}
        for name in sorted([*names, *folders]):
            path = Path(folder, name)
            shown = f"docs/{path.relative_to(docs)}".encode("utf-8", "backslashreplace").decode()
            first = alike.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
            if first != name:
                yield (
                    f"{shown}: some systems take it for {first!r}, of the same letters; rename one"
                )
            mode = path.lstat().st_mode
            if name.startswith("."):
                continue  # editors keep locks there, links among them
            if stat.S_ISLNK(mode):
                yield f"{shown}: a link to another place; put the file itself here"
            elif not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                yield f"{shown}: neither a file nor a folder; remove it"
            is_ours = path.relative_to(docs).parts[0].startswith("_")  # code, and files for it
            if path.suffix.lower() in PAGES and path.suffix != ".md" and not is_ours:
                yield f"{shown}: pages end in '.md', and nobody would read this one; rename it"
            if name != name.strip():
                yield f"{shown!r}: the name begins or ends with a blank; rename the file"
            elif not name.isprintable():
                yield (
                    f"{shown!r}: the name holds characters that cannot be printed; rename the file"
                )
            elif path.suffix == ".md" and not (is_ours or is_address(path.relative_to(docs))):
                yield (
                    f"{shown}: the name of a page is its address, of letters, digits, '-' and '_';"
                    " rename the file"
                )
            elif path.suffix == ".md" and len(os.fsencode(name)) > NAME_BYTES:
                yield f"{shown}: the name is longer than {NAME_BYTES} bytes; shorten it"


def is_address(page: Path) -> bool:
    """Whether the path of a *page*, seen from ``docs``, can be its address as it is."""
    return all(map(NAME.fullmatch, page.with_suffix("").parts))


def check_files(app: Sphinx, config: Config) -> None:
    """Look at the files, and at the bytes of the data, before any extension opens them."""
    docs = Path(app.srcdir)
    _refuse(list(file_faults(docs)) or list(byte_faults(docs)))


def byte_faults(docs: Path) -> Iterator[str]:
    """Yield the faults of the bytes of all files of text below *docs* that are no pages."""
    for folder, folders, names in os.walk(docs):
        skipped = CODE if Path(folder) == docs else ()
        folders[:] = sorted(n for n in folders if n not in skipped and not n.startswith("."))
        for path in (Path(folder, name) for name in sorted(names) if not name.startswith(".")):
            if path.suffix in TEXTS and path.is_file():
                yield from text_faults(path, f"docs/{path.relative_to(docs).as_posix()}")


MADE = ("genindex", "search")
"""Pages of Sphinx's own, beside those of ``html_additional_pages``: it says nothing of a document
of such a name, and writes over its page."""


def check_pages(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Look at the pages that are to be read."""
    pages = (
        (Path(env.doc2path(name)), f"docs/{env.doc2path(name, base=False)}")
        for name in sorted(docnames)
    )
    faults = list[str]()
    for path, name in pages:
        if path.is_file():
            faults += list(text_faults(path, name)) or _footnote_faults(path, name)
    made = {*MADE, *app.config.html_additional_pages}
    faults += [
        f"docs/{env.doc2path(name, base=False)}: the site makes a page {name!r} of its own, in"
        " which this one would be lost; rename the file"
        for name in sorted(made.intersection(docnames))
    ]
    _refuse(faults)


def _footnote_faults(path: Path, name: str) -> Iterator[str]:
    """Yield footnotes without words or call; a page that takes in others may have them there."""
    text = path.read_text(encoding="utf-8-sig")
    if "[^" in text and "{include}" not in text:
        for number, fault in footnote_faults(prose(text.splitlines())):
            yield f"{name}:{number}: {fault}"


def check_roles(app: Sphinx, document: nodes.document) -> None:
    """Report roles that nothing closes: readers would see their signs."""
    for text in document.findall(nodes.Text):
        if (found := _ROLE.search(text)) and not is_quoted(text):
            message = (
                f"{found[0]!r} opens a role that nothing closes; write a second '`' after its text"
            )
            logger.warning(message, location=text.parent, type="text", subtype="role")


INCLUDED = "kb_included"
"""Where the names of the files that a page includes are kept while it is read."""


def check_included(app: Sphinx, path: Path, parent: str, content: list[str]) -> None:
    """Report the faults of a file that the page includes, of any ending (``include-read``)."""
    page = app.env.current_document
    name = Path(path).as_posix()
    page[INCLUDED] = [*_included(app), name]
    for fault in text_faults(Path(app.srcdir, path), f"docs/{name}", is_page=True):
        logger.warning(fault, location=(page.docname, 1), type="text", subtype="included")


def _included(app: Sphinx) -> list[str]:
    return list(app.env.current_document.get(INCLUDED) or ())


def check_notes_of_included(app: Sphinx, document: nodes.document) -> None:
    """Report footnotes without words of a page and its included files (``doctree-read``)."""
    page = app.env.current_document
    if not (included := _included(app)):
        return
    lines = [
        (f"docs/{name}:{number}", line)
        for name in dict.fromkeys([str(app.env.doc2path(page.docname, base=False)), *included])
        for number, line in prose(Path(app.srcdir, name).read_text("utf-8-sig").splitlines())
    ]
    for index, fault in footnote_faults((at, line) for at, (_, line) in enumerate(lines)):
        message = f"{lines[index][0]}: {fault}"
        logger.warning(message, location=(page.docname, 1), type="text", subtype="included")


_BY_PLACE = {
    nodes.superscript: "a superscript",
    nodes.subscript: "a subscript",
    nodes.abbreviation: "an abbreviation",
    nodes.image: "a picture",
    nodes.math: "a formula",
}


def check_title(app: Sphinx, document: nodes.document) -> None:
    """Report a title of a page that is more than words (``doctree-read``): menus, lists and the
    head of the page repeat it as bare text."""
    title = next((node[0] for node in document.findall(nodes.section)), None)
    if title is None:
        return
    above = document.children[: document.index(_outermost(title))]
    if early := next((node for node in above if _is_read(node)), None):
        logger.warning(
            "words stand above the title of the page, where the search does not find them; begin"
            " the page with its title",
            location=(app.env.current_document.docname, line_of(early)),
            type="text",
            subtype="title",
        )
    kinds = {type(node) for node in title.findall()}
    named = [name for kind, name in _BY_PLACE.items() if kind in kinds]
    if found := made_later(title) or "".join(named[:1]):
        logger.warning(
            f"the title of the page carries {found}, and lists repeat it as bare text; write it in"
            " words, or below the title",
            location=title,
            type="text",
            subtype="title",
        )


def check_headings(app: Sphinx, document: nodes.document) -> None:
    """Report a heading within a page whose words are found later (``doctree-read``): contents
    would print the key of a citation, or the name of a page or a label, in their place."""
    for section in list(document.findall(nodes.section))[1:]:
        named = any(
            link["reftype"] == "ref" and not link["refexplicit"]
            for link in section[0].findall(addnodes.pending_xref)
        )
        found = made_later(section[0]) or ("a link without words" if named else "")
        # Contents leave the number of a footnote out.
        if found and found != "a footnote":
            logger.warning(
                f"the heading carries {found}, of which the contents print what is typed; write it"
                " in words, or below the heading",
                location=section[0],
                type="text",
                subtype="heading",
            )


def _outermost(node: nodes.Node) -> nodes.Node:
    """What stands in the document itself and holds *node*."""
    while not isinstance(node.parent, nodes.document):
        node = node.parent
    return node


def _is_read(node: nodes.Node) -> bool:
    """Whether readers meet words of *node*."""
    is_silent = isinstance(node, (nodes.Invisible, nodes.meta, addnodes.toctree, addnodes.index))
    return not is_silent and bool(node.astext().strip())


def check_decoration(app: Sphinx, document: nodes.document) -> None:
    """Report a page's own header or footer, and take it away (``doctree-read``)."""
    for node in list(document.findall(nodes.decoration)):
        for part in node.children:
            assert isinstance(part, nodes.Element)  # header or footer
            message = f"a page has no {part.tagname} of its own; write the words into the page"
            logger.warning(message, location=part[0], type="text", subtype="decoration")
        node.parent.remove(node)


_TAG = re.compile(r"[A-Za-z_]\w*")
OFFERED = ("pdf", "ebook")
"""Tags that the build sets for the site where it offers a download (``build``)."""


def known_tags(app: Sphinx) -> set[str]:
    """The words that an ``{only}`` may ask for: formats and builders, and tags of this project."""
    builders = app.registry.builders
    formats = {one.format for one in builders.values()} - {""}
    # Sphinx sets each of them twice, bare and with its kind.
    kinds = {f"builder_{name}" for name in builders} | {f"format_{name}" for name in formats}
    return {*builders, *formats, *kinds, *app.tags, *OFFERED}


def _is_condition(words: str) -> bool:
    """Whether Sphinx can read *words* as a condition of ``{only}``."""
    try:
        Tags().eval_condition(words)
    except (ValueError, TemplateError):
        return False
    return True


def check_tags(app: Sphinx, document: nodes.document) -> None:
    """Report tags of ``{only}`` that nothing sets (``doctree-read``)."""
    for node in list(document.findall(addnodes.only)):
        if not _is_condition(node["expr"]):
            message = (
                f"{node['expr']!r} is not a condition; write tags, joined by 'and', 'or', 'not'"
            )
            logger.warning(message, location=node, type="text", subtype="tag")
            node.parent.remove(node)  # who asks later would end in a traceback
            continue
        known = known_tags(app)
        for word in set(_TAG.findall(node["expr"])) - known - {"and", "or", "not"}:
            logger.warning(
                f"no edition has the tag {word!r}, so this text would be in none or in all"
                f"{did_you_mean(word, known)}",
                location=node,
                type="text",
                subtype="tag",
            )


def _refuse(faults: list[str]) -> None:
    if faults:
        raise TextError("\n".join(faults))


def setup(app: Sphinx) -> ExtensionMetadata:
    # Before 'sources' (100) opens the first file.
    app.connect("config-inited", check_files, priority=50)
    app.connect("env-before-read-docs", check_pages)
    app.connect("doctree-read", check_roles)
    app.connect("include-read", check_included)
    app.connect("doctree-read", check_notes_of_included)
    # Before those that evaluate the conditions (500).
    app.connect("doctree-read", check_tags, priority=300)
    app.connect("doctree-read", check_title)
    app.connect("doctree-read", check_headings)
    app.connect("doctree-read", check_decoration)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
