r"""Line breaks, comments and abbreviations, the same in every edition.

Markdown has two ways to break a line within a paragraph: two blanks or a backslash at its
end::

    The first line of an address\
    and the second.

MyST hands both a break and a comment ``<!-- for authors -->`` over as raw HTML (a break also as
raw LaTeX), which the books leave out and which is part of every text taken from the nodes.
Here a break is a ``line_break`` and a line end: HTML, EPUB and the book print the node,
texts get the line end.  A comment is a comment, as a line that begins with ``%`` is: no
edition has it.  What ``{abbr}`` is short for stands in brackets behind it, once on a page: only a
mouse finds it in a hover title.

A list counts from its first number: where an author counted otherwise, as in a list of years, that
is told.  So is what four blanks make code of.

Front matter of an included file or of a box would be read by nobody, and is told; so is a directive
of others that ends in an error of Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives, roles
from markdown_it.tree import SyntaxTreeNode
from myst_parser.mdit_to_docutils.base import token_line
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.sphinx_ import MystParser
from myst_parser.warnings_ import MystWarnings
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.typing import ExtensionMetadata

from kb.core.messages import did_you_mean, shortened
from kb.input_checks.addresses import line_of

COMMENT = re.compile(r"\s*<!--((?:(?!-->).)*)-->\s*", re.DOTALL)


class line_break(nodes.Inline, nodes.Element):
    """The end of a line within a paragraph."""


def spoken(tokens: Sequence[SyntaxTreeNode]) -> str:
    """The words of *tokens* for those who do not see a picture: MyST leaves out code and roles."""
    return "".join(map(_spoken, tokens))


def _spoken(token: SyntaxTreeNode) -> str:
    if token.type == "myst_role":
        return f"^{token.content}" if token.meta["name"] == "sup" else token.content
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return spoken(token.children) if token.children else token.content


def _is_ours(trace: TracebackType | None) -> bool:
    """Whether the last step of *trace* is in code of this project."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals.get("__name__") if trace else ""
    return str(module).startswith("kb.")


def list_faults(numbered: SyntaxTreeNode) -> Iterator[tuple[int, str]]:
    """Yield line and message where the list *numbered* would print other numbers than its author
    wrote, or is none but for the number that begins a line."""
    numbers = [int(item.info) for item in numbered.children]
    counted = list(range(numbers[0], numbers[0] + len(numbers)))
    # All alike is how many leave the counting to the page.
    if len(set(numbers)) > 1 and numbers != counted:
        pairs = zip(numbered.children, numbers, counted, strict=True)
        item, number, printed = next(pair for pair in pairs if pair[1] != pair[2])
        yield (
            token_line(item),
            (
                f"the number {number} would be printed as {printed}, since a list counts by itself;"
                f" count without gaps, or write '{number}\\{numbered.markup}'"
            ),
        )
    above = numbered.previous_sibling
    is_direct = above and above.type == "paragraph" and above.map and numbered.map
    if is_direct and above.map[1] == numbered.map[0] and len(numbers) == 1:  # type: ignore
        yield (
            token_line(numbered),
            (
                f"the line begins with '{numbers[0]}{numbered.markup}' and would be a list of one;"
                f" write '{numbers[0]}\\{numbered.markup}', or leave a line empty above a list"
            ),
        )


def set_lines(inline: SyntaxTreeNode) -> None:
    """Give each part of the text *inline* the line on which it stands: MyST gives all the first."""
    line = inline.map[0] if inline.map else 0
    for part in inline.walk(include_self=False) if line else ():
        nested = part.nester_tokens
        token = nested.opening if nested else part.token
        assert token
        token.map = [line, line + 1]
        line += part.type in ("softbreak", "hardbreak") or part.content.count("\n")


class Renderer(SphinxRenderer):
    """MyST's renderer, with nodes for what it hands over as raw text."""

    @contextmanager
    def _told(self, name: str, line: int) -> Iterator[None]:
        """Tell of an error of Python in a directive of others, such as one without its text."""
        try:
            yield
        except (SphinxError, RecursionError, OSError):
            raise
        except Exception as error:
            if _is_ours(error.__traceback__):
                raise
            message = f"{name!r} cannot be carried out ({error}); look at its options and its text"
            self.create_warning(message, MystWarnings.DIRECTIVE_PARSING, line=line)

    def run_directive(
        self, name: str, first_line: str, content: str, position: int, *more: Any, **named: Any
    ) -> list[nodes.Element]:
        with self._told(name, position):
            return super().run_directive(name, first_line, content, position, *more, **named)
        return []

    def render_restructuredtext(self, token: SyntaxTreeNode) -> None:
        with self._told("eval-rst", token.map[0] + 1 if token.map else 1):
            super().render_restructuredtext(token)

    def nested_render_text(self, text: str, lineno: int, *more: Any, **named: Any) -> None:
        if text.startswith("---"):
            tokens = self.md.parse(f"{text}\n", {})
            if tokens and tokens[0].type == "front_matter":
                message = "the lines between '---' are front matter, which only a page has, and"
                message += " would be lost; delete them, or leave a line of words above"
                self.create_warning(message, MystWarnings.MD_TOPMATTER, line=lineno + 1)
        super().nested_render_text(text, lineno, *more, **named)

    def render_inline(self, token: SyntaxTreeNode) -> None:
        set_lines(token)
        super().render_inline(token)

    def render_myst_role(self, token: SyntaxTreeNode) -> None:
        try:
            super().render_myst_role(token)
        except ValueError:  # of sphinxcontrib-bibtex, where the text is no list of keys
            name = token.meta["name"]
            message = (
                f"{{{name}}} cannot read {shortened(token.content)!r}; between the two backticks "
                f"stand keys alone, separated by commas: {{{name}}}`one2020key,other2021key`"
            )
            self.create_warning(message, "role_text", line=token_line(token))

    def render_ordered_list(self, token: SyntaxTreeNode) -> None:
        for line, message in list_faults(token):
            self.create_warning(message, "list_number", line=line)
        super().render_ordered_list(token)

    def render_code_block(self, token: SyntaxTreeNode) -> None:
        message = "four blanks at the beginning of a line make code of it, and no word in it is"
        message += " read; delete the blanks, or write the code between two lines '```'"
        self.create_warning(message, "indented_code", line=token_line(token))
        super().render_code_block(token)

    def render_hardbreak(self, token: SyntaxTreeNode) -> None:
        self.current_node.extend([line_break(), nodes.Text("\n")])

    def create_warning(
        self, message: str, subtype: MystWarnings | str, **more: Any
    ) -> nodes.system_message | None:
        return super().create_warning(message + self._hint(message), subtype, **more)

    def _hint(self, message: str) -> str:
        """The nearest name where *message* tells of a directive or role that is not known."""
        if found := re.match(r"Unknown directive type: '([^']+)'", message):
            known = directives._directives  # type: ignore[attr-defined]
            return did_you_mean(found[1], known, 0.7)
        if found := re.match(r'Unknown interpreted text role "([^"]+)"', message):
            domains = self.sphinx_env.domains.sorted()
            in_domains = {f"{domain.name}:{name}" for domain in domains for name in domain.roles}
            known = {name.removeprefix("std:") for name in in_domains}
            known |= roles._roles.keys()  # type: ignore[attr-defined]
            return did_you_mean(found[1], known, 0.7)
        return ""

    def render_image(self, token: SyntaxTreeNode) -> None:
        super().render_image(token)
        image = self.current_node[-1]
        assert isinstance(image, nodes.image)
        image["alt"] = spoken(token.children or [])
        image.line = image.line or line_of(self.current_node)

    def render_html_inline(self, token: SyntaxTreeNode) -> None:
        if not COMMENT.fullmatch(token.content):
            super().render_html_block(token)

    def render_html_block(self, token: SyntaxTreeNode) -> None:
        if comment := COMMENT.fullmatch(token.content):
            self.current_node.append(nodes.comment("", comment[1].strip()))
        else:
            super().render_html_block(token)


class Parser(MystParser):
    """MyST's parser with that renderer; front matter steers nothing (see ``front_matter``)."""

    def parse(self, inputstring: str, document: nodes.document) -> None:
        parser = create_md_parser(document.settings.env.myst_config, Renderer)
        parser.options["document"] = document
        parser.render(inputstring)


def spell_out(app: Sphinx, document: nodes.document) -> None:
    """Write behind an abbreviation what it is short for, once on a page (``doctree-read``)."""
    told: set[str] = set()
    for node in list(document.findall(nodes.abbreviation)):
        if isinstance(node.parent, nodes.title):
            # The menus repeat it; plain texts write its meaning by themselves.
            continue
        meaning = node.attributes.pop("explanation", "")
        if meaning and meaning not in told:
            node.parent.insert(node.parent.index(node) + 1, nodes.Text(f" ({meaning})"))
            told.add(meaning)


def visit_html(translator: Any, node: line_break) -> None:
    translator.body.append("<br />")


def visit_book(translator: Any, node: line_break) -> None:
    translator.add("#linebreak()")


def pass_by(translator: Any, node: line_break) -> None:
    """Print nothing: a line end follows."""


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("myst_parser")
    app.add_source_parser(Parser, override=True)
    app.connect("doctree-read", spell_out, priority=40)
    silent = (pass_by, pass_by)
    html, book = (visit_html, pass_by), (visit_book, pass_by)
    app.add_node(line_break, html=html, book=book, text=silent, latex=silent, man=silent)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
