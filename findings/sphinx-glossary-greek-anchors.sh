#!/bin/sh
# Anchors of terms that differ by a Greek letter or an index move when a term is added.
#
# Guess: α-, β- and γ-carotene have three anchors that say which is which, or a warning of equal ones.
# Behavior: Greek letters are dropped, so the first one is term-carotene and the others are term-0, term-1,
#   numbers that count over the page. A new term in front takes term-carotene over, and all numbers move by one.
#   Vitamin K₁ and vitamin K1 meet in the same way. There is no warning, and objects.inv is right at each time.
# Seen: #term-0 is β-carotene, then, with one term more, δ-carotene is #term-carotene and α-carotene #term-0.
# Why here: links from outside keep an anchor for years, and one that leads to another substance is worse than a dead one.
# Versions: Sphinx 9.0.4, docutils 0.22.4.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q sphinx==9.0.4 docutils==0.22.4
cd "$dir"
mkdir source
touch source/conf.py
for terms in "α-carotene β-carotene γ-carotene vitamin-K₁ vitamin-K1" "δ-carotene α-carotene β-carotene γ-carotene"; do
    printf 'Words\n=====\n\n.. glossary::\n\n' > source/index.rst
    for term in $terms; do printf '   %s\n      A substance.\n\n' "$term" >> source/index.rst; done
    venv/bin/sphinx-build -q -W -E source out
    sed -n 's/.*<dt id="\([^"]*\)">\([^<]*\)<.*/\1 \2/p' out/index.html
    echo
done > seen
diff - seen <<'EOF'
term-carotene α-carotene
term-0 β-carotene
term-1 γ-carotene
term-vitamin-K1 vitamin-K₁
term-2 vitamin-K1

term-carotene δ-carotene
term-0 α-carotene
term-1 β-carotene
term-2 γ-carotene

EOF
