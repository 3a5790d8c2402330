#!/bin/sh
# An amount with a decimal comma is described as a place on the globe, and weeks 4-8 as August of the year 4.
#
# Guess: frictionless describe calls a column of "47,3" a string or, with luck, a number with a decimal comma.
# Behavior: it is a geopoint, longitude 47, latitude 3; "4-8" is a yearmonth. Rows come out converted, without an error.
#   Above 90 the value is no latitude: with "0,95" in the column it is text again.
# Seen: [47, 3] for 47.3 µg.
# Why here: describe makes the Data Package of a European food table, so the file says that its amounts are places.
# Versions: frictionless 5.21.0.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q frictionless==5.21.0
cd "$dir"
printf 'food;k2;weeks\nGouda;47,3;4-8\nMilk;0,5;10-12\n' > foods.csv
printf 'food;k2\nGouda;47,3\nMilk;0,95\n' > more.csv
venv/bin/python - > seen <<'EOF'
from frictionless import Resource

for name in ["foods.csv", "more.csv"]:
    table = Resource(name)
    rows = table.read_rows()
    print(name, {field.name: field.type for field in table.schema.fields})
    for row in rows:
        print({key: str(value) for key, value in row.items()})
EOF
diff - seen <<'EOF'
foods.csv {'food': 'string', 'k2': 'geopoint', 'weeks': 'yearmonth'}
{'food': 'Gouda', 'k2': '[47.0, 3.0]', 'weeks': 'yearmonth(year=4, month=8)'}
{'food': 'Milk', 'k2': '[0.0, 5.0]', 'weeks': 'yearmonth(year=10, month=12)'}
more.csv {'food': 'string', 'k2': 'string'}
{'food': 'Gouda', 'k2': '47,3'}
{'food': 'Milk', 'k2': '0,95'}
EOF
