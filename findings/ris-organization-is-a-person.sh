#!/bin/sh
# An organization as author in RIS is cut into a person, and the cure for one reader breaks another.
#
# Guess: a line AU without a comma is one name.
# Behavior: pandoc and biblatex-csl-converter take the last word for the family name, and pandoc takes words in small letters
#   for a particle; astrocite-ris takes the first word for the given name, if there is no particle. citation-js keeps it whole.
#   With a comma at the end, EndNote's way, pandoc and both JavaScript readers keep it whole and astrocite-ris has an empty name.
# Seen: see below.
# Why here: WHO, EFSA and the makers of food tables are organizations.
# Versions: pypandoc_binary 1.17 (pandoc 3.9), biblatex-csl-converter 3.6.0, @citation-js/plugin-ris 0.8.2, astrocite-ris 0.16.4.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q pypandoc_binary==1.17
npm install --silent --ignore-scripts --prefix "$dir" biblatex-csl-converter@3.6.0 @citation-js/core@0.8.2 @citation-js/plugin-ris@0.8.2 astrocite-ris@0.16.4
for author in "World Health Organization" "Editors of the table" "World Health Organization,"; do
    printf 'TY  - RPRT\nAU  - %s\nTI  - Vitamins\nPY  - 2004\nER  - \n' "$author"
done > "$dir/all.ris"
cat > "$dir/run.mjs" <<'EOF'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { CSLExporter, RISParser } from "biblatex-csl-converter";
const require = createRequire(import.meta.url);
const { Cite } = require("@citation-js/core");
require("@citation-js/plugin-ris");
const text = readFileSync(new URL("all.ris", import.meta.url), "utf8");
const show = (name, works) => { for (const { author } of works) console.log(name, JSON.stringify(author[0])); };
show("biblatex-csl-converter", Object.values(new CSLExporter(new RISParser(text).parse().entries).parse()));
show("citation-js", new Cite(text).data);
show("astrocite-ris", require("astrocite-ris").parse(text));
EOF
cd "$dir"
{
    venv/bin/python - <<'EOF'
import json
import pypandoc

for work in json.loads(pypandoc.convert_file("all.ris", "csljson", "ris")):
    print("pandoc", json.dumps(work["author"][0], separators=(",", ":")))
EOF
    node run.mjs
} > seen
diff - seen <<'EOF'
pandoc {"family":"Organization","given":"World Health"}
pandoc {"dropping-particle":"of the","family":"table","given":"Editors"}
pandoc {"family":"World Health Organization"}
biblatex-csl-converter {"given":"World Health","family":"Organization"}
biblatex-csl-converter {"given":"Editors of the","family":"table"}
biblatex-csl-converter {"given":"","family":"World Health Organization"}
citation-js {"literal":"World Health Organization"}
citation-js {"literal":"Editors of the table"}
citation-js {"family":"World Health Organization","given":""}
astrocite-ris {"family":"Health Organization","given":"World"}
astrocite-ris {"family":"Editors of the table"}
astrocite-ris {"family":""}
EOF
