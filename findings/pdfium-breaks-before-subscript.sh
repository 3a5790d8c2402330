#!/bin/sh
# The search of pdfium, the reader of Chromium, misses "vitamin K2" in a table whose columns stand far apart.
#
# Guess: text that stands on one line of print is one line of text, whatever else is on the page.
# Behavior: pdfium first guesses of the whole page whether it is written across or downward, by how much of its width and of
#   its height bears text.  Columns with a wide gap count as written downward, and then each piece of text of one glyph (a
#   subscript, a letter in bold, a hyphen in another color) begins a line of its own.  One long line anywhere on the page
#   changes the guess, and all is found.
# Seen: see below; how often each is found among six rows, without and with a line of running text above the table.
# Why here: K2 with its subscript, K in bold and MK-7 stand in tables of foods, and a reader searches for them.
# Versions: pypdfium2 5.15.2 (pdfium 159.0.8149), typst 0.15.2.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --disable-pip-version-check typst==0.15.2 pypdfium2==5.15.2
"$dir/venv/bin/python" - > "$dir/seen" <<'EOF'
import pypdfium2, typst

PAGE = """#set page(width: 15cm, height: 5cm, margin: 1cm)
#set par(leading: .2em)
%s
#grid(columns: (3cm, 6cm, 3cm), row-gutter: .2em, ..range(6).map(n => ([Natto], [], [%s])).flatten())
"""
LINE = "Amounts of vitamin K in foods, as the laboratories of four countries have given them."
CELLS = {"vitamin K2": "vitamin K#sub[2]", "vitamin K1": "vitamin #strong[K]1", "MK-7": "MK#text(fill: blue)[-]7", "MK-4": "MK-4"}
for name, cell in CELLS.items():
    found = []
    for above in ("", LINE):
        page = pypdfium2.PdfDocument(typst.compile((PAGE % (above, cell)).encode(), format="pdf"))[0]
        hits, count = page.get_textpage().search(name, match_case=True), 0
        while hits.get_next():
            count += 1
        found.append(count)
    print(name, *found)
EOF
diff - "$dir/seen" <<'EOF'
vitamin K2 0 6
vitamin K1 0 6
MK-7 0 6
MK-4 6 6
EOF
