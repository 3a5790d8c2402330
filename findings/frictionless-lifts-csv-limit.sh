#!/bin/sh
# Once frictionless has read any CSV file, Python's own csv module no longer notices a quotation mark that is never closed.
#
# Guess: reading one file with a library changes nothing for another file that is read without it.
# Behavior: the module of frictionless that reads CSV raises the limit for the length of a cell, which is one for the
#   whole process. The limit is what stops an open quotation mark: without it, 20,000 rows become one cell, without a word.
# Seen: an error before; afterwards two rows, the last with a cell of over 200,000 characters.
# Why here: tables of foods are checked with frictionless and read with csv in one process.
# Versions: frictionless 5.21.0, Python 3.11.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q frictionless==5.21.0
cd "$dir"
printf 'food,k2\nnatto,939\n' > other.csv
{ echo food,k2; echo 'natto,"939'; seq 20000 | sed 's/.*/food &,1.5/'; } > foods.csv
venv/bin/python - > seen <<'EOF'
import csv
import frictionless


def read():
    try:
        with open("foods.csv", newline="") as file:
            rows = list(csv.reader(file))
        return len(rows), len(rows[-1][1]) > 200_000
    except csv.Error as error:
        return str(error)


print(read())
frictionless.describe("other.csv")
print(read())
EOF
diff - seen <<'EOF'
field larger than field limit (131072)
(2, True)
EOF
