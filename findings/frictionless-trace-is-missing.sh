#!/bin/sh
# A few "tr" and "<0.1" in a column: describe says number, and extract turns them into missing values without a word.
#
# Guess: one cell that is no number makes the column a string, as in DuckDB and Polars.
# Behavior: 90 of 100 cells suffice for a type. validate reports the rest; describe does not, and
#   extract hands out None for them, the same as for an empty cell. A trace and "not measured" are one then.
# Seen: number; None for tr, <0.1 and the empty cell; two errors of validate. Polars: String.
# Why here: food tables tell traces, values below the limit and blanks apart.
# Versions: frictionless 5.21.0, polars 2.1.0.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q frictionless==5.21.0 polars==2.1.0
cd "$dir"
{ echo food,k2; seq 97 | sed 's/.*/F&,&.5/'; printf 'Apple,tr\nPear,<0.1\nPlum,\n'; } > foods.csv
venv/bin/python - > seen <<'EOF'
import frictionless, polars

print(frictionless.describe("foods.csv").schema.get_field("k2").type)
print([row["k2"] for row in frictionless.extract("foods.csv")["foods"][-4:]])
print([error.cell for error in frictionless.validate("foods.csv").tasks[0].errors])
print(polars.read_csv("foods.csv").schema["k2"])
EOF
diff - seen <<'EOF'
number
[Decimal('97.5'), None, None, None]
['tr', '<0.1']
String
EOF
