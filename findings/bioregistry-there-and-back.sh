#!/bin/sh
# An address turned into a CURIE and back is another address, and the present address of PubMed Central is unknown.
#
# Guess: curie_from_iri and get_iri are the inverse of each other for the large registries.
# Behavior: the RDF address of MeSH comes back as the page of a browser for people, so a graph joined by it has two subjects for one thing.
#   For the older address of PubMed Central the last slash becomes a part of the identifier and the prefix PMC is lost,
#   so get_iri leads to no page. The present addresses of PMC and ClinicalTrials.gov give None.
# Seen: see below.
# Why here: terms are mapped to MeSH by its RDF address, and sources to PMC.
# Versions: bioregistry 0.15.6, curies 0.15.7.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q bioregistry==0.15.6 curies==0.15.7
"$dir/venv/bin/python" -W ignore - > "$dir/seen" <<'EOF'
import bioregistry

for address in ["http://id.nlm.nih.gov/mesh/D014812", "http://purl.obolibrary.org/obo/CHEBI_28384",
                "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7353270/", "https://pmc.ncbi.nlm.nih.gov/articles/PMC7353270/",
                "https://clinicaltrials.gov/study/NCT04676958"]:
    curie = bioregistry.curie_from_iri(address)
    print(address, curie, curie and bioregistry.get_iri(curie))
EOF
diff - "$dir/seen" <<'EOF'
http://id.nlm.nih.gov/mesh/D014812 mesh:D014812 https://meshb.nlm.nih.gov/record/ui?ui=D014812
http://purl.obolibrary.org/obo/CHEBI_28384 chebi:28384 http://purl.obolibrary.org/obo/CHEBI_28384
https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7353270/ pmc:7353270/ http://europepmc.org/articles/7353270/
https://pmc.ncbi.nlm.nih.gov/articles/PMC7353270/ None None
https://clinicaltrials.gov/study/NCT04676958 None None
EOF
