"""``{data-files}``: the list of the files, each a download, with its schema."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from kb.claims.register import table, text

CATALOG = "datapackage.json"
TITLES = {
    "claims.json": "Every claim with its answer, assessment, grades and sources",
    "claims.csv": "The claims as a table",
    "glossary.json": "Every term with its definition, names and places of use",
    "glossary.ttl": "The terms as SKOS",
    "glossary.jsonld": "The terms as DefinedTermSet of schema.org",
    "foods.json": "Every row of the food table",
    "foods.csv": "The foods as a table",
    "sources.json": "Every source with its finding and limits, as CSL-JSON",
    "sources.bib": "The sources as BibTeX",
    CATALOG: "This list, with version, day, license and digest of each file",
}
"""What each file holds."""


class DataFilesDirective(SphinxDirective):
    """``{data-files}``: see the module.  The links are those of the builder ``html``."""

    def run(self) -> list[nodes.Node]:
        rows = [[self._file(name), self._says(name, title)] for name, title in TITLES.items()]
        whole = table([text("File"), text("What it holds")], rows, [30, 70], classes=["data-files"])
        self.set_source_info(whole)
        return [whole]

    def _file(self, name: str) -> nodes.paragraph:
        return nodes.paragraph("", "", self._link(name))

    def _says(self, name: str, title: str) -> nodes.paragraph:
        stem, _, kind = name.partition(".")
        said = nodes.paragraph("", f"{title}.")
        if kind == "json" and name != CATALOG:
            said += [nodes.Text(" Schema: "), self._link(f"{stem}.schema.json")]
        return said

    def _link(self, name: str) -> nodes.reference:
        up = "../" * self.env.current_document.docname.count("/")
        return nodes.reference(
            "", "", nodes.literal("", name), refuri=f"{up}data/{name}", internal=True
        )
