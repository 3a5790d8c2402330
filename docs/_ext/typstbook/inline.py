"""What stands in a line: words, links, footnotes, badges, pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from typstbook import markup
from typstbook.core import Core, chosen, close, inline, nothing, passed, skipped

if TYPE_CHECKING:
    from typstbook.builder import BookBuilder

#: Classes of ``inline`` nodes that the template has a function for.
_STYLES = {
    "guilabel": "interface",
    "menuselection": "interface",
    "kbd": "key",
    "strike": "struck",
}
_BADGES = frozenset({"badge", "sd-badge"})
_SCHEMES = ("http:", "https:", "mailto:", "doi:")

#: Page numbers follow links to these, when they are in another document.
_PAGED = {"some": {"document", "section", "panel"}, "panels": {"panel"}, "none": set()}


class Inline(Core):
    """Visitors for inline nodes."""

    def __init__(self, document: nodes.document, builder: BookBuilder) -> None:
        super().__init__(document, builder)
        self._notes = {
            name: note for note in document.findall(nodes.footnote) for name in note["ids"]
        }
        self._printed_notes: set[str] = set()
        self.pages = "some"  # "panels" in tables, "none" in captions, "all" in lists of pages

    visit_emphasis, depart_emphasis = inline("italic")
    visit_title_reference, depart_title_reference = inline("italic")
    visit_strong, depart_strong = inline("bold")
    visit_subscript, depart_subscript = inline("lowered")
    visit_superscript, depart_superscript = inline("raised")
    visit_literal_emphasis, depart_literal_emphasis = inline("italic")
    visit_literal_strong, depart_literal_strong = inline("bold")
    visit_abbreviation, depart_abbreviation = passed, nothing
    visit_PassthroughTextElement, depart_PassthroughTextElement = passed, nothing
    visit_generated, depart_generated = passed, nothing
    visit_problematic, depart_problematic = passed, nothing
    visit_target, depart_target = passed, nothing
    visit_sd_icon = visit_fontawesome = visit_footnote = skipped

    def visit_Text(self, node: nodes.Text) -> None:
        self.add(markup.escape(node.astext()))

    def depart_Text(self, node: nodes.Text) -> None:
        pass

    def visit_literal(self, node: nodes.literal) -> None:
        self.anchor(node)
        self.add(markup.call("key" if "kbd" in node["classes"] else "code", node.astext()))
        raise nodes.SkipNode

    def visit_inline(self, node: nodes.inline) -> None:
        style = self.function(node) or _STYLES.get(chosen(node, _STYLES), "")
        if chosen(node, _BADGES):
            self.add(markup.call(style or "badge", node["classes"], **self.color(node)) + "[")
        else:
            self.add(f"#t.{style}[" if style else "#[")
        self.anchor(node)

    depart_inline = close

    def visit_raw(self, node: nodes.raw) -> None:
        self.add(node.astext())  # other formats than typst were taken out before
        raise nodes.SkipNode

    def visit_index(self, node: nodes.Element) -> None:
        self.anchor(node)
        raise nodes.SkipNode

    def visit_math(self, node: nodes.Element) -> None:
        self.warn(node, "math", "no math support: the formula is printed as its source")
        self.add(markup.call("code", node.astext()))
        raise nodes.SkipNode

    visit_math_block = visit_math

    # Links

    def visit_reference(self, node: nodes.reference) -> None:
        target = self._target(node)
        if not target:
            self._open_address(node)
        elif self._reaches(target, node):
            self.add(markup.call("go", target, **self._manner(node, target)) + "[")
        else:
            self.add("#[")
        self.anchor(node)
        self.add("#t.button[" if "sd-btn" in node.get("classes", ()) else "#[")

    def depart_reference(self, node: nodes.reference) -> None:
        self.add("]]")

    def visit_download_reference(self, node: nodes.Element) -> None:
        self.add("#[")  # the file is on the web only

    depart_download_reference = close

    def _target(self, node: nodes.reference) -> str:
        """The place that a link leads to, as ``docname#id``; nothing for a web address."""
        if "refid" in node:
            return f"{self.docname}#{node['refid']}"
        uri: str = node.get("refuri", "")
        if uri.startswith("#"):
            return self.docname + uri
        return uri[1:].removesuffix("#") if uri.startswith("%") else ""

    def _open_address(self, node: nodes.reference) -> None:
        uri = node.get("refuri", "")
        if uri.startswith(_SCHEMES):
            self.add(markup.call("web", uri, plain=node.astext().strip() == uri) + "[")
        else:
            self.add("#[")  # a file of the web edition

    def _reaches(self, target: str, node: nodes.reference) -> bool:
        if target in self.book.anchors:
            return True
        docname = target.partition("#")[0]
        if self.book.holds(docname) and target not in self.book.hidden:
            message = "no such place in the book: %s (the text is printed without a link)"
            self.warn(node, "anchor", message, target)
        return False

    def _manner(self, node: nodes.reference, target: str) -> dict[str, object]:
        """How a link looks, and whether a page number follows."""
        if self.pages == "all":
            return {"page": "bare"}
        kind = self.book.anchors[target]
        is_arrow = "sd-stretched-link" in node.get("classes", ())
        look = "term" if kind == "term" else "arrow" if is_arrow else "link"
        elsewhere = target.partition("#")[0] != self.docname
        paged = elsewhere and kind in _PAGED[self.pages]
        return {"look": look, "page": "after" if paged else "none"}

    # Footnotes

    def visit_footnote_reference(self, node: nodes.footnote_reference) -> None:
        name = node.get("refid", "")
        note = self._notes.get(name)
        self.anchor(node)
        if note is None:
            self.warn(node, "anchor", "no such footnote: %s", name or node.astext())
        elif name in self._printed_notes:
            self.add(markup.call("same-note", f"{self.docname}#{name}", node.astext()))
        else:
            self._printed_notes.add(name)
            label, content = self.labels(note)[0], self.inner(note, nodes.label)
            self.add(markup.call("note", label, node.astext(), content))
        raise nodes.SkipNode

    # Pictures

    def visit_image(self, node: nodes.image) -> None:
        name = self.builder.images.get(node["uri"])
        if name is None:
            self.warn(node, "image", "no picture %s to print", node["uri"])
        else:
            self._print_image(node, f"/images/{name}")
        raise nodes.SkipNode

    def _print_image(self, node: nodes.image, path: str) -> None:
        if "alt" not in node:
            self.warn(node, "image", "a picture needs alt text, or an empty one if it only adorns")
        width = markup.length(node.get("width"))
        self.anchor(node)
        in_line = isinstance(node.parent, nodes.TextElement) and not _alone(node)
        name = "glyph-picture" if in_line else "picture"
        self.add(markup.call(name, path, alt=node.get("alt", ""), width=width))


def _alone(node: nodes.Node) -> bool:
    """Whether a picture is all that its paragraph (or the link around it) holds."""
    alone = len(node.parent.children) == 1
    return alone and (not isinstance(node.parent, nodes.reference) or _alone(node.parent))
