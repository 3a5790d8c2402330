#!/bin/sh
# The Vancouver styles of Typst print references without any author.
#
# Guess: #bibliography(style: "vancouver") prints "Doe J, Roe R. ..." as the style asks.
# Behavior: "vancouver", "vancouver-superscript" and "nlm-citation-sequence" begin with the title, of persons and bodies alike,
#   without a warning. "springer-vancouver" and "elsevier-vancouver" are right.
#   "apa" prints "(2009,)." for a work of @misc or @online with a year alone, and calls a @dataset software.
# Seen: see below.
# Why here: Vancouver is the style of medical journals.
# Versions: typst 0.15.2, pypdf 7.1.1.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q typst==0.15.2 pypdf==7.1.1
cd "$dir"
cat > sources.bib <<'EOF'
@article{a, author = {Doe, Jane and Roe, Richard}, title = {Stool}, journal = {Nutrients}, year = {2017}, volume = {9}}
@misc{b, author = {{EFSA}}, title = {Natto}, year = {2009}}
@dataset{c, author = {{ANSES}}, title = {Ciqual}, year = {2020}}
EOF
venv/bin/python - > seen <<'EOF'
import io
import pypdf, typst

for style in ["vancouver", "vancouver-superscript", "nlm-citation-sequence", "springer-vancouver", "apa"]:
    open("page.typ", "w").write(f'#bibliography("sources.bib", full: true, title: none, style: "{style}")')
    print(style, "|", pypdf.PdfReader(io.BytesIO(typst.compile("page.typ"))).pages[0].extract_text().replace(" \n", " ").replace("\n", " | ").strip())
EOF
diff - seen <<'EOF'
vancouver | 1. Stool. Nutrients. 2017 ;9. | 2. Natto. 2009. | 3. Ciqual. 2020.
vancouver-superscript | 1. Stool. Nutrients. 2017 ;9. | 2. Natto. 2009. | 3. Ciqual. 2020.
nlm-citation-sequence | 1. Stool. Nutrients. 2017 ;9. | 2. Natto. 2009. | 3. Ciqual. 2020.
springer-vancouver | 1. Doe J, Roe R. Stool. Nutrients. 2017;9. 2. EFSA. Natto. 2009. 3. ANSES. Ciqual. 2020.
apa | ANSES. (2020). Ciqual [Computer software]. | Doe, J., & Roe, R. (2017). Stool. Nutrients, 9. | EFSA. (2009,). Natto.
EOF
