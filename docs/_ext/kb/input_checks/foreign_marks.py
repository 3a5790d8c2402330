r"""Marks of other dialects of Markdown: told with what MyST has in their place.

Where a parser knows a mark, it stands in no text; what is left in the text of a paragraph would
be printed as it was typed::

    ~~gone~~, - [ ] task, {{ x }}, [words]{.class}, [@key], [[page]], ==loud==, H~2~O
    https://example.org            an address that is no link
    ##Heading                      a paragraph that begins with ##
    > [!DANGER]                    a quotation; GitHub's five own kinds are boxes
    • item, -item                  items of a word processor, or of a hurry
    text.[12], 【3†source】         what encyclopedias and chats print in place of sources
    Natto <tab> 900                cells of a spreadsheet in one line of text

Code, formulas and links are left alone.  ``MARKS`` lists what is looked for; each is a warning
with the line of the page and the cure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.core.messages import shortened
from kb.core.text import KEY
from kb.input_checks.addresses import line_of
from kb.text_index.records import is_outside

logger = logging.getLogger(__name__)

HOLE = "\ufffc"
"""Stands for code, links and formulas; ``text_checks`` refuses it in pages."""
BOXES = ("attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning")
ROLES = r"cite:[pt]|cite|claim|term|doc|ref|numref|plain|math|download|abbr|kbd|sub|sup"
NO_BOX = "'{0}' does not open a box; write ':::{{{box}}}' and close it by ':::'"
SIGNS = "'{0}' is printed with its signs; write "
LEFT = "'{0}' is left over from another program; write what it stood for, or delete it"
BULLETS = "•◦▪‣●○■□➤➢☐☑·"
"""Signs by which word processors begin an item."""
UNCLOSED = (
    "'{0}' is printed with its signs; they touch the words within, and a blank or a stop without"
)
MARKS = {
    r"~~(?=\S)[^~\n]{1,200}(?<=\S)~~": (
        "'{0}' is not struck through; delete the words, or say that they no longer hold"
    ),
    r"\A\[[ xX]\] [^\n]{1,80}": (
        "'{0}' is printed as it stands; write a plain list, and say in words what is done"
    ),
    r"\$\$?\ufffc\$\$?": (
        "'$$' opens and closes a formula on lines of its own; within a sentence write '$...$'"
    ),
    r"\$(?=[^$\n]{0,200}[\\^_=])(?: [^$\n]{1,200}|[^$\s][^$\n]{0,200} )\$": (
        "'{0}' is not a formula, because of a blank behind the first '$' or before the second"
    ),
    r"\{\{[^{}\n]{1,80}\}\}": "'{0}' is not replaced by anything; write the words themselves",
    r"\{#[\w-]{1,80}\}\Z": "'{0}' is not an anchor; write '(name)=' on the line above",
    r"(?:\[[^\[\]\n]{1,200}\]|\ufffc)\{[.#][^}\n]{1,80}\}": (
        "'{0}': words have no class here; write '*words*' or '**words**'"
    ),
    r"\[-?@([\w:-]{1,80})[^\]\n]{0,200}\]": "'{0}' is not a citation; write {{cite:p}}`{1}`",
    r"(?<![\w.@\[-])@([a-z]{1,40}\d{4}\w*)": "'{0}' is not a citation; write {{cite:t}}`{1}`",
    r"!\[\[([^\[\]|\n]{1,200})(?:\|[^\[\]\n]{0,200})?\]\]": (
        "'{0}' is not a picture; write '![words that say what it shows]({1})'"
    ),
    r"(?<!!)\[\[([^\[\]|\n]{1,200})(?:\|[^\[\]\n]{0,200})?\]\]": (
        "'{0}' is not a link; write {{term}}`{1}` for a term, {{doc}}`{1}` for a page"
    ),
    r"\[[^\[\]\n]{1,200}\]\[([^\[\]\n]{0,80})\]": (
        "'{0}' is not a link, since no line '[{1}]: https://...' defines it"
    ),
    r"https?://[^\s<>\ufffc]+": "'{0}' is not a link; write '<{0}>', or '[words]({0})'",
    r"(?<![\w/.])www\.\w[^\s<>\ufffc]*": "'{0}' is not a link; write '<https://{0}>'",
    r"^#{1,6}[^\W\d_][^\n]{0,80}|^#{2,6}\w[^\n]{0,80}": (
        "'{0}' is not a heading; write a blank behind the last '#'"
    ),
    r"\A\[!(\w{1,40})\][^\n]{0,80}": NO_BOX,
    r"^(?:!!!|\?\?\?)\+? {0,4}(\w{1,40})[^\n]{0,80}": NO_BOX,
    r"^\.\. ([\w-]{1,40})::[^\n]{0,80}": (
        "'{0}' is reStructuredText; write ':::{{{1}}}' and close it by ':::'"
    ),
    rf":({ROLES}):\ufffc": "':{1}:' is reStructuredText; write {{{1}}}`...`",
    r"\ufffc__?(?!\w)": (
        "'_' behind a backtick makes no link; write '[words](https://...)' or {{doc}}`page`"
    ),
    rf"\{{({ROLES})\}}(?!`)": (
        "'{0}' is printed as it stands; its text follows at once, between backticks: {0}`...`"
    ),
    r"(?<![\w{:])(cite:[pt]|cite|claim|term|doc|numref)\ufffc": (
        "'{1}' right before a backtick is printed; with braces it links: {{{1}}}`...`"
    ),
    r"\\(?:cite|ref|emph|text|footnote|sub|section)\w{0,20}\{[^}\n]{0,200}\}?": (
        "'{0}' is LaTeX; write {{cite:p}}`key`, *words* or **words**"
    ),
    r"(?<!=)==(?=\S)[^=\n]{1,200}(?<=\S)==(?!=)": SIGNS + "'**...**'",
    r"(?<=\w)~(\w{1,5})~": SIGNS + "{{sub}}`{1}`",
    r"(?<=\w)\^([\w+-]{1,5})\^|(?<=10)\^(-?\d+)": SIGNS + "{{sup}}`{1}`",
    r"\^\[[^\]\n]{0,80}\]?": (
        "'{0}' is not a footnote; write '[^name]' here, and '[^name]: ...' on a line below"
    ),
    r"(?<![\w:]):[A-Za-z][A-Za-z\d_]{1,40}:(?![\w:\ufffc])": (
        "'{0}' is printed as it stands; say it in words, or put the option right below the line"
        " that opens its box"
    ),
    r"\*\*[^*\n]{0,80}(?:\*\*)?": UNCLOSED,
    # A star before a number may be an allele ('CYP2C9 *2 and *3'), and stays.
    r"(?<![\w*])\*(?=[^\s\d*])[^*\n]{1,80}(?<!\*)\*(?!\*)": UNCLOSED,
    r"(?<![\w/])__(?!_)[^_\n]{1,80}(?:__)?(?!\w)": UNCLOSED,
    r"(?<![\w/])_(?=[^\s_])[^_\n]{1,80}_(?!_)": UNCLOSED,
    r"\\begin\{\w{1,20}\*?\}": (
        "'{0}' opens no formula; write its lines between two lines '$$', with 'aligned' or 'matrix'"
        " if they are several"
    ),
    r"^\|[^\n|]{0,80}\|[^\n]{0,80}\|$": (
        "a row of a table without a table; a line '|---|' of as many cells stands under its head"
    ),
    r"!\[([^\[\]\n]{0,200})\]\(([^()\n]{0,200}[ \xa0][^()\n]{0,200})\)": (
        "'{0}' is not a picture, because of the blank between the brackets; write the name of its"
        " file alone"
    ),
    r"(?<!!)\[([^\[\]\n]{1,200})\]\(([^()\n]{1,200}[ \xa0][^()\n]{0,200})\)": (
        "'{0}' is not a link, because of the blank in its address; write '[{1}](<...>)'"
    ),
    r"(?<![\]\ufffc])\{\.[\w-]{1,80}(?: [^{}\n]{0,80})?\}|\{\w{1,20}=[^{}\n]{1,80}\}": (
        "'{0}' is printed as it stands; words and pictures have no attributes here, so delete it"
    ),
    rf"^([{BULLETS}])(?=[ \t\xa0])|\A([–—])(?= [^\n]{{0,400}}\n[–—] )": (
        "'{1}' begins no item of a list; write '-' in its place, and a blank"
    ),
    r"^(?:[-+*]|\d{1,3}[.)])[\xa0\u2000-\u200a\u202f\u3000][^\n]{0,40}": (
        "'{0}' is no item of a list, because the blank in it is not that of the keyboard; type it"
    ),
    r"\A(?:-|\d{1,2}[.)])[^\W\d_][^\n]{0,40}": (
        "'{0}' is no item of a list; write a blank behind its sign or number"
    ),
    r"^={2,6} [^=\n]{1,200} ={2,6}$": "'{0}' is not a heading; write '##' and a blank before it",
    r"^\{\|[^\n]{0,80}|^={4,80}(?: {1,9}={4,80}){1,20}$": (
        "'{0}' begins no table; write '|' between its cells, and a line '|---|' of as many cells"
        " under its head"
    ),
    r"[‘’']{2,5}\w[^‘’'\n]{0,200}[‘’']{2,5}": SIGNS + "'*...*' or '**...**'",
    r"``(?=\w)[^`\n]{1,80}": SIGNS + "'\"...\"'",
    r"\$\$[^$\ufffc]{1,200}\$\$": (
        "'{0}' is printed with its signs; '$$' opens and closes a formula on lines of its own,"
        " within a sentence write '$...$'"
    ),
    r"【[^】\n]{0,40}†[^】\n]{0,40}】|:contentReference\[[^\]\n]{0,80}\](?:\{[^}\n]{0,80}\})?": (
        "'{0}' is left over from a chat, and is no source; write {{cite:p}}`key`, or delete it"
    ),
    r"(?<=[\w.,;)”’])(?:\[(?:\d{1,3}|[a-z ]{0,20}citation needed|edit)\]){1,9}(?![(\[])": (
        "'{0}' is left over from another page; write {{cite:p}}`key`, or delete it"
    ),
    r"\{ ?(?:REF|PAGEREF|SEQ|TOC|HYPERLINK|ADDIN|CITATION|EMBED)\b[^{}\n]{0,200}\}": LEFT,
    r"Error! [A-Z][^.!\n]{0,60}\.|</?[a-z]{1,9}:[a-z]\w{0,20}(?: [^<>\n]{0,80})?/?>": LEFT,
    r"[^\t\n]{0,80}\t[^\n]{0,80}": (
        "cells with tabs between them; write a table, with '|' between the cells and a line '|---|'"
        " of as many cells under its head"
    ),
}
"""What may be left in a text, and the message: {0} is the mark, {1} a part of it, {box} a box."""
PATTERNS = [(re.compile(mark, re.MULTILINE), message) for mark, message in MARKS.items()]
SIGN = re.compile(
    rf"[]\t$@#{{\\=^*_|~`<【\xa0\u2000-\u200a\u202f\u3000{BULLETS}[]|//|www\.|!!!|\?\?\?|Error!"
    r"|:[\w:\ufffc]|[a-z]\ufffc|[‘’']{2}|\A[-–—\d]"
)
"""Each of the marks has one of these; most texts have none."""

LABEL = re.compile(r"[^\W\d_][\w'’-]{0,40} et al\.?,? \(?(?:19|20)\d\d[a-z]?\b")
"""A source as the text prints it; who types it leaves it out of the list of sources."""


def flat(node: nodes.Node) -> str:
    """Return the text of *node* as far as it is running text, with ``HOLE`` for the rest."""
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.Invisible):
        return ""
    if type(node) in (nodes.emphasis, nodes.strong, nodes.inline) or _is_block(node):
        return "".join(map(flat, node.children))
    return HOLE


def _is_block(node: nodes.Node) -> bool:
    return isinstance(node, nodes.TextElement) and not isinstance(
        node, (nodes.Inline, nodes.FixedTextElement)
    )


def faults(text: str) -> Iterator[tuple[str, str]]:
    """Yield each mark that is left in *text*, with its message; what is equal is told once."""
    told: dict[str, str] = {}
    for pattern, message in PATTERNS if SIGN.search(text) else ():
        for found in pattern.finditer(text):
            mark = found[0].strip().rstrip(".,;").replace(HOLE, "...").replace("\n", " ")
            part = next(filter(None, found.groups()), "")
            box = part.lower() if part.lower() in BOXES else "note"
            told.setdefault(message.format(shortened(mark), part, box=box), found[0])
    yield from ((mark, message) for message, mark in told.items())


def check(app: Sphinx, document: nodes.document) -> None:
    """Report the marks that a page would print (``doctree-read``)."""
    pages = cache(_lines)
    is_of_book = not is_outside(app.config, app.env.current_document.docname)
    if is_of_book:
        _check_keys(document)
    _check_formulas(document)
    for node in document.findall(_is_block):
        assert isinstance(node, nodes.Element)
        lines = pages(node.source or "")
        # What a directive wrote has no source, and is no text of the author's.
        text = flat(node) if lines else ""
        for mark, message in (*faults(text), *(_labels(text) if is_of_book else ())):
            line = _find(mark, lines, line_of(node))
            # A star that is escaped is meant.
            if not (mark.startswith("*") and "\\*" in lines[line - 1]):
                place = f"{node.source}:{line}"
                logger.warning(message, location=place, type="text", subtype="mark")


def _labels(text: str) -> Iterator[tuple[str, str]]:
    """Yield each citation that was typed into *text* as it is printed, with its message."""
    for label in dict.fromkeys(LABEL.findall(text)):
        yield (
            label,
            (
                f"'{label}' is no citation, and would miss in the list of sources; write"
                " {cite:p}`key`, or {cite:t}`key` as a part of the sentence"
            ),
        )


def _check_formulas(document: nodes.document) -> None:
    """Report formulas between backticks, as GitHub writes them: the backticks would be signs."""
    for formula in document.findall(nodes.math):
        if (text := formula.astext()).startswith("`") and text.endswith("`"):
            logger.warning(
                f"'${text}$' is a formula with backticks in it; write '${text.strip('`')}$'",
                location=f"{document['source']}:{line_of(formula)}",
                type="text",
                subtype="mark",
            )


def _check_keys(document: nodes.document) -> None:
    """Report the keys of sources that stand as code in the text of a *document*: they are none."""
    for code in document.findall(nodes.literal):
        if KEY.fullmatch(key := code.astext()):
            logger.warning(
                f"'`{key}`' is printed as code; write {{cite:p}}`{key}`",
                location=f"{document['source']}:{line_of(code)}",
                type="text",
                subtype="mark",
            )


def _lines(path: str) -> list[str]:
    # Some directives note the words that they print for the place of a node.
    is_page = path.endswith(".md") and Path(path).is_file()
    return Path(path).read_text(encoding="utf-8").splitlines() if is_page else []


def _find(mark: str, lines: list[str], first: int) -> int:
    """Return the line of *mark* in a paragraph that begins at line *first*."""
    words = max(re.split(rf"[{HOLE}\n“”‘’–—…]", mark), key=len)
    below = range(first, min(first + 40, len(lines) + 1))
    return next((line for line in below if words in lines[line - 1]), first)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("kb.text_index.records")
    # Before any extension adds text of its own.
    app.connect("doctree-read", check, priority=45)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
