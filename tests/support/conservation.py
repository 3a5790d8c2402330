"""What is lost between a source, its doctree, and the editions: words are compared in order.

Words are compared as runs: a line of the source must stand in the doctree, its words beside each
other; so must each run of words of the doctree in an edition.  A run ends where an edition may say
more, as it does at a citation, a footnote or a link that leads out.
"""

from __future__ import annotations

import json
import pickle
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from books import elements
from docutils import nodes
from sphinx import addnodes
from sphinxcontrib.bibtex.nodes import bibliography

from ebooks import Ebook
from kb.text_index.passages import holds_places_alone
from source_words import Numbered, tokens

MADE = ("count", "doc", "numref", "eq", "id")
"""Kinds of links whose words are made when all pages are read, where none are written."""
UNSEEN = (
    nodes.comment,
    nodes.substitution_definition,
    nodes.meta,
    nodes.math,
    nodes.math_block,
    nodes.label,
    nodes.colspec,
    nodes.system_message,
    addnodes.toctree,
    addnodes.index,
    bibliography,
)
"""Nodes without words of an author: remarks, structure, and formulas, which are compared as such
(``tests/kb/chapters/test_formulas.py``)."""
SET_APART = (nodes.reference, addnodes.pending_xref)
"""What an edition prints more of: a link with its address, or with its page in print."""
BREAK = "\ue000"


@dataclass(frozen=True)
class Run:
    """Words of the doctree that stand beside each other, and where they stand."""

    words: tuple[str, ...]
    line: int
    where: tuple[nodes.Node, ...]
    """The node of the text and those around it, the nearest first."""

    def __str__(self) -> str:
        return " ".join(self.words)

    def names(self) -> set[str]:
        """The run in quotation marks, and what the nodes are called in which it stands: kinds,
        classes, addresses of sections, and for which editions they are."""
        found = {f"'{self}'"}
        for node in self.where:
            if isinstance(node, nodes.Element):
                found |= {type(node).__name__, *node.get("classes", ())}
            if isinstance(node, nodes.section):
                found |= {f"#{name}" for name in node["ids"]}
            if isinstance(node, addnodes.only):
                found.add(f"only {node['expr']}")
            if _is_over_places(node):
                found.add("heading over places alone")
        return found


def _is_over_places(node: nodes.Node) -> bool:
    """Whether *node* is a heading under which nothing but places of their own stand."""
    is_heading = isinstance(node, nodes.title) and isinstance(node.parent, nodes.section)
    below = node.parent.children[1:] if is_heading else []
    return bool(below) and all(map(holds_places_alone, below))


def text_of(node: nodes.Node) -> str:
    """The text of *node*; where words are made later, and around what may be followed by more,
    stands a break."""
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, UNSEEN) or not isinstance(node, nodes.Element):
        return BREAK
    if isinstance(node, nodes.footnote_reference) or is_made(node):
        return BREAK
    if isinstance(node, (nodes.image, nodes.raw)):
        return f"{BREAK}{node.get('alt', '')}{BREAK}"
    glue = "" if isinstance(node, (nodes.TextElement, nodes.Inline)) else BREAK
    text = glue.join(map(text_of, node.children))
    if isinstance(node, nodes.superscript):
        return f"^{text}"
    if isinstance(node, nodes.abbreviation):
        return f"{text}{BREAK}{node.get('explanation', '')}{BREAK}"
    if isinstance(node, SET_APART) or set(node["classes"]) & {"badge", "side-label"}:
        return f"{BREAK}{text}{BREAK}"
    return text if glue == "" else f"{BREAK}{text}{BREAK}"


def is_made(node: nodes.Node) -> bool:
    """Whether *node* is a link whose words are made later."""
    if not isinstance(node, addnodes.pending_xref):
        return False
    if node.get("refdomain") == "cite" or node.get("reftype") == "count":
        return True
    return node.get("reftype") in MADE and not node.get("refexplicit")


def runs_of(document: nodes.Node) -> Iterator[Run]:
    """Yield the runs of words of *document*, in order."""
    for node in document.findall(is_leaf):
        for part in text_of(node).split(BREAK):
            if words := tokens(part):
                yield Run(tuple(words), line_of(node), tuple(around(node)))


def is_leaf(node: nodes.Node) -> bool:
    """Whether *node* is the outermost one that holds text in lines."""
    if isinstance(node, UNSEEN) or any(isinstance(one, UNSEEN) for one in around(node)):
        return False
    if not isinstance(node, (nodes.TextElement, nodes.image, nodes.raw)):
        return False
    return not any(isinstance(one, nodes.TextElement) for one in around(node.parent))


def around(node: nodes.Node | None) -> Iterator[nodes.Node]:
    """Yield *node* and all that hold it."""
    while node is not None:
        yield node
        node = node.parent


def line_of(node: nodes.Node) -> int:
    return next((one.line for one in around(node) if one.line), 0)


# -- Comparing -------------------------------------------------------------------------------------


class Words:
    """A text in which runs of words are looked for."""

    def __init__(self, *texts: str) -> None:
        self.text = f" {' '.join(word for text in texts for word in tokens(text))} "

    def __contains__(self, words: object) -> bool:
        assert isinstance(words, (list, tuple))
        return f" {' '.join(words)} " in self.text


class Printed:
    """The pages of a PDF, in which lines break within words and a block may begin on one page and
    end on the next."""

    def __init__(self, pages: list[str]) -> None:
        self.pages = [squeezed(page) for page in pages]
        self.text = "".join(self.pages)

    def __contains__(self, words: object) -> bool:
        assert isinstance(words, (list, tuple))
        run = squeezed("".join(words))
        return run in self.text or any(
            self._goes_on(run, number) for number in range(len(self.pages) - 1)
        )

    def _goes_on(self, run: str, number: int) -> bool:
        """Whether the beginning of *run* stands on a page and its end on the next."""
        here, there = self.pages[number : number + 2]
        low, high = 0, len(run)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if run[:middle] in here else (low, middle - 1)
        return low > 0 and run[low:] in there


def squeezed(text: str) -> str:
    """The letters, digits and signs of *text* alone."""
    return "".join(tokens(unicodedata.normalize("NFKC", text)))


def pages_of_pdf(path: Path) -> list[str]:
    """The text of each page of a PDF, then what its tags say in place of pictures."""
    opened = pypdfium2.PdfDocument(path)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in opened]
    finally:
        opened.close()
    with pikepdf.open(path) as document:
        tags = elements(document.Root.StructTreeRoot.K)
        return [*pages, *(str(tag.Alt) for tag in tags if "/Alt" in tag)]


def trees_in(folder: Path) -> dict[str, nodes.document]:
    """The doctrees that a build kept, by the names of their pages, as they were read."""
    return {
        path.relative_to(folder).with_suffix("").as_posix(): pickle.loads(path.read_bytes())
        for path in sorted(folder.rglob("*.doctree"))
    }


@dataclass(frozen=True)
class Published:
    """What a build has published, as texts by the names of pages."""

    out: Path

    def html(self, page: str) -> Words:
        text = (self.out / f"html/{page}.html").read_text(encoding="utf-8")
        article = text.partition('class="bd-article"')[2] or text
        return Words(text_of_html(article))

    def text(self, page: str) -> Words:
        text = (self.out / f"html/{page}.html.md").read_text(encoding="utf-8")
        # The sign of a quotation stands before each of its lines.
        return Words(re.sub(r"^(\s*> ?)+", "", text, flags=re.MULTILINE))

    def epub(self, page: str) -> Words:
        return Words(text_of_html(self._book.source(f"{page}.xhtml")))

    def pdf(self, page: str) -> Printed:
        return self._print

    def data(self, anchor: str) -> Words:
        """What the data files say of a claim or a term."""
        return Words(*texts_in(self._data[anchor]))

    def search(self, page: str) -> Words:
        rows = [row for row in self._records if row["address"] == f"{page}.html"]
        listed = [row[name] or "" for row in rows for name in ("title", "names", "summary", "text")]
        texts = [text for one in listed for text in (one if isinstance(one, list) else [one])]
        return Words(*(re.sub("\ue000[^\ue001]*\ue001", " \n ", text) for text in texts))

    @cached_property
    def _book(self) -> Ebook:
        return Ebook(next(self.out.glob("*.epub")))

    @cached_property
    def _print(self) -> Printed:
        return Printed(pages_of_pdf(next(self.out.glob("*.pdf"))))

    @cached_property
    def _data(self) -> dict[str, Any]:
        files = {"claims": "claims.json", "terms": "glossary.json"}
        return {
            record["id"]: record
            for kind, name in files.items()
            for record in json.loads((self.out / "html/data" / name).read_text(encoding="utf-8"))[
                kind
            ]
        }

    @cached_property
    def _records(self) -> list[dict[str, Any]]:
        data, later = (
            json.loads(
                (self.out / f"html/_static/kb-{name}.js")
                .read_text(encoding="utf-8")
                .partition("=")[2]
                .rstrip()
                .removesuffix(";")
            )
            for name in ("records", "texts")
        )
        columns, pages = data["columns"], [page["address"] for page in data["pages"]]
        columns["text"] = [
            first or text for first, text in zip(columns["text"], later["text"], strict=True)
        ]
        return [
            {name: column[number] for name, column in columns.items()}
            | {"address": pages[columns["page"][number]]}
            for number in range(len(columns["kind"]))
        ]


def lost(runs: Iterable[Run], found: Words | Printed) -> list[Run]:
    """The *runs* that are not *found*."""
    return [run for run in runs if run.words not in found]


def texts_in(value: object) -> Iterator[str]:
    """Yield all texts in a *value* of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for child in value.values() if isinstance(value, dict) else value:
            yield from texts_in(child)


def record_of(run: Run) -> str:
    """The id of the claim or term in which *run* stands, or nothing."""
    for node in run.where:
        if isinstance(node, nodes.Element):
            if "claim" in node["classes"] and node["ids"]:
                return str(node["ids"][0])
            if "term-entry" in node["classes"] and (head := node.next_node(nodes.term)):
                return str(head["ids"][0])
    return ""


def lost_lines(lines: list[Numbered], document: nodes.document) -> list[Numbered]:
    """The *lines* of a source that do not stand in its *document*."""
    found = Words(text_of(document))
    return [(number, words) for number, words in lines if words not in found]


# -- Texts of editions -----------------------------------------------------------------------------


class _Page(HTMLParser):
    INLINE = frozenset(
        [
            "a",
            "abbr",
            "b",
            "bdi",
            "bdo",
            "cite",
            "code",
            "data",
            "dfn",
            "em",
            "i",
            "kbd",
            "mark",
            "q",
            "s",
            "samp",
            "small",
            "span",
            "strong",
            "sub",
            "sup",
            "time",
            "u",
            "var",
            "wbr",
            "font",
            "tt",
            "ins",
            "del",
        ]
    )
    SILENT = frozenset(["script", "style", "template", "svg", "math", "head", "nav", "noscript"])
    VOID = frozenset(
        [
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "source",
            "track",
            "wbr",
        ]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.told: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT and tag not in self.VOID:
            self.silent.append(tag)
        if self.silent:
            return
        self.found.append("^" if tag == "sup" else "" if tag in self.INLINE else "\n")
        for name, value in attrs:
            if name in ("alt", "aria-label", "title") and value:
                self.told.append(f"\n{value}\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()
        elif not self.silent and tag not in self.INLINE:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def text_of_html(page: str) -> str:
    """What a reader is told by a page of HTML or XHTML, texts in place of pictures included."""
    parser = _Page()
    parser.feed(re.sub(r"\A\s*<\?xml[^>]*>", "", page))
    parser.close()
    return "".join((*parser.found, *parser.told))
