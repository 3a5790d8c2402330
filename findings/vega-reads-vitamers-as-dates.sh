#!/bin/sh
# A column of vitamers, or of values below a limit, becomes a column of dates.
#
# Guess: automatic types of vega-loader take ISO dates and leave names such as MK-4 as text.
# Behavior: a column is "date" if Date.parse of the engine takes each cell.
#   Node's parser skips words before a number, so MK-4, MK-7, MK-9 are April, July and September 2001,
#   "<0.1" is a day in 2000, and "4-8" (weeks) is April 8.
#   One MK-13 in the column (there is no month 13) makes it text again.
# Seen: types date, string, date, date; MK-7 as 2001-07-01.
# Why here: charts of foods by vitamer change their axis as soon as MK-13 is left out of the table.
# Versions: vega-loader 5.1.3, Node 20.20.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --silent --ignore-scripts --prefix "$dir" vega-loader@5.1.3
cat > "$dir/run.mjs" <<'EOF'
import { inferType, read } from "vega-loader";
const columns = [["MK-4", "MK-7", "MK-9"], ["MK-4", "MK-7", "MK-13"], ["<0.1", "2"], ["4-8", "10-12"]];
for (const cells of columns) console.log(cells.join(" "), inferType(cells));
const rows = read("vitamer\nMK-4\nMK-7\n", { type: "csv", parse: "auto" });
console.log(new Date(rows[1].vitamer).toISOString().slice(0, 10));
EOF
TZ=UTC node "$dir/run.mjs" > "$dir/seen"
diff - "$dir/seen" <<'EOF'
MK-4 MK-7 MK-9 date
MK-4 MK-7 MK-13 string
<0.1 2 date
4-8 10-12 date
2001-07-01
EOF
