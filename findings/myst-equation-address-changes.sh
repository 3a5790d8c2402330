#!/bin/sh
# The address of an equation in Markdown changes with each build, and the page with it.
#
# Guess: an equation that nobody labeled has no address, or one that comes from its text or its place.
# Behavior: MyST's amsmath (\begin{equation} ... in the text) draws a random UUID for each, as id and as label;
#   the same source gives other bytes each time, and a permalink to an equation is dead after the next build,
#   whatever SOURCE_DATE_EPOCH and PYTHONHASHSEED say. The directive {math} without a label has no address.
# Seen: see below.
# Why here: a site whose builds are compared byte by byte, and whose published addresses must stay.
# Versions: myst-parser 5.2.0, Sphinx 9.0.4.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q myst-parser==5.2.0 sphinx==9.0.4
cd "$dir"
mkdir docs
printf 'extensions = ["myst_parser"]\nmyst_enable_extensions = ["amsmath"]\n' > docs/conf.py
printf '# Dose\n\n\\begin{equation}\nC = D / V\n\\end{equation}\n\n```{math}\nC = D / V\n```\n' > docs/index.md
export SOURCE_DATE_EPOCH=0 PYTHONHASHSEED=0
for build in one two; do venv/bin/python -m sphinx -q -E -b html docs $build; done
venv/bin/python - > seen <<'EOF'
import re
from pathlib import Path

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
pages = [Path(name, "index.html").read_text() for name in ("one", "two")]
ids = [re.findall(r'id="(equation-[^"]*)"', page) for page in pages]
print("equations with an address", [len(each) for each in ids])
print("the same address", ids[0] == ids[1])
print("the same page otherwise", len({re.sub(UUID, "", page) for page in pages}) == 1)
EOF
diff - seen <<'EOF'
equations with an address [1, 1]
the same address False
the same page otherwise True
EOF
