"""What stands in a line: words, links, footnotes, badges, pictures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils.math import MathError

from typstbook.assembly import is_break
from typstbook.core import Core, chosen, close, inline, nothing, passed, skipped
from typstbook.markup import Code, call, escape, length
from typstbook.mathematics import formula

if TYPE_CHECKING:
    from sphinx.builders import Builder

    from typstbook.assembly import Book, Chapter

#: Classes of ``inline`` nodes that the template has a function for.
_STYLES = {
    "guilabel": "interface",
    "menuselection": "interface",
    "kbd": "key",
    "strike": "struck",
}
#: Classes of ``inline`` nodes that name a language, as docutils reads them.
_LANGUAGE = re.compile(r"language-([a-z]{2,3})(?:-([a-z]{2}))?", re.IGNORECASE)
_BADGES = frozenset({"badge", "sd-badge"})
#: Endings of the pictures that Typst reads into any PDF.
_PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp")
_SCHEMES = ("http:", "https:", "mailto:", "doi:")

#: Page numbers follow links to these, when they are in another document.
_PAGED = {"some": {"document", "section", "panel"}, "panels": {"panel"}, "none": set()}


class Inline(Core):
    """Visitors for inline nodes."""

    def __init__(
        self, document: nodes.document, builder: Builder, book: Book, chapter: Chapter
    ) -> None:
        super().__init__(document, builder, book, chapter)
        self._notes = {
            name: note for note in document.findall(nodes.footnote) for name in note["ids"]
        }
        self._printed_notes: set[str] = set()
        self._explained: set[str] = set()
        self.explains = True  # whether an abbreviation says what it is short for
        self.pages = "some"  # "panels" in tables, "none" in captions, "all" in lists of pages

    visit_emphasis, depart_emphasis = inline("italic")
    visit_title_reference, depart_title_reference = inline("italic")
    visit_strong, depart_strong = inline("bold")
    visit_subscript, depart_subscript = inline("lowered")
    visit_superscript, depart_superscript = inline("raised")
    visit_literal_emphasis, depart_literal_emphasis = inline("italic")
    visit_literal_strong, depart_literal_strong = inline("bold")
    visit_manpage, depart_manpage = inline("italic")
    visit_PassthroughTextElement, depart_PassthroughTextElement = passed, nothing
    visit_generated, depart_generated = passed, nothing
    visit_problematic, depart_problematic = passed, nothing
    visit_target, depart_target = passed, nothing
    visit_sd_icon = visit_fontawesome = visit_footnote = skipped

    def visit_Text(self, node: nodes.Text) -> None:
        self.add(escape(node.astext()))

    def depart_Text(self, node: nodes.Text) -> None:
        pass

    def visit_literal(self, node: nodes.literal) -> None:
        self.anchor(node)
        self.add(call("key" if "kbd" in node["classes"] else "code", node.astext()))
        raise nodes.SkipNode

    def visit_inline(self, node: nodes.inline) -> None:
        style = self.function(node) or _STYLES.get(chosen(node, _STYLES), "")
        language = next(filter(None, map(_LANGUAGE.fullmatch, node["classes"])), None)
        if language and not style:
            self.add(call("in-language", language[1], language[2] or "") + "[")
        elif chosen(node, _BADGES):
            self.add(call(style or "badge", node["classes"], **self.color(node)) + "[")
        else:
            self.add(f"#t.{style}[" if style else "#[")
        self.anchor(node)

    depart_inline = close

    def visit_raw(self, node: nodes.raw) -> None:
        # other formats than typst were taken out before
        self.add("#linebreak()" if is_break(node) else node.astext())
        raise nodes.SkipNode

    def visit_index(self, node: nodes.Element) -> None:
        self.anchor(node)
        raise nodes.SkipNode

    def visit_abbreviation(self, node: nodes.Element) -> None:
        self.add("#[")

    def depart_abbreviation(self, node: nodes.Element) -> None:
        """Close, and print the explanation where the document has the word first."""
        meaning = node.get("explanation", "") if self.explains else ""
        self.add("]" + escape(f" ({meaning})" if meaning not in {"", *self._explained} else ""))
        self._explained.add(meaning)

    def visit_math(self, node: nodes.math) -> None:
        self.anchor(node)
        converted = self.converted(node)
        if converted is None:
            self.add(call("code", node.astext()))
        else:
            self.add(call("formula", converted, alt=node.astext()))
        raise nodes.SkipNode

    def visit_math_block(self, node: nodes.math_block) -> None:
        converted = self.converted(node, as_block=True)
        if converted is None:
            self.block("listing", node.astext(), labels=self.labels(node))
        else:
            number = self._equation_number(node) if node.get("number") else ""
            options = {"alt": node.astext(), "number": number, "labels": self.labels(node)}
            self.block("display-formula", converted, **options)
        raise nodes.SkipNode

    def _equation_number(self, node: nodes.math_block) -> str:
        """The number of an equation, counted by chapters if the project wants it so."""
        counted = self.config.math_numfig and self.config.numfig
        return (self.counted(node) if counted else "") or str(node["number"])

    def converted(self, node: nodes.Element, *, as_block: bool = False) -> Code | None:
        """A formula as Typst; None, with a warning, for one that cannot be converted."""
        try:
            return Code(f"${formula(node.astext(), as_block)}$")
        except MathError as error:
            message = "the formula is printed as its source: %s"
            self.warn(node, "math", message, error)
            return None

    # Links

    def visit_reference(self, node: nodes.reference) -> None:
        target = self._target(node)
        if not target:
            self._open_address(node)
        elif self._reaches(target, node):
            self.add(call("go", target, **self._manner(node, target)) + "[")
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
            self.add(call("web", uri, plain=node.astext().strip() == uri) + "[")
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
            self.add(call("same-note", f"{self.docname}#{name}", node.astext()))
        else:
            self._printed_notes.add(name)
            label, content = self.labels(note)[0], self.inner(note, nodes.label)
            self.add(call("note", label, node.astext(), content))
        raise nodes.SkipNode

    # Pictures

    def visit_image(self, node: nodes.image) -> None:
        name = self.picture(node)
        if not name:
            self.warn(node, "image", "no picture %s to print: %s", node["uri"], _cure(node["uri"]))
        else:
            self._print_image(node, f"/images/{name}")
        raise nodes.SkipNode

    def picture(self, node: nodes.image) -> str:
        """The name of a picture's copy in the book, or nothing."""
        name: str = self.builder.images.get(node["uri"], "")
        return name if name.lower().endswith(_PICTURES) else ""

    def _print_image(self, node: nodes.image, path: str) -> None:
        if "alt" not in node:
            self.warn(node, "image", "a picture needs alt text, or an empty one if it only adorns")
        width = length(node.get("width"))
        self.anchor(node)
        in_line = isinstance(node.parent, nodes.TextElement) and not _alone(node)
        named: dict[str, object] = {"alt": node.get("alt", ""), "width": width}
        if not in_line and node.get("align") in ("left", "center", "right"):
            named["side"] = Code(node["align"])
        self.add(call("glyph-picture" if in_line else "picture", path, **named))


def _cure(uri: str) -> str:
    """What an author can do about a picture that is not there."""
    if "://" in uri:
        return "pictures from the network are not fetched; keep a copy beside the page"
    if "%" in uri:
        return "rename the file, without blanks and accents"
    return "there is no such file, or its kind cannot be printed"


def _alone(node: nodes.Node) -> bool:
    """Whether a picture is all that its paragraph (or the link around it) holds."""
    alone = len(node.parent.children) == 1
    return alone and (not isinstance(node.parent, nodes.reference) or _alone(node.parent))
