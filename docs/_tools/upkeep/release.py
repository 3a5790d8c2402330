"""Prepare a release: ``make release VERSION=1.1.0``.

It works on a clean tree with the site just built (the verb builds it first), and writes
the version into ``pyproject.toml``, ``docs/conf.py`` and, where there is one, ``CITATION.cff``,
gives the head "Unreleased" of ``CHANGELOG.md`` its version and date, and adds the new
addresses of the site to ``docs/data/published-ids.txt``.  All is checked before anything is
written.  It neither commits nor tags nor pushes: it prints the commands, so that a person
looks at the change first.

The date is that of ``SOURCE_DATE_EPOCH``, or today in UTC.  Exit code 1 and one line for each
reason why there can be no release now.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from build import published
from kb.core import dates
from kb.core.safe_write import NotWritten, write_all

ROOT = Path(__file__).resolve().parents[3]
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)\Z")
PROJECT, CONF, CHANGES, CITATION = "pyproject.toml", "docs/conf.py", "CHANGELOG.md", "CITATION.cff"
UNRELEASED = "## Unreleased\n"
LIST_HEAD = """\
# Addresses that were published, by the release that published them first.
# Written by `make release`; never delete a line.
# What moves or goes is told in redirects.csv.
"""


def reasons(root: Path, version: str) -> Iterator[str]:
    """Why *version* cannot be released from *root* now."""
    project = (root / PROJECT).read_text(encoding="utf-8")
    present = re.search(r'^version = "(.+)"$', project, re.MULTILINE)
    if not VERSION.match(version):
        yield (
            f"VERSION={version!r} is not of the form 1.2.3; say for example: make release"
            " VERSION=1.1.0"
        )
    elif not present:
        yield f"{PROJECT}: no line 'version = \"...\"'"
    elif _number(version) <= max(map(_number, [present[1], *_released(root)])):
        yield (
            f"VERSION={version} is not newer than {present[1]} ({PROJECT}) and the releases in"
            f" {CHANGES}"
        )
    if not re.search(
        r'^version = release = ".+"$', (root / CONF).read_text(encoding="utf-8"), re.MULTILINE
    ):
        yield f"{CONF}: no line 'version = release = \"...\"'"
    if not _news(root):
        yield (
            f"{CHANGES}: nothing stands under '{UNRELEASED.strip()}'; say there what the release"
            " brings"
        )
    status = subprocess.run(
        ["git", "-C", str(root), "status", "--porcelain"],
        capture_output=True,
        text=True,
        check=False,
    )
    if status.returncode or status.stdout:
        yield (
            "the tree is not clean; commit or stash first:\n" + (status.stdout or status.stderr)
        ).rstrip()
    if not (root / "_build/html/index.html").is_file():
        yield "there is no site; run make html"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _released(root: Path) -> list[str]:
    return re.findall(
        r"^## (\d+\.\d+\.\d+)\b", (root / CHANGES).read_text(encoding="utf-8"), re.MULTILINE
    )


def _news(root: Path) -> str:
    """What stands under "Unreleased"."""
    _, _, after = (root / CHANGES).read_text(encoding="utf-8").partition(UNRELEASED)
    return after.partition("\n## ")[0].strip()


def changes(root: Path, version: str, date: str) -> dict[str, str]:
    """The new text of every file that a release of *version* on *date* changes."""
    short = re.sub(r"\.0\Z", "", version)
    edits = {
        PROJECT: [(r'^version = ".+"$', f'version = "{version}"')],
        CONF: [(r'^version = release = ".+"$', f'version = release = "{short}"')],
        CHANGES: [(r"^## Unreleased\n", f"## Unreleased\n\n## {version} - {date}\n")],
        CITATION: [
            (r"^version:.*$", f"version: {version}"),
            (r"^date-released:.*$", f"date-released: {date}"),
        ],
    }
    texts = {
        name: (root / name).read_text(encoding="utf-8") for name in edits if (root / name).is_file()
    }
    for name in texts:
        for pattern, new in edits[name]:
            texts[name] = re.sub(pattern, new, texts[name], count=1, flags=re.MULTILINE)
    return texts | {published.LIST: _list(root, version, date)}


def _list(root: Path, version: str, date: str) -> str:
    """The list of published addresses, with the new ones at its end."""
    path = root / published.LIST
    known = {item.address for item in published.read_list(path)}
    new = sorted(published.addresses((root / "_build/html").resolve()) - known)
    before = path.read_text(encoding="utf-8") if path.is_file() else LIST_HEAD
    return before + "".join(f"{line}\n" for line in ["", f"# {version} - {date}", *new])


def release(root: Path, version: str) -> int:
    """Prepare *version*; return 0, or 1 with the reasons printed."""
    if found := list(reasons(root, version)):
        print("\n".join(found), file=sys.stderr)
        return 1
    try:
        texts = changes(root, version, str(dates.today()))
        write_all({root / name: text for name, text in texts.items()})
    except (dates.DayError, NotWritten) as error:
        print(f"make release: {error}", file=sys.stderr)
        return 1
    print(f"{version} is written into {', '.join(texts)}.")
    print(
        "Tell readers in docs/about/changes.md, look at the change (git diff), run make test, and"
        " then:"
    )
    print(f'  git commit --all --message "Release {version}"')
    print(f'  git tag --annotate v{version} --message "{version}"')
    print("  git push --follow-tags")
    print("Hand out _build/sbom.cdx.json, the list of its packages, with the release.")
    return 0


if __name__ == "__main__":
    sys.exit(release(ROOT, sys.argv[1] if len(sys.argv) == 2 else ""))
