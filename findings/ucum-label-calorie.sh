#!/bin/sh
# One UCUM code, two energies: the Calorie of nutrition labels is a thousand times too small.
#
# Guess: two libraries of one standard agree on each code.
# Behavior: [Cal] of UCUM is the Calorie of nutrition labels, 1 kcal. ucum-lhc has 4184 J.
#   ucumvert maps it to the small calorie of pint, 4.184 J.
# Seen: 4.184 J and 4184 J.
# Why here: [Cal] is the code that UCUM made for food labels.
# Versions: ucumvert 0.3.2 with pint 0.25.3, @lhncbc/ucum-lhc 7.1.10.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q ucumvert==0.3.2 pint==0.25.3
npm install --silent --ignore-scripts --prefix "$dir" @lhncbc/ucum-lhc@7.1.10
cat > "$dir/run.js" <<'EOF'
const { UcumLhcUtils } = require("@lhncbc/ucum-lhc");
for (const code of ["[Cal]", "kcal", "cal"]) console.log("ucum-lhc", code, UcumLhcUtils.getInstance().convertUnitTo(code, 1, "J").toVal, "J");
EOF
{
    "$dir/venv/bin/python" - <<'EOF'
from ucumvert import PintUcumRegistry

units = PintUcumRegistry()
for code in ["[Cal]", "kcal", "cal"]:
    print("ucumvert", code, round((1 * units.from_ucum(code)).to("J").magnitude, 6), "J")
EOF
    node "$dir/run.js"
} > "$dir/seen"
diff - "$dir/seen" <<'EOF'
ucumvert [Cal] 4.184 J
ucumvert kcal 4184.0 J
ucumvert cal 4.184 J
ucum-lhc [Cal] 4184 J
ucum-lhc kcal 4184 J
ucum-lhc cal 4.184 J
EOF
