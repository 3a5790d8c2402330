#!/bin/sh
# pandoc reads an EPUB with a glossary: the links to its terms stay, their targets are gone.
#
# Guess: all ids get the file name in front, and all links follow.
# Behavior: ids of sections, spans and list items do. The id of a paragraph, dt, dd, table, figure or block quotation
#   is dropped, and links to it point to nothing. No warning.
# Seen: see below.
# Why here: terms are dt, and links lead to tables and figures; pandoc turns such EPUBs into Word or Markdown.
# Versions: pypandoc_binary 1.17 (pandoc 3.9).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q pypandoc_binary==1.17
cd "$dir"
venv/bin/python - > seen <<'EOF'
import re, zipfile
import pypandoc

IDS = ["section", "p", "span", "dt", "dd", "li", "table", "blockquote", "figure"]
BODY = ('<section id="section"><h1>K</h1><p id="p">A <span id="span">b</span>.</p><dl><dt id="dt">K2</dt><dd id="dd">A vitamin.</dd></dl>'
        '<ul><li id="li">Doe 2017</li></ul><table id="table"><tr><td>1</td></tr></table><blockquote id="blockquote"><p>Q</p></blockquote>'
        '<figure id="figure"><p>F</p></figure>' + "".join(f'<p><a href="#{i}">to {i}</a></p>' for i in IDS) + "</section>")
with zipfile.ZipFile("a.epub", "w") as book:
    book.writestr("mimetype", "application/epub+zip")
    book.writestr("META-INF/container.xml", '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
                  '<rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>')
    book.writestr("b.opf", '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="u">'
                  '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="u">urn:k</dc:identifier><dc:title>K</dc:title>'
                  '<dc:language>en</dc:language></metadata><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/>'
                  '</manifest><spine><itemref idref="c"/></spine></package>')
    book.writestr("c.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>K</title></head><body>{BODY}</body></html>')
html = pypandoc.convert_file("a.epub", "html", "epub", ["--wrap=none"])
links = re.findall(r'href="#([^"]*)"', html)
print("dead:", *(link for link in links if f'id="{link}"' not in html))
print("alive:", *(link for link in links if f'id="{link}"' in html))
EOF
diff - seen <<'EOF'
dead: c.xhtml_p c.xhtml_dt c.xhtml_dd c.xhtml_table c.xhtml_blockquote c.xhtml_figure
alive: c.xhtml_section c.xhtml_span c.xhtml_li
EOF
