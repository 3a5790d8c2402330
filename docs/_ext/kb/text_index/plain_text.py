"""A page as Markdown for programs that read text: every verdict beside its claim, nothing that only
leads elsewhere.

:func:`markdown` takes a document in which all references are resolved.  Links become their
words, citations their labels, drawings their text alternatives, tables Markdown tables
without padding; a superscript is ``10^9``, a footnote ``45 [1]``.  A claim is told so that no part
of it can be taken for more than it is::

    ### Claim C1. Verdict: Unsupported. Very low certainty.

    The article states it, in our words (verdict: Unsupported): "K2 promotes the growth of ...
    bacteria."

    The evidence: Gut bacteria make K2; nobody knows whether ...

Navigation, cards, tools and pages' tables of contents are left out, as in the records
of the search.  A kind of node that is not known here tells the text of its children.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from kb.core.text import with_stop
from kb.text_index.parts import part_of
from kb.text_index.passages import as_signs, is_claim, is_entry

SILENT = (
    nodes.raw,
    nodes.comment,
    nodes.substitution_definition,
    nodes.target,
    nodes.meta,
    nodes.colspec,
    addnodes.toctree,
    addnodes.index,
)
LISTS = (nodes.bullet_list, nodes.enumerated_list, nodes.definition_list)
INLINE = (nodes.Text, nodes.Inline)
Writer = Callable[["Page", nodes.Element, int], Iterator[str]]


class Page:
    """Writes the blocks of one document; *env* knows the numbers of its figures and tables."""

    def __init__(self, env: BuildEnvironment, docname: str) -> None:
        self.numbers = env.toc_fignumbers.get(docname, {})
        self.formats = env.config.numfig_format

    def blocks(self, node: nodes.Node, level: int) -> Iterator[str]:
        """Yield the blocks of *node*, each a paragraph, a heading, a list or a table; *level* is
        that of its headings."""
        if _is_silent(node):
            return
        if isinstance(node, INLINE) or not isinstance(node, nodes.Element):
            yield from filter(None, [words(node)])
        elif is_claim(node):
            yield from _claim(self, node, level)
        else:
            writer = next(
                (WRITERS[kind] for kind in type(node).__mro__ if kind in WRITERS), _children
            )
            yield from filter(None, writer(self, node, level))

    def inside(self, node: nodes.Element, level: int) -> list[str]:
        """The blocks of the children of *node*."""
        return [block for child in node.children for block in self.blocks(child, level)]

    def number(self, node: nodes.Element, kind: str) -> str:
        """'Fig. 1.2. ' or nothing: what the other editions print before a caption."""
        found = next((self.numbers.get(kind, {}).get(id) for id in node["ids"]), None)
        return f"{self.formats[kind] % '.'.join(map(str, found))}. " if found else ""


def markdown(env: BuildEnvironment, docname: str, document: nodes.document) -> str:
    """The resolved *document* as Markdown, with one line end at its end."""
    return "\n\n".join(Page(env, docname).inside(document, 0)) + "\n"


def words(node: nodes.Node) -> str:
    """The text of *node* on one line, with the marks of emphasis and the addresses of links that
    lead out of the site."""
    return " ".join(_inline(node).split())


def _inline(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return str(node)
    if _is_silent(node) or not isinstance(node, nodes.Element):
        return ""
    if isinstance(node, nodes.image):
        return str(node.get("alt", ""))
    # Blocks within each other, as in a quotation of two paragraphs, are told one after the other.
    glue = "" if isinstance(node, (nodes.TextElement, nodes.Inline)) else " "
    text = as_signs(node, glue.join(map(_inline, node.children)))
    if isinstance(node, nodes.reference) and _leads_out(node) and node["refuri"] != text:
        return (
            f"{text} ({node['refuri']})"
            if not node["refuri"].endswith(text.removeprefix("doi:"))
            else node["refuri"]
        )
    if "badge" in node["classes"] and node.parent[-1] is not node:
        return f"{text}."  # on a page its ground sets it apart from the next
    mark = next((mark for kind, mark in MARKS.items() if isinstance(node, kind)), "")
    return f"{mark}{text}{mark}" if text.strip() else text


MARKS = {nodes.strong: "**", nodes.emphasis: "*", nodes.literal: "`", nodes.math: "$"}


def _leads_out(node: nodes.reference) -> bool:
    return str(node.get("refuri", "")).startswith(("http:", "https:", "mailto:"))


def _is_silent(node: nodes.Node) -> bool:
    return isinstance(node, SILENT) or not part_of(node).in_text


# -- Kinds of blocks -----------------------------------------------------------------------------


def _children(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    yield from page.inside(node, level)


def _line(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    yield words(node)


def _section(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    yield from page.inside(node, level + 1)


def _title(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    # The title of a table or of a box stands before it, and is no heading.
    is_heading = isinstance(node.parent, nodes.section)
    yield f"{'#' * level} {words(node)}" if is_heading else f"**{words(node)}**"


def _rubric(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    after = node.next_node(descend=False, siblings=True)
    # What stands over parts that are left out is left out with them.
    if after is None or not _is_silent(after):
        yield (
            f"{'#' * int(node['heading-level'])} {words(node)}"
            if "heading-level" in node
            else f"**{words(node)}**"
        )


def _quotation(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    yield _quoted(page.inside(node, level))


def _box(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    """An admonition: a quotation that says what it is."""
    # The builder of pages gives a warning its title as it writes it.
    is_named = any(isinstance(child, nodes.title) for child in node.children)
    kind = [] if is_named else [f"**{type(node).__name__.capitalize()}**"]
    yield _quoted([*kind, *page.inside(node, level)])


def _quoted(blocks: list[str]) -> str:
    return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(blocks).split("\n"))


def _list(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    items = (child for child in node.children if isinstance(child, nodes.Element))
    yield "\n".join(
        _item(page, item, level, mark) for item, mark in zip(items, _marks(node), strict=False)
    )


def _marks(node: nodes.Element) -> Iterator[str]:
    number = int(node.get("start", 1))
    while True:
        yield f"{number}." if isinstance(node, nodes.enumerated_list) else "-"
        number += 1


def _item(page: Page, item: nodes.Element, level: int, mark: str) -> str:
    if isinstance(item, nodes.definition_list_item):
        heads = _heads(item)
        told = [
            block
            for child in item.children
            if isinstance(child, nodes.definition)
            for block in page.blocks(child, level)
        ]
        text = f"**{', '.join(heads)}**: {_run(told) if is_entry(item) else _joined(told)}"
    else:
        text = _joined(page.inside(item, level))
    return f"{mark} " + re.sub(r"\n(?=[^\n])", "\n" + " " * (len(mark) + 1), text)


def _heads(item: nodes.Element) -> list[str]:
    """The terms of an *item* of a list of definitions, each with its classifiers behind a colon, as
    the other editions print them."""
    heads = list[str]()
    for child in item.children:
        if isinstance(child, nodes.term):
            heads.append(words(child))
        elif isinstance(child, nodes.classifier) and heads:
            heads[-1] += f" : {words(child)}"
    return heads


def _joined(blocks: list[str]) -> str:
    """Blocks of an item below each other; a list follows its sentence directly."""
    return re.sub(r"\n\n(?=- |\d+\. )", "\n", "\n\n".join(blocks))


def _run(blocks: list[str]) -> str:
    """Blocks as sentences after each other."""
    return " ".join(map(with_stop, blocks))


def _citation(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    label = next((words(child) for child in node.children if isinstance(child, nodes.label)), "")
    told = [
        block
        for child in node.children
        if not isinstance(child, nodes.label)
        for block in page.blocks(child, level)
    ]
    yield f"- **{label}**: {_run(told)}"


def _footnote(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    label = next((words(child) for child in node.children if isinstance(child, nodes.label)), "")
    told = [child for child in node.children if not isinstance(child, nodes.label)]
    yield f"{label} {_run([block for child in told for block in page.blocks(child, level)])}"


def _code(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    yield f"```{node.get('language', '')}\n{node.astext().rstrip()}\n```"


def _formula(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    yield f"$$\n{node.astext().strip()}\n$$"


def _figure(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    captions = [words(child) for child in node.children if isinstance(child, nodes.caption)]
    yield f"{page.number(node, 'figure')}{' '.join(captions)}".strip()
    # A drawing that stands within the page keeps the words for those who do not see it.
    for child in node.findall(lambda child: isinstance(child, (nodes.image, nodes.raw))):
        if alt := child.get("alt"):  # type: ignore[attr-defined]
            yield f"The picture shows: {' '.join(alt.split())}"
    for child in (child for child in node.children if isinstance(child, nodes.legend)):
        yield from page.inside(child, level)


def _table(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    for title in (child for child in node.children if isinstance(child, nodes.title)):
        yield f"{page.number(node, 'table')}**{words(title)}**"
    rows = [[_cell(page, cell, level) for cell in row.children] for row in node.findall(nodes.row)]
    width = max((len(row) for row in rows), default=0)
    # A row of one cell heads those below it.
    full = [row + [""] * (width - len(row)) for row in rows]
    head = [] if next(iter(node.findall(nodes.thead)), None) else [[""] * width]
    lines = [f"| {' | '.join(row)} |".replace("  ", " ") for row in head + full]
    yield "\n".join([*lines[:1], "|" + "---|" * width, *lines[1:]])


def _cell(page: Page, cell: nodes.Node, level: int) -> str:
    return " ".join(" ".join(page.blocks(cell, level)).split()).replace("|", "\\|")


WRITERS: dict[type, Writer] = {
    nodes.section: _section,
    nodes.title: _title,
    nodes.rubric: _rubric,
    nodes.paragraph: _line,
    nodes.term: _line,
    nodes.caption: _line,
    nodes.block_quote: _quotation,
    nodes.Admonition: _box,
    nodes.citation: _citation,
    nodes.footnote: _footnote,
    nodes.literal_block: _code,
    nodes.math_block: _formula,
    nodes.figure: _figure,
    nodes.table: _table,
    nodes.line: _line,
    **dict.fromkeys(LISTS, _list),
}


# -- Claims --------------------------------------------------------------------------------------


def _claim(page: Page, node: nodes.Element, level: int) -> Iterator[str]:
    """A claim: its grades in the heading, and again where the article speaks."""
    parts = ("claim-id", "claim-label", "claim-quote", "claim-answer")
    found = {name: _first(node, name) for name in parts}
    found |= {name: _first(node, name).rstrip(".") for name in ("verdict", "certainty")}
    grades = f"Verdict: {found['verdict']}. {found['certainty']}."
    yield f"{'#' * (level + 1)} {found['claim-id']}. {grades}"
    yield f"{found['claim-label']} (verdict: {found['verdict']}): “{found['claim-quote']}”"
    yield f"The evidence: {found['claim-answer']}"
    told = {"claim-head", "claim-label", "claim-quote", "claim-answer"}
    for part in node.children:
        if isinstance(part, nodes.Element) and told.isdisjoint(part["classes"]):
            yield from page.blocks(part, level + 1)


def _first(node: nodes.Element, name: str) -> str:
    found = (
        words(child)
        for child in node.findall(nodes.Element)
        if child is not node and name in child["classes"]
    )
    return next(found, "")
