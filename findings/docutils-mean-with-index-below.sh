#!/bin/sh
# The mean concentration of a steady state, \bar C_{ss}, has its index below the letter, as a sum has its limits.
#
# Guess: a letter with an accent takes a subscript as any letter does; docutils' MathML is msub of mover.
# Behavior: docutils gives \bar, \hat, \tilde, \overline ... followed by _ a munderover: the index stands
#   centered below the letter and the bar above, in browsers and for a screen reader. Braces around the letter
#   do not help; with a power before the index (\bar x^2_i) it is right. No message.
# Seen: see below.
# Why here: formulas of doses and of statistics are full of means and estimates with an index.
# Versions: docutils 0.22.4, latex2mathml 3.78.1 for comparison.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q docutils==0.22.4 latex2mathml==3.78.1
cd "$dir"
venv/bin/python - > seen <<'EOF'
import re
from docutils.utils.math.latex2mathml import tex2mathml
from latex2mathml.converter import convert

for tex in [r"C_{ss}", r"\bar C_{ss}", r"\hat\beta_1", r"\overline{AB}_i", r"{\bar x}_i", r"\bar x^2_i"]:
    kinds = [" ".join(re.findall(r"<(m(?:sub|sup|subsup|under|over|underover))\b", text))
             for text in (tex2mathml(tex), convert(tex))]
    print(tex, "| docutils", kinds[0], "| latex2mathml", kinds[1])
EOF
diff - seen <<'EOF'
C_{ss} | docutils msub | latex2mathml msub
\bar C_{ss} | docutils munderover | latex2mathml msub mover
\hat\beta_1 | docutils munderover | latex2mathml msub mover
\overline{AB}_i | docutils munderover | latex2mathml msub mover
{\bar x}_i | docutils munderover | latex2mathml msub mover
\bar x^2_i | docutils msubsup mover | latex2mathml msubsup mover
EOF
