#!/bin/sh
# An EPUB read and written again lists its notes as printed pages and loses the style of each chapter.
#
# Guess: read_epub and write_epub of ebooklib change the package file, not what readers see.
# Behavior: the page list is made anew of all elements with an id and an epub:type, so the mark of a note is page "1"
#   and the note itself page "A note.", while page 7 is named by its id, p7. Each chapter has an empty head: title and style sheet are gone.
#   Landmarks are gone, and the spine names a table "ncx" that does not exist. Accessibility metadata stay.
# Seen: see below. No warning of the library.
# Why here: tools that change one word of an EPUB work in this way, and scientific books are full of notes.
# Versions: ebooklib 0.20.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q ebooklib==0.20
cd "$dir"
venv/bin/python -W ignore - > seen <<'EOF'
import re, zipfile
from ebooklib import epub

HTML = ('<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        '<head><title>{}</title><link rel="stylesheet" href="a.css"/></head><body>{}</body></html>')
FILES = {
    "META-INF/container.xml": '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    "b.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="u">'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="u">urn:k</dc:identifier><dc:title>K</dc:title>'
    '<dc:language>en</dc:language><meta property="dcterms:modified">2026-11-22T00:00:00Z</meta>'
    '<meta property="schema:accessMode">textual</meta></metadata><manifest>'
    '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/><item id="s" href="a.css" media-type="text/css"/>'
    '</manifest><spine><itemref idref="c"/></spine></package>',
    "nav.xhtml": HTML.format("Contents", '<nav epub:type="toc"><ol><li><a href="c.xhtml">K</a></li></ol></nav>'
                             '<nav epub:type="landmarks"><ol><li><a epub:type="bodymatter" href="c.xhtml">Text</a></li></ol></nav>'
                             '<nav epub:type="page-list"><ol><li><a href="c.xhtml#p7">7</a></li></ol></nav>'),
    "c.xhtml": HTML.format("K", '<span id="p7" epub:type="pagebreak" title="7"/><p>Natto.<a id="r1" epub:type="noteref" href="#n1">1</a></p>'
                           '<aside id="n1" epub:type="footnote">A note.</aside>'),
    "a.css": "p {}",
}
with zipfile.ZipFile("a.epub", "w") as book:
    book.writestr("mimetype", "application/epub+zip")
    for name, text in FILES.items():
        book.writestr(name, text)
epub.write_epub("b.epub", epub.read_epub("a.epub"))
book = {name.split("/")[-1]: text for name, text in ((n, zipfile.ZipFile("b.epub").read(n).decode()) for n in zipfile.ZipFile("b.epub").namelist())}
pages = book["nav.xhtml"].partition("page-list")[2]
print("pages:", re.findall(r'href="c.xhtml(#\w+)">([^<]+)', pages))
print("head:", re.search(r"<head.*", book["c.xhtml"])[0].strip())
print("landmarks:", "landmarks" in book["nav.xhtml"], "ncx:", 'toc="ncx"' in book["b.opf" if "b.opf" in book else "content.opf"], "toc.ncx" in book)
print("accessMode:", "schema:accessMode" in book["content.opf"])
EOF
diff - seen <<'EOF'
pages: [('#p7', 'p7'), ('#r1', '1'), ('#n1', 'A note.')]
head: <head/>
landmarks: False ncx: True False
accessMode: True
EOF
