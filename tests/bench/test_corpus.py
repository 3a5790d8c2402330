"""The books of the benchmarks build without a fault, and so do their edits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parent
PROGRAM = """
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
import bench, corpus

project = Path(sys.argv[2])
corpus.write("book", 8, project)
bench.make(project, "html")
for _, *where in bench.edits(1):
    bench.edit(project, *where)
bench.make(project, "html")
"""


def test_a_book_of_the_benchmarks_builds_before_and_after_its_edits(tmp_path):
    # In a process of its own: the folder's live.py would stand before the package of that name.
    command = [sys.executable, "-c", PROGRAM, str(BENCH), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
