#!/bin/sh
# The year of RIS in its old full form ends in an open range, or in no year.
#
# Guess: "PY  - 2017///" (year, month, day, other) is 2017, and "2004/05/03/Spring" is May 3, 2004.
# Behavior: pandoc reads four dates, 2017, 0, 0 and 0, and prints "2017–."; of the second form nothing is left but "n.d.".
#   The note (N1), where a retraction stands, is not read. rispy gives the text as it is; citation-js reads both.
# Seen: see below.
# Why here: EndNote and PubMed tools of the 2000s, from which old lists come, wrote this form.
# Versions: pypandoc_binary 1.17 (pandoc 3.9), rispy 0.10.0, @citation-js/plugin-ris 0.8.2.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q pypandoc_binary==1.17 rispy==0.10.0
npm install --silent --ignore-scripts --prefix "$dir" @citation-js/core@0.8.2 @citation-js/plugin-ris@0.8.2
for year in 2017 2017/// 2004/05/03/Spring; do
    printf 'TY  - JOUR\nAU  - Doe, J.\nTI  - Stool\nT2  - Nutrients\nPY  - %s\nN1  - Retracted.\nER  - \n' "$year"
done > "$dir/all.ris"
cat > "$dir/run.js" <<'EOF'
const { Cite } = require("@citation-js/core");
require("@citation-js/plugin-ris");
const works = new Cite(require("fs").readFileSync("all.ris", "utf8")).data;
for (const { issued, note } of works) console.log("citation-js", JSON.stringify(issued), note);
EOF
cd "$dir"
{
    venv/bin/python - <<'EOF'
import json
import pypandoc, rispy

for work in json.loads(pypandoc.convert_file("all.ris", "csljson", "ris")):
    print("pandoc", json.dumps(work["issued"]), work.get("note"))
for line in pypandoc.convert_file("all.ris", "plain", "ris", ["--citeproc", "--wrap=none"]).splitlines():
    print(line)
for work in rispy.loads(open("all.ris").read()):
    print("rispy", work["year"], *work["notes"])
EOF
    node run.js
} > seen
diff - seen <<'EOF'
pandoc {"date-parts": [[2017]]} None
pandoc {"date-parts": [[2017], [0], [0], [0]]} None
pandoc {"date-parts": []} None
Doe, J. 2017a. “Stool.” Nutrients.

Doe, J. 2017–b. “Stool.” Nutrients.

Doe, J. n.d. “Stool.” Nutrients.
rispy 2017 Retracted.
rispy 2017/// Retracted.
rispy 2004/05/03/Spring Retracted.
citation-js {"date-parts":[[2017]]} Retracted.
citation-js {"date-parts":[[2017]]} Retracted.
citation-js {"date-parts":[[2004,5,3]]} Retracted.
EOF
