#!/bin/sh
# A note in CSL-JSON changes the year, the type and the words of the printed reference.
#
# Guess: "note" is text that is printed or not.
# Behavior: citeproc-js reads lines "name: value" at the start of a note as fields.
#   "issued" replaces the year that the record has; "type" replaces the type; "status" and "genre" are printed.
#   "volume" and "title" count only if the record has none. A sentence in front ends the reading.
#   citeproc-py leaves the note alone.
# Seen: 1999 for a paper of 2017; (Withdrawn) printed; citeproc-py 2017.
# Why here: notes say "Status: retracted" or "Issued: ...", and Zotero's Extra field ends up there.
# Versions: citeproc 2.4.63, the APA style of @citation-js/plugin-csl 0.9.0, citeproc-py 0.11.1.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q citeproc-py==0.11.1
npm install --silent --ignore-scripts --prefix "$dir" citeproc@2.4.63 @citation-js/core@0.9.0 @citation-js/plugin-csl@0.9.0
cat > "$dir/run.js" <<'EOF'
const CSL = require("citeproc");
const data = "./node_modules/@citation-js/plugin-csl/lib/";
const locale = require(data + "locales.json")["en-US"];
for (const note of ["Retracted. issued: 1999", "issued: 1999", "volume: 77", "type: book", "status: withdrawn"]) {
  const item = { id: "x", type: "article-journal", title: "Stool", author: [{ family: "Doe", given: "J." }],
    "container-title": "Nutrients", volume: "9", issued: { "date-parts": [[2017]] }, note };
  const engine = new CSL.Engine({ retrieveLocale: () => locale, retrieveItem: () => item }, require(data + "styles.json").apa);
  engine.updateItems(["x"]);
  console.log(note, "|", engine.makeBibliography()[1][0].replace(/<[^>]+>/g, "").trim());
}
EOF
cd "$dir"
{
    node run.js
    venv/bin/python -W ignore - <<'EOF'
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

source = CiteProcJSON([{"id": "x", "type": "article-journal", "title": "Stool", "author": [{"family": "Doe", "given": "J."}],
                        "issued": {"date-parts": [[2017]]}, "note": "issued: 1999"}])
works = CitationStylesBibliography(CitationStylesStyle("harvard-cite-them-right", validate=False), source, formatter.plain)
works.register(Citation([CitationItem("x")]))
print("citeproc-py", "|", works.bibliography()[0])
EOF
} > seen
diff - seen <<'EOF'
Retracted. issued: 1999 | Doe, J. (2017). Stool. Nutrients, 9.
issued: 1999 | Doe, J. (1999). Stool. Nutrients, 9.
volume: 77 | Doe, J. (2017). Stool. Nutrients, 9.
type: book | Doe, J. (2017). Stool. In Nutrients (Vol. 9).
status: withdrawn | Doe, J. (2017). Stool. Nutrients, 9. (Withdrawn)
citeproc-py | Doe, J. (2017) “Stool”.
EOF
