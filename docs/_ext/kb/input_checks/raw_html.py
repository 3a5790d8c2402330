"""Raw HTML in chapters is refused, unless its page is listed with a reason.

Raw HTML is missing from the books, passes every check of markup, and can run.  A page says what
it means in markdown; a remark to other authors is a line that begins with ``%``, or a comment
``<!-- ... -->``.  Refused are, with file and line: HTML between or within the paragraphs of
markdown, the directive ``{raw}`` of any format, ``.. raw::`` and roles made of it within
``{eval-rst}``, and ``meta`` elements except those of ``META``.  A page that cannot do without is
listed in ``conf.py``::

    kb_raw_html = {"about/map": "the interactive map, which no directive makes"}

Even then ``{raw}`` takes nothing from other files or hosts, and the policy of the site lets
nothing within the page run (see ``policy``).  What is refused is taken out of the page, so that
a build that does not stop at warnings leaves it out as well.
"""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst.directives.misc import Raw
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from kb.core.messages import did_you_mean, one_of, shortened
from kb.input_checks.addresses import line_of

logger = logging.getLogger(__name__)

CURE = (
    "write markdown (a remark to other authors is a line that begins with '%'), "
    "or list the page, with the reason, in kb_raw_html of docs/conf.py"
)
META = ("description", "keywords", "author")
"""What a page may tell about itself in its head; other names steer browsers and search engines."""


class LocalRaw(Raw):
    """``{raw}`` with its text in the page: nothing is read from other files or hosts."""

    def run(self) -> list[nodes.Node]:
        if taken := {"file", "url"} & self.options.keys():
            raise self.error(f"raw: option {min(taken)!r} is refused; raw text stands in the page")
        return list(super().run())


def hold(app: Sphinx, document: nodes.document) -> None:
    """Report the raw text of a page that is not listed, and take it away."""
    docname = app.env.current_document.docname
    found = list(document.findall(nodes.raw))
    is_listed = docname in app.config.kb_raw_html
    if is_listed and not found:
        warn(
            docname,
            1,
            "the page is listed in kb_raw_html of docs/conf.py and holds no raw HTML; take it off"
            " the list",
        )
    for node in [] if is_listed else found:
        text = " ".join(node.astext().split())
        kind = "HTML" if "html" in node["format"] else node["format"]
        message = f"raw {kind} {shortened(text)!r} has no place in a page; {CURE}"
        warn(docname, line_of(node), message)
        node.parent.remove(node)
    for meta in list(document.findall(nodes.meta)):
        name = meta.get("name") or meta.get("http-equiv") or meta.get("property") or ""
        if meta.get("name") not in META or "http-equiv" in meta:
            warn(
                docname,
                line_of(meta),
                f"the meta element {name!r} has no place in a page; those that have are"
                f" {one_of(META)}",
            )
            meta.parent.remove(meta)


def warn(docname: str, line: int, message: str) -> None:
    """Report a fault of a page."""
    logger.warning(message, location=(docname, line), type="safe", subtype="raw")


def check_list(app: Sphinx, config: Config) -> None:
    """Hold the list of pages to its form: a reason for each."""
    for name, reason in config.kb_raw_html.items():
        if len(str(reason).split()) < 3:
            raise ConfigError(
                f"kb_raw_html: {name!r} has no reason; say in a few words what markdown cannot do"
                " there"
            )


def check_names(app: Sphinx, env: BuildEnvironment) -> None:
    """Hold the list of pages to pages that are there."""
    for name in sorted(app.config.kb_raw_html.keys() - env.found_docs):
        logger.warning(
            f"kb_raw_html of docs/conf.py names {name!r}, which is no"
            f" page{did_you_mean(name, env.found_docs)}",
            type="safe",
            subtype="raw",
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_config_value("kb_raw_html", {}, "env", dict)
    app.add_directive("raw", LocalRaw, override=True)
    app.connect("config-inited", check_list)
    # Before any extension adds raw text of its own.
    app.connect("doctree-read", hold, priority=40)
    app.connect("env-check-consistency", check_names)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
