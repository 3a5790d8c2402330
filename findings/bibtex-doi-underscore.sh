#!/bin/sh
# The DOI of a book chapter, as Mendeley and others export it, is a dead link in every reader tried.
#
# Guess: {\_} is TeX for an underscore, so readers that decode titles decode it in a DOI.
# Behavior: pandoc, citation-js, biblatex-csl-converter, pybtex, Better BibTeX's parser and Typst take doi as verbatim
#   and keep braces or backslash or both. Only the URL of biblatex-csl-converter loses the backslash, and keeps the braces.
# Seen: 10.1007/978-3-030-1234-5{\_}7; Typst drops the braces and prints and links the backslash.
# Why here: chapters of Springer have such DOIs, and exporters write the escaped form.
# Versions: pybtex 0.26.1, pypandoc_binary 1.17 (pandoc 3.9), typst 0.15.2, pikepdf 10.18.0,
#   citation-js 0.9.0, biblatex-csl-converter 3.6.0, @retorquere/bibtex-parser 9.0.29.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q pybtex==0.26.1 pypandoc_binary==1.17 typst==0.15.2 pikepdf==10.18.0
npm install --silent --ignore-scripts --prefix "$dir" @citation-js/core@0.9.0 @citation-js/plugin-bibtex@0.9.0 biblatex-csl-converter@3.6.0 @retorquere/bibtex-parser@9.0.29
cat > "$dir/sources.bib" <<'EOF'
@article{doe2017, author = {Doe, Jane}, title = {Menaquinones}, journal = {Nutrients}, year = {2017},
  doi = {10.1007/978-3-030-1234-5{\_}7}, url = {https://example.org/a{\_}b}}
EOF
cat > "$dir/run.mjs" <<'EOF'
import { readFileSync } from "node:fs";
import { Cite } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import { BibLatexParser } from "biblatex-csl-converter";
import { parse } from "@retorquere/bibtex-parser";
const text = readFileSync(new URL("sources.bib", import.meta.url), "utf8");
console.log("citation-js", new Cite(text).data[0].DOI);
const { doi, url } = new BibLatexParser(text).parse().entries[1].fields;
console.log("biblatex-csl-converter", doi, url);
console.log("bibtex-parser", parse(text).entries[0].fields.doi);
EOF
cd "$dir"
{
    venv/bin/python - <<'EOF'
import io, json
import pikepdf, pybtex.database, pypandoc, typst

print("pybtex", pybtex.database.parse_file("sources.bib").entries["doe2017"].fields["doi"])
print("pandoc", json.loads(pypandoc.convert_file("sources.bib", "csljson", "bibtex"))[0]["DOI"])
open("list.typ", "w").write('#bibliography("sources.bib", full: true, style: "apa")')
pdf = pikepdf.open(io.BytesIO(typst.compile("list.typ")))
print("Typst", sorted({str(link.A.URI) for link in pdf.pages[0].Annots})[0])
EOF
    node run.mjs
} > seen
diff - seen <<'EOF'
pybtex 10.1007/978-3-030-1234-5{\_}7
pandoc 10.1007/978-3-030-1234-5{\_}7
Typst https://doi.org/10.1007/978-3-030-1234-5\_7
citation-js 10.1007/978-3-030-1234-5{\_}7
biblatex-csl-converter 10.1007/978-3-030-1234-5{\_}7 https://example.org/a{_}b
bibtex-parser 10.1007/978-3-030-1234-5{\_}7
EOF
