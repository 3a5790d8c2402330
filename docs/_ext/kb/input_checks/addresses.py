"""Links lead to pages, to the web or to a mailbox, and to nothing that runs.

An address of a chapter, a source or a setting is one of

* a place in the book, as Sphinx resolves it;
* ``https://...`` or ``http://...`` with the name of a host (some publishers know no other than
  ``http``);
* ``mailto:...``.

All else is refused with file and line: ``javascript:``, ``data:``, ``vbscript:``, ``file:`` and
every other scheme, in any case and with any white space or invisible sign between the letters
(browsers skip some of them), and addresses that begin with ``//``, which name a host without
saying how to reach it.  Markdown leaves an address that it takes for harmful as plain text; that
is told as well, since the author meant a link.  A picture is a file of the book: an address of
another host, or of data, is refused.

A refused link becomes plain text and a refused picture goes, so that a build that does not stop
at warnings prints nothing that runs either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.core.messages import shortened

logger = logging.getLogger(__name__)

CURE = "a link leads to a page of the book or begins with 'https://', 'http://' or 'mailto:'"
PICTURE = "a picture is a file of the book; put it into docs/_static/figures"
UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+")
"""White space, controls and signs without a shape: some browsers skip them in an address."""
SCHEME = re.compile(r"([^/?#\\]*?):")
WEB = re.compile(r"https?://[^/?#\\@\s]+(?:[/?#]|\Z)", re.IGNORECASE)
LEFT_OVER = re.compile(
    r"(?:\]\(|\]:|<)(?P<address>[^\w\n]{0,40}(?:javascript|vbscript|data|file)\s{0,9}:[^\s>)]{0,200})",
    re.IGNORECASE,
)
"""A link that markdown took for harmful and left as it was written."""
QUOTED = (nodes.literal, nodes.FixedTextElement)
"""Code, and all that is kept as it was typed: blocks, formulas, raw text, comments."""


def fault_of(address: str) -> str:
    """What is wrong with *address*, as the beginning of a message; nothing if a page may link to
    it."""
    bare = UNSEEN.sub("", address)
    shown = shortened(address)
    if bare[:1] in ("/", "\\") and bare[1:2] in ("/", "\\"):
        return f"the address {shown!r} does not say how to reach its host"
    scheme = SCHEME.match(bare)
    if scheme is None:
        return ""
    kind = scheme[1].lower()
    if kind not in ("http", "https", "mailto"):
        return f"the address {shown!r} is of a kind that is refused ({kind}:)"
    if kind != "mailto" and not WEB.match(bare):
        return f"the address {shown!r} names no host, or a user"
    return ""


def faults(
    document: nodes.document, kind: type[nodes.Node] = nodes.Node
) -> Iterator[tuple[nodes.Node, str]]:
    """Yield each node of a *kind* that leads where no page may lead, with the message."""
    for node in document.findall(kind):
        if isinstance(node, nodes.image):
            # Ours, which are drawn, lie beside the doctrees.
            if not node.get("drawn") and (fault := picture_fault(str(node["uri"]))):
                yield node, f"{fault}; {PICTURE}"
        elif isinstance(node, nodes.Text):
            found = LEFT_OVER.search(node.astext()) if ":" in node else None
            if found and not is_quoted(node):
                yield node, f"{fault_of(found['address']) or found[0]}; {CURE}"
        elif isinstance(node, addnodes.toctree):
            yield from (
                (node, fault) for _, target in node["entries"] if (fault := entry_fault(target))
            )
        elif isinstance(node, nodes.Element) and not isinstance(node, nodes.target):
            yield from (
                (node, f"{fault}; {CURE}") for fault in map(fault_of, addresses_of(node)) if fault
            )


def addresses_of(node: nodes.Element) -> Iterator[str]:
    """Where *node* leads, as far as an author may have written it as an address."""
    if "refuri" in node:
        yield str(node["refuri"])
    if isinstance(node, addnodes.download_reference) or (
        isinstance(node, addnodes.pending_xref) and node["reftype"] == "myst"
    ):
        yield str(node.get("reftarget") or "")


def entry_fault(target: str | None) -> str:
    """What is wrong with the *target* of an entry of a list of pages; nothing if it is a page."""
    if not target or not SCHEME.match(target):
        return ""
    if fault := fault_of(target):
        return f"{fault}; {CURE}"
    return (
        f"the list of pages leads to {shortened(target)!r}, which neither book nor search has;"
        " write a link into the text"
    )


def picture_fault(uri: str) -> str:
    """What is wrong with the place of a picture; nothing if it is a file of the book."""
    bare = UNSEEN.sub("", uri)
    outside = SCHEME.match(bare) or bare.startswith(("//", "\\\\"))
    return f"the picture {shortened(uri)!r} is no file" if outside else ""


def is_quoted(node: nodes.Node) -> bool:
    """Whether *node* stands within code."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, QUOTED):
            return True
    return False


def line_of(node: nodes.Node) -> int:
    """The line where *node* begins, or that of what holds it."""
    at: nodes.Node | None = node
    while at is not None:
        if at.line:
            return int(at.line)
        at = at.parent
    return 1


def take_out(image: nodes.image) -> None:
    """Take *image* out of its page, and the link around it, which would lead from nothing."""
    around = image.parent
    around.remove(image)
    if isinstance(around, nodes.reference) and not around.children:
        around.parent.remove(around)


def hold(app: Sphinx, document: nodes.document, docname: str = "") -> None:
    """Report each refused address of a page, and take it away.

    When references are resolved, which names the page, its text has been looked at before.
    """
    found = faults(document, nodes.Element) if docname else faults(document)
    docname = docname or app.env.current_document.docname
    for node, message in list(found):
        logger.warning(message, location=(docname, line_of(node)), type="safe", subtype="address")
        if isinstance(node, addnodes.toctree):
            node["entries"] = [entry for entry in node["entries"] if not entry_fault(entry[1])]
        elif isinstance(node, nodes.image):
            take_out(node)
        elif isinstance(node, nodes.Element):
            node.replace_self(nodes.inline("", node.astext()))


def check_words(app: Sphinx, document: nodes.document) -> None:
    """Report links that lead out and have no words (``doctree-read``): nobody can see them."""
    for link in document.findall(nodes.reference):
        address = str(link.get("refuri", ""))
        if address and not link.astext().strip() and not any(link.findall(nodes.image)):
            message = f"the link to {shortened(address)!r} has no words to click; write '<address>'"
            place = (app.env.current_document.docname, line_of(link))
            logger.warning(message, location=place, type="safe", subtype="address")


def setup(app: Sphinx) -> ExtensionMetadata:
    # Before all that reads links and pictures, and again when references of sources have been made.
    app.connect("doctree-read", hold, priority=50)
    app.connect("doctree-resolved", hold, priority=50)
    app.connect("doctree-read", check_words)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
