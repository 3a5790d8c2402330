"""Signs that the book cannot print, told by every builder: a page is for paper too.

While a page is read, this domain notes its characters beyond ASCII.  When all are read, Typst is
asked once for those that it was not asked for before, and each page with a sign that no font of
the book has gets the warning of the book, with file and line; so does the preview of `make live`.
What the book leaves out (``{only}``, ``no-book``, pages for authors) may hold any sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util.tags import Tags
from sphinx.util.typing import ExtensionMetadata

from kb.input_checks.addresses import line_of
from kb.text_index.records import is_outside
from typstbook.assembly import is_left_out
from typstbook.builder import BookBuilder
from typstbook.coverage import ask
from typstbook.glyphs import tell
from typstbook.typesetter import font_files

TAGS = Tags(["book", "typst", "builder_book", "format_typst"])
"""What ``{only}`` asks for in the book."""


class PrintableDomain(Domain):
    """Keeps the characters of each document, with their lines, and those that can be printed."""

    name = "printable"
    label = "Printable characters"
    initial_data: ClassVar[dict[str, Any]] = {"docs": {}, "known": frozenset()}

    @property
    def docs(self) -> dict[str, dict[str, int]]:
        docs: dict[str, dict[str, int]] = self.data["docs"]
        return docs

    def clear_doc(self, docname: str) -> None:
        self.docs.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        others = otherdata["docs"]
        self.docs.update({name: others[name] for name in docnames if name in others})

    def resolve_any_xref(self, *args: object) -> list[Any]:
        return []

    def check(self, app: Sphinx, names: Iterable[str]) -> None:
        """Warn of what cannot be printed in the documents *names*."""
        found = {name: self.docs[name] for name in names if name in self.docs}
        new = {char for chars in found.values() for char in chars} - self.data["known"]
        if not new:
            return
        fonts = [*font_files(), *(Path(app.confdir, font) for font in app.config.book_fonts)]
        missing = ask(sorted(new), fonts)
        self.data["known"] |= new - missing
        for name, chars in sorted(found.items()):
            for char in sorted(missing & chars.keys()):
                tell(char, (name, chars[char]))


def printed(node: nodes.Node) -> Iterator[nodes.Text]:
    """Yield the texts within *node* that the book prints."""
    if isinstance(node, nodes.Text):
        yield node
    elif isinstance(node, addnodes.only) and not TAGS.eval_condition(node["expr"]):
        return
    elif not is_left_out(node):
        for child in node.children:
            yield from printed(child)


def note(app: Sphinx, document: nodes.document) -> None:
    """Keep the characters of a page of the book that was just read (``doctree-read``)."""
    docname = app.env.current_document.docname
    if is_outside(app.config, docname):
        return
    chars: dict[str, int] = {}
    for text in printed(document):
        for char in text.astext() if not text.isascii() else "":
            if not (char.isascii() or char.isspace()):
                chars.setdefault(char, line_of(text.parent))
    domain_of(app.env).docs[docname] = chars


def domain_of(env: BuildEnvironment) -> PrintableDomain:
    domain = env.get_domain("printable")
    assert isinstance(domain, PrintableDomain)
    return domain


def check_all(app: Sphinx, env: BuildEnvironment) -> None:
    """Look at all pages when they are read (``env-check-consistency``); the book does it itself."""
    if not isinstance(app.builder, BookBuilder):
        domain = domain_of(env)
        domain.check(app, list(domain.docs))


def check_one(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Look at a page that `make live` previews (``page-preview``)."""
    domain_of(env).check(app, [docname])


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("typstbook")
    app.setup_extension("incremental_html")
    app.add_domain(PrintableDomain)
    app.connect("doctree-read", note)
    app.connect("env-check-consistency", check_all)
    app.connect("page-preview", check_one)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
