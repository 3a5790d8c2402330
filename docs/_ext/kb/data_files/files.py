"""The data files: one entry for each, from which writing, catalog, list and schemas follow.

For a new file write the function that makes what it holds, and add an entry here::

    DataFile(
        "glossary.csv", "The terms as a table", CSV, glossary, term_files.rows, "glossary"
    ),

It is written when its records are there, listed in ``datapackage.json`` and by ``{data-files}``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sphinx.application import Sphinx

from kb.data_files import claim_files, food_files, source_files, term_files
from kb.data_files.claim_files import claims
from kb.data_files.food_files import RIGHTS, foods
from kb.data_files.media_types import BIBTEX, CSV, JSON, JSON_LD, TURTLE, MediaType
from kb.data_files.schema_org import linked_data
from kb.data_files.skos import turtle
from kb.data_files.source_files import sources
from kb.data_files.term_files import glossary, terms_of


@dataclass(frozen=True)
class DataFile:
    """A file in ``data/`` with its *name* and *title*, what it holds in one line.

    *make* gets what *records* returns, and makes what the *media_type* writes.  Without records
    there is no file.
    """

    name: str
    title: str
    media_type: MediaType
    records: Callable[[Sphinx], list[Any]]
    make: Callable[[Sphinx, list[Any]], Any]
    schema: str = ""
    """Which of ``schemas/`` describes a record, if any: of JSON the file, of CSV the columns."""
    rights: str = ""
    """What the license of the whole leaves out."""


FILES = (
    DataFile(
        "claims.json",
        "Every claim with its answer, assessment, grades and sources",
        JSON,
        claims,
        claim_files.whole,
        "claims",
    ),
    DataFile("claims.csv", "The claims as a table", CSV, claims, claim_files.rows, "claims"),
    DataFile(
        "glossary.json",
        "Every term with its definition, names and places of use",
        JSON,
        glossary,
        term_files.whole,
        "glossary",
    ),
    DataFile("glossary.ttl", "The terms as SKOS", TURTLE, terms_of, turtle),
    DataFile(
        "glossary.jsonld",
        "The terms as DefinedTermSet of schema.org",
        JSON_LD,
        terms_of,
        linked_data,
    ),
    DataFile(
        "foods.json",
        "Every row of the food table",
        JSON,
        foods,
        food_files.whole,
        "foods",
        RIGHTS,
    ),
    DataFile("foods.csv", "The foods as a table", CSV, foods, food_files.rows, "foods", RIGHTS),
    DataFile(
        "sources.json",
        "Every source with its finding and limits, as CSL-JSON",
        JSON,
        sources,
        source_files.whole,
        "sources",
    ),
    DataFile("sources.bib", "The sources as BibTeX", BIBTEX, sources, source_files.bibtex),
)
CATALOG = "datapackage.json"
CATALOG_TITLE = "This list, with version, day, license and digest of each file"
