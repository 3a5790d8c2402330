#!/bin/sh
# A Data Package whose CSV begins with a byte order mark: two readers of three read it.
#
# Guess: all readers of Data Packages take the mark away; encoding "utf-8" allows it.
# Behavior: datapackage for Node takes it for a part of the first name, so the header does not match,
#   and the message says that "id" is missing, which can be seen in the file. The descriptor is valid.
#   datapackage for Python and frictionless read it. The key "encoding" has no value that helps.
# Seen: see below.
# Why here: spreadsheets need the mark to read µ, so tables for people have it.
# Versions: datapackage (npm) 1.1.10, datapackage (PyPI) 1.15.4, frictionless 5.21.0.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q datapackage==1.15.4 frictionless==5.21.0
npm install --silent --ignore-scripts --prefix "$dir" datapackage@1.1.10
cd "$dir"
printf '\357\273\277id,k2\nnatto,1000\n' > foods.csv
cat > datapackage.json <<'EOF'
{"name": "k", "resources": [{"name": "foods", "path": "foods.csv", "encoding": "utf-8",
 "schema": {"fields": [{"name": "id", "type": "string"}, {"name": "k2", "type": "number"}]}}]}
EOF
cat > run.js <<'EOF'
const { Package } = require("datapackage");
Package.load("datapackage.json").then(async (pack) => {
  console.log("Node", pack.valid);
  await pack.resources[0].read({ keyed: true }).then(console.log, ({ errors }) => console.log("Node", errors[0].message));
});
EOF
{
    venv/bin/python - <<'EOF'
import datapackage, frictionless

print("Python", datapackage.Package("datapackage.json").resources[0].read(keyed=True))
print("frictionless", [row.to_dict() for row in frictionless.Package("datapackage.json").resources[0].read_rows()])
EOF
    node run.js
} > seen
diff - seen <<'EOF'
Python [{'id': 'natto', 'k2': Decimal('1000')}]
frictionless [{'id': 'natto', 'k2': Decimal('1000')}]
Node true
Node The column header name 'id' is missing
EOF
