"""Settings of the knowledge base, flat, each with its reason.  No logic, no network, no clock."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

# -- The project ---------------------------------------------------------------------------------
project = "Vitamin K2 and the gut-brain axis"
author = "The editors of the knowledge base"
# A fixed year: a clock would give other bytes next year.
copyright = "2026, the editors. Text under CC BY 4.0, code under MIT"
version = release = "1.0"
language = "en"

# -- Reading the sources -------------------------------------------------------------------------
extensions = [
    "myst_parser",
    "sphinx_design",
    "sphinxcontrib.bibtex",
    "incremental_html",
    "typstbook",
    "kb",
]
# The last ones are locks and copies of editors, which a build leaves out (see build/inputs.py).
exclude_patterns = ["_ext", "_tools", "_static", "_templates", "data"]
exclude_patterns += ["**/.*", "**/*~", "**/*.bak", "**/*.orig", "**/*.tmp"]
# Authors write ':::' fences, so that a claim still reads as text in any editor; boxes of GitHub are
# boxes, and dollars hold formulas.
myst_enable_extensions = ["alert", "colon_fence", "deflist", "dollarmath"]
# "US$5 and US$6" holds no formula, as in pandoc.
myst_dmath_allow_space = myst_dmath_allow_digits = False
# No script sets formulas (see kb.chapters.formulas).
myst_update_mathjax = False
html_math_renderer = "mathml"
# Sections down to H3 can be linked as page.md#heading.
myst_heading_anchors = 3
# A rule above the footnotes would print as a stray ornament in the book.
myst_footnote_transition = False
# Pages that may hold raw HTML, each with its reason; none needs it yet (see raw_html).
kb_raw_html: dict[str, str] = {}
# Every reference must lead somewhere; warnings are errors (see docs/_tools/build/__main__.py).
nitpicky = True
# Figures and tables carry numbers, the same on the web and in print.
numfig = True
numfig_secnum_depth = 1

# Pages for authors and for programs are no part of the book: no terms are linked in them, no use
# is counted, and neither the PDF nor the EPUB holds them.
kb_outside = ["authoring/*", "reference/data"]

# What search engines and social networks print of pages without a summary.
kb_description = (
    "What one article claims about vitamin K2, the gut and the brain, "
    "beside what the evidence shows."
)
# The license of text, drawings and data.
kb_license = "https://creativecommons.org/licenses/by/4.0/"
# What every reader of an edition must meet, wherever it begins.
kb_notices = [
    "Information, not medical advice. Vitamin K2 upsets warfarin and other vitamin K antagonists: "
    "whoever takes one should not change the intake of vitamin K "
    "without the clinic that steers the treatment.",
    "No clinician has reviewed this edition yet.",
]

# -- Sources and citations -----------------------------------------------------------------------
bibtex_bibfiles = ["data/sources.bib"]
bibtex_default_style = "kb"
bibtex_reference_style = "kb"
# The anchors that others link to: source-<key>.
bibtex_cite_id = "source-{key}"
# A hover title of a whole reference is read out by screen readers in mid-sentence.
bibtex_tooltips = False

# -- HTML ----------------------------------------------------------------------------------------
html_theme = "sphinx_book_theme"
html_title = project
# Below the icon of the app, where a dozen letters have room.
html_short_title = "Vitamin K2"
# The public address, as in "https://example.org/k2/", from whoever publishes (the workflow, Read
# the Docs); while it is empty, no page prints one, and there is no sitemap.
html_baseurl = os.environ.get("KB_ADDRESS") or os.environ.get("READTHEDOCS_CANONICAL_URL", "")
html_static_path = ["_static"]
templates_path = ["_templates"]
# Features bring their own styles and scripts (kb.core.assets); what paper changes comes last.
html_css_files = [
    ("kb.css", {"priority": 800}),
    ("print.css", {"media": "print", "priority": 900}),
]
# The first is what a server shows for an address that leads nowhere.
# The page of the search is ours as well: Sphinx makes one only for its own index.
html_additional_pages = {"404": "kb-404.html", "search": "search.html"}
# Where a reader reports a mistake: an address with {page} for the name of the page.
# While it is empty, no page links to one.
kb_report_url = ""
html_logo = "_static/logo.svg"
html_favicon = "_static/favicon.svg"
# The sources lie in the repository; copies would double what a reader downloads.
html_copy_source = False
html_show_sourcelink = False
# A date of the build would change the bytes without a change of content.
html_last_updated_fmt = None
# Light or dark as the reader's system says; else the theme logs an error at every first visit.
html_context = {"default_mode": "auto"}
# The theme's except the last: its navigation costs each page the whole tree (see nav_tree).
html_sidebars = {
    "**": ["navbar-logo.html", "icon-links.html", "search-button-field.html", "kb-nav.html"]
}
html_theme_options = {
    "logo": {"text": project, "alt_text": ""},
    # Without it the theme sets a second toggle and search button, hidden, before those that show.
    "navbar_persistent": [],
    "show_navbar_depth": 1,
    # A page holds the top level and its own branch; else pages would grow with the site.
    "collapse_navbar": True,
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "article_footer_items": ["kb-cite"],
    "footer_content_items": ["kb-footer"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}

# -- Outside links (make linkcheck, online, once a week) ------------------------------------------
# One at a time, since most of them ask the same resolver of DOIs.
linkcheck_workers = 1
linkcheck_timeout = 30
linkcheck_retries = 2
# Seconds that we wait at most when a host asks us to come back later.
linkcheck_rate_limit_timeout = 300
# A host that does not answer in time is not a broken link.
linkcheck_report_timeouts_as_broken = False
# Parts of pages of others are made by their scripts, which this does not run.
linkcheck_anchors = False
# Addresses of the text that lead nowhere, on purpose.
linkcheck_ignore = [r"https?://(www\.)?example\.(org|com)"]

# -- The book (PDF) ------------------------------------------------------------------------------
book_filename = "vitamin-k2-gut-brain-axis.pdf"
book_title = project
book_subtitle = "What one article claims, and what the evidence shows"
book_author = author
book_paper = "a4"
book_imprint = [
    "This book takes one enthusiastic web article apart, claim by claim, "
    "and sets each claim beside the published evidence, graded and cited.",
    *kb_notices,
    "Text: Creative Commons Attribution 4.0 (CC BY 4.0). Code: MIT license. "
    "Food tables keep their own licenses, named beside the table.",
]

# -- The book for e-readers (EPUB) ---------------------------------------------------------------
epub_basename = "vitamin-k2-gut-brain-axis"
epub_theme = "kb_epub"
epub_title = project
epub_author = epub_contributor = epub_publisher = author
epub_language = "en-US"
epub_description = kb_description
# One name for all editions, so that an e-reader knows a newer one for the same book.
epub_identifier = "urn:uuid:15e095ff-2ad4-5661-91c1-4623dfcc6acd"
epub_uid = "book-id"
epub_cover = ("cover.png", "cover.html")
epub_pre_files = [("edition.xhtml", "About this edition")]
# The tables of contents of the front page are hidden there; here they are the contents.
epub_tocscope = "includehidden"
epub_tocdepth = 2
epub_tocdup = False
# Addresses in brackets behind every link would break the sentences; links can be followed.
epub_show_urls = "no"
# The index holds the terms of the glossary alone, and the glossary is there.
epub_use_index = False
# The theme has its own stylesheet; those of the site are for browsers.
epub_css_files = []
ebook_cover = "_static/logo.svg"
ebook_license = kb_license
ebook_accessibility = (
    "All pictures have alternative texts, tables have heads, and colors repeat what words say. "
    "Pages are checked by machine (axe-core, rules of WCAG 2.2 A and AA, and epubcheck); "
    "no person who uses a screen reader has tested this edition yet, and no conformance is claimed."
)
ebook_kinds = {
    "sections/*": "chapter",
    "reference/glossary": "glossary",
    "reference/sources": "bibliography",
}
