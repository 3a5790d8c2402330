#!/bin/sh
# The issue of a journal in BibTeX (number) becomes the number of a series, and the paper is printed without it.
#
# Guess: number of an @article is the issue in CSL, and @article is article-journal.
# Behavior: biblatex-csl-converter, whose input is BibLaTeX, writes collection-number and the type "article" (a preprint).
#   APA then prints the paper like a chapter, without the issue. pandoc and citation-js write issue and article-journal.
#   With "issue" in place of "number", BibLaTeX's way, the issue is printed, and the type stays.
# Seen: see below.
# Why here: published .bib files follow BibTeX, and web editors read them with this library.
# Versions: biblatex-csl-converter 3.6.0, citation-js 0.9.0, pypandoc_binary 1.17 (pandoc 3.9), citeproc 2.4.63.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q pypandoc_binary==1.17
npm install --silent --ignore-scripts --prefix "$dir" biblatex-csl-converter@3.6.0 @citation-js/core@0.9.0 @citation-js/plugin-bibtex@0.9.0 \
    @citation-js/plugin-csl@0.9.0 citeproc@2.4.63
cd "$dir"
cat > sources.bib <<'EOF'
@article{a, author = {Doe, J.}, title = {Stool}, journal = {Nutrients}, year = {2017}, volume = {9}, number = {6}, pages = {5}}
EOF
cat > run.mjs <<'EOF'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { BibLatexParser, CSLExporter } from "biblatex-csl-converter";
const require = createRequire(import.meta.url);
const { Cite } = require("@citation-js/core");
require("@citation-js/plugin-bibtex");
const CSL = require("citeproc");
const data = "./node_modules/@citation-js/plugin-csl/lib/";
const text = readFileSync("sources.bib", "utf8");
const works = {
  pandoc: JSON.parse(readFileSync("pandoc.json"))[0],
  "citation-js": new Cite(text).data[0],
  "biblatex-csl-converter": Object.values(new CSLExporter(new BibLatexParser(text).parse().entries).parse())[0],
  "the same with issue": Object.values(new CSLExporter(new BibLatexParser(text.replace("number", "issue")).parse().entries).parse())[0],
};
for (const [name, work] of Object.entries(works)) {
  const engine = new CSL.Engine({ retrieveLocale: () => require(data + "locales.json")["en-US"], retrieveItem: () => work }, require(data + "styles.json").apa);
  engine.updateItems([work.id]);
  console.log(name, "|", work.type, work.issue, work["collection-number"], "|", engine.makeBibliography()[1][0].replace(/<[^>]+>/g, "").trim());
}
EOF
venv/bin/python -c 'import pypandoc; pypandoc.convert_file("sources.bib", "csljson", "bibtex", outputfile="pandoc.json")'
node run.mjs > seen
diff - seen <<'EOF'
pandoc | article-journal 6 undefined | Doe, J. (2017). Stool. Nutrients, 9(6), 5.
citation-js | article-journal 6 undefined | Doe, J. (2017). Stool. Nutrients, 9(6), 5.
biblatex-csl-converter | article undefined 6 | Doe, J. (2017). Stool. In Nutrients (Vol. 9, p. 5).
the same with issue | article 6 undefined | Doe, J. (2017). Stool. In Nutrients (Vol. 9, Issue 6, p. 5).
EOF
