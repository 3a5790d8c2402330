#!/bin/sh
# pandoc reads EndNote XML and prints the issue for the pages; pages, DOI, addresses and the note of a retraction are not printed.
#
# Guess: a reader that writes CSL uses CSL's names.
# Behavior: pages go into "pages" and the issue into "number"; CSL knows "page" and "issue", so no style prints the pages, and an article
#   gets its issue where an article number stands. electronic-resource-num (the DOI), urls, notes, keywords and accession-num are dropped.
#   With the two names mended the reference is right.
# Seen: "Nutrients 9: 6" for Nutrients 9(6), 1-5.
# Why here: EndNote XML is how libraries of systematic reviews are handed on.
# Versions: pypandoc_binary 1.17 (pandoc 3.9).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q pypandoc_binary==1.17
cd "$dir"
cat > a.xml <<'EOF'
<xml><records><record><database name="k.enl">k</database><rec-number>1</rec-number><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author>Doe, J.</author></authors></contributors><titles><title>Stool</title><secondary-title>Nutrients</secondary-title></titles>
<periodical><full-title>Nutrients</full-title></periodical><pages>1-5</pages><volume>9</volume><number>6</number><keywords><keyword>gut</keyword></keywords>
<dates><year>2017</year></dates><notes>Retracted.</notes><urls><related-urls><url>https://example.org/a</url></related-urls></urls>
<electronic-resource-num>10.1234/abc</electronic-resource-num></record></records></xml>
EOF
venv/bin/python - > seen <<'EOF'
import json
import pypandoc

[work] = json.loads(pypandoc.convert_file("a.xml", "csljson", "endnotexml"))
print(*sorted(work))
print(pypandoc.convert_file("a.xml", "plain", "endnotexml", ["--citeproc", "--wrap=none"]).strip())
work["page"], work["issue"] = work.pop("pages"), work.pop("number")
print(pypandoc.convert_text(json.dumps([work]), "plain", "csljson", ["--citeproc", "--wrap=none"]).strip())
EOF
diff - seen <<'EOF'
author container-title id issued number pages title type volume
Doe, J. 2017. “Stool.” Nutrients 9: 6.
Doe, J. 2017. “Stool.” Nutrients 9 (6): 1–5.
EOF
