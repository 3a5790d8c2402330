#!/bin/sh
# An old DOI of Wiley, as plain text, becomes a dead link in four tools, and in one of them a second link to 3.0.CO.
#
# Guess: the DOI must be encoded in a link, but tools that link bare addresses take all of it or none.
# Behavior: each stops at the first "<", docutils at the colon before it, and the rest stays as text; so the link looks right and leads nowhere.
#   The parser of MyST with linkify goes on and takes "3.0.CO" for a host in Colombia. Typst swallows "<1::AID-JSFA1>" from the printed text.
#   An explicit link [text](address) is encoded by pandoc and MyST and not by pandoc's gfm.
# Seen: see below.
# Why here: older food analyses (Wiley, until 2001) have such DOIs.
# Versions: pypandoc_binary 1.17 (pandoc 3.9), markdown-it-py 4.3.0, linkify-it-py 2.2.0, docutils 0.22.4, typst 0.15.2, pikepdf 10.18.0.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q pypandoc_binary==1.17 markdown-it-py==4.3.0 linkify-it-py==2.2.0 docutils==0.22.4 typst==0.15.2 pikepdf==10.18.0
cd "$dir"
venv/bin/python - > seen <<'EOF'
import io, re
import pikepdf, pypandoc, typst
from docutils.core import publish_parts
from markdown_it import MarkdownIt

DOI = "https://doi.org/10.1002/(SICI)1097-0010(199901)79:1<1::AID-JSFA1>3.0.CO;2-K"
SHORT = "https://doi.org/10.1002/(SICI)1097-0010"


def show(name, links):
    print(name, *(link.replace(SHORT, "...") for link in links))


def hrefs(html):
    return re.findall('href="([^"]*)"', html)


markdown = MarkdownIt("commonmark", {"linkify": True}).enable("linkify")
show("pandoc", hrefs(pypandoc.convert_text(DOI, "html", "markdown+autolink_bare_uris")))
show("gfm", hrefs(pypandoc.convert_text(DOI, "html", "gfm")))
show("MyST", hrefs(markdown.render(DOI)))
show("docutils", hrefs(publish_parts(DOI, writer="html5")["fragment"]))
open("page.typ", "w").write(DOI)
pdf = pikepdf.open(io.BytesIO(typst.compile("page.typ")))
show("Typst", sorted({str(link.A.URI) for link in pdf.pages[0].Annots}))
show("gfm, explicit", hrefs(pypandoc.convert_text(f"[x]({DOI})", "html", "gfm")))
show("MyST, explicit", hrefs(markdown.render(f"[x]({DOI})")))
EOF
diff - seen <<'EOF'
pandoc ...(199901)79:1
gfm ...(199901)79:1
MyST ...(199901)79:1 http://3.0.CO
docutils ...(199901)79
Typst ...(199901)79:1
gfm, explicit ...(199901)79:1&lt;1::AID-JSFA1&gt;3.0.CO;2-K
MyST, explicit ...(199901)79:1%3C1::AID-JSFA1%3E3.0.CO;2-K
EOF
