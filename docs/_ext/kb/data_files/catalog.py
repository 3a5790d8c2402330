"""``datapackage.json``: what lies in ``data/``, as a Data Package (version 2).

Python's and R's ``frictionless`` read it.  It is where files that cannot say it themselves (CSV,
CSL-JSON, BibTeX) get their version, date and license.  The columns of the CSV files are described
by the JSON Schemas, from which their table schemas are made.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from sphinx.application import Sphinx

from kb.chapters.page_head import public_address
from kb.data_files import files
from kb.data_files.fields import Field, fields_of, schema_file
from kb.data_files.heads import FORMAT, day
from kb.data_files.media_types import CSV

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLE_TYPES = {"array": "string", "object": "string", "null": "string"}
"""What a cell holds of what JSON nests: keys side by side."""


def catalog(app: Sphinx, made: dict[str, bytes]) -> dict[str, Any]:
    """The description of the files that were *made*, by name."""
    listed = sorted((file for file in files.FILES if file.name in made), key=lambda f: f.name)
    config = app.config
    told = {
        "$schema": PROFILE,
        "name": config.book_filename.rpartition(".")[0]
        if "book_filename" in config
        else "knowledge-base",
        "title": config.project,
        "description": config.kb_description,
        "homepage": public_address(config),
        "version": config.version,
        "format": FORMAT,
        "created": f"{day()}T00:00:00Z" if day() else "",
        "licenses": _licenses(config.kb_license),
        "contributors": [{"title": config.author, "roles": ["editor"]}],
        "resources": [_resource(file, made[file.name]) for file in listed],
    }
    return {key: value for key, value in told.items() if value}


def _licenses(address: str) -> list[dict[str, str]]:
    """The license at *address*, with its name (that of SPDX) if it is one of Creative Commons."""
    common = re.search(r"creativecommons\.org/licenses/([a-z-]+)/([\d.]+)", address)
    name = {"name": f"CC-{common[1].upper()}-{common[2]}"} if common else {}
    return [{**name, "path": address}] if address else []


def _resource(file: files.DataFile, data: bytes) -> dict[str, Any]:
    told = {
        "name": file.name.replace(".", "-"),
        "title": file.title,
        **({"description": file.rights} if file.rights else {}),
        "path": file.name,
        "format": file.name.partition(".")[2],
        "mediatype": file.media_type.name,
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }
    if file.media_type is CSV:
        return {**told, "type": "table", "schema": table_schema(file.schema, data)}
    return {**told, "conformsTo": schema_file(file.schema)} if file.schema else told


def table_schema(name: str, data: bytes) -> dict[str, Any]:
    """The Table Schema of a CSV file, whose columns the JSON Schema *name* describes."""
    known = {field.name: field for field in fields_of(name)}
    head = data.decode("utf-8-sig").split("\r\n", 1)[0].split(",")
    return {
        "fields": [_column(known[column]) for column in head],
        "primaryKey": ["id"],
        "missingValues": [""],
    }


def _column(field: Field) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": field.name,
        "type": TABLE_TYPES.get(field.types[0], field.types[0]),
        "description": field.says,
    }
    if len(set(field.types) - {"null"}) > 1:
        told["type"] = "any"
    if field.choices:
        told["constraints"] = {"enum": [choice for choice in field.choices if choice is not None]}
    return told
