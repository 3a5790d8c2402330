"""Build everything twice, in unlike surroundings, and compare every file: same sources, same bytes.

``python -m upkeep.reproduce`` (``make reproduce``) copies what git knows of the
working tree into two folders of unlike names and lengths, one with a space and a letter
outside of ASCII, and builds the site, the PDF and the EPUB in both.  The second build has
another language, time zone, umask, home, user, terminal, temporary folder and hash seed, and
its Sphinx reads and writes in two processes.  Other Pythons (``--python PATH``, each with the
locked packages) build in a third folder and so on.

Prints one line where all is equal, else the first files that differ and their first
differing byte (with diffoscope, if it is there, what that means), and exits with 1.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from build.inputs import epoch
from build.publish import PARTS

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("a", "a longer folder, Ålesund/twice as deep")
SHOWN = 5
"""How many differing files are named."""
LOCALE = "tr_TR.UTF-8"
"""Turkish: lower and upper case of 'i' are not those of English, where a program asks the language.
"""


def copy_tree(place: Path) -> None:
    """Copy what git knows, and what is new and not ignored, as it stands."""
    told = subprocess.run(
        ["git", "ls-files", "-zco", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    for name in filter(None, os.fsdecode(told).split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)


def make_locale(folder: Path) -> str:
    """Make the Turkish locale in *folder*; return its name, or 'C' where the system has no means
    to."""
    try:
        made = subprocess.run(
            ["localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / LOCALE)],
            capture_output=True,
            check=False,
        ).returncode
    except FileNotFoundError:
        made = 1
    return LOCALE if made == 0 or (folder / LOCALE).is_dir() else "C"


def surroundings(scratch: Path, seconds: str) -> list[tuple[dict[str, str], int, str]]:
    """Environment, umask and jobs of the first and of the second build."""
    locales, home, other = scratch / "locales", scratch / "home", scratch / "someone else's home"
    for folder in (locales, home, other / "tmp"):
        folder.mkdir(parents=True)
    # Settings of a user that a build must not follow.
    (other / ".docutils").write_text("[general]\nlanguage_code: tr\n")
    (other / ".gitconfig").write_text("[log]\n\tshowSignature = true\n[core]\n\tautocrlf = true\n")
    language = make_locale(locales)
    common = {"PATH": os.environ.get("PATH", os.defpath), "SOURCE_DATE_EPOCH": seconds}
    plain = {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "USER": "one",
        "TERM": "dumb",
        "PYTHONHASHSEED": "0",
    }
    unlike = {
        "HOME": str(other),
        "LANG": language,
        "LC_ALL": language,
        "LANGUAGE": "tr",
        "LOCPATH": str(locales),
        "TZ": "Asia/Kolkata",
        "USER": "İkinci",
        "LOGNAME": "İkinci",
        "TERM": "xterm-256color",
        "FORCE_COLOR": "1",
        "COLUMNS": "40",
        "TMPDIR": str(other / "tmp"),
        "PYTHONHASHSEED": "4711",
        "EDITOR": "ed",
    }
    return [(common | plain, 0o022, "1"), (common | unlike, 0o077, "2")]


def build(python: Path, place: Path, environment: dict[str, str], umask: int, jobs: str) -> None:
    """Build all formats in *place*.

    :raises SystemExit: if that fails, with what the build said.
    """
    copy_tree(place)
    command = [str(python), "-m", "build", *PARTS]
    paths = os.pathsep.join(str(place / name) for name in ("docs/_tools", "docs/_ext"))
    done = subprocess.run(
        command,
        cwd=place,
        env=environment | {"KB_JOBS": jobs, "PYTHONPATH": paths},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"the build in {place.name!r} failed:\n{done.stderr}")


def files(place: Path) -> dict[str, Path]:
    """Every published file of *place*."""
    base = place / "_build/.current"
    paths = [path for part in PARTS.values() for path in [base / part, *(base / part).rglob("*")]]
    return {str(path.relative_to(base)): path for path in sorted(paths) if path.is_file()}


def differences(one: Path, two: Path) -> Iterator[str]:
    """Yield a line for each file that is not the same in the two places."""
    first, second = files(one), files(two)
    for name in sorted({*first, *second}):
        if name not in first or name not in second:
            yield f"{name}: only in the {'second' if name not in first else 'first'} build"
            continue
        here, there = first[name].read_bytes(), second[name].read_bytes()
        if here != there:
            yield _difference(name, here, there)
            if tool := shutil.which("diffoscope"):
                subprocess.run(
                    [tool, "--max-report-size=4000", first[name], second[name]], check=False
                )


def _difference(name: str, here: bytes, there: bytes) -> str:
    pairs = zip(here, there, strict=False)
    place = next(
        (number for number, (a, b) in enumerate(pairs) if a != b), min(len(here), len(there))
    )
    near = slice(max(place - 20, 0), place + 20)
    return f"{name}: byte {place} of {len(here)} and {len(there)}: {here[near]!r}, {there[near]!r}"


def compare(places: list[tuple[str, Path]]) -> int:
    """Compare each of *places* with the first; print the outcome and return the exit code."""
    (_, first), *rest = places
    for name, place in rest:
        if found := list(differences(first, place)):
            print(f"not reproduced: {len(found)} files of the build {name} differ", file=sys.stderr)
            print("\n".join(found[:SHOWN]), file=sys.stderr)
            return 1
    known, names = files(first), ", ".join(name for name, _ in places)
    size = sum(path.stat().st_size for path in known.values()) / 1e6
    print(
        f"reproduced  {len(known)} files, {size:.1f} MB, the same bytes in {len(places)} builds"
        f" ({names})"
    )
    return 0


def main() -> int:
    """Build and compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        type=Path,
        help="one more Python that has the locked packages",
    )
    more = parser.parse_args().python
    with tempfile.TemporaryDirectory(prefix="reproduce-") as folder:
        scratch = Path(folder)
        around = surroundings(scratch, epoch(ROOT))
        places = []
        for number, (environment, umask, jobs) in enumerate(around):
            place = scratch / FOLDERS[number]
            build(Path(sys.executable), place, environment, umask, jobs)
            name = environment["LC_ALL"] + (" in two processes" if jobs != "1" else "")
            places.append((name, place))
        for number, python in enumerate(more):
            place = scratch / f"python {number}"
            build(python, place, *around[0])
            places.append((python.name, place))
        return compare(places)


if __name__ == "__main__":
    sys.exit(main())
