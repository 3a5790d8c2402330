"""Say what an author needs to know before a pull request: ``make check``.

``python -m checks`` runs all checks, ``python -m checks spelling content`` those named, which
is what the hooks of pre-commit do.  Prints a table, with the findings of each check below it as
file, line, code, what is wrong and the cure.  Exit code 1 if anything is wrong; notices are no
fault.

Two checks run at a time.  Where ``GITHUB_ACTIONS`` is set, each finding is printed once
more as an annotation, which GitHub shows beside the line.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from checks import table
from checks.core import Finding
from checks.tools import CHECKS, Check
from kb.core import dates
from kb.core.messages import not_in_list

ROOT = Path(__file__).resolve().parents[3]
AT_A_TIME = 2


def answer(check: Check, root: Path) -> dict[str, list[Finding]]:
    """The findings of *check*; if it breaks, that is its finding, and the others go on."""
    try:
        return check.run(root)
    except Exception as error:
        fault = Finding(
            "",
            0,
            check.names[0],
            f"the check itself broke: {type(error).__name__}: {error}",
            "report it",
        )
        return {check.names[0]: [fault]}


def run(root: Path, checks: tuple[Check, ...] = CHECKS) -> int:
    """Run *checks* on the project at *root* and print the answers in order; return the exit code."""
    start, answers = time.monotonic(), dict[str, list[Finding]]()
    print(table.head())
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        waiting: list[Future[dict[str, list[Finding]]]] = [
            pool.submit(answer, check, root) for check in checks
        ]
        for check, future in zip(checks, waiting, strict=True):
            answers |= (said := future.result())
            for name in check.names:
                found = said.get(name)
                print(table.colored(table.row(name, found), found or []))
                print(
                    "".join(f"{line}\n" for line in table.listing(found or [])), end="", flush=True
                )
    print(f"{table.foot(answers)}, in {time.monotonic() - start:.0f} s")
    annotate(answers)
    return int(any(not finding.is_notice for found in answers.values() for finding in found))


def annotate(answers: dict[str, list[Finding]]) -> None:
    """Print the annotations where GitHub reads them."""
    if os.environ.get("GITHUB_ACTIONS"):
        for found in answers.values():
            print("".join(f"{table.annotation(finding)}\n" for finding in found), end="")


def main() -> int:
    """Run the checks that the command line names, or all."""
    known = {
        name.replace(" ", "_"): check
        for check in CHECKS
        for name in (check.run.__name__, *check.names)
    }
    parser = argparse.ArgumentParser(
        "checks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "checks", nargs="*", metavar="CHECK", help=f"one or more of {', '.join(known)}"
    )
    names = parser.parse_args().checks
    for name in names:
        if name not in known:
            parser.error(not_in_list(name, known))
    try:
        dates.today()  # here, and not in the one check that asks it beside others
    except dates.DayError as error:
        raise SystemExit(f"check: {error}") from error
    asked = [known[name] for name in names]
    return run(ROOT, tuple(check for check in CHECKS if check in asked) or CHECKS)


if __name__ == "__main__":
    sys.exit(main())
