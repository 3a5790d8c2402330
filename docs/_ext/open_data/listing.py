"""``{data-files}``: the list of the files, each a download, with its schema."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from register import table, text

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
}
"""What each file holds."""


class DataFilesDirective(SphinxDirective):
    """``{data-files}``: see the module.  The links are those of the builder ``html``."""

    def run(self) -> list[nodes.Node]:
        rows = [[self._link(name), text(title), self._schema(name)] for name, title in TITLES.items()]
        rows.append([self._link(CATALOG), text("This list, with version, day, license and digest of each file"), text("")])
        whole = table([text(words) for words in ("File", "What it holds", "Schema")], rows, [24, 48, 28], classes=["data-files"])
        self.set_source_info(whole)
        return [whole]

    def _schema(self, name: str) -> nodes.paragraph:
        stem, _, kind = name.partition(".")
        return self._link(f"{stem}.schema.json") if kind == "json" else text("")

    def _link(self, name: str) -> nodes.paragraph:
        up = "../" * self.env.current_document.docname.count("/")
        link = nodes.reference("", "", nodes.literal("", name), refuri=f"{up}data/{name}", internal=True, classes=["data-file"])
        return nodes.paragraph("", "", link)
