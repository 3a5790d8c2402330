#!/bin/sh
# A field that stands twice in an entry: seven readers, five outcomes.
#
# Guess: the last one wins, perhaps with a warning.
# Behavior: pybtex stops at the whole file; bibtexparser 2 leaves the entry out of its list and says so only in failed_blocks;
#   bibtexparser 1 takes the first; citation-js, pandoc and biblatex-csl-converter take the last;
#   Better BibTeX's parser joins both.
# Seen: see below. No reader but pybtex speaks.
# Why here: keywords twice, or note twice with the retraction in the first one, is common in merged exports.
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
@article{doe2017, author = {Doe, Jane}, title = {Menaquinones}, journal = {Nutrients}, year = {2017},
  keywords = {gut}, keywords = {brain}}
EOF
cat > "$dir/run.mjs" <<'EOF'
import { readFileSync } from "node:fs";
import { Cite } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import { BibLatexParser } from "biblatex-csl-converter";
import { parse } from "@retorquere/bibtex-parser";
const text = readFileSync(new URL("sources.bib", import.meta.url), "utf8");
console.log("citation-js", new Cite(text).data[0].keyword);
const { entries, errors, warnings } = new BibLatexParser(text).parse();
console.log("biblatex-csl-converter", ...entries[1].fields.keywords, errors.length + warnings.length, "messages");
console.log("bibtex-parser", ...parse(text).entries[0].fields.keywords);
EOF
cd "$dir"
{
    venv/bin/python - <<'EOF'
import json
import bibtexparser, pybtex.database, pypandoc

text = open("sources.bib").read()
try:
    pybtex.database.parse_string(text, "bibtex")
except pybtex.database.BibliographyDataError as error:
    print("pybtex:", error)
print("bibtexparser 1", bibtexparser.loads(text).entries[0]["keywords"])
print("pandoc", json.loads(pypandoc.convert_file("sources.bib", "csljson", "bibtex"))[0]["keyword"])
EOF
    PYTHONPATH=two venv/bin/python -c 'import bibtexparser; print("bibtexparser 2", len(bibtexparser.parse_file("sources.bib").entries), "entries")'
    node run.mjs
} > seen
diff - seen <<'EOF'
pybtex: entry with key doe2017 has a duplicate keywords field
bibtexparser 1 gut
pandoc brain
bibtexparser 2 0 entries
citation-js brain
biblatex-csl-converter brain 0 messages
bibtex-parser brain gut
EOF
