#!/bin/sh
# skosify adds statements about MeSH to a vocabulary and says that its scheme, titled with dcterms:title, has no label.
#
# Guess: the defaults of skosify correct what a SKOS file says of its own concepts; dcterms:title, as in the SKOS Primer, is a title.
# Behavior: each exactMatch is turned round as well, so the file has descriptions of terms of MeSH.
#   For the label of the scheme it looks at prefLabel and rdfs:label, which the SKOS Primer does not use there.
# Seen: the warning, and one triple with a MeSH subject. With rdfs:label the warning is gone, the triple stays.
# Why here: a glossary that went through skosify states things about terms of MeSH, which is not its own.
# Versions: skosify 2.3.0, rdflib 7.6.0.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q skosify==2.3.0 rdflib==7.6.0
cd "$dir"
venv/bin/python - > seen <<'EOF'
import logging, sys
import skosify

logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(message)s", level=logging.WARNING)
TEXT = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <http://example.org/> .
:k a skos:ConceptScheme ; <{}> "Glossary"@en ; skos:hasTopConcept :cognition .
:cognition a skos:Concept ; skos:prefLabel "cognition"@en ; skos:inScheme :k ; skos:topConceptOf :k ;
    skos:exactMatch <http://id.nlm.nih.gov/mesh/D003071> ."""
for title in ["http://purl.org/dc/terms/title", "http://www.w3.org/2000/01/rdf-schema#label"]:
    open("k.ttl", "w").write(TEXT.format(title))
    print(title, flush=True)
    for triple in skosify.skosify("k.ttl"):
        if "mesh" in triple[0]:
            print(*triple)
EOF
diff - seen <<'EOF'
http://purl.org/dc/terms/title
WARNING Concept scheme has no label(s). Use --label option to set the concept scheme label.
http://id.nlm.nih.gov/mesh/D003071 http://www.w3.org/2004/02/skos/core#exactMatch http://example.org/cognition
http://www.w3.org/2000/01/rdf-schema#label
http://id.nlm.nih.gov/mesh/D003071 http://www.w3.org/2004/02/skos/core#exactMatch http://example.org/cognition
EOF
