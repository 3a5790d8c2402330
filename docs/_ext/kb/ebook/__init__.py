"""The EPUB: the knowledge base as a book for e-readers, by Sphinx's own ``epub`` builder.

Run it as any Sphinx builder::

    sphinx-build -b epub docs _build/epub

This package completes Sphinx's builder where a book for readers needs more:

* pages for authors (``kb_outside``) are left out, and links to them become text;
* there is a cover, drawn by the Typst that sets the PDF, and a page on the edition
  with ``book_subtitle`` and ``book_imprint``;
* the theme ``kb_epub`` (``theme/``) has one small stylesheet and no script;
* the package says what an e-reader or a shop must know (EPUB Accessibility 1.1):
  alternative texts, reading order, license, landmarks;
* the archive is packed the same each time: ``mimetype`` first and stored, names
  sorted, one date, ``SOURCE_DATE_EPOCH`` (or 1980: never the clock).

Settings are those of Sphinx (``epub_...``), and these, all for ``conf.py``:

======================  ===========  ==============================================
``ebook_cover``         ``""``       an SVG file for the cover, from the folder of conf.py
``ebook_license``       ``""``       the address of the license
``ebook_accessibility`` ``""``       in a sentence or two: what was done and checked
``ebook_kinds``         ``{}``       globs of documents, and what each is to an e-reader:
                                     ``{"sections/*": "chapter"}``
======================  ===========  ==============================================

``epub_cover`` and ``epub_pre_files`` name the files that this package writes:
``("cover.png", "cover.html")`` and ``[("edition.xhtml", "About this edition")]``.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.ebook.builder import EbookBuilder
from kb.ebook.links import LightAlone, LinksWithin


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("sphinx.builders.epub3")
    app.setup_extension("kb.text_index.records")
    app.setup_extension("typstbook")
    app.setup_extension("incremental_html.kept")
    app.add_builder(EbookBuilder, override=True)
    app.add_post_transform(LinksWithin)
    app.add_post_transform(LightAlone)
    app.add_html_theme("kb_epub", str(Path(__file__).with_name("theme")))
    app.add_config_value("ebook_cover", "", "", frozenset({str}))
    app.add_config_value("ebook_license", "", "", frozenset({str}))
    app.add_config_value("ebook_accessibility", "", "", frozenset({str}))
    app.add_config_value("ebook_kinds", {}, "", frozenset({dict}))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
