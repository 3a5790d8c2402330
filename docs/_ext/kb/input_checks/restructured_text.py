"""reStructuredText within a page (``{eval-rst}``): what no edition, or not each, would print of it.

MyST reads such a part as a document of its own, so that what docutils carries out at the end of a
document is not carried out::

    Text. [#]_                                    a footnote that numbers itself
    .. |x| replace:: words                        words to be put in elsewhere
    .. target-notes::                             a rule for the whole page

Besides, a footnote that nothing calls is left out by some editions, and an address that nothing
links to by all.  Each is a warning with line and cure (``doctree-read``); what can be seen in the
lines alone, ``markdown_lint`` tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.input_checks.addresses import line_of

logger = logging.getLogger(__name__)


def faults(document: nodes.document) -> Iterator[tuple[nodes.Element, str]]:
    """Yield each node of *document* that an edition cannot print, with the message."""
    for pending in document.findall(nodes.pending):
        rule = pending.transform.__name__
        yield pending, f"{rule!r} is never carried out in a page; write its words into the text"
    called = set[str]()
    for call in document.findall(nodes.footnote_reference):
        called.add(call.get("refid", ""))
        if "refid" not in call:
            yield call, f"there is no footnote [{_sign(call)}]; write '[^name]' in markdown"
    for note in document.findall(nodes.footnote):
        if called.isdisjoint(note["ids"]) and not note.get("auto"):
            message = f"nothing calls the footnote [{note[0].astext()}]; call it, or delete it"
            yield note, message
    for words in document.findall(nodes.substitution_definition):
        name = "".join(words["names"])
        yield words, f"'|{name}|' is not replaced by anything; write the words themselves"
    for target in document.findall(nodes.target):
        if "refuri" in target and target["names"] and not target.referenced:
            name = target["names"][0]
            yield target, f"nothing links to {name!r}, so the line would not be printed"


def _sign(call: nodes.footnote_reference) -> str:
    """What stands between the brackets of a *call* that leads nowhere."""
    return call.astext() or {1: "#", "*": "*"}.get(call.get("auto"), "")


def check(app: Sphinx, document: nodes.document) -> None:
    """Report what cannot be printed, and take it away (``doctree-read``)."""
    for node, message in list(faults(document)):
        place = (app.env.current_document.docname, line_of(node))
        logger.warning(message, location=place, type="text", subtype="restructured")
        node.parent.remove(node)


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("doctree-read", check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
