"""What programs that walk the site read first: ``robots.txt``, and ``sitemap.xml``.

The map lists the pages of the book in reading order, with the date of the last check for those
that have one (``checked`` in the front matter): a page whose date is not written down has none,
since the date of a file or of a commit says nothing of its content.  Of the pages beside the book
(``kb_outside``) it lists those with a ``summary``, which are for readers; pages for authors, the
search and the page for lost addresses are left out.

Both files need ``html_baseurl``: a map holds whole addresses only.  While it is empty there is
no map, and ``robots.txt`` names none.  Robots look for that file at the root of a host; below
a path it does no harm.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.chapters.page_head import public_address
from kb.core.page_info import info_of
from kb.text_index.records import in_order, is_outside

MAP, ROBOTS = "sitemap.xml", "robots.txt"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def site_map(app: Sphinx) -> bytes:
    """The map of all pages of the book, in the form of https://www.sitemaps.org/protocol.html."""
    root = ET.Element("urlset", xmlns=NAMESPACE)
    for name in in_order(app.env):
        info = info_of(app.env, name)
        if info.summary or not is_outside(app.config, name):
            url = ET.SubElement(root, "url")
            ET.SubElement(url, "loc").text = public_address(
                app.config, app.builder.get_target_uri(name)
            )
            if info.checked:
                ET.SubElement(url, "lastmod").text = info.checked
    ET.indent(root, " ")
    written: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'.encode()


def robots(app: Sphinx) -> str:
    """Everybody may read everything, and the map is there."""
    address = public_address(app.config, MAP)
    return "User-agent: *\nDisallow:\n" + (f"\nSitemap: {address}\n" if address else "")


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write both files after a good build of the site (build-finished)."""
    if exception is None and app.builder.name == "html":
        Path(app.outdir, ROBOTS).write_text(robots(app), encoding="utf-8", newline="\n")
        if app.config.html_baseurl:
            Path(app.outdir, MAP).write_bytes(site_map(app))


def setup(app: Sphinx) -> ExtensionMetadata:
    for needed in ("kb.chapters.page_head", "kb.text_index.records"):
        app.setup_extension(needed)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
