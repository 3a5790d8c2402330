"""List what a release is made from: ``make sbom`` writes ``_build/sbom.cdx.json`` (CycloneDX 1.6).

Each package of ``requirements.lock``, with its version and digests, is listed by cyclonedx-py,
the tool of the makers of the format, which ``sbom.lock`` pins and which is installed into a
folder that is thrown away (so this needs the network).  The site ships nothing of npm.  No serial
number and no time is in it, so the same lock gives the same bytes.  What was written is compared
with the lock before it counts; ``make release`` ends with it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from upkeep.lock import INSTALL

ROOT = Path(__file__).resolve().parents[3]
TOOL = "docs/_tools/upkeep/sbom.lock"
LOCK, PROJECT, OUT = "requirements.lock", "pyproject.toml", "_build/sbom.cdx.json"
OPTIONS = ("--mc-type", "application", "--short-PURLs", "--sv", "1.6", "--output-reproducible")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def locked(root: Path) -> set[tuple[str, str]]:
    """Name and version of each package that the lock of the site at *root* holds."""
    return set(_PINNED.findall((root / LOCK).read_text(encoding="utf-8")))


def settled(text: str) -> str:
    """The list of cyclonedx-py as text that does not change."""
    return json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def faults(text: str, root: Path) -> list[str]:
    """What is wrong with the list *text* for the locks at *root*."""
    found = json.loads(text)
    listed = {(part["name"], part["version"]) for part in found["components"]}
    version = re.search(r'^version = "(.+)"$', (root / PROJECT).read_text("utf-8"), re.MULTILINE)
    wrong = [f"{name} {number} is missing" for name, number in sorted(locked(root) - listed)]
    wrong += [f"{name} {number} is in no lock" for name, number in sorted(listed - locked(root))]
    if not version or found["metadata"]["component"]["version"] != version[1]:
        wrong.append("the version is not that of the project")
    for part in found["components"]:
        where = [part, *part.get("externalReferences", ())]
        if not any(one.get("hashes") for one in where):
            wrong.append(f"{part['name']} has no digest")
    if "serialNumber" in found or "timestamp" in found["metadata"]:
        wrong.append("a serial number or a time would change with each run")
    return wrong


def listed_by_tool(root: Path) -> str:
    """What cyclonedx-py says of the lock.

    :raises subprocess.CalledProcessError: if it cannot be installed or refuses.
    """
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python, out = str(Path(folder, "bin/python")), Path(folder, "sbom.json")
        subprocess.run([python, *INSTALL, str(root / TOOL)], check=True)
        command = [python, "-W", "ignore", "-m", "cyclonedx_py", "requirements", LOCK]
        # The environment of whoever runs it could name a registry of their own.
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        subprocess.run(
            [*command, "--pyproject", PROJECT, *OPTIONS, "--output-file", str(out)],
            cwd=root,
            env=clean,
            check=True,
        )
        return out.read_text(encoding="utf-8")


def main(root: Path = ROOT) -> int:
    """Write the list; return 0, or 1 with what is wrong printed."""
    try:
        text = settled(listed_by_tool(root))
    except subprocess.CalledProcessError:
        print(f"{OUT} is not written; it needs the network: make sbom", file=sys.stderr)
        return 1
    if wrong := faults(text, root):
        print("\n".join(f"{OUT}: {fault}" for fault in wrong), file=sys.stderr)
        return 1
    (root / OUT).parent.mkdir(exist_ok=True)
    (root / OUT).write_text(text, encoding="utf-8")
    print(f"{OUT}: {len(locked(root))} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
