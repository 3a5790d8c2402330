#!/bin/sh
# European amounts come out ten times too large, as numbers and without a warning.
#
# Guess: a cell "47,3" that does not fit the locale stays text; a comma groups three digits only.
# Behavior: csvkit and SheetJS drop each comma wherever it stands.
#   0,5 µg becomes 5, and SheetJS makes 1.2345 of the European 1.234,5 (1234.5).
#   csvkit does so in a file whose separator is a semicolon too, where the comma can only be the decimal mark;
#   -L de_DE reads it right.
# Seen: csvkit 473 and 5; SheetJS 473, 5 and 1.2345.
# Why here: Dutch, French and German food tables print 47,3 µg.
# Versions: csvkit 2.2.0 with agate 1.14.2, xlsx (SheetJS) 0.18.5.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q csvkit==2.2.0 agate==1.14.2
npm install --silent --ignore-scripts --prefix "$dir" xlsx@0.18.5
printf 'food;k2\nGouda;47,3\nMilk;0,5\n' > "$dir/foods.csv"
cat > "$dir/run.js" <<'EOF'
const XLSX = require("xlsx");
const sheet = XLSX.read('k2\n"47,3"\n"0,5"\n"1.234,5"\n', { type: "string" }).Sheets.Sheet1;
console.log(JSON.stringify(XLSX.utils.sheet_to_json(sheet)));
EOF
{
    "$dir/venv/bin/csvjson" -d ';' "$dir/foods.csv"
    echo
    "$dir/venv/bin/csvjson" -d ';' -L de_DE "$dir/foods.csv"
    echo
    node "$dir/run.js"
} > "$dir/seen"
diff - "$dir/seen" <<'EOF'
[{"food": "Gouda", "k2": 473.0}, {"food": "Milk", "k2": 5.0}]
[{"food": "Gouda", "k2": 47.3}, {"food": "Milk", "k2": 0.5}]
[{"k2":473},{"k2":5},{"k2":1.2345}]
EOF
