#!/bin/sh
# codespell -w turns serine into "Set", ALS patients into "ALSO patients" and the vas deferens into "was".
#
# Guess: three-letter codes of amino acids and names of diseases are left alone, as short words that may be names.
# Behavior: of the 20 codes of amino acids only Ser is a misspelling. ALS, hsa, vas, LOD and ND are too.
#   Where there is one candidate, -w writes it without asking; for LOD and ND there are several, and it only reports.
# Seen: see below.
# Why here: "limit of detection" and "not determined" stand in all food analyses, Ser in all of osteocalcin.
# Versions: codespell 2.4.3.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q codespell==2.4.3
cd "$dir"
echo "Ala Arg Asn Asp Cys Gln Glu Gly His Ile Leu Lys Met Phe Pro Ser Thr Trp Tyr Val; 45 ALS patients; hsa genes; the vas deferens; below LOD; ND" > page.md
venv/bin/codespell -q 7 -w page.md > log 2>&1 || true
{ grep -o '[A-Za-z]* ==> .*' log; cat page.md; } > seen
diff - seen <<'EOF'
LOD ==> LOAD, LOUD, LODE
ND ==> AND, 2ND
Ser ==> Set
ALS ==> ALSO
hsa ==> has
vas ==> was
Ala Arg Asn Asp Cys Gln Glu Gly His Ile Leu Lys Met Phe Pro Set Thr Trp Tyr Val; 45 ALSO patients; has genes; the was deferens; below LOD; ND
EOF
