#!/bin/sh
# TeX in titles: pandoc decodes it, Typst prints the commands; and one odd year stops the whole bibliography.
#
# Guess: Typst decodes the text commands that reference managers export, and skips or warns of an odd year.
# Behavior: \textmu, \textsuperscript and \textit are printed as they stand, and K$_2$ as K_2.
#   "year = {in press}" ends the compilation with "wrong number of digits"; the exception says no more, the line stands in its attribute "diagnostic".
# Seen: see below.
# Why here: µg, 10^9 CFU and names of species stand in many titles.
# Versions: typst 0.15.2, pypdf 7.1.1, pypandoc_binary 1.17 (pandoc 3.9).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q typst==0.15.2 pypdf==7.1.1 pypandoc_binary==1.17
cd "$dir"
cat > one.bib <<'EOF'
@book{a, title = {{\textmu}g of {K$_2$}, 10\textsuperscript{9} of {\textit{Bacteroides}}}, year = {2017}}
EOF
echo '@book{b, title = {Natto}, year = {in press}}' > two.bib
venv/bin/python - > seen <<'EOF'
import io, json
import pypandoc, pypdf, typst

for name in ["one", "two"]:
    open("page.typ", "w").write(f'#bibliography("{name}.bib", full: true, title: none, style: "ieee")')
    try:
        print("Typst:", pypdf.PdfReader(io.BytesIO(typst.compile("page.typ"))).pages[0].extract_text())
    except RuntimeError as error:
        print("Typst:", str(error).splitlines()[0])
    print("pandoc:", json.loads(pypandoc.convert_file(f"{name}.bib", "csljson", "bibtex"))[0]["title"])
EOF
diff - seen <<'EOF'
Typst: [1] \textmu g of K_2, 10\textsuperscript{9} of \textit{Bacteroides}. 2017.
pandoc: μg of K$_2$, 10<sup>9</sup> of <i>Bacteroides</i>
Typst: failed to parse BibLaTeX (wrong number of digits)
pandoc: Natto
EOF
