#!/bin/sh
# A book that ebooklib has just written cannot be read and written again by it, if it has both tables of contents.
#
# Guess: read_epub and write_epub can be chained for any EPUB 3, above all for their own.
# Behavior: with the defaults the table is read from nav.xhtml, whose links have no id, and the writer of toc.ncx needs one:
#   TypeError. The option ignore_ncx=False reads the older table, and all goes well.
# Seen: TypeError, then a file.
# Why here: Sphinx writes both tables, and so do most EPUBs that old readers shall open.
# Versions: ebooklib 0.20.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q ebooklib==0.20
cd "$dir"
venv/bin/python -W ignore - > seen <<'EOF'
from ebooklib import epub

book = epub.EpubBook()
book.set_identifier("urn:k")
book.set_title("Vitamin K")
book.set_language("en")
chapter = epub.EpubHtml(title="Natto", file_name="natto.xhtml", content="<h1>Natto</h1><p>A food.</p>")
for item in [chapter, epub.EpubNcx(), epub.EpubNav()]:
    book.add_item(item)
book.toc, book.spine = [chapter], ["nav", chapter]
epub.write_epub("a.epub", book)
for ignore in [True, False]:
    try:
        epub.write_epub("b.epub", epub.read_epub("a.epub", {"ignore_ncx": ignore}))
        print("ignore_ncx", ignore, "written")
    except TypeError as error:
        print("ignore_ncx", ignore, error)
EOF
diff - seen <<'EOF'
ignore_ncx True Argument must be bytes or unicode, got 'NoneType'
ignore_ncx False written
EOF
