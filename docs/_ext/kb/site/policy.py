"""The security policy of the site: pages run our own files and nothing else.

One policy for all pages.  It stands in each page as a ``<meta>`` element, which holds
wherever the page is read (GitHub Pages sends no headers of ours, and a disk sends none),
and in ``_headers``, a file at the top of the site that Netlify and Cloudflare Pages send
as headers.  The templates print the element::

    {{ kb_policy }}

before anything that loads (``layout.html``, ``kb-404.html`` and ``kb-moved.html``).

So no page may hold a script, an ``on...`` attribute or a ``javascript:`` address of its
own: a script is a file of a feature.  ``tests/kb/site/test_policy.py`` reads every page
for them, and works through the site in Chromium with the policy enforced.

From disk ``'self'`` is any file for Chromium.  For Firefox it is none, but Firefox does not
hold files to a policy (``SubjectToCSP`` in its source), so that pages work there as well; only a
form it holds to it, so that the page, and not the header, names ``file:`` for forms.  A page of a
host may not lead a browser to a file at all, whatever its policy says.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

POLICY = {
    # What is not named below is loaded from nowhere: frames, media, workers, objects.
    "default-src": "'none'",
    "script-src": "'self'",
    # Inline styles: docutils and our charts write widths and sizes as attributes.  A style cannot
    # run anything, and none loads from elsewhere, since fonts and images come from this site.
    "style-src": "'self' 'unsafe-inline'",
    # Images within the stylesheet: Bootstrap draws arrows and ticks as 'data:' addresses.
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    # The book on the reader's device (see ``offline``).
    "worker-src": "'self'",
    "manifest-src": "'self'",
    # The page for lost addresses names the public address of the site as its base.
    "base-uri": "'self'",
    "form-action": "'self'",
}
"""What a page may load, by kind; the words are those of Content Security Policy Level 3."""
FROM_DISK = {"form-action": "'self' file:"}
"""What the page says in place of the header, since it may be read from disk."""
FRAMING = {"frame-ancestors": "'none'"}
"""Who may set a page into a frame; in a page, browsers ignore this and complain of it."""
HEADERS = {
    # A file is what its name says, never a script by guess.
    "X-Content-Type-Options": "nosniff",
    # For browsers that do not know 'frame-ancestors'.
    "X-Frame-Options": "DENY",
    # Other sites learn from which site a reader comes, not from which page on health.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    # No window that we open, or that opens us, can reach into the page.
    "Cross-Origin-Opener-Policy": "same-origin",
    # No page asks for any of these, so nothing in it may.
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
}
"""What the headers say beside the policy.

Strict-Transport-Security is for the owner of the host's name to decide.
Cross-Origin-Resource-Policy would keep other sites from the data that we offer them.
"""


def as_text(*parts: dict[str, str]) -> str:
    """Return the directives of *parts* as a browser reads them."""
    return "; ".join(f"{name} {sources}" for part in parts for name, sources in part.items())


def meta() -> str:
    """Return the policy as an element of a page's head."""
    content = html.escape(as_text(POLICY | FROM_DISK), quote=False)
    return f'<meta http-equiv="Content-Security-Policy" content="{content}" />'


def headers() -> dict[str, str]:
    """Return the headers of every answer, by name."""
    return {"Content-Security-Policy": as_text(POLICY, FRAMING), **HEADERS}


def headers_file() -> str:
    """Return the headers for Netlify and Cloudflare Pages: below a pattern of addresses."""
    return "/*\n" + "".join(f"  {name}: {value}\n" for name, value in headers().items())


def on_html_page_context(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Give the templates of a page the policy (``html-page-context``)."""
    context["kb_policy"] = meta()


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Write the headers beside the pages of the site (``build-finished``)."""
    if exception is None and app.builder.name == "html":
        Path(app.outdir, "_headers").write_text(headers_file(), encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("html-page-context", on_html_page_context)
    app.connect("build-finished", on_build_finished)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
