#!/bin/sh
# An amount that a JSON-LD context declares as xsd:decimal becomes a literal that is no decimal.
#
# Guess: the JSON number 47.3 with "@type": "xsd:decimal" becomes "47.3"^^xsd:decimal.
# Behavior: JSON-LD writes each number with a fraction in the canonical form of xsd:double first, then attaches the type.
#   So it is "4.73E1"^^xsd:decimal, while whole numbers and strings are right.
#   A strict store (Oxigraph) has no value for it: a filter finds 47 and "47.3" and misses 47.3, without an error.
#   rdflib writes "47.3" from the same file, so two readers of one file have different graphs.
# Seen: PyLD 4.73E1, jsonld.js 4.73E1, rdflib 47.3; of three foods above 40 Oxigraph finds two.
# Why here: amounts of food tables are decimals; written as strings they survive.
# Versions: PyLD 3.3.0, jsonld 9.0.0, rdflib 7.6.0, pyoxigraph 0.5.13.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q PyLD==3.3.0 rdflib==7.6.0 pyoxigraph==0.5.13
npm install --silent --ignore-scripts --prefix "$dir" jsonld@9.0.0
cat > "$dir/foods.jsonld" <<'EOF'
{"@context": {"k2": {"@id": "urn:k2", "@type": "http://www.w3.org/2001/XMLSchema#decimal"}},
 "@graph": [{"@id": "urn:gouda", "k2": 47.3}, {"@id": "urn:brie", "k2": 47}, {"@id": "urn:edam", "k2": "47.3"}]}
EOF
cat > "$dir/run.mjs" <<'EOF'
import { readFileSync } from "node:fs";
import jsonld from "jsonld";
const foods = JSON.parse(readFileSync(new URL("foods.jsonld", import.meta.url)));
console.log("jsonld.js", (await jsonld.toRDF(foods)).find(({ subject }) => subject.value === "urn:gouda").object.value);
EOF
{
    node "$dir/run.mjs"
    "$dir/venv/bin/python" - "$dir/foods.jsonld" <<'EOF'
import json, sys
import pyld, pyoxigraph, rdflib

path = sys.argv[1]
quads = pyld.jsonld.to_rdf(json.load(open(path)), {"format": "application/n-quads"})
print("PyLD", next(line for line in quads.splitlines() if "gouda" in line).split('"')[1])
print("rdflib", rdflib.Graph().parse(path).value(rdflib.URIRef("urn:gouda"), rdflib.URIRef("urn:k2")))
store = pyoxigraph.Store()
store.load(quads.encode(), format=pyoxigraph.RdfFormat.N_QUADS)
found = store.query("SELECT ?food { ?food <urn:k2> ?k2 FILTER(?k2 > 40) } ORDER BY ?food")
print("Oxigraph", *(row["food"].value for row in found))
EOF
} > "$dir/seen"
diff - "$dir/seen" <<'EOF'
jsonld.js 4.73E1
PyLD 4.73E1
rdflib 47.3
Oxigraph urn:brie urn:edam
EOF
