"""A package of MiniSearch as npm's registry hands it out, and the lock of a project that pins it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

ADDRESS = "/minisearch/-/minisearch-7.2.0.tgz"
SCRIPT = "/* the engine */ var MiniSearch = 1;\n"


def tarball(script: str = SCRIPT, left_out: str = "") -> bytes:
    """A package as npm's registry hands it out, with more in it than is used."""
    files = {
        "package/package.json": '{"version": "7.2.0"}',
        "package/LICENSE.txt": "MIT",
        "package/dist/umd/index.js": script,
        "package/src/../../../outside.js": "alert()",
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, text in files.items():
            if name != left_out:
                member = tarfile.TarInfo(name)
                member.size = len(text.encode())
                tar.addfile(member, io.BytesIO(text.encode()))
    return gzip.compress(packed.getvalue(), mtime=0)


def lock(project: Path, data: bytes) -> None:
    """Pin *data* in the lock of *project*."""
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    package = {"version": "7.2.0", "integrity": f"sha512-{digest}"}
    text = json.dumps({"packages": {"node_modules/minisearch": package}})
    (project / "package-lock.json").write_text(text)
