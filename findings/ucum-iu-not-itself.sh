#!/bin/sh
# International units cannot be converted, not even per liter into per milliliter.
#
# Guess: [IU]/L into [IU]/mL is a factor of 1000 whatever one IU is; IU and [iU] are one unit in UCUM.
# Behavior: ucum-lhc refuses each conversion with an arbitrary unit, also of a unit into itself.
#   ucumvert converts, and takes colony forming units for plaque forming units as well.
#   On the other hand ucum-lhc converts the invalid code ug/100g after a guess (status "succeeded"), which ucumvert refuses.
# Seen: ucum-lhc null and null, then 0.45; ucumvert 0.001 and 1, then an error.
# Why here: vitamins A, D and E are in IU, probiotics in CFU, food tables in ug/100g.
# Versions: @lhncbc/ucum-lhc 7.1.10, ucumvert 0.3.2 with pint 0.25.3.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q ucumvert==0.3.2 pint==0.25.3
npm install --silent --ignore-scripts --prefix "$dir" @lhncbc/ucum-lhc@7.1.10
cat > "$dir/run.js" <<'EOF'
const units = require("@lhncbc/ucum-lhc").UcumLhcUtils.getInstance();
for (const [from, to] of [["[IU]/L", "[IU]/mL"], ["[CFU]", "[CFU]"], ["[CFU]", "[PFU]"]])
  console.log("ucum-lhc", from, to, units.convertUnitTo(from, 1, to).toVal);
const { status, toVal } = units.convertUnitTo("ug/100g", 45, "ug/g");
console.log("ucum-lhc", "ug/100g", "ug/g", status, toVal.toFixed(2));
EOF
{
    node "$dir/run.js"
    "$dir/venv/bin/python" - <<'EOF'
from ucumvert import PintUcumRegistry
from ucumvert.parser import InvalidUcumError

units = PintUcumRegistry()
for start, end in [("[IU]/L", "[IU]/mL"), ("[CFU]", "[CFU]"), ("[CFU]", "[PFU]"), ("ug/100g", "ug/g")]:
    try:
        print("ucumvert", start, end, round((1 * units.from_ucum(start)).to(units.from_ucum(end)).magnitude, 6))
    except InvalidUcumError as error:
        print("ucumvert", start, end, type(error).__name__)
EOF
} > "$dir/seen"
diff - "$dir/seen" <<'EOF'
ucum-lhc [IU]/L [IU]/mL null
ucum-lhc [CFU] [CFU] null
ucum-lhc [CFU] [PFU] null
ucum-lhc ug/100g ug/g succeeded 0.45
ucumvert [IU]/L [IU]/mL 0.001
ucumvert [CFU] [CFU] 1
ucumvert [CFU] [PFU] 1
ucumvert ug/100g ug/g InvalidUcumError
EOF
