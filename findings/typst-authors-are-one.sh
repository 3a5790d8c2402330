#!/bin/sh
# Two authors given as a list to Typst are one creator in the PDF's metadata, cut by the commas of their names.
#
# Guess: author: ("Doe, J. M.", "Roe, R.") gives two items in dc:creator, and a joined line in the old Info dictionary.
# Behavior: both hold the joined line; dc:creator is a list with the one item "Doe, J. M., Roe, R.".
#   Keywords are joined too, so a keyword with a comma falls apart; dc:subject is not written.
# Seen: see below, with PDF/A-2a and without.
# Why here: library catalogs and reference managers read dc:creator, and names there are "Family, Initials".
# Versions: typst 0.15.2, pikepdf 10.18.0.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q typst==0.15.2 pikepdf==10.18.0
cd "$dir"
cat > page.typ <<'EOF'
#set document(title: "K2", author: ("Doe, J. M.", "Roe, R."), keywords: ("vitamin K2, forms", "gut"), date: datetime(year: 2026, month: 11, day: 22))
= K2
EOF
venv/bin/python - > seen <<'EOF'
import io
import pikepdf, typst

for standards in [[], ["a-2a"]]:
    pdf = pikepdf.open(io.BytesIO(typst.compile("page.typ", pdf_standards=standards)))
    with pdf.open_metadata() as metadata:
        print(standards, metadata["dc:creator"], metadata.get("dc:subject"), metadata["pdf:Keywords"], "|", pdf.docinfo.Author)
EOF
diff - seen <<'EOF'
[] ['Doe, J. M., Roe, R.'] None vitamin K2, forms, gut | Doe, J. M., Roe, R.
['a-2a'] ['Doe, J. M., Roe, R.'] None vitamin K2, forms, gut | Doe, J. M., Roe, R.
EOF
