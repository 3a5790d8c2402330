"""The knowledge base as data: what a person reads on the site, a program finds in ``data/``.

Written once, when a build of the site ends, from the same domains that the pages are made from.
``files`` is the table of all of them: name, title, media type, records, the function that makes
what the file holds, and its schema.  Beside each JSON file lies its JSON Schema (2020-12), and
``datapackage.json`` lists what lies here.

The page on these files lists them by ``{data-files}`` and prints their fields by ``{data-fields}
claims``: the names, types and descriptions in the schema, so that each field is explained in one
place.

The date in the files is that of ``SOURCE_DATE_EPOCH``, which the build sets to the last commit's;
without it they hold none.  Addresses begin with ``html_baseurl``; while that is empty, they lead
from the top of the site, and ``glossary.ttl`` and ``glossary.jsonld`` name terms by the number of
the book and their id.  Ids are the anchors of the pages, so they never change.

The license is ``kb_license`` (see ``page_head``); without one the files name none.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from kb.data_files.fields import DataFieldsDirective
from kb.data_files.listing import DataFilesDirective
from kb.data_files.schema_org import embed, page_dependencies
from kb.data_files.writing import write


def setup(app: Sphinx) -> ExtensionMetadata:
    for needed in (
        "kb.glossary.autolink",
        "kb.sources.citation_style",
        "kb.claims.domain",
        "kb.foods.limits",
        "incremental_html.dependencies",
        "kb.chapters.page_head",
        "kb.text_index.records",
        "kb.claims.register_data",
        "kb.glossary.domain",
    ):
        app.setup_extension(needed)
    app.add_directive("data-fields", DataFieldsDirective)
    app.add_directive("data-files", DataFilesDirective)
    app.connect("html-page-context", embed)
    app.connect("page-dependencies", page_dependencies)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
