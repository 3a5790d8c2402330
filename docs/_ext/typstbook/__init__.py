"""The book: one PDF of the whole knowledge base, made without TeX or a browser.

Run it as any Sphinx builder::

    sphinx-build -b book docs _build/book

It follows the toctrees from the root document, writes one Typst file per
document into ``<outdir>/.typst/`` and compiles them, in this process, into
``<outdir>/<book_filename>``: a tagged PDF (PDF/UA-1 and PDF/A-2a) with cover,
contents, bookmarks, live links and the numbers that the web edition shows.

Settings, all of them for ``conf.py``:

=====================  =====================  =================================
``book_filename``      ``"book.pdf"``         name of the PDF in the out folder
``book_title``         ``project``            on the cover and in the metadata
``book_subtitle``      ``""``                 under the title
``book_author``        ``author``             on the cover and in the metadata
``book_paper``         ``"a4"``               or ``"us-letter"``
``book_template``      ``None``               a Typst file instead of ours
                                              (``book.typ`` in this folder),
                                              seen from the folder of conf.py
``book_exclude``       ``[]``                 globs of documents left out
``book_edition``       ``["Version ..."]``    lines at the foot of the cover; the
                                              default is ``release``
``book_imprint``       ``[]``                 paragraphs for the second page
``book_pdf_standards`` ``["ua-1", "a-2a"]``   what the PDF must conform to
``book_classes``       ``{}``                 classes of your nodes, each with the
                                              function of the template that sets it
``book_colors``        ``{}``                 classes of badges, panels and
                                              admonitions, each with its color
=====================  =====================  =================================

An extension that knows more when all is read, such as a date, connects to the event
``book-settings``: its handler gets the settings of the template as a dict to change.

The date in the PDF is ``SOURCE_DATE_EPOCH``, or 1970: never the clock.

A class with a function of its own is set by it: a paragraph, a quotation, a rubric,
a word or a container.  Some functions do more than look different::

    book_classes = {"answer": "panel", "answer-sides": "panel-foot", "used-in": "page-list"}
    book_colors = {"answer-yes": "#1b6e3c"}

``panel``       a container in two halves with a bar in its color: what precedes its
                first container stays together, the rest may run on; in tables, links
                to it alone have page numbers
``panel-foot``  a container within a panel, at its foot
``page-list``   a paragraph of links, each with its page
``badge``, ``outlined-badge``   a word in a frame, filled or not

Print and web differ where these classes say so: ``no-book`` (and the theme's
``only-dark``) leaves an element out.  ``raw`` is printed where its format is
``typst``; ``only`` knows the tags ``book`` and ``typst``.

A node of your own needs a pair of visitors, as for any Sphinx builder.  The
template's functions are at hand under the name ``t``::

    def visit_lamp(self, node):
        self.add("#t.badge[")

    def depart_lamp(self, node):
        self.add("]")

    app.add_node(lamp, typst=(visit_lamp, depart_lamp))

Everything that would spoil the book is a warning of type ``book``, with file
and line, so that ``-W`` stops the build:

``book.anchor``   a link to a place that the book does not hold
``book.glyph``    a character that no font of the book can print
``book.image``    an image that cannot be printed, or lacks its alt text
``book.math``     mathematics, which this builder does not set
``book.node``     a node without visitors
``book.table``    a table without a head
``book.typst``    whatever the Typst compiler warns of
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.config import ENUM

from typstbook.builder import BookBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_builder(BookBuilder)
    text, texts = frozenset({str}), frozenset({list, tuple})
    app.add_config_value("book_filename", "book.pdf", "", text)
    app.add_config_value("book_title", lambda config: config.project, "", text)
    app.add_config_value("book_subtitle", "", "", text)
    app.add_config_value("book_author", lambda config: config.author, "", text)
    app.add_config_value("book_paper", "a4", "", ENUM("a4", "us-letter"))
    app.add_config_value("book_template", None, "", frozenset({str, type(None)}))
    app.add_config_value("book_exclude", [], "", texts)
    app.add_config_value(
        "book_edition",
        lambda config: [f"Version {config.release}"] if config.release else [],
        "",
        texts,
    )
    app.add_event("book-settings")
    app.add_config_value("book_imprint", [], "", texts)
    app.add_config_value("book_classes", {}, "", frozenset({dict}))
    app.add_config_value("book_colors", {}, "", frozenset({dict}))
    app.add_config_value("book_pdf_standards", ["ua-1", "a-2a"], "", texts)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
