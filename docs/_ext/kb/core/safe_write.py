"""Files of an author are written all or none: beside what is there, to the disk, then by one
rename.

A full disk, a limit or a kill at any moment leaves each file either as it was or as it is
meant to be.  ``make new``, ``make fix`` and ``make release`` write by :func:`write_all`.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


class NotWritten(Exception):
    """Not all could be written; the message names the file and the reason.

    Nothing was, or the message also names the files that could not be put back.
    """


def write_all(texts: Mapping[Path, str]) -> None:
    """Write *texts*, by their paths, all or none.

    The rights of a file that is replaced stay as they are, and so do its line ends, those that most
    of its lines have.  A file that its author may not write stays as it is.

    :raises NotWritten: if one cannot be written; then every file is as it was, except those that
        the message says could not be put back.
    """
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    staged: dict[Path, Path] = {}
    done: list[Path] = []
    at = Path()
    try:
        for at, text in texts.items():
            ends = (before[at] or b"").count(b"\r\n")
            if 2 * ends > (before[at] or b"").count(b"\n"):  # most of them: one stray end is a slip
                text = text.replace("\n", "\r\n")
            if at.exists() and not os.access(at, os.W_OK):  # a rename would not ask
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            staged[at] = _staged(at.resolve(), text.encode("utf-8"))
        for at, temporary in staged.items():
            temporary.replace(at.resolve())
            done.append(at)
        for folder in {path.resolve().parent for path in texts}:
            _sync_folder(folder)
    except OSError as error:
        left = [path.name for path in done if not _restored(path.resolve(), before[path])]
        what = (
            f"the new text stays in {', '.join(left)}, which could not be put back (see git status)"
            if left
            else "nothing was written"
        )
        raise NotWritten(f"{what}: {at.name}: {error.strerror}") from error
    finally:
        for temporary in staged.values():
            # Some disks need room to remove a file.
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _staged(path: Path, data: bytes) -> Path:
    """Write *data* beside *path*, to the disk, with the rights of what is there; return where."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        else:
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _restored(path: Path, before: bytes | None) -> bool:
    """Put the bytes *before* back at *path*, which had been replaced; return whether they are."""
    try:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            _staged(path, before).replace(path)
    except OSError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """Have the renames of *folder* on the disk, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
