#!/bin/sh
# rjsmin takes the beginning of a template literal within another for the end of the outer one.
#
# Guess: rjsmin knows template literals (its notes say that their text is kept), so that a script means the same when it is small.
# Behavior: a literal ends for it at the next backquote.  In `a ${b ? ` c` : ""}` that is the first sign of the inner one, whose
#   text is then read as code: blanks go from words that a reader sees, and an address in it is cut off at its two slashes as a
#   remark, with the rest of its line, so that the script no longer parses.  No error is raised, and none is said.
# Seen: see below; what Node prints of the script as it is and made small, and whether Node takes an address that way.
# Why here: rjsmin is what Python projects make scripts small with; this site lost a blank of "Nothing found".
# Versions: rjsmin 1.3.0, Node 20.20.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --disable-pip-version-check rjsmin==1.3.0
cat > "$dir/words.js" <<'EOF'
const word = "natto";
const told = `Nothing found.${word ? ` No page has ${word}.` : ""}`;
console.log(told);
EOF
cat > "$dir/address.js" <<'EOF'
const page = "foods";
const at = `see ${page ? `https://book.example/${page}` : "the front page"}`;
console.log(at);
EOF
for name in words address; do
    "$dir/venv/bin/python" -m rjsmin < "$dir/$name.js" > "$dir/$name.min.js"
    for script in "$name.js" "$name.min.js"; do
        node "$dir/$script" 2>/dev/null || echo "$script: Node does not take it"
    done
done > "$dir/seen"
diff - "$dir/seen" <<'EOF'
Nothing found. No page has natto.
Nothing found.No page has natto.
see https://book.example/foods
address.min.js: Node does not take it
EOF
