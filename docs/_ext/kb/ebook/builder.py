"""Sphinx's builder of EPUBs, completed: what is left out, the pages in front, the last touches."""

from __future__ import annotations

import datetime
import re
from collections.abc import Set
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.builders.epub3 import Epub3Builder

from incremental_html.kept import Kept
from kb.claims.palette import ebook_css
from kb.core.dates import long_form
from kb.ebook import package
from kb.ebook.cover import draw
from kb.text_index.records import is_outside
from typstbook.builder import timestamp

COVER = "cover.png"
EDITION = "edition"
POPUPS = {
    'role="doc-noteref"': 'epub:type="noteref" role="doc-noteref"',
    'role="doc-footnote"': 'epub:type="footnote" role="doc-footnote"',
}
"""E-readers show a note beside its mark if both say what they are."""
PLACES = (
    (re.compile(r'(<dt\b[^>]*?) (id="[^"]*")([^>]*>)'), r"\1\3<span \2></span>"),
    (
        re.compile(r'(<figure\b[^>]*?) (id="[^"]*")([^>]*>.*?</figure>)', re.DOTALL),
        r"<div \2>\1\3</div>",
    ),
)
"""Where links lead that programs such as pandoc forget: they keep the ``id`` of a span or a div."""
NARROW = re.compile(r"@media (\(max-width: [^)]*\) \{\n.*?^\}\n)", re.DOTALL | re.MULTILINE)
"""What the stylesheet says for a phone."""


def for_columns(css: str) -> str:
    """Return *css* with all that it says for narrow windows said again for narrow columns.

    Where an e-reader lays out pages side by side, its window is as wide as all of them together,
    and a media query asks the window; a container query asks for the column.
    """
    return NARROW.sub(r"@media \1@container \1", css)


class EbookBuilder(Epub3Builder):
    """The EPUB of a knowledge base."""

    name = "epub"
    kept: Kept | None = None
    """The pages of earlier builds, each with the images that it shows (``incremental_html``)."""

    def init(self) -> None:
        super().init()
        self.guide_titles = {"toc": "Contents", "cover": "Cover"}

    @property
    def date(self) -> datetime.datetime:
        """The date of the edition: never the clock."""
        return datetime.datetime.fromtimestamp(timestamp(), datetime.UTC)

    # Pages

    def prepare_writing(self, docnames: Set[str]) -> None:
        super().prepare_writing(docnames)
        left_out = [
            self.get_target_uri(name)
            for name in self.env.found_docs
            if is_outside(self.config, name)
        ]
        # Sphinx asks this list what stands neither in the package nor in its contents.
        self.config.epub_exclude_files = sorted({*self.config.epub_exclude_files, *left_out})

    def write_documents(self, docnames: Set[str]) -> None:
        inside = {name for name in docnames if not is_outside(self.config, name)}
        super().write_documents({name for name in inside if not self._write_kept(name)})

    def _write_kept(self, docname: str) -> bool:
        """Write the page of an earlier build, if it is made from the same."""
        page, images = (self.kept and self.kept.get(docname)) or (None, {})
        # A picture that is drawn when a page is resolved is told to Sphinx only then.
        names = {uri: self.env.images.get(uri, (None, None))[1] for uri in images}
        if page is None or names != images:
            return False
        path = self.get_output_path(docname)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page)
        self.images.update(images)
        return True

    def write_doc_serialized(self, docname: str, doctree: nodes.document) -> None:
        """Note which images the page shows."""
        super().write_doc_serialized(docname, doctree)
        shown = {image["uri"] for image in doctree.findall(nodes.image)}
        self._shown = {uri: name for uri, name in self.images.items() if uri in shown}

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Keep the page."""
        super().write_doc(docname, doctree)
        if self.kept:
            self.kept.put(docname, (self.get_output_path(docname).read_bytes(), self._shown))

    def update_page_context(
        self, pagename: str, templatename: str, ctx: dict[str, Any], event_arg: Any
    ) -> None:
        """What the templates of the theme print besides the body."""
        ctx["ebook_language"] = self.config.epub_language
        ctx["ebook_kind"] = self.kind_of(pagename)
        for old, new in POPUPS.items():
            ctx["body"] = ctx.get("body", "").replace(old, new)
        for place, kept in PLACES:
            ctx["body"] = place.sub(kept, ctx["body"])

    def kind_of(self, docname: str) -> str:
        """What a page is to an e-reader: 'chapter', 'glossary', or nothing of note."""
        return next(
            (kind for glob, kind in self.config.ebook_kinds.items() if fnmatchcase(docname, glob)),
            "",
        )

    def gen_additional_pages(self) -> None:
        """The page on the edition; pages of the web, such as that for lost addresses, have no place
        here."""
        config = self.config
        edition = {
            "title": config.epub_pre_files[0][1],
            "date": long_form(self.date.date()),
            "book": config.epub_title,
            "subtitle": config.book_subtitle,
            "imprint": config.book_imprint,
            "author": config.epub_author,
        }
        self.handle_page(EDITION, edition, "edition.html")

    def copy_static_files(self) -> None:
        """The stylesheet and the cover; scripts and styles of the site stay there."""
        self._static_dir.mkdir(parents=True, exist_ok=True)
        self.copy_theme_static_files(self.globalcontext.copy())
        sheet = self._static_dir / "epub.css"
        rules = sheet.read_text(encoding="utf-8") + ebook_css()
        sheet.write_text(for_columns(rules), encoding="utf-8", newline="\n")
        drawing = Path(self.confdir, self.config.ebook_cover) if self.config.ebook_cover else None
        picture = draw(
            self.config.epub_title, self.config.book_subtitle, self.config.epub_author, drawing
        )
        (self.outdir / COVER).write_bytes(picture)

    # The package

    def get_toc(self) -> None:
        """Give the chapters of the contents their numbers, as on the web."""
        super().get_toc()
        numbers = {
            self.get_target_uri(name): found for name, found in self.env.toc_secnumbers.items()
        }
        for each in self.refnodes:
            page, mark, anchor = each["refuri"].partition("#")
            if number := numbers.get(page, {}).get(mark + anchor):
                each["text"] = f"{'.'.join(map(str, number))}. {each['text']}"

    def content_metadata(self) -> dict[str, Any]:
        return super().content_metadata() | {"date": self.date.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def toc_metadata(self, level: int, navpoints: list[Any]) -> dict[str, Any]:
        # Sphinx gives the old table of contents another identifier than the package has.
        return super().toc_metadata(level, navpoints) | {"uid": self.config.epub_identifier}

    def build_epub(self) -> None:
        """Complete the descriptions, then pack everything."""
        out = Path(self.outdir)
        kinds = {
            self.get_target_uri(name): kind
            for name in self.env.found_docs
            if (kind := self.kind_of(name))
        }
        package.describe(
            out / "content.opf", self.config.ebook_license, self.config.ebook_accessibility
        )
        package.landmarks(
            out / "nav.xhtml",
            self.get_target_uri(self.config.root_doc),
            package.first_of(kinds, self.refnodes),
        )
        package.contents(out / "nav.xhtml", out / package.CONTENTS)
        names = ["META-INF/container.xml", "content.opf", "toc.ncx", package.CONTENTS, *self.files]
        package.pack(out, out / f"{self.config.epub_basename}.epub", names, self.date)
