#!/bin/sh
# The í of García in TeX: seven readers, six names, and one of the seven has all four right.
#
# Guess: {\'{\i}}, {\'\i} and {\'{i}} are three ways to write í, and a reader of BibTeX prints í.
# Behavior: pandoc, citation-js and Better BibTeX's parser give a dotless ı and an accent behind it, which no
#   normalization of Unicode makes an í; biblatex-csl-converter sets the accent on the letter before; pybtex leaves
#   the command; bibtexparser 1 makes "D\áz" of Díaz.
# Seen: see below, where \u0131 is the dotless i and \u0301 an accent on the letter before it. No reader says a word.
# Why here: García, Martín and Díaz come from Zotero, Mendeley and JabRef in just these forms; a search for the name finds
#   nothing, and two records of one author are two authors.
# Versions: pybtex 0.26.1, bibtexparser 1.4.4 and 2.1.0, pypandoc_binary 1.17 (pandoc 3.9),
#   citation-js 0.9.0, biblatex-csl-converter 3.6.0, @retorquere/bibtex-parser 9.0.29.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q pybtex==0.26.1 bibtexparser==1.4.4 pypandoc_binary==1.17
"$dir/venv/bin/pip" install -q --target "$dir/two" bibtexparser==2.1.0
npm install --silent --ignore-scripts --prefix "$dir" @citation-js/core@0.9.0 @citation-js/plugin-bibtex@0.9.0 biblatex-csl-converter@3.6.0 @retorquere/bibtex-parser@9.0.29
cat > "$dir/sources.bib" <<'EOF'
@article{garcia2017, title = {Menaquinones}, journal = {Nutrients}, year = {2017},
  author = {Garc{\'{\i}}a, A. and Mart{\'\i}n, B. and D{\'{i}}az, C. and Na{\"{\i}}m, D.}}
EOF
cat > "$dir/run.mjs" <<'EOF'
import { readFileSync } from "node:fs";
import { Cite } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import { BibLatexParser } from "biblatex-csl-converter";
import { parse } from "@retorquere/bibtex-parser";
const text = readFileSync(new URL("sources.bib", import.meta.url), "utf8");
console.log("citation-js", ...new Cite(text).data[0].author.map((one) => one.family));
const { entries } = new BibLatexParser(text).parse();
console.log("biblatex-csl-converter", ...entries[1].fields.author.map((one) => one.family.map((part) => part.text).join("")));
console.log("bibtex-parser", ...parse(text).entries[0].fields.author.map((one) => one.lastName));
EOF
cd "$dir"
{
    venv/bin/python - <<'EOF'
import json
import bibtexparser, pybtex.database, pypandoc
from bibtexparser.bparser import BibTexParser
from bibtexparser.customization import convert_to_unicode

text = open("sources.bib").read()
entry = pybtex.database.parse_string(text, "bibtex").entries["garcia2017"]
print("pybtex", *("".join(map(str, person.rich_last_names)) for person in entry.persons["author"]))
parser = BibTexParser(customization=convert_to_unicode)
print("bibtexparser 1", bibtexparser.loads(text, parser).entries[0]["author"])
found = json.loads(pypandoc.convert_file("sources.bib", "csljson", "bibtex"))[0]
print("pandoc", *(one["family"] for one in found["author"]))
EOF
    PYTHONPATH=two venv/bin/python - <<'EOF'
import bibtexparser
from bibtexparser import middlewares
library = bibtexparser.parse_file("sources.bib", append_middleware=[middlewares.LatexDecodingMiddleware()])
print("bibtexparser 2", library.entries[0]["author"])
EOF
    node run.mjs
} > seen
# Letters by their numbers: what is composed and what is not looks alike.
venv/bin/python -c 'print(open("seen").read().encode("ascii", "backslashreplace").decode(), end="")' > numbers
diff - numbers <<'EOF'
pybtex Garc\'\u0131a Mart\xedn D\xedaz Na\"\u0131m
bibtexparser 1 Garc\xeda, A. and Mart\u0131\u0301n, B. and D\\xe1z, C. and Na\xefm, D.
pandoc Garc\u0131\u0301a Mart\u0131\u0301n D\xedaz Na\u0131\u0308m
bibtexparser 2 Garc\xeda, A. and Mart\xedn, B. and D\xedaz, C. and Na\xefm, D.
citation-js Garc\u0131\u0301a Mart\u0131\u0301n D\xedaz Na\u0131\u0308m
biblatex-csl-converter Garc\u0301\u0131a Mart\xedn D\u0301iaz Na\xefm
bibtex-parser Garc\u0131\u0301a Mart\u0131\u0301n Di\u0301az Na\u0131\u0308m
EOF
