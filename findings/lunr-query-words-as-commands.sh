#!/bin/sh
# In a lunr search box "MK -7" hides MK-7, and "osteocalcin: bone" is an exception.
#
# Guess: odd marks in a query are dropped like those in the text.
# Behavior: a word before a colon names a field, and an unknown one raises QueryParseError, which the page must catch;
#   a hyphen at the start of a word excludes, so "MK -7" finds the other menaquinones.
#   Without the blank the hyphen parts two words, and MK-7 finds MK-9 as well.
# Seen: see below.
# Why here: claims are pasted into search boxes with their colons, and MK -7 is how PDFs break MK-7.
# Versions: lunr 2.3.9 (also the search of MkDocs).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --silent --ignore-scripts --prefix "$dir" lunr@2.3.9
cat > "$dir/run.js" <<'EOF'
const lunr = require("lunr");
const texts = { a: "MK-7 of natto", b: "MK-9 of cheese", c: "25(OH)D and osteocalcin" };
const index = lunr(function () {
  this.ref("id");
  this.field("text");
  for (const [id, text] of Object.entries(texts)) this.add({ id, text });
});
for (const query of ["MK-7", "MK -7", "osteocalcin bone", "osteocalcin: bone"])
  try {
    console.log(query, "|", ...index.search(query).map(({ ref }) => ref));
  } catch (error) {
    console.log(query, "|", error.name);
  }
EOF
node "$dir/run.js" > "$dir/seen"
diff - "$dir/seen" <<'EOF'
MK-7 | a b
MK -7 | b
osteocalcin bone | c
osteocalcin: bone | QueryParseError
EOF
