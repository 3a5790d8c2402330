"""What a reference manual holds: API descriptions, grammars, options of a command line."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes

from typstbook.core import close, first, inline, nothing, passed
from typstbook.inline import Inline
from typstbook.markup import Content, escape

_BLANKS = re.compile(r"^ | (?= )| $")


class References(Inline):
    """Visitors for API descriptions, productions and option lists."""

    # Descriptions

    def visit_desc(self, node: addnodes.desc) -> None:
        heads = [child for child in node.children if isinstance(child, addnodes.desc_signature)]
        labels = self.labels(node, *heads)
        self.explains = False
        signatures = [self.inner(head) for head in heads]
        self.explains = True
        body = self.inner(first(node, addnodes.desc_content))
        self.block("description", labels=labels, signatures=signatures, body=body)
        raise nodes.SkipNode

    visit_desc_name, depart_desc_name = inline("signature-name")
    visit_desc_annotation, depart_desc_annotation = inline("signature-note")
    visit_desc_addname, depart_desc_addname = passed, nothing
    visit_desc_type, depart_desc_type = passed, nothing
    visit_desc_inline, depart_desc_inline = inline("signature")
    visit_desc_sig_element, depart_desc_sig_element = passed, nothing
    visit_desc_content, depart_desc_content = passed, nothing
    visit_desc_signature, depart_desc_signature = passed, nothing

    def visit_desc_signature_line(self, node: nodes.Element) -> None:
        """A line of a signature of several lines."""
        if node.parent.index(node):
            self.add("#linebreak()")
        self.anchor(node)

    depart_desc_signature_line = nothing

    def visit_desc_returns(self, node: nodes.Element) -> None:
        self.add(escape(" -> "))

    depart_desc_returns = nothing

    def visit_desc_parameterlist(self, node: nodes.Element) -> None:
        self._parameter_list(node, "(", ")")

    def visit_desc_type_parameter_list(self, node: nodes.Element) -> None:
        self._parameter_list(node, "[", "]")

    def _parameter_list(self, node: nodes.Element, opening: str, closing: str) -> None:
        self.add(escape(opening))
        self._parameters(node, lines=bool(node.get("multi_line_parameter_list")))
        self.add(escape(closing))
        raise nodes.SkipNode

    def _parameters(self, node: nodes.Element, *, lines: bool = False) -> None:
        """Write parameters with commas between them; optional ones stand in brackets."""
        for index, child in enumerate(node.children):
            self.add(escape("[" if isinstance(child, addnodes.desc_optional) else ""))
            self.add(escape(", " if index else ""))
            self.add("#t.signature-line()" if lines else "")
            if isinstance(child, addnodes.desc_optional):
                self._parameters(child)
                self.add(escape("]"))
            else:
                child.walkabout(self)
        self.add("#linebreak()" if lines and node.children else "")

    def visit_desc_parameter(self, node: nodes.Element) -> None:
        self.add("#[" if node.get("noemph") else "#t.italic[")

    depart_desc_parameter = close

    visit_desc_type_parameter, depart_desc_type_parameter = inline("italic")

    # Grammars

    def visit_productionlist(self, node: nodes.Element) -> None:
        labels = self.labels(node, *node.findall(addnodes.literal_strong))
        lines = [self._production(line) for line in node.children]
        self.block("productions", *lines, labels=labels)
        raise nodes.SkipNode

    def _production(self, line: nodes.Node) -> Content:
        """A line of a grammar, whose blanks align it."""
        for text in list(line.findall(nodes.Text)):
            plain = text.astext().replace("\n", "")
            text.parent.replace(text, nodes.Text(_BLANKS.sub("\u00a0", plain)))
        return self.rendered(list(line.children))

    # Options

    def visit_option_list(self, node: nodes.Element) -> None:
        self.anchor(node)

    depart_option_list = nothing

    def visit_option_list_item(self, node: nodes.Element) -> None:
        group = first(node, nodes.option_group)
        names = [option.astext() for option in group.children]
        self.block("option", names, self.inner(first(node, nodes.description)))
        raise nodes.SkipNode
