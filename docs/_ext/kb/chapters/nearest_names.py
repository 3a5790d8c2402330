"""Links that lead nowhere, with the name that is nearest to what was written.

Sphinx, MyST and sphinxcontrib-bibtex each say of a link that what it names is not there; none says
what may have been meant.  Here their messages get it, before they are printed::

    term not in glossary: 'osteocalcinn' (did you mean 'osteocalcin'?)
    unknown document: 'vitamin-k' (did you mean 'vitamin-k2'?)
    could not find bibtex key "karl2017" (did you mean 'karl2017fecal'?)
    image file not readable: _static/Dose.svg (did you mean '/_static/dose.svg'?)

Emits nothing.
"""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import docname_join
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import needs_of
from kb.claims.domain import domain_of
from kb.core.messages import did_you_mean
from kb.glossary.domain import domain_of as terms_of
from kb.sources.bibliography import sources_of

LOGGERS = (
    "sphinx.sphinx.transforms.post_transforms",
    "sphinx.sphinx.domains.std",
    "sphinx.sphinx.environment.collectors.asset",
    "sphinx.sphinxcontrib.bibtex.domain",
    "sphinx.myst_parser.sphinx_ext.myst_refs",
)
"""Who says that a link leads nowhere; the place of each message is the node of the link."""
LIKENESS = 0.7
"""Names less alike than this were not meant."""


class Nearest(logging.Filter):
    """Adds to a message about a link the name that may have been meant."""

    def filter(self, record: logging.LogRecord) -> bool:
        link = getattr(record, "location", None)
        if isinstance(link, addnodes.pending_xref) and link.document:
            hint = nearest(link.document.settings.env, link, record.getMessage())
        elif isinstance(link, nodes.image | addnodes.download_reference) and link.document:
            env = link.document.settings.env
            wanted = record.getMessage().partition(": ")[2].removeprefix(f"{env.srcdir}/")
            hint = did_you_mean(f"/{wanted}", _files(env), LIKENESS)
        else:
            return True
        record.msg, record.args = f"{record.getMessage()}{hint}", ()
        return True


NEAREST = Nearest()


def nearest(env: BuildEnvironment, link: addnodes.pending_xref, message: str) -> str:
    """Return ``" (did you mean 'x'?)"`` for what the *link* of a *message* may mean, or ``""``."""
    kind, target = link["reftype"], str(link["reftarget"])
    page = link.get("refdoc", env.current_document.docname)
    if link.get("refdomain") == "cite":
        key = re.search(r'"(.*)"', message)
        return did_you_mean(key[1] if key else target, sources_of(env), LIKENESS)
    if kind == "id":
        return did_you_mean(target, terms_of(env).terms, LIKENESS)
    if kind == "claim":
        return did_you_mean_claim(env, target)
    if kind == "doc" and (heir := _renamed(env, page, target)):
        return f" (did you mean {heir!r}?)"
    if kind == "doc":
        return did_you_mean(target.removesuffix(".md"), _pages(env, page, target, ""), LIKENESS)
    if kind == "myst" and (of := link.get("reftargetid")):
        return did_you_mean(of, _anchors(env, target), LIKENESS)
    if kind == "myst" and target.endswith(".md"):
        return did_you_mean(target, _pages(env, page, target, ".md"), LIKENESS)
    known = _terms(env) if kind == "term" else {*_labels(env), *_anchors(env, page)}
    return did_you_mean(target, known, LIKENESS)


def did_you_mean_claim(env: BuildEnvironment, target: str) -> str:
    """The claim that a small letter means; other ids are all alike."""
    there = target.upper() in domain_of(env).claims
    return f" (did you mean {target.upper()!r}?)" if there and target.upper() != target else ""


def _pages(env: BuildEnvironment, page: str, target: str, ending: str) -> list[str]:
    """All pages as *page* names them: from the top, as *target* does, or from its own folder."""
    if target.startswith("/"):
        return [f"/{name}{ending}" for name in env.found_docs]
    folder = posixpath.dirname(page) or "."
    return [f"{posixpath.relpath(name, folder)}{ending}" for name in env.found_docs]


def _files(env: BuildEnvironment) -> Iterable[str]:
    """All files that a page may show or hand out, as it names them from the top."""
    for path in Path(env.srcdir).rglob("*"):
        name = path.relative_to(env.srcdir)
        is_code = name.parts[0].startswith(("_ext", "_tools", "."))
        if path.suffix not in ("", ".md", ".py") and not is_code:
            yield f"/{name.as_posix()}"


def _renamed(env: BuildEnvironment, page: str, target: str) -> str:
    """The one new page beside *target*, which was published and is gone, as *page* names it."""
    path = Path(env.srcdir, "data/published-ids.txt")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else ()
    published = {line.removesuffix(".html") for line in lines}
    gone = docname_join(page, target)
    folder = posixpath.dirname(gone)
    new = [n for n in env.found_docs if posixpath.dirname(n) == folder and n not in published]
    return (
        target.replace(gone.rpartition("/")[2], new[0].rpartition("/")[2])
        if (gone in published and len(new) == 1)
        else ""
    )


def _terms(env: BuildEnvironment) -> Iterable[str]:
    return (name for kind, name in env.domains.standard_domain.objects if kind == "term")


def _labels(env: BuildEnvironment) -> Iterable[str]:
    return env.domains.standard_domain.anonlabels


def _anchors(env: BuildEnvironment, page: str) -> Iterable[str]:
    """The anchors of *page*: headings as Markdown names them, and what has a name of its own."""
    slugs = env.metadata[page].get("myst_slugs", {})
    return {*slugs, *(needs_of(env)[page].ids if page in needs_of(env) else ())}


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    app.setup_extension("kb.claims.domain")
    app.setup_extension("kb.glossary.domain")
    app.setup_extension("kb.sources.bibliography")
    for name in LOGGERS:
        logging.getLogger(name).addFilter(NEAREST)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
