"""A list of the files of a folder with their digests, by which damage is found again.

``.files`` in the folder has a line for each file, below a line with the digest of these lines::

    # 4dff4ea340f0a823f15d3f4f01ab62eae0e5da579ccb851f8db9dfe84c58b2b3
    7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  html/index.html

``sha256sum --check .files`` reads it as well.  All bytes are read each time, since a power
cut may leave a file that has its size and its time, and zeros in it; for this site and its
books that is a twentieth of a build that has nothing to do.  Files that are not on the list
are none of ours.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

LIST = ".files"


def write(folder: Path) -> None:
    """Write the list of all files of *folder* into it.

    :raises OSError: if the disk refuses.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder) for path in paths if path != folder / LIST]
    lines = b"".join(
        b"%s  %s\n" % (_digest(folder / name).encode(), os.fsencode(name)) for name in names
    )
    (folder / LIST).write_bytes(b"# %s\n%s" % (hashlib.sha256(lines).hexdigest().encode(), lines))


def damaged(folder: Path) -> list[str]:
    """Return the names of the files of *folder* that are not as its list says.

    Where the list itself cannot be read or is damaged, that is its own name alone.
    """
    try:
        head, _, lines = read(folder / LIST).partition(b"\n")
    except OSError:
        return [LIST]
    if head != b"# " + hashlib.sha256(lines).hexdigest().encode():
        return [LIST]
    pairs = (os.fsdecode(line).split("  ", 1) for line in lines.splitlines())
    return [name for digest, name in pairs if _digest(folder / name) != digest]


def _digest(path: Path) -> str:
    """The digest of the file at *path*, or nothing if it cannot be read."""
    try:
        return hashlib.sha256(read(path)).hexdigest()
    except OSError:
        return ""


def read(path: Path) -> bytes:
    """The bytes of the file at *path*.

    :raises OSError: if there is none, or something else; who reads a pipe waits without end.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    return path.read_bytes()
