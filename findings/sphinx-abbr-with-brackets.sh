#!/bin/sh
# The abbreviation 25(OH)D is printed as "25", explained by "OH)D (25-hydroxyvitamin D".
#
# Guess: the role abbr takes the last group in parentheses for the explanation.
# Behavior: it takes all from the first parenthesis, without a warning. In the text builder one sees a stray blank only,
#   in HTML the abbreviation has lost its end.
# Seen: see below.
# Why here: 25(OH)D, 1,25(OH)2D and MK-9(4H) are abbreviations of this field.
# Versions: Sphinx 9.0.4, myst-parser 5.2.0, docutils 0.22.4.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q sphinx==9.0.4 myst-parser==5.2.0 docutils==0.22.4
cd "$dir"
mkdir source
echo 'extensions = ["myst_parser"]' > source/conf.py
cat > source/index.md <<'EOF'
# Words

{abbr}`MK-7 (menaquinone-7)`, {abbr}`25(OH)D (25-hydroxyvitamin D)`, {abbr}`MK-9(4H) (a form of MK-9)`
EOF
venv/bin/sphinx-build -q -W source out
venv/bin/sphinx-build -q -W -b text source text
{ grep -o '<abbr[^,]*' out/index.html; tail -n +4 text/index.txt | tr '\n' ' ' | sed 's, $,\n,'; } > seen
diff - seen <<'EOF'
<abbr title="menaquinone-7">MK-7</abbr>
<abbr title="OH)D (25-hydroxyvitamin D">25</abbr>
<abbr title="4H) (a form of MK-9">MK-9</abbr></p>
MK-7 (menaquinone-7), 25 (OH)D (25-hydroxyvitamin D), MK-9 (4H) (a form of MK-9)
EOF
