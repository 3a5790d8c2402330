#!/bin/sh
# The unit of food tables, µg/100 g, is read as a product of masses.
#
# Guess: pint reads "45 µg/100 g" as an amount in 100 g, or refuses it.
# Behavior: "100 g" is 100 times g, and division goes first, so the value is 0.45 µg·g, a mass squared.
#   No error is raised, and a sum of such values works. Parentheses give the ratio.
#   "5 MK" is five megakelvin, "5 ER" (equivalents of retinol) 5 exa molar gas constants; IU and RAE are unknown.
# Seen: 0.45 gram * microgram; 0.45 microgram / gram with parentheses.
# Why here: all tables of vitamin K print µg/100 g or µg/100 kcal.
# Versions: pint 0.25.3.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q pint==0.25.3
"$dir/venv/bin/python" - > "$dir/seen" <<'EOF'
import pint

units = pint.UnitRegistry()
for text in ["45 µg/100 g", "45 µg/(100 g)", "45 µg/100 kcal", "5 MK", "5 ER", "5 IU", "5 RAE"]:
    try:
        print(text, "=", units(text))
    except pint.UndefinedUnitError as error:
        print(text, error)
EOF
diff - "$dir/seen" <<'EOF'
45 µg/100 g = 0.45 gram * microgram
45 µg/(100 g) = 0.45 microgram / gram
45 µg/100 kcal = 0.45 kilocalorie * microgram
5 MK = 5 megakelvin
5 ER = 5 examolar_gas_constant
5 IU 'IU' is not defined in the unit registry
5 RAE 'RAE' is not defined in the unit registry
EOF
