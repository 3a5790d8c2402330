#!/bin/sh
# A page named "search", which Sphinx loses without a word: its text in HTML, its figure's number elsewhere.
#
# Guess: a document may have any name; or Sphinx warns where it makes a page of that name itself.
# Behavior: the HTML builder writes its page of the search over that of the author, and numbered figures of the page
#   have no number in any builder, while its section has one.  Nothing is warned of, with -W and -n.
#   genindex and modindex are such names as well (the last is written over by no page).
# Seen: see below: no page says "How we searched" in HTML; in one page of all, 2.1 is the first figure with a number.
# Why here: reviews of evidence have a page on how the literature was searched.
# Versions: Sphinx 9.0.4, docutils 0.22.4.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q sphinx==9.0.4 docutils==0.22.4
cd "$dir"
mkdir source
echo 'numfig = True' > source/conf.py
: > source/flow.png
cat > source/index.rst <<'EOF'
Review
======

.. toctree::
   :numbered:

   search
   results
EOF
cat > source/search.rst <<'EOF'
How we searched
===============

.. figure:: flow.png

   Flow of records
EOF
cat > source/results.rst <<'EOF'
What we found
=============

.. figure:: flow.png

   Results of trials
EOF
venv/bin/sphinx-build -q -W -n -b html source html
venv/bin/sphinx-build -q -W -n -b singlehtml source single
{
    grep -c 'How we searched' html/search.html || true
    grep -o '<span class="caption.*</span>' single/index.html | sed 's,<[^>]*>,,g'
    grep -o 'section-number">[^<]*</span>[^<]*' single/index.html | sed 's,.*">,,; s,</span>,,'
} > seen
diff - seen <<'EOF'
0
Flow of records
Fig. 2.1 Results of trials
1. How we searched
2. What we found
EOF
