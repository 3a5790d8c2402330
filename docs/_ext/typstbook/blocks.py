"""What stands in a column: headings, paragraphs, lists, quotations, code."""

from __future__ import annotations

import ast
import unicodedata
import warnings
from typing import Any

from docutils import nodes
from sphinx import addnodes

from typstbook.core import (
    PARAGRAPH_END,
    Core,
    block,
    close,
    first,
    nothing,
    passed,
    skipped,
)
from typstbook.inline import Inline
from typstbook.markup import Code, Content, arguments, escape

#: A list or an entry of no more characters than this stays on one page: it takes
#: about a sixth or a quarter of it, which is what a page may lose at its foot.
_SHORT_LIST, _SHORT_ENTRY = 600, 450
#: A paragraph with longer code in a line is set ragged.
_LONG_CODE = 50
#: A chapter with so many entries is set in two columns.
_MANY_ENTRIES = 10

#: The function of the template for a paragraph that leads to many places, each with its page.
_PAGE_LIST = "page-list"

#: Names of languages for Pygments, as Typst has them.
_LANGUAGES = {
    "python3": "python",
    "py": "python",
    "py3": "python",
    "pycon": "python",
    "pycon3": "python",
    "ipython": "python",
    "ipython3": "python",
    "ipythonconsole": "python",
    "console": "bash",
    "shell": "bash",
    "shell-session": "bash",
    "sh": "bash",
    "zsh": "bash",
    "restructuredtext": "rst",
    "rest": "rst",
    "md": "markdown",
    "myst": "markdown",
    "jinja": "html",
    "html+jinja": "html",
    "c++": "cpp",
    "js": "javascript",
}

_ENUMERATORS = {
    "arabic": "1",
    "loweralpha": "a",
    "upperalpha": "A",
    "lowerroman": "i",
    "upperroman": "I",
}


class Headings(Core):
    """Chapters and sections, with Sphinx's numbers."""

    level = 0

    def visit_document(self, node: nodes.document) -> None:
        self.level = self.chapter.depth - 1
        if self.chapter.part:
            self.block("part-mark", self.chapter.part)
        if not isinstance(first(node, nodes.section), nodes.section):
            self.add(f"#t.anchor({arguments(self.docname)})")
            self.placed[self.docname] = None

    depart_document = nothing

    def visit_section(self, node: nodes.section) -> None:
        self.level += 1
        listed = _listing(node) if isinstance(node.parent, nodes.document) else 0
        if listed:
            self.add(self.rendered(node.children[:listed]))
            self.block("listed", self.rendered(node.children[listed:]))
            self.level -= 1
            raise nodes.SkipNode

    def depart_section(self, node: nodes.section) -> None:
        self.level -= 1

    def visit_title(self, node: nodes.title) -> None:
        """A heading; titles of tables, figures and boxes are set by their parents."""
        section = node.parent
        marks = [*node.findall(nodes.Element)]
        labels = self.labels(section, *marks)
        top = isinstance(section.parent, nodes.document)
        if top and section is first(section.parent, nodes.section):
            labels.insert(0, self.docname)
            self.placed[self.docname] = None
        text, plain = self.inner(node), node.astext().replace("\n", " ").strip()
        if not any(each.strip() for each in node.findall(nodes.Text)):
            plain = self._words_for(node)
            text = Content(escape(plain))
        number = self._section_number(section, top)
        outlined = len(plain) > 1 and plain not in self.book.repeated
        options = {"number": number, "plain": plain, "labels": labels, "outlined": outlined}
        level = self.level if _is_open(section) else max(self.level, 2)
        self.add(f"\n\n#t.sec({arguments(level, text, **options)})\n\n")
        raise nodes.SkipNode

    def _words_for(self, title: nodes.title) -> str:
        """Words for a heading that has none, for the contents and for those who listen."""
        self.warn(title, "image", "a heading needs words beside its picture")
        alts = (picture.get("alt", "") for picture in title.findall(nodes.image))
        return " ".join(filter(None, alts)) or self.docname

    def _section_number(self, section: nodes.Element, top: bool) -> str:
        numbers = self.env.toc_secnumbers.get(self.docname, {})
        for key in [*(f"#{name}" for name in section["ids"]), *([""] if top else [])]:
            if key in numbers:
                return ".".join(map(str, numbers[key]))
        return ""


class Paragraphs(Inline):
    """Paragraphs and quotations, rubrics and rules."""

    visit_compound, depart_compound = passed, nothing
    visit_centered, depart_centered = block("centered")
    visit_attribution, depart_attribution = block("attribution")
    visit_line_block, depart_line_block = block("verse")
    visit_line, depart_line = block("verse-line")
    visit_subtitle, depart_subtitle = block("subtitle")
    visit_acks, depart_acks = passed, nothing
    # what extensions derive from comments (autosummary's tables)
    visit_comment, depart_comment = passed, nothing
    visit_versionmodified, depart_versionmodified = block("version-note")
    visit_substitution_definition = visit_highlightlang = visit_tabular_col_spec = skipped

    def visit_paragraph(self, node: nodes.paragraph) -> None:
        name = self.function(node)
        if name == _PAGE_LIST:
            self.pages = "all"
        self.add(f"\n\n#t.{name}{self._tie(node)}[" if name else "\n\n")
        if manner := _manner(node):
            self.add(f"#t.{manner}[")
        self.anchor(node)

    def depart_paragraph(self, node: nodes.paragraph) -> None:
        name = self.function(node)
        if name == _PAGE_LIST:
            self.pages = "some"
        if _manner(node):
            self.add(PARAGRAPH_END + "]")
        self.add(PARAGRAPH_END + "]\n\n" if name else PARAGRAPH_END)

    def _tie(self, paragraph: nodes.paragraph) -> str:
        """Keep a note with the list of places below it: two lines alone would begin a column."""
        after = paragraph.next_node(descend=False, siblings=True)
        is_list = isinstance(after, nodes.paragraph) and self.function(after) == _PAGE_LIST
        return "(tied: true)" if is_list else ""

    def visit_block_quote(self, node: nodes.block_quote) -> None:
        self.add(f"\n\n#t.{self.function(node) or 'quotation'}[")
        self.anchor(node)

    def depart_block_quote(self, node: nodes.block_quote) -> None:
        self.add("]\n\n")

    def visit_rubric(self, node: nodes.rubric) -> None:
        self.add(f"\n\n#t.{self.function(node) or 'rubric'}[")
        self.anchor(node)

    def depart_rubric(self, node: nodes.rubric) -> None:
        self.add(PARAGRAPH_END + "]\n\n")

    def visit_transition(self, node: nodes.transition) -> None:
        if "footnotes" not in node["classes"]:  # myst-parser's own, above its footnotes
            self.block("ornament")
        raise nodes.SkipNode

    def visit_literal_block(self, node: nodes.Element) -> None:
        highlight: dict[str, Any] = node.get("highlight_args", {})
        labels, marked = self.labels(node), highlight.get("hl_lines", [])
        linenos = bool(node.get("linenos"))
        lang = _language(node)
        options = {"lang": lang, "labels": labels, "linenos": linenos, "marked": marked}
        if first := highlight.get("linenostart", 1) - 1:
            options["offset"] = first
        self.block("listing", node.astext(), **options)
        raise nodes.SkipNode

    visit_doctest_block = visit_literal_block


class Lists(Core):
    """Lists of every kind, and the glossary and the sources, which are lists too."""

    visit_glossary, depart_glossary = passed, nothing
    visit_definition, depart_definition = passed, nothing

    def visit_label(self, node: nodes.Element) -> None:
        """The name of a tab; footnotes and citations set their own."""
        if isinstance(node.parent, (nodes.footnote, nodes.citation)):
            raise nodes.SkipNode
        self.add("\n\n#t.card-title[")

    def depart_label(self, node: nodes.Element) -> None:
        self.add(PARAGRAPH_END + "]\n\n")

    def visit_bullet_list(self, node: nodes.bullet_list) -> None:
        self.block(
            "bullets",
            *self._items(node),
            tight=_is_tight(node),
            whole=len(node.astext()) <= _SHORT_LIST,
        )
        raise nodes.SkipNode

    def visit_enumerated_list(self, node: nodes.enumerated_list) -> None:
        kind = _ENUMERATORS[node.get("enumtype", "arabic")]
        pattern = node.get("prefix", "") + kind + node.get("suffix", ".")
        options = {
            "pattern": pattern,
            "start": node.get("start", 1),
            "tight": _is_tight(node),
            "whole": len(node.astext()) <= _SHORT_LIST,
        }
        self.block("numbered", *self._items(node), **options)
        raise nodes.SkipNode

    def visit_hlist(self, node: nodes.Element) -> None:
        self.block("side-by-side", *self._items(node))
        raise nodes.SkipNode

    visit_hlistcol, depart_hlistcol = passed, nothing
    visit_list_item, depart_list_item = passed, nothing

    def _items(self, node: nodes.Element) -> list[Content]:
        return [self.rendered([item]) for item in node.children if isinstance(item, nodes.Element)]

    def visit_definition_list(self, node: nodes.definition_list) -> None:
        self.anchor(node)

    depart_definition_list = nothing

    def visit_definition_list_item(self, node: nodes.definition_list_item) -> None:
        terms = [child for child in node.children if isinstance(child, nodes.term)]
        labels = self.labels(node, *terms)
        names = [self.inner(term, addnodes.index) for term in terms]
        kinds = self.rendered([child for child in node if isinstance(child, nodes.classifier)])
        if kinds and names:
            names[-1] = Content(names[-1] + kinds)
        body = self.rendered([each for each in node.children if isinstance(each, nodes.definition)])
        self.block(
            "definition",
            labels=labels,
            terms=names,
            whole=len(node.astext()) <= _SHORT_ENTRY,
            body=body,
        )
        raise nodes.SkipNode

    def visit_classifier(self, node: nodes.Element) -> None:
        self.add("#t.classifier[")

    depart_classifier = close

    def visit_field_list(self, node: nodes.field_list) -> None:
        for field in node.children:
            if isinstance(field, nodes.field):
                self.block("field", self.inner(first(field, nodes.field_name)), self._body(field))
        raise nodes.SkipNode

    def _body(self, field: nodes.field) -> Content:
        return self.inner(first(field, nodes.field_body))

    def visit_citation(self, node: nodes.citation) -> None:
        label = self.inner(first(node, nodes.label))
        body = self.inner(node, nodes.label)
        self.block(
            "source",
            labels=self.labels(node),
            key=label,
            whole=len(node.astext()) <= _SHORT_ENTRY,
            body=body,
        )
        raise nodes.SkipNode


def _is_open(section: nodes.Element) -> bool:
    """Whether a section stands in no box, and so may begin a page."""
    parent = section.parent
    while isinstance(parent, nodes.section):
        parent = parent.parent
    return isinstance(parent, nodes.document)


def _listing(chapter: nodes.section) -> int:
    """Where the entries of a glossary or bibliography begin that fill a chapter, or 0."""
    kinds = (addnodes.glossary, nodes.citation)
    starts = [
        index
        for index, child in enumerate(chapter.children)
        if any(child.findall(lambda node: isinstance(node, kinds)))
    ]
    many = sum(isinstance(node, kinds) for node in chapter.findall(nodes.Element)) >= _MANY_ENTRIES
    return starts[0] if starts and many else 0


def _language(node: nodes.Element) -> Code | str:
    """The language of some code, by a name that Typst has; it leaves unknown ones plain."""
    name: str = node.get("language", "none" if isinstance(node, nodes.literal_block) else "pycon")
    if name == "default":
        name = "python" if _is_python(node.astext()) else "none"
    name = _LANGUAGES.get(name, name)
    return Code("none") if name in ("none", "text") else name


def _is_python(source: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source.lstrip().startswith(">>> ")
    return True


def _manner(paragraph: nodes.paragraph) -> str:
    """The function of the template for a paragraph whose text asks for one, or nothing."""
    if is_right_to_left(paragraph.astext()):
        return "right-to-left"
    code = (child.astext() for child in paragraph.children if isinstance(child, nodes.literal))
    return "unjustified" if any(len(text) > _LONG_CODE for text in code) else ""


def is_right_to_left(text: str) -> bool:
    """Whether the first letter of a paragraph is one of a script that runs to the left."""
    if text.isascii():
        return False
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def _is_tight(node: nodes.Element) -> bool:
    """Whether no item has more than one paragraph."""
    return all(
        sum(isinstance(child, nodes.paragraph) for child in item.children) <= 1
        for item in node.children
        if isinstance(item, nodes.Element)
    )


class Blocks(Headings, Paragraphs, Lists):
    """All block visitors."""
