#!/bin/sh
# Reader views drop whole sections for a syllable in the id of their heading.
#
# Guess: a reader view judges a section by its text, its links and class names such as "sidebar".
# Behavior: Readability (the reader view of Firefox) throws out each element whose class or id holds
#   "extra", "supplemental", "related", "community", "social", "remark", "header", "rss" or "-ad-",
#   also within a word, unless it holds "and", "article", "body", "column", "content", "main" or "shadow" too.
#   Sphinx and others make section ids of headings, and ids of sources of names.
# Seen: of nine sections of the same text, six are gone; "extra-and-intracellular" is saved by its "and".
# Why here: extrahepatic tissues, supplemental K2, age-related loss, AD for Alzheimer's disease,
#   a gut community and an author Larsson are words of this field.
# Versions: @mozilla/readability 0.6.0, jsdom 26.1.0, Node 20.20.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --silent --ignore-scripts --prefix "$dir" @mozilla/readability@0.6.0 jsdom@26.1.0
cat > "$dir/run.js" <<'EOF'
const { JSDOM } = require("jsdom");
const { Readability } = require("@mozilla/readability");
const text = "Osteocalcin, a protein of bone, binds calcium once vitamin K, of food or of bacteria, has done its work. ".repeat(8);
const ids = ["gut-health", "extrahepatic-tissues", "supplemental-k2", "age-related-loss", "k2-in-ad-patients",
  "bacterial-community", "source-larsson2018", "extra-and-intracellular", "supplements"];
for (const id of ids) {
  const page = `<article><h1>Vitamin K</h1><p>${text}</p><section id="one"><h2>One</h2><p>${text}</p></section>
    <section id="${id}"><h2>Two</h2><p>Natto. ${text}</p></section></article>`;
  const read = new Readability(new JSDOM(page, { url: "http://example.org/" }).window.document).parse();
  console.log(id, read.textContent.includes("Natto") ? "kept" : "gone");
}
EOF
node "$dir/run.js" > "$dir/seen"
diff - "$dir/seen" <<'EOF'
gut-health kept
extrahepatic-tissues gone
supplemental-k2 gone
age-related-loss gone
k2-in-ad-patients gone
bacterial-community gone
source-larsson2018 gone
extra-and-intracellular kept
supplements kept
EOF
