#!/bin/sh
# The grade "none" and the chemical symbol of sodium are taken for missing values.
#
# Guess: csvkit treats an empty cell, and perhaps NA, as missing.
# Behavior: none, null, na, n/a and a dot are missing in any case of letters, so the grade "none" and the symbol Na vanish.
#   A column that holds nothing else becomes a column of empty booleans.
#   Counts of 0 and 1 become false and true, and "8 weeks" becomes a time span.
#   --blanks keeps them, --no-inference keeps the rest.
# Seen: null for none and Na, "56 days, 0:00:00" for 8 weeks, false and true for 0 and 1.
# Why here: certainty "none" is a value of evidence tables, and nutrient tables have a row Na.
# Versions: csvkit 2.2.0 with agate 1.14.2.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q csvkit==2.2.0 agate==1.14.2
printf 'claim,certainty,nutrient,taken_for,trials\nA1,none,Na,8 weeks,0\nA2,low,Mg,12 weeks,1\n' > "$dir/claims.csv"
{
    "$dir/venv/bin/csvjson" "$dir/claims.csv"
    echo
    "$dir/venv/bin/csvjson" --blanks "$dir/claims.csv"
    echo
} > "$dir/seen"
diff - "$dir/seen" <<'EOF'
[{"claim": "A1", "certainty": null, "nutrient": null, "taken_for": "56 days, 0:00:00", "trials": false}, {"claim": "A2", "certainty": "low", "nutrient": "Mg", "taken_for": "84 days, 0:00:00", "trials": true}]
[{"claim": "A1", "certainty": "none", "nutrient": "Na", "taken_for": "56 days, 0:00:00", "trials": false}, {"claim": "A2", "certainty": "low", "nutrient": "Mg", "taken_for": "84 days, 0:00:00", "trials": true}]
EOF
