#!/bin/sh
# Relative addresses in Turtle, read without a base: three readers, three graphs.
#
# Guess: without a base the reader refuses, or leaves the address as it is.
# Behavior: rdflib takes the current folder, also for text that came from elsewhere; Oxigraph refuses;
#   N3.js strips dot segments as if there were a root, so <../reference/x> is /reference/x,
#   and </abs> becomes "undefined/abs".
# Seen: see below. With a base all three agree.
# Why here: SKOS files that lie beside their HTML pages name their terms by relative addresses.
# Versions: rdflib 7.6.0, pyoxigraph 0.5.13, n3 2.13.12.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q rdflib==7.6.0 pyoxigraph==0.5.13
npm install --silent --ignore-scripts --prefix "$dir" n3@2.13.12
mkdir "$dir/a" "$dir/a/b"
cat > "$dir/run.mjs" <<'EOF'
import { Parser } from "n3";
for (const options of [{}, { baseIRI: "http://example.org/data/k.ttl" }])
  for (const quad of new Parser(options).parse("<../reference/x> <urn:p> </abs> ."))
    console.log("N3.js", quad.subject.value, quad.object.value);
EOF
{
    node "$dir/run.mjs"
    cd "$dir/a/b"
    "$dir/venv/bin/python" - <<'EOF'
import os
import pyoxigraph, rdflib

text = "<../reference/x> <urn:p> </abs> ."
for subject, _, target in rdflib.Graph().parse(data=text, format="turtle"):
    print("rdflib", subject.replace(os.path.dirname(os.getcwd()), "FOLDER"), target)
try:
    list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE))
except SyntaxError as error:
    print("Oxigraph", error.msg.split(": ")[-1])
EOF
} > "$dir/seen"
diff - "$dir/seen" <<'EOF'
N3.js /reference/x undefined/abs
N3.js http://example.org/reference/x http://example.org/abs
rdflib file://FOLDER/reference/x file:///abs
Oxigraph No scheme found in an absolute IRI
EOF
