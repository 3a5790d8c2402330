#!/bin/sh
# The initials of authors are taken for academic degrees, also behind a comma.
#
# Guess: nameparser reads "Family, Initials", the form of BibTeX and of PubMed's full names, as family and given name.
# Behavior: initials that spell a degree or an office become a suffix, and the given name is empty.
#   "Lee, MA" has no given name, nor has "Lee, M.A."; "Lee JP" (PubMed) has Lee for its given name, no family name,
#   and is a justice of the peace. Other initials in the same list are read right.
# Seen: see below.
# Why here: lists of authors in the PubMed form are full of MA, MD, DO, BA, MS and JP.
# Versions: nameparser 2.6.0.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q nameparser==2.6.0
"$dir/venv/bin/python" - > "$dir/seen" <<'EOF'
from nameparser import HumanName

for text in ["Lee, MK", "Lee, MA", "Lee, M.A.", "Lee, MD", "Lee, DO", "Lee, MS", "Lee, CM", "Lee JP", "Lee JM"]:
    name = HumanName(text)
    print(f"{text}: given {name.first or '-'}, family {name.last or '-'}, suffix {name.suffix or '-'}")
EOF
diff - "$dir/seen" <<'EOF'
Lee, MK: given MK, family Lee, suffix -
Lee, MA: given -, family Lee, suffix MA
Lee, M.A.: given -, family Lee, suffix M.A.
Lee, MD: given -, family Lee, suffix MD
Lee, DO: given -, family Lee, suffix DO
Lee, MS: given -, family Lee, suffix MS
Lee, CM: given -, family Lee, suffix CM
Lee JP: given Lee, family -, suffix JP
Lee JM: given Lee, family JM, suffix -
EOF
