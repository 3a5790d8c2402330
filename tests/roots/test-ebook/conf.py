"""A small book for e-readers: what the EPUB must turn, keep and leave out."""

project = "A small book"
author = "The testers"
copyright = "2026, the testers"
version = release = "1.0"
language = "en"
extensions = [
    "myst_parser",
    "sphinx_design",
    "kb.book.plain_design",
    "typstbook",
    "kb.ebook",
]
myst_enable_extensions = ["colon_fence"]
myst_footnote_transition = False
nitpicky = True
numfig = True
html_theme = "basic"
html_additional_pages = {"404": "page.html"}
html_js_files = ["site.js"]
html_static_path = ["_static"]
exclude_patterns = ["_static"]

kb_outside = ["authoring/*"]
book_filename = "small.pdf"
book_exclude = ["authoring/*"]
book_subtitle = "Every part"
book_imprint = ["First paragraph.", "Free & open."]

epub_basename = "small"
epub_theme = "kb_epub"
epub_author = epub_contributor = epub_publisher = author
epub_language = "en-US"
epub_description = "A book of a few pages."
epub_identifier = "urn:uuid:00000000-0000-5000-8000-000000000000"
epub_uid = "book-id"
epub_cover = ("cover.png", "cover.html")
epub_pre_files = [("edition.xhtml", "About this edition")]
epub_tocscope = "includehidden"
epub_tocdepth = 2
epub_tocdup = False
epub_show_urls = "no"
epub_use_index = False
epub_css_files = []
ebook_cover = "_static/mark.svg"
ebook_license = "https://example.org/license"
ebook_accessibility = "Checked by machine & nobody else."
ebook_kinds = {"sections/*": "chapter", "words": "glossary"}
