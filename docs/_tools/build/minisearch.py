"""MiniSearch, the engine of the search, from npm's registry and without Node: one small file.

``package-lock.json`` pins its version and its digest.  npm fetches it where there is an npm, which
knows its own settings; else Python asks the registry that ``npm_config_registry`` or an ``.npmrc``
names, through the proxy of the environment, and npmjs.org where neither names one.  The script,
its license and its ``package.json`` are unpacked into ``.venv/share/minisearch``, and the mark,
the digest of the lock and a list of these files, is written last: whatever is damaged, or was
interrupted, is fetched again by the next ``make``.

Like :mod:`build.environment` it runs before any package is there, on the standard library.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import json
import os
import re
import shutil
import ssl
import subprocess
import tarfile
import tempfile
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

from build import file_list
from build.publish import remove

PLACE = Path("share/minisearch")
"""Below the environment, so that every copy of the project finds it that runs in it."""
FILES = ("dist/umd/index.js", "LICENSE.txt", "package.json")
"""What is used of the package."""
PUBLIC = "https://registry.npmjs.org/"
CERTIFICATES = ("NODE_EXTRA_CA_CERTS", "PIP_CERT", "REQUESTS_CA_BUNDLE")
"""Where the environment names the certificates of a mirror; SSL_CERT_FILE is Python's own."""
PACK = ("pack", "--silent", "--ignore-scripts", "--fetch-retries=1")
WAIT = 120
"""Seconds without an answer, after which a registry is not there."""


class FetchError(Exception):
    """MiniSearch cannot be had; the message says why and what to do."""


def bring(root: Path) -> None:
    """Install MiniSearch for the project at *root*, if that is not done.

    :raises FetchError: if it cannot be fetched, or is not what the lock names.
    :raises OSError: if it cannot be written.
    """
    pinned = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    package = pinned["packages"]["node_modules/minisearch"]
    version, digest = str(package["version"]), str(package["integrity"])
    place = root / ".venv" / PLACE
    if _mark(place) == digest:
        if not (names := file_list.damaged(place)):
            return
        print(f"MiniSearch/{names[0]} is not as it was installed: fetching it again", flush=True)
    else:
        print("installing MiniSearch into .venv, once (0.2 MB to fetch)", flush=True)
    _unpack(_fetched(root, version, digest), place)
    (place / ".lock").write_text(digest)
    file_list.write(place)


def _mark(place: Path) -> str:
    """The digest that the files at *place* were made from."""
    try:
        return (place / ".lock").read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _unpack(tarball: bytes, place: Path) -> None:
    """Put the few files that are used into a new folder at *place*."""
    remove(place)
    place.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(tarball)) as tar:
        members = {member.name: member for member in tar}
        for path in FILES:
            member = members.get(f"package/{path}")
            if not (file := member and tar.extractfile(member)):
                raise FetchError(
                    f"MiniSearch has no {path}, which docs/_tools/build/minisearch.py asks for"
                )
            (place / Path(path).name).write_bytes(file.read())


def _fetched(root: Path, version: str, digest: str) -> bytes:
    """The tarball of *version*, held to its *digest*.

    :raises FetchError: if nobody has it.
    """
    if (data := _by_npm(root, version)) is None:
        address = f"{registry(root)}minisearch/-/minisearch-{version}.tgz"
        try:
            data = _by_python(root, address)
        except (OSError, ValueError, http.client.HTTPException) as error:
            if isinstance(error, HTTPError):
                error.close()
            told = getattr(error, "reason", None) or error
            raise FetchError(
                f"{address} could not be fetched ({told}): this needs the network, once; connect,"
                " and run make again (a mirror of npm's registry is named by npm_config_registry)"
            ) from error
    if digest != "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode():
        raise FetchError(
            f"MiniSearch {version} came with other bytes than package-lock.json names: look at the"
            " registry that npm_config_registry or .npmrc names, then run make again"
        )
    return data


def _by_npm(root: Path, version: str) -> bytes | None:
    """The tarball as npm brings it; nothing where there is none, or it cannot."""
    if not (shutil.which("node") and (npm := shutil.which("npm"))):
        return None
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, *PACK, "--pack-destination", folder, f"minisearch@{version}"]
        try:
            subprocess.run(command, cwd=root, capture_output=True, timeout=WAIT, check=True)
            return Path(folder, f"minisearch-{version}.tgz").read_bytes()
        except (OSError, subprocess.SubprocessError):
            return None


def _by_python(root: Path, address: str) -> bytes:
    """What *address* answers; urllib heeds the proxy that the environment names."""
    trusted = ssl.create_default_context()
    bundled = [str(path) for path in root.glob(".venv/lib/*/site-packages/certifi/cacert.pem")]
    for path in filter(None, [*bundled, *map(os.environ.get, CERTIFICATES)]):
        trusted.load_verify_locations(**{"capath" if Path(path).is_dir() else "cafile": path})
    with urllib.request.urlopen(address, timeout=WAIT, context=trusted) as answer:
        return bytes(answer.read())


def registry(root: Path) -> str:
    """The address of npm's registry as npm looks for it: environment, project, user, system."""
    values = {name.lower(): value for name, value in os.environ.items()}
    named = values.get("npm_config_registry", "")
    home = values.get("npm_config_userconfig") or Path("~/.npmrc").expanduser()
    for path in map(Path, (root / ".npmrc", home, "/etc/npmrc")):
        if not named and os.access(path, os.R_OK) and path.is_file():
            lines = path.read_text("utf-8", errors="replace")
            line = re.search(r"^\s*registry\s*=\s*[\"']?([^\s\"']+)", lines, re.MULTILINE)
            named = os.path.expandvars(line[1]) if line else ""
    return (named or PUBLIC).rstrip("/") + "/"
