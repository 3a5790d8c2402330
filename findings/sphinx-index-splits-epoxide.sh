#!/bin/sh
# In the index, vitamin K1 2,3-epoxide becomes "vitamin K1 2" and "3-epoxide", and vitamin K 2,3-epoxide beside it stays whole.
#
# Guess: the role index makes one entry of its text, the directive one of each line.
# Behavior: the directive and the role with a target (text <target>) split at each comma; the role without a target does not.
#   "single:" in front keeps the name whole, except for a semicolon.
# Seen: see below; no warning with -W.
# Why here: names of chemicals have commas: the epoxide is what VKORC1 reduces, K3 is 2-methyl-1,4-naphthoquinone.
# Versions: Sphinx 9.0.4, docutils 0.22.4.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q sphinx==9.0.4 docutils==0.22.4
cd "$dir"
mkdir source
touch source/conf.py
cat > source/index.rst <<'EOF'
Words
=====

.. index:: 1,4-naphthoquinone

:index:`vitamin K 2,3-epoxide`, the :index:`oxide <vitamin K1 2,3-epoxide>`
and the :index:`other <single: MK-4 2,3-epoxide>`
EOF
venv/bin/sphinx-build -q -W source out
sed -n 's/.*<li><a href="index.html#index-[0-9]*">\(.*\)<\/a>.*/\1/p; s/.*<li>\(vitamin\)$/\1/p' out/genindex.html > seen
diff - seen <<'EOF'
1
3-epoxide
4-naphthoquinone
MK-4 2,3-epoxide
vitamin K 2,3-epoxide
vitamin K1 2
EOF
