#!/bin/sh
# Pages 1052 to 1061 from PubMed, RIS or EndNote become page 10521061, and journals lose their capitals.
#
# Guess: biblatex-csl-converter carries pages and journals over as they are, whatever the format read.
# Behavior: its readers of RIS (SP and EP), NBIB and ENW hold a range in another form than its writers expect,
#   and CSL-JSON and BibLaTeX get both numbers without a mark between them. From BibTeX, and from RIS with both pages in SP, it is right.
#   The CSL writer also puts names of journals into sentence case. The publication type "Retracted Publication" is lost. No warning.
# Seen: see below.
# Why here: PubMed exports NBIB, and this is the converter of web editors (Fidus Writer).
# Versions: biblatex-csl-converter 3.6.0, Node 20.20.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --silent --ignore-scripts --prefix "$dir" biblatex-csl-converter@3.6.0
cat > "$dir/run.mjs" <<'EOF'
import { BibLatexExporter, BibLatexParser, CSLExporter, ENWParser, NBIBParser, RISParser } from "biblatex-csl-converter";
const works = {
  NBIB: [NBIBParser, "PMID- 1\nTI  - Bone\nJT  - American Journal of Clinical Nutrition\nPG  - 1052-61\nDP  - 2017\nPT  - Retracted Publication\n"],
  RIS: [RISParser, "TY  - JOUR\nTI  - Bone\nT2  - American Journal of Clinical Nutrition\nSP  - 1052\nEP  - 1061\nER  - \n"],
  "RIS, SP alone": [RISParser, "TY  - JOUR\nTI  - Bone\nT2  - American Journal of Clinical Nutrition\nSP  - 1052-1061\nER  - \n"],
  ENW: [ENWParser, "%0 Journal Article\n%T Bone\n%J American Journal of Clinical Nutrition\n%P 1052-1061\n"],
  BibTeX: [BibLatexParser, "@article{a, title={Bone}, journal={American Journal of Clinical Nutrition}, pages={1052--1061}}"],
};
for (const [name, [Parser, text]] of Object.entries(works)) {
  const parsed = new Parser(text).parse();
  const entries = parsed.entries ?? parsed;
  const [csl] = Object.values(new CSLExporter(entries).parse());
  console.log(name, "| CSL", csl.page, csl["container-title"], "| BibLaTeX", ...new BibLatexExporter(entries).parse().match(/pages = {[^}]*}/));
}
EOF
node "$dir/run.mjs" > "$dir/seen"
diff - "$dir/seen" <<'EOF'
NBIB | CSL 105261 American journal of clinical nutrition | BibLaTeX pages = {105261}
RIS | CSL 10521061 American journal of clinical nutrition | BibLaTeX pages = {10521061}
RIS, SP alone | CSL 1052-1061 American journal of clinical nutrition | BibLaTeX pages = {1052-1061}
ENW | CSL 10521061 American journal of clinical nutrition | BibLaTeX pages = {10521061}
BibTeX | CSL 1052-1061 American journal of clinical nutrition | BibLaTeX pages = {1052--1061}
EOF
