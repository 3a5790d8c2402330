#!/bin/sh
# For the English stemmer the colon and colonizing bacteria are one word, colonies are another.
#
# Guess: colon, colonic and colonoscopy meet; colonize meets colony.
# Behavior: colon, colonic, colonize and colonization have the stem "colon"; colony and colonies have "coloni".
#   Vitamin and vitamer part ("vitamin", "vitam"), dose and dosage too; microbe, microbial and microbiome have three stems.
#   Sphinx and lunr search by these stems.
# Seen: see below; lunr finds a text on colonization for "colon", and not for "colony".
# Why here: a search for the colon is full of colonized surfaces, and one for colonies misses colonization.
# Versions: snowballstemmer 3.1.1, lunr 2.3.9.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q snowballstemmer==3.1.1
npm install --silent --ignore-scripts --prefix "$dir" lunr@2.3.9
cat > "$dir/run.js" <<'EOF'
const lunr = require("lunr");
const index = lunr(function () {
  this.ref("id");
  this.field("text");
  this.add({ id: "skin", text: "Colonization of the skin" });
});
for (const query of ["colon", "colony", "colonize"]) console.log("lunr", query, index.search(query).length);
EOF
{
    "$dir/venv/bin/python" - <<'EOF'
import snowballstemmer

stem = snowballstemmer.stemmer("english").stemWord
for line in ["colon colonic colonize colonization colony colonies", "vitamin vitamine vitamer", "dose dosing dosage",
             "microbe microbial microbiome microbiota"]:
    print(*(f"{word}:{stem(word)}" for word in line.split()))
EOF
    node "$dir/run.js"
} > "$dir/seen"
diff - "$dir/seen" <<'EOF'
colon:colon colonic:colon colonize:colon colonization:colon colony:coloni colonies:coloni
vitamin:vitamin vitamine:vitamin vitamer:vitam
dose:dose dosing:dose dosage:dosag
microbe:microb microbial:microbi microbiome:microbiom microbiota:microbiota
lunr colon 1
lunr colony 0
lunr colonize 1
EOF
