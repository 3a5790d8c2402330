"""Writes all data files, once, after a good build of the site."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from kb.chapters.page_head import public_address
from kb.core.tables import harmless
from kb.data_files import claim_files, food_files, schema_org, skos, source_files, term_files
from kb.data_files.catalog import catalog
from kb.data_files.fields import schema


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write what the project has: a project without foods has no files of foods."""
    if exception or app.builder.name != "html":
        return
    folder = Path(app.outdir, "data")
    folder.mkdir(exist_ok=True)
    files = dict(contents(app))
    if files:
        files["datapackage.json"] = as_json(catalog(app, files))
    for name, data in files.items():
        (folder / name).write_bytes(data)


def contents(app: Sphinx) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file."""
    if claims := claim_files.claims(app):
        yield from _described(app, "claims", claim_files.whole(app, claims))
        yield "claims.csv", as_csv(claim_files.rows(claims))
    if terms := term_files.glossary(app):
        yield from _described(app, "glossary", term_files.whole(app, terms))
        yield "glossary.ttl", skos.turtle(app).encode()
        yield "glossary.jsonld", schema_org.linked_data(app).encode()
    if foods := food_files.foods(app):
        yield from _described(app, "foods", food_files.whole(app, foods))
        yield "foods.csv", as_csv(food_files.rows(app, foods))
    if sources := source_files.sources(app):
        yield from _described(app, "sources", sources)
        yield "sources.bib", source_files.bibtex(app, sources).encode()


def _described(app: Sphinx, name: str, whole: Any) -> Iterator[tuple[str, bytes]]:
    """Yield the JSON file *name* and its schema, which knows its own address."""
    yield f"{name}.json", as_json(whole)
    place = public_address(app.config, "data/")
    yield f"{name}.schema.json", as_json({**schema(name), "$id": f"{place}{name}.schema.json"})


def as_json(whole: Any) -> bytes:
    """*whole* as JSON, its fields in the order in which they were made."""
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """The *rows* as a spreadsheet may open them: no cell is taken for a formula.

    The file begins with a byte order mark, without which Excel misreads µ.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else harmless(str(value))
