"""The table of a comparison takes the place of the last one, and of nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parent
PROGRAM = """
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
import beside

beside.NOTE = Path(sys.argv[2])
theirs, ours = (object.__new__(beside.Checkout) for _ in range(2))
for checkout, cpu in ((ours, 2.0), (theirs, 4.0)):
    checkout.costs = {
        (kind, state): [beside.Cost(cpu, cpu + 1, cpu * 100)] * 3
        for kind in beside.KINDS
        for state in beside.STATES
    }
for _ in range(2):
    beside.write("\\n".join(" ".join(row) for row in beside.rows(ours, theirs)) + "\\n")
"""


def test_the_table_is_written_in_its_place_once(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n### The last comparison\n\nold\n\n## Next\n\nwords\n")
    # In a process of its own: the folder's live.py would stand before the package of that name.
    subprocess.run([sys.executable, "-c", PROGRAM, str(BENCH), str(page)], check=True, timeout=300)
    before, _, after = page.read_text().partition("### The last comparison\n\n")
    table, _, after = after.partition("\n## Next")
    lines = table.splitlines()
    assert (before, after) == ("# Page\n\n", "\n\nwords\n")
    assert lines[0] == (
        "HTML, PDF and EPUB from nothing, processor time 0.50 (0.50 to 0.50) 2.00 and 4.00 s 0.6"
    )
    assert lines[5] == "the largest process 0.50 (0.50 to 0.50) 200 and 400 MB 0.5"
    assert len(lines) == 9
