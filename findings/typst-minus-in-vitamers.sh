#!/bin/sh
# MK-7 with MK in bold is printed with a minus sign, so that a search for MK-7 does not find it.
#
# Guess: a hyphen between a letter and a digit stays a hyphen in Typst, whatever the form of the letter.
# Behavior: a hyphen before a digit is a minus (U+2212) if markup, not a letter, stands before it:
#   *MK*-7, #sub[2]-7, a link, code. After plain letters it stays. pandoc's Typst writer does not escape it,
#   so the same Markdown has a hyphen in HTML and a minus in the PDF. "MK-?" loses its question mark (it is a soft hyphen).
# Seen: see below.
# Why here: menaquinones are named MK-4 to MK-13, and terms are set in bold or linked.
# Versions: typst 0.15.2, pypdf 7.1.1, pypandoc_binary 1.17 (pandoc 3.9).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q typst==0.15.2 pypdf==7.1.1 pypandoc_binary==1.17
cd "$dir"
venv/bin/python - > seen <<'EOF'
import io, re
import pypandoc, pypdf, typst

for text in ["MK-7", "**MK**-7", "[MK](https://example.org)-7", "K~2~-7", "MK-? of stool"]:
    source = pypandoc.convert_text(text, "typst", "markdown")
    open("page.typ", "w").write(source)
    page = pypdf.PdfReader(io.BytesIO(typst.compile("page.typ"))).pages[0].extract_text()
    html = re.sub("<[^>]+>", "", pypandoc.convert_text(text, "html", "markdown")).strip()
    print(text, "| HTML", ascii(html), "| PDF", ascii(page.split("\n")[0].strip()))
EOF
diff - seen <<'EOF'
MK-7 | HTML 'MK-7' | PDF 'MK-7'
**MK**-7 | HTML 'MK-7' | PDF 'MK\u22127'
[MK](https://example.org)-7 | HTML 'MK-7' | PDF 'MK\u22127'
K~2~-7 | HTML 'K2-7' | PDF 'K2\u22127'
MK-? of stool | HTML 'MK-? of stool' | PDF 'MK\xad of stool'
EOF
