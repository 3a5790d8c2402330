#!/bin/sh
# An entry inside @Comment{...} is a source for four readers of seven and a comment for the others.
#
# Guess: @Comment{...} hides what its braces hold, as JabRef's own @Comment blocks suggest.
# Behavior: BibTeX ignores the word @Comment alone and reads on to the next @, and pybtex, bibtexparser (1 and 2)
#   and citation-js do likewise. pandoc, biblatex-csl-converter and Better BibTeX's parser skip the braces.
# Seen: old2010 and doe2017 for the first four, doe2017 alone for the others. Only bibtexparser 2 has a failed block to show.
# Why here: a withdrawn paper that an author put into a comment comes back into the list of sources.
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
@Comment{
@article{old2010, author = {Old, Ann}, title = {Withdrawn}, journal = {Nutrients}, year = {2010}}
}
@article{doe2017, author = {Doe, Jane}, title = {Menaquinones}, journal = {Nutrients}, year = {2017}}
EOF
cat > "$dir/run.mjs" <<'EOF'
import { readFileSync } from "node:fs";
import { Cite } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import { BibLatexParser } from "biblatex-csl-converter";
import { parse } from "@retorquere/bibtex-parser";
const text = readFileSync(new URL("sources.bib", import.meta.url), "utf8");
console.log("citation-js", ...new Cite(text).data.map(({ id }) => id));
console.log("biblatex-csl-converter", ...Object.values(new BibLatexParser(text).parse().entries).map((entry) => entry.entry_key));
console.log("bibtex-parser", ...parse(text).entries.map(({ key }) => key));
EOF
cd "$dir"
{
    venv/bin/python - <<'EOF'
import json
import bibtexparser, pybtex.database, pypandoc

text = open("sources.bib").read()
print("pybtex", *pybtex.database.parse_string(text, "bibtex").entries)
print("bibtexparser 1", *(entry["ID"] for entry in bibtexparser.loads(text).entries))
print("pandoc", *(entry["id"] for entry in json.loads(pypandoc.convert_file("sources.bib", "csljson", "bibtex"))))
EOF
    PYTHONPATH=two venv/bin/python -c 'import bibtexparser; print("bibtexparser 2", *bibtexparser.parse_file("sources.bib").entries_dict)'
    node run.mjs
} > seen
diff - seen <<'EOF'
pybtex old2010 doe2017
bibtexparser 1 old2010 doe2017
pandoc doe2017
bibtexparser 2 old2010 doe2017
citation-js old2010 doe2017
biblatex-csl-converter doe2017
bibtex-parser doe2017
EOF
