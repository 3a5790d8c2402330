"""What other builders have made of each document, kept from build to build beside the doctrees.

A builder of another format takes part by an attribute ``kept = None``.  Before it writes it finds
there a :class:`Kept`, asks it for what was made of a document that is made from the same as then
(see ``dependencies``), and gives it what was made anew::

    made = self.kept.get(docname) if self.kept else None

All of it is saved after a good build, as ``kept-<name of the builder>.pickle``.  What is made once,
of all documents, is kept by :func:`kept`, as soon as it is made.  A file that cannot be read, half
written say, is as good as none.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.util.typing import ExtensionMetadata

from incremental_html.dependencies import digests

T = TypeVar("T")


class Kept:
    """What the builder of *app* made of each document, with the digest of what it is made from."""

    def __init__(self, app: Sphinx) -> None:
        self._path = Path(app.doctreedir, f"kept-{app.builder.name}.pickle")
        self._digests = digests(app)
        self._last = _read(self._path)
        self._made: dict[str, tuple[str, Any]] = {}

    def get(self, docname: str) -> Any:
        """What was made of a document, or None if it is made from something else now."""
        digest, made = self._last.get(docname, ("", None))
        if digest != self._digests[docname]:
            return None
        self.put(docname, made)
        return made

    def put(self, docname: str, made: Any) -> None:
        """Keep what was made of a document, as it is when all is saved; it must be picklable."""
        self._made[docname] = (self._digests[docname], made)

    def save(self) -> None:
        """Write what was asked for and what was made anew, and nothing of older builds."""
        write_whole(self._path, pickle.dumps(self._made))


def _read(path: Path) -> dict[str, tuple[str, Any]]:
    """What a file keeps of each document, with its digest; nothing if it cannot be read."""
    try:
        found = pickle.loads(path.read_bytes())
    except Exception:  # what is wrong with a pickle is told by errors of any kind
        return {}
    return found if isinstance(found, dict) else {}


def kept(app: Sphinx, name: str, made_from: str, make: Callable[[], T]) -> T:
    """Return what *make* makes, or what was kept under that *name* if it was *made_from* the same.

    That it was made by the same code and packages, the project has to see to.
    """
    path = Path(app.doctreedir, f"kept-{name}.pickle")
    digest = hashlib.sha256(made_from.encode()).hexdigest()
    last, made = _read(path).get(name, ("", None))
    if last != digest:
        made = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, pickle.dumps({name: (digest, made)}))
    return cast("T", made)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever is stopped meanwhile leaves the old one."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def begin(app: Sphinx, builder: Builder) -> None:
    """Give a builder what it has made before (write-started)."""
    if hasattr(builder, "kept"):
        builder.kept = Kept(app)


def end(app: Sphinx, exception: Exception | None) -> None:
    """Keep what it has made, after a good build (build-finished)."""
    if exception is None and (kept := getattr(app.builder, "kept", None)):
        kept.save()


def setup(app: Sphinx) -> ExtensionMetadata:
    app.setup_extension("incremental_html.dependencies")
    app.connect("write-started", begin)
    app.connect("build-finished", end)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
