#!/bin/sh
# One cell "tr" in a column of amounts: the average of rdflib leaves it out, and that of traces alone is 0; the largest amount is "tr".
#
# Guess: two stores of one standard give one average, and MAX over amounts is a number.
# Behavior: an error in an aggregate of SPARQL leaves the variable unbound, and Oxigraph does so.
#   rdflib skips "tr" and divides by the cells that are left, so three foods have the average of two. With GROUP BY
#   the group of milk, all "tr", has the average 0. MAX sorts as ORDER BY does, with text above numbers, in both.
# Seen: AVG is 25 in rdflib and nothing in Oxigraph; milk is 0 and nothing; MAX is "tr" in both.
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
for head, tail in [("(AVG(?v) AS ?x)", ""), ("?g (AVG(?v) AS ?x)", "GROUP BY ?g ORDER BY ?g"), ("(MAX(?v) AS ?x)", "")]:
    query = f"SELECT {head} {{ ?s <urn:k2> ?v; <urn:in> ?g }} {tail}"
    print("Oxigraph", head, [row["x"] and row["x"].value for row in store.query(query)])
    print("rdflib", head, [str(row.x) for row in graph.query(query)])
EOF
diff - "$dir/seen" <<'EOF'
Oxigraph (AVG(?v) AS ?x) [None]
rdflib (AVG(?v) AS ?x) ['25.0']
Oxigraph ?g (AVG(?v) AS ?x) ['25', None]
rdflib ?g (AVG(?v) AS ?x) ['25.0', '0']
Oxigraph (MAX(?v) AS ?x) ['tr']
rdflib (MAX(?v) AS ?x) ['tr']
EOF
