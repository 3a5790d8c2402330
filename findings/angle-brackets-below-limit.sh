#!/bin/sh
# "<LOQ>" for a value below the limit of quantification disappears in HTML, in pandoc and in Typst, and "<LOQ" stops Typst.
#
# Guess: a name in angle brackets that is no HTML element is text.
# Behavior: CommonMark and pandoc take it for an element. It is gone on the screen (HTML) and in LaTeX, plain text and Typst made by pandoc.
#   In Typst itself it is a label, set in silence; "<LOQ" without an end is "unclosed label". "<0.1" is safe in Markdown, not in Typst.
# Seen: see below.
# Why here: laboratories write <LOQ> into tables, as a word of its own.
# Versions: pypandoc_binary 1.17 (pandoc 3.9), markdown-it-py 4.3.0 (the parser of MyST), typst 0.15.2, pypdf 7.1.1.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q pypandoc_binary==1.17 markdown-it-py==4.3.0 typst==0.15.2 pypdf==7.1.1
cd "$dir"
venv/bin/python - > seen <<'EOF'
import io
import pypandoc, pypdf, typst
from markdown_it import MarkdownIt

for text in ["milk <LOQ> twice", "milk <LOQ twice", "milk <0.1 twice"]:
    print("HTML", MarkdownIt().render(text).strip())
    print("pandoc", pypandoc.convert_text(text, "plain", "markdown").strip(), "|", pypandoc.convert_text(text, "latex", "markdown").strip())
    open("page.typ", "w").write(text)
    try:
        print("Typst", pypdf.PdfReader(io.BytesIO(typst.compile("page.typ"))).pages[0].extract_text())
    except RuntimeError as error:
        print("Typst", error)
EOF
diff - seen <<'EOF'
HTML <p>milk <LOQ> twice</p>
pandoc milk twice | milk twice
Typst milk twice
HTML <p>milk &lt;LOQ twice</p>
pandoc milk <LOQ twice | milk \textless LOQ twice
Typst unclosed label
HTML <p>milk &lt;0.1 twice</p>
pandoc milk <0.1 twice | milk \textless0.1 twice
Typst unclosed label
EOF
