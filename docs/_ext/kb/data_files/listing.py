"""``{data-files}``: the list of the files, each a download, with its schema."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from kb.claims.register import table, text
from kb.data_files import files
from kb.data_files.fields import schema_file
from kb.data_files.media_types import JSON


class DataFilesDirective(SphinxDirective):
    """``{data-files}``: see the module.  The links are those of the builder ``html``."""

    def run(self) -> list[nodes.Node]:
        rows = [[self._file(file.name), self._says(file)] for file in files.FILES]
        rows += [[self._file(files.CATALOG), text(f"{files.CATALOG_TITLE}.")]]
        head = [text("File"), text("What it holds")]
        whole = table(head, rows, [30, 70], "Data files", classes=["data-files"])
        self.set_source_info(whole)
        return [whole]

    def _file(self, name: str) -> nodes.paragraph:
        return nodes.paragraph("", "", self._link(name))

    def _says(self, file: files.DataFile) -> nodes.paragraph:
        said = nodes.paragraph("", f"{file.title}.")
        if file.schema and file.media_type is JSON:
            said += [nodes.Text(" Schema: "), self._link(schema_file(file.schema))]
        return said

    def _link(self, name: str) -> nodes.reference:
        up = "../" * self.env.current_document.docname.count("/")
        return nodes.reference(
            "", "", nodes.literal("", name), refuri=f"{up}data/{name}", internal=True
        )
