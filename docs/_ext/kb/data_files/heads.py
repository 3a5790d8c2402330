"""What all data files say alike: version, day, license, and how their addresses begin."""

from __future__ import annotations

import datetime
from typing import Any

from sphinx.application import Sphinx

from kb.chapters.page_head import public_address
from typstbook.builder import timestamp

FORMAT = "2.0"
"""The version of the fields.  A new field raises the second number; one that changes or goes, the
first."""


def address(app: Sphinx, docname: str, anchor: str = "") -> str:
    """The address of a page, or of an anchor of it.

    It begins at the top of the site where no public address is set.
    """
    return (
        public_address(app.config)
        + app.builder.get_target_uri(docname)
        + (f"#{anchor}" if anchor else "")
    )


def iri(app: Sphinx, docname: str, anchor: str = "") -> str:
    """What names a page, or an anchor of it, as a thing among linked data.

    It is the address; while there is none, the number of the book (``epub_identifier``) with the
    anchor behind it (RFC 8141, 2.3.3).  A relative name would be another one for each reader:
    without a base jsonld.js drops what it names, PyLD takes ``example.org``, rdflib the folder.
    """
    if app.config.html_baseurl:
        return address(app, docname, anchor)
    return f"{app.config.epub_identifier}#{anchor or docname}"


def day() -> str:
    """The day of the build's commit, or nothing where the build does not tell."""
    seconds = timestamp()
    return (
        datetime.datetime.fromtimestamp(seconds, datetime.UTC).date().isoformat() if seconds else ""
    )


def head(app: Sphinx, name: str, title: str, rights: str = "") -> dict[str, Any]:
    """What a JSON file says of itself before its records.

    *rights* is what the license of the whole leaves out.
    """
    config = app.config
    told = {
        "$schema": f"{name}.schema.json",
        "title": f"{config.project}: {title}",
        "version": config.version,
        "format": FORMAT,
        "date": day(),
        "creator": config.author,
        "license": config.kb_license,
        "rights": f"{config.copyright}. {rights}".rstrip(". ") + ".",
    }
    return {key: value for key, value in told.items() if value}
