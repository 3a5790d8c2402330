"""The scripts of the search by themselves, in Node: index, query and ranking."""

from __future__ import annotations

import os
import re
import subprocess

from quality import NODE, SCRIPTS, needs_node


@needs_node
def test_the_scripts_of_the_search(site):
    tests = map(str, sorted(SCRIPTS.glob("*.test.mjs")))
    done = subprocess.run(
        [str(NODE), "--test", "--test-reporter=tap", *tests],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"KB_SITE": str(site)},
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE)
