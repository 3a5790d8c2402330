#!/bin/sh
# One cell "tr" in a column of amounts: the sum is missing, or an exception, while the average is a number.
#
# Guess: rdflib skips what is no number in SUM and AVG alike; Oxigraph leaves both unbound.
# Behavior: an error in an aggregate of SPARQL leaves the variable unbound, and Oxigraph does so.
#   rdflib skips "tr" in AVG and raises an internal error out of the iteration in SUM.
#   With GROUP BY the sums of groups without "tr" are lost as well. MAX is "tr" in both.
# Seen: see below; AVG is 25 in rdflib and nothing in Oxigraph.
# Why here: food tables print tr for traces, and a graph made of them holds the word.
# Versions: rdflib 7.6.0, pyoxigraph 0.5.13.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q rdflib==7.6.0 pyoxigraph==0.5.13
"$dir/venv/bin/python" - > "$dir/seen" <<'EOF'
import pyoxigraph, rdflib

text = '<urn:a> <urn:in> "cheese"; <urn:k2> 47.3 . <urn:b> <urn:in> "cheese"; <urn:k2> 2.7 . <urn:c> <urn:in> "milk"; <urn:k2> "tr" .'
graph = rdflib.Graph().parse(data=text, format="turtle")
store = pyoxigraph.Store()
store.load(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)
for head, tail in [("(SUM(?v) AS ?x)", ""), ("(AVG(?v) AS ?x)", ""), ("(MAX(?v) AS ?x)", ""), ("?g (SUM(?v) AS ?x)", "GROUP BY ?g ORDER BY ?g")]:
    query = f"SELECT {head} {{ ?s <urn:k2> ?v; <urn:in> ?g }} {tail}"
    print("Oxigraph", head, [row["x"] and row["x"].value for row in store.query(query)])
    try:
        print("rdflib", head, [str(row.x) for row in graph.query(query)])
    except Exception as error:
        print("rdflib", head, type(error).__name__)
EOF
diff - "$dir/seen" <<'EOF'
Oxigraph (SUM(?v) AS ?x) [None]
rdflib (SUM(?v) AS ?x) SPARQLTypeError
Oxigraph (AVG(?v) AS ?x) [None]
rdflib (AVG(?v) AS ?x) ['25.0']
Oxigraph (MAX(?v) AS ?x) ['tr']
rdflib (MAX(?v) AS ?x) ['tr']
Oxigraph ?g (SUM(?v) AS ?x) ['50', None]
rdflib ?g (SUM(?v) AS ?x) SPARQLTypeError
EOF
