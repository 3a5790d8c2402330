"""The JSON Schemas of the data files, and ``{data-fields} claims``, which prints one."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from kb.claims import model as claim_fields
from kb.core.messages import did_you_mean, one_of
from kb.data_files.files import FILES

SCHEMAS = Path(__file__).parent / "schemas"
KEPT = "fields of kb.claims.model"
"""Stands in the schema of the claims where their fields go."""
NAMES = tuple(sorted({file.schema for file in FILES if file.schema}))


@dataclass(frozen=True)
class Field:
    """A field of a record: a dot leads into an object, ``[]`` into a list."""

    name: str
    types: tuple[str, ...]
    says: str
    choices: tuple[str | None, ...]


def schema_file(name: str) -> str:
    """What the file of the schema *name* is called, here and in ``data/``."""
    return f"{name}.schema.json"


@functools.cache
def schema(name: str) -> dict[str, Any]:
    """The schema of the file ``<name>.json``."""
    read: dict[str, Any] = json.loads((SCHEMAS / schema_file(name)).read_text(encoding="utf-8"))
    if name == "claims":
        _fill(read["$defs"]["record"])
    return read


def _fill(record: dict[str, Any]) -> None:
    """Put the fields that an author of a claim writes in the place that is kept for them."""
    made = {field.attribute: _of_claim(field) for field in claim_fields.FIELDS}
    names = [*record["properties"]]
    known = {**made, **record["properties"]}
    record["properties"] = {name: known[name] for name in _filled(names, made)}
    record["required"] = _filled(record["required"], made)


def _filled(names: list[str], made: Iterable[str]) -> list[str]:
    place = names.index(KEPT)
    return [*names[:place], *made, *names[place + 1 :]]


def _of_claim(field: claim_fields.Field) -> dict[str, Any]:
    if field.kind == "keys":
        items = {"type": "string", "pattern": "^[a-z][a-z0-9]*$"}
        return {"type": "array", "description": field.data, "items": items}
    enum = {"enum": [*field.words]} if field.words else {}
    return {"type": "string", "description": field.data, **enum}


def record_schema(name: str) -> dict[str, Any]:
    """The part of the schema that describes one record."""
    found: dict[str, Any] = schema(name)["$defs"]["record"]
    return found


def fields_of(name: str) -> list[Field]:
    """The fields of a record, in their order, and of what it nests."""
    return list(_fields(record_schema(name), ""))


def _fields(told: dict[str, Any], within: str) -> Iterator[Field]:
    for name, part in told.get("properties", {}).items():
        kinds = part.get("type", "string")
        types = (kinds,) if isinstance(kinds, str) else tuple(kinds)
        yield Field(within + name, types, part["description"], tuple(part.get("enum", ())))
        yield from _fields(part, f"{within}{name}.")
        yield from _fields(part.get("items", {}), f"{within}{name}[].")


class DataFieldsDirective(SphinxDirective):
    """``{data-fields} claims``: name, type and description of each field of a record."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in NAMES:
            choice = f"(it is one of {one_of(NAMES)})"
            raise self.error(f"no data file is called {name!r}{did_you_mean(name, NAMES)} {choice}")
        listed = nodes.definition_list("", *map(_item, fields_of(name)), classes=["data-fields"])
        self.set_source_info(listed)
        return [listed]


def _item(field: Field) -> nodes.definition_list_item:
    kinds = nodes.inline("", f" {' or '.join(field.types)}", classes=["data-type"])
    term = nodes.term("", "", nodes.literal("", field.name), kinds)
    return nodes.definition_list_item("", term, nodes.definition("", _says(field)))


def _says(field: Field) -> nodes.paragraph:
    said = nodes.paragraph("", field.says)
    choices = [choice for choice in field.choices if choice]
    for index, choice in enumerate(choices):
        said += nodes.Text(", " if index else " One of ")
        said += nodes.literal("", choice)
    said += nodes.Text("." if choices else "")
    return said
