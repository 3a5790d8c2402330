"""Writes all data files, once, after a good build of the site."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from kb.chapters.page_head import public_address
from kb.data_files import files
from kb.data_files.catalog import catalog
from kb.data_files.fields import schema, schema_file
from kb.data_files.media_types import as_json


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write what the project has: one without foods has no files of foods (build-finished).

    A build that warned is not published, and what was warned of may fit no format.
    """
    if exception or (app._warncount and app._fail_on_warnings) or app.builder.name != "html":
        return
    folder = Path(app.outdir, "data")
    folder.mkdir(exist_ok=True)
    for name, data in contents(app).items():
        (folder / name).write_bytes(data)


def contents(app: Sphinx) -> dict[str, bytes]:
    """Name and bytes of each file of the table that has records, of its schema, of the catalog."""
    records = {read: read(app) for read in dict.fromkeys(f.records for f in files.FILES)}
    held = [file for file in files.FILES if records[file.records]]
    made = {
        file.name: file.media_type.encode(file.make(app, records[file.records])) for file in held
    }
    schemas = {schema_file(file.schema): _schema(app, file.schema) for file in held if file.schema}
    listed = {files.CATALOG: as_json(catalog(app, made))} if made else {}
    return {**made, **schemas, **listed}


def _schema(app: Sphinx, name: str) -> bytes:
    """The schema *name*, which knows its own address."""
    place = public_address(app.config, "data/")
    return as_json({**schema(name), "$id": f"{place}{schema_file(name)}"})
